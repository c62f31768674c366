# SPDX-License-Identifier: Apache-2.0
"""Drums, by rule: a ride cymbal or brushes, the hi-hat, a soft bass drum, comments.

The pitches are those of General MIDI percussion. In its brush kit (program 40) the
snare's neighbours are taps, slaps and swirls.
"""

from __future__ import annotations

import numpy as np

from rnnkit.files.score import Note
from rnnkit.tasks.jazz.progression import Progression
from rnnkit.tasks.jazz.swing import TICKS

KICK, STICK, SNARE, SLAP, SWIRL, PEDAL, CRASH, RIDE = 36, 37, 38, 39, 40, 44, 49, 51
"""General MIDI's numbers; slap and swirl are those of the brush kit."""

BRUSH_KIT = 40
"""The program of the brushes."""

_SHORT = 3
_COMMENT_CHANCE = 0.3
_FILL_BARS = 8

_RIDE: dict[int, tuple[tuple[int, int], ...]] = {
    4: ((0, 76), (12, 84), (18, 62), (24, 74), (36, 84), (42, 62)),
    3: ((0, 80), (12, 74), (18, 60), (24, 74)),
}
_PEDALS = {4: (12, 36), 3: (12, 24)}
_TAPS: dict[int, tuple[tuple[int, int], ...]] = {
    4: ((0, 50), (12, 72), (18, 46), (24, 50), (36, 72), (42, 46)),
    3: ((0, 62), (12, 54), (18, 44), (24, 54)),
}
_COMMENTS = {4: (6, 18, 30, 42), 3: (6, 18, 30)}


def keep_time(
    progression: Progression, generator: np.random.Generator, *, brushes: bool = False
) -> list[Note]:
    """Drum through a progression, on the grid of writing."""
    beats = progression.beats
    notes: list[Note] = []
    for number in range(len(progression.bars)):
        start = number * beats * TICKS
        filling = number % _FILL_BARS == _FILL_BARS - 1
        bar = _brushed(beats) if brushes else _ridden(beats, generator)
        bar += [Note(tick, PEDAL, _SHORT, 62) for tick in _PEDALS[beats]]
        bar += [Note(beat * TICKS, KICK, _SHORT, 34) for beat in range(beats)]
        if filling:
            bar += _fill(beats, generator, SLAP if brushes else SNARE)
        elif generator.random() < _COMMENT_CHANCE:
            tick = int(generator.choice(_COMMENTS[beats]))
            drum = SNARE if generator.random() < 0.7 else KICK
            bar.append(Note(tick, drum, _SHORT, int(generator.integers(40, 62))))
        notes += [
            note._replace(
                onset=start + note.onset,
                velocity=note.velocity + int(generator.integers(-4, 5)),
            )
            for note in _one_a_drum(bar)
        ]
    return sorted(notes)


def count_in(beats: int) -> list[Note]:
    """A bar of clicks, from tick 0."""
    return [Note(beat * TICKS, STICK, _SHORT, 90) for beat in range(beats)]


def final_hit(length: int) -> list[Note]:
    """Cymbal and bass drum together, from tick 0."""
    return [Note(0, KICK, _SHORT, 70), Note(0, CRASH, length, 72)]


def _ridden(beats: int, generator: np.random.Generator) -> list[Note]:
    pattern = _RIDE[beats]
    # Now and then the skipped eighth stays out, and the cymbal breathes.
    if generator.random() < 0.2:
        pattern = tuple(hit for hit in pattern if hit[0] != 18)
    return [Note(tick, RIDE, _SHORT, loudness) for tick, loudness in pattern]


def _brushed(beats: int) -> list[Note]:
    swirls = [Note(tick, SWIRL, 2 * TICKS, 46) for tick in range(0, beats * TICKS, 24)]
    return swirls + [Note(tick, SNARE, _SHORT, hit) for tick, hit in _TAPS[beats]]


def _fill(beats: int, generator: np.random.Generator, drum: int) -> list[Note]:
    """Triplets or eighths over the last beat and a half."""
    end = beats * TICKS
    step = 4 if generator.random() < 0.5 else 6
    ticks = range(end - 2 * TICKS + step, end, step)
    return [
        Note(tick, drum, _SHORT, 48 + 6 * place) for place, tick in enumerate(ticks)
    ]


def _one_a_drum(notes: list[Note]) -> list[Note]:
    """Where a drum would be struck twice at once, only the louder stroke is played."""
    loudest: dict[tuple[int, int], Note] = {}
    for note in notes:
        place = (note.onset, note.pitch)
        if place not in loudest or loudest[place].velocity < note.velocity:
            loudest[place] = note
    return list(loudest.values())
