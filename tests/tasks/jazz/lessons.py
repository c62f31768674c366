# SPDX-License-Identifier: Apache-2.0
"""Solos that a computer made up, and trainings of them that are over in a moment."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from rnnkit.files.score import Note, Score
from rnnkit.tasks.jazz.arrangement import Style, arrange
from rnnkit.tasks.jazz.chords import QUALITY
from rnnkit.tasks.jazz.corpus import read_events
from rnnkit.tasks.jazz.forms import progression_of
from rnnkit.tasks.jazz.solo import Harmony, Solo
from rnnkit.tasks.jazz.training import SoloRecipe, SoloShape, SoloTraining

CHANGES = ((2, "m7"), (7, "7"), (0, "maj7"), (9, "7"))
"""A chord a bar: Dm7 G7 Cmaj7 A7."""


def harmony(bars: int = 8, *, beats_a_bar: int = 4) -> Harmony:
    """The changes, again and again."""
    each = [CHANGES[bar % len(CHANGES)] for bar in range(bars)]
    roots = np.repeat([root for root, _ in each], beats_a_bar)
    qualities = np.repeat([QUALITY[name].index for _, name in each], beats_a_bar)
    return Harmony(roots, qualities, beats_a_bar=beats_a_bar)


def line(seed: int, *, bars: int = 8) -> list[list[int]]:
    """Eighths that wander up and down, with a rest now and then."""
    generator = np.random.default_rng(seed)
    tick, pitch, notes = 0, 66, []
    while tick < bars * 48:
        step = int(generator.choice([6, 6, 6, 12, 30]))
        notes.append([tick, pitch, min(step, 8)])
        pitch = int(np.clip(pitch + generator.integers(-4, 5), 50, 80))
        tick += step
    return notes


def told(title: str, seed: int, **other: Any) -> str:
    """A solo as a line of a file of events."""
    chords = [[4 * bar, *CHANGES[bar % 4]] for bar in range(8)]
    plain = {"title": title, "tempo": 160, "events": line(seed), "chords": chords}
    return json.dumps(plain | other)


FILE = [told(f"Tune {number}", number) for number in range(12)]
SOLOS = read_events(FILE)


def solo(seed: int = 1) -> Solo:
    """One of them."""
    return SOLOS[seed]


def training(**recipe: Any) -> SoloTraining:
    """A training that has not begun."""
    chosen = {"epochs": 2, "steps": 16, "validation": 0.2, "test": 0.2, **recipe}
    return SoloTraining(
        SOLOS, shape=SoloShape(hidden=12), recipe=SoloRecipe(**chosen), seed=1
    )


def piece(seed: int = 1, **style: Any) -> Score:
    """Twelve bars of a blues with a band."""
    notes = [Note(*note) for note in line(seed, bars=12)]
    chosen = Style(**{"swing": 0.5, "tempo": 180, **style})
    return arrange(notes, progression_of("blues"), chosen, np.random.default_rng(seed))
