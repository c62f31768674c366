# SPDX-License-Identifier: Apache-2.0
"""A solo as the task knows it: notes on a grid, and the chord under every beat.

Time is counted in ticks, 12 a beat, so that halves, thirds and quarters of a beat are
whole. Tick 0 is the first beat of the first bar; a pick-up has ticks below 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnnkit.engine.arrays import IntArray
from rnnkit.tasks.jazz.chords import Chord

TICKS_A_BEAT = 12
LOWEST_PITCH = 36
HIGHEST_PITCH = 96


@dataclass(frozen=True)
class Harmony:
    """The chord under every beat.

    Attributes:
        roots: pitch classes, 0 to 11, (beats,).
        qualities: places in ``chords.QUALITIES``, (beats,).
        first: the beat that the arrays begin with; what comes before it stands on
            its chord, and what comes after the last beat on that one's.
        beats_a_bar: 4, or 3 in a waltz.
    """

    roots: IntArray
    qualities: IntArray
    first: int = 0
    beats_a_bar: int = 4

    @classmethod
    def of(cls, chords: Sequence[Chord], *, beats_a_bar: int = 4) -> Harmony:
        """The harmony of these chords, one a beat from the first bar on."""
        return cls(
            roots=np.array([chord.root for chord in chords], np.intp),
            qualities=np.array([chord.quality.index for chord in chords], np.intp),
            beats_a_bar=beats_a_bar,
        )

    @property
    def ticks_a_bar(self) -> int:
        """Ticks of a bar."""
        return self.beats_a_bar * TICKS_A_BEAT

    @property
    def end(self) -> int:
        """The tick after the last beat."""
        return (self.first + len(self.roots)) * TICKS_A_BEAT

    def rows(self, ticks: IntArray) -> IntArray:
        """Where in the arrays the chords stand that sound at some ticks."""
        beats = ticks // TICKS_A_BEAT - self.first
        return np.clip(beats, 0, len(self.roots) - 1)

    def transposed(self, semitones: int) -> Harmony:
        """The same, so many semitones higher."""
        return replace(self, roots=(self.roots + semitones) % 12)


@dataclass(frozen=True)
class Solo:
    """Notes over a harmony.

    Attributes:
        title: of the tune.
        notes: tick, pitch and duration in ticks of every note, (N, 3); ticks ascend
            and no note lasts beyond the next one's.
        harmony: what they are played over.
        tempo: beats a minute.
    """

    title: str
    notes: IntArray
    harmony: Harmony
    tempo: float

    def transposed(self, semitones: int) -> Solo:
        """The same, so many semitones higher."""
        return replace(
            self,
            notes=self.notes + np.array([0, semitones, 0]),
            harmony=self.harmony.transposed(semitones),
        )


def one_at_a_time(notes: Sequence[tuple[int, int, int]]) -> IntArray:
    """Notes as a solo can have them, (N, 3), by tick.

    Of several on one tick the highest stays. A note ends where the next begins, lasts
    at least a tick, and is moved by octaves into the range of a solo.
    """
    if not notes:
        return np.empty((0, 3), np.intp)
    given = np.array(notes, np.intp)
    given = given[np.lexsort((-given[:, 1], given[:, 0]))]
    given = given[np.diff(given[:, 0], prepend=given[0, 0] - 1) > 0]
    ticks, pitches, durations = given.T
    below = np.maximum(LOWEST_PITCH - pitches, 0)
    above = np.maximum(pitches - HIGHEST_PITCH, 0)
    pitches += 12 * (-(-below // 12) - -(-above // 12))
    durations[:-1] = np.minimum(durations[:-1], np.diff(ticks))
    np.maximum(durations, 1, out=durations)
    return given
