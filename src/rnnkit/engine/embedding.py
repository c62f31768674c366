# SPDX-License-Identifier: Apache-2.0
"""Looking symbols up in a table of vectors.

A lookup is a product with a one-hot vector, without the multiplications by zero: row
k of the table is what a linear layer without bias gives for the k-th one-hot vector.
So one-hot input is the table that is the identity matrix, and is not learnt.

And it works the other way round: what a linear layer makes of looked-up vectors can be
looked up itself, in the table that the layer makes of the whole table
(:class:`Lookup`). With 27 letters and a thousand steps that is 27 products instead of a
thousand.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnkit.engine.arrays import FloatArray, IntArray

_FEW_SYMBOLS = 128


class Lookup(NamedTuple):
    """Rows that are yet to be looked up.

    Attributes:
        table: (V, D).
        symbols: which row of the table each row is, (N,).
        one_hot: the table is the identity matrix, and nobody learns it.
    """

    table: FloatArray
    symbols: IntArray
    one_hot: bool = False

    def rows(self) -> FloatArray:
        """The rows themselves, (N, D)."""
        return forward(self.table, self.symbols)

    def reordered(self, order: IntArray) -> Lookup:
        """The same rows in another order."""
        return self._replace(symbols=self.symbols[order])


def forward(table: FloatArray, symbols: IntArray) -> FloatArray:
    """Vectors, shape (N, E), of symbols (N,) from a table (V, E)."""
    return table[symbols]


def backward(d_table: FloatArray, symbols: IntArray, dy: FloatArray) -> None:
    """Add to the table's gradient, in place, what dy (N, E) says of each symbol.

    A symbol that occurs often gets the sum of all its rows. With few symbols that is a
    product with their one-hot vectors. With many, rows of one symbol are brought
    together by sorting, and only symbols that occur are touched.
    """
    if len(d_table) <= _FEW_SYMBOLS:
        one_hot = np.zeros((len(symbols), len(d_table)), dy.dtype)
        one_hot[np.arange(len(symbols)), symbols] = 1
        d_table += one_hot.T @ dy
        return
    order = np.argsort(symbols, kind="stable")
    present, starts = np.unique(symbols[order], return_index=True)
    d_table[present] += np.add.reduceat(dy[order], starts, axis=0)
