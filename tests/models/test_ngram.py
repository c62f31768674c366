# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from rnnkit.engine.arrays import IntArray
from rnnkit.models.ngram import Bigram

# Symbols: 0 is the border, 1 is a, 2 is b. The names are "ab", "aa" and "a".
AB, AA, A = (0, 1, 2, 0), (0, 1, 1, 0), (0, 1, 0)


def pairs(*names: Sequence[int]) -> list[tuple[IntArray, IntArray]]:
    return [(np.array(name[:-1]), np.array(name[1:])) for name in names]


def test_chances_are_those_counted_by_hand() -> None:
    with np.errstate(divide="ignore"):
        model = Bigram(3, add=0).fit(pairs(AB, AA, A, (0, 2, 0)))
    expected: list[list[float]] = [
        [0, 3 / 4, 1 / 4],  # of four names, three begin with a
        [2 / 4, 1 / 4, 1 / 4],  # after four a: two ends, an a, a b
        [1, 0, 0],  # b is always the last
    ]
    np.testing.assert_allclose(np.exp(model.log_p), expected)


def test_smoothing_adds_to_every_count() -> None:
    model = Bigram(3, add=0.5).fit(pairs(AB, AA, A))
    expected: list[list[float]] = [
        [0.5 / 4.5, 3.5 / 4.5, 0.5 / 4.5],
        [2.5 / 5.5, 1.5 / 5.5, 1.5 / 5.5],
        [1.5 / 2.5, 0.5 / 2.5, 0.5 / 2.5],
    ]
    np.testing.assert_allclose(np.exp(model.log_p), expected)


def test_loss_is_the_mean_over_all_steps() -> None:
    model = Bigram(3, add=0.5).fit(pairs(AB, AA, A))
    of_ab = [3.5 / 4.5, 1.5 / 5.5, 1.5 / 2.5]
    of_a = [3.5 / 4.5, 2.5 / 5.5]
    nats = [-math.log(p) for p in of_ab + of_a]
    assert model.loss(pairs(AB, A)) == pytest.approx(sum(nats) / 5)


def test_chances_add_up_to_one_even_after_what_never_came() -> None:
    model = Bigram(5).fit(pairs(AB))
    np.testing.assert_allclose(np.exp(model.log_p).sum(axis=1), 1)
    np.testing.assert_allclose(np.exp(model.log_p[4]), 1 / 5)


def test_what_was_never_seen_is_unlikely_but_not_impossible() -> None:
    model = Bigram(3).fit(pairs(AB, AA, A))
    seen, unseen = model.loss(pairs(AB)), model.loss(pairs((0, 2, 2, 1)))
    assert seen < math.log(3) < unseen < math.inf


def test_before_it_has_counted_everything_is_alike() -> None:
    assert Bigram(3).loss(pairs(AB)) == pytest.approx(math.log(3))


def test_counting_twice_is_counting_both() -> None:
    twice = Bigram(3).fit(pairs(AB)).fit(pairs(AA))
    np.testing.assert_array_equal(twice.log_p, Bigram(3).fit(pairs(AB, AA)).log_p)
