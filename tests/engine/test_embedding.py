# SPDX-License-Identifier: Apache-2.0
"""Looking up, and the way back to the table."""

from __future__ import annotations

import numpy as np

from rnnkit.engine import embedding
from tests.engine.references import check_embedding, stored


def test_it_agrees_with_torch() -> None:
    check_embedding(stored("embeddings")["embedding"])


def test_it_is_a_product_with_one_hot_vectors() -> None:
    generator = np.random.default_rng(0)
    table, symbols = generator.normal(size=(5, 3)), generator.integers(5, size=20)
    one_hot = np.eye(5)[symbols]
    np.testing.assert_array_equal(embedding.forward(table, symbols), one_hot @ table)
    d_table, dy = np.zeros((5, 3)), generator.normal(size=(20, 3))
    embedding.backward(d_table, symbols, dy)
    np.testing.assert_allclose(d_table, one_hot.T @ dy, rtol=1e-12)


def test_backward_adds_to_what_is_there_and_leaves_the_rest_alone() -> None:
    d_table = np.ones((3, 2), np.float32)
    embedding.backward(d_table, np.array([2, 2]), np.ones((2, 2), np.float32))
    assert d_table.tolist() == [[1, 1], [1, 1], [3, 3]]
