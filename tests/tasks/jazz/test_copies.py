# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.engine.arrays import Array
from rnnkit.tasks.jazz.copies import RUN, KnownRuns, pairs_of
from tests.tasks.jazz.lessons import SOLOS, solo

KNOWN = KnownRuns.of(each.notes for each in SOLOS[:6])


def test_all_runs_of_what_was_learnt_are_known() -> None:
    copied = KNOWN.copied(solo(2).notes)
    assert len(copied) == len(solo(2).notes) - RUN
    assert copied.all()


def test_a_copy_in_another_key_and_at_another_time_is_one() -> None:
    moved = solo(2).notes + np.array([96, 5, 0])
    assert KNOWN.copied(moved).all()


def test_other_solos_copy_nothing() -> None:
    for each in SOLOS[6:]:
        assert not KNOWN.copied(each.notes).any()


def test_what_would_complete_a_run() -> None:
    notes = solo(2).notes
    pairs = pairs_of(notes[:20])
    intervals = np.arange(-12, 13)
    step = int(notes[20, 0] - notes[19, 0])
    completed = KNOWN.completed_by(pairs, intervals, step)
    assert intervals[completed].tolist() == [notes[20, 1] - notes[19, 1]]
    assert not KNOWN.completed_by(pairs, intervals, step + 1).any()
    assert not KNOWN.completed_by(pairs[:10], intervals, step).any()


def test_short_solos_have_no_runs() -> None:
    assert len(KNOWN.copied(solo(2).notes[:RUN])) == 0
    nothing = KnownRuns.of([])
    assert len(nothing) == 0
    assert not nothing.copied(solo(2).notes).any()


def test_as_an_array_and_back() -> None:
    again = KnownRuns.from_array(KNOWN.to_array())
    assert len(again) == len(KNOWN)
    assert again.copied(solo(2).notes).all()


@pytest.mark.parametrize(
    "hashes",
    [[], [0], [2**32 - 1], [0, 1, 65534, 65535], [65535, 131070, 131071, 2**31]],
)
def test_distances_of_every_size(hashes: list[int]) -> None:
    array = KnownRuns(np.array(hashes, np.uint32)).to_array()
    assert array.dtype == np.uint16
    assert np.array_equal(KnownRuns.from_array(array).to_array(), array)
    kept = np.cumsum(array, dtype=np.int64)[array != 65535]
    assert kept.tolist() == hashes


@pytest.mark.parametrize(
    "strange",
    [
        np.zeros(3, np.int64),
        np.zeros((2, 2), np.uint16),
        np.array([5, 0], np.uint16),
        np.array([65535] * 65537 + [1], np.uint16),
    ],
    ids=["another type", "two dimensions", "one twice", "beyond 32 bits"],
)
def test_strange_arrays_are_refused(strange: Array) -> None:
    with pytest.raises(ValueError, match="known runs"):
        KnownRuns.from_array(strange)
