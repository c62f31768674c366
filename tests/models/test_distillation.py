# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.engine import softmax_cross_entropy
from rnnkit.models.distillation import FOLDS, distilled
from rnnkit.models.kneser_ney import KneserNey
from rnnkit.models.sequence import Encoded, batch_of

SIZE = 4


def item(symbols: list[int]) -> Encoded:
    return Encoded(
        {"letter": np.array([0, *symbols])},
        {"next": np.array([*symbols, 0]), "other": np.array([*symbols, 1])},
    )


def random_items(count: int) -> list[Encoded]:
    generator = np.random.default_rng(0)
    return [
        item(generator.integers(1, SIZE, generator.integers(1, 6)).tolist())
        for _ in range(count)
    ]


def taught(items: list[Encoded], share: float, *, seed: int = 1) -> list[Encoded]:
    return distilled(items, share, input="letter", head="next", size=SIZE, seed=seed)


def test_targets_are_shared_between_what_came_and_counting() -> None:
    items = random_items(40)
    for before, after in zip(items, taught(items, 0.3), strict=True):
        targets = after.targets["next"]
        assert targets.dtype == np.float32
        assert targets.shape == (before.steps, SIZE)
        np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-6)
        came = targets[np.arange(before.steps), before.targets["next"]]
        assert (came > 0.7).all()
        assert (targets > 0).all()
        np.testing.assert_array_equal(after.inputs["letter"], before.inputs["letter"])
        np.testing.assert_array_equal(after.targets["other"], before.targets["other"])


def test_a_teacher_has_not_seen_what_it_speaks_about() -> None:
    # With as many folds as items each is left out once, so the teacher can be told.
    items = random_items(FOLDS)
    for left_out, after in enumerate(taught(items, 1.0)):
        others = [
            (one.inputs["letter"], one.targets["next"])
            for i, one in enumerate(items)
            if i != left_out
        ]
        own = (items[left_out].inputs["letter"], items[left_out].targets["next"])
        expected = KneserNey.fit(others, size=SIZE).expected([own])
        np.testing.assert_allclose(after.targets["next"], expected, rtol=1e-6)


def test_no_share_changes_nothing_but_the_form() -> None:
    items = random_items(12)
    logits = np.random.default_rng(2).normal(size=(sum(i.steps for i in items), SIZE))
    hard, soft = (
        softmax_cross_entropy(logits, batch_of(each).targets["next"])
        for each in (items, taught(items, 0.0))
    )
    assert soft[0] == pytest.approx(hard[0])
    np.testing.assert_allclose(soft[1], hard[1], atol=1e-9)


def test_the_seed_decides_on_the_folds() -> None:
    items = random_items(40)
    one, again, other = (
        np.concatenate([i.targets["next"] for i in taught(items, 0.5, seed=seed)])
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()


def test_two_items_are_enough() -> None:
    assert len(taught(random_items(2), 0.5)) == 2
