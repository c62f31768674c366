# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.errors import InputError, UsageError
from rnnkit.files.vectors.table import Table
from rnnkit.files.vectors.words import WordTable
from rnnkit.models.vectors import WordVectors
from rnnkit.tasks.words import bias

WORDS = ["man", "woman", "he", "she", "nurse", "engineer", "actor", "actress", "same"]


@pytest.fixture
def vectors() -> WordVectors:
    numbers = np.random.default_rng(5).normal(size=(9, 6)).astype(np.float32)
    numbers[8] = numbers[6]
    return WordVectors(Table(WordTable.of(WORDS), numbers, "test"))


def test_the_axis_is_the_mean_difference(vectors: WordVectors) -> None:
    axis = bias.bias_axis(vectors, [("man", "woman"), ("he", "she")])
    expected = (vectors["woman"] - vectors["man"] + vectors["she"] - vectors["he"]) / 2
    np.testing.assert_allclose(axis, expected, rtol=1e-6)
    for pairs in ([("actor", "same")], [("man", "woman"), ("woman", "man")]):
        with pytest.raises(InputError, match="no direction in common"):
            bias.bias_axis(vectors, pairs)


def test_a_neutral_word_has_no_part_along_the_axis(vectors: WordVectors) -> None:
    axis = bias.bias_axis(vectors, [("man", "woman")])
    after = bias.debiased(vectors, axis, neutral=["nurse"])
    (lean,) = bias.leaning(after, axis, ["nurse"])
    assert lean == pytest.approx(0, abs=1e-6)
    e, g = vectors["nurse"].astype(float), axis
    np.testing.assert_allclose(after["nurse"], e - e @ g / (g @ g) * g, atol=1e-6)
    np.testing.assert_array_equal(after["engineer"], vectors["engineer"])


def test_neutral_words_are_equally_near_to_an_equalized_pair(
    vectors: WordVectors,
) -> None:
    axis = bias.bias_axis(vectors, [("man", "woman")])
    after = bias.debiased(
        vectors, axis, neutral=["nurse", "engineer"], equal=[("actor", "actress")]
    )
    for word in ("nurse", "engineer"):
        one, other = (after.compare(word, each) for each in ("actor", "actress"))
        np.testing.assert_allclose(one, other, rtol=1e-4)
    first, second = bias.leaning(after, axis, ["actor", "actress"])
    assert first == pytest.approx(-second, abs=1e-6)
    lengths = np.linalg.norm(after.vectors(["actor", "actress"]), axis=1)
    before = np.linalg.norm(vectors.vectors(["actor", "actress"]), axis=1)
    np.testing.assert_allclose(lengths, before.mean(), rtol=1e-5)


def test_the_vectors_that_were_given_stay_as_they_are(vectors: WordVectors) -> None:
    before = vectors.numbers.copy()
    axis = bias.bias_axis(vectors, [("man", "woman")])
    bias.debiased(vectors, axis, neutral=WORDS[:6], equal=[("actor", "actress")])
    np.testing.assert_array_equal(vectors.numbers, before)


def test_a_pair_that_does_not_differ_cannot_be_equalized(vectors: WordVectors) -> None:
    axis = bias.bias_axis(vectors, [("man", "woman")])
    with pytest.raises(InputError, match="'actor' and 'same' do not differ"):
        bias.debiased(vectors, axis, equal=[("actor", "same")])


def test_weat_by_hand() -> None:
    rows = {"x1": (1, 0), "x2": (1, 0.1), "y1": (0, 1), "y2": (0.1, 1)}
    rows |= {"a": (1, 0), "b": (0, 1)}
    numbers = np.array(list(rows.values()), np.float32)
    vectors = WordVectors(Table(WordTable.of(list(rows)), numbers, "test"))
    found = bias.weat(
        vectors,
        (["x1", "x2"], ["y1", "y2"]),
        (["a"], ["b"]),
        generator=np.random.default_rng(0),
    )
    unit = numbers / np.linalg.norm(numbers, axis=1, keepdims=True)
    s = unit[:4] @ (unit[4] - unit[5])
    assert found.effect == pytest.approx(
        (s[:2].mean() - s[2:].mean()) / s.std(ddof=1), rel=1e-5
    )
    assert found.p == 0
    turned = bias.weat(
        vectors,
        (["y1", "y2"], ["x1", "x2"]),
        (["a"], ["b"]),
        generator=np.random.default_rng(0),
    )
    assert turned.effect == pytest.approx(-found.effect)
    assert turned.p == pytest.approx(5 / 6)


def test_large_sets_are_sampled_and_the_seed_repeats_them(vectors: WordVectors) -> None:
    sets = (WORDS[:4] * 3, WORDS[4:8] * 3)
    first, again, other = (
        bias.weat(
            vectors, sets, (["same"], ["he"]), generator=np.random.default_rng(seed)
        )
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first.effect == other.effect
    with pytest.raises(UsageError, match="the targets are 1 and 2 words"):
        bias.weat(
            vectors,
            (["he"], ["she", "man"]),
            (["same"], ["he"]),
            generator=np.random.default_rng(1),
        )
