# SPDX-License-Identifier: Apache-2.0
"""One cell over time: the loop that makes a network recurrent.

Forward, the state of each step is the input of the next. Backward, the loop runs the
other way: a state's gradient is what its own output asks for plus what comes back
from the step after it. That is back-propagation through time, all of it.

Two things are taken out of the loop because they can be: the product of the input
with W_ih, before it, and the gradients of the weights, after it. Each is then one
large matrix product instead of T small ones.

The sequences come packed (see ``packing.py``): step t works on the first
``counts[t]`` of them. A sequence that has ended leaves its state behind as final.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import numpy as np

from rnnkit.engine import linear
from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.cells import Cell, State
from rnnkit.engine.embedding import Lookup
from rnnkit.engine.packing import Packing

AnyState = TypeVar("AnyState", bound=State)


class CellWeights(NamedTuple):
    """The learnt numbers of a cell, or their gradients.

    Attributes:
        weight_ih: what is read, shape (G*H, D).
        weight_hh: what is remembered, shape (G*H, H).
        bias_ih: shape (G*H,).
        bias_hh: shape (G*H,).
    """

    weight_ih: FloatArray
    weight_hh: FloatArray
    bias_ih: FloatArray
    bias_hh: FloatArray


class RecurrentCache(NamedTuple):
    """What :func:`forward` leaves for :func:`backward`.

    Attributes:
        rows: the input, (N, D), or yet to be looked up.
        outputs: the hidden state of every step, (N, H).
        initial: the state before the first step.
        steps: what the cell kept at each step.
    """

    rows: FloatArray | Lookup
    outputs: FloatArray
    initial: State
    steps: list[Any]

    def watch(self) -> dict[str, FloatArray]:
        """What the cell kept of every step by name, each (N, H)."""
        return {
            name: np.concatenate([getattr(step, name) for step in self.steps])
            for name in self.steps[0]._fields
        }


class RecurrentGradients(NamedTuple):
    """Gradients of what :func:`forward` takes."""

    rows: FloatArray
    weights: CellWeights
    initial: State


def zero_state(kind: type[State], batch: int, hidden: int, dtype: Any) -> State:
    """The state of having seen nothing: zeros of shape (B, H)."""
    return kind(*np.zeros((len(kind._fields), batch, hidden), dtype=dtype))


def take(state: AnyState, rows: Any) -> AnyState:
    """The state of some sequences: every field indexed by ``rows``."""
    return type(state)(*(field[rows] for field in state))


def put(target: State, rows: slice, source: State) -> None:
    """Write the state of some sequences into that of all."""
    for into, values in zip(target, source, strict=True):
        into[rows] = values


def forward(
    cell: Cell,
    weights: CellWeights,
    rows: FloatArray | Lookup,
    packing: Packing,
    *,
    initial: State,
) -> tuple[FloatArray, State, RecurrentCache]:
    """Run a cell along all sequences.

    Args:
        rows: packed input, (N, D), or yet to be looked up.
        initial: the state before the first step, fields (B, H), by place: the
            longest sequence first.

    Returns:
        The hidden state of every step, (N, H); the state after the last step of each
        sequence, fields (B, H), by place; and the cache.
    """
    from_input = linear.forward_of_lookup(rows, weights.weight_ih, weights.bias_ih)
    hidden_size = weights.weight_hh.shape[1]
    outputs = np.empty((len(from_input), hidden_size), dtype=from_input.dtype)
    final = type(initial)(*(np.empty_like(field) for field in initial))
    state, steps = initial, []
    for start, count in packing.steps():
        if count < len(state.hidden):
            ended = slice(count, len(state.hidden))
            put(final, ended, take(state, ended))
            state = take(state, slice(count))
        state, step = cell.forward(
            from_input[start : start + count],
            state=state,
            weight_hh=weights.weight_hh,
            bias_hh=weights.bias_hh,
        )
        outputs[start : start + count] = state.hidden
        steps.append(step)
    put(final, slice(len(state.hidden)), state)
    return outputs, final, RecurrentCache(rows, outputs, initial, steps)


def backward(
    cell: Cell,
    weights: CellWeights,
    cache: RecurrentCache,
    packing: Packing,
    *,
    d_outputs: FloatArray,
    d_final: State | None = None,
    of_table: bool = False,
) -> RecurrentGradients:
    """Back-propagate through time.

    Args:
        cache: what :func:`forward` returned.
        d_outputs: gradient of every step's hidden state, (N, H).
        d_final: gradient of the final state, fields (B, H), by place; none: zero.
        of_table: if rows were looked up, give the gradient of their table, (V, D), in
            the place of that of the rows.
    """
    block_rows, hidden_size = weights.weight_hh.shape
    if d_final is None:
        d_state = zero_state(
            cell.state_type, packing.batch_size, hidden_size, d_outputs.dtype
        )
    else:
        d_state = type(d_final)(*(field.copy() for field in d_final))
    from_input = np.empty((len(d_outputs), block_rows), dtype=d_outputs.dtype)
    from_hidden = np.empty_like(from_input)
    for (start, count), step in zip(
        reversed(list(packing.steps())), reversed(cache.steps), strict=True
    ):
        here = slice(start, start + count)
        running = take(d_state, slice(count))
        running.hidden[...] += d_outputs[here]
        back = cell.backward(step, d_state=running, weight_hh=weights.weight_hh)
        from_input[here] = back.from_input
        from_hidden[here] = back.from_hidden
        put(d_state, slice(count), back.state)

    previous = np.concatenate([cache.initial.hidden, cache.outputs[packing.previous]])
    return gradients(
        weights,
        cache.rows,
        previous,
        of_table=of_table,
        d_input=from_input,
        d_hidden=from_hidden,
        initial=d_state,
    )


def gradients(
    weights: CellWeights,
    rows: FloatArray | Lookup,
    previous: FloatArray,
    *,
    of_table: bool,
    d_input: FloatArray,
    d_hidden: FloatArray,
    initial: State,
) -> RecurrentGradients:
    """The gradients of weights and input, when those of the products are known.

    Args:
        rows: packed input, (N, D), or yet to be looked up.
        previous: the hidden state before each row, (N, H).
        of_table: of what is looked up, give the gradient of the table.
        d_input: gradient of ``x W_ih^T + b_ih``, (N, G*H).
        d_hidden: gradient of ``h W_hh^T + b_hh``, (N, G*H).
        initial: gradient of the state before the first step.
    """
    if isinstance(rows, Lookup) and not of_table:
        rows = rows.rows()
    if isinstance(rows, Lookup):
        read = linear.backward_of_lookup(rows, weights.weight_ih, d_input)
    else:
        read = linear.backward(rows, weights.weight_ih, d_input)
    return RecurrentGradients(
        rows=read.x,
        weights=CellWeights(
            weight_ih=read.weight,
            weight_hh=d_hidden.T @ previous,
            bias_ih=read.bias,
            bias_hh=read.bias if d_hidden is d_input else d_hidden.sum(axis=0),
        ),
        initial=initial,
    )
