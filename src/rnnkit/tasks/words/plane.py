# SPDX-License-Identifier: Apache-2.0
"""Some words in a plane: the two directions in which they differ most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import UsageError
from rnnkit.models.vectors import WordVectors


class Plane(NamedTuple):
    """Where words lie in the plane.

    Attributes:
        places: (N, 2).
        shares: how much of the variance each direction has.
    """

    places: NDArray[np.float64]
    shares: tuple[float, float]


def principal_plane(vectors: WordVectors, words: Sequence[str]) -> Plane:
    """Project words on the first two principal components of these words.

    A direction may point either way; here its largest part is positive, so the same
    words give the same picture everywhere.

    Raises:
        InputError: a word is unknown.
        UsageError: fewer than two different words are given.
    """
    if len(set(words)) < 2:
        raise UsageError("one word alone spans no plane", hint="give two words or more")
    rows = vectors.vectors(words).astype(np.float64)
    centred = rows - rows.mean(axis=0)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    directions = directions[:2]
    largest = np.abs(directions).argmax(axis=1)
    signs = np.sign(directions[np.arange(len(directions)), largest])
    places = np.zeros((len(words), 2))
    places[:, : len(directions)] = centred @ (directions * signs[:, None]).T
    variances = np.zeros(2)
    variances[: len(directions)] = sizes[:2] ** 2
    total = float((sizes**2).sum()) or 1.0
    return Plane(places, (float(variances[0]) / total, float(variances[1]) / total))
