# SPDX-License-Identifier: Apache-2.0
"""Vectors seen softly: better for likeness, worse for analogies.

All vectors share a direction, and the few directions of largest variance say more about
where a word is used than about what it means (Mu and Viswanath 2018). Without the
first, and with half of five others, neighbours and likeness agree better with people;
analogies need them whole. So a file that wants it so says what they are, and whoever
asks for neighbours takes them out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnkit.errors import ModelError
from rnnkit.files.vectors.table import Table
from rnnkit.models.vectors import Floats, WordVectors
from rnnkit.models.word_training.joining import centred, directions, unit

KEY = "soft"
"""Where the description of a file has the mean and the directions."""

_HALVED = 5
_DIMENSIONS = 32
"""Taken together, so that what is taken out is never there for all at once."""


def measured(rows: Floats) -> dict[str, Any]:
    """The mean and the first directions of unit rows, for a description."""
    rows = unit(rows)
    first = directions(centred(rows), _HALVED)
    return {
        "mean": _rounded(rows.mean(axis=0)),
        "directions": [_rounded(column) for column in first.T],
    }


def softened(vectors: WordVectors) -> WordVectors:
    """The vectors as neighbours are to be asked of them.

    Vectors whose file does not ask for it come back as they are.

    Raises:
        ModelError: what the file says about it does not fit its vectors.
    """
    told = vectors.table.description.get(KEY)
    if told is None:
        return vectors
    try:
        mean = np.asarray(told["mean"], np.float32)
        first = np.asarray(told["directions"], np.float32)
        # Dimension after dimension, as packed files have them, and in place: the copy
        # that normalising makes is nobody else's.
        columns = vectors.numbers.T * vectors.inverse_norms
        columns -= mean[:, None]
        shares = (first / 2) @ columns
        for some in range(0, len(columns), _DIMENSIONS):
            part = slice(some, some + _DIMENSIONS)
            columns[part] -= first[:, part].T @ shares
    except (KeyError, TypeError, ValueError) as failure:
        raise ModelError(
            f"{vectors.name} says things about its vectors that do not fit them",
            hint="train or convert the vectors again",
        ) from failure
    columns[:, vectors.zero_rows] = 0
    table = Table(vectors.words, columns.T, vectors.table.format)
    return WordVectors(table, vectors.name, threads=vectors.threads)


def _rounded(values: Floats) -> list[float]:
    return [round(value, 5) for value in np.asarray(values, float).tolist()]
