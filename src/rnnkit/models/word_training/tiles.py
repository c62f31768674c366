# SPDX-License-Identifier: Apache-2.0
"""A symmetric matrix with few entries, on disk, read tile by tile.

A sparse matrix times a dense one is slow in NumPy, which knows dense products only. But
a tile of 512 x 512 is a small dense matrix: its entries are put where they belong, the
rest are zeros, and then the product is one call of BLAS. With one entry in ten there,
as between frequent words, that is quicker than going through the entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import ModelError, quoted
from rnnkit.files.runs import Growing, Keys, mapped, save_array
from rnnkit.models.word_training.pairs import Layout

Floats = NDArray[np.float32]
Places = NDArray[np.int32]


class Tiles:
    """The matrix, mapped.

    Args:
        folder: where its files are.
        name: what their names begin with.
    """

    def __init__(self, layout: Layout, folder: Path, name: str) -> None:
        self.layout = layout
        self._cells, self._values, self._starts = (
            mapped(path) for path in paths(folder, name)
        )
        ends = layout.groups**2 + 1, int(self._starts[-1])
        if (len(self._starts), len(self._cells)) != ends:
            raise ModelError(
                f"{quoted(folder / name)} was made for other words",
                hint="give --force without --resume to start anew",
            )

    def __len__(self) -> int:
        return len(self._values)

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The tiles of the upper half that have entries: their row and column."""
        filled = np.flatnonzero(np.diff(self._starts))
        return [divmod(tile, self.layout.groups) for tile in filled.tolist()]

    def rows(self, group: int) -> slice:
        """The rows of one group."""
        return slice(group * self.layout.side, (group + 1) * self.layout.side)

    def entries(self, one: int, other: int) -> tuple[Places, Floats]:
        """The entries of a tile: their places in it, counted row by row, and values.

        A tile on the diagonal is given whole, both its halves.
        """
        tile = one * self.layout.groups + other
        part = slice(int(self._starts[tile]), int(self._starts[tile + 1]))
        cells, values = np.asarray(self._cells[part]), np.asarray(self._values[part])
        if one == other:
            row, column = np.divmod(cells, self.layout.side)
            upper = row != column
            mirrored = column[upper] * self.layout.side + row[upper]
            cells = np.concatenate([cells, mirrored])
            values = np.concatenate([values, values[upper]])
        return cells, values

    def scratch(self) -> Floats:
        """Room for one tile as a dense matrix, (S, S)."""
        return np.zeros((self.layout.side, self.layout.side), np.float32)


def paths(folder: Path, name: str) -> tuple[Path, Path, Path]:
    """The files of a matrix: places, values, and where each tile begins."""
    parts = ("cells", "values", "starts")
    one, two, three = (folder / f"{name}.{part}.npy" for part in parts)
    return one, two, three


def write_tiles(
    layout: Layout,
    folder: Path,
    name: str,
    runs: Iterable[tuple[Keys, NDArray[np.float64]]],
) -> None:
    """Write the matrix whose entries come as ascending keys.

    Raises:
        OutputError: it cannot be written.
    """
    cells_path, values_path, starts_path = paths(folder, name)
    counts = np.zeros(layout.groups**2, np.int64)
    square = layout.side * layout.side
    with Growing(cells_path, "<i4") as cells, Growing(values_path, "<f4") as values:
        for keys, sums in runs:
            tile, cell = np.divmod(keys, square)
            counts += np.bincount(tile, minlength=len(counts))
            cells.add(cell)
            values.add(sums)
    save_array(starts_path, np.concatenate([[0], np.cumsum(counts)]))
