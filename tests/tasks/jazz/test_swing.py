# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.files.score import Note
from rnnkit.tasks.jazz.swing import (
    FINE,
    heard_swing,
    played,
    straightened,
    usual_swing,
)


def onsets(ticks: list[int], swing: float) -> list[int]:
    return [note.onset for note in played([Note(t, 60, 1) for t in ticks], swing)]


def test_an_eighth_falls_where_the_swing_says() -> None:
    assert onsets([0, 6, 12, 18], 0.5) == [0, 240, 480, 720]
    assert onsets([0, 6, 12, 18], 2 / 3) == [0, 320, 480, 800]
    assert onsets([0, 3, 6, 9], 0.6) == [0, 144, 288, 384]


def test_triplets_are_played_as_written() -> None:
    assert onsets([0, 4, 8, 12, 18], 0.6) == [0, 160, 320, 480, 768]


@given(
    st.lists(st.integers(-48, 300), min_size=2, max_size=40, unique=True).map(sorted),
    st.floats(0.5, 0.8),
)
def test_the_order_stays_and_nothing_overlaps(ticks: list[int], swing: float) -> None:
    notes = [Note(now, 60, after - now) for now, after in pairwise(ticks)]
    for note, after in pairwise(played(notes, swing)):
        assert note.onset < note.end <= after.onset


def test_a_beat_stays_a_beat() -> None:
    assert onsets([-12, 0, 12, 120], 0.7) == [-FINE, 0, FINE, 10 * FINE]


def test_the_faster_the_straighter() -> None:
    shares = [usual_swing(tempo) for tempo in (40, 120, 180, 240, 320)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == pytest.approx(2 / 3, abs=0.01)
    assert 0.5 < shares[-1] < 0.56


@given(
    st.lists(st.integers(0, 300), min_size=1, max_size=40, unique=True).map(sorted),
    st.sampled_from([0.5, 0.55, 0.6, 0.64, 0.7, 0.75]),
)
def test_straightening_undoes_swing(ticks: list[int], swing: float) -> None:
    # What a beat with one note of a triplet was cannot be told from its sound alone.
    ticks = [tick for tick in ticks if tick % 12 not in (2, 4, 8, 10)]
    notes = [Note(tick, 60, 1) for tick in ticks]
    found = straightened(played(notes, swing), FINE, swing)
    assert [note.onset for note in found] == ticks


def test_the_swing_is_heard() -> None:
    eighths = [Note(6 * n, 60, 5) for n in range(24)]
    assert heard_swing(played(eighths, 0.62), FINE) == pytest.approx(0.62, abs=0.005)
    early = [note._replace(onset=note.onset - 9) for note in played(eighths, 0.62)]
    assert heard_swing(early, FINE) == pytest.approx(0.6, abs=0.01)
    assert heard_swing(eighths[::2], 12) is None
