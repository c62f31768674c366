# SPDX-License-Identifier: Apache-2.0
"""The judge of all gradients, judged where the slopes are known."""

from __future__ import annotations

import numpy as np
import pytest

from rnnkit.engine import numerical_gradient, relative_error


def test_slopes_of_a_function_that_is_known() -> None:
    values = np.random.default_rng(0).normal(size=(2, 3))
    before = values.copy()
    slopes = numerical_gradient(lambda: float(np.sin(values).sum()), values)
    assert relative_error(slopes, np.cos(before)) < 1e-9
    np.testing.assert_array_equal(values, before)


@pytest.mark.parametrize(
    ("first", "second", "error"),
    [
        ([3.0, 4.0], [3.0, 4.0], 0),
        ([0.0, 0.0], [0.0, 0.0], 0),
        ([1.0, 0.0], [-1.0, 0.0], 1),
        ([1.0, 0.0], [0.0, 0.0], 1),
        ([3.0, 0.0], [1.0, 0.0], 0.5),
    ],
)
def test_relative_error(first: list[float], second: list[float], error: float) -> None:
    assert relative_error(np.array(first), np.array(second)) == error


def test_one_wrong_number_in_a_thousand_is_found() -> None:
    gradient = np.ones(1000)
    wrong = gradient.copy()
    wrong[500] *= 1.001
    assert relative_error(gradient, wrong) > 1e-6
