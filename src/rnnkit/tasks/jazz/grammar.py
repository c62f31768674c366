# SPDX-License-Identifier: Apache-2.0
"""The values of the course's jazz assignment: a melody told as chord tones and others.

A value says what happens next, not which pitch sounds:

    C,0.5         a chord tone that lasts half a beat
    S,0.25,<5,-1> a tone of the scale, at most five semitones above the note before and
                  at most one below it
    A  X  R       an approach (a semitone from a chord tone), any other tone, a rest

The two numbers are the interval from the note before, a minor third wider on either
side; the first note of a bar has none. So a value fits every chord, and writing it out
again leaves the pitch to chance: that is what the assignment calls to unparse it.

Lengths are in beats, as the course has them; in the arrays here they are ticks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np

from rnnkit.tasks.jazz.chords import QUALITIES
from rnnkit.tasks.jazz.solo import HIGHEST_PITCH, TICKS_A_BEAT, Harmony, Solo

CHORD, SCALE, APPROACH, OTHER, REST = "CSAXR"

MOST_TICKS = 96
"""A value lasts at most two bars of four beats."""

_QUARTER = TICKS_A_BEAT // 4
_MINOR_THIRD = 3
_MAJOR_SCALE = frozenset({0, 2, 4, 5, 7, 9, 11})
_DORIAN_SCALE = frozenset({0, 2, 3, 5, 7, 9, 10})
_LOWEST_FIRST = 60
"""A tone that is free lies in the octave above the C in the middle of the piano."""

_LOWEST = 48
_WRITTEN = re.compile(
    r"([CSAXR]),(\d{1,2}(?:\.\d{1,3})?)(?:,<(-?\d{1,3}),(-?\d{1,3})>)?"
)

NoteRow: TypeAlias = tuple[int, int, int]
"""Tick, pitch and duration."""


class Value(NamedTuple):
    """What happens next.

    Attributes:
        kind: C, S, A, X or R.
        duration: in ticks.
        reach: semitones above and below the note before; none: anywhere.
    """

    kind: str
    duration: int
    reach: tuple[int, int] | None = None

    def __str__(self) -> str:
        beats = f"{self.duration / TICKS_A_BEAT:.3f}".rstrip("0").rstrip(".")
        reach = "" if self.reach is None else f",<{self.reach[0]},{self.reach[1]}>"
        return f"{self.kind},{beats}{reach}"

    @classmethod
    def read(cls, text: str) -> Value:
        """Undo writing it.

        Raises:
            ValueError: it is no value.
        """
        found = _WRITTEN.fullmatch(text)
        if not found:
            raise ValueError(f"{text[:40]!r} is no value of the grammar")
        kind, beats, above, below = found.groups()
        duration = round(float(beats) * TICKS_A_BEAT)
        if not 0 < duration <= MOST_TICKS:
            raise ValueError(f"{text[:40]!r} has no length that a value can have")
        reach = None if above is None else (int(above), int(below))
        return cls(kind, duration, reach)


@dataclass(frozen=True)
class _Sounding:
    """The tones that count as each kind while a chord sounds, as pitch classes."""

    chord: frozenset[int]
    scale: frozenset[int]

    @classmethod
    def at(cls, harmony: Harmony, tick: int) -> _Sounding:
        row = harmony.rows(np.array(tick))
        root = int(harmony.roots[row])
        tones = QUALITIES[int(harmony.qualities[row])].tones
        scale = _MAJOR_SCALE if 4 in tones else _DORIAN_SCALE
        return cls(
            chord=frozenset((root + tone) % 12 for tone in tones),
            scale=frozenset((root + tone) % 12 for tone in scale),
        )

    def kind(self, pitch: int) -> str:
        """What a pitch is over this chord: the first that fits."""
        for kind in (CHORD, SCALE, APPROACH):
            if self.fits(pitch, kind):
                return kind
        return OTHER

    def fits(self, pitch: int, kind: str) -> bool:
        """Whether a pitch can be written for a kind; anything is another tone."""
        if kind == CHORD:
            return pitch % 12 in self.chord
        if kind == SCALE:
            return pitch % 12 in self.scale
        if kind == APPROACH:
            return bool({(pitch - 1) % 12, (pitch + 1) % 12} & self.chord)
        return True


def values_of(solo: Solo) -> list[list[Value]]:
    """The values of a solo, bar by bar.

    A note that sounds on into the next bar ends with its bar, and a rest shorter than a
    quarter of a beat belongs to the note before it.
    """
    bar_ticks = solo.harmony.ticks_a_bar
    bars: list[list[NoteRow]] = []
    number = None
    for tick, pitch, duration in solo.notes.tolist():
        if tick // bar_ticks != number:
            number = tick // bar_ticks
            bars.append([])
        bars[-1].append((tick, pitch, duration))
    return [_bar_of(notes, solo.harmony) for notes in bars]


def _bar_of(notes: Sequence[NoteRow], harmony: Harmony) -> list[Value]:
    bar_ticks = harmony.ticks_a_bar
    now = notes[0][0] // bar_ticks * bar_ticks
    end = now + bar_ticks
    values: list[Value] = []
    before: int | None = None
    for number, (tick, pitch, duration) in enumerate(notes):
        following = notes[number + 1][0] if number + 1 < len(notes) else end
        if tick > now:
            values.append(Value(REST, tick - now))
        stop = min(tick + duration, following)
        now = following if following - stop < _QUARTER else stop
        reach = None
        if before is not None:
            interval = pitch - before
            reach = interval + _MINOR_THIRD, interval - _MINOR_THIRD
        kind = _Sounding.at(harmony, tick).kind(pitch)
        values.append(Value(kind, now - tick, reach))
        before = pitch
    if now < end:
        values.append(Value(REST, end - now))
    return values


def simplified(values: Sequence[Value]) -> list[Value]:
    """Values whose approaches and other tones are chord tones."""
    return [
        value._replace(kind=CHORD) if value.kind in (APPROACH, OTHER) else value
        for value in values
    ]


def quantised(values: Sequence[Value], generator: np.random.Generator) -> list[Value]:
    """Values with lengths of whole quarters of a beat: up or down, as a coin falls."""
    rounded = []
    for value in values:
        down, rest = divmod(value.duration, _QUARTER)
        if rest:
            down += int(generator.integers(2))
        rounded.append(value._replace(duration=_QUARTER * down))
    return rounded


def unparsed(
    values: Sequence[Value],
    harmony: Harmony,
    first: int,
    generator: np.random.Generator,
) -> list[NoteRow]:
    """Notes for the values of one bar.

    As in the course, time goes on before a note is put down: it begins where its value
    ends. What would come after the bar is left out.

    Args:
        harmony: where the chords stand.
        first: tick of the bar.
    """
    notes: list[NoteRow] = []
    before: int | None = None
    tick, end = first, first + harmony.ticks_a_bar
    for value in values:
        tick += value.duration
        if tick >= end:
            break
        if value.kind == REST:
            continue
        sounding = _Sounding.at(harmony, tick)
        before = _pitch(value, sounding, before, generator)
        notes.append((tick, before, value.duration))
    return notes


def pruned(notes: Sequence[NoteRow]) -> list[NoteRow]:
    """Notes without the second of each pair that repeats the first's pitch.

    Pairs are the first and second note, the third and fourth, and so on.
    """
    return [
        note
        for number, note in enumerate(notes)
        if number % 2 == 0 or note[1] != notes[number - 1][1]
    ]


def cleaned_up(notes: Sequence[NoteRow]) -> list[NoteRow]:
    """Notes that last, one at a time: of two that begin together the later goes."""
    kept: list[NoteRow] = []
    for tick, pitch, duration in notes:
        if not kept or tick > kept[-1][0]:
            kept.append((tick, pitch, duration or _QUARTER))
    return kept


def _pitch(
    value: Value,
    sounding: _Sounding,
    before: int | None,
    generator: np.random.Generator,
) -> int:
    if before is None or value.reach is None:
        free = range(_LOWEST_FIRST, _LOWEST_FIRST + 12)
        return _drawn([p for p in free if sounding.fits(p, value.kind)], generator)
    above, below = value.reach
    inside = [
        pitch
        for pitch in range(before + below, before + above + 1)
        if sounding.fits(pitch, value.kind)
    ]
    moving = [pitch for pitch in inside if pitch != before]
    # Without a tone that fits, a whole tone up or down will do.
    pitch = _drawn(moving or inside or [before - 2, before + 2], generator)
    while pitch < _LOWEST:
        pitch += 12
    while pitch > HIGHEST_PITCH:
        pitch -= 12
    return pitch


def _drawn(pitches: Sequence[int], generator: np.random.Generator) -> int:
    return pitches[int(generator.integers(len(pitches)))]
