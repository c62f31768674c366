# SPDX-License-Identifier: Apache-2.0
"""A walking bass, by rule.

One note a beat. On a new chord the bass plays its lowest tone; on the last beat before
the next chord it approaches that chord's lowest tone, by a semitone, a step or a
fifth; between them it walks through chord and scale towards it. Each note is drawn by
weight, so that no two choruses are alike.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from rnnkit.files.score import Note
from rnnkit.tasks.jazz.chords import Chord
from rnnkit.tasks.jazz.progression import Progression
from rnnkit.tasks.jazz.swing import TICKS

LOWEST, HIGHEST = 28, 55
"""The E of the lowest string, and the G an octave above the highest."""

_HOME = 38
_LEGATO = 11
_SKIP_CHANCE = 0.07
_APPROACHES = {-1: 3.0, 1: 2.5, 2: 1.5, -2: 1.2, 7: 0.8, -5: 0.8}


class _Stretch(NamedTuple):
    """Beats of one bar with one chord."""

    beat: int
    length: int
    chord: Chord | None


def walk(progression: Progression, generator: np.random.Generator) -> list[Note]:
    """Write a bass line under a progression, on the grid of writing.

    Silence in the progression is silence in the bass.
    """
    notes: list[Note] = []
    pitch = _HOME
    stretches = _stretches(progression)
    last_chord: Chord | None = None
    for now, following in pairwise([*stretches, stretches[0]]):
        if now.chord is None:
            last_chord = None
            continue
        ahead = following.chord or now.chord
        arriving = now.chord != last_chord
        for step in range(now.length):
            left = now.length - step
            if step == 0:
                pitch = _first(now.chord, pitch, arriving, generator)
            elif left == 1:
                pitch = _approach(ahead, pitch, generator)
            else:
                pitch = _between(now.chord, ahead, pitch, left, generator)
            onset = (now.beat + step) * TICKS
            notes.append(Note(onset, pitch, _LEGATO, _loudness(step, generator)))
        if generator.random() < _SKIP_CHANCE * now.length / 4 and now.length > 1:
            notes.append(_skip(notes, generator))
        last_chord = now.chord
    return sorted(notes)


def nearest(pitch_class: int, pitch: int) -> int:
    """The pitch of a class in the range of the bass that lies nearest to a pitch."""
    candidates = [p for p in range(LOWEST, HIGHEST + 1) if p % 12 == pitch_class]
    return min(candidates, key=lambda p: abs(p - pitch) + 0.3 * abs(p - _HOME))


def _stretches(progression: Progression) -> list[_Stretch]:
    """Cut a progression where the chord changes and at every bar."""
    stretches = []
    for number, bar in enumerate(progression.bars):
        start = number * progression.beats
        ends = [change.beat for change in bar[1:]] + [progression.beats]
        for change, end in zip(bar, ends, strict=True):
            length = end - change.beat
            stretches.append(_Stretch(start + change.beat, length, change.chord))
    return stretches


def _first(
    chord: Chord, pitch: int, arriving: bool, generator: np.random.Generator
) -> int:
    """On a new chord its lowest tone; on one that goes on, perhaps another tone."""
    tones = [chord.bass]
    if not arriving:
        tones += [(chord.root + tone) % 12 for tone in chord.quality.tones[1:3]]
    weights = np.array([3.0] + [1.0] * (len(tones) - 1))
    choice = generator.choice(len(tones), p=weights / weights.sum())
    return nearest(tones[choice], pitch)


def _approach(chord: Chord, pitch: int, generator: np.random.Generator) -> int:
    """A note that leads into the lowest tone of the chord that comes."""
    goal = nearest(chord.bass, pitch)
    weights = {
        goal + interval: weight * _ease(goal + interval - pitch)
        for interval, weight in _APPROACHES.items()
        if LOWEST <= goal + interval <= HIGHEST
    }
    return _draw(weights, generator)


def _between(
    chord: Chord,
    ahead: Chord,
    pitch: int,
    left: int,
    generator: np.random.Generator,
) -> int:
    """A note on the way; the fewer beats are left, the nearer to what comes."""
    goal = nearest(ahead.bass, pitch)
    weights = {}
    for candidate in range(max(LOWEST, pitch - 8), min(HIGHEST, pitch + 8) + 1):
        if candidate % 12 in chord.pitch_classes:
            weight = 2.5
        elif candidate % 12 in chord.scale:
            weight = 1.0
        else:
            continue
        # Steps of up to three semitones a beat are at ease.
        beyond = max(0, abs(candidate - goal) - 3 * (left - 1))
        weights[candidate] = weight * _ease(candidate - pitch) * math.exp(-beyond / 2)
    return _draw(weights, generator)


def _ease(interval: int) -> float:
    """How readily a bass player makes this interval."""
    return 0.05 if interval == 0 else math.exp(-max(0, abs(interval) - 2) / 2)


def _draw(weights: dict[int, float], generator: np.random.Generator) -> int:
    pitches = list(weights)
    shares = np.array([weights[pitch] for pitch in pitches])
    return pitches[generator.choice(len(pitches), p=shares / shares.sum())]


def _skip(notes: list[Note], generator: np.random.Generator) -> Note:
    """A short, soft note between the last two beats."""
    note = notes[-1]
    softer = int(generator.integers(45, 60))
    notes[-1] = note._replace(duration=TICKS // 2)
    onset = note.onset + TICKS // 2
    return Note(onset, note.pitch, TICKS // 2 - 1, softer)


def _loudness(step: int, generator: np.random.Generator) -> int:
    # The second and fourth beat lean forward a little, as the hi-hat does.
    return int(generator.integers(74, 84)) + 4 * (step % 2)
