# SPDX-License-Identifier: Apache-2.0
"""The affine map y = x W^T + b, with W stored as PyTorch stores it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnkit.engine import embedding
from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.embedding import Lookup


class LinearGradients(NamedTuple):
    """Gradients of the three things that ``forward`` takes, in their shapes."""

    x: FloatArray
    weight: FloatArray
    bias: FloatArray


def forward(x: FloatArray, weight: FloatArray, bias: FloatArray) -> FloatArray:
    """y, shape (N, out), from x (N, in), weight (out, in) and bias (out,)."""
    return x @ weight.T + bias


def forward_of_lookup(
    x: FloatArray | Lookup, weight: FloatArray, bias: FloatArray
) -> FloatArray:
    """As :func:`forward`, of rows that may be yet to be looked up."""
    if isinstance(x, Lookup):
        return embedding.forward(forward(x.table, weight, bias), x.symbols)
    return forward(x, weight, bias)


def backward_of_lookup(
    x: Lookup, weight: FloatArray, dy: FloatArray
) -> LinearGradients:
    """As :func:`backward`; the gradient of x is that of its table, (V, in)."""
    d_table = np.zeros((len(x.table), dy.shape[1]), dy.dtype)
    embedding.backward(d_table, x.symbols, dy)
    return backward(x.table, weight, d_table)


def backward(x: FloatArray, weight: FloatArray, dy: FloatArray) -> LinearGradients:
    """Gradients from dy (N, out): each row of x has had its part in W and b."""
    return LinearGradients(x=dy @ weight, weight=dy.T @ x, bias=dy.sum(axis=0))
