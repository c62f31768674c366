# SPDX-License-Identifier: Apache-2.0
"""How a layer's input gets into the columns, and its gradient out of them.

Numbers are copied. A few symbols are one-hot columns, read by weights that have been
through the whole table before: with 27 letters and a thousand steps that is 27
products instead of a thousand.
"""

from __future__ import annotations

import numpy as np

from rnnkit.engine import embedding
from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.embedding import Lookup

_FEW_SYMBOLS = 128


class Reader:
    """The input of a layer.

    Attributes:
        weight: what stands in the place of W_ih, (G*H, D), or (G*H, V) for symbols.

    Args:
        rows: the input, (N, D), or yet to be looked up.
        weight_ih: W_ih, (G*H, D).
    """

    def __init__(self, rows: FloatArray | Lookup, weight_ih: FloatArray) -> None:
        self._given = rows
        self._weight_ih = weight_ih
        self._one_hot = isinstance(rows, Lookup) and len(rows.table) <= _FEW_SYMBOLS
        self._numbers = rows
        self.weight = weight_ih
        if isinstance(rows, Lookup):
            if not self._one_hot:
                self._numbers = rows.rows()
            elif not rows.one_hot:
                self.weight = weight_ih @ rows.table.T

    def write(self, columns: FloatArray, here: slice) -> None:
        """Write the rows ``here`` into columns (S, D, B)."""
        steps, features, batch = columns.shape
        if isinstance(self._numbers, Lookup):
            symbols = self._numbers.symbols[here].reshape(steps, batch)
            columns[...] = 0
            columns[np.arange(steps)[:, None], symbols, np.arange(batch)] = 1
        else:
            numbers = self._numbers[here].reshape(steps, batch, features)
            columns[...] = numbers.transpose(0, 2, 1)

    def wants_rows(self, *, of_table: bool) -> bool:
        """Whether :meth:`gradients` needs those of the rows."""
        return not (of_table and self._one_hot)

    def gradients(
        self, d_weight: FloatArray, d_rows: FloatArray, *, of_table: bool
    ) -> tuple[FloatArray, FloatArray]:
        """The gradients of W_ih, and of the rows or of their table.

        Args:
            d_weight: gradient of ``weight``.
            d_rows: gradient of the rows, (N, D), if :meth:`wants_rows`.
        """
        rows = self._given
        if not isinstance(rows, Lookup):
            return d_weight, d_rows
        if self._one_hot:
            d_table = d_weight.T @ self._weight_ih if of_table else d_rows
            return d_weight if rows.one_hot else d_weight @ rows.table, d_table
        if not of_table:
            return d_weight, d_rows
        d_table = np.zeros_like(rows.table)
        embedding.backward(d_table, rows.symbols, d_rows)
        return d_weight, d_table
