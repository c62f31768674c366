# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.engine.arrays import FloatArray, IntArray
from rnnkit.models import remembering
from rnnkit.models.remembering import Remembered


class Squares:
    """Tells which numbers it was asked for."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []

    def __call__(self, numbers: IntArray) -> FloatArray:
        self.asked.append(numbers.tolist())
        return np.stack([numbers, numbers**2], axis=1).astype(np.float32)


def rows_of(remembered: Remembered, numbers: list[int]) -> list[list[float]]:
    places = remembered.places(np.array(numbers))
    found: list[list[float]] = remembered.rows[places].tolist()
    return found


def test_each_row_is_made_once() -> None:
    squares = Squares()
    remembered = Remembered(10, 2, squares)
    assert rows_of(remembered, [3, 1, 3]) == [[3, 9], [1, 1], [3, 9]]
    assert rows_of(remembered, [1, 2]) == [[1, 1], [2, 4]]
    assert rows_of(remembered, [3, 2, 1]) == [[3, 9], [2, 4], [1, 1]]
    assert squares.asked == [[3, 1], [2]]


def test_when_there_is_no_room_all_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(remembering, "ROOM", 3)
    squares = Squares()
    remembered = Remembered(10, 2, squares)
    for numbers in ([1, 2], [2, 3], [3, 4], [1, 4]):
        expected = [[number, number**2] for number in numbers]
        assert rows_of(remembered, numbers) == expected
    assert len(remembered.rows) == 3
    assert squares.asked == [[1, 2], [3], [3, 4], [1]]
    with pytest.raises(ValueError, match="4 rows are more than 3"):
        remembered.places(np.array([5, 6, 7, 8]))
