# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from rnnkit.errors import ModelError
from rnnkit.files.vectors.table import Table
from rnnkit.files.vectors.words import WordTable
from rnnkit.models.softening import KEY, measured, softened
from rnnkit.models.vectors import WordVectors


def vectors(told: object = None) -> WordVectors:
    random = np.random.default_rng(1)
    rows: NDArray[np.float32] = random.standard_normal((200, 7), dtype=np.float32)
    rows = rows * np.array([9, 8, 7, 6, 5, 1, 1], np.float32) + np.float32(4)
    rows[7] = 0
    words = WordTable.of([f"w{number}" for number in range(200)])
    told = measured(rows) if told is None else told
    return WordVectors(Table(words, rows, "test", description={KEY: told}), "it")


def test_the_mean_goes_and_the_first_directions_are_halved() -> None:
    given = vectors()
    unit = given.numbers * given.inverse_norms[:, None]
    before = unit - unit.mean(axis=0)
    after = softened(given).numbers
    left = np.delete(after, 7, axis=0)
    # In the order of the singular values: the first five halved, the others whole.
    _, sizes, directions = np.linalg.svd(before, full_matrices=False)
    kept = np.linalg.norm(left @ directions.T, axis=0) / sizes
    np.testing.assert_allclose(kept, [0.5] * 5 + [1, 1], atol=0.05)
    assert (after[7] == 0).all()
    assert softened(given).find("w3").row == 3


def test_vectors_that_say_nothing_stay_as_they_are() -> None:
    table = Table(WordTable.of(["a"]), np.ones((1, 2), np.float32), "test")
    plain = WordVectors(table)
    assert softened(plain) is plain


@pytest.mark.parametrize("told", [{}, {"mean": [1], "directions": []}, {"mean": "x"}])
def test_what_does_not_fit_is_told(told: object) -> None:
    with pytest.raises(ModelError, match="do not fit"):
        softened(vectors(told))
