# SPDX-License-Identifier: Apache-2.0
"""Knowing a copied phrase again, without carrying the solos.

A run is twelve notes in a row, each told by its interval from the note before and the
ticks since that one began. Two solos that have a run in common are one quoting the
other: of runs of unseen real solos, none is found in the others. Of every run of the
solos that were learnt from, 32 bits of a hash are kept; a run that is not among them is
taken for one of them by a chance of runs / 2^32: for 150,000 runs, one in 28,000.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rnnkit.engine.arrays import Array, BoolArray, IntArray

RUN = 12
"""Pairs of interval and step that make a run."""

_LONGEST_STEP = 48
_LEAP = 2**16 - 1


def _mixed(values: Array) -> Array:
    """Spread 64 bits so that each depends on all (Steele et al., 2014, SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


_FACTORS = _mixed(
    np.arange(1, RUN + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
) | np.uint64(1)


class KnownRuns:
    """All runs of some solos, which can only be asked whether they hold one.

    Args:
        hashes: ascending, (n,) uint32.
    """

    def __init__(self, hashes: Array) -> None:
        self._hashes = hashes

    @classmethod
    def of(cls, solos: Iterable[IntArray]) -> KnownRuns:
        """The runs of solos: ticks and pitches of their notes, (N, 2) or more."""
        found = [_hashes(_windows(pairs_of(notes))) for notes in solos]
        return cls(np.unique(np.concatenate([np.empty(0, np.uint32), *found])))

    def __len__(self) -> int:
        return len(self._hashes)

    def copied(self, notes: IntArray) -> BoolArray:
        """For each run of a solo, in order, whether it is known, (N - 12,)."""
        return self._holds(_hashes(_windows(pairs_of(notes))))

    def completed_by(
        self, pairs: IntArray, intervals: IntArray, step: int
    ) -> BoolArray:
        """Which of some intervals would complete a known run, (V,).

        Args:
            pairs: of the solo so far, the last of them last; of fewer than eleven
                nothing can be completed.
            intervals: of the note to come, (V,).
            step: ticks to it.
        """
        if len(pairs) < RUN - 1:
            return np.zeros(len(intervals), bool)
        runs = np.empty((len(intervals), RUN), np.uint64)
        runs[:, :-1] = pairs[-RUN + 1 :]
        runs[:, -1] = pair(intervals, np.array(step))
        return self._holds(_hashes(runs))

    def to_array(self) -> Array:
        """The hashes, for a file: how far each is from the one before, in 16 bits.

        Where it is farther, numbers of only ones, which stand for no hash, go before.
        """
        gaps = np.diff(self._hashes.astype(np.int64), prepend=0)
        leaps, rest = np.divmod(gaps, _LEAP)
        places = np.cumsum(leaps + 1) - 1
        array = np.full(len(gaps) + leaps.sum(), _LEAP, np.uint16)
        array[places] = rest
        return array

    @classmethod
    def from_array(cls, array: Array) -> KnownRuns:
        """Undo :meth:`to_array`.

        Raises:
            ValueError: the array is not one of hashes.
        """
        if array.ndim != 1 or array.dtype != np.uint16:
            raise ValueError("its known runs are not numbers of 16 bits")
        hashes = np.cumsum(array, dtype=np.int64)[array != _LEAP]
        if (np.diff(hashes) <= 0).any() or (hashes >= 2**32).any():
            raise ValueError("its known runs do not ascend")
        return cls(hashes.astype(np.uint32))

    def _holds(self, hashes: Array) -> BoolArray:
        if not len(self._hashes):
            return np.zeros(len(hashes), bool)
        places = np.searchsorted(self._hashes, hashes)
        return self._hashes[np.minimum(places, len(self._hashes) - 1)] == hashes


def pair(intervals: IntArray, steps: IntArray) -> Array:
    """An interval and a step as one number."""
    capped = np.minimum(steps, _LONGEST_STEP)
    return ((intervals + 128) * (_LONGEST_STEP + 1) + capped).astype(np.uint64)


def pairs_of(notes: IntArray) -> Array:
    """The pairs of a solo, (N - 1,)."""
    return pair(np.diff(notes[:, 1]), np.diff(notes[:, 0]))


def _windows(pairs: Array) -> Array:
    if len(pairs) < RUN:
        return np.empty((0, RUN), np.uint64)
    return np.lib.stride_tricks.sliding_window_view(pairs, RUN)


def _hashes(runs: Array) -> Array:
    """32 bits of a hash of each run, (n,) from (n, 12)."""
    sums = (runs * _FACTORS).sum(axis=1, dtype=np.uint64)
    return (_mixed(sums) >> np.uint64(32)).astype(np.uint32)
