# SPDX-License-Identifier: Apache-2.0
"""Words that look like one that is not there.

The distance is that of Damerau and Levenshtein in its usual restricted form: letters
that are added, left out, replaced, or swapped with their neighbour. It is calculated
for all frequent words together, a column of the table for each letter of the word.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnkit.files.vectors.words import WordTable

_FREQUENT = 100_000
"""Files of vectors list frequent words first, and those are what people mean."""

_LONGEST = 40
_FARTHEST = 2
_SHORT = 4
"""A word of so few letters may have one error, and no more."""


def near(word: str, words: WordTable, count: int = 3) -> list[str]:
    """Return words that look like `word`: nearest first, then most frequent first.

    If none is within two errors, the most frequent words that begin with it, or that
    it begins with.
    """
    given = word.casefold().encode("utf-8", "surrogatepass")
    if not given or len(given) > _LONGEST:
        return []
    frequent = words.head(_FREQUENT)
    most = 1 if len(given) <= _SHORT else _FARTHEST
    lengths = np.asarray(frequent.lengths, np.int64)
    rows = np.flatnonzero(np.abs(lengths - len(given)) <= most)
    letters = _letters(frequent, rows, len(given) + most)
    distances = _distances(given, letters, lengths[rows])
    order = np.lexsort((rows, distances))
    order = order[distances[order] <= most][:count]
    if len(order):
        return [frequent[row] for row in rows[order].tolist()]
    return _begun_alike(given, frequent, count)


def _letters(
    words: WordTable, rows: NDArray[np.int64], width: int
) -> NDArray[np.uint8]:
    """The bytes of some words, (R, width); short ones are filled up with zeros."""
    lengths = np.asarray(words.lengths, np.int64)
    starts = (np.cumsum(lengths) - lengths)[rows]
    places = starts[:, None] + np.arange(width)
    inside = np.arange(width) < lengths[rows][:, None]
    return np.where(inside, words.blob.take(places, mode="clip"), 0).astype(np.uint8)


def _distances(
    given: bytes, letters: NDArray[np.uint8], lengths: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The distance of each word to the given one, (R,)."""
    rows, width = letters.shape
    before = np.zeros((width + 1, rows), np.int8)
    last = np.repeat(np.arange(width + 1, dtype=np.int8)[:, None], rows, axis=1)
    columns = np.ascontiguousarray(letters.T)
    for i, letter in enumerate(given, start=1):
        now = np.empty_like(last)
        now[0] = i
        for j in range(1, width + 1):
            differs = (columns[j - 1] != letter).view(np.int8)
            now[j] = np.minimum(last[j - 1] + differs, last[j] + 1)
            np.minimum(now[j], now[j - 1] + 1, out=now[j])
            if i > 1 and j > 1:
                swapped = columns[j - 1] == given[i - 2]
                swapped &= columns[j - 2] == letter
                now[j][swapped] = np.minimum(now[j], before[j - 2] + 1)[swapped]
        before, last = last, now
    return last[lengths, np.arange(rows)].astype(np.int64)


def _begun_alike(given: bytes, words: WordTable, count: int) -> list[str]:
    if len(given) < _SHORT:
        return []
    lengths = np.asarray(words.lengths, np.int64)
    rows = np.flatnonzero(lengths >= _SHORT)
    letters = _letters(words, rows, len(given))
    same = letters == np.frombuffer(given, np.uint8)
    outside = np.arange(len(given)) >= lengths[rows][:, None]
    rows = rows[(same | outside).all(axis=1)]
    return [words[row] for row in rows[:count].tolist()]
