# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np

from rnnkit.tasks.jazz.progression import read_progression
from rnnkit.tasks.jazz.solo import Harmony, one_at_a_time
from tests.tasks.jazz.lessons import harmony, solo


def test_of_notes_on_one_tick_the_highest_stays() -> None:
    assert one_at_a_time([(6, 60, 3), (0, 50, 3), (6, 64, 2)]).tolist() == [
        [0, 50, 3],
        [6, 64, 2],
    ]


def test_a_note_ends_where_the_next_begins_and_is_never_empty() -> None:
    notes = one_at_a_time([(0, 60, 99), (5, 62, 0), (9, 64, 40)])
    assert notes[:, 2].tolist() == [5, 1, 40]


def test_strange_pitches_come_into_range_by_octaves() -> None:
    notes = one_at_a_time([(0, 35, 1), (1, 97, 1), (2, 0, 1), (3, 127, 1)])
    assert notes[:, 1].tolist() == [47, 85, 36, 91]


def test_no_notes() -> None:
    assert one_at_a_time([]).shape == (0, 3)


def test_chords_by_tick() -> None:
    rows = harmony().rows(np.array([-5, 0, 47, 48, 8 * 48, 10**6]))
    assert rows.tolist() == [0, 0, 3, 4, 31, 31]
    assert harmony().end == 8 * 48


def test_the_harmony_of_a_progression() -> None:
    written = read_progression("Dm7 G7 | Cmaj7")
    found = Harmony.of(written.harmony())
    assert found.roots.tolist() == [2, 2, 7, 7, 0, 0, 0, 0]
    assert found.ticks_a_bar == 48


def test_a_solo_in_another_key() -> None:
    moved = solo().transposed(3)
    assert (moved.notes[:, 1] - solo().notes[:, 1] == 3).all()
    assert ((moved.harmony.roots - solo().harmony.roots) % 12 == 3).all()
