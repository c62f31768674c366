# SPDX-License-Identifier: Apache-2.0
"""How often two words stand near each other, counted in bounded memory.

A word sees `window` words to each side; one at the distance k counts 1 - (k - 1) /
window. Counted are whole multiples of 1 / window, so that every sum is exact and the
order of adding plays no part. Both words of a pair see each other, so one number for
the unordered pair is enough; a pair of equal words counts twice, once from each side.

Words are numbered group by group (see `Layout`), and a pair has one key:

    key(a, b) = ((group(a) G + group(b)) S + place(a)) S + place(b)     a <= b

with G groups of S words. Sorted keys are therefore sorted by tile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

LARGEST_SIDE = 512
"""Words of a group. A tile of 512 x 512 numbers stays in the processor's cache."""

_AT_ONCE = 2_000_000
"""Words of a corpus whose pairs are sorted together: some 300 MB at a window of 8."""

Keys = NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """V words dealt to G groups like cards, so that each group has words of all ranks.

    Attributes:
        words: V.
    """

    words: int

    @property
    def groups(self) -> int:
        """G."""
        return -(-self.words // LARGEST_SIDE)

    @property
    def side(self) -> int:
        """S, words of a group; the last places of some groups stay empty."""
        return -(-self.words // self.groups)

    @property
    def rows(self) -> int:
        """G S, rows of a matrix with all places."""
        return self.groups * self.side

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """The row of each word, most frequent word first, (V,)."""
        ranks = np.arange(self.words)
        return ranks % self.groups * self.side + ranks // self.groups

    @cached_property
    def terms(self) -> tuple[Keys, Keys]:
        """What a row adds to a key as the first and as the second of a pair, (G S,)."""
        group, place = np.divmod(np.arange(self.rows), self.side)
        square = self.side * self.side
        first = group * self.groups * square + place * self.side
        return first, group * square + place


class PairCounter:
    """Counts pairs of a text that comes piece after piece.

    Args:
        layout: how many words there are.
        words: the words, most frequent first.
        window: words to each side.
        lines_apart: whether no window reaches over the end of a line.
    """

    def __init__(
        self,
        layout: Layout,
        words: Sequence[bytes],
        *,
        window: int,
        lines_apart: bool = False,
        at_once: int = _AT_ONCE,
    ) -> None:
        self.layout = layout
        self.window = window
        self._rows = dict(zip(words, layout.places.tolist(), strict=True))
        # No word, so it is unknown, and no window reaches over so many of them.
        self._line_end = b" |" * window + b" " if lines_apart else None
        self._at_once = at_once
        self._waiting: list[NDArray[np.int32]] = []
        self._count = 0
        self._seen = np.full(window, layout.rows, np.int32)

    def add(self, text: bytes) -> Iterator[tuple[Keys, NDArray[np.int64]]]:
        """Take a piece of normalised text; yield runs of sorted keys and counts."""
        if self._line_end is not None:
            text = text.replace(b"\n", self._line_end)
        found = map(self._rows.get, text.split(), repeat(self.layout.rows))
        rows = np.fromiter(found, np.int32)
        self._waiting.append(rows)
        self._count += len(rows)
        if self._count >= self._at_once:
            yield from self.finish()

    def finish(self) -> Iterator[tuple[Keys, NDArray[np.int64]]]:
        """Yield what is left over."""
        if not self._count:
            return
        rows = np.concatenate([self._seen, *self._waiting])
        self._waiting, self._count = [], 0
        self._seen = rows[-self.window :]
        keys, counts = self._sorted(rows)
        if len(keys):
            yield keys, counts

    def end(self) -> None:
        """Let no window reach from this text into the next."""
        self._seen = np.full(self.window, self.layout.rows, np.int32)

    def _sorted(self, rows: NDArray[np.int32]) -> tuple[Keys, NDArray[np.int64]]:
        first, second = self.layout.terms
        bits = (self.window - 1).bit_length()
        new = rows[self.window :]
        parts = []
        for distance in range(1, self.window + 1):
            before = rows[self.window - distance : len(rows) - distance]
            low, high = np.minimum(before, new), np.maximum(before, new)
            known = high < self.layout.rows
            keys = first[low[known]]
            keys += second[high[known]]
            keys <<= bits
            keys |= distance - 1
            parts.append(keys)
        keys = np.concatenate(parts)
        del parts
        keys.sort()
        # In place of the distance comes what it counts, added up along the way.
        counts = self.window - (keys & ((1 << bits) - 1))
        np.cumsum(counts, out=counts)
        keys >>= bits
        last = np.flatnonzero(np.append(keys[1:] != keys[:-1], len(keys) > 0))
        return keys[last], np.diff(counts[last], prepend=0)


def drop_rare(
    layout: Layout, runs: Iterable[tuple[Keys, NDArray[np.float64]]], least: float
) -> Iterator[tuple[Keys, NDArray[np.float64]]]:
    """Leave out pairs that count less than `least`; count equal words twice."""
    square = layout.side * layout.side
    for keys, counts in runs:
        tile, cell = np.divmod(keys, square)
        one, other = np.divmod(tile, layout.groups)
        row, column = np.divmod(cell, layout.side)
        counts = np.where((one == other) & (row == column), 2 * counts, counts)
        kept = counts >= least
        yield keys[kept], counts[kept]
