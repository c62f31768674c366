# SPDX-License-Identifier: Apache-2.0
"""Hear which chords are played: from a band's notes, or from a melody alone.

Every beat gets points for every chord: for the time that tones of the chord sound, less
what other tones take. A chord that stays needs no reason; one that changes has to earn
it, least at the beginning of a bar. The best way through all beats is found by dynamic
programming (Viterbi, 1967).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnkit.engine.arrays import FloatArray, IntArray
from rnnkit.files.score import Note
from rnnkit.tasks.jazz.chords import QUALITY
from rnnkit.tasks.jazz.solo import TICKS_A_BEAT, Harmony

_HEARD = ("maj7", "maj", "7", "m7", "m", "m7b5", "o7", "sus")
"""Kinds of chord that are told apart; a sixth chord is heard as its other name."""

_OUTSIDE = 0.5
_MISSING = 0.1
"""What a tone of a chord that nobody plays costs: plain chords go before rich ones."""

_ROOT, _FIRST, _HALF = 0.3, 2.5, 0.4
"""What a root is worth beside other tones, and as the lowest tone where a bar begins,
and its second half."""

_AT_BAR, _AT_HALF, _ELSEWHERE = 0.2, 2.0, 4.0
"""What a change of chord costs."""

_STATES = [(root, name) for root in range(12) for name in _HEARD]


def heard_harmony(
    notes: Sequence[Note], *, beats_a_bar: int = 4, with_bass: bool = True
) -> Harmony:
    """The chord of each beat, from the first beat to the last note.

    Args:
        notes: on the grid of writing, 12 ticks a beat, drums left out; at least one.
        beats_a_bar: 4 or 3.
        with_bass: whether the lowest note on a strong beat is likely to be the root.
    """
    last = max(note.end for note in notes)
    beats = max(1, -(-last // TICKS_A_BEAT))
    points = _points(notes, beats, beats_a_bar, with_bass)
    costs = np.full(beats, _ELSEWHERE)
    if beats_a_bar % 2 == 0:
        costs[:: beats_a_bar // 2] = _AT_HALF
    costs[::beats_a_bar] = _AT_BAR
    states = [_STATES[state] for state in _best_way(points, costs)]
    return Harmony(
        roots=np.array([root for root, _ in states], np.intp),
        qualities=np.array([QUALITY[name].index for _, name in states], np.intp),
        beats_a_bar=beats_a_bar,
    )


def _points(
    notes: Sequence[Note], beats: int, beats_a_bar: int, with_bass: bool
) -> FloatArray:
    """What each chord gets on each beat, (beats, states)."""
    sounding = np.zeros((beats, 12))
    lowest = np.full(beats, 128)
    for note in notes:
        first, past = note.onset // TICKS_A_BEAT, -(-note.end // TICKS_A_BEAT)
        for beat in range(first, min(past, beats)):
            start = max(note.onset, beat * TICKS_A_BEAT)
            stop = min(note.end, (beat + 1) * TICKS_A_BEAT)
            sounding[beat, note.pitch % 12] += stop - start
            lowest[beat] = min(lowest[beat], note.pitch)
    total = sounding.sum(axis=1, keepdims=True)
    sounding /= np.maximum(total, 1)
    tones = np.zeros((len(_STATES), 12))
    roots = np.zeros((len(_STATES), 12))
    for state, (root, name) in enumerate(_STATES):
        tones[state, [(root + tone) % 12 for tone in QUALITY[name].tones]] = 1
        roots[state, root] = 1
    points: FloatArray = sounding @ ((1 + _OUTSIDE) * tones + _ROOT * roots).T
    points -= _OUTSIDE * sounding.sum(axis=1, keepdims=True)
    points -= _MISSING * ((sounding == 0) @ tones.T) * (total > 0)
    for every, worth in ((beats_a_bar, _FIRST), (beats_a_bar // 2, _HALF)):
        strong = np.arange(beats) % every == 0
        there = strong & (lowest < 128) & with_bass
        points[there] += worth * roots[:, lowest[there] % 12].T
    return points


def _best_way(points: FloatArray, costs: FloatArray) -> IntArray:
    """The state of each beat: most points, less what changes cost."""
    beats, states = points.shape
    came_from = np.empty((beats, states), np.intp)
    best = points[0].copy()
    stay = np.arange(states)
    for beat in range(1, beats):
        top = int(best.argmax())
        changes = best[top] - costs[beat] > best
        came_from[beat] = np.where(changes, top, stay)
        best = np.maximum(best, best[top] - costs[beat]) + points[beat]
    way = np.empty(beats, np.intp)
    way[-1] = best.argmax()
    for beat in range(beats - 1, 0, -1):
        way[beat - 1] = came_from[beat, way[beat]]
    return way
