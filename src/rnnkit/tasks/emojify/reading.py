# SPDX-License-Identifier: Apache-2.0
"""From a sentence to the arrays that a network reads, and back to its words.

Each word brings its vector, which never changes; a small vector of its own that is
learnt, if it is among the frequent words of the training; and two marks, whether it is
negated and whether a "but" outweighs it (``negation.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from rnnkit.engine import Category, Number, Packing
from rnnkit.engine.arrays import Array, BoolArray, FloatArray, IntArray
from rnnkit.engine.configuration import Input
from rnnkit.tasks.emojify.negation import Marks, is_unmarked, marks_of
from rnnkit.tasks.emojify.text import LONGEST_WORD, Word, texts_of, tokens_of, words_of
from rnnkit.tasks.emojify.vocabulary import Vocabulary

VECTOR, WORD, MARKS = "vector", "word", "marks"
UNKNOWN = 0
"""The row of words that have no vector, and of those that have none of their own."""

_FEW = 2_000
"""So many rows are picked out one by one."""

LENGTH = np.float32(5)
"""Vectors of length 1 are brought to it: else their numbers are lost beside others."""

SIGNS = ("!", "?")
"""Signs that are read as words; they have no vector but a learnt one."""

_SIGNS = frozenset(SIGNS)
_CACHED = 50_000
"""Pieces that are remembered; then all are forgotten."""

LONGEST = 64
"""Words of a clause that are read; of a longer one, the last."""


class Reading(NamedTuple):
    """A sentence as it was read.

    Attributes:
        sentence: as it was written.
        reader: who read it.
        texts: its words, in small letters.
        meant: what each was taken for; "" if nobody knows it.
        marks: what is said about each.
        rows: of the vectors, (T,).
    """

    sentence: str
    reader: Reader
    texts: Sequence[str]
    meant: Sequence[str]
    marks: Marks
    rows: Sequence[int]

    @property
    def words(self) -> Sequence[Word]:
        """Each word with its place; found when asked for, as few answers need it."""
        return [word for word, _ in self.reader.words_of(self.sentence)]

    @property
    def has_words(self) -> bool:
        """Whether there is more to it than signs."""
        return not _SIGNS.issuperset(self.texts)


class _Piece(NamedTuple):
    """What stands between two blanks: words, what they mean, and their rows.

    Attributes:
        apart: whether a sign separates each word from the one before.
        ends: whether a sign separates the last from what follows.
    """

    texts: Sequence[str]
    meant: Sequence[str]
    rows: Sequence[int]
    apart: Sequence[bool]
    ends: bool


class Rows:
    """Zeros for unknown words, the vectors of words, and further ones, by row.

    A file has its vectors column by column. One sentence wants a few rows of it, and
    gets them; who wants thousands gets them out of a copy that lies row by row.

    Args:
        numbers: (V, D).
        further: (K, D).
    """

    def __init__(self, numbers: FloatArray, further: FloatArray) -> None:
        self._numbers = numbers
        self._further = further
        self._whole: FloatArray | None = None
        self._asked = 0

    def __len__(self) -> int:
        return 1 + len(self._numbers) + len(self._further)

    @property
    def dimensions(self) -> int:
        """D."""
        return int(self._numbers.shape[1])

    def __getitem__(self, rows: Sequence[int] | IntArray) -> FloatArray:
        """Some rows, (N, D)."""
        places = np.asarray(rows, np.intp)
        if self._whole is None:
            self._asked += len(places)
            if self._asked < _FEW:
                return self._picked(places)
            self._whole = self._picked(np.arange(len(self)))
        return self._whole[places]

    def _picked(self, places: IntArray) -> FloatArray:
        found = np.zeros((len(places), self.dimensions), np.float32)
        last = len(self._numbers)
        known, further = (places > 0) & (places <= last), places > last
        found[known] = self._numbers[places[known] - 1]
        found[further] = self._further[places[further] - 1 - last]
        return found


class Reader:
    """Reads sentences for one network.

    Attributes:
        vocabulary: the words that have vectors.
        vectors: zeros for unknown words, then a row for each word.
        own: the words that have a learnt vector, and which, from 1.

    Args:
        words: that have vectors, most frequent first.
        numbers: their vectors, (V, D).
        own: the words that have learnt vectors.
        added: vectors of further words, which come after the others.
    """

    def __init__(
        self,
        words: Sequence[str],
        numbers: FloatArray,
        own: Sequence[str] = (),
        added: Mapping[str, FloatArray] | None = None,
    ) -> None:
        further = dict.fromkeys(SIGNS, 0.0) | dict(added or {})
        self.vocabulary = Vocabulary([*words, *further])
        others = np.zeros((len(further), numbers.shape[1]), np.float32)
        for row, vector in enumerate(further.values()):
            others[row] = vector
        self.vectors = Rows(numbers, others)
        self.own = {word: number for number, word in enumerate(own, start=1)}
        self._pieces: dict[str, _Piece] = {}
        self._own_rows = np.zeros(len(self.vectors), np.intp)
        rows = self.vocabulary.rows
        for word, number in self.own.items():
            if word in rows:
                self._own_rows[rows[word] + 1] = number

    def inputs(self, dimensions: int) -> list[Input]:
        """What a network reads of each word."""
        own = [Category(WORD, len(self.own) + 1, dimensions)] if self.own else []
        return [Number(VECTOR, self.vectors.dimensions), *own, Number(MARKS, 2)]

    def read(self, sentence: str) -> Reading:
        """Find the words of a sentence and what they are taken for."""
        known, cut = self._pieces, sentence.lower().split(" ")
        pieces = [known.get(each) or self._learn(each) for each in cut]
        found = [each for each in pieces if each is not None]
        if len(found) == len(pieces):
            texts: list[str] = []
            meant: list[str] = []
            rows: list[int] = []
            for piece in found:
                texts += piece.texts
                meant += piece.meant
                rows += piece.rows
            if len(texts) <= LONGEST:
                unmarked = [False] * len(rows)
                marks = Marks(unmarked, unmarked)
                if not is_unmarked(texts):
                    marks = marks_of(texts, _apart(found))
                return Reading(sentence, self, texts, meant, marks, rows)
        pairs = self.words_of(sentence)
        words, meant = [word for word, _ in pairs], [text for _, text in pairs]
        texts, rows = [word.text for word in words], list(map(self._row, meant))
        marks = marks_of(texts, [word.apart for word in words])
        return Reading(sentence, self, texts, meant, marks, rows)

    def words_of(self, sentence: str) -> list[tuple[Word, str]]:
        """The words of a sentence, and what each is taken for; of two, it is twice."""
        return [
            (word, text)
            for word in words_of(sentence)[-LONGEST:]
            for text in self.vocabulary.taken_for(word.text) or ("",)
        ]

    def _learn(self, piece: str) -> _Piece | None:
        """Read a piece of a sentence; none: it is not simple."""
        tokens = tokens_of(piece)
        if tokens is None:
            return None
        texts, meant, apart = [], [], []
        ends = False
        for token in tokens:
            words = texts_of(token)
            for text in words:
                for one in self.vocabulary.taken_for(text) or ("",):
                    texts.append(text)
                    meant.append(one)
                    apart.append(ends)
                    ends = False
            ends = ends or not words
        learnt = _Piece(texts, meant, list(map(self._row, meant)), apart, ends)
        if len(piece) <= LONGEST_WORD:
            if len(self._pieces) >= _CACHED:
                self._pieces.clear()
            self._pieces[piece] = learnt
        return learnt

    def _row(self, meant: str) -> int:
        return self.vocabulary.rows[meant] + 1 if meant else UNKNOWN

    def arrays(self, reading: Reading) -> dict[str, Array]:
        """What the network reads, (T, ...) each; T is at least 1."""
        if not reading.rows:
            return self.gathered(np.zeros(1, np.intp), np.zeros((1, 2), np.float32))
        marks = np.array(reading.marks, np.float32).T
        return self.gathered(np.array(reading.rows, np.intp), marks)

    @property
    def symbol_count(self) -> int:
        """How many symbols there are: each row with each of four ways to mark it."""
        return 4 * len(self.vectors)

    def arrays_of(self, symbols: IntArray) -> dict[str, Array]:
        """What the network reads of each symbol, (N, ...) each."""
        rows, *marks = unfolded(symbols)
        return self.gathered(rows, np.array(marks, np.float32).T)

    def gathered(self, rows: IntArray, marks: FloatArray) -> dict[str, Array]:
        """The arrays of words whose rows are known."""
        arrays: dict[str, Array] = {VECTOR: self.vectors[rows] * LENGTH, MARKS: marks}
        if self.own:
            arrays[WORD] = self._own_rows[rows]
        return arrays


def packed_symbols(readings: Sequence[Reading]) -> tuple[Packing, IntArray]:
    """Sentences side by side, each word with its marks as one number, packed (N,).

    A sentence without words is one unknown word.
    """
    rows = _joined([each.rows or [UNKNOWN] for each in readings])
    negated = _joined([each.marks.negated or [False] for each in readings])
    outweighed = _joined([each.marks.outweighed or [False] for each in readings])
    symbols = 4 * rows + 2 * negated + outweighed
    if len(readings) == 1:
        return Packing.of_one(len(symbols)), symbols
    packing = Packing.of([max(1, len(each.rows)) for each in readings])
    return packing, packing.pack_joined(symbols)


def _joined(lists: Sequence[Sequence[int]]) -> IntArray:
    return np.fromiter(chain.from_iterable(lists), np.intp)


def unfolded(symbols: IntArray) -> tuple[IntArray, BoolArray, BoolArray]:
    """The row of each symbol, whether it is negated, and whether it is outweighed."""
    return symbols >> 2, symbols & 2 > 0, symbols & 1 > 0


def _apart(pieces: Sequence[_Piece]) -> list[bool]:
    """Whether a sign separates each word of some pieces from the one before."""
    apart: list[bool] = []
    ended = False
    for piece in pieces:
        place = len(apart)
        apart += piece.apart
        if piece.apart:
            apart[place] |= ended
            ended = False
        ended |= piece.ends
    return apart


def spelled(reading: Reading) -> Mapping[str, str]:
    """What words were taken for that are written otherwise."""
    return {
        word.text: meant
        for word, meant in zip(reading.words, reading.meant, strict=True)
        if meant != word.text
    }
