# SPDX-License-Identifier: Apache-2.0
"""From values to notes over chords, by the rules of the course.

Every pass begins with a short chord tone and says the same values again; the chord of
the moment and chance choose the pitches. Lengths are rounded to quarters of a beat, up
or down by the toss of a coin; the second of two equal notes goes; of notes that begin
together one stays. In the course the passes lie over one another; here each begins
where the one before ended, because a solo has one voice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from rnnkit.engine.arrays import IntArray
from rnnkit.tasks.jazz.arrangement import Style
from rnnkit.tasks.jazz.chords import Chord
from rnnkit.tasks.jazz.classic.course import SAID, CourseNetwork
from rnnkit.tasks.jazz.classic.grammar import CHORD, REST, Value, tones
from rnnkit.tasks.jazz.classic.licks import licks
from rnnkit.tasks.jazz.playing import Piece, accompanied
from rnnkit.tasks.jazz.progression import Progression
from rnnkit.tasks.jazz.scorecard import score
from rnnkit.tasks.jazz.solo import TICKS_A_BEAT, Harmony, Solo, one_at_a_time

_QUARTER = Fraction(1, 4)
_FIRST = Value(CHORD, _QUARTER)
_LOWEST, _HIGHEST = 48, 96
_START = (60, 83)
"""Where a note without a note before it lies: the fourth and the fifth octave."""


def play_classic(
    progression: Progression,
    style: Style,
    *,
    seed: int,
    temperature: float = 0.0,
    progress: Callable[[int, float], None] | None = None,
) -> Piece:
    """Learn the licks, improvise over a progression, and add the rhythm section.

    Args:
        temperature: 0 as in the course; more to vary what is said.
        progress: is told the rounds of training that are done, and the loss.
    """
    network = CourseNetwork(licks(), seed=seed, progress=progress)
    generator = np.random.default_rng([seed, 2])
    said = network.say(SAID, generator, temperature=temperature)
    harmony = Harmony.of(progression.harmony(), beats_a_bar=progression.beats)
    notes = played(said, progression.harmony(), generator)
    solo = Solo("", notes, harmony, style.tempo)
    card = score(notes, harmony)
    return accompanied(solo, card, progression, style, seed=seed)


def played(
    said: Sequence[Value], chords: Sequence[Chord], generator: np.random.Generator
) -> IntArray:
    """Play values over and over until the chords end.

    Args:
        chords: one a beat.

    Returns:
        Tick, pitch and duration, (N, 3).
    """
    end = Fraction(len(chords))
    now = Fraction(0)
    notes: list[tuple[int, int, int]] = []
    before: int | None = None
    while now < end:
        for value in (_FIRST, *said):
            beats = rounded(value.beats, generator)
            if now >= end:
                break
            if value.kind != REST:
                before = _pitch(value, chords[math.floor(now)], before, generator)
                held = min(beats, end - now)
                notes.append(
                    (int(now * TICKS_A_BEAT), before, int(held * TICKS_A_BEAT))
                )
            now += beats
    return one_at_a_time(pruned(notes))


def rounded(beats: Fraction, generator: np.random.Generator) -> Fraction:
    """A length in whole quarters of a beat, up or down by chance; one at least."""
    quarters = beats / _QUARTER
    if quarters.denominator != 1:
        quarters = Fraction(math.floor(quarters) + int(generator.integers(2)))
    return max(quarters, Fraction(1)) * _QUARTER


def pruned(notes: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Notes two by two: the second goes if it repeats the first."""
    kept = []
    for number, note in enumerate(notes):
        if number % 2 == 0 or note[1] != notes[number - 1][1]:
            kept.append(note)
    return kept


def _pitch(
    value: Value, chord: Chord, before: int | None, generator: np.random.Generator
) -> int:
    """A pitch of the value's kind within its reach, another than before if it can be.

    If there is none, it is two semitones from the note before.
    """
    wanted = tones(value.kind, chord)
    low, high = _START
    if value.reach is not None and before is not None:
        up, down = value.reach
        low, high = before + down, before + up
    low, high = max(low, _LOWEST), min(high, _HIGHEST)
    found = [pitch for pitch in range(low, high + 1) if pitch % 12 in wanted]
    found = [pitch for pitch in found if pitch != before] or found
    if found:
        return int(generator.choice(found))
    assert before is not None, "two octaves hold every tone"
    near = before + int(generator.choice((-2, 2)))
    return min(max(near, _LOWEST), _HIGHEST)
