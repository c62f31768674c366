# SPDX-License-Identifier: Apache-2.0
"""How the lab reads a sentence.

Words are what stands between blanks, in small letters; unknown words are left out. The
lab's vectors (GloVe, 50 numbers) have a length of about 5, and its rates are made for
that; so each vector is brought to it here, and of longer ones the first 80 numbers are
read: of 132 sentences nobody learns what 256 numbers mean.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnkit.engine.arrays import Array, FloatArray
from rnnkit.models.vectors import WordVectors
from rnnkit.tasks.emojify.reading import VECTOR

LENGTH = 5.0
"""The length that vectors are brought to."""

DIMENSIONS = 80
"""How many numbers of each vector are read, from the first, if it has so many."""

_SHORTEST = np.float32(1e-6)
"""Shorter vectors stay as they are: they say nothing."""

_WORD_SIGNS = '.,;:!?"()'


class CourseCodec:
    """Sentences as the lab reads them.

    Attributes:
        length: words to which sentences are filled up, or cut; 0: as they are.

    Args:
        rows: the row of each word.
        vectors: (V, D).
    """

    def __init__(
        self, rows: Mapping[str, int], vectors: FloatArray, *, length: int = 0
    ) -> None:
        self.length = length
        self._rows = rows
        self._vectors = vectors

    @classmethod
    def of(
        cls, vectors: WordVectors, *, length: int, dimensions: int = DIMENSIONS
    ) -> CourseCodec:
        """The codec for the first numbers of some word vectors."""
        rows = {word: row for row, word in reversed(list(enumerate(vectors.words)))}
        first = vectors.numbers[:, :dimensions]
        return cls(rows, np.ascontiguousarray(first, np.float32), length=length)

    @property
    def dimensions(self) -> int:
        """Numbers a word that the network reads."""
        return int(self._vectors.shape[1])

    def known(self, sentence: str) -> list[str]:
        """The words of a sentence that have vectors."""
        words = [word.strip(_WORD_SIGNS) for word in sentence.lower().split()]
        return [word for word in words if word in self._rows]

    def arrays(self, sentence: str) -> dict[str, Array]:
        """What the network reads: (T, D), at least one step of zeros."""
        rows = [self._rows[word] for word in self.known(sentence)]
        if self.length:
            rows = rows[: self.length]
        steps = self.length or max(1, len(rows))
        numbers = np.zeros((steps, self._vectors.shape[1]), np.float32)
        if rows:
            found = self._vectors[rows]
            lengths = np.linalg.norm(found, axis=1, keepdims=True)
            numbers[: len(rows)] = found * (LENGTH / np.maximum(lengths, _SHORTEST))
        return {VECTOR: numbers}
