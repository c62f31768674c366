# SPDX-License-Identifier: Apache-2.0
"""Knowing again what was seen before, without keeping it.

A model file tells new names from those it was trained on, but does not have to carry
the names: eight bytes of a hash each are enough to recognise them.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np

from rnnkit.engine.arrays import Array


def fingerprint(text: str) -> int:
    """64 bits of a hash of a text: two texts share them by a chance of 5e-20."""
    data = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")


class Fingerprints:
    """A set of texts that can only be asked whether it holds one."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._values = {fingerprint(text) for text in texts}

    def __contains__(self, text: str) -> bool:
        return fingerprint(text) in self._values

    def __len__(self) -> int:
        return len(self._values)

    def to_array(self) -> Array:
        """The set as sorted numbers, (n,) uint64, for a file."""
        return np.array(sorted(self._values), dtype=np.uint64)

    @classmethod
    def from_array(cls, values: Array) -> Fingerprints:
        """Undo :meth:`to_array`.

        Raises:
            ValueError: the array is not one of fingerprints.
        """
        if values.ndim != 1 or values.dtype != np.uint64:
            raise ValueError("its fingerprints are not numbers of 64 bits")
        fingerprints = cls()
        fingerprints._values = set(values.tolist())
        return fingerprints


class Seen:
    """Which of an endless stream of texts came before, in constant memory.

    A Bloom filter (Bloom, 1970) of 16 MiB. After a million texts a new one is taken
    for an old one by a chance of about one in a million; an old one is never taken for
    a new one.
    """

    _BITS = 2**27
    _HASHES = 4

    def __init__(self) -> None:
        self._bitmap = bytearray(self._BITS // 8)

    def add(self, text: str) -> bool:
        """Remember a text; tell whether it is new."""
        data = text.encode("utf-8", "surrogatepass")
        digest = blake2b(data, digest_size=4 * self._HASHES).digest()
        new = False
        for start in range(0, len(digest), 4):
            place = int.from_bytes(digest[start : start + 4], "little") % self._BITS
            byte, bit = place >> 3, 1 << (place & 7)
            new |= not self._bitmap[byte] & bit
            self._bitmap[byte] |= bit
        return new
