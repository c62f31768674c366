# SPDX-License-Identifier: Apache-2.0
"""Characters <-> symbols: what every model of written language has in common.

Symbol 0 is the border: what stands before the first character. The other symbols are
the characters that occur in what is learnt. A name is read from border to border; a
running text is read on from a line break, which is its border.
"""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np

from rnnkit.engine import Category, Head, NetworkConfig
from rnnkit.engine.arrays import IntArray
from rnnkit.errors import UsageError, printable

BORDER = 0
"""The symbol before the first character."""

INPUT = "character"
HEAD = "next"

_MOST_SHOWN = 80

_NO_CHARACTER = 0x110000
"""The first number that is no code point."""


class Alphabet:
    """The characters that a network reads and writes, and their symbols.

    Attributes:
        alphabet: the characters, in the order of their symbols 1, 2, ...
        characters: what each symbol stands for, the border's 0 among them.

    Args:
        alphabet: different characters.
        border: what the border stands for; "": for nothing that is written.
    """

    def __init__(self, alphabet: str, *, border: str = "") -> None:
        self.alphabet = alphabet
        self.characters = (border, *alphabet)
        codes = _code_points((border or "\0") + alphabet)
        if not border:
            codes[BORDER] = _NO_CHARACTER
        # Sorted by their code points, characters are found a million at a time.
        self._symbols = np.argsort(codes)
        self._codes = codes[self._symbols]

    @property
    def size(self) -> int:
        """V, how many symbols there are."""
        return len(self.characters)

    def inputs(self, dimensions: int) -> tuple[Category, ...]:
        """What a network reads that learns these characters."""
        return (Category(INPUT, self.size, dimensions=dimensions),)

    def heads(self) -> tuple[Head, ...]:
        """What it says."""
        return (Head(HEAD, self.size),)

    def check(self, config: NetworkConfig) -> None:
        """Refuse a network that does not read and write these characters.

        Raises:
            ValueError: it is another kind of network, or of other symbols.
        """
        if config.pooling or config.recurrence.bidirectional:
            raise ValueError("its network is not one that writes")
        read = [(type(part), part.name, part.size) for part in config.inputs]
        if read != [(Category, INPUT, self.size)] or config.heads != self.heads():
            raise ValueError("its network and its alphabet disagree")

    def fold(self, text: str) -> str:
        """A text as the network sees it: each character in one way (Unicode NFC)."""
        return unicodedata.normalize("NFC", text)

    def symbols(self, text: str) -> IntArray:
        """The symbols of the characters of a text, (length,).

        Raises:
            UsageError: a character never occurred in what was learnt.
        """
        folded = self.fold(text)
        codes = _code_points(folded)
        places = np.searchsorted(self._codes, codes)
        places = np.minimum(places, len(self._codes) - 1)
        strange = self._codes[places] != codes
        if strange.any():
            first = np.flatnonzero(strange)[:1000].tolist()
            unknown = list(dict.fromkeys(folded[i] for i in first))
            named = ", ".join(f"'{printable(c)}'" for c in unknown[:5])
            raise UsageError(
                f"this model never saw {named} ('{printable(text)}')",
                hint=f"it knows the characters {self.shown()}",
            )
        return self._symbols[places]

    def to_dict(self) -> dict[str, Any]:
        """All there is to know, as JSON can hold it."""
        return {"alphabet": self.alphabet}

    def shown(self) -> str:
        """The characters as a message can hold them."""
        shown = printable(self.alphabet[:_MOST_SHOWN], 10 * _MOST_SHOWN)
        more = len(self.alphabet) - _MOST_SHOWN
        return shown if more <= 0 else f"{shown} and {more} more"


def _code_points(text: str) -> IntArray:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").copy()
