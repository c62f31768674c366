# SPDX-License-Identifier: Apache-2.0
"""The LSTM of ``cells/lstm.py`` over a whole batch.

On the way back, with q the gradient of h and dc that of c,

    dc += q * o (1 - tanh^2 c)
    d_i = dc * g i (1 - i)        d_f = dc * c' f (1 - f)
    d_g = dc * i (1 - g^2)        d_o = q * tanh(c) o (1 - o)
    dc *= f

where all but q and dc is known beforehand. In their order f, i, f, g, o, c the first
four slopes are multiplied by dc and the last two by q, and the four in the middle make
the gradients of the gates.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.cells import LSTMState
from rnnkit.engine.fast.kernel import Columns, Kernel, Prepared, merged
from rnnkit.engine.recurrent import CellWeights

_TANH_SCALES = (0.5, 0.5, 1, 0.5)


class LSTMKernel(Kernel):
    """See :class:`~rnnkit.engine.fast.kernel.Kernel`.

    Attributes:
        narrow_below: with fewer numbers in a step's gates, calling NumPy costs more
            than what it does.
    """

    narrow_below = 4096

    scales = (-1, -1, -2, -1)
    biases_apart = (0, 0, 0, 0)
    kept = 6
    of_hidden = of_input = slice(1, 5)

    def __init__(self, weights: CellWeights, weight_ih: FloatArray, batch: int) -> None:
        self._narrow = len(weights.weight_hh) * batch < self.narrow_below
        scales = _TANH_SCALES if self._narrow else self.scales
        self._weight = merged(weights, weight_ih, scales)
        self._transposed = weights.weight_hh.T

    def forth(
        self, columns: FloatArray, memory: Columns, slopes: FloatArray
    ) -> Columns:
        """All gates in one pass, then c and h."""
        steps, (c,) = len(columns) - 1, memory
        hidden, batch = c.shape
        # c', i, f, g, o of each step; so c' i * f g makes both parts of c at once.
        z = np.empty((steps + 1, 5, hidden, batch), c.dtype)
        z[0, 0] = c
        parts = np.empty((steps, 2, hidden, batch), c.dtype)
        tanhs = np.empty((steps, hidden, batch), c.dtype)
        squash = _by_tanh(hidden, batch, c.dtype) if self._narrow else _by_exp(c.dtype)
        for read, gates, c_i, f_g, g, o, part, kept, written, c, cell_tanh, h in zip(
            columns[:-1],
            z[:-1, 1:].reshape(steps, 4 * hidden, batch),
            z[:-1, :2],
            z[:-1, 2:4],
            z[:-1, 3],
            z[:-1, 4],
            parts,
            parts[:, 0],
            parts[:, 1],
            z[1:, 0],
            tanhs,
            columns[1:, :hidden],
            strict=True,
        ):
            np.dot(self._weight, read, gates)
            squash(gates, g)
            np.multiply(c_i, f_g, part)
            np.add(kept, written, c)
            np.tanh(c, cell_tanh)
            np.multiply(o, cell_tanh, h)
        self._keep(slopes, z[:-1], parts[:, ::-1], tanhs, columns[1:, :hidden])
        return (z[steps, 0],)

    @staticmethod
    def _keep(
        slopes: FloatArray,
        z: FloatArray,
        parts: FloatArray,
        tanhs: FloatArray,
        h: FloatArray,
    ) -> None:
        """Write down the slopes, in their order; ``parts`` are i g and f c'."""
        _, i, f, g, o = z.transpose(1, 0, 2, 3)
        slopes[:, 0] = f
        np.multiply(parts, z[:, 1:3], out=slopes[:, 1:3])
        np.subtract(parts, slopes[:, 1:3], out=slopes[:, 1:3])
        np.multiply(parts[:, 0], g, out=slopes[:, 3])
        np.subtract(i, slopes[:, 3], out=slopes[:, 3])
        np.multiply(h, o, out=slopes[:, 4])
        np.subtract(h, slopes[:, 4], out=slopes[:, 4])
        np.multiply(h, tanhs, out=slopes[:, 5])
        np.subtract(o, slopes[:, 5], out=slopes[:, 5])

    def back(
        self, slopes: FloatArray, d_said: FloatArray, d_state: Columns
    ) -> tuple[FloatArray, Columns]:
        """The equations at the top of this page."""
        steps, _, hidden, batch = slopes.shape
        d = np.empty_like(slopes)
        q, dc = (field.copy() for field in d_state)
        for dy, by_dc, by_q_o, by_q_c, d_others, d_o, d_c, d_gates, d_c_prev in zip(
            d_said[::-1],
            slopes[::-1, :4],
            slopes[::-1, 4],
            slopes[::-1, 5],
            d[::-1, :4],
            d[::-1, 4],
            d[::-1, 5],
            d[:, 1:5].reshape(steps, 4 * hidden, batch)[::-1],
            d[::-1, 0],
            strict=True,
        ):
            np.add(q, dy, q)
            np.multiply(by_q_o, q, d_o)
            np.multiply(by_q_c, q, d_c)
            np.add(d_c, dc, d_c)
            np.multiply(by_dc, d_c, d_others)
            np.dot(self._transposed, d_gates, q)
            dc = d_c_prev
        return d, (q, dc)

    @staticmethod
    def step(prepared: Prepared, products: FloatArray, state: LSTMState) -> LSTMState:
        """All gates in one pass, then c and h."""
        z, hidden = products, state.hidden.shape[-1]
        z += state.hidden @ prepared.recur
        np.exp(z, z)
        z += prepared.one
        np.reciprocal(z, z)
        i, f = z[..., :hidden], z[..., hidden : 2 * hidden]
        g, o = z[..., 2 * hidden : 3 * hidden], z[..., 3 * hidden :]
        g *= prepared.two
        g -= prepared.one
        c = f * state.cell
        c += i * g
        return LSTMState(hidden=o * np.tanh(c), cell=c)


def _by_exp(dtype: Any) -> Callable[[FloatArray, FloatArray], None]:
    """s(z) = 1 / (1 + exp(-z)) and tanh(z) = 2 s(2z) - 1, of weights scaled for it."""
    one, two = np.array(1, dtype), np.array(2, dtype)

    def squash(gates: FloatArray, g: FloatArray) -> None:
        np.exp(gates, gates)
        np.add(gates, one, gates)
        np.reciprocal(gates, gates)
        np.multiply(g, two, g)
        np.subtract(g, one, g)

    return squash


def _by_tanh(
    hidden: int, batch: int, dtype: Any
) -> Callable[[FloatArray, FloatArray], None]:
    """s(z) = (1 + tanh(z / 2)) / 2: slower arithmetic, but fewer calls."""
    factors = np.array([_TANH_SCALES, (0.5, 0.5, 0, 0.5)], dtype)
    slope, start = np.repeat(factors, hidden * batch, axis=1).reshape(2, -1, batch)

    def squash(gates: FloatArray, g: FloatArray) -> None:
        np.tanh(gates, gates)
        np.multiply(gates, slope, gates)
        np.add(gates, start, gates)

    return squash
