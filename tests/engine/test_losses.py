# SPDX-License-Identifier: Apache-2.0
"""Cross-entropy in all its kinds."""

from __future__ import annotations

import numpy as np
import pytest

from rnnkit.engine import softmax_cross_entropy, surprise
from rnnkit.engine.arrays import Array
from tests.engine.references import Answer, check_loss, stored

ANSWERS = stored("losses")


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_it_agrees_with_torch(answer: Answer) -> None:
    check_loss(answer)


def test_knowing_nothing_costs_the_logarithm_of_the_choices() -> None:
    loss, _ = softmax_cross_entropy(np.zeros((3, 8)), np.array([0, 5, 7]))
    assert loss == pytest.approx(np.log(8))


@pytest.mark.parametrize("targets", [np.array([1, 3]), np.eye(4)[[2, 0]] / 2 + 0.125])
def test_rows_count_as_much_as_their_weights(targets: Array) -> None:
    logits = np.random.default_rng(0).normal(size=(2, 4))
    once, gradient = softmax_cross_entropy(
        logits, targets, weights=np.array([2.0, 1.0])
    )
    twice, repeated = softmax_cross_entropy(logits[[0, 0, 1]], targets[[0, 0, 1]])
    assert once == pytest.approx(twice)
    np.testing.assert_allclose(gradient[0], repeated[0] + repeated[1])
    np.testing.assert_allclose(gradient[1], repeated[2])


def test_masked_rows_may_hold_anything() -> None:
    generator = np.random.default_rng(0)
    logits, targets = generator.normal(size=(4, 3)), np.array([2, 0, 1, 1])
    weights = np.array([1.0, 0, 1, 0])
    expected, _ = softmax_cross_entropy(logits[[0, 2]], targets[[0, 2]])
    logits[1], targets[3] = 1e6, 0
    loss, gradient = softmax_cross_entropy(logits, targets, weights=weights)
    assert loss == pytest.approx(expected)
    assert not gradient[[1, 3]].any()


def test_what_is_impossible_and_not_wanted_costs_nothing() -> None:
    logits = np.array([[0.0, 0.0, -np.inf]])
    loss, gradient = softmax_cross_entropy(logits, np.array([0]))
    assert loss == pytest.approx(np.log(2))
    np.testing.assert_allclose(gradient, [[-0.5, 0.5, 0]])


def test_what_is_impossible_and_wanted_is_infinitely_wrong() -> None:
    loss, _ = softmax_cross_entropy(np.array([[0.0, -np.inf]]), np.array([1]))
    assert loss == np.inf


def test_huge_scores_do_not_overflow() -> None:
    logits = np.array([[3e38, -3e38, 0]], np.float32) / 2
    loss, gradient = softmax_cross_entropy(logits, np.array([0]))
    assert loss == 0
    assert not gradient.any()


def test_float32_stays_float32_whatever_weighs_it() -> None:
    logits = np.zeros((2, 3), np.float32)
    for targets in (np.array([0, 1]), np.full((2, 3), 1 / 3)):
        _, gradient = softmax_cross_entropy(
            logits,
            targets,
            weights=np.ones(2),
            class_weights=np.ones(3),
            label_smoothing=0.1,
        )
        assert gradient.dtype == np.float32


@pytest.mark.parametrize(
    ("targets", "weights", "problem"),
    [
        ([0, 1, 0], None, "2 rows of logits, but 3 targets"),
        ([0, 1], [0.0, 0.0], "no weight"),
    ],
)
def test_nothing_to_learn_from(
    targets: list[int], weights: list[float] | None, problem: str
) -> None:
    given = None if weights is None else np.array(weights)
    with pytest.raises(ValueError, match=problem):
        softmax_cross_entropy(np.zeros((2, 2)), np.array(targets), weights=given)


def test_surprise_is_the_loss_row_by_row() -> None:
    logits = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    targets = np.array([3, 0, 0, 2, 1])
    loss, _ = softmax_cross_entropy(logits, targets)
    assert surprise(logits, targets).mean() == pytest.approx(loss)
