# SPDX-License-Identifier: Apache-2.0
"""Values: how the course writes a note down.

    C,0.500,<5,-1>      a chord tone, half a beat long, at most 5 semitones above and at
                        most 1 below the note before
    R,0.500             a rest

A chord tone is C, a tone of the scale S (major over major chords, dorian over others),
A is an approach (a semitone from a chord tone), X any other. The range is a minor third
to either side of the interval that was played. The first note of a bar has none.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from rnnkit.tasks.jazz.chords import Chord

CHORD, SCALE, APPROACH, OTHER, REST = "C", "S", "A", "X", "R"

_MAJOR = (0, 2, 4, 5, 7, 9, 11)
_DORIAN = (0, 2, 3, 5, 7, 9, 10)
_MINOR_THIRD = 3


class Value(NamedTuple):
    """A note or a rest.

    Attributes:
        kind: C, S, A, X or R.
        beats: how long.
        reach: the most semitones up and down from the note before; None: any.
    """

    kind: str
    beats: Fraction
    reach: tuple[int, int] | None = None

    def __str__(self) -> str:
        text = f"{self.kind},{float(self.beats):.3f}"
        if self.reach is not None:
            text += f",<{self.reach[0]},{self.reach[1]}>"
        return text


def value_of(
    pitch: int | None, beats: Fraction, chord: Chord, before: int | None
) -> Value:
    """Write a note down.

    Args:
        pitch: None for a rest.
        before: the pitch before it in the bar; None if there is none.
    """
    if pitch is None:
        return Value(REST, beats)
    reach = None
    if before is not None:
        interval = pitch - before
        reach = interval + _MINOR_THIRD, interval - _MINOR_THIRD
    return Value(_kind(pitch % 12, chord), beats, reach)


def tones(kind: str, chord: Chord) -> frozenset[int]:
    """The pitch classes that a kind stands for over a chord.

    As in the course, approaches and others are played as chord tones.
    """
    return scale_of(chord) if kind == SCALE else chord.pitch_classes


def scale_of(chord: Chord) -> frozenset[int]:
    """The scale that the course takes: major over a major third, else dorian."""
    steps = _MAJOR if 4 in chord.quality.tones else _DORIAN
    return frozenset((chord.root + step) % 12 for step in steps)


def _kind(tone: int, chord: Chord) -> str:
    if tone in chord.pitch_classes:
        return CHORD
    if tone in scale_of(chord):
        return SCALE
    near = {(tone + 1) % 12, (tone - 1) % 12}
    return APPROACH if near & chord.pitch_classes else OTHER
