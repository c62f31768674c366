# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from rnnkit.files.score import Note
from rnnkit.tasks.jazz.pictures import roll_of
from rnnkit.tasks.jazz.progression import read_progression


def test_a_solo_is_shaded_by_its_chords() -> None:
    solo = [Note(0, 60, 6), Note(12, 62, 6), Note(24, 61, 6), Note(48, 61, 6)]
    roll = roll_of(
        [Note(-6, 60, 6), *solo, Note(960, 60, 6)], read_progression("C | A7")
    )
    assert [sound.begin for sound in roll.sounds] == [0, 1, 2, 4]
    chord, scale, outside, again = (sound.shade for sound in roll.sounds)
    assert chord < scale < outside
    assert again == chord
    assert list(roll.chords) == [(0, "C"), (4, "A7")]
    assert roll.bars == 2
