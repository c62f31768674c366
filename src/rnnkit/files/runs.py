# SPDX-License-Identifier: Apache-2.0
"""Sums under keys, more of them than memory holds: sorted runs on disk, merged.

    run       keys and their values, the keys ascending and all different: two files
    merge     run after run of equal stretches of keys, sorted and summed together

Keys and positions are packed into one 64-bit number before they are sorted: NumPy
sorts whole numbers eight times as fast as it finds the order of numbers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import ModelError, OutputError, quoted
from rnnkit.files.atomic import writing

Keys = NDArray[np.int64]
Array = NDArray[Any]

LARGEST_KEY = 2**40
"""Keys must be smaller, so that a position fits beside them."""

_POSITION_BITS = 23
_MOST_AT_ONCE = 2**22
"""Keys that are sorted together when runs are merged."""

_SAMPLE = 4096


@dataclass(frozen=True)
class Run:
    """Two files of one run: NAME.keys.npy and NAME.values.npy."""

    folder: Path
    name: str

    @property
    def paths(self) -> tuple[Path, Path]:
        """The files of the keys and of the values."""
        return (
            self.folder / f"{self.name}.keys.npy",
            self.folder / f"{self.name}.values.npy",
        )

    def arrays(self) -> tuple[Keys, Array]:
        """The keys and the values, mapped.

        Raises:
            ModelError: a file is missing or damaged.
        """
        keys, values = (mapped(path) for path in self.paths)
        if keys.shape != values.shape or keys.dtype != np.int64:
            raise ModelError(
                f"{quoted(self.paths[0])} and its values do not fit together",
                hint="give --force without --resume to start anew",
            )
        return keys, values

    def remove(self) -> None:
        """Delete the files."""
        for path in self.paths:
            path.unlink(missing_ok=True)


def mapped(path: Path) -> Array:
    """An array of a file, mapped.

    Raises:
        ModelError: it is missing or damaged.
    """
    try:
        if path.stat().st_size and np.load(path, mmap_mode="r").size == 0:
            return np.load(path)
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as failure:
        raise ModelError(
            f"{quoted(path)} is missing or damaged",
            hint="give --force without --resume to start anew",
        ) from failure


def save_array(path: Path, values: Array) -> None:
    """Write one array.

    Raises:
        OutputError: it cannot be written.
    """
    with writing(path, force=True, sync=False) as file:
        np.save(file, values, allow_pickle=False)


class Growing:
    """An array of a file that is written piece after piece.

    Its length is known at the end only, so the bytes are written first and the header
    of the file is made last.
    """

    def __init__(self, path: Path, dtype: str) -> None:
        self.path = path
        self.dtype = np.dtype(dtype)
        self.count = 0
        self._file: BinaryIO = open(path, "wb")  # noqa: SIM115
        self._header()

    def add(self, values: Array) -> None:
        """Write more."""
        try:
            self._file.write(np.ascontiguousarray(values, self.dtype).data)
        except OSError as failure:
            raise _full(self.path, failure) from failure
        self.count += len(values)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            self._file.seek(0)
            self._header()
            self._file.close()
        except OSError as failure:
            raise _full(self.path, failure) from failure

    def _header(self) -> None:
        # NumPy leaves room in the header so that an axis can grow.
        np.lib.format.write_array_header_1_0(
            self._file,
            {"descr": self.dtype.str, "fortran_order": False, "shape": (self.count,)},
        )


def _full(path: Path, failure: OSError) -> OutputError:
    reason = failure.strerror or os.strerror(failure.errno or 0)
    return OutputError(
        f"cannot write {quoted(path)}: {reason}",
        hint="make room on the disk, then give --resume; or give another --work",
    )


def save_run(run: Run, keys: Keys, values: Array) -> None:
    """Write a run whose keys ascend.

    Raises:
        OutputError: it cannot be written.
    """
    for path, array in zip(run.paths, (keys, values), strict=True):
        save_array(path, array)


def merge(
    runs: Sequence[Run], factors: Sequence[float] | None = None
) -> Iterator[tuple[Keys, NDArray[np.float64]]]:
    """Yield the keys of all runs, ascending, with the sums of their values.

    Args:
        factors: what the values of each run are multiplied by.

    Raises:
        ModelError: a run is damaged.
    """
    opened = [run.arrays() for run in runs]
    factors = factors or [1.0] * len(opened)
    bounds = _bounds([keys for keys, _ in opened])
    places = [np.searchsorted(keys, bounds) for keys, _ in opened]
    for number in range(len(bounds) - 1):
        parts = [
            (keys[first:last], np.multiply(values[first:last], factor, dtype=float))
            for (keys, values), (first, last), factor in zip(
                opened, (at[number : number + 2] for at in places), factors, strict=True
            )
        ]
        keys = np.concatenate([part for part, _ in parts])
        values = np.concatenate([part for _, part in parts])
        if len(keys):
            yield summed(keys, values)


def _bounds(runs: Sequence[Keys]) -> Keys:
    """Keys that cut all runs into stretches that fit into memory together."""
    ends = np.array([0, LARGEST_KEY])
    samples = np.sort(np.concatenate([ends[:0], *(keys[::_SAMPLE] for keys in runs)]))
    # Each sample stands for so many keys; what is before the first sample of a run adds
    # one such stretch for each run.
    step = max(1, _MOST_AT_ONCE // _SAMPLE - len(runs))
    return np.unique(np.concatenate([ends, samples[step::step]]))


def summed(keys: Keys, values: NDArray[np.float64]) -> tuple[Keys, NDArray[np.float64]]:
    """Sort keys, and add up the values of equal ones."""
    if len(keys) > 1 << _POSITION_BITS:
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
    else:
        packed = (keys << _POSITION_BITS) | np.arange(len(keys))
        packed.sort()
        order = packed & ((1 << _POSITION_BITS) - 1)
        keys = packed >> _POSITION_BITS
    last = np.append(np.flatnonzero(keys[1:] != keys[:-1]), len(keys) - 1)
    totals = np.cumsum(values[order])[last]
    totals[1:] -= totals[:-1].copy()
    return keys[last], totals
