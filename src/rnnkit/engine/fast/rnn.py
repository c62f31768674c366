# SPDX-License-Identifier: Apache-2.0
"""The tanh RNN of ``cells/rnn.py`` over a whole batch."""

from __future__ import annotations

import numpy as np

from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.cells import HiddenState
from rnnkit.engine.embedding import Lookup
from rnnkit.engine.fast.scan import Run
from rnnkit.engine.linear import forward_of_lookup
from rnnkit.engine.packing import Packing
from rnnkit.engine.recurrent import CellWeights


class RNNRun(Run):
    """See :class:`~rnnkit.engine.fast.scan.Run`."""

    def __init__(self, weights: CellWeights, rows: FloatArray | Lookup) -> None:
        # h of every step grows where the input's product has been put.
        bias = weights.bias_ih + weights.bias_hh
        self.outputs = forward_of_lookup(rows, weights.weight_ih, bias)
        self._weight_hh = weights.weight_hh
        self._recur = np.ascontiguousarray(weights.weight_hh.T)

    def step(self, here: slice, state: HiddenState) -> HiddenState:
        """h = tanh(z)."""
        h = self.outputs[here]
        h += state.hidden @ self._recur
        np.tanh(h, out=h)
        return HiddenState(hidden=h)

    def turn(
        self, previous: FloatArray, initial: HiddenState, packing: Packing
    ) -> None:
        """The slope of tanh."""
        self._dz = 1 - self.outputs * self.outputs

    def step_back(self, here: slice, d_state: HiddenState) -> None:
        """Through the tanh, then through W_hh."""
        dz = self._dz[here]
        dz *= d_state.hidden
        np.matmul(dz, self._weight_hh, out=d_state.hidden)

    def d_products(self) -> tuple[FloatArray, FloatArray]:
        """Both are the gradient of z."""
        return self._dz, self._dz

    def watch(self) -> dict[str, FloatArray]:
        """An RNN has no gates."""
        return {}
