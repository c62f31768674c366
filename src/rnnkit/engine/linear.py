# SPDX-License-Identifier: Apache-2.0
"""The affine map y = x W^T + b, with W stored as PyTorch stores it."""

from __future__ import annotations

from typing import NamedTuple

from rnnkit.engine.arrays import FloatArray


class LinearGradients(NamedTuple):
    """Gradients of the three things that ``forward`` takes, in their shapes."""

    x: FloatArray
    weight: FloatArray
    bias: FloatArray


def forward(x: FloatArray, weight: FloatArray, bias: FloatArray) -> FloatArray:
    """y, shape (N, out), from x (N, in), weight (out, in) and bias (out,)."""
    return x @ weight.T + bias


def backward(x: FloatArray, weight: FloatArray, dy: FloatArray) -> LinearGradients:
    """Gradients from dy (N, out): each row of x has had its part in W and b."""
    return LinearGradients(x=dy @ weight, weight=dy.T @ x, bias=dy.sum(axis=0))
