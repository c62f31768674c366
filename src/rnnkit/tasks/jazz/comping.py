# SPDX-License-Identifier: Apache-2.0
"""What the pianist plays behind a soloist, by rule.

Voicings leave out the root, which the bass has, and hold the third and the seventh
with one or two colours. Of all ways to stack them in the middle of the keyboard the one
nearest to the last voicing is played. Rhythms come from a small book; a chord on the
last eighth before a change belongs to the chord that comes.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from rnnkit.files.score import Note
from rnnkit.tasks.jazz.chords import Chord
from rnnkit.tasks.jazz.progression import Progression
from rnnkit.tasks.jazz.swing import TICKS

LOWEST, HIGHEST = 50, 72
"""The pitches of voicings: below lies the bass, above the solo."""

_CENTRE = 60.0
_SHELL_CHANCE = 0.35
_WIDEST = 14

# Third and seventh first, then colours: a shell takes three of them.
_COLOURS: dict[str, tuple[int, ...]] = {
    "maj7": (4, 11, 2, 7),
    "6": (4, 9, 2, 7),
    "maj": (4, 9, 2, 7),
    "7": (4, 10, 2, 9),
    "7alt": (4, 10, 3, 8),
    "sus": (5, 10, 2, 9),
    "m7": (3, 10, 2, 7),
    "m6": (3, 9, 2, 7),
    "m": (3, 7, 2, 0),
    "mM7": (3, 11, 2, 7),
    "m7b5": (3, 10, 6, 0),
    "o7": (3, 9, 6, 0),
    "+": (4, 8, 2, 10),
}

# A colour that was written (first) takes the place of the usual one.
_WRITTEN = ((13, 2, 1), (15, 2, 3), (20, 9, 8), (8, 9, 8), (18, 7, 6), (18, 9, 6))

# Onset and length of each chord in a bar, in ticks.
_RHYTHMS: dict[int, tuple[tuple[tuple[int, int], ...], ...]] = {
    4: (
        ((0, 16), (18, 8)),
        ((18, 10), (42, 6)),
        ((6, 6), (30, 12)),
        ((0, 10), (30, 6)),
        ((12, 6), (36, 6)),
        ((18, 24),),
        ((0, 44),),
        ((6, 30),),
        ((0, 6), (18, 6), (36, 8)),
        ((12, 12), (30, 5), (42, 6)),
        ((42, 6),),
        (),
    ),
    3: (
        ((0, 10), (18, 8)),
        ((12, 6), (24, 6)),
        ((12, 18),),
        ((18, 16),),
        ((0, 32),),
        ((6, 10), (24, 8)),
        ((30, 6),),
    ),
}


def comp(progression: Progression, generator: np.random.Generator) -> list[Note]:
    """Accompany a progression on the piano, on the grid of writing.

    Silence in the progression is silence at the piano.
    """
    beats = progression.each_beat()
    book = _RHYTHMS[progression.beats]
    bar = progression.beats * TICKS
    notes: list[Note] = []
    last: tuple[int, ...] = ()
    rhythm = -1
    free = 0
    for number in range(len(progression.bars)):
        rhythm = _another(rhythm, len(book), generator)
        loudness = int(generator.integers(50, 68))
        for onset, length in book[rhythm]:
            tick = number * bar + onset
            if tick < free:
                continue
            chord, end = _sounding(beats, tick, length)
            if chord is None:
                continue
            shell = bool(generator.random() < _SHELL_CHANCE)
            last = voicing(chord, last, shell=shell)
            accent = loudness + (6 if onset % TICKS else 0)
            notes += [
                Note(tick, pitch, end - tick, accent + int(generator.integers(-3, 4)))
                for pitch in last
            ]
            free = end
    return sorted(notes)


def voicing(
    chord: Chord, previous: tuple[int, ...] = (), *, shell: bool = False
) -> tuple[int, ...]:
    """Stack a chord without its root, as near to the previous voicing as it goes.

    Args:
        chord: what to play.
        previous: the pitches played before; () if there are none.
        shell: three tones instead of four.

    Returns:
        Pitches in ascending order.
    """
    classes = tuple((chord.root + tone) % 12 for tone in colours(chord))
    stacks = _stacks(classes[:3] if shell else classes)

    def distance(stack: tuple[int, ...]) -> float:
        pull = abs(sum(stack) / len(stack) - _CENTRE) / 3
        if not previous:
            return pull
        moves = [min(abs(pitch - old) for old in previous) for pitch in stack]
        return sum(moves) / len(moves) + abs(stack[-1] - previous[-1]) / 2 + pull

    return min(stacks, key=distance)


def colours(chord: Chord) -> tuple[int, ...]:
    """The tones of a voicing above the root: third, seventh, then the others."""
    # What is altered was written, unless the chord tells no more than its quality.
    altered = chord.quality.name == "7alt" and chord.tones != chord.quality.tones
    tones = list(_COLOURS["7" if altered else chord.quality.name])
    for written, usual, instead in _WRITTEN:
        if written in chord.tones and usual in tones and instead not in tones:
            tones[tones.index(usual)] = instead
    return tuple(tones)


@lru_cache(maxsize=1024)
def _stacks(classes: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Every way to play these pitch classes close together in the range."""
    stacks = []
    ordered = sorted(classes)
    for turn in range(len(ordered)):
        rotated = ordered[turn:] + ordered[:turn]
        for lowest in range(LOWEST, HIGHEST):
            if lowest % 12 != rotated[0]:
                continue
            stack = [lowest]
            for pitch_class in rotated[1:]:
                stack.append(stack[-1] + 1 + (pitch_class - stack[-1] - 1) % 12)
            if stack[-1] <= HIGHEST and stack[-1] - lowest <= _WIDEST:
                stacks.append(tuple(stack))
    return stacks


def _sounding(
    beats: list[Chord | None], tick: int, length: int
) -> tuple[Chord | None, int]:
    """The chord that is struck at a tick, and the tick at which it has to stop."""
    beat, place = divmod(tick, TICKS)
    # The last half beat before a change belongs to what comes.
    ahead = beat + 1
    if place >= TICKS // 2 and ahead < len(beats) and beats[ahead] != beats[beat]:
        beat = ahead
    chord = beats[beat]
    stop = beat + 1
    while stop < len(beats) and beats[stop] == chord:
        stop += 1
    return chord, min(tick + length, stop * TICKS)


def _another(last: int, count: int, generator: np.random.Generator) -> int:
    """Draw one of `count`, but not the last one again."""
    choice = int(generator.integers(count - (last >= 0)))
    return choice + (last >= 0 and choice >= last)
