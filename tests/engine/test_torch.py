# SPDX-License-Identifier: Apache-2.0
"""The engine beside PyTorch itself, with numbers that are stored nowhere."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine import references

pytest.importorskip("torch", reason="PyTorch is not installed")

from tools import make_torch_fixtures as questions

seeds = pytest.mark.parametrize("seed", [1, 2, 3])


@pytest.mark.parametrize("topic", questions.QUESTIONS)
def test_the_stored_answers_are_those_of_this_torch(topic: str) -> None:
    fresh = questions.QUESTIONS[topic](0)
    stored = references.stored(topic)
    assert list(stored) == list(fresh)
    for case, answer in fresh.items():
        assert list(stored[case]) == list(answer)
        for field, array in answer.items():
            np.testing.assert_allclose(stored[case][field], array, 1e-12, 1e-12)


@seeds
def test_recurrent(seed: int) -> None:
    for case, answer in questions.recurrent(seed).items():
        references.check_recurrent(case, answer)


@seeds
def test_losses(seed: int) -> None:
    for answer in questions.losses(seed).values():
        references.check_loss(answer)


@seeds
def test_embeddings(seed: int) -> None:
    for answer in questions.embeddings(seed).values():
        references.check_embedding(answer)


@seeds
def test_optimizers(seed: int) -> None:
    for case, answer in questions.optimizers(seed).items():
        references.check_optimizer(case, answer)


@seeds
def test_clipping(seed: int) -> None:
    for answer in questions.clipping(seed).values():
        references.check_clipping(answer)
