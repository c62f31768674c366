# SPDX-License-Identifier: Apache-2.0
"""The long short-term memory of Hochreiter & Schmidhuber (1997).

With the forget gate of Gers et al. (2000):

    i = sigmoid(W_ii x + b_ii + W_hi h' + b_hi)     input gate: what to write
    f = sigmoid(W_if x + b_if + W_hf h' + b_hf)     forget gate: what to keep
    g = tanh   (W_ig x + b_ig + W_hg h' + b_hg)     candidate: what could be written
    o = sigmoid(W_io x + b_io + W_ho h' + b_ho)     output gate: what to say
    c = f * c' + i * g                              the memory
    h = o * tanh(c)                                 what the cell says

Why it remembers: c reaches the next step multiplied by f and by nothing else. While
f stays near 1, a gradient comes back through c as it went; in a plain RNN it is
multiplied by W_hh and by a tanh's slope at every step, and fades or explodes.

The rows of W_ih and W_hh stand in the order i, f, g, o.

==========  =============================  =============================
here        Ng's course                    PyTorch
==========  =============================  =============================
i           Gamma_i, it: Wi, bi            i
f           Gamma_f, ft: Wf, bf            f
g           c~, cct: Wc, bc                g
o           Gamma_o, ot: Wo, bo            o
h', h       a_prev, a_next                 h
c', c       c_prev, c_next                 c
W_h., W_i.  columns of W. on [a; x]        weight_hh, weight_ih
==========  =============================  =============================
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnkit.engine.activations import sigmoid, sigmoid_backward, tanh, tanh_backward
from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.cells.cell import LSTMState, State, StepGradients


class LSTMCache(NamedTuple):
    """What one step leaves for its way back; all (B, H)."""

    input_gate: FloatArray
    forget_gate: FloatArray
    candidate: FloatArray
    output_gate: FloatArray
    previous_cell: FloatArray
    cell_tanh: FloatArray


class LSTMCell:
    """One step of an LSTM; see :class:`~rnnkit.engine.cells.cell.Cell`."""

    name = "lstm"
    blocks: tuple[str, ...] = ("input", "forget", "candidate", "output")
    state_type: type[State] = LSTMState

    def forward(
        self,
        from_input: FloatArray,
        *,
        state: LSTMState,
        weight_hh: FloatArray,
        bias_hh: FloatArray,
    ) -> tuple[LSTMState, LSTMCache]:
        """The six equations at the top of this file."""
        z = from_input + (state.hidden @ weight_hh.T + bias_hh)
        z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
        i, f, g, o = sigmoid(z_i), sigmoid(z_f), tanh(z_g), sigmoid(z_o)
        c = f * state.cell + i * g
        cell_tanh = tanh(c)
        h = o * cell_tanh
        return LSTMState(hidden=h, cell=c), LSTMCache(i, f, g, o, state.cell, cell_tanh)

    def backward(
        self, cache: LSTMCache, *, d_state: LSTMState, weight_hh: FloatArray
    ) -> StepGradients:
        """The same equations, last line first.

        c is used twice, by h and by the next step: its two gradients add up.
        """
        i, f, g, o, c_prev, cell_tanh = cache
        dc = d_state.cell + tanh_backward(cell_tanh, d_state.hidden * o)
        d_o = sigmoid_backward(o, d_state.hidden * cell_tanh)
        d_i = sigmoid_backward(i, dc * g)
        d_f = sigmoid_backward(f, dc * c_prev)
        d_g = tanh_backward(g, dc * i)
        dz = np.concatenate([d_i, d_f, d_g, d_o], axis=-1)
        return StepGradients(dz, dz, LSTMState(hidden=dz @ weight_hh, cell=dc * f))
