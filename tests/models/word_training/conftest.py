# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rnnkit.models.word_training import pairs
from rnnkit.models.word_training.pairs import Layout
from rnnkit.models.word_training.tiles import Tiles, write_tiles

Counts = NDArray[np.float64]
Written = Callable[[Counts], Tiles]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    """Write a symmetric matrix of counts, by rank of the words, as tiles of 7 words."""
    monkeypatch.setattr(pairs, "LARGEST_SIDE", 7)

    def write(counts: Counts) -> Tiles:
        layout = Layout(len(counts))
        first, second = layout.terms
        one, other = np.nonzero(counts)
        rows, columns = layout.places[one], layout.places[other]
        upper = rows <= columns
        keys = (first[rows] + second[columns])[upper]
        order = np.argsort(keys)
        run = keys[order], counts[one, other][upper][order]
        write_tiles(layout, tmp_path, "counts", [run])
        return Tiles(layout, tmp_path, "counts")

    return write


@pytest.fixture
def counts() -> Counts:
    """Counts of 20 words that two hidden topics explain, with some zeros."""
    random = np.random.default_rng(1)
    topics = random.normal(size=(20, 2))
    bias = random.normal(size=20)
    logs = topics @ topics.T + bias[:, None] + bias + 2
    return np.where(logs > 0, np.exp(logs), 0)
