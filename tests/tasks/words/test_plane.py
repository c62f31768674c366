# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.errors import UsageError
from rnnkit.files.vectors.table import Table
from rnnkit.files.vectors.words import WordTable
from rnnkit.models.vectors import WordVectors
from rnnkit.tasks.words.plane import principal_plane


def test_the_plane_keeps_what_lies_in_it() -> None:
    flat = np.array([[0, 0], [4, 0], [4, 1], [0, 1], [2, 3]], float)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(6, 6)))[0][:2]
    words = list("abcde")
    table = Table(WordTable.of(words), (flat @ turn).astype(np.float32), "test")
    plane = principal_plane(WordVectors(table), words)
    assert sum(plane.shares) == pytest.approx(1)
    assert plane.shares[0] > plane.shares[1]
    one, other = [
        np.linalg.norm(x[:, None] - x[None], axis=2) for x in (flat, plane.places)
    ]
    np.testing.assert_allclose(one, other, atol=1e-5)


def test_two_words_lie_on_a_line_and_one_on_nothing() -> None:
    table = Table(WordTable.of(["a", "b"]), np.eye(2, dtype=np.float32), "test")
    plane = principal_plane(WordVectors(table), ["a", "b"])
    assert plane.places.shape == (2, 2)
    assert plane.shares == pytest.approx((1, 0), abs=1e-6)
    with pytest.raises(UsageError, match="spans no plane"):
        principal_plane(WordVectors(table), ["a", "a"])
