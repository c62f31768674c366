# SPDX-License-Identifier: Apache-2.0
"""Looking symbols up in a table of vectors.

A lookup is a product with a one-hot vector, without the multiplications by zero: row
k of the table is what a linear layer without bias gives for the k-th one-hot vector.
So one-hot input is the table that is the identity matrix, and is not learnt.
"""

from __future__ import annotations

import numpy as np

from rnnkit.engine.arrays import FloatArray, IntArray


def forward(table: FloatArray, symbols: IntArray) -> FloatArray:
    """Vectors, shape (N, E), of symbols (N,) from a table (V, E)."""
    return table[symbols]


def backward(d_table: FloatArray, symbols: IntArray, dy: FloatArray) -> None:
    """Add to the table's gradient, in place, what dy (N, E) says of each symbol.

    A symbol that occurs often gets the sum of all its rows. Rows of one symbol are
    brought together by sorting, and only symbols that occur are touched: the cost
    does not grow with the vocabulary.
    """
    order = np.argsort(symbols, kind="stable")
    present, starts = np.unique(symbols[order], return_index=True)
    d_table[present] += np.add.reduceat(dy[order], starts, axis=0)
