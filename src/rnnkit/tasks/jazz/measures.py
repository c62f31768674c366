# SPDX-License-Identifier: Apache-2.0
"""What can be counted about a solo: where its notes lie, and how they move.

None of these numbers says that a solo is good. Together they say whether it does what
soloists do; an arpeggio that never leaves the chord is as far from that as noise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from rnnkit.engine.arrays import Array, BoolArray, FloatArray, IntArray
from rnnkit.tasks.jazz.chords import QUALITIES
from rnnkit.tasks.jazz.listening import PHRASE_GAP
from rnnkit.tasks.jazz.solo import TICKS_A_BEAT, Harmony

MEANINGS: Mapping[str, str] = {
    "notes_per_bar": "notes a bar, from the first to the last",
    "ct_strong": "chord tones among the notes on the first and third beat",
    "ct_beat": "chord tones among the notes on a beat",
    "ct_off": "chord tones among the other notes",
    "scale_all": "notes of the chord or its scale",
    "change_ct": "chord tones among the first notes on a new chord",
    "nct_resolved": "other tones that move on by a semitone or two",
    "repeat_rate": "notes that repeat the one before",
    "step_rate": "moves by a semitone or two",
    "leap_gt7": "leaps of more than a fifth",
    "mean_abs_iv": "mean move in semitones",
    "range": "semitones that nearly all notes lie within",
    "dir_change": "moves that turn round",
    "pc_entropy": "variety of the pitch classes, in bits",
    "ioi_entropy": "variety of the steps from note to note, in bits",
    "phrase_notes": "notes a phrase",
    "silence": "time without a note",
    "grid8": "notes on an eighth, straight or swung",
    "triplet": "notes on a third of a beat",
    "offbeat": "notes off the beat",
    "self_rep4": "runs of four intervals that come again",
}
"""The measures that a solo is judged by, and what each counts (shares, if not said)."""

MORE_MEANINGS: Mapping[str, str] = {
    "ct_gap": "how much more chord tones there are on beats than elsewhere",
    "change_37": "thirds and sevenths among the first notes on a new chord",
    "median_pitch": "the pitch in the middle (MIDI)",
    "poly": "notes that begin while another sounds",
}
"""Measures that are told, but not judged by: they tell little, or belong to a voice."""

_PHRASE_SILENCE = 9
_LONGEST_STEP = 48
_FIFTH = 7
_MOTIF = 4


def _table(sets: list[set[int]]) -> BoolArray:
    return np.array([[degree in each for degree in range(12)] for each in sets])


_CHORD = _table([set(quality.tones) for quality in QUALITIES])
_SCALE = _table([{*quality.tones, *quality.scale} for quality in QUALITIES])
_GUIDES = (3, 4, 10, 11)


def measure(notes: IntArray, harmony: Harmony) -> dict[str, float]:
    """All measures of a solo; nan where there is nothing to count.

    Args:
        notes: tick, pitch and duration, (N, 3), by tick.
        harmony: what they are played over.
    """
    if not len(notes):
        return dict.fromkeys([*MEANINGS, *MORE_MEANINGS], math.nan)
    ticks, pitches, _ = notes.T
    return {
        **_of_harmony(ticks, pitches, harmony),
        **_of_line(pitches),
        **_of_rhythm(notes, harmony.ticks_a_bar),
    }


def _of_harmony(
    ticks: IntArray, pitches: IntArray, harmony: Harmony
) -> dict[str, float]:
    rows = harmony.rows(ticks)
    degrees = (pitches - harmony.roots[rows]) % 12
    chord = _CHORD[harmony.qualities[rows], degrees]
    in_bar = ticks % harmony.ticks_a_bar
    on_beat = ticks % TICKS_A_BEAT == 0
    strong = in_bar % (2 * TICKS_A_BEAT) == 0
    moves = np.abs(np.diff(pitches))
    passing = ~chord[:-1]
    first = _first_on_changes(ticks, harmony)
    guides = np.isin(degrees[first], _GUIDES)
    return {
        "ct_strong": _share(chord[strong]),
        "ct_beat": _share(chord[on_beat]),
        "ct_off": _share(chord[~on_beat]),
        "ct_gap": _share(chord[on_beat]) - _share(chord[~on_beat]),
        "scale_all": _share(_SCALE[harmony.qualities[rows], degrees]),
        "change_ct": _share(chord[first]),
        "change_37": _share(guides),
        "nct_resolved": _share(_is_step(moves)[passing]),
    }


def _of_line(pitches: IntArray) -> dict[str, float]:
    intervals = np.diff(pitches)
    moves = np.abs(intervals)
    signs = np.sign(intervals[intervals != 0])
    low, high = np.percentile(pitches, [2.5, 97.5])
    return {
        "repeat_rate": _share(moves == 0),
        "step_rate": _share(_is_step(moves)),
        "leap_gt7": _share(moves > _FIFTH),
        "mean_abs_iv": _share(moves),
        "range": float(high - low),
        "median_pitch": float(np.median(pitches)),
        "dir_change": _share(signs[1:] != signs[:-1]),
        "pc_entropy": _entropy(pitches % 12),
        "self_rep4": _repeated(intervals),
    }


def _of_rhythm(notes: IntArray, ticks_a_bar: int) -> dict[str, float]:
    ticks, _, durations = notes.T
    steps = np.diff(ticks)
    silences = np.maximum(steps - durations[:-1], 0)
    ends = (silences >= _PHRASE_SILENCE) | (steps >= PHRASE_GAP)
    bars = ticks[-1] // ticks_a_bar - ticks[0] // ticks_a_bar + 1
    in_beat = ticks % TICKS_A_BEAT
    time = int(ticks[-1] - ticks[0])
    return {
        "notes_per_bar": len(ticks) / float(bars),
        "ioi_entropy": _entropy(np.minimum(steps, _LONGEST_STEP)),
        "phrase_notes": len(ticks) / (1 + int(ends.sum())),
        "silence": float(silences.sum()) / time if time else math.nan,
        "grid8": _share(np.isin(in_beat, (0, 6, 8))),
        "triplet": _share(np.isin(in_beat, (4, 8))),
        "offbeat": _share(in_beat != 0),
        "poly": _share(durations[:-1] > steps + 1),
    }


def _first_on_changes(ticks: IntArray, harmony: Harmony) -> IntArray:
    """The first note within a beat after each change of chord, where there is one."""
    roots, qualities = harmony.roots, harmony.qualities
    changes = (roots[1:] != roots[:-1]) | (qualities[1:] != qualities[:-1])
    starts = (np.flatnonzero(changes) + 1 + harmony.first) * TICKS_A_BEAT
    found = np.searchsorted(ticks, starts)
    inside = found < len(ticks)
    found, starts = found[inside], starts[inside]
    return found[ticks[found] < starts + TICKS_A_BEAT]


def _is_step(moves: IntArray) -> BoolArray:
    return (moves == 1) | (moves == 2)


def _repeated(intervals: IntArray) -> float:
    """The share of motifs that come more than once."""
    if len(intervals) < _MOTIF:
        return math.nan
    motifs = np.lib.stride_tricks.sliding_window_view(intervals, _MOTIF)
    _, which, counts = np.unique(
        motifs, axis=0, return_inverse=True, return_counts=True
    )
    return _share(counts[which.ravel()] > 1)


def _entropy(symbols: IntArray) -> float:
    """In bits."""
    if not len(symbols):
        return math.nan
    _, counts = np.unique(symbols, return_counts=True)
    p: FloatArray = counts / counts.sum()
    return float(-(p * np.log2(p)).sum())


def _share(values: Array) -> float:
    """The mean; nan of nothing."""
    return float(values.mean()) if len(values) else math.nan
