# SPDX-License-Identifier: Apache-2.0
"""What an improviser knows when the next note is due: the inputs of the network.

The network reads one row a note. When it is read, it is known *when* the next note
begins, and so which chord it will meet; what follows from the row is *which* pitch it
has, how long the note before it was held, and how long it is until the one after it.

    row n reads    when note n begins, its chord and the chord to come, notes 0 .. n-1
    row n says     the pitch of note n, the duration of n-1, the step from n to n+1

How long a note was held is only told two rows later: it depends on when the next one
begins, so it would give away what is to be foreseen.

A soloist repeats himself. So the row also tells what came last time after the same few
intervals (the motif), and after the same few steps (the rhythm); and the network learns
when to go on as then. His habits are told too: which tones, places in the beat, steps
and durations he chose of late, as shares that fade.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from rnnkit.engine import Category, Number
from rnnkit.engine.arrays import Array, IntArray
from rnnkit.engine.configuration import Input
from rnnkit.tasks.jazz.chords import QUALITIES
from rnnkit.tasks.jazz.solo import LOWEST_PITCH, TICKS_A_BEAT, Harmony

STEPS = (*range(1, 49), 60, 72, 84, 96)
"""Ticks from a note to the next, by class. Longer ones are told as the longest."""

DURATIONS = 8
"""Classes: so many eighths of the time to the next note, at most two beats of it."""

_LARGEST_INTERVAL = 24
_INTERVALS = 2 * _LARGEST_INTERVAL + 1
_NOTHING = _INTERVALS
"""The class of an interval that is not known."""

_BEATS_AHEAD = 8
_PLACES = 48
_MOTIFS = (2, 3, 4, 6)
"""Intervals that have to be the same for a motif to be known again."""

_RHYTHMS = (3, 5, 8)
"""Steps that have to be the same for a rhythm to be known again."""

PHRASE_GAP = 24
"""Ticks from note to note at which a phrase is over."""

_MEMORY = 1 / 16
"""How fast the mean pitch forgets, a note."""

_MIDDLE = 66

_SPANS = (2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 18, 24, 48)
"""Ticks up to which steps count as alike, when habits are told."""

_FADING = 1 / 24
"""How fast habits are forgotten, a note."""

_LOUDER = 4.0
"""Shares are told so many times as large, to be about the size of other numbers."""

INPUTS: tuple[Input, ...] = (
    Category("step", len(STEPS), 16),
    Category("held", DURATIONS + 1, 4),
    Category("interval", _INTERVALS + 1, 20),
    Category("place", _PLACES, 16),
    Category("bar", 4),
    Category("degree", 12),
    Category("quality", len(QUALITIES), 10),
    Category("root motion", 13),
    Category("next quality", len(QUALITIES) + 1, 8),
    Category("ahead", _BEATS_AHEAD + 1, 4),
    Category("motif", len(_MOTIFS) + 1),
    Category("motif interval", _INTERVALS + 1, 12),
    Category("motif step", len(STEPS) + 1, 8),
    Category("rhythm", len(_RHYTHMS) + 1),
    Category("rhythm step", len(STEPS) + 1, 8),
    Number("register", 4),
    Number("tones of late", 12),
    Number("places of late", TICKS_A_BEAT),
    Number("steps of late", len(_SPANS) + 1),
    Number("held of late", DURATIONS),
    Number("phrase", 4),
    Number("tempo", 1),
)
"""What the network reads, the same in every key."""

ORIGINS = ("before", "root", "motif pitch", "middle")
"""Where pitches are counted from: as symbols, pitches above the lowest."""

REPEATS = ("step", "motif step", "rhythm step")
"""Where steps are counted from as well: so that "as long as then" is one mark."""

LANDINGS = {"from beat": TICKS_A_BEAT, "from bar": _PLACES}
"""Where steps are counted from, and round which circle: so that the mark beside a step
of up to a bar tells where in the beat, or in the bar, it leads."""

Row: TypeAlias = dict[str, int | tuple[float, ...]]


def step_class(ticks: int) -> int:
    """The class of a step: the nearest."""
    if ticks <= 48:
        return max(ticks, 1) - 1
    return 47 + min(round((ticks - 48) / 12), 4)


def duration_class(ticks: int, step: int) -> int:
    """The class of a duration, given the step to the next note."""
    share = round(DURATIONS * ticks / min(step, PHRASE_GAP))
    return min(max(share, 1), DURATIONS) - 1


def duration_of(symbol: int, step: int) -> int:
    """The ticks that a class of duration stands for."""
    ticks = round((symbol + 1) / DURATIONS * min(step, PHRASE_GAP))
    return min(max(ticks, 1), step)


def interval_class(semitones: int) -> int:
    """The class of an interval: beyond two octaves it is taken an octave nearer."""
    while abs(semitones) > _LARGEST_INTERVAL:
        semitones -= int(math.copysign(12, semitones))
    return semitones + _LARGEST_INTERVAL


class Outlook:
    """What stands at each beat of a harmony, and what comes next.

    Attributes:
        harmony: of the tune.
        rows: root, quality, root motion, next quality and beats ahead, by beat.
    """

    def __init__(self, harmony: Harmony) -> None:
        self.harmony = harmony
        roots, qualities = harmony.roots.tolist(), harmony.qualities.tolist()
        self.rows: list[tuple[int, int, int, int, int]] = []
        following = len(roots)
        for beat in reversed(range(len(roots))):
            here = roots[beat], qualities[beat]
            after = beat + 1
            if after < len(roots) and (roots[after], qualities[after]) != here:
                following = after
            ahead = following - beat
            if following < len(roots) and ahead <= _BEATS_AHEAD:
                motion = (roots[following] - here[0]) % 12
                self.rows.append((*here, motion, qualities[following], ahead))
            else:
                self.rows.append((*here, 12, len(QUALITIES), 0))
        self.rows.reverse()

    def at(self, tick: int) -> tuple[int, int, int, int, int]:
        """The row of the beat that a tick belongs to."""
        beat = tick // TICKS_A_BEAT - self.harmony.first
        return self.rows[min(max(beat, 0), len(self.rows) - 1)]


class Listener:
    """Follows a solo note by note.

    Args:
        outlook: on the harmony.
        tempo: beats a minute.
        tick: when the first note begins.
        pitch: of the first note.
    """

    def __init__(self, outlook: Outlook, tempo: float, tick: int, pitch: int) -> None:
        self._outlook = outlook
        self._tempo = (math.log2(tempo / 160),)
        self._ticks = [tick]
        self.pitches = [pitch]
        self._held = DURATIONS
        self._mean = float(pitch)
        self._low = self._high = pitch
        self._phrase = 0
        self._tones = _Habit(12)
        self._places = _Habit(TICKS_A_BEAT)
        self._spans = _Habit(len(_SPANS) + 1)
        self._touch = _Habit(DURATIONS)
        self._tones.note(pitch % 12)
        self._places.note(tick % TICKS_A_BEAT)
        # By motif: the number of the note that came after it last time.
        self._motifs: dict[tuple[int, ...], int] = {}
        self._intervals: list[int] = []
        self._rhythms: dict[tuple[int, ...], int] = {}
        self._steps: list[int] = []

    def expect(self, tick: int) -> Row:
        """What is read when the next note begins at ``tick``."""
        before = self.pitches[-1]
        step = tick - self._ticks[-1]
        start = self._phrase if step < PHRASE_GAP else len(self._ticks)
        began = self._ticks[start] if start < len(self._ticks) else tick
        length, motif = _recall(
            self._motifs, self._intervals, _MOTIFS, here=len(self.pitches)
        )
        # The step to this note is known before its pitch is.
        steps = [*self._steps, step]
        same, rhythm = _recall(self._rhythms, steps, _RHYTHMS, here=len(self._ticks))
        motif_pitch, motif_step = before, len(STEPS)
        if motif:
            motif_pitch += self.pitches[motif] - self.pitches[motif - 1]
            if motif + 1 < len(self._ticks):
                motif_step = step_class(self._ticks[motif + 1] - self._ticks[motif])
        root, quality, motion, next_quality, ahead = self._outlook.at(tick)
        bar, place = divmod(tick, self._outlook.harmony.ticks_a_bar)
        recent = sum(tick - each <= 4 * TICKS_A_BEAT for each in self._ticks[-24:])
        return {
            "step": step_class(step),
            "held": self._held,
            "interval": (
                interval_class(self._intervals[-1]) if self._intervals else _NOTHING
            ),
            "place": place,
            "bar": bar % 4,
            "degree": (before - root) % 12,
            "quality": quality,
            "root motion": motion,
            "next quality": next_quality,
            "ahead": ahead,
            "motif": length,
            "motif interval": (
                interval_class(motif_pitch - before) if motif else _NOTHING
            ),
            "motif step": motif_step,
            "rhythm": same,
            "rhythm step": step_class(steps[rhythm]) if same else len(STEPS),
            "register": (
                (before - _MIDDLE) / 12,
                (before - self._mean) / 12,
                (self._high - before) / 12,
                (before - self._low) / 12,
            ),
            "tones of late": self._tones.shares(first=root),
            "places of late": self._places.shares(),
            "steps of late": self._spans.shares(),
            "held of late": self._touch.shares(),
            "phrase": (
                math.log2(1 + len(self._ticks) - start) / 4,
                min((tick - began) / 96, 2.0),
                recent / 12,
                min(step, 48) / 24,
            ),
            "tempo": self._tempo,
            "before": before - LOWEST_PITCH,
            "root": (root - LOWEST_PITCH) % 12,
            "motif pitch": motif_pitch - LOWEST_PITCH,
            "middle": round(self._mean) - LOWEST_PITCH,
            **{name: -(place + 1) % around for name, around in LANDINGS.items()},
        }

    def hear(self, tick: int, pitch: int, held: int) -> None:
        """The next note has come.

        Args:
            held: class of the duration of the note before it.
        """
        if tick - self._ticks[-1] >= PHRASE_GAP:
            self._phrase = len(self._ticks)
        self._intervals.append(pitch - self.pitches[-1])
        self._steps.append(tick - self._ticks[-1])
        self._ticks.append(tick)
        self.pitches.append(pitch)
        self._held = held
        self._tones.note(pitch % 12)
        self._places.note(tick % TICKS_A_BEAT)
        self._spans.note(bisect_left(_SPANS, self._steps[-1]))
        self._touch.note(held)
        self._mean += _MEMORY * (pitch - self._mean)
        self._low, self._high = min(self._low, pitch), max(self._high, pitch)


class _Habit:
    """How often each symbol came of late.

    Args:
        size: how many symbols there are.
    """

    def __init__(self, size: int) -> None:
        self._shares = [0.0] * size

    def note(self, symbol: int) -> None:
        """It has come again."""
        self._shares = [(1 - _FADING) * share for share in self._shares]
        self._shares[symbol] += _FADING * _LOUDER

    def shares(self, *, first: int = 0) -> tuple[float, ...]:
        """The share of each symbol, round a circle from the first on."""
        return (*self._shares[first:], *self._shares[:first])


def _recall(
    memory: dict[tuple[int, ...], int],
    heard: list[int],
    counts: tuple[int, ...],
    *,
    here: int,
) -> tuple[int, int]:
    """How many of the last things heard came before, and where.

    Args:
        memory: by what was heard, where it ended last time; ``here`` is put into it.
        heard: intervals, or steps.
        counts: of them that are looked up, from few to many.

    Returns:
        The number of the longest count that is known, from 1, and where; 0 and 0 if
        none is.
    """
    length = found = 0
    for number, count in enumerate(counts, start=1):
        if len(heard) < count:
            break
        key = tuple(heard[-count:])
        earlier = memory.get(key)
        if earlier is not None:
            length, found = number, earlier
        memory[key] = here
    return length, found


def stacked(rows: list[Row]) -> Mapping[str, Array]:
    """Rows as arrays: symbols (N,), numbers (N, D) in single precision."""
    arrays: dict[str, Array] = {}
    for name, first in rows[0].items():
        column = [row[name] for row in rows]
        if isinstance(first, tuple):
            arrays[name] = np.array(column, np.float32)
        else:
            arrays[name] = _symbols(column)
    return arrays


def _symbols(column: list[int | tuple[float, ...]]) -> IntArray:
    return np.array(column, np.intp)
