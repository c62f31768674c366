# SPDX-License-Identifier: Apache-2.0
"""How much is silenced, and for how long."""

from __future__ import annotations

import numpy as np
import pytest

from rnnkit.engine import Packing
from rnnkit.engine.arrays import Array
from rnnkit.engine.dropout import draw_mask

both_kinds = pytest.mark.parametrize("variational", [False, True])


def masks(packing: Packing, rate: float, variational: bool, seed: int = 0) -> Array:
    return draw_mask(
        np.zeros((packing.row_count, 200), np.float32),
        packing,
        rate=rate,
        variational=variational,
        generator=np.random.default_rng(seed),
    )


@both_kinds
@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_the_rest_makes_up_for_what_is_silenced(rate: float, variational: bool) -> None:
    mask = masks(Packing.of([3] * 100), rate, variational)
    assert mask.dtype == np.float32
    silenced = mask == 0
    np.testing.assert_allclose(mask[~silenced], 1 / (1 - rate), rtol=1e-6)
    # Five standard deviations of the share among 100 x 200 independent draws.
    assert abs(silenced.mean() - rate) < 5 * (rate * (1 - rate) / 20_000) ** 0.5


def test_the_variational_mask_stays_through_a_sequence() -> None:
    packing = Packing.of([2, 5, 3])
    first_of_each = set()
    for mask in packing.unpack(masks(packing, 0.5, variational=True)):
        assert (mask == mask[0]).all()
        first_of_each.add(mask[0].tobytes())
    assert len(first_of_each) == 3


def test_the_ordinary_mask_is_new_at_each_step() -> None:
    mask = masks(Packing.of([2, 5, 3]), 0.5, variational=False)
    assert len({row.tobytes() for row in mask}) == 10


@both_kinds
def test_the_same_seed_silences_the_same(variational: bool) -> None:
    packing = Packing.of([2, 3])
    mask, same, other = (masks(packing, 0.5, variational, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(mask, same)
    assert not np.array_equal(mask, other)
