# SPDX-License-Identifier: Apache-2.0
"""A quick cell over time: what ``recurrent.py`` is to the plain cells."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rnnkit.engine import recurrent
from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.cells import Cell, State
from rnnkit.engine.embedding import Lookup
from rnnkit.engine.fast.gru import GRUKernel
from rnnkit.engine.fast.kernel import Columns, Kernel, Prepared, in_order
from rnnkit.engine.fast.lstm import LSTMKernel
from rnnkit.engine.fast.reading import Reader
from rnnkit.engine.fast.rnn import RNNKernel
from rnnkit.engine.packing import Packing
from rnnkit.engine.recurrent import CellWeights, RecurrentGradients

KERNELS: dict[str, type[Kernel]] = {
    "rnn": RNNKernel,
    "gru": GRUKernel,
    "lstm": LSTMKernel,
}

_FORTH = 12_000
"""H * B * steps that are worked on together on the way forth: they fit into a cache."""

_BACK = 256
"""B * steps that are worked on together on the way back."""


class Stretch(NamedTuple):
    """Steps with the same number of sequences, and what the way forth leaves of them.

    Attributes:
        start: first row of the packed input.
        columns: [h; 1; x] before each step, and after the last, (S + 1, K, B).
        slopes: (S, kept, H, B).
    """

    start: int
    columns: FloatArray
    slopes: FloatArray


class RunCache(NamedTuple):
    """What :func:`forward` leaves for :func:`backward`.

    Attributes:
        cell: the plain one.
        weights: as :func:`forward` took them, and so the next three.
        rows: the input, (N, D).
        packing: how the rows make sequences.
        initial: the state before the first step.
        kernel: the quick cell with its weights.
        reader: of the input.
        outputs: the hidden state of every step, (N, H).
        stretches: in the order of time.
    """

    cell: Cell
    weights: CellWeights
    rows: FloatArray | Lookup
    packing: Packing
    initial: State
    kernel: Kernel
    reader: Reader
    outputs: FloatArray
    stretches: list[Stretch]

    def watch(self) -> dict[str, FloatArray]:
        """The gates of every step by name, each (N, H): the plain cell tells them."""
        *_, cache = recurrent.forward(
            self.cell, self.weights, self.rows, self.packing, initial=self.initial
        )
        return cache.watch()


def forward(
    cell: Cell,
    weights: CellWeights,
    rows: FloatArray | Lookup,
    packing: Packing,
    *,
    initial: State,
) -> tuple[FloatArray, State, RunCache]:
    """As ``recurrent.forward``."""
    hidden, dtype = weights.weight_hh.shape[1], weights.weight_hh.dtype
    reader = Reader(rows, weights.weight_ih)
    kernel = KERNELS[cell.name](weights, reader.weight, packing.batch_size)
    outputs = np.empty((packing.row_count, hidden), dtype)
    final = type(initial)(*(np.empty_like(field) for field in initial))
    stretches: list[Stretch] = []
    state: Columns = tuple(field.T.astype(dtype, copy=False) for field in initial)
    for start, steps, count in packing.stretches:
        _end(final, state, count)
        shape = (steps + 1, hidden + 1 + reader.weight.shape[1], count)
        columns = np.empty(shape, dtype)
        columns[0, :hidden] = state[0][:, :count]
        columns[:, hidden] = 1
        here = slice(start, start + steps * count)
        reader.write(columns[:-1, hidden + 1 :], here)
        slopes = np.empty((steps, kernel.kept, hidden, count), dtype)
        memory = _forth(kernel, columns, tuple(f[:, :count] for f in state[1:]), slopes)
        said = outputs[here].reshape(steps, count, hidden)
        said[...] = columns[1:, :hidden].transpose(0, 2, 1)
        state = (columns[-1, :hidden], *memory)
        stretches.append(Stretch(start, columns, slopes))
    _end(final, state, 0)
    cache = RunCache(
        cell, weights, rows, packing, initial, kernel, reader, outputs, stretches
    )
    return outputs, final, cache


def step(cell: Cell, prepared: Prepared, products: FloatArray, state: Any) -> Any:
    """One step of each of B sequences, with what the input contributes (B, G*H)."""
    with np.errstate(over="ignore"):
        return KERNELS[cell.name].step(prepared, products, state)


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
    kernel, reader, dtype = cache.kernel, cache.reader, d_outputs.dtype
    hidden, kind = weights.weight_hh.shape[1], cache.cell.state_type
    if d_final is None:
        d_final = recurrent.zero_state(kind, packing.batch_size, hidden, dtype)
    wanted = len(d_outputs) if reader.wants_rows(of_table=of_table) else 0
    d_rows = np.empty((wanted, weights.weight_ih.shape[1]), dtype)
    sums = _Sums(kernel, hidden)
    d_state: Columns = tuple(field[:0].T for field in d_final)
    for start, columns, slopes in reversed(cache.stretches):
        count = columns.shape[2]
        d_state = tuple(
            np.concatenate([running, field[running.shape[1] : count].T], axis=1)
            for running, field in zip(d_state, d_final, strict=True)
        )
        few = max(1, _BACK // count)
        for last in range(len(slopes), 0, -few):
            first = max(0, last - few)
            here = slice(start + first * count, start + last * count)
            d_said = d_outputs[here].reshape(-1, count, hidden).transpose(0, 2, 1)
            d, d_state = kernel.back(
                slopes[first:last], np.ascontiguousarray(d_said), d_state
            )
            sums.add(d, columns[first:last])
            if wanted:
                d_rows[here] = _flat(d[:, kernel.of_input]).T @ weights.weight_ih
    recur, read = sums.result()
    d_weight_ih, d_given = reader.gradients(read[:, 1:], d_rows, of_table=of_table)
    return RecurrentGradients(
        rows=d_given,
        weights=CellWeights(
            d_weight_ih, recur[:, :hidden], read[:, 0], recur[:, hidden]
        ),
        initial=kind(*(field.T for field in d_state)),
    )


class _Sums:
    """The gradients of the weights, as they come in from last step to first.

    Short stretches wait for others, so that there are few and large products.
    """

    def __init__(self, kernel: Kernel, hidden: int) -> None:
        self._kernel = kernel
        self._hidden = hidden
        self._waiting: list[tuple[FloatArray, FloatArray]] = []
        self._columns = 0
        self._recur: Any = None
        self._read: Any = None

    def add(self, d: FloatArray, columns: FloatArray) -> None:
        """Take the gradients (S, blocks, H, B) of what (S, K, B) made."""
        self._waiting.append((d, columns))
        self._columns += len(d) * d.shape[3]
        if self._columns >= _BACK:
            self._multiply()

    def result(self) -> tuple[FloatArray, FloatArray]:
        """Of [W_hh, b_hh], (G*H, H + 1), and of [b_ih, W_ih], (G*H, 1 + D)."""
        if self._waiting:
            self._multiply()
        recur, order = self._recur, self._kernel.hidden_order
        if order is not None:
            recur = in_order(recur, np.argsort(order).tolist())
        return recur, self._read

    def _multiply(self) -> None:
        kernel, hidden = self._kernel, self._hidden
        columns = _together([columns for _, columns in self._waiting])
        if kernel.of_hidden == kernel.of_input:
            of_all = _together([d[:, kernel.of_hidden] for d, _ in self._waiting])
            both = of_all @ columns.T
            recur, read = both[:, : hidden + 1], both[:, hidden:]
        else:
            of_hidden = _together([d[:, kernel.of_hidden] for d, _ in self._waiting])
            of_input = _together([d[:, kernel.of_input] for d, _ in self._waiting])
            recur = of_hidden @ columns[: hidden + 1].T
            read = of_input @ columns[hidden:].T
        self._waiting, self._columns = [], 0
        if self._recur is None:
            self._recur, self._read = recur, read
        else:
            self._recur += recur
            self._read += read


def _forth(
    kernel: Kernel, columns: FloatArray, memory: Columns, slopes: FloatArray
) -> Columns:
    """Run a stretch, a few steps at a time."""
    steps = len(columns) - 1
    few = max(1, _FORTH // slopes[0, 0].size)
    # exp of a large number is inf, and 1 / (1 + inf) is 0, as it should be.
    with np.errstate(over="ignore"):
        for first in range(0, steps, few):
            last = min(first + few, steps)
            these = slopes[first:last]
            memory = kernel.forth(columns[first : last + 1], memory, these)
    return memory


def _end(final: State, state: Columns, count: int) -> None:
    """Write down the state of those that do not go on, all but the first ``count``."""
    for into, field in zip(final, state, strict=True):
        into[count : field.shape[1]] = field[:, count:].T


def _flat(blocks: FloatArray) -> FloatArray:
    """(S, ..., B) with all columns side by side, (..., S * B)."""
    steps, batch = blocks.shape[0], blocks.shape[-1]
    axes = (*range(1, blocks.ndim - 1), 0, blocks.ndim - 1)
    return blocks.transpose(axes).reshape(-1, steps * batch)


def _together(pieces: list[FloatArray]) -> FloatArray:
    flat = [_flat(piece) for piece in pieces]
    return flat[0] if len(flat) == 1 else np.concatenate(flat, axis=1)
