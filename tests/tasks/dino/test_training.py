# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.engine import CELLS, OPTIMIZERS, EpochDone, Finished
from rnnkit.errors import UsageError
from rnnkit.models.alphabet import HEAD, INPUT
from rnnkit.models.kneser_ney import KneserNey
from rnnkit.models.ngram import Bigram
from rnnkit.models.recipe import SCHEDULES
from rnnkit.models.sequence import Encoded
from rnnkit.models.storage import load_checkpoint, save_checkpoint
from rnnkit.tasks.dino import NameModel, NameTraining, Recipe, Shape
from rnnkit.tasks.dino.training import split
from tests.tasks.dino.lessons import DINOSAURS, SMALL, SOME, run, training

PARTS = ("train", "validation", "test")


def loss(model: NameModel, names: list[str]) -> float:
    """Mean nats a character over all names together."""
    steps = [len(name) + 1 for name in names]
    nats = [scored.nll for scored in model.score(names)]
    return float(np.average(nats, weights=steps))


def pairs(items: list[Encoded]) -> list[tuple[Any, Any]]:
    return [(item.inputs[INPUT], item.targets[HEAD]) for item in items]


# The split


@settings(derandomize=True, deadline=None)
@given(
    st.lists(st.text(min_size=1, max_size=4), min_size=2, max_size=40, unique=True),
    st.floats(0, 0.9),
    st.floats(0, 0.9),
    st.integers(0, 2**32),
    st.randoms(use_true_random=False),
)
def test_every_name_is_in_one_part_whatever_the_order_of_the_list(
    names: list[str], validation: float, test: float, seed: int, random: Any
) -> None:
    recipe = Recipe(validation=validation, test=test)
    parts = split(names, recipe, seed=seed)
    assert tuple(parts) == PARTS
    assert sorted(name for part in parts.values() for name in part) == sorted(names)
    assert parts["train"]
    assert parts["validation"]
    random.shuffle(names)
    assert split(names, recipe, seed=seed) == parts


@pytest.mark.parametrize(
    ("count", "validation", "test", "sizes"),
    [
        (100, 0.1, 0.0, (90, 10, 0)),
        (100, 0.1, 0.2, (70, 10, 20)),
        (1540, 0.1, 0.1, (1232, 154, 154)),
        (2, 0.1, 0.1, (1, 1, 0)),
        (3, 0.4, 0.4, (1, 1, 1)),
        (10, 0.9, 0.9, (1, 9, 0)),
        (10, 0.0, 0.0, (9, 1, 0)),
    ],
)
def test_shares_are_kept_as_far_as_there_are_names(
    count: int, validation: float, test: float, sizes: tuple[int, ...]
) -> None:
    names = [f"name {number}" for number in range(count)]
    parts = split(names, Recipe(validation=validation, test=test), seed=1)
    assert tuple(len(parts[part]) for part in PARTS) == sizes


def test_another_seed_gives_another_split() -> None:
    recipe = Recipe(validation=0.5)
    assert split(SOME, recipe, seed=1) != split(SOME, recipe, seed=2)


# What a training learns from


def test_counting_sees_only_the_names_to_learn_from() -> None:
    job = training(test=0.2)
    encoded = {p: [job.codec.encode(n) for n in job.names[p]] for p in PARTS}
    counted = Bigram(job.codec.size).fit(pairs(encoded["train"]))
    assert job.bigram == {p: counted.loss(pairs(encoded[p])) for p in PARTS}
    longer = KneserNey.fit(pairs(encoded["train"]), size=job.codec.size)
    assert job.kneser_ney == {p: longer.loss(pairs(encoded[p])) for p in PARTS[1:]}


def test_the_network_learns_from_nothing_else() -> None:
    job = training(test=0.2)
    for epoch in range(2):
        learnt = [
            name
            for batch in job.trainer.batches(epoch)
            for name in decoded(job, batch.packing.unpack(batch.targets[HEAD]))
        ]
        assert sorted(learnt) == sorted(job.names["train"])


def decoded(job: NameTraining, rows: list[Any]) -> Iterator[str]:
    for symbols in rows:
        yield job.codec.restore(job.codec.decode(symbols))


def test_every_name_of_the_list_is_known_afterwards(model: NameModel) -> None:
    assert len(model.known) == len(SOME)
    assert all(model.is_known(name) for name in SOME)


# Learning


def test_it_beats_counting_pairs_of_letters() -> None:
    job = training(
        DINOSAURS[::4],
        shape=Shape(hidden=48, embedding=16, dropout=0.0),
        epochs=14,
        learning_rate=0.02,
        validation=0.15,
    )
    run(job)
    _, report = job.finish()
    assert report.validation_loss < report.bigram_validation - 0.2
    assert not any("bigram" in sentence for sentence in report.advice)
    assert report.kneser_ney_validation < report.validation_loss
    assert any("--mix auto" in sentence for sentence in report.advice)
    _, report = job.finish(mix="auto")
    assert not any("--mix" in sentence for sentence in report.advice)


def test_it_learns_a_list_by_heart() -> None:
    job = training(
        ["Rex", "Raptor", "Stego", "Bronto"],
        shape=Shape(hidden=32, embedding=0, dropout=0.0),
        epochs=120,
        learning_rate=0.03,
        weight_decay=0.0,
    )
    for _ in job.trainer.run():
        pass
    names = [name.text for name in job.model().sample(9, seed=1, allow_known=True)]
    assert set(names[:3]) == set(job.names["train"])


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 2])
def test_every_cell_learns(cell: str, layers: int) -> None:
    shape = Shape(cell, hidden=16, layers=layers, embedding=0, dropout=0.1)
    job = training(shape=shape, epochs=4, learning_rate=0.02)
    run(job)
    losses = [train for train, _ in job.trainer.history]
    assert losses[-1] < losses[0] - 0.15


def test_the_best_epoch_is_kept() -> None:
    job = training(
        SOME[:12],
        shape=Shape(hidden=24, embedding=0, dropout=0.0),
        epochs=60,
        learning_rate=0.05,
    )
    model = run(job)
    _, report = job.finish()
    losses = [validation for _, validation in job.trainer.history]
    assert min(losses) < losses[-1] - 0.1
    assert report.validation_loss == pytest.approx(min(losses), rel=1e-6)
    assert loss(model, job.names["validation"]) == pytest.approx(min(losses), rel=1e-5)
    assert any("overfits" in sentence for sentence in report.advice)


def test_the_report_says_how_good_the_kept_network_is() -> None:
    job = training(test=0.2)
    model = run(job)
    _, report = job.finish()
    assert report.epochs == 3
    for part, told in (
        ("train", report.train_loss),
        ("validation", report.validation_loss),
        ("test", report.test_loss),
    ):
        assert told == pytest.approx(loss(model, job.names[part]), rel=1e-5)
    assert report.bigram_validation == job.bigram["validation"]
    assert report.bigram_test == job.bigram["test"]
    assert report.kneser_ney_validation == job.kneser_ney["validation"]
    assert report.kneser_ney_test == job.kneser_ney["test"]
    assert model.stored.metrics["test_loss"] == report.test_loss


def test_without_test_names_there_is_no_test_loss() -> None:
    job = training()
    run(job)
    _, report = job.finish()
    assert report.test_loss is None
    assert report.bigram_test is None
    assert report.kneser_ney_test is None
    assert report.network_test is None


def test_before_the_first_epoch_there_is_nothing_to_keep() -> None:
    with pytest.raises(ValueError, match="no epoch"):
        training().finish()


# A model of both, network and counting


def trained(**recipe: Any) -> NameTraining:
    job = training(test=0.2, **recipe)
    for _ in job.trainer.run():
        pass
    return job


@pytest.mark.parametrize("mix", [0.25, 1.0])
def test_losses_of_a_mixture_are_told_beside_those_of_its_parts(mix: float) -> None:
    job = trained()
    alone, before = job.finish()
    model, report = job.finish(mix=mix)
    assert report.mix == mix
    losses = (report.train_loss, report.validation_loss, report.test_loss)
    parts = (report.network_train, report.network_validation, report.network_test)
    for part, mixed, network in zip(PARTS, losses, parts, strict=True):
        assert mixed == pytest.approx(loss(model, job.names[part]), rel=1e-5)
        assert network == pytest.approx(loss(alone, job.names[part]), rel=1e-5)
    assert before.mix == 0
    assert before.train_loss == before.network_train == report.network_train
    if mix == 1:
        assert report.test_loss == pytest.approx(report.kneser_ney_test)
    assert model.stored.metrics == {
        name: value for name, value in asdict(report).items() if name != "advice"
    }


def test_the_best_share_is_best_on_the_validation_names() -> None:
    job = trained(epochs=6, learning_rate=0.02)
    _, best = job.finish(mix="auto")
    assert 0 < best.mix < 1
    for other in (best.mix - 0.05, best.mix + 0.05, 1.0, 0.0):
        _, report = job.finish(mix=min(1.0, max(0.0, other)))
        assert best.validation_loss <= report.validation_loss


def test_a_network_alone_has_a_file_without_a_trace_of_others() -> None:
    model, _ = trained().finish()
    assert model.mixture is None
    assert set(model.stored.extra) == {"known"}
    assert set(model.stored.metrics) == {
        "epochs",
        "train_loss",
        "validation_loss",
        "test_loss",
        "bigram_validation",
        "bigram_test",
    }


# Any list, any settings


@pytest.mark.parametrize(
    "names",
    [
        ["a", "b"],
        ["Rex", "x" * 1000],
        ["恐竜", "龍"],
        ["Нижний Новгород", "Тула", "Санкт-Петербург"],
        ["e\u0301", "İzmir", "Straße", "O'Neill", "🦖 🦕"],
        [chr(0x4E00 + number) for number in range(500)],
    ],
    ids=["two letters", "long", "ideographs", "Cyrillic", "mixed", "many letters"],
)
def test_any_list_can_be_learnt(names: list[str]) -> None:
    for mix in (0.0, 0.5):
        model = run(training(names, epochs=2), mix=mix)
        assert all(math.isfinite(scored.nll) for scored in model.score(names))
        for name in model.sample(5, seed=1):
            assert name.text


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_and_schedule_runs(optimizer: str, schedule: str) -> None:
    for epochs in (1, 2):
        job = training(
            ["Rex", "Raptor", "Stego"],
            optimizer=optimizer,
            schedule=schedule,
            epochs=epochs,
            batch_size=1,
        )
        before = job.trainer.network.parameters.values.copy()
        run(job)
        assert np.any(job.trainer.network.parameters.values != before)


def test_it_stops_when_patience_is_lost() -> None:
    job = training(epochs=50, learning_rate=1e-12, weight_decay=0.0, patience=3)
    *_, last = job.trainer.run()
    assert isinstance(last, Finished)
    assert last.reason == "patience"
    assert last.epoch < 50


# The same again


def test_the_same_seed_gives_the_same_file(model: NameModel, tmp_path: Path) -> None:
    first, second, turned, other = (tmp_path / str(number) for number in range(4))
    model.save(first)
    run(training()).save(second)
    run(training(SOME[::-1])).save(turned)
    run(training(seed=2)).save(other)
    assert first.read_bytes() == second.read_bytes() == turned.read_bytes()
    assert first.read_bytes() != other.read_bytes()


def resumed(path: Path, stopped: NameTraining, **recipe: Any) -> NameTraining:
    """A new training that goes on where another one was saved."""
    save_checkpoint(path, stopped.trainer, task="dino", settings=stopped.settings)
    again = training(**recipe)
    checkpoint = load_checkpoint(path, task="dino")
    assert checkpoint.settings == again.settings
    again.trainer.resume(checkpoint.tensors, checkpoint.trainer)
    return again


@pytest.mark.parametrize(
    "recipe",
    [
        {"epochs": 4},
        {"epochs": 4, "optimizer": "rmsprop", "schedule": "onecycle"},
        {"epochs": 4, "optimizer": "sgd", "schedule": "step", "batch_size": 7},
    ],
    ids=str,
)
def test_stopping_between_epochs_changes_nothing(
    tmp_path: Path, recipe: dict[str, Any]
) -> None:
    straight = training(**recipe)
    run(straight).save(tmp_path / "straight")

    stopped = training(**recipe)
    for event in stopped.trainer.run():
        if isinstance(event, EpochDone) and event.epoch == 2:
            break
    again = resumed(tmp_path / "checkpoint", stopped, **recipe)
    run(again).save(tmp_path / "again")
    assert again.trainer.history == straight.trainer.history
    assert (tmp_path / "again").read_bytes() == (tmp_path / "straight").read_bytes()


@settings(max_examples=8, derandomize=True, deadline=None)
@given(steps=st.integers(0, 25))
def test_stopping_at_any_step_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, steps: int
) -> None:
    folder = tmp_path_factory.mktemp("stopped")
    recipe: dict[str, Any] = {"epochs": 2, "batch_size": 5}
    stopped = training(**recipe)
    for _ in islice(stopped.trainer.run(), steps):
        pass
    again = resumed(folder / "checkpoint", stopped, **recipe)
    model, whole = run(again), run(training(**recipe))
    assert list(model.score(SOME)) == list(whole.score(SOME))


def test_settings_tell_trainings_apart() -> None:
    usual = training().settings
    assert json.loads(json.dumps(usual)) == usual
    assert training().settings == usual
    for other in (
        training(SOME[1:]),
        training(seed=2),
        training(epochs=4),
        training(shape=Shape(hidden=17, embedding=8)),
    ):
        assert other.settings != usual


def test_the_model_tells_how_it_was_made(model: NameModel) -> None:
    made = model.stored.training
    assert made["names"] == {"train": 54, "validation": 6, "test": 0}
    assert (made["seed"], made["epochs"]) == (1, 3)
    assert made["hidden"] == SMALL.hidden


def test_distilled_targets_are_learnt_from_and_never_judged_by() -> None:
    job = NameTraining(SOME, shape=SMALL, recipe=Recipe(distill=0.3), seed=1)
    for batch in job.trainer.batches(0):
        targets = batch.targets[HEAD]
        assert targets.shape == (batch.packing.row_count, job.codec.size)
        assert (targets.max(axis=1) > 0.7).all()
    (judged,) = job.trainer.validation
    assert judged.targets[HEAD].ndim == 1


def test_a_list_too_long_to_distil(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnnkit.tasks.dino.training._MOST_CHANCES", 100)
    with pytest.raises(UsageError, match="too long for --distill"):
        NameTraining(SOME, shape=SMALL, recipe=Recipe(distill=0.3), seed=1)


def test_names_that_have_been_split_before() -> None:
    parts = {"train": SOME[:40], "validation": SOME[40:50], "test": SOME[50:]}
    job = NameTraining(SOME, shape=SMALL, recipe=Recipe(), seed=1, parts=parts)
    assert job.names == parts
    assert job.counts == {"train": 40, "validation": 10, "test": len(SOME) - 50}


def test_every_setting_reaches_the_engine() -> None:
    shape = Shape(hidden=5, dropout=0.4, input_dropout=0.2, variational=True)
    recipe = Recipe(label_smoothing=0.1, average=0.9, clip=2.0, patience=3)
    trainer = NameTraining(SOME, shape=shape, recipe=recipe, seed=1).trainer
    dropout = trainer.network.config.dropout
    assert (dropout.inputs, dropout.between, dropout.outputs) == (0.2, 0.4, 0.4)
    assert dropout.variational
    assert trainer.loss.label_smoothing == 0.1
    assert trainer.settings.average_decay == 0.9
    assert (trainer.settings.clip_norm, trainer.settings.patience) == (2.0, 3)
    plain = NameTraining(SOME, shape=Shape(), recipe=Recipe(), seed=1).trainer
    assert plain.average is None
