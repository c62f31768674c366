# SPDX-License-Identifier: Apache-2.0
"""Vectors from mutual information: the largest eigenvectors of a symmetric matrix.

Levy and Goldberg (2014), Levy, Goldberg and Dagan (2015). The positive pointwise mutual
information of two words, shifted by log k,

    M = max(0, log p(i, j) - log q(i) - log q(j) - log k)

is symmetric if both words are smoothed alike. They are, by the geometric mean of no
smoothing and of p^s / sum p^s:

    log q = (1 + s) / 2 log p - 1/2 log sum p^s

The eigenvectors come from subspace iteration with a random start (Halko, Martinsson and
Tropp 2011): multiply by M, make orthogonal, again, and then solve the small problem in
the subspace that is left. A vector is a row of U |L|^power.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnkit.models.word_training.tiles import Floats, Tiles


@dataclass(frozen=True)
class SpectrumSettings:
    """How the eigenvectors are found.

    Attributes:
        dimensions: D, how many are wanted.
        spare: further columns, which make the wanted ones precise.
        products: how often the matrix is multiplied.
        shift: k, 1 for none.
        smoothing: s.
        power: what the eigenvalues are raised to.
    """

    dimensions: int = 100
    spare: int = 70
    products: int = 5
    shift: float = 1.0
    smoothing: float = 0.75
    power: float = 0.25


class Spectrum:
    """A subspace that turns towards the largest eigenvectors.

    Attributes:
        done: products that are finished; one more comes at the end.
    """

    def __init__(self, tiles: Tiles, settings: SpectrumSettings, *, seed: int) -> None:
        self.tiles = tiles
        self.settings = settings
        self.done = 0
        self.logs = self._smoothed()
        width = min(settings.dimensions + settings.spare, tiles.layout.words)
        start = np.random.default_rng([seed, 1_000_000])
        rows = start.standard_normal((tiles.layout.rows, width), dtype=np.float32)
        # Places without a word stay zero.
        rows[np.setdiff1d(np.arange(len(rows)), tiles.layout.places)] = 0
        self.basis = _orthogonal(rows)

    def run(self) -> Iterator[float]:
        """Do the products that are left; yield the share of all work that is done."""
        total = self.settings.products + 1
        while self.done < self.settings.products:
            image = np.zeros_like(self.basis)
            for share in self._multiply(image):
                yield (self.done + share) / total
            self.basis = _orthogonal(image)
            self.done += 1
            yield self.done / total
        image = np.zeros_like(self.basis)
        for share in self._multiply(image):
            yield (self.done + share) / total
        self._image = image

    @property
    def vectors(self) -> Floats:
        """U |L|^power of each word, most frequent first, (V, D), once `run` is over."""
        small = np.asarray(self.basis.T @ self._image, np.float64)
        values, directions = np.linalg.eigh((small + small.T) / 2)
        order = np.argsort(-np.abs(values), kind="stable")[: self.settings.dimensions]
        scale = np.abs(values[order]) ** self.settings.power
        turned = self.basis @ (directions[:, order] * scale).astype(np.float32)
        return turned[self.tiles.layout.places]

    def arrays(self) -> dict[str, Floats]:
        """All that changes, for a checkpoint."""
        return {"basis": self.basis}

    def restore(self, arrays: Mapping[str, Floats], *, done: int) -> None:
        """Go on from a checkpoint. Raises ValueError or KeyError if it does not fit."""
        if arrays["basis"].shape != self.basis.shape:
            raise ValueError(f"basis is {arrays['basis'].shape}")
        self.basis, self.done = arrays["basis"], done

    def _smoothed(self) -> Floats:
        """log q + log(sum of counts) / 2 + log(k) / 2 of each row, (G S,).

        Taken from log x twice, it leaves M before the positive part.
        """
        tiles = self.tiles
        sums = np.zeros(tiles.layout.rows)
        errors = tiles.scratch()
        for one, other in tiles.pairs:
            places, counts = tiles.entries(one, other)
            errors.fill(0)
            errors.reshape(-1)[places] = counts
            sums[tiles.rows(one)] += errors.sum(axis=1, dtype=np.float64)
            if one != other:
                sums[tiles.rows(other)] += errors.sum(axis=0, dtype=np.float64)
        total = sums.sum() or 1.0
        with np.errstate(divide="ignore"):
            logs = np.log(sums / total)
        s = self.settings.smoothing
        smoothing = 0.5 * np.log(((sums[sums > 0] / total) ** s).sum())
        logs = 0.5 * (1 + s) * logs - smoothing
        logs += 0.5 * (np.log(total) + np.log(self.settings.shift))
        return np.where(sums > 0, logs, 0).astype(np.float32)

    def _multiply(self, image: Floats) -> Iterator[float]:
        """Add M Q to `image`; yield the share that is done."""
        tiles, basis = self.tiles, self.basis
        tile = tiles.scratch()
        pairs = tiles.pairs
        for number, (one, other) in enumerate(pairs):
            rows, columns = tiles.rows(one), tiles.rows(other)
            places, counts = tiles.entries(one, other)
            row, column = np.divmod(places, tiles.layout.side)
            values = np.log(counts)
            values -= self.logs[rows][row]
            values -= self.logs[columns][column]
            np.maximum(values, 0, out=values)
            tile.fill(0)
            tile.reshape(-1)[places] = values
            image[rows] += tile @ basis[columns]
            if one != other:
                image[columns] += tile.T @ basis[rows]
            yield (number + 1) / len(pairs)


def _orthogonal(rows: NDArray[np.float32]) -> Floats:
    basis: Floats = np.linalg.qr(rows)[0]
    return basis
