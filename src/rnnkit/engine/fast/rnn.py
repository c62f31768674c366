# SPDX-License-Identifier: Apache-2.0
"""The tanh RNN of ``cells/rnn.py`` over a whole batch."""

from __future__ import annotations

import numpy as np

from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.cells import HiddenState
from rnnkit.engine.fast.scan import Prepared, Run
from rnnkit.engine.packing import Packing


class RNNRun(Run):
    """See :class:`~rnnkit.engine.fast.scan.Run`."""

    scales = (1,)

    def __init__(self, prepared: Prepared, products: FloatArray) -> None:
        # h of every step grows where the input's product has been put.
        self.outputs = products
        self.outputs += prepared.recur_bias
        self._prepared = prepared

    def step(self, here: slice, state: HiddenState) -> HiddenState:
        """h = tanh(z)."""
        h = self.outputs[here]
        h += state.hidden @ self._prepared.recur
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
        np.matmul(dz, self._prepared.weight_hh, out=d_state.hidden)

    def d_products(self) -> tuple[FloatArray, FloatArray]:
        """Both are the gradient of z."""
        return self._dz, self._dz

    def watch(self) -> dict[str, FloatArray]:
        """An RNN has no gates."""
        return {}
