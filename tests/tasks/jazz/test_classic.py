# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnkit.errors import InputError, ModelError
from rnnkit.files.weights import load_tensors, save_tensors
from rnnkit.tasks.jazz.classic import ClassicModel, ClassicTraining, classic_solo
from rnnkit.tasks.jazz.grammar import values_of
from rnnkit.tasks.jazz.model import SoloModel
from rnnkit.tasks.jazz.progression import read_progression
from tests.tasks.jazz.lessons import SOLOS

PROGRESSION = read_progression("Dm7 | G7 | Cmaj7 | A7 | Dm7 G7 | Cmaj7")


@pytest.fixture(scope="module")
def classic() -> ClassicModel:
    job = ClassicTraining(SOLOS[:3], seed=1)
    for _ in job.trainer.run():
        pass
    return job.model()


def test_it_learns_what_follows_what(classic: ClassicModel) -> None:
    assert classic.stored.metrics["train_loss"] < 1
    said = {value for solo in SOLOS[:3] for bar in values_of(solo) for value in bar}
    assert set(classic.vocabulary) == said


def test_fifty_values_a_bar(classic: ClassicModel) -> None:
    bars = classic.values(3, np.random.default_rng(1))
    assert [len(bar) for bar in bars] == [50, 50, 50]
    assert bars[0] != bars[1]
    one, other = classic.values(2, np.random.default_rng(1), temperature=0)
    assert one == other


def test_a_solo_in_its_way(classic: ClassicModel) -> None:
    one, again, other = (
        classic_solo(PROGRESSION, np.random.default_rng(seed), model=classic)
        for seed in (1, 1, 2)
    )
    assert np.array_equal(one.notes, again.notes)
    assert not np.array_equal(one.notes, other.notes)
    ticks, pitches, durations = one.notes.T
    assert len(ticks) > 10
    assert (ticks[:-1] + durations[:-1] <= ticks[1:]).all()
    assert ticks[-1] < one.harmony.end == 6 * 48
    assert (ticks % 3 == 0).all()
    # The first value of every bar is a chord tone that comes a quarter of a beat late.
    assert 3 in ticks.tolist()
    assert pitches[0] % 12 in {2, 5, 9, 0}


def test_a_file_of_it(classic: ClassicModel, tmp_path: Path) -> None:
    path = tmp_path / "classic.safetensors"
    classic.save(path)
    assert path.stat().st_size <= 100_000
    again = ClassicModel.load(path)
    assert again.vocabulary == classic.vocabulary
    tensors, metadata = load_tensors(path)
    for codec in ({}, {"values": ["C,1"]}, {"values": ["Q"]}, {"values": 3}):
        save_tensors(path, tensors, {**metadata, "codec": codec}, force=True)
        with pytest.raises(ModelError, match="not a model of values"):
            ClassicModel.load(path)


def test_the_other_model_is_refused(model: SoloModel, tmp_path: Path) -> None:
    path = tmp_path / "jazz.safetensors"
    model.save(path)
    with pytest.raises(ModelError, match="is a model for jazz"):
        ClassicModel.load(path)


def test_too_few_values() -> None:
    with pytest.raises(InputError, match="values: too few"):
        ClassicTraining([], seed=1)
