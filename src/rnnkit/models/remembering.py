# SPDX-License-Identifier: Apache-2.0
"""Rows that are dear to make and asked for again and again: each is made once.

Of thirty thousand words a text has a few thousand, and of those a few hundred most of
the time. Memory is bounded: when there is no room, all is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnnkit.engine.arrays import FloatArray, IntArray

ROOM = 8_192
"""Rows that are remembered; so many different ones can be asked for at once."""


class Remembered:
    """Rows by number.

    Attributes:
        rows: those that were made, (ROOM, W), in the order in which they were.

    Args:
        count: how many there are, V.
        width: W.
        make: gives the rows (N, W) of some numbers (N,).
    """

    def __init__(
        self, count: int, width: int, make: Callable[[IntArray], FloatArray]
    ) -> None:
        self._make = make
        self._places = np.full(count, -1, np.int32)
        self._made = 0
        # Memory that nobody has written to is not taken yet.
        self.rows: FloatArray = np.empty((min(count, ROOM), width), np.float32)

    def places(self, numbers: IntArray) -> IntArray:
        """Where the row of each number stands among ``rows``, (N,), until asked again.

        Raises:
            ValueError: more than ``ROOM`` different ones are asked for.
        """
        places = self._places[numbers]
        if places.min() >= 0:
            return places
        new = _different(numbers[places < 0])
        if self._made + len(new) > len(self.rows):
            self._places[:] = -1
            self._made = 0
            new = _different(numbers)
        end = self._made + len(new)
        if end > len(self.rows):
            raise ValueError(f"{len(new)} rows are more than {len(self.rows)}")
        self.rows[self._made : end] = self._make(new)
        self._places[new] = np.arange(self._made, end)
        self._made = end
        return self._places[numbers]


def _different(numbers: IntArray) -> IntArray:
    """Each number once; ``numpy.unique`` would first import what takes 10 ms."""
    return np.array(list(dict.fromkeys(numbers.tolist())), np.intp)
