# SPDX-License-Identifier: Apache-2.0
"""The tanh RNN of ``cells/rnn.py`` over a whole batch: dz = q * (1 - h^2)."""

from __future__ import annotations

import numpy as np

from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.cells import HiddenState
from rnnkit.engine.fast.kernel import Columns, Kernel, Prepared, merged
from rnnkit.engine.recurrent import CellWeights


class RNNKernel(Kernel):
    """See :class:`~rnnkit.engine.fast.kernel.Kernel`."""

    scales = (1,)
    biases_apart = (0,)
    kept = 1
    of_hidden = of_input = slice(1)

    def __init__(self, weights: CellWeights, weight_ih: FloatArray, batch: int) -> None:
        self._weight = merged(weights, weight_ih, self.scales)
        self._transposed = weights.weight_hh.T

    def forth(
        self, columns: FloatArray, memory: Columns, slopes: FloatArray
    ) -> Columns:
        """h = tanh(z)."""
        said = columns[1:, : self._transposed.shape[0]]
        for read, h in zip(columns[:-1], said, strict=True):
            np.dot(self._weight, read, h)
            np.tanh(h, h)
        np.multiply(said, said, out=slopes[:, 0])
        np.subtract(1, slopes, out=slopes)
        return ()

    def back(
        self, slopes: FloatArray, d_said: FloatArray, d_state: Columns
    ) -> tuple[FloatArray, Columns]:
        """Through the tanh, then through W_hh."""
        d = np.empty_like(slopes)
        q = d_state[0].copy()
        for dy, slope, dz in zip(
            d_said[::-1], slopes[::-1, 0], d[::-1, 0], strict=True
        ):
            np.add(q, dy, q)
            np.multiply(slope, q, dz)
            np.dot(self._transposed, dz, q)
        return d, (q,)

    @staticmethod
    def step(
        prepared: Prepared, products: FloatArray, state: HiddenState
    ) -> HiddenState:
        """h = tanh(z)."""
        h = products
        h += state.hidden @ prepared.recur
        return HiddenState(hidden=np.tanh(h, out=h))
