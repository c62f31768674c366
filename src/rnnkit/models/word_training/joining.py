# SPDX-License-Identifier: Apache-2.0
"""Two sets of vectors made one, in fewer dimensions.

GloVe is good at analogies, mutual information at likeness. Side by side, the second
with less weight, and turned so that the largest variances come first, they keep both in
as many numbers as one of them has.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def unit(rows: Floats) -> Floats:
    """Rows of length 1; rows of zeros stay."""
    norms = np.asarray(np.linalg.norm(rows, axis=1, keepdims=True), np.float32)
    return np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)


def centred(rows: Floats) -> Floats:
    """Rows whose mean is zero."""
    return rows - rows.mean(axis=0, dtype=np.float64).astype(np.float32)


def directions(rows: Floats, count: int) -> Floats:
    """The directions of largest variance of centred rows, largest first, (D, count)."""
    small = np.asarray(rows.T @ rows, np.float64)
    _, columns = np.linalg.eigh(small)
    largest = columns[:, ::-1][:, :count]
    # An eigenvector has no sign of its own; without a rule, the sign is chance.
    signs = np.sign(largest[np.abs(largest).argmax(axis=0), np.arange(count)])
    return (largest * signs).astype(np.float32)


def refined(rows: Floats, *, remove: int = 0) -> Floats:
    """Unit rows, centred, without their first directions, of length 1 again.

    The frequency of a word is in the length of its vector and in the first directions,
    and its meaning is not (Mu and Viswanath 2018).
    """
    rows = centred(unit(rows))
    if remove:
        first = directions(rows, remove)
        rows -= (rows @ first) @ first.T
    return unit(rows)


def joined(
    parts: Sequence[tuple[float, Floats]], dimensions: int, *, flatten: float = 0.0
) -> Floats:
    """Put sets of vectors side by side, and keep the largest variances.

    Args:
        parts: the weight of each set, and its rows, (V, any).
        dimensions: D, how many numbers a word is to have.
        flatten: 0 keeps the deviations of the directions; 1 makes all equal; between
            them, a deviation is raised to 1 - flatten. The first directions are broad
            topics and would otherwise decide over the many fine ones that follow.

    Returns:
        Rows of length 1, (V, D).
    """
    beside = np.concatenate(
        [np.float32(weight) * rows for weight, rows in parts], axis=1
    )
    beside = centred(beside)
    turned = beside @ directions(beside, min(dimensions, beside.shape[1]))
    deviations = turned.std(axis=0)
    # A direction that nothing lies in must not be blown up to one that counts.
    least = 1e-6 * deviations.max(initial=0)
    return unit(turned * np.maximum(deviations, least or 1) ** -np.float32(flatten))
