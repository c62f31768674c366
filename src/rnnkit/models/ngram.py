# SPDX-License-Identifier: Apache-2.0
"""The baseline that every language model has to beat: counting.

A bigram model looks at one symbol and has counted what came next. It has no memory,
learns in a moment, and is the first thing the course builds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnkit.engine.arrays import FloatArray, IntArray


class Bigram:
    """Chances of the next symbol, given one symbol.

    Attributes:
        log_p: natural logarithms, (V, V): row, the symbol before; column, the next.

    Args:
        size: V, how many symbols there are.
        add: added to every count, so that nothing is impossible (Lidstone smoothing).
    """

    def __init__(self, size: int, *, add: float = 0.1) -> None:
        self._counts = np.full((size, size), add)
        self.log_p: FloatArray = np.full((size, size), -np.log(size))

    def fit(self, pairs: Sequence[tuple[IntArray, IntArray]]) -> Bigram:
        """Count symbols (T,) and what followed each of them (T,), for each sequence."""
        for before, after in pairs:
            np.add.at(self._counts, (before, after), 1)
        self.log_p = np.log(self._counts / self._counts.sum(axis=1, keepdims=True))
        return self

    def loss(self, pairs: Sequence[tuple[IntArray, IntArray]]) -> float:
        """Mean surprise over all steps of all sequences, in nats."""
        costs = [-self.log_p[before, after] for before, after in pairs]
        return float(np.concatenate(costs).mean())
