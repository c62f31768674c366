# SPDX-License-Identifier: Apache-2.0
"""What a quick cell does with a stretch of steps, in columns.

S steps, B sequences, H units, G gate blocks, K = H + 1 + D numbers a column.

Calling NumPy costs half a microsecond, and three times that where an array is not one
block of memory or is repeated. So the loops below call it with whole blocks, and with
constants that are arrays already.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, TypeAlias

import numpy as np

from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.recurrent import CellWeights

Columns: TypeAlias = tuple[FloatArray, ...]
"""A state in columns: for each of its fields, (H, B)."""


class Prepared(NamedTuple):
    """The weights of a cell as single steps want them, in rows.

    Attributes:
        weight_ih: W_ih, scaled, (G*H, D).
        bias: what is added to the input's product, scaled, (G*H,).
        recur: W_hh^T, scaled, (H, G*H).
        recur_bias: what is added to the state's product and cannot be added to the
            input's, scaled, (G*H,).
        one: 1, and
        two: 2, as arrays.
    """

    weight_ih: FloatArray
    bias: FloatArray
    recur: FloatArray
    recur_bias: FloatArray
    one: FloatArray
    two: FloatArray


class Kernel(ABC):
    """The arithmetic of one cell.

    Attributes:
        scales: what each gate block of the weights is multiplied by beforehand, so
            that one pass makes several gates.
        biases_apart: 1 where a gate block does not simply add its two products.
        kept: blocks of slopes that each step leaves for the way back.
        of_hidden: which blocks of a step's gradients are those of W_hh h + b_hh.
        of_input: which are those of W_ih x + b_ih.
        hidden_order: which block of the weights each of ``of_hidden`` belongs to;
            none: they stand in the order of the weights, as those of ``of_input`` do.

    Args:
        weights: of the cell.
        weight_ih: what stands in the place of W_ih, (G*H, D).
        batch: how many sequences there will be at most.
    """

    scales: ClassVar[tuple[float, ...]]
    biases_apart: ClassVar[tuple[int, ...]]
    kept: ClassVar[int]
    of_hidden: ClassVar[slice]
    of_input: ClassVar[slice]
    hidden_order: ClassVar[tuple[int, ...] | None] = None

    @abstractmethod
    def __init__(
        self, weights: CellWeights, weight_ih: FloatArray, batch: int
    ) -> None: ...

    @abstractmethod
    def forth(
        self, columns: FloatArray, memory: Columns, slopes: FloatArray
    ) -> Columns:
        """Run S steps.

        Args:
            columns: [h; 1; x] before each step, (S + 1, K, B). The first h stands
                there, the others are written.
            memory: what else the state before the first step has.
            slopes: written, (S, kept, H, B).

        Returns:
            The memory after the last step.
        """

    @abstractmethod
    def back(
        self, slopes: FloatArray, d_said: FloatArray, d_state: Columns
    ) -> tuple[FloatArray, Columns]:
        """Run S steps back.

        Args:
            slopes: what the way forth left, (S, kept, H, B).
            d_said: gradient of what each step says, (S, H, B).
            d_state: gradient of the state after the last step.

        Returns:
            The gradients of the products, (S, blocks, H, B), and that of the state
            before the first step.
        """

    @classmethod
    def prepare(cls, weights: CellWeights) -> Prepared:
        """Scale the weights for :meth:`step`."""
        hidden, dtype = weights.weight_hh.shape[1], weights.weight_hh.dtype
        scale = np.repeat(np.array(cls.scales, dtype), hidden)
        apart = np.repeat(np.array(cls.biases_apart, dtype), hidden)
        return Prepared(
            weight_ih=weights.weight_ih * scale[:, None],
            bias=(weights.bias_ih + weights.bias_hh * (1 - apart)) * scale,
            recur=weights.weight_hh.T * scale,
            recur_bias=weights.bias_hh * apart * scale,
            one=np.array(1, dtype),
            two=np.array(2, dtype),
        )

    @staticmethod
    @abstractmethod
    def step(prepared: Prepared, products: FloatArray, state: Any) -> Any:
        """One step of each of B sequences, in rows.

        Several directions may be stacked, with an axis before all others.

        Args:
            products: what the input contributes, (B, G*H); written into.
            state: before the step, fields (B, H).
        """


def merged(
    weights: CellWeights, weight_ih: FloatArray, scales: Sequence[float]
) -> FloatArray:
    """[W_hh, b, W_ih] of the first blocks, each scaled: (len(scales) * H, K)."""
    hidden = weights.weight_hh.shape[1]
    rows = len(scales) * hidden
    together = np.empty((rows, hidden + 1 + weight_ih.shape[1]), weight_ih.dtype)
    together[:, :hidden] = weights.weight_hh[:rows]
    np.add(weights.bias_ih[:rows], weights.bias_hh[:rows], out=together[:, hidden])
    together[:, hidden + 1 :] = weight_ih[:rows]
    for block, scale in zip(together.reshape(len(scales), -1), scales, strict=True):
        if scale != 1:
            block *= np.array(scale, together.dtype)
    return together


def in_order(rows: FloatArray, order: Sequence[int]) -> FloatArray:
    """Rows that belong to blocks, with the blocks in another order."""
    return rows.reshape(len(order), -1)[list(order)].reshape(rows.shape)
