# SPDX-License-Identifier: Apache-2.0
"""Each kind of pooling beside the same thing said with a loop over sequences.

That their gradients are right is shown in ``test_network.py``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rnnkit.engine import Packing, pooling
from rnnkit.engine.arrays import FloatArray

WIDTH = 4
QUERY = np.array([0.3, -2.0, 1.0, 0.5])


def final(sequence: FloatArray, directions: int) -> FloatArray:
    if directions == 1:
        return sequence[-1]
    half = WIDTH // 2
    return np.concatenate([sequence[-1, :half], sequence[0, half:]])


def attended(sequence: FloatArray, directions: int) -> FloatArray:
    weights = np.exp(np.tanh(sequence) @ QUERY)
    return weights @ sequence / weights.sum()


PLAINLY: dict[str, Callable[[FloatArray, int], FloatArray]] = {
    "last": final,
    "mean": lambda sequence, directions: sequence.mean(axis=0),
    "max": lambda sequence, directions: sequence.max(axis=0),
    "attention": attended,
}


def pool(
    kinds: list[str], packing: Packing, rows: FloatArray, directions: int
) -> FloatArray:
    return pooling.forward(kinds, rows, packing, directions=directions, query=QUERY)[0]


def test_every_kind_is_compared() -> None:
    assert set(PLAINLY) == set(pooling.KINDS)


@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("kind", PLAINLY)
def test_one_vector_a_sequence(kind: str, directions: int) -> None:
    packing = Packing.of([2, 5, 1, 5])
    rows = np.random.default_rng(0).normal(size=(packing.row_count, WIDTH))
    expected = [PLAINLY[kind](s, directions) for s in packing.unpack(rows)]
    np.testing.assert_allclose(pool([kind], packing, rows, directions), expected)


def test_kinds_stand_side_by_side_in_their_order() -> None:
    packing = Packing.of([3, 2])
    rows = np.random.default_rng(0).normal(size=(packing.row_count, WIDTH))
    apart = [pool([kind], packing, rows, 1) for kind in ("max", "last")]
    together = pool(["max", "last"], packing, rows, 1)
    np.testing.assert_array_equal(together, np.concatenate(apart, axis=1))


def test_attention_weighs_the_steps_of_each_sequence() -> None:
    packing = Packing.of([1, 4, 2])
    rows = np.random.default_rng(0).normal(size=(packing.row_count, WIDTH))
    _, cache = pooling.attention(rows, packing, QUERY)
    for weights in packing.unpack(cache.weights):
        assert weights.sum() == pytest.approx(1)
        assert (weights > 0).all()
