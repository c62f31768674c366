# SPDX-License-Identifier: Apache-2.0
"""The average follows quickly at first, then as slowly as it was told."""

from __future__ import annotations

import numpy as np
import pytest

from rnnkit.engine import WeightAverage


def test_the_share_of_the_past_grows_up_to_the_decay() -> None:
    average = WeightAverage(np.array([1.0]), decay=0.5)
    expected = 1.0
    for share in (2 / 11, 3 / 12, 4 / 13, 5 / 14, 6 / 15, 7 / 16, 8 / 17, 0.5, 0.5):
        average.update(np.array([0.0]))
        expected *= share
        assert average.values[0] == pytest.approx(expected)


def test_it_keeps_its_own_numbers_and_their_precision() -> None:
    values = np.ones(2, np.float32)
    average = WeightAverage(values, decay=0.9)
    values[:] = 5
    assert average.values.tolist() == [1, 1]
    average.update(values)
    assert average.values.dtype == np.float32


@pytest.mark.parametrize("decay", [-0.1, 1.0, np.nan])
def test_impossible_decay(decay: float) -> None:
    with pytest.raises(ValueError, match="decay"):
        WeightAverage(np.zeros(1), decay=decay)
