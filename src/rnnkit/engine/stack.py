# SPDX-License-Identifier: Apache-2.0
"""Layers and directions: recurrent networks upon recurrent networks.

Each layer reads what the layer below says. A bidirectional layer reads it twice, once
in each direction of time, and says both, side by side. The backward direction is the
same loop over the same rows in another order (``Packing.reversal``). A cell that has
a quick version (``fast/``) runs as that; the others run as ``recurrent.py`` says.

Parameters carry PyTorch's names: ``weight_ih_l0``, ``weight_hh_l0``, ``bias_ih_l0``,
``bias_hh_l0``, then ``l1``, ..., and ``_reverse`` for the backward direction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

from rnnkit.engine import fast, linear, recurrent
from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.cells import CELLS, Cell, State
from rnnkit.engine.dropout import draw_mask
from rnnkit.engine.embedding import Lookup
from rnnkit.engine.fast import Prepared, RunCache
from rnnkit.engine.packing import Packing
from rnnkit.engine.recurrent import CellWeights, RecurrentCache

StackState: TypeAlias = tuple[State, ...]
"""One state for each direction of each layer, in PyTorch's order."""


@dataclass(frozen=True)
class Dropout:
    """Where to silence how much, while training.

    Attributes:
        inputs: share silenced of what the first layer reads.
        between: of what one layer hands to the next.
        outputs: of what the last layer says.
        variational: the same features throughout a sequence (see ``dropout.py``).
    """

    inputs: float = 0.0
    between: float = 0.0
    outputs: float = 0.0
    variational: bool = False

    def __post_init__(self) -> None:
        for where in ("inputs", "between", "outputs"):
            if not 0 <= getattr(self, where) < 1:
                raise ValueError(f"dropout of {where} must be from 0 to below 1")


class StackCache(NamedTuple):
    """What the forward pass leaves.

    Attributes:
        runs: the cache of each direction of each layer, in the order of the state.
        masks: the dropout mask before each layer and after the last; none: no dropout.
    """

    runs: list[RecurrentCache | RunCache]
    masks: list[FloatArray | None]

    @property
    def reads_table(self) -> bool:
        """Whether the first layer looked up what it read."""
        return bool(self.runs) and isinstance(self.runs[0].rows, Lookup)


class RecurrentStack:
    """Layers of one kind of cell.

    Args:
        cell: "rnn", "gru" or "lstm".
        input_size: numbers a step that the first layer reads, D.
        hidden: units of one direction of a layer, H.
        layers: how many layers; 0: what is read is handed on as it is.
        bidirectional: read in both directions of time.
    """

    def __init__(
        self,
        cell: str,
        *,
        input_size: int,
        hidden: int,
        layers: int = 1,
        bidirectional: bool = False,
    ) -> None:
        self.cell: Cell = CELLS[cell]
        self._forward: Any = partial(recurrent.forward, self.cell)
        self._backward: Any = partial(recurrent.backward, self.cell)
        if cell in fast.KERNELS:
            self._forward = partial(fast.forward, self.cell)
            self._backward = fast.backward
        self.input_size = input_size
        self.hidden = hidden
        self.layers = layers
        self.directions = 2 if bidirectional and layers else 1
        self.output_size = hidden * self.directions if layers else input_size
        self._names = [
            tuple(field + suffix for field in CellWeights._fields)
            for suffix in self.suffixes()
        ]

    def suffixes(self) -> list[str]:
        """How the names of each run's parameters end: "_l0", "_l0_reverse", ..."""
        return [
            f"_l{layer}{direction}"
            for layer in range(self.layers)
            for direction in ("", "_reverse")[: self.directions]
        ]

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each parameter, by name."""
        block_rows = len(self.cell.blocks) * self.hidden
        shapes: dict[str, tuple[int, ...]] = {}
        for run, suffix in enumerate(self.suffixes()):
            first_layer = run < self.directions
            read = self.input_size if first_layer else self.output_size
            shapes[f"weight_ih{suffix}"] = (block_rows, read)
            shapes[f"weight_hh{suffix}"] = (block_rows, self.hidden)
            shapes[f"bias_ih{suffix}"] = (block_rows,)
            shapes[f"bias_hh{suffix}"] = (block_rows,)
        return shapes

    def initialise(
        self, arrays: Mapping[str, FloatArray], generator: np.random.Generator
    ) -> None:
        """Draw first values, as PyTorch does: uniform within 1 / sqrt(H).

        One exception (Gers et al., 2000; Jozefowicz et al., 2015): a forget gate
        starts open, with bias 1, so that an LSTM remembers before it has learnt to.
        """
        bound = self.hidden**-0.5
        for name in self.shapes():
            arrays[name][...] = generator.uniform(-bound, bound, arrays[name].shape)
        if "forget" in self.cell.blocks:
            start = self.cell.blocks.index("forget") * self.hidden
            for suffix in self.suffixes():
                arrays[f"bias_ih{suffix}"][start : start + self.hidden] = 1
                arrays[f"bias_hh{suffix}"][start : start + self.hidden] = 0

    def zero_state(self, batch: int, dtype: DTypeLike) -> StackState:
        """The state of having read nothing; fields of shape (B, H)."""
        return tuple(
            recurrent.zero_state(self.cell.state_type, batch, self.hidden, dtype)
            for _ in self.suffixes()
        )

    def forward(
        self,
        rows: FloatArray | Lookup,
        packing: Packing,
        weights: Mapping[str, FloatArray],
        *,
        initial: StackState,
        dropout: Dropout,
        generator: np.random.Generator | None,
    ) -> tuple[FloatArray, StackState, StackCache]:
        """Run all layers along all sequences.

        Args:
            rows: packed input, (N, D), or yet to be looked up.
            weights: parameters by name.
            initial: states before the first step, by place (longest sequence first).
            dropout: used if there is a generator.
            generator: draws the dropout masks; none: nothing is silenced.

        Returns:
            What the last layer says, (N, directions * H), the final states by place,
            and the cache.
        """
        rates = [dropout.inputs, *[dropout.between] * (self.layers - 1)][: self.layers]
        masks: list[FloatArray | None] = []
        runs: list[RecurrentCache | RunCache] = []
        final: list[State] = []

        def silence(rows: Any, rate: float) -> Any:
            if generator is None or rate == 0:
                masks.append(None)
                return rows
            if isinstance(rows, Lookup):
                rows = rows.rows()
            mask = draw_mask(
                rows,
                packing,
                rate=rate,
                variational=dropout.variational,
                generator=generator,
            )
            masks.append(mask)
            return rows * mask

        read: Any = rows
        for rate in rates:
            read = silence(read, rate)
            said = []
            for direction in range(self.directions):
                run = len(runs)
                outputs, state, cache = self._forward(
                    self._weights(weights, run),
                    _turned(read, packing) if direction else read,
                    packing,
                    initial=initial[run],
                )
                said.append(_turned(outputs, packing) if direction else outputs)
                final.append(state)
                runs.append(cache)
            read = np.concatenate(said, axis=1) if len(said) > 1 else said[0]
        if isinstance(read, Lookup):
            read = read.rows()
        return silence(read, dropout.outputs), tuple(final), StackCache(runs, masks)

    def prepare(self, weights: Mapping[str, FloatArray]) -> list[Prepared] | None:
        """What :meth:`step` wants of the weights of each layer and direction.

        None if the cell has no quick version.
        """
        kind = fast.KERNELS.get(self.cell.name)
        if kind is None:
            return None
        return [
            kind.prepare(self._weights(weights, run)) for run in range(len(self._names))
        ]

    def step(
        self, layers: Sequence[Prepared], products: FloatArray, state: StackState
    ) -> tuple[FloatArray, StackState]:
        """One step of each of B sequences.

        Args:
            layers: what :meth:`prepare` gave.
            products: what the input contributes to the first layer, (B, G*H).
            state: fields (B, H).

        Returns:
            What the last layer says, (B, H), and the state after the step.
        """
        after: list[State] = []
        for prepared, before in zip(layers, state, strict=True):
            if after:
                said = after[-1].hidden
                products = linear.forward(said, prepared.weight_ih, prepared.bias)
            after.append(fast.step(self.cell, prepared, products, before))
        return after[-1].hidden, tuple(after)

    def backward(
        self,
        cache: StackCache,
        packing: Packing,
        weights: Mapping[str, FloatArray],
        gradients: Mapping[str, FloatArray],
        *,
        d_rows: FloatArray,
        d_final: StackState | None = None,
        of_table: bool = False,
    ) -> tuple[FloatArray, StackState]:
        """Back-propagate through all layers, adding to ``gradients`` in place.

        Args:
            d_rows: gradient of what the last layer says, (N, directions * H).
            d_final: gradients of the final states, by place; none: zero.
            of_table: if the rows were looked up, give the gradient of their table.

        Returns:
            Gradients of the input, rows (N, D) or a table (V, D), and of the initial
            states.
        """
        of_table = of_table and cache.reads_table
        d_initial: list[State] = []
        for layer in reversed(range(self.layers)):
            d_rows = _masked(d_rows, cache.masks[layer + 1])
            said = np.split(d_rows, self.directions, axis=1)
            d_read = []
            for direction in reversed(range(self.directions)):
                run = layer * self.directions + direction
                back = self._backward(
                    self._weights(weights, run),
                    cache.runs[run],
                    packing,
                    d_outputs=_turned(said[1], packing) if direction else said[0],
                    d_final=d_final[run] if d_final else None,
                    of_table=of_table and layer == 0,
                )
                into = self._weights(gradients, run)
                for total, part in zip(into, back.weights, strict=True):
                    total += part
                turn_back = direction and not (of_table and layer == 0)
                d_read.append(_turned(back.rows, packing) if turn_back else back.rows)
                d_initial.append(back.initial)
            d_rows = d_read[0] if len(d_read) == 1 else d_read[0] + d_read[1]
        return _masked(d_rows, cache.masks[0]), tuple(reversed(d_initial))

    def _weights(self, arrays: Mapping[str, FloatArray], run: int) -> CellWeights:
        return CellWeights(*[arrays[name] for name in self._names[run]])


def _turned(rows: Any, packing: Packing) -> Any:
    """Every sequence the other way round."""
    if isinstance(rows, Lookup):
        return rows.reordered(packing.reversal)
    return rows[packing.reversal]


def _masked(rows: FloatArray, mask: FloatArray | None) -> FloatArray:
    return rows if mask is None else rows * mask
