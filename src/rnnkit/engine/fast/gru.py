# SPDX-License-Identifier: Apache-2.0
"""The GRU of ``cells/gru.py`` over a whole batch.

On the way back, with q the gradient of h and w = W_hn h' + b_hn,

    d_n = q * (1 - z) (1 - n^2)        d_z = q * (h' - n) z (1 - z)
    d_r = d_n * w r (1 - r)            d_w = d_n * r
    q' = q * z + [d_r, d_z, d_w] W_hh

where all but q is known beforehand. In their order w, r, z, n, h' the first two slopes
are multiplied by d_n and the others by q. The first three make the gradient of the
state's product, the second to the fourth that of the input's.
"""

from __future__ import annotations

import numpy as np

from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.cells import HiddenState
from rnnkit.engine.fast.kernel import Columns, Kernel, Prepared, in_order, merged
from rnnkit.engine.recurrent import CellWeights


class GRUKernel(Kernel):
    """See :class:`~rnnkit.engine.fast.kernel.Kernel`."""

    scales = (-1, -1, 1)
    biases_apart = (0, 0, 1)
    kept = 5
    of_hidden = slice(0, 3)
    of_input = slice(1, 4)
    hidden_order = (2, 0, 1)

    def __init__(self, weights: CellWeights, weight_ih: FloatArray, batch: int) -> None:
        hidden = weights.weight_hh.shape[1]
        self._gates = merged(weights, weight_ih, self.scales[:2])
        self._from_state = np.concatenate(
            [weights.weight_hh[2 * hidden :], weights.bias_hh[2 * hidden :, None]], 1
        )
        self._from_input = np.concatenate(
            [weights.bias_ih[2 * hidden :, None], weight_ih[2 * hidden :]], 1
        )
        self._transposed = in_order(weights.weight_hh, self.hidden_order).T
        self._one = np.array(1, self._gates.dtype)

    def forth(
        self, columns: FloatArray, memory: Columns, slopes: FloatArray
    ) -> Columns:
        """Both gates in one pass, then the proposal, then h."""
        one, steps, hidden = self._one, len(columns) - 1, len(self._transposed)
        # r, z, n, w of each step.
        blocks = np.empty((steps, 4, hidden, columns.shape[2]), columns.dtype)
        reset = np.empty_like(blocks[0, 0])
        for read, rest, given, h_prev, h, gates, r, z, n, w in zip(
            columns[:-1],
            columns[:-1, : hidden + 1],
            columns[:-1, hidden:],
            columns[:-1, :hidden],
            columns[1:, :hidden],
            blocks[:, :2].reshape(steps, 2 * hidden, -1),
            blocks[:, 0],
            blocks[:, 1],
            blocks[:, 2],
            blocks[:, 3],
            strict=True,
        ):
            np.dot(self._gates, read, gates)
            np.exp(gates, gates)
            np.add(gates, one, gates)
            np.reciprocal(gates, gates)
            np.dot(self._from_state, rest, w)
            np.dot(self._from_input, given, n)
            np.multiply(r, w, reset)
            np.add(n, reset, n)
            np.tanh(n, n)
            np.subtract(h_prev, n, h)
            np.multiply(h, z, h)
            np.add(h, n, h)
        r, z, n, w = (blocks[:, block] for block in range(4))
        slopes[:, 0] = r
        np.multiply(w, r * (1 - r), out=slopes[:, 1])
        np.multiply(columns[:-1, :hidden] - n, z * (1 - z), out=slopes[:, 2])
        np.multiply(1 - z, 1 - n * n, out=slopes[:, 3])
        slopes[:, 4] = z
        return ()

    def back(
        self, slopes: FloatArray, d_said: FloatArray, d_state: Columns
    ) -> tuple[FloatArray, Columns]:
        """The equations at the top of this page."""
        steps, _, hidden, batch = slopes.shape
        d = np.empty_like(slopes)
        q = d_state[0].copy()
        for dy, by_n, by_q, of_n, of_q, d_n, d_gates, kept in zip(
            d_said[::-1],
            slopes[::-1, :2],
            slopes[::-1, 2:],
            d[::-1, :2],
            d[::-1, 2:],
            d[::-1, 3],
            d[:, :3].reshape(steps, 3 * hidden, batch)[::-1],
            d[::-1, 4],
            strict=True,
        ):
            np.add(q, dy, q)
            np.multiply(by_q, q, of_q)
            np.multiply(by_n, d_n, of_n)
            np.dot(self._transposed, d_gates, q)
            np.add(q, kept, q)
        return d, (q,)

    @staticmethod
    def step(
        prepared: Prepared, products: FloatArray, state: HiddenState
    ) -> HiddenState:
        """Both gates in one pass, then the proposal, then h."""
        (h_prev,) = state
        hidden = h_prev.shape[-1]
        recurrent = h_prev @ prepared.recur
        recurrent += prepared.recur_bias
        gates, n = products[..., : 2 * hidden], products[..., 2 * hidden :]
        gates += recurrent[..., : 2 * hidden]
        np.exp(gates, out=gates)
        gates += prepared.one
        np.reciprocal(gates, out=gates)
        r, z = gates[..., :hidden], gates[..., hidden:]
        n += r * recurrent[..., 2 * hidden :]
        np.tanh(n, out=n)
        h = h_prev - n
        h *= z
        h += n
        return HiddenState(hidden=h)
