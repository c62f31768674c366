# SPDX-License-Identifier: Apache-2.0
"""Learning sequences of anything: letters of a name, notes of a solo, a whole book.

A task brings a codec, which turns one of its items into arrays: what the network
reads at each step, and what should come next. From there on a name and a solo are the
same to the machine: batches, training, scoring.

Many short items become batches of whole items. One item that is too long for that
becomes streams side by side, and a batch is a window of them (:class:`Windows`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, overload

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


class Windows(Sequence[Batch]):
    """One long item, read by windows: truncated back-propagation through time.

    The item is a ring that is cut into streams of the same length. The first batch
    holds the first steps of every stream, and each batch after it goes on where the one
    before ended (``Batch.continues``):

        a b c d e f g h i j k l     two streams, windows of three steps
        a b c | d e f
        g h i | j k l

    Every step of the item counts once. Where the last stream reads on into the
    beginning, to be as long as the others, its steps weigh nothing. A batch is made
    when it is asked for, so a book takes no more memory than its symbols do.

    Args:
        item: of at least as many steps as there are streams.
        streams: how many, B.
        steps: of a window, T; the last one may have fewer.
        offset: where in the ring the first stream begins.
    """

    def __init__(
        self, item: Encoded, *, streams: int, steps: int, offset: int = 0
    ) -> None:
        self._item = item
        self._steps = steps
        self._offset = offset
        self._length = -(-item.steps // streams)
        self._starts = np.arange(streams) * self._length
        whole, rest = divmod(self._length, steps)
        # All windows but the last are packed alike.
        self._packings = [Packing.of([steps] * streams)] * whole
        if rest:
            self._packings.append(Packing.of([rest] * streams))

    def __len__(self) -> int:
        return len(self._packings)

    @overload
    def __getitem__(self, index: int) -> Batch: ...
    @overload
    def __getitem__(self, index: slice) -> list[Batch]: ...
    def __getitem__(self, index: int | slice) -> Batch | list[Batch]:
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        number = range(len(self))[index]
        packing = self._packings[number]
        first = number * self._steps
        times = np.arange(first, min(first + self._steps, self._length))
        # Streams of one length are packed step by step.
        places = (times[:, None] + self._starts).ravel()
        rows = (places + self._offset) % self._item.steps
        surplus = places >= self._item.steps
        return Batch(
            inputs={n: _widened(part[rows]) for n, part in self._item.inputs.items()},
            targets={n: _widened(part[rows]) for n, part in self._item.targets.items()},
            packing=packing,
            weights=(~surplus).astype(np.float32) if surplus.any() else None,
            continues=number > 0,
        )


def _widened(rows: Array) -> Array:
    """Symbols of a long item may be kept in few bytes; the engine counts in many."""
    return rows.astype(np.intp) if rows.dtype.kind in "iu" else rows


def shifted_windows(
    item: Encoded, *, streams: int, steps: int, seed: int
) -> Callable[[int], Windows]:
    """The whole item once an epoch, cut elsewhere in each.

    Where it is cut depends on seed and epoch alone.
    """

    def windows(epoch: int) -> Windows:
        offset = int(np.random.default_rng([seed, epoch]).integers(item.steps))
        return Windows(item, streams=streams, steps=steps, offset=offset)

    return windows


def costs(speaker: Speaker, batches: Iterable[Batch], head: str) -> FloatArray:
    """How unexpected each target of all batches is, in nats, in their order, (N,).

    Targets without weight are left out.
    """
    found = []
    state = None
    for batch in batches:
        (logits, state), _ = speaker.forward(
            batch.inputs, batch.packing, state=state if batch.continues else None
        )
        rows = surprise(logits[head], batch.targets[head])
        found.append(rows if batch.weights is None else rows[batch.weights > 0])
    return np.concatenate(found)


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
