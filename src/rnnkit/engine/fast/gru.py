# SPDX-License-Identifier: Apache-2.0
"""The GRU of ``cells/gru.py`` over a whole batch.

On the way back, with q the gradient of h and w = W_hn h' + b_hn,

    d_n = q * (1 - z) (1 - n^2)        d_z = q * (h' - n) z (1 - z)
    d_r = d_n * w r (1 - r)            q' = q * z + [d_r, d_z, d_n r] W_hh

where all but q is known beforehand.
"""

from __future__ import annotations

import numpy as np

from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.cells import HiddenState
from rnnkit.engine.fast.scan import Prepared, Run
from rnnkit.engine.packing import Packing


class GRURun(Run):
    """See :class:`~rnnkit.engine.fast.scan.Run`."""

    scales = (-1, -1, 1)

    def __init__(self, prepared: Prepared, products: FloatArray) -> None:
        self._gates = products
        self._prepared = prepared
        shape = (len(products), len(prepared.recur))
        self.outputs = np.empty(shape, products.dtype)
        self._proposals_from_hidden = np.empty_like(self.outputs)

    def step(self, here: slice, state: HiddenState) -> HiddenState:
        """Both gates in one pass, then the proposal, then h."""
        (h_prev,) = state
        hidden = h_prev.shape[1]
        x, recurrent = self._gates[here], h_prev @ self._prepared.recur
        recurrent += self._prepared.recur_bias
        gates, n = x[:, : 2 * hidden], x[:, 2 * hidden :]
        gates += recurrent[:, : 2 * hidden]
        np.exp(gates, out=gates)
        gates += 1
        np.reciprocal(gates, out=gates)
        r, z = gates[:, :hidden], gates[:, hidden:]
        w = self._proposals_from_hidden[here]
        w[...] = recurrent[:, 2 * hidden :]
        n += r * w
        np.tanh(n, out=n)
        h = np.subtract(h_prev, n, out=self.outputs[here])
        h *= z
        h += n
        return HiddenState(hidden=h)

    def turn(
        self, previous: FloatArray, initial: HiddenState, packing: Packing
    ) -> None:
        """All the slopes."""
        r, z, n = np.split(self._gates, 3, axis=1)
        self._reset, self._update = r, z
        self._d_n = (1 - z) * (1 - n * n)
        self._d_hidden = np.empty((len(r), 3, r.shape[1]), r.dtype)
        self._d_hidden[:, 0] = self._proposals_from_hidden * r * (1 - r)
        self._d_hidden[:, 1] = (previous - n) * z * (1 - z)

    def step_back(self, here: slice, d_state: HiddenState) -> None:
        """The equations at the top of this page."""
        (q,) = d_state
        d, d_n = self._d_hidden[here], self._d_n[here]
        d_n *= q
        d[:, 0] *= d_n
        d[:, 1] *= q
        np.multiply(d_n, self._reset[here], out=d[:, 2])
        q *= self._update[here]
        q += d.reshape(len(d), -1) @ self._prepared.weight_hh

    def d_products(self) -> tuple[FloatArray, FloatArray]:
        """They differ in the proposal: the reset gate stands before the state's."""
        d_input = self._d_hidden.copy()
        d_input[:, 2] = self._d_n
        count = len(d_input)
        return d_input.reshape(count, -1), self._d_hidden.reshape(count, -1)

    def watch(self) -> dict[str, FloatArray]:
        """Gates and proposal."""
        r, z, n = np.split(self._gates, 3, axis=1)
        return {"reset_gate": r, "update_gate": z, "proposal": n}
