# SPDX-License-Identifier: Apache-2.0
"""The LSTM of ``cells/lstm.py`` over a whole batch.

On the way back, with q the gradient of h and dc that of c,

    dc += q * o (1 - tanh^2 c)
    d_i = dc * g i (1 - i)        d_f = dc * c' f (1 - f)
    d_g = dc * i (1 - g^2)        d_o = q * tanh(c) o (1 - o)
    dc *= f

where all but q and dc is known beforehand.
"""

from __future__ import annotations

import numpy as np

from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.cells import LSTMState
from rnnkit.engine.fast.scan import Prepared, Run
from rnnkit.engine.packing import Packing


class LSTMRun(Run):
    """See :class:`~rnnkit.engine.fast.scan.Run`."""

    scales = (-1, -1, -2, -1)

    def __init__(self, prepared: Prepared, products: FloatArray) -> None:
        self._gates = products
        self._gates += prepared.recur_bias
        self._prepared = prepared
        shape = (len(products), len(prepared.recur))
        self.outputs = np.empty(shape, products.dtype)
        self._cells = np.empty_like(self.outputs)
        self._cell_tanhs = np.empty_like(self.outputs)

    def step(self, here: slice, state: LSTMState) -> LSTMState:
        """All gates in one pass, then c and h."""
        z = self._gates[here]
        z += state.hidden @ self._prepared.recur
        np.exp(z, out=z)
        z += 1
        np.reciprocal(z, out=z)
        hidden = z.shape[1] // 4
        i, f = z[:, :hidden], z[:, hidden : 2 * hidden]
        g, o = z[:, 2 * hidden : 3 * hidden], z[:, 3 * hidden :]
        g *= 2
        g -= 1
        c = np.multiply(f, state.cell, out=self._cells[here])
        c += i * g
        cell_tanh = np.tanh(c, out=self._cell_tanhs[here])
        h = np.multiply(o, cell_tanh, out=self.outputs[here])
        return LSTMState(hidden=h, cell=c)

    def turn(self, previous: FloatArray, initial: LSTMState, packing: Packing) -> None:
        """All the slopes."""
        gates = self._gates.reshape(len(self._gates), 4, -1)
        i, f, g, o = gates.transpose(1, 0, 2)
        self._forget = f
        self._slopes = gates * (1 - gates)
        self._slopes[:, 0] *= g
        self._slopes[:, 1] *= np.concatenate(
            [initial.cell, self._cells[packing.previous]]
        )
        np.multiply(i, 1 - g * g, out=self._slopes[:, 2])
        self._slopes[:, 3] *= self._cell_tanhs
        self._cell_slopes = o * (1 - self._cell_tanhs * self._cell_tanhs)

    def step_back(self, here: slice, d_state: LSTMState) -> None:
        """The equations at the top of this page."""
        q, dc = d_state
        dz = self._slopes[here]
        dz[:, 3] *= q
        dc += q * self._cell_slopes[here]
        dz[:, :3] *= dc[:, None]
        dc *= self._forget[here]
        np.matmul(dz.reshape(len(dz), -1), self._prepared.weight_hh, out=q)

    def d_products(self) -> tuple[FloatArray, FloatArray]:
        """Both are the gradient of z."""
        dz = self._slopes.reshape(len(self._slopes), -1)
        return dz, dz

    def watch(self) -> dict[str, FloatArray]:
        """Gates, and the memory as the output gate sees it."""
        i, f, g, o = np.split(self._gates, 4, axis=1)
        return {
            "input_gate": i,
            "forget_gate": f,
            "candidate": g,
            "output_gate": o,
            "cell_tanh": self._cell_tanhs,
        }
