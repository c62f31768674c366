# SPDX-License-Identifier: Apache-2.0
"""Sequences of unequal lengths side by side, without a single step of padding.

Sort the sequences by length, longest first, and write down time step after time step:
first the first step of every sequence, then the second of those that have one, and so
on. What is left out is exactly the padding:

    sequences       packed rows, step by step           counts
    a b c d         a e h | b f | c g | d               3 2 2 1
    e f g
    h

At step t the sequences still running are the first ``counts[t]`` places, so a
recurrent step works on one block of rows and shrinks as sequences end. Everything
else, embeddings, output layers, losses, simply works on N rows.

(PyTorch's PackedSequence has the same layout.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np

from rnnkit.engine.arrays import Array, IntArray


# eq=False: arrays cannot be compared to one truth.
@dataclass(frozen=True, eq=False)
class Packing:
    """Where each step of each sequence stands among the N packed rows.

    Make one with :meth:`of`. Sequences keep the caller's order outside; inside, the
    longest comes first, and a *place* is a position in that inner order.

    Attributes:
        lengths: steps of each sequence in the caller's order, shape (B,).
        order: which sequence stands at each place, shape (B,).
        counts: how many sequences are still running at each step, shape (T,).
        offsets: the first row of each step, and N at the end, shape (T + 1,).
    """

    lengths: IntArray
    order: IntArray
    counts: IntArray
    offsets: IntArray

    @classmethod
    def of(cls, lengths: Sequence[int] | IntArray) -> Packing:
        """The packing of sequences of the given lengths.

        Raises:
            ValueError: there is no sequence, or one has no step.
        """
        steps = np.asarray(lengths, dtype=np.intp)
        if steps.ndim != 1 or steps.size == 0 or steps.min() < 1:
            raise ValueError(
                f"lengths must be one or more numbers of at least 1, not {lengths!r}"
            )
        order = np.argsort(-steps, kind="stable")
        ended = np.bincount(steps, minlength=steps.max() + 1)
        counts = steps.size - np.cumsum(ended)[:-1]
        offsets = np.concatenate([[0], np.cumsum(counts)])
        return cls(steps, order, counts, offsets)

    @classmethod
    def of_one(cls, steps: int) -> Packing:
        """As :meth:`of`, of one sequence: those of a few lengths are kept."""
        return _of_one(steps)

    @property
    def batch_size(self) -> int:
        """B, the number of sequences."""
        return len(self.lengths)

    @property
    def row_count(self) -> int:
        """N, the number of steps of all sequences together."""
        return int(self.offsets[-1])

    def steps(self) -> Iterator[tuple[int, int]]:
        """First row and number of rows of each time step, in the order of time."""
        return zip(self.offsets[:-1].tolist(), self.counts.tolist(), strict=True)

    @cached_property
    def stretches(self) -> list[tuple[int, int, int]]:
        """First row, number of steps and rows a step, where these stay the same."""
        changes = np.flatnonzero(np.diff(self.counts)) + 1
        return [
            (int(self.offsets[first]), last - first, int(self.counts[first]))
            for first, last in pairwise([0, *changes.tolist(), len(self.counts)])
        ]

    @cached_property
    def place(self) -> IntArray:
        """At which place the sequence of each row stands, shape (N,)."""
        return np.arange(self.row_count) - np.repeat(self.offsets[:-1], self.counts)

    @cached_property
    def time(self) -> IntArray:
        """The time step of each row, shape (N,)."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    @cached_property
    def sequence(self) -> IntArray:
        """The sequence of each row, in the caller's numbering, shape (N,)."""
        return self.order[self.place]

    @cached_property
    def reversal(self) -> IntArray:
        """The rows that, read in this order, turn every sequence around, shape (N,).

        Applied twice, it changes nothing.
        """
        mirrored = self.lengths[self.sequence] - 1 - self.time
        return self.offsets[mirrored] + self.place

    @cached_property
    def previous(self) -> IntArray:
        """The row one step earlier, for each row after the first step, (N - B,)."""
        after_first = slice(self.batch_size, None)
        return self.offsets[self.time[after_first] - 1] + self.place[after_first]

    @cached_property
    def first(self) -> IntArray:
        """The row of each sequence's first step, in the caller's order, (B,)."""
        return np.argsort(self.order)

    @cached_property
    def last(self) -> IntArray:
        """The row of each sequence's last step, in the caller's order, (B,)."""
        return self.offsets[self.lengths - 1] + np.argsort(self.order)

    def pack(self, sequences: Sequence[Array]) -> Array:
        """Rows from one array a sequence, each of shape (its length, ...)."""
        if [len(sequence) for sequence in sequences] != self.lengths.tolist():
            raise ValueError("the sequences do not have the lengths of this packing")
        return self.pack_joined(np.concatenate(list(sequences)))

    def pack_joined(self, rows: Array) -> Array:
        """Rows from those of all sequences, one sequence after another, (N, ...)."""
        return rows[self._source]

    def unpack(self, rows: Array) -> list[Array]:
        """One array a sequence, from rows of shape (N, ...): undoes :meth:`pack`."""
        flat = np.empty_like(rows)
        flat[self._source] = rows
        return np.split(flat, np.cumsum(self.lengths)[:-1])

    def pack_padded(self, padded: Array) -> Array:
        """Rows from an array of shape (B, T, ...); what is padding is left out."""
        return padded[self.sequence, self.time]

    def unpack_padded(self, rows: Array, *, padding: float = 0.0) -> Array:
        """An array of shape (B, T, ...) from rows: undoes :meth:`pack_padded`."""
        shape = (self.batch_size, len(self.counts), *rows.shape[1:])
        padded = np.full(shape, padding, dtype=rows.dtype)
        padded[self.sequence, self.time] = rows
        return padded

    def reduced(self, rows: Array, by: np.ufunc) -> Array:
        """All rows of each sequence brought to one: sums, maxima, (B, ...).

        Args:
            rows: (N, ...).
            by: what brings two rows to one, such as ``numpy.add``; in any order.
        """
        found = None
        for start, steps, count in self.stretches:
            one = rows[start : start + steps * count]
            if steps > 1 or found is None:
                one = by.reduce(one.reshape(steps, count, *rows.shape[1:]), axis=0)
            if found is None:
                found = one
            else:
                by(found[:count], one, out=found[:count])
        assert found is not None
        return found[self.first]

    @cached_property
    def _source(self) -> IntArray:
        """Where each row stands when the sequences are written one after another."""
        starts = np.cumsum(self.lengths) - self.lengths
        return starts[self.sequence] + self.time


@lru_cache(maxsize=64)
def _of_one(steps: int) -> Packing:
    return Packing.of([steps])
