# SPDX-License-Identifier: Apache-2.0
"""The squashing functions, each with its derivative beside it.

A derivative is written in terms of the *output* ``y``, which the forward pass has
kept anyway: ``y = tanh(x)`` gives ``dy/dx = 1 - y**2``, and ``y = sigmoid(x)`` gives
``dy/dx = y * (1 - y)``.
"""

from __future__ import annotations

import numpy as np

from rnnkit.engine.arrays import FloatArray


def tanh(x: FloatArray) -> FloatArray:
    """The hyperbolic tangent, from -1 to 1; any shape."""
    return np.tanh(x)


def tanh_backward(y: FloatArray, dy: FloatArray) -> FloatArray:
    """Gradient of ``x`` from that of ``y = tanh(x)``."""
    return dy * (1 - y * y)


def sigmoid(x: FloatArray) -> FloatArray:
    """The logistic function, from 0 to 1; any shape.

    ``1 / (1 + exp(-x))`` overflows for large negative ``x``; the same function
    written with tanh never does.
    """
    return 0.5 * np.tanh(0.5 * x) + 0.5


def sigmoid_backward(y: FloatArray, dy: FloatArray) -> FloatArray:
    """Gradient of ``x`` from that of ``y = sigmoid(x)``."""
    return dy * y * (1 - y)


def softmax(logits: FloatArray) -> FloatArray:
    """Turn scores into probabilities over the last axis.

    Subtracting the largest score changes nothing in the result and keeps ``exp``
    from overflowing. A score of minus infinity gets probability 0.
    """
    y = np.exp(logits - logits.max(axis=-1, keepdims=True))
    y /= y.sum(axis=-1, keepdims=True)
    return y


def softmax_backward(y: FloatArray, dy: FloatArray) -> FloatArray:
    """Gradient of the scores from that of ``y = softmax(scores)``."""
    return y * (dy - (dy * y).sum(axis=-1, keepdims=True))


def log_softmax(logits: FloatArray) -> FloatArray:
    """Logarithms of :func:`softmax`, without taking the log of a rounded zero."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
