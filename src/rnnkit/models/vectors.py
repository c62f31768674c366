# SPDX-License-Identifier: Apache-2.0
r"""Words as vectors, and what can be asked of them.

    cosine of two words    cos(u, v) = u . v / (|u| |v|)
    a is to b as c is to d, of which d is wanted and never one of the words given:
        add      3CosAdd, cos(d, b - a + c) with a, b, c of length 1
                 (Mikolov, Yih, Zweig 2013)
        mul      3CosMul, cos'(d, b) cos'(d, c) / (cos'(d, a) + 0.001) with
                 cos' = (cos + 1) / 2  (Levy, Goldberg 2014)
        course   cos(b - a, d - c), as in Andrew Ng's course

A row of zeros stands for a word of which nothing is known. It has no direction, so it
is nobody's neighbour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import InputError, UsageError, alternatives, printable
from rnnkit.files.vectors.table import Table, norms_of
from rnnkit.files.vectors.words import WordTable
from rnnkit.models.neighbours import best, search
from rnnkit.models.spelling import near

METRICS = ("cosine", "l2", "dot")
METHODS = ("add", "mul", "course")

_SMALL = np.float32(0.001)
_BATCH = 16
"""Questions from which on they are answered together."""

Floats = NDArray[np.float32]


class Neighbour(NamedTuple):
    """A word and how near it is: a cosine, a product, or for l2 a distance."""

    word: str
    score: float


class Comparison(NamedTuple):
    """How near two words are to each other."""

    cosine: float
    l2: float
    dot: float


class Found(NamedTuple):
    """A word that was asked for, as the vectors spell it, and its row."""

    word: str
    row: int


class WordVectors:
    """V words, each with D numbers.

    Args:
        table: what a file holds.
        name: what messages call these vectors.
        threads: how many may share the work of many questions.
    """

    def __init__(self, table: Table, name: str = "", *, threads: int = 1) -> None:
        self.words: WordTable = table.words
        self.numbers: Floats = table.numbers
        self.table = table
        self.name = name
        self.threads = threads

    def __len__(self) -> int:
        return len(self.words)

    @property
    def dimensions(self) -> int:
        """How many numbers each word has, D."""
        return int(self.numbers.shape[1])

    @cached_property
    def norms(self) -> Floats:
        """The length of each row, (V,)."""
        known = self.table.norms
        return norms_of(self.numbers) if known is None else known

    @cached_property
    def inverse_norms(self) -> Floats:
        """One divided by each length, (V,); 0 for rows of zeros."""
        inverse = np.zeros(len(self), np.float32)
        return np.divide(np.float32(1), self.norms, out=inverse, where=self.norms > 0)

    @cached_property
    def zero_rows(self) -> NDArray[np.int64]:
        """The rows that hold nothing but zeros."""
        return np.flatnonzero(self.norms == 0)

    # Words.

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.words.find(word) is not None

    def __getitem__(self, word: str) -> Floats:
        """The vector of a word, (D,). Raises KeyError, as a dictionary does."""
        row = self.words.find(word)
        if row is None:
            raise KeyError(word)
        return self.numbers[row]

    def vectors(self, words: Sequence[str]) -> Floats:
        """The vectors of some words, (N, D). Raises InputError for an unknown one."""
        return self.numbers[[self.find(word).row for word in words]]

    def find(self, word: str) -> Found:
        """Find a word as it is given, or else in small letters.

        Raises:
            InputError: there is no vector for it; the hint names words that look like
                it.
        """
        for spelled in dict.fromkeys((word, word.lower())):
            row = self.words.find(spelled)
            if row is not None:
                return Found(spelled, row)
        if not word.strip():
            raise InputError(
                "a word without letters was given", hint="give a word, such as: king"
            )
        alike = near(word, self.words)
        raise InputError(
            f"there is no vector for '{printable(word)}'",
            hint=f"did you mean {alternatives(alike)}?"
            if alike
            else f"give another word; there are {len(self):,}",
        )

    # Neighbours.

    def compare(self, one: str, other: str) -> Comparison:
        """Tell how near two words are: cosine, distance and product.

        Raises:
            InputError: a word is unknown, or its vector has no direction.
        """
        first, second = self._directed([one, other])
        u, v = (self.numbers[found.row].astype(np.float64) for found in (first, second))
        dot = float(u @ v)
        cosine = dot / float(np.linalg.norm(u) * np.linalg.norm(v))
        return Comparison(cosine, float(np.linalg.norm(u - v)), dot)

    def similar(
        self, word: str, top: int = 10, *, metric: str = "cosine"
    ) -> list[Neighbour]:
        """Return the `top` words nearest to a word, nearest first, without itself.

        Args:
            metric: "cosine", "l2" or "dot". The score of l2 is the distance, so the
                lowest comes first.

        Raises:
            InputError: the word is unknown, or its vector has no direction.
        """
        (found,) = self._directed([word])
        return self.near_vector(
            self.numbers[found.row], top, metric=metric, without=[found.row]
        )

    def similar_all(
        self, words: Sequence[str], top: int = 10, *, metric: str = "cosine"
    ) -> list[list[Neighbour]]:
        """Return what `similar` returns for each of many words, and sooner."""
        found = self._directed(words)
        if metric != "cosine" or len(found) < _BATCH:
            return [self.similar(each.word, top, metric=metric) for each in found]
        rows = [each.row for each in found]
        queries = self.numbers[rows] * self.inverse_norms[rows][:, None]
        return self._searched(queries, [[row] for row in rows], top)

    def near_vector(
        self,
        vector: Floats,
        top: int = 10,
        *,
        metric: str = "cosine",
        without: Iterable[int] = (),
    ) -> list[Neighbour]:
        """Return the `top` words nearest to any vector, (D,), nearest first.

        Args:
            metric: "cosine", "l2" or "dot".
            without: rows that are no answer.
        """
        vector = np.asarray(vector, np.float32)
        match metric:
            case "cosine":
                scores = self._cosines(vector)
            case "l2":
                scores = np.matmul(self.numbers, vector)
                scores -= self.norms**2 / 2
            case "dot":
                scores = np.matmul(self.numbers, vector)
            case _:
                raise UsageError(
                    f"there is no metric '{printable(metric)}'",
                    hint=f"give {alternatives(METRICS)}",
                )
        scores[self.zero_rows] = -np.inf
        rows = self._answers(scores, without, top)
        if metric == "l2":
            distances = np.linalg.norm(self.numbers[rows] - vector, axis=1)
            return self._named(rows, distances)
        return self._named(rows, scores[rows])

    # Analogies.

    def analogy(
        self, a: str, b: str, c: str, top: int = 5, *, method: str = "add"
    ) -> list[Neighbour]:
        """Return words d such that a is to b as c is to d, best first.

        Args:
            method: "add" (3CosAdd), "mul" (3CosMul) or "course" (Andrew Ng's).

        Raises:
            InputError: a word is unknown, or its vector has no direction.
            UsageError: a and b are the same word, so there is no relation.
        """
        found = self._directed([a, b, c])
        rows = [each.row for each in found]
        if rows[0] == rows[1]:
            raise UsageError(
                f"'{printable(a)}' and '{printable(b)}' are the same word, so there "
                "is no relation between them",
                hint="give two words that differ, as in: italy italian spain",
            )
        scores = self.scores_of(method)(self._dots(rows), rows)
        return self._named(chosen := self._answers(scores, rows, top), scores[chosen])

    def analogy_all(
        self,
        questions: Sequence[tuple[str, str, str]],
        top: int = 5,
        *,
        method: str = "add",
    ) -> list[list[Neighbour]]:
        """Return what `analogy` returns for each of many questions, and sooner."""
        if method != "add" or len(questions) < _BATCH:
            return [self.analogy(*each, top, method=method) for each in questions]
        rows = np.array([[w.row for w in self._directed(each)] for each in questions])
        a, b, c = (
            self.numbers[column] * self.inverse_norms[column][:, None]
            for column in rows.T
        )
        queries = b - a + c
        queries /= np.linalg.norm(queries, axis=1, keepdims=True)
        return self._searched(queries, rows.tolist(), top)

    def combine(
        self, plus: Sequence[str], minus: Sequence[str] = (), top: int = 5
    ) -> list[Neighbour]:
        """Return the words nearest to a sum of words, of which some are taken away.

        Every vector has the length 1 before it is added; words given never come back.

        Raises:
            InputError: a word is unknown, or the sum has no direction.
        """
        found = self._directed([*plus, *minus])
        rows = [each.row for each in found]
        signs = np.array([1] * len(plus) + [-1] * len(minus), np.float32)
        weights = signs * self.inverse_norms[rows]
        total: Floats = np.matmul(weights, self.numbers[rows])
        if not np.linalg.norm(total) > 1e-6:
            raise InputError(
                "the words cancel each other out", hint="add or take away another word"
            )
        return self.near_vector(total, top, without=rows)

    def odd_one_out(self, words: Sequence[str]) -> list[Neighbour]:
        """Return the words with their cosine to the mean of all, the odd one first.

        Raises:
            InputError: a word is unknown, or its vector has no direction.
        """
        found = self._directed(words)
        rows = [each.row for each in found]
        unit = self.numbers[rows] * self.inverse_norms[rows][:, None]
        mean = unit.mean(axis=0)
        length = float(np.linalg.norm(mean)) or 1.0
        cosines = unit @ mean / length
        return [
            Neighbour(found[place].word, float(cosines[place]))
            for place in np.argsort(cosines, kind="stable").tolist()
        ]

    def scores_of(
        self, method: str
    ) -> Callable[[Sequence[NDArray[np.float32]], Sequence[int]], Floats]:
        """The scores of all words as d, from the products with a, b and c.

        The function takes the products of all rows with those of a, b and c, three
        times (V,), and the three rows.
        """
        known = {"add": self._add, "mul": self._mul, "course": self._course}
        if method not in known:
            raise UsageError(
                f"there is no method '{printable(method)}'",
                hint=f"give {alternatives(METHODS)}",
            )
        return known[method]

    def _add(self, dots: Sequence[Floats], rows: Sequence[int]) -> Floats:
        a, b, c = self.inverse_norms[list(rows)]
        unit = self.numbers[list(rows)] * self.inverse_norms[list(rows)][:, None]
        length = float(np.linalg.norm(unit[1] - unit[0] + unit[2]))
        scores = dots[1] * b
        scores -= dots[0] * a
        scores += dots[2] * c
        scores *= self.inverse_norms
        scores /= np.float32(length or 1)
        scores[self.zero_rows] = -np.inf
        return scores

    def _mul(self, dots: Sequence[Floats], rows: Sequence[int]) -> Floats:
        cosines = [
            (dot * self.inverse_norms * self.inverse_norms[row] + 1) / 2
            for dot, row in zip(dots, rows, strict=True)
        ]
        scores: Floats = cosines[1] * cosines[2] / (cosines[0] + _SMALL)
        scores[self.zero_rows] = -np.inf
        return scores

    def _course(self, dots: Sequence[Floats], rows: Sequence[int]) -> Floats:
        a, b, c = self.numbers[list(rows)]
        relation = b - a
        products = dots[1] - dots[0] - relation @ c
        squares = self.norms**2 - 2 * dots[2] + c @ c
        lengths = np.sqrt(np.maximum(squares, 0)) * np.linalg.norm(relation)
        scores = np.full(len(self), -np.inf, np.float32)
        np.divide(products, lengths, out=scores, where=lengths > 0)
        scores[self.zero_rows] = -np.inf
        return scores

    # What the questions share.

    def _directed(self, words: Sequence[str]) -> list[Found]:
        """Find words whose vectors have a direction."""
        found = [self.find(word) for word in words]
        for each in found:
            if self.norms[each.row] == 0:
                raise InputError(
                    f"the vector of '{printable(each.word)}' is all zeros, so nothing "
                    "is near it",
                    hint="give another word",
                )
        return found

    def _cosines(self, vector: Floats) -> Floats:
        length = float(np.linalg.norm(vector)) or 1.0
        scores = np.matmul(self.numbers, vector / np.float32(length))
        scores *= self.inverse_norms
        return scores

    def _dots(self, rows: Sequence[int]) -> list[Floats]:
        """The products of all rows with some of them, (V,) each."""
        return list(np.matmul(self.numbers[list(rows)], self.numbers.T))

    def _answers(
        self, scores: Floats, without: Iterable[int], top: int
    ) -> NDArray[np.int64]:
        scores[list(without)] = -np.inf
        return best(scores, top)

    def _searched(
        self, queries: Floats, without: Sequence[Sequence[int]], top: int
    ) -> list[list[Neighbour]]:
        longest = top + max(map(len, without))
        found = search(
            self.numbers, self.inverse_norms, queries, longest, threads=self.threads
        )
        answers = []
        for (rows, scores), given in zip(found, without, strict=True):
            kept = ~np.isin(rows, given)
            answers.append(self._named(rows[kept][:top], scores[kept][:top]))
        return answers

    def _named(
        self, rows: NDArray[np.int64], scores: NDArray[np.floating]
    ) -> list[Neighbour]:
        return [
            Neighbour(self.words[row], score)
            for row, score in zip(rows.tolist(), scores.tolist(), strict=True)
        ]
