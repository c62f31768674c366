# SPDX-License-Identifier: Apache-2.0
"""Learning sequences of anything: letters of a name, notes of a solo.

A task brings a codec, which turns one of its items into arrays: what the network
reads at each step, and what should come next. From there on a name and a solo are the
same to the machine: batches, training, scoring.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnnkit.engine import Batch, Packing, Speaker, surprise
from rnnkit.engine.arrays import Array, FloatArray

_STEPS_AT_ONCE = 20_000


class Encoded(NamedTuple):
    """One item as arrays.

    Attributes:
        inputs: by input, what is read at each step: (T,) symbols or (T, D) numbers.
        targets: by head, what should come next: (T,) symbols.
    """

    inputs: Mapping[str, Array]
    targets: Mapping[str, Array]

    @property
    def steps(self) -> int:
        """T, how many steps the item has."""
        return len(next(iter(self.targets.values())))


def batch_of(items: Sequence[Encoded]) -> Batch:
    """Items side by side, packed."""
    packing = Packing.of([item.steps for item in items])
    first = items[0]
    return Batch(
        inputs={
            name: packing.pack([item.inputs[name] for item in items])
            for name in first.inputs
        },
        targets={
            name: packing.pack([item.targets[name] for item in items])
            for name in first.targets
        },
        packing=packing,
    )


def batches_of(items: Sequence[Encoded], size: int) -> list[Batch]:
    """All items in their order, ``size`` at a time."""
    return [batch_of(items[i : i + size]) for i in range(0, len(items), size)]


def shuffled_batches(
    items: Sequence[Encoded], size: int, *, seed: int
) -> Callable[[int], list[Batch]]:
    """All items once an epoch, in an order that depends on seed and epoch alone."""

    def batches(epoch: int) -> list[Batch]:
        order = np.random.default_rng([seed, epoch]).permutation(len(items))
        return batches_of([items[i] for i in order], size)

    return batches


def surprises(
    speaker: Speaker, items: Sequence[Encoded], head: str, *, size: int = 256
) -> list[FloatArray]:
    """How unexpected each step of each item is, in nats: an array (T,) an item."""
    found: list[FloatArray] = []
    # A batch keeps what every step of it has made: long items come in smaller ones.
    longest = max((item.steps for item in items), default=1)
    for batch in batches_of(items, max(1, min(size, _STEPS_AT_ONCE // longest))):
        (logits, _), _ = speaker.forward(batch.inputs, batch.packing)
        rows = surprise(logits[head], batch.targets[head])
        found += batch.packing.unpack(rows)
    return found
