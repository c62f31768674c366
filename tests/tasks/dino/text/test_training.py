# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import math
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.engine import CELLS
from rnnkit.errors import InputError
from rnnkit.models.alphabet import HEAD
from rnnkit.models.storage import load_checkpoint, save_checkpoint
from rnnkit.tasks.dino import Shape
from rnnkit.tasks.dino.text import TextRecipe, TextTraining
from rnnkit.tasks.dino.text.training import split
from tests.tasks.dino.text.lessons import SMALL, TEXT, run, training

# The split


@settings(derandomize=True, deadline=None)
@given(st.text(min_size=2, max_size=50), st.floats(0, 0.9), st.floats(0, 0.9))
def test_the_parts_are_the_text_in_its_order(
    text: str, validation: float, test: float
) -> None:
    parts = split(text, TextRecipe(validation=validation, test=test))
    assert "".join(parts[part] for part in ("train", "validation", "test")) == text
    assert parts["train"]
    assert parts["validation"]


def test_the_last_tenth_is_for_validation() -> None:
    parts = split("x" * 1_115_394, TextRecipe(validation=0.1))
    assert len(parts["train"]) == 1_003_854
    assert not parts["test"]
    parts = split("x" * 1000, TextRecipe(validation=0.1, test=0.2))
    assert [len(part) for part in parts.values()] == [700, 100, 200]


# What it learns from


def test_an_epoch_goes_through_the_whole_text_but_not_beyond() -> None:
    job = training(test=0.2)
    for epoch in range(3):
        counted = np.zeros(job.codec.size)
        for batch in job.trainer.batches(epoch):
            weights = 1 if batch.weights is None else batch.weights
            np.add.at(counted, batch.targets[HEAD], weights)
        of_text = np.bincount(job.codec.symbols(job.texts["train"]))
        assert counted.tolist() == of_text.tolist()


def test_state_is_carried_within_an_epoch_and_not_beyond() -> None:
    batches = training().trainer.batches(1)
    assert [batch.continues for batch in batches] == [
        False,
        *[True] * (len(batches) - 1),
    ]
    assert len(batches) >= 8


def test_a_short_text_is_read_by_fewer_streams() -> None:
    assert training(batch_size=64).streams == len(training().texts["train"]) // 160
    assert training(TEXT * 9, batch_size=64).streams == 64
    assert training(TEXT[:60], steps=40).streams == 1


def test_counting_sees_the_same_text() -> None:
    job = training(test=0.2)
    assert set(job.bigram) == {"train", "validation", "test"}
    assert set(job.kneser_ney) == {"validation", "test"}
    assert 0 < job.kneser_ney["test"] < job.bigram["test"]


def test_a_character_that_only_the_end_has() -> None:
    job = training(TEXT + "§" * 20)
    assert "§" not in job.texts["train"]
    model = run(job)
    assert math.isfinite(model.score("§").nll)
    assert math.isfinite(job.kneser_ney["validation"])


@pytest.mark.parametrize("text", ["ab", TEXT[:21]])
def test_less_than_a_window(text: str) -> None:
    with pytest.raises(InputError, match=r"too short: .* less than a window of 20"):
        training(text)
    assert training(TEXT[:21], steps=5).streams == 1


def test_a_text_without_line_breaks() -> None:
    model = run(training(TEXT.replace("\n", " ")))
    assert math.isfinite(model.score("This is\nthe").nll)


# Learning


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_learns(cell: str) -> None:
    job = training(shape=Shape(cell, hidden=16, embedding=0, dropout=0.0), epochs=5)
    run(job)
    losses = [train for train, _ in job.trainer.history]
    assert losses[-1] < losses[0] - 0.3


def test_the_report_and_what_is_told() -> None:
    job = training(test=0.2, epochs=4)
    model = run(job)
    _, report = job.finish()
    assert report.validation_loss == pytest.approx(job.trainer.best_loss, rel=1e-6)
    assert report.test_loss is not None
    bits, *passage = job.told(model, report)
    assert f"{report.validation_loss / math.log(2):.3f} bits" in bits
    assert 150 < sum(len(line) - 3 for line in passage) <= 201
    assert model.stored.training["text"] == job.counts
    assert model.stored.metrics["test_loss"] == report.test_loss
    assert not model.stored.extra


def test_a_stretch_read_as_one_is_judged_alike() -> None:
    """Validation is read by one stream here, so that no beginning is lost."""
    job = training()
    model = run(job)
    _, report = job.finish()
    scored = model.score(job.texts["validation"])
    assert scored.nll == pytest.approx(report.validation_loss, rel=1e-5)


def test_a_mixture_is_better_than_its_parts() -> None:
    job = training(epochs=4)
    run(job)
    model, report = job.finish(mix="auto")
    assert 0 < report.mix <= 1
    alone = min(report.network_validation, report.kneser_ney_validation)
    assert report.validation_loss <= alone + 1e-6
    assert model.mixture is not None
    scored = model.score(job.texts["validation"])
    assert scored.nll == pytest.approx(report.validation_loss, rel=1e-5)


def test_the_advice_speaks_of_text() -> None:
    job = training(TEXT, epochs=8, learning_rate=0.03)
    run(job)
    _, report = job.finish()
    assert "names" not in " ".join(report.advice)


# The same again


def test_the_same_seed_gives_the_same_file(tmp_path: Path) -> None:
    first, second, other = (tmp_path / str(number) for number in range(3))
    run(training()).save(first)
    run(training()).save(second)
    run(training(seed=2)).save(other)
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes() != other.read_bytes()


@settings(max_examples=8, derandomize=True, deadline=None)
@given(steps=st.integers(0, 60))
def test_stopping_at_any_step_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, steps: int
) -> None:
    folder = tmp_path_factory.mktemp("stopped")
    recipe: dict[str, Any] = {"epochs": 2, "average": 0.9}
    stopped = training(**recipe)
    for _ in islice(stopped.trainer.run(), steps):
        pass
    path = folder / "checkpoint"
    save_checkpoint(path, stopped.trainer, task="dino", settings=stopped.settings)
    again = training(**recipe)
    checkpoint = load_checkpoint(path, task="dino")
    assert checkpoint.settings == again.settings
    checkpoint.restore(again.trainer)
    run(again).save(folder / "again")
    run(training(**recipe)).save(folder / "straight")
    assert (folder / "again").read_bytes() == (folder / "straight").read_bytes()


def test_settings_tell_trainings_apart() -> None:
    usual = training().settings
    assert json.loads(json.dumps(usual)) == usual
    for other in (training(TEXT[1:]), training(steps=21), training(seed=2)):
        assert other.settings != usual


def test_every_setting_reaches_the_engine() -> None:
    recipe = TextRecipe(steps=25, batch_size=3)
    job = TextTraining(TEXT, shape=SMALL, recipe=recipe, seed=1)
    batch = job.trainer.batches(0)[0]
    assert batch.packing.lengths.tolist() == [25] * 3
