# SPDX-License-Identifier: Apache-2.0
"""Draw a solo over its chords: chord tones, scale tones and the others apart."""

from __future__ import annotations

from collections.abc import Iterable

from rnnkit.drawing.piano_roll import Roll, Sound
from rnnkit.files.score import Note
from rnnkit.tasks.jazz.chords import Chord
from rnnkit.tasks.jazz.progression import Progression, symbol_of
from rnnkit.tasks.jazz.swing import TICKS

_CHORD, _SCALE, _OUTSIDE = 0.15, 0.62, 1.0
_LEGEND = ((_CHORD, "chord"), (_SCALE, "scale"), (_OUTSIDE, "outside"))


def roll_of(solo: Iterable[Note], progression: Progression, title: str = "") -> Roll:
    """The piano roll of a solo.

    Args:
        solo: notes on the grid of writing (12 ticks a beat); a pick-up is left out.
        progression: all that is played over.
        title: what stands on top.
    """
    harmony = progression.harmony()
    sounds = [
        Sound(
            note.onset / TICKS,
            note.end / TICKS,
            note.pitch,
            _shade(note.pitch, harmony[note.onset // TICKS]),
        )
        for note in sorted(solo)
        if 0 <= note.onset < progression.total_beats * TICKS
    ]
    return Roll(
        sounds=sounds,
        chords=[(beat, symbol_of(chord)) for beat, chord in progression.changes()],
        bars=len(progression),
        beats=progression.beats,
        title=title,
        legend=_LEGEND,
    )


def _shade(pitch: int, chord: Chord) -> float:
    if pitch % 12 in chord.pitch_classes:
        return _CHORD
    return _SCALE if pitch % 12 in chord.scale else _OUTSIDE
