# SPDX-License-Identifier: Apache-2.0
"""The gated recurrent unit of Cho et al. (2014, arXiv:1406.1078).

    r = sigmoid(W_ir x + b_ir + W_hr h' + b_hr)        reset: how much past to read
    z = sigmoid(W_iz x + b_iz + W_hz h' + b_hz)        update: how much past to keep
    n = tanh(W_in x + b_in + r * (W_hn h' + b_hn))     the new proposal
    h = (1 - z) * n + z * h'

The reset gate acts after the product with W_hn, as in PyTorch and cuDNN: so all
three products are one. The rows of W_ih and W_hh stand in the order r, z, n.

======  =====================================  ==================
here    Ng's course                            PyTorch
======  =====================================  ==================
r       Gamma_r                                r
1 - z   Gamma_u (there it weighs the new)      1 - z
n       c~                                     n
h       c = a                                  h
======  =====================================  ==================
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnkit.engine.activations import sigmoid, sigmoid_backward, tanh, tanh_backward
from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.cells.cell import HiddenState, State, StepGradients


class GRUCache(NamedTuple):
    """What one step leaves for its way back; all (B, H).

    ``proposal_from_hidden`` is W_hn h' + b_hn, which the reset gate scales.
    """

    reset_gate: FloatArray
    update_gate: FloatArray
    proposal: FloatArray
    proposal_from_hidden: FloatArray
    previous_hidden: FloatArray


class GRUCell:
    """One step of a GRU; see :class:`~rnnkit.engine.cells.cell.Cell`."""

    name = "gru"
    blocks: tuple[str, ...] = ("reset", "update", "proposal")
    state_type: type[State] = HiddenState

    def forward(
        self,
        from_input: FloatArray,
        *,
        state: HiddenState,
        weight_hh: FloatArray,
        bias_hh: FloatArray,
    ) -> tuple[HiddenState, GRUCache]:
        """The four equations at the top of this file."""
        (h_prev,) = state
        x_r, x_z, x_n = np.split(from_input, 3, axis=-1)
        h_r, h_z, h_n = np.split(h_prev @ weight_hh.T + bias_hh, 3, axis=-1)
        r = sigmoid(x_r + h_r)
        z = sigmoid(x_z + h_z)
        n = tanh(x_n + r * h_n)
        h = (1 - z) * n + z * h_prev
        return HiddenState(hidden=h), GRUCache(r, z, n, h_n, h_prev)

    def backward(
        self, cache: GRUCache, *, d_state: HiddenState, weight_hh: FloatArray
    ) -> StepGradients:
        """The same equations, last line first."""
        r, z, n, h_n, h_prev = cache
        (dh,) = d_state
        dn = tanh_backward(n, dh * (1 - z))
        dz = sigmoid_backward(z, dh * (h_prev - n))
        dr = sigmoid_backward(r, dn * h_n)
        from_input = np.concatenate([dr, dz, dn], axis=-1)
        from_hidden = np.concatenate([dr, dz, dn * r], axis=-1)
        d_previous = HiddenState(hidden=dh * z + from_hidden @ weight_hh)
        return StepGradients(from_input, from_hidden, d_previous)
