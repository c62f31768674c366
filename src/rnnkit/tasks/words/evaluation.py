# SPDX-License-Identifier: Apache-2.0
"""How good are word vectors? Analogies that are known, and pairs that people judged.

An analogy counts as right if the very word that is wanted comes first. Which questions
can be asked at all depends on the vocabulary, and so does how hard they are: fewer
words are fewer wrong answers. So the counts of questions stand beside every share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import InputError, printable, quoted
from rnnkit.files.text import read_lines
from rnnkit.models.softening import softened
from rnnkit.models.vectors import WordVectors

_ROOM = 2**26
"""Cosines, of 4 bytes each, that are kept at once."""

_FORMS = (
    "give lines of four words, as in: athens greece baghdad iraq, or of two words and "
    "a number, as in: tiger cat 7.35"
)


@dataclass(frozen=True)
class Analogies:
    """How many analogies of a section were completed.

    Attributes:
        set: the file they stand in.
        section: the heading they stand under.
        correct: how many answers were right.
        answered: how many could be asked, all four words being known.
        total: how many there are.
    """

    set: str
    section: str
    correct: int
    answered: int
    total: int


@dataclass(frozen=True)
class Similarities:
    """How well cosines agree with what people said about pairs of words.

    Attributes:
        set: the file they stand in.
        spearman: the correlation of the ranks, from -1 to 1; None: too few pairs.
        answered: how many pairs could be asked.
        total: how many there are.
    """

    set: str
    spearman: float | None
    answered: int
    total: int


@dataclass(frozen=True)
class QuestionFile:
    """The questions of one file: fours by section, or pairs with their score."""

    name: str
    sections: dict[str, list[list[str]]]
    pairs: list[tuple[str, str, float]]

    def half(self, which: int) -> QuestionFile:
        """Those analogies whose two pairs of words both fall into one half, 1 or 2.

        Settings are chosen on one half and reported on the other. A question of the one
        shares no pair of words with the other, so many belong to neither. Judged pairs
        stay whole.
        """
        return replace(
            self,
            sections={
                section: [
                    four
                    for four in fours
                    if {_half(section, *four[:2]), _half(section, *four[2:])} == {which}
                ]
                for section, fours in self.sections.items()
            },
        )


def files_of(given: Sequence[str]) -> list[str]:
    """The files that are given; of a folder, all that lie in it."""
    found = []
    for each in given:
        path = Path(each)
        if path.is_dir():
            found += [str(file) for file in sorted(path.iterdir()) if file.is_file()]
        else:
            found.append(each)
    return found


def read_questions(path: str) -> QuestionFile:
    """Read a file of analogies (": heading" begins a section) or of judged pairs.

    Raises:
        InputError: it cannot be read, or holds neither.
    """
    name = Path(path).stem
    sections: dict[str, list[list[str]]] = {}
    pairs: list[tuple[str, str, float]] = []
    section = name
    for number, line in enumerate(read_lines(path), start=1):
        if not line.strip() or line.startswith(("#", "//")):
            continue
        if line.startswith(":"):
            section = line[1:].strip() or name
            continue
        fields = _fields(line)
        score = _number(fields[-1]) if len(fields) == 3 else None
        if len(fields) == 4 and not pairs:
            sections.setdefault(section, []).append(fields)
        elif score is not None and not sections:
            pairs.append((fields[0], fields[1], score))
        elif number > 1:
            raise InputError(
                f"line {number} of {quoted(path)} is no question: "
                f"'{printable(line, 40)}'",
                hint=_FORMS,
            )
    if not sections and not pairs:
        raise InputError(f"{quoted(path)} holds no questions", hint=_FORMS)
    return QuestionFile(name, sections, pairs)


def _half(section: str, one: str, other: str) -> int:
    """1 or 2, by chance, but always the same for the same pair."""
    return 1 + crc32(f"{section}: {one} {other}".encode("utf-8", "replace")) % 2


def _fields(line: str) -> list[str]:
    for mark in ("\t", ",", ";"):
        if mark in line:
            return [field.strip() for field in line.split(mark)]
    return line.split()


def _number(field: str) -> float | None:
    try:
        number = float(field)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def judge(
    vectors: WordVectors, questions: QuestionFile, *, method: str = "add"
) -> Iterator[Analogies | Similarities]:
    """Ask all questions of a file; yield the counts of each section as it is done."""
    if questions.pairs:
        yield _judged(softened(vectors), questions)
    for section, fours in questions.sections.items():
        known = rows_of(vectors, [word for four in fours for word in four])
        table = known.reshape(-1, 4)
        asked = table[(table >= 0).all(axis=1)]
        # Nothing can be right whose answer is one of the words given.
        right = int((first_answers(vectors, asked[:, :3], method) == asked[:, 3]).sum())
        yield Analogies(questions.name, section, right, len(asked), len(fours))


def rows_of(vectors: WordVectors, words: Sequence[str]) -> NDArray[np.int64]:
    """The row of each word as it is, or else in small letters; -1 if it has none."""
    rows = vectors.words.find_all(words)
    missing = np.flatnonzero(rows < 0)
    rows[missing] = vectors.words.find_all([words[i].lower() for i in missing.tolist()])
    rows[np.isin(rows, vectors.zero_rows)] = -1
    return rows


def first_answers(
    vectors: WordVectors, questions: NDArray[np.int64], method: str = "add"
) -> NDArray[np.int64]:
    """The row that best completes each analogy.

    The same few words make many questions. So their cosines to all words are
    calculated once, and an analogy is a sum of three rows of these.

    Args:
        questions: the rows of a, b and c, (Q, 3).

    Returns:
        The row of d for each, (Q,).
    """
    answers = np.empty(len(questions), np.int64)
    most = max(3, _ROOM // len(vectors))
    for first, last in _groups(questions, most):
        group = questions[first:last]
        words, places = np.unique(group, return_inverse=True)
        products = np.matmul(vectors.numbers[words], vectors.numbers.T)
        if method == "add":
            products *= vectors.inverse_norms
            products *= vectors.inverse_norms[words][:, None]
        for number, three in enumerate(places.reshape(-1, 3)):
            dots, rows = products[three], group[number]
            answers[first + number] = _first(vectors, dots, rows, method)
    return answers


def _first(
    vectors: WordVectors,
    dots: NDArray[np.float32],
    rows: NDArray[np.int64],
    method: str,
) -> int:
    if method == "add":
        scores = dots[1]
        scores -= dots[0]
        scores += dots[2]
        scores[vectors.zero_rows] = -np.inf
    else:
        scores = vectors.scores_of(method)(list(dots), rows.tolist())
    scores[rows] = -np.inf
    return int(scores.argmax())


def _groups(questions: NDArray[np.int64], most: int) -> Iterator[tuple[int, int]]:
    """Cut questions into runs that have at most so many different words."""
    first, words = 0, set[int]()
    for number, three in enumerate(questions.tolist()):
        if len(words | set(three)) > most:
            yield first, number
            first, words = number, set()
        words.update(three)
    if first < len(questions):
        yield first, len(questions)


def _judged(vectors: WordVectors, questions: QuestionFile) -> Similarities:
    words = [word for one, other, _ in questions.pairs for word in (one, other)]
    rows = rows_of(vectors, words).reshape(-1, 2)
    known = (rows >= 0).all(axis=1)
    said = np.array([score for _, _, score in questions.pairs])[known]
    unit = [
        vectors.numbers[column] * vectors.inverse_norms[column][:, None]
        for column in rows[known].T
    ]
    cosines = np.einsum("pd,pd->p", *unit)
    return Similarities(
        questions.name, spearman(cosines, said), int(known.sum()), len(rows)
    )


def spearman(one: NDArray[np.floating], other: NDArray[np.floating]) -> float | None:
    """The correlation of two lists of ranks; equal numbers share the mean rank."""
    x, y = (_ranks(values) - (len(values) + 1) / 2 for values in (one, other))
    scale = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / scale if scale else None


def _ranks(values: NDArray[np.floating]) -> NDArray[np.float64]:
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[which]
