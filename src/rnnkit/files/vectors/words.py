# SPDX-License-Identifier: Apache-2.0
"""Words, and where each of them stands: a table that is ready as soon as it is mapped.

A dictionary of 400,000 words takes 200 ms to build, a hundred times longer than mapping
the numbers of those words. So the words stay what they are in the file, bytes one
after the other, and an index finds them: the 64-bit hashes of all words, sorted, and
the row of each. A binary search touches some twenty places of it. Two words may have
the same hash, so what is found is compared before it is believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

_FACTOR = 0x9E3779B97F4A7C15
"""Odd, so that its powers never vanish; 2^64 divided by the golden ratio."""

_AT_ONCE = 2**16
"""Words that are hashed at once; what is needed for them stays in the cache."""


class WordTable:
    """The words of a file, in its order.

    Args:
        blob: uint8, the UTF-8 bytes of all words, one after the other.
        lengths: bytes of each word, (V,).
        index: the sorted hashes and the row of each, if they are known already.
        texts: the words, if they are known already.
    """

    def __init__(
        self,
        blob: NDArray[np.uint8],
        lengths: NDArray[np.integer],
        index: tuple[NDArray[np.uint64], NDArray[np.integer]] | None = None,
        texts: Sequence[str] | None = None,
    ) -> None:
        self.blob = blob
        self.lengths = lengths
        self._ends = np.cumsum(lengths, dtype=np.int64)
        self._index = index
        self._texts = texts

    @classmethod
    def of(cls, words: Sequence[str]) -> WordTable:
        """Make a table of words that are at hand."""
        encoded = [word.encode("utf-8", "surrogatepass") for word in words]
        return cls(*_joined(encoded))

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, row: int) -> str:
        return self.raw(row).decode("utf-8", "replace")

    def __iter__(self) -> Iterator[str]:
        return iter(self._decoded() if self._texts is None else self._texts)

    def _decoded(self) -> Iterator[str]:
        content, start = self.blob.tobytes(), 0
        for end in self._ends.tolist():
            yield content[start:end].decode("utf-8", "replace")
            start = end

    def raw(self, row: int) -> bytes:
        """The bytes of one word."""
        end = int(self._ends[row])
        return self.blob[end - int(self.lengths[row]) : end].tobytes()

    @property
    def index(self) -> tuple[NDArray[np.uint64], NDArray[np.integer]]:
        """The sorted hashes of all words, and the row of each; made when first used."""
        if self._index is None:
            hashes = _hashes(self.blob, self.lengths)
            # Stable: of equal words, the one that stands first is found.
            rows = np.argsort(hashes, kind="stable")
            self._index = hashes[rows], rows.astype(np.uint32)
        return self._index

    def find(self, word: str) -> int | None:
        """Return the row of a word, or None."""
        row = int(self.find_all([word])[0])
        return None if row < 0 else row

    def find_all(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Return the row of each word, (N,); -1 for those that are not in the table."""
        found = np.full(len(words), -1, np.int64)
        if not len(self) or not words:
            return found
        encoded = [word.encode("utf-8", "surrogatepass") for word in words]
        hashes, rows = self.index
        wanted = _hashes(*_joined(encoded))
        places = np.searchsorted(hashes, wanted)
        for number, (word, place) in enumerate(
            zip(encoded, places.tolist(), strict=True)
        ):
            while place < len(hashes) and hashes[place] == wanted[number]:
                if self.raw(int(rows[place])) == word:
                    found[number] = rows[place]
                    break
                place += 1
        return found

    def first_of_each(self) -> NDArray[np.bool_]:
        """Mark every row whose word does not stand in an earlier one, (V,)."""
        first = np.ones(len(self), np.bool_)
        hashes, rows = self.index
        alike = np.flatnonzero(hashes[1:] == hashes[:-1])
        if not len(alike):
            return first
        for run in np.split(alike, np.flatnonzero(np.diff(alike) > 1) + 1):
            known: set[bytes] = set()
            for row in rows[run[0] : run[-1] + 2].tolist():
                word = self.raw(row)
                first[row] = word not in known
                known.add(word)
        return first

    def is_text(self) -> NDArray[np.bool_]:
        """Mark every word that is UTF-8, (V,)."""
        sound = np.ones(len(self), np.bool_)
        starts = (self._ends - self.lengths)[np.asarray(self.lengths) > 0]
        try:
            self.blob.tobytes().decode("utf-8")
            # Half a letter here and half a letter there would be whole together.
            if not (self.blob[starts] & 0xC0 == 0x80).any():
                return sound
        except UnicodeDecodeError:
            pass
        for row in range(len(self)):
            try:
                self.raw(row).decode("utf-8")
            except UnicodeDecodeError:
                sound[row] = False
        return sound

    def kept(self, chosen: NDArray[np.bool_]) -> WordTable:
        """The table of some of the words."""
        content = self.blob[np.repeat(chosen, self.lengths)]
        return WordTable(content, self.lengths[chosen])

    def head(self, count: int) -> WordTable:
        """The table of the first words."""
        lengths = self.lengths[:count]
        return WordTable(self.blob[: int(lengths.sum())], lengths)


def _joined(words: Sequence[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    lengths = np.array([len(word) for word in words], np.int64)
    return np.frombuffer(b"".join(words), np.uint8), lengths


def _hashes(
    blob: NDArray[np.uint8], lengths: NDArray[np.integer]
) -> NDArray[np.uint64]:
    """A polynomial in the bytes of each word, modulo 2^64, with its bits mixed, (V,).

    The index of a file holds these, so another formula needs another schema there.
    """
    hashes = np.empty(len(lengths), np.uint64)
    powers = _powers(int(lengths.max(initial=0)))
    place = 0
    for first in range(0, len(lengths), _AT_ONCE):
        each = np.asarray(lengths[first : first + _AT_ONCE], np.int64)
        ends = np.cumsum(each)
        total = int(ends[-1])
        within = np.arange(total) - np.repeat(ends - each, each)
        terms = np.zeros(total + 1, np.uint64)
        np.add(blob[place : place + total], np.uint64(1), out=terms[1:])
        terms[1:] *= powers[within]
        np.cumsum(terms, out=terms)
        hashes[first : first + _AT_ONCE] = terms[ends] - terms[ends - each]
        place += total
    hashes ^= hashes >> np.uint64(32)
    hashes *= np.uint64(_FACTOR)
    hashes ^= hashes >> np.uint64(29)
    return hashes


def _powers(count: int) -> NDArray[np.uint64]:
    factors = np.full(count + 1, _FACTOR, np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)
