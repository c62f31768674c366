# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from rnnkit.engine import Choice
from rnnkit.errors import ModelError, UsageError
from rnnkit.files.weights import load_tensors, save_tensors
from rnnkit.tasks.jazz.copies import KnownRuns
from rnnkit.tasks.jazz.measures import measure
from rnnkit.tasks.jazz.model import SoloModel, Wishes
from rnnkit.tasks.jazz.solo import Solo
from tests.tasks.jazz.lessons import harmony, solo

CHANGES = harmony(16)


def is_sound(solo: Solo) -> bool:
    """One note at a time, all of them within the form."""
    ends = solo.notes[:, 0] + solo.notes[:, 2]
    return bool(
        (solo.notes[0, 0] >= 0)
        and (solo.notes[:, 2] > 0).all()
        and (ends[:-1] <= solo.notes[1:, 0]).all()
        and ends[-1] <= solo.harmony.end
    )


def test_solos_over_a_form(model: SoloModel) -> None:
    solos = model.improvise(CHANGES, seed=1, count=3)
    assert all(map(is_sound, solos))
    assert all(len(solo.notes) > 10 for solo in solos)
    assert len({solo.notes.tobytes() for solo in solos}) == 3


def test_the_same_seed_plays_the_same(model: SoloModel) -> None:
    one, again, other = (
        model.improvise(CHANGES, seed=seed)[0].notes for seed in (1, 1, 2)
    )
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_the_range_is_kept(model: SoloModel) -> None:
    (played,) = model.improvise(CHANGES, seed=1, wishes=Wishes(low=60, high=72))
    assert 60 <= played.notes[:, 1].min() <= played.notes[:, 1].max() <= 72


@pytest.mark.parametrize(("low", "high"), [(60, 65), (10, 60), (80, 100), (70, 50)])
def test_a_range_that_is_none(low: int, high: int) -> None:
    with pytest.raises(UsageError, match="cannot lie between"):
        Wishes(low=low, high=high)


def test_density(model: SoloModel) -> None:
    sparse, usual, dense = (
        len(model.improvise(CHANGES, seed=1, wishes=Wishes(density=density))[0].notes)
        for density in (-3, 0, 3)
    )
    assert sparse < usual < dense


def test_motifs_come_again_if_one_wants(model: SoloModel) -> None:
    """With all its weight on them, a long solo runs in circles."""
    changes = harmony(64)

    def again(motifs: float) -> float:
        wishes = Wishes(motifs=motifs, low=60, high=72)
        (played,) = model.improvise(changes, seed=1, wishes=wishes)
        return measure(played.notes, changes)["self_rep4"]

    assert again(-20) < again(20)


def test_silence_is_kept(model: SoloModel) -> None:
    silent = [(4 * 48, 8 * 48), (12 * 48, 16 * 48)]
    (played,) = model.improvise(CHANGES, seed=1, wishes=Wishes(silent=silent))
    assert is_sound(played)
    for tick, _, duration in played.notes.tolist():
        for first, past in silent:
            assert tick + duration <= first or tick >= past
    assert (played.notes[:, 0] >= 8 * 48).any()


def test_going_on_from_a_phrase(model: SoloModel) -> None:
    phrase = solo().notes[:6]
    (played,) = model.improvise(CHANGES, seed=1, prime=phrase)
    assert np.array_equal(played.notes[:5], phrase[:5])
    assert played.notes[5, :2].tolist() == phrase[5, :2].tolist()
    assert len(played.notes) > 10
    assert is_sound(played)


def test_a_phrase_that_fills_the_form_is_all(model: SoloModel) -> None:
    phrase = np.array([[0, 60, 6], [8 * 48 - 6, 62, 6]])
    (played,) = model.improvise(harmony(8), seed=1, prime=phrase)
    assert np.array_equal(played.notes, phrase)


def test_a_waltz(model: SoloModel) -> None:
    (played,) = model.improvise(harmony(8, beats_a_bar=3), seed=1)
    assert is_sound(played)
    assert played.harmony.end == 8 * 36


def test_no_phrase_is_copied(model: SoloModel) -> None:
    """What it would play is declared known: it has to play something else."""
    greedy = Wishes(choice=Choice(temperature=0))
    (free,) = model.improvise(CHANGES, seed=1, wishes=greedy)
    known = KnownRuns.of([free.notes])
    watched = SoloModel(model.stored, model.codec, known)
    (other,) = watched.improvise(CHANGES, seed=1, wishes=greedy)
    assert known.copied(free.notes).all()
    assert not known.copied(other.notes).any()


def test_a_file_of_it(model: SoloModel, tmp_path: Path) -> None:
    path = tmp_path / "jazz.safetensors"
    model.save(path)
    again = SoloModel.load(path)
    weights = model.network.parameters.values
    assert np.allclose(again.network.parameters.values, weights, atol=1e-3)
    assert len(again.known) == len(model.known)
    assert is_sound(again.improvise(CHANGES, seed=1)[0])


def test_strange_files_are_refused(model: SoloModel, tmp_path: Path) -> None:
    path = tmp_path / "jazz.safetensors"
    model.save(path)
    tensors, metadata = load_tensors(path)
    for strange in (
        ({**tensors, "extra.known": np.zeros(3)}, metadata),
        (tensors, {**metadata, "codec": {"kind": "names"}}),
    ):
        save_tensors(path, *strange, force=True)
        with pytest.raises(ModelError, match="not a model of solos"):
            SoloModel.load(path)


def test_takes_do_not_depend_on_one_another_in_length(model: SoloModel) -> None:
    for played in model.improvise(CHANGES, seed=5, count=4):
        ticks = played.notes[:, 0].tolist()
        assert all(now < after for now, after in pairwise(ticks))
