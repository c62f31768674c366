# SPDX-License-Identifier: Apache-2.0
"""What every reader gives and every writer takes: words and one row of numbers each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import InputError
from rnnkit.files.vectors.words import WordTable

_MOST_UNREADABLE = 0.01
"""Share of words that may not be UTF-8. Published files have a few; a file in another
encoding has many."""


@dataclass(frozen=True)
class Table:
    """What a file of vectors holds.

    Attributes:
        words: V words, all different.
        numbers: float32, (V, D); all finite.
        format: what the file turned out to be.
        duplicates: rows that were left out because their word had come before.
        unreadable: rows that were left out because their word is not UTF-8.
        norms: the length of each row, (V,), if the file has it.
        description: what the file says about itself, if it is one of ours.
    """

    words: WordTable
    numbers: NDArray[np.float32]
    format: str
    duplicates: int = 0
    unreadable: int = 0
    norms: NDArray[np.float32] | None = None
    description: Mapping[str, Any] = field(default_factory=dict)


def cleaned(table: Table, name: str) -> Table:
    """Leave out words that are not UTF-8, and those that came before."""
    words, numbers = table.words, table.numbers
    refuse_immense(numbers, name)
    sound = words.is_text()
    unreadable = len(words) - int(sound.sum())
    if unreadable > _MOST_UNREADABLE * len(words):
        row = int(np.flatnonzero(~sound)[0])
        raise InputError(
            f"{name} is not UTF-8: {unreadable:,} of {len(words):,} words are not, the "
            f"first of them word {row + 1:,}",
            hint="convert it: iconv -f CP1252 -t UTF-8 OLD.txt > NEW.txt",
        )
    first = words.first_of_each()
    duplicates = int((sound & ~first).sum())
    if unreadable or duplicates:
        kept = sound & first
        words, numbers = words.kept(kept), numbers[kept]
    return Table(words, numbers, table.format, duplicates, unreadable)


def refuse_immense(numbers: NDArray[np.float32], name: str) -> None:
    """Raise InputError if a row has no length: its squares are beyond float32."""
    largest = max(float(numbers.max(initial=0)), -float(numbers.min(initial=0)))
    if largest * largest * max(numbers.shape[1], 1) > float(np.finfo(np.float32).max):
        raise InputError(
            f"{name} has the number {largest:.3g}, too large to measure with",
            hint="check that these are vectors of words; theirs are near 1",
        )


def norms_of(numbers: NDArray[np.float32]) -> NDArray[np.float32]:
    """The length of each row, (V,)."""
    return np.sqrt(np.einsum("vd,vd->v", numbers, numbers))
