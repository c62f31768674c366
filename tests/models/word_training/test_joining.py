# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np

from rnnkit.models.word_training.joining import directions, joined, refined, unit


def rows(seed: int, width: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    random = np.random.default_rng(seed)
    return random.normal(size=(50, width)).astype(np.float32)


def test_unit() -> None:
    given = rows(1, 3)
    given[4] = 0
    found = unit(given)
    assert (found[4] == 0).all()
    np.testing.assert_allclose(np.linalg.norm(np.delete(found, 4, 0), axis=1), 1, 1e-6)


def test_directions_are_those_of_largest_variance() -> None:
    given = rows(1, 3) * np.array([1, 9, 3], np.float32)
    found = np.abs(directions(given, 2)).round()
    assert found.T.tolist() == [[0, 1, 0], [0, 0, 1]]


def test_refining_takes_the_mean_and_the_first_directions_out() -> None:
    given = rows(1, 4) + 5
    found = refined(given, remove=1)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, 1e-5)
    lost = np.linalg.svd(found)[1]
    assert lost[-1] < 1e-4 < lost[-2]


def test_joined_keeps_the_products_of_both() -> None:
    one, other = refined(rows(1, 3)), refined(rows(2, 4))
    beside = np.concatenate([one, 0.5 * other], axis=1)
    beside = unit(beside - beside.mean(axis=0))
    found = joined([(1, one), (0.5, other)], 7)
    np.testing.assert_allclose(found @ found.T, beside @ beside.T, atol=1e-5)
    assert joined([(1, one), (0.5, other)], 2).shape == (50, 2)
    assert joined([(1, one)], 99).shape == (50, 3)


def test_flattening_makes_deviations_more_equal() -> None:
    given = refined(rows(1, 4) * np.array([1, 9, 3, 0], np.float32))

    def ratio(flatten: float) -> float:
        found = joined([(1, given)], 3, flatten=flatten)
        deviations = found.std(axis=0)
        return float(deviations[0] / deviations[-1])

    assert ratio(0) > ratio(0.5) > ratio(1)
    assert np.isfinite(joined([(1, given)], 4, flatten=1)).all()
    assert np.isfinite(joined([(1, np.zeros_like(given))], 4, flatten=0.5)).all()
