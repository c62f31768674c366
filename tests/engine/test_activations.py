# SPDX-License-Identifier: Apache-2.0
"""The squashing functions at their limits, and their slopes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.engine import activations, numerical_gradient, relative_error
from rnnkit.engine.arrays import FloatArray

Function = Callable[[FloatArray], FloatArray]
Backward = Callable[[FloatArray, FloatArray], FloatArray]

scores = st.lists(
    st.floats(-1e6, 1e6) | st.just(-np.inf), min_size=1, max_size=8
).filter(lambda row: max(row) > -np.inf)


@pytest.mark.parametrize(
    ("function", "backward"),
    [
        (activations.tanh, activations.tanh_backward),
        (activations.sigmoid, activations.sigmoid_backward),
        (activations.softmax, activations.softmax_backward),
    ],
)
def test_backward_is_the_slope(function: Function, backward: Backward) -> None:
    generator = np.random.default_rng(0)
    x, dy = generator.normal(size=(2, 3, 4))
    measured = numerical_gradient(lambda: float(np.vdot(function(x), dy)), x)
    assert relative_error(measured, backward(function(x), dy)) < 1e-9


def test_sigmoid_is_the_logistic_function_everywhere() -> None:
    x = np.linspace(-30, 30, 61)
    np.testing.assert_allclose(activations.sigmoid(x), 1 / (1 + np.exp(-x)), atol=1e-15)
    np.testing.assert_array_equal(
        activations.sigmoid(np.array([-1e30, 0, 1e30], np.float32)), [0, 0.5, 1]
    )


@settings(derandomize=True, deadline=None)
@given(row=scores)
def test_softmax_gives_probabilities(row: list[float]) -> None:
    logits = np.array(row)
    p = activations.softmax(logits)
    assert p.sum() == pytest.approx(1)
    assert (p >= 0).all()
    assert (p[logits == -np.inf] == 0).all()
    assert p[logits.argmax()] == p.max()
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(
            np.exp(activations.log_softmax(logits)), p, atol=1e-12
        )


@settings(derandomize=True, deadline=None)
@given(row=scores, shift=st.floats(-1e6, 1e6))
def test_softmax_sees_differences_only(row: list[float], shift: float) -> None:
    logits = np.array(row)
    np.testing.assert_allclose(
        activations.softmax(logits + shift), activations.softmax(logits), atol=1e-8
    )


def test_log_softmax_keeps_what_softmax_rounds_to_zero() -> None:
    logits = np.array([0.0, -2000.0])
    assert activations.softmax(logits)[1] == 0
    np.testing.assert_array_equal(activations.log_softmax(logits), logits)
