# SPDX-License-Identifier: Apache-2.0
"""One quick cell over time: what ``recurrent.py`` is to the plain cells."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, NamedTuple

import numpy as np

from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.cells import State
from rnnkit.engine.embedding import Lookup
from rnnkit.engine.linear import forward_of_lookup
from rnnkit.engine.packing import Packing
from rnnkit.engine.recurrent import (
    CellWeights,
    RecurrentGradients,
    gradients,
    put,
    take,
    zero_state,
)


class Prepared(NamedTuple):
    """The weights of a cell as its quick version wants them.

    Attributes:
        weight_ih: W_ih, scaled, (G*H, D).
        bias: what is added to the input's product, scaled, (G*H,).
        recur: W_hh^T, scaled, (H, G*H).
        recur_bias: what is added to the state's product, scaled, (G*H,).
        weight_hh: W_hh as it is, for the way back.
    """

    weight_ih: FloatArray
    bias: FloatArray
    recur: FloatArray
    recur_bias: FloatArray
    weight_hh: FloatArray


class Run(ABC):
    """One pass of a cell over packed sequences, with all that it keeps.

    Attributes:
        scales: what the rows of each gate block are multiplied by beforehand.
        outputs: the hidden state of every step, (N, H).

    Args:
        prepared: the weights.
        products: what the input contributes to every step, (N, G*H), by the prepared
            weights; the run writes into it.
    """

    scales: ClassVar[tuple[float, ...]]
    outputs: FloatArray

    @abstractmethod
    def __init__(self, prepared: Prepared, products: FloatArray) -> None: ...

    @classmethod
    def prepare(cls, weights: CellWeights) -> Prepared:
        """Scale the weights for this kind of cell."""
        hidden, dtype = weights.weight_hh.shape[1], weights.weight_hh.dtype
        scale = np.repeat(np.array(cls.scales, dtype), hidden)
        return Prepared(
            weight_ih=weights.weight_ih * scale[:, None],
            bias=weights.bias_ih * scale,
            recur=weights.weight_hh.T * scale,
            recur_bias=weights.bias_hh * scale,
            weight_hh=weights.weight_hh,
        )

    @abstractmethod
    def step(self, here: slice, state: Any) -> Any:
        """From the state before the rows ``here`` to the state after them."""

    @abstractmethod
    def turn(self, previous: FloatArray, initial: Any, packing: Packing) -> None:
        """Prepare the way back, from what the way forth has left.

        Args:
            previous: the hidden state before each row, (N, H).
            initial: the state before the first step.
        """

    @abstractmethod
    def step_back(self, here: slice, d_state: Any) -> None:
        """From the gradient of the state after the rows ``here`` to that before.

        ``d_state`` is changed in place.
        """

    @abstractmethod
    def d_products(self) -> tuple[FloatArray, FloatArray]:
        """Gradients, after the way back, of the products of input and of state.

        Both (N, G*H).
        """

    @abstractmethod
    def watch(self) -> dict[str, FloatArray]:
        """The gates of every step by name, each (N, H)."""


class RunCache(NamedTuple):
    """What :func:`forward` leaves for :func:`backward`.

    Attributes:
        run: the pass, with its gates.
        rows: the input, (N, D).
        initial: the state before the first step.
    """

    run: Run
    rows: FloatArray | Lookup
    initial: State

    @property
    def outputs(self) -> FloatArray:
        """The hidden state of every step, (N, H)."""
        return self.run.outputs

    def watch(self) -> dict[str, FloatArray]:
        """The gates of every step by name, each (N, H)."""
        return self.run.watch()


def forward(
    kind: type[Run],
    weights: CellWeights,
    rows: FloatArray | Lookup,
    packing: Packing,
    *,
    initial: State,
) -> tuple[FloatArray, State, RunCache]:
    """As ``recurrent.forward``."""
    prepared = kind.prepare(weights)
    run = kind(prepared, forward_of_lookup(rows, prepared.weight_ih, prepared.bias))
    final = type(initial)(*(np.empty_like(field) for field in initial))
    state = initial
    # exp of a large number is inf, and 1 / (1 + inf) is 0, as it should be.
    with np.errstate(over="ignore"):
        for start, count in packing.steps():
            if count < len(state.hidden):
                ended = slice(count, len(state.hidden))
                put(final, ended, take(state, ended))
                state = take(state, slice(count))
            state = run.step(slice(start, start + count), state)
    put(final, slice(len(state.hidden)), state)
    return run.outputs, final, RunCache(run, rows, initial)


def step(kind: type[Run], prepared: Prepared, products: FloatArray, state: Any) -> Any:
    """One step of each of B sequences, with what the input contributes (B, G*H)."""
    with np.errstate(over="ignore"):
        return kind(prepared, products).step(slice(len(products)), state)


def backward(
    weights: CellWeights,
    cache: RunCache,
    packing: Packing,
    *,
    d_outputs: FloatArray,
    d_final: State | None = None,
    of_table: bool = False,
) -> RecurrentGradients:
    """As ``recurrent.backward``."""
    run, rows, initial = cache
    if d_final is None:
        batch, hidden_size = initial.hidden.shape
        d_state = zero_state(type(initial), batch, hidden_size, d_outputs.dtype)
    else:
        d_state = type(d_final)(*(field.copy() for field in d_final))
    previous = np.concatenate([initial.hidden, run.outputs[packing.previous]])
    run.turn(previous, initial, packing)
    running = take(d_state, slice(0))
    for start, count in reversed(list(packing.steps())):
        here = slice(start, start + count)
        if count > len(running.hidden):
            running = take(d_state, slice(count))
        np.add(running.hidden, d_outputs[here], out=running.hidden)
        run.step_back(here, running)
    d_input, d_hidden = run.d_products()
    return gradients(
        weights,
        rows,
        previous,
        of_table=of_table,
        d_input=d_input,
        d_hidden=d_hidden,
        initial=d_state,
    )
