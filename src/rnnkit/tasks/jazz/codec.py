# SPDX-License-Identifier: Apache-2.0
"""Solos <-> arrays.

A note is three symbols: the step to it from the note before, its pitch, and how long it
is held. ``listening.py`` says what the network reads, and why each of the three is
foreseen where it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from rnnkit.engine import Frame, Head, NetworkConfig
from rnnkit.engine.arrays import Array
from rnnkit.errors import InputError
from rnnkit.models.sequence import Encoded
from rnnkit.tasks.jazz.listening import (
    DURATIONS,
    INPUTS,
    LANDINGS,
    ORIGINS,
    REPEATS,
    STEPS,
    Listener,
    Outlook,
    duration_class,
    stacked,
    step_class,
)
from rnnkit.tasks.jazz.solo import HIGHEST_PITCH, LOWEST_PITCH, Solo

PITCH, DURATION, STEP = "pitch", "duration", "next step"

PITCHES = HIGHEST_PITCH - LOWEST_PITCH + 1

_CIRCLE = 64
"""Marks of a frame that no two pitches share, and no two steps."""

HEADS = (
    Head(
        PITCH,
        PITCHES,
        frames=[
            Frame(origin, 12 if origin == "root" else _CIRCLE) for origin in ORIGINS
        ],
    ),
    Head(DURATION, DURATIONS),
    Head(
        STEP,
        len(STEPS),
        frames=[
            *(Frame(*landing) for landing in LANDINGS.items()),
            *(Frame(origin, _CIRCLE) for origin in REPEATS),
        ],
    ),
)
"""What the network says: a pitch by interval, chord degree, motif and register; a step
by its length, by where in the beat and the bar it leads, and by how much longer it is
than those that it may repeat."""

FEWEST_NOTES = 8


class SoloCodec:
    """Turns solos into arrays."""

    def encode(self, solo: Solo) -> Encoded:
        """A solo, from its second note to its last but one.

        Raises:
            InputError: it has too few notes.
        """
        if len(solo.notes) < FEWEST_NOTES:
            raise InputError(
                f"the solo has {len(solo.notes)} notes: too few",
                hint=f"give a solo of at least {FEWEST_NOTES} notes",
            )
        ticks, pitches, durations = (column.tolist() for column in solo.notes.T)
        steps = np.diff(solo.notes[:, 0]).tolist()
        held = [duration_class(*pair) for pair in zip(durations, steps, strict=False)]
        listener = Listener(Outlook(solo.harmony), solo.tempo, ticks[0], pitches[0])
        rows = []
        for n in range(1, len(ticks) - 1):
            rows.append(listener.expect(ticks[n]))
            listener.hear(ticks[n], pitches[n], held[n - 1])
        return Encoded(
            inputs=stacked(rows),
            targets={
                PITCH: np.array(pitches[1:-1], np.intp) - LOWEST_PITCH,
                DURATION: np.array(held[:-1], np.intp),
                STEP: np.array([step_class(step) for step in steps[1:]], np.intp),
            },
        )

    def transposed(self, item: Encoded, semitones: int) -> Encoded:
        """The same solo, so many semitones higher."""
        inputs: dict[str, Array] = dict(item.inputs)
        for origin in ORIGINS:
            inputs[origin] = inputs[origin] + semitones
        shift = np.array([semitones / 12, 0, 0, 0], np.float32)
        inputs["register"] = inputs["register"] + shift
        targets = {**item.targets, PITCH: item.targets[PITCH] + semitones}
        return Encoded(inputs, targets)

    def keys(self, item: Encoded) -> Iterator[int]:
        """The semitones, -5 to 6, by which a solo can be moved and stay in range."""
        pitches = item.targets[PITCH]
        for semitones in range(-5, 7):
            low, high = pitches.min() + semitones, pitches.max() + semitones
            if low >= 0 and high < PITCHES:
                yield semitones

    def check(self, config: NetworkConfig) -> None:
        """Refuse a network that does not read and write solos.

        Raises:
            ValueError: it is another kind of network.
        """
        if config.pooling or config.recurrence.bidirectional:
            raise ValueError("its network is not one that improvises")
        if config.inputs != INPUTS or config.heads != HEADS:
            raise ValueError("its network reads and says other things than a solo")

    def to_dict(self) -> dict[str, Any]:
        """The codec as JSON can hold it: its edition."""
        return {"kind": "solo", "edition": 2}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> SoloCodec:
        """Undo :meth:`to_dict`.

        Raises:
            ValueError: it is another codec, or another edition of it.
        """
        codec = cls()
        if dict(plain) != codec.to_dict():
            raise ValueError("its codec is not one of solos")
        return codec
