# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.files.score import Note
from rnnkit.files.sheet_music import Value
from rnnkit.tasks.jazz.notation import written


def values_of(*notes: tuple[int, int], bars: int = 1) -> list[tuple[int, int | None]]:
    solo = [
        Note(onset, 60 + number, length) for number, (onset, length) in enumerate(notes)
    ]
    return [(v.ticks, v.pitch) for bar in written(solo, bars, 4) for v in bar]


@pytest.mark.parametrize(
    ("notes", "values"),
    [
        ([(0, 48)], [(48, 60)]),
        ([(0, 12), (12, 12)], [(12, 60), (12, 61), (24, None)]),
        ([(0, 6), (6, 6), (12, 36)], [(6, 60), (6, 61), (12, 62), (24, 62)]),
        ([(0, 7), (8, 4), (12, 36)], [(6, 60), (6, 61), (12, 62), (24, 62)]),
        ([(0, 4), (4, 4), (8, 4)], [(4, 60), (4, 61), (4, 62), (12, None), (24, None)]),
        ([(0, 4), (4, 44)], [(4, 60), (8, 61), (12, 61), (24, 61)]),
        ([(0, 3), (3, 3), (6, 5)], [(3, 60), (3, 61), (6, 62), (12, None), (24, None)]),
        ([(18, 12)], [(12, None), (6, None), (6, 60), (6, 60), (6, None), (12, None)]),
        ([(0, 1)], [(6, 60), (6, None), (12, None), (24, None)]),
    ],
)
def test_notes_become_values(
    notes: list[tuple[int, int]], values: list[tuple[int, int | None]]
) -> None:
    assert values_of(*notes) == values


def test_a_note_over_a_bar_line_is_tied() -> None:
    first, second = written([Note(36, 60, 24)], 2, 4)
    assert first[-1] == Value(12, 60, tied=True)
    assert second[0] == Value(12, 60, held=True)


def test_a_triplet_knows_its_first_and_its_last() -> None:
    (bar,) = written([Note(0, 60, 4), Note(4, 62, 8), Note(12, 64, 4), Note(16, 65, 4),
                      Note(20, 67, 4)], 1, 4)  # fmt: skip
    assert [value.triplet for value in bar] == [2, -1, 3, 0, -1, 0]


notes_in_time = st.lists(
    st.builds(Note, st.integers(-12, 220), st.integers(40, 80), st.integers(1, 60)),
    max_size=40,
)


@given(notes_in_time, st.sampled_from([3, 4]))
def test_bars_are_full_and_every_value_can_be_written(
    notes: list[Note], beats: int
) -> None:
    for bar in written(notes, 4, beats):
        assert sum(value.ticks for value in bar) == beats * 12
        place = 0
        for value in bar:
            allowed = {3, 6, 9, 12, 24, 36, 48, 4, 8}
            assert value.ticks in allowed
            assert value.ticks <= 12 - place % 12 or not place % 12
            place += value.ticks
        starts = sum(value.triplet > 0 for value in bar)
        assert starts == sum(value.triplet < 0 for value in bar)
        thirds = [value for value in bar if value.ticks in {4, 8}]
        assert bool(thirds) == bool(starts)
    flat = [value for bar in written(notes, 4, beats) for value in bar]
    for value, after in pairwise(flat):
        assert value.tied == after.held
        assert not value.tied or value.pitch == after.pitch
