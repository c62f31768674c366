# SPDX-License-Identifier: Apache-2.0
"""Averaged weights: where training has been, on average, is often a better place.

An exponential moving average (Polyak & Juditsky, 1992; Kingma & Ba, 2015, section 7.2).
"""

from __future__ import annotations

import numpy as np

from rnnkit.engine.arrays import FloatArray


class WeightAverage:
    """A moving average of a parameter vector.

    Early on it follows quickly, so that the random start is soon forgotten: after t
    updates the share of the past is at most (1 + t) / (10 + t).

    Attributes:
        values: the average, shape (P,).
        updates: how often it was updated.

    Args:
        values: the vector to start from.
        decay: the share of the past that is kept at each update, 0 to 1.
    """

    def __init__(self, values: FloatArray, *, decay: float) -> None:
        if not 0 <= decay < 1:
            raise ValueError("the decay of an average must be from 0 to below 1")
        self.decay = decay
        self.values: FloatArray = np.array(values)
        self.updates = 0

    def update(self, values: FloatArray) -> None:
        """Take the vector of this step into the average."""
        self.updates += 1
        kept = min(self.decay, (1 + self.updates) / (10 + self.updates))
        self.values *= kept
        self.values += (1 - kept) * values
