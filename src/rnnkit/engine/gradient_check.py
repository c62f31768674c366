# SPDX-License-Identifier: Apache-2.0
"""Is the backward pass the derivative of the forward pass? Ask the numbers.

Move one number a little up, a little down, and see how the loss follows: the slope
(central difference) has an error of the order of the square of the little. In
float64 a right gradient agrees to about nine digits, a wrong one to none.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnnkit.engine.arrays import FloatArray


def numerical_gradient(
    function: Callable[[], float], values: FloatArray, *, step: float = 1e-5
) -> FloatArray:
    """Slopes of ``function()`` by each of ``values``, which are moved in place.

    ``values`` may have any shape; it is float64, and unchanged afterwards.
    """
    slopes = np.empty_like(values)
    for place in np.ndindex(values.shape):
        kept = values[place]
        values[place] = kept + step
        above = function()
        values[place] = kept - step
        below = function()
        values[place] = kept
        slopes[place] = (above - below) / (2 * step)
    return slopes


def relative_error(first: FloatArray, second: FloatArray) -> float:
    """How far apart two gradients are: ``|a - b| / (|a| + |b|)``, Euclidean lengths.

    0 if they are equal, 1 if they have nothing in common.
    """
    size = float(np.linalg.norm(first) + np.linalg.norm(second))
    return float(np.linalg.norm(first - second)) / size if size else 0.0


def directional_error(
    function: Callable[[], float],
    values: FloatArray,
    gradient: FloatArray,
    *,
    generator: np.random.Generator,
    step: float = 1e-5,
) -> float:
    """The relative error of a gradient along one random direction.

    Two evaluations, however many values there are: a quick check of all of them at
    once. ``values`` (n,) are moved in place, and unchanged afterwards.
    """
    direction = generator.normal(size=values.shape)
    direction /= np.linalg.norm(direction)
    kept = values.copy()
    values += step * direction
    above = function()
    values[:] = kept - step * direction
    below = function()
    values[:] = kept
    slope = (above - below) / (2 * step)
    expected = float((gradient * direction).sum())
    return abs(slope - expected) / max(abs(slope) + abs(expected), 1e-12)
