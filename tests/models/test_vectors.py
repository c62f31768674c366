# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from rnnkit.errors import InputError, UsageError
from rnnkit.files.vectors.table import Table
from rnnkit.files.vectors.words import WordTable
from rnnkit.models.vectors import METHODS, METRICS, WordVectors

PLANE = {
    "man": (1.0, 0.1, 0.0),
    "woman": (1.0, 0.1, 1.0),
    "king": (1.0, 2.0, 0.0),
    "queen": (1.1, 2.0, 1.0),
    "bread": (0.2, -1.0, -1.5),
    "nothing": (0.0, 0.0, 0.0),
    "Paris": (-1.0, -2.0, 0.3),
}


def of(rows: Mapping[str, tuple[float, ...]]) -> WordVectors:
    numbers = np.array(list(rows.values()), np.float32)
    return WordVectors(Table(WordTable.of(list(rows)), numbers, "test"))


@pytest.fixture
def vectors() -> WordVectors:
    return of(PLANE)


@pytest.fixture(scope="module")
def many() -> WordVectors:
    generator = np.random.default_rng(3)
    numbers = generator.normal(size=(30_000, 8)).astype(np.float32)
    numbers[[5, 29_999]] = 0
    words = WordTable.of([f"w{number}" for number in range(30_000)])
    return WordVectors(Table(words, numbers, "test"))


def test_a_word_is_looked_up_as_in_a_dictionary(vectors: WordVectors) -> None:
    assert len(vectors) == 7
    assert vectors.dimensions == 3
    assert "king" in vectors
    assert "kong" not in vectors
    assert 5 not in vectors
    assert vectors["king"].tolist() == [1, 2, 0]
    assert vectors.vectors(["king", "man"]).shape == (2, 3)
    with pytest.raises(KeyError):
        vectors["kong"]


def test_small_letters_are_tried_and_told(vectors: WordVectors) -> None:
    assert vectors.find("KING") == ("king", 2)
    assert vectors.find("Paris") == ("Paris", 6)
    with pytest.raises(InputError):
        vectors.find("paris")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("kin", "'king'"),
        ("qeuen", "'queen'"),
        ("wman", "'man' or 'woman'"),
        ("zebra", "7"),
    ],
)
def test_an_unknown_word_is_told_with_words_like_it(
    vectors: WordVectors, word: str, hint: str
) -> None:
    with pytest.raises(InputError, match=f"no vector for '{word}'") as caught:
        vectors.similar(word)
    assert hint in caught.value.hint


@pytest.mark.parametrize("word", ["", " ", "\t"])
def test_a_word_without_letters(vectors: WordVectors, word: str) -> None:
    with pytest.raises(InputError, match="without letters"):
        vectors.similar(word)


def test_a_word_that_looks_blank_may_be_there() -> None:
    assert of({"\u00a0": (1.0, 0.0), "a": (0.0, 1.0)}).find("\u00a0").row == 0


@pytest.mark.parametrize("metric", METRICS)
def test_neighbours_are_those_of_the_definition(many: WordVectors, metric: str) -> None:
    numbers = many.numbers.astype(np.float64)
    for row in (0, 7, 15_000):
        with np.errstate(invalid="ignore"):
            scores = {
                "cosine": numbers @ numbers[row] / np.linalg.norm(numbers, axis=1),
                "l2": -np.linalg.norm(numbers - numbers[row], axis=1),
                "dot": numbers @ numbers[row],
            }[metric]
        scores[[row, 5, 29_999]] = -np.inf
        expected = np.argsort(-scores, kind="stable")[:10]
        found = many.similar(many.words[row], metric=metric)
        assert [each.word for each in found] == [many.words[r] for r in expected]
        told = scores[expected] * (-1 if metric == "l2" else 1)
        if metric == "cosine":
            told /= np.linalg.norm(numbers[row])
        np.testing.assert_allclose([each.score for each in found], told, rtol=1e-5)


@pytest.mark.parametrize("threads", [1, 2])
def test_many_questions_have_the_answers_of_each(
    many: WordVectors, threads: int
) -> None:
    many.threads = threads
    words = [many.words[row] for row in range(10, 400, 2)]
    for top in (1, 10):
        together = many.similar_all(words, top)
        for word, found in zip(words, together, strict=True):
            alone = many.similar(word, top)
            assert [each.word for each in found] == [each.word for each in alone]
    questions = list(zip(words, words[1:], words[2:], strict=False))
    for question, found in zip(questions, many.analogy_all(questions), strict=True):
        alone = many.analogy(*question)
        assert [each.word for each in found] == [each.word for each in alone]
        np.testing.assert_allclose(
            [each.score for each in found], [each.score for each in alone], rtol=1e-4
        )


def test_as_many_neighbours_as_there_are(vectors: WordVectors) -> None:
    found = vectors.similar("king", top=100)
    assert sorted(each.word for each in found) == sorted(
        set(PLANE) - {"king", "nothing"}
    )


def test_zeros_are_nobodys_neighbour_and_have_none(vectors: WordVectors) -> None:
    for metric in METRICS:
        found = vectors.similar("bread", top=10, metric=metric)
        assert "nothing" not in [each.word for each in found]
    for method in METHODS:
        found = vectors.analogy("man", "king", "woman", top=10, method=method)
        assert "nothing" not in [each.word for each in found]
    for ask in (
        lambda: vectors.similar("nothing"),
        lambda: vectors.compare("king", "nothing"),
        lambda: vectors.analogy("man", "king", "nothing"),
    ):
        with pytest.raises(InputError, match="'nothing' is all zeros"):
            ask()


def test_a_comparison_by_hand(vectors: WordVectors) -> None:
    compared = vectors.compare("man", "king")
    assert compared.dot == pytest.approx(1.2)
    assert compared.l2 == pytest.approx(1.9)
    assert compared.cosine == pytest.approx(1.2 / np.sqrt(1.01 * 5))


@pytest.mark.parametrize("method", METHODS)
def test_the_analogy_everyone_asks_for(vectors: WordVectors, method: str) -> None:
    found = vectors.analogy("man", "king", "woman", method=method)
    assert found[0].word == "queen"
    assert not {"man", "king", "woman"} & {each.word for each in found}


def test_the_scores_of_analogies_are_those_of_the_papers(vectors: WordVectors) -> None:
    unit = {
        word: np.array(row) / (np.linalg.norm(row) or 1) for word, row in PLANE.items()
    }
    a, b, c, d = (unit[word] for word in ("man", "king", "woman", "queen"))
    total = b - a + c
    add = total @ d / np.linalg.norm(total)
    mul = (b @ d + 1) / 2 * (c @ d + 1) / 2 / ((a @ d + 1) / 2 + 0.001)
    raw = {word: np.array(row) for word, row in PLANE.items()}
    left, right = raw["king"] - raw["man"], raw["queen"] - raw["woman"]
    course = left @ right / np.linalg.norm(left) / np.linalg.norm(right)
    for method, expected in {"add": add, "mul": mul, "course": course}.items():
        found = vectors.analogy("man", "king", "woman", method=method)
        assert found[0].score == pytest.approx(expected, rel=1e-5)


def test_a_word_twice_is_no_relation(vectors: WordVectors) -> None:
    with pytest.raises(UsageError, match="no relation"):
        vectors.analogy("man", "man", "man")


def test_free_arithmetic(vectors: WordVectors) -> None:
    assert vectors.combine(["king", "woman"], ["man"])[0].word == "queen"
    with pytest.raises(InputError, match="cancel"):
        vectors.combine(["king"], ["king"])


def test_the_odd_one(vectors: WordVectors) -> None:
    found = vectors.odd_one_out(["king", "bread", "queen", "woman"])
    assert found[0].word == "bread"
    assert [each.score for each in found] == sorted(each.score for each in found)


def test_names_of_metrics_and_methods_are_checked(vectors: WordVectors) -> None:
    with pytest.raises(UsageError, match="no metric 'cos'"):
        vectors.similar("king", metric="cos")
    with pytest.raises(UsageError, match="no method 'sum'"):
        vectors.analogy("man", "king", "woman", method="sum")
