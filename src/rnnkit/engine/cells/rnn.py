# SPDX-License-Identifier: Apache-2.0
"""The plain recurrent cell of Elman (1990).

    h = tanh(W_ih x + b_ih + W_hh h' + b_hh)

============  ==================  =====================
here          Ng's course         PyTorch
============  ==================  =====================
h', h         a_prev, a_next      h
W_ih          Wax                 weight_ih
W_hh          Waa                 weight_hh
b_ih + b_hh   ba (b)              bias_ih + bias_hh
============  ==================  =====================
"""

from __future__ import annotations

from typing import NamedTuple

from rnnkit.engine.activations import tanh, tanh_backward
from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.cells.cell import HiddenState, State, StepGradients


class RNNCache(NamedTuple):
    """What one step leaves for its way back; (B, H)."""

    hidden: FloatArray


class RNNCell:
    """One step of a tanh RNN; see :class:`~rnnkit.engine.cells.cell.Cell`."""

    name = "rnn"
    blocks: tuple[str, ...] = ("hidden",)
    state_type: type[State] = HiddenState

    def forward(
        self,
        from_input: FloatArray,
        *,
        state: HiddenState,
        weight_hh: FloatArray,
        bias_hh: FloatArray,
    ) -> tuple[HiddenState, RNNCache]:
        """h = tanh(from_input + W_hh h' + b_hh)."""
        h = tanh(from_input + (state.hidden @ weight_hh.T + bias_hh))
        return HiddenState(hidden=h), RNNCache(h)

    def backward(
        self, cache: RNNCache, *, d_state: HiddenState, weight_hh: FloatArray
    ) -> StepGradients:
        """Through the tanh, then through W_hh to the step before."""
        dz = tanh_backward(cache.hidden, d_state.hidden)
        return StepGradients(dz, dz, HiddenState(hidden=dz @ weight_hh))
