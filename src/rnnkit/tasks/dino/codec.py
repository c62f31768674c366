# SPDX-License-Identifier: Apache-2.0
"""Names <-> symbols.

Symbol 0 is the border of a name: it is read before the first character, and it is
what should come after the last one. The other symbols are the characters that occur
in the list. So "Rex" is read as  0 r e x  and should be continued as  r e x 0.

If all names of a list are written with capitals in the same way (Tyrannosaurus; New
York), the network learns them in small letters, and the capitals are put back.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from rnnkit.engine.arrays import IntArray
from rnnkit.errors import InputError, UsageError, printable
from rnnkit.models.alphabet import BORDER, HEAD, INPUT, Alphabet
from rnnkit.models.sequence import Encoded

LONGEST_NAME = 1000
"""Characters. A longer line is not a name but a text."""


def _capitalised(text: str) -> str:
    capital = text[:1].upper()
    # ß, a final sigma and a dotless i have no capital that would lead back to them.
    return capital + text[1:] if capital.lower() == text[:1] else text


def _title(text: str) -> str:
    return " ".join(_capitalised(word) for word in text.split(" "))


CASINGS: dict[str, Callable[[str], str]] = {
    "capitalised": _capitalised,
    "title": _title,
    "as given": str,
}
"""How the capitals of a small-letter name are put back, by the name of the style."""


def clean_names(lines: Iterable[str]) -> list[str]:
    """The names of a list, one a line: trimmed, without blanks and repeats.

    Characters that can be written in several ways are written in one (Unicode NFC).

    Raises:
        InputError: a line cannot be a name, or there are fewer than two names.
    """
    names: dict[str, None] = {}
    for number, line in enumerate(lines, start=1):
        name = unicodedata.normalize("NFC", line.strip())
        if len(name) > LONGEST_NAME:
            raise InputError(
                f"line {number} has {len(name):,} characters: too long for a name",
                hint="give a list with one name a line",
            )
        control = next((c for c in name if unicodedata.category(c) == "Cc"), None)
        if control is not None:
            raise InputError(
                f"line {number} holds the control character '{printable(control)}'",
                hint="give a list with one name a line and nothing else",
            )
        if name:
            names[name] = None
    if len(names) < 2:
        raise InputError(
            f"the list has {len(names) or 'no'} name{'s' if not names else ''}: "
            "nothing to learn from",
            hint="give a list with two or more different names, one a line",
        )
    return list(names)


class NameCodec(Alphabet):
    """Turns names into arrays and back.

    Attributes:
        casing: a key of :data:`CASINGS`.
        shortest: characters that all but the shortest fiftieth of the names have.
        longest: characters of the longest name of the list.
    """

    def __init__(
        self, alphabet: str, *, casing: str, shortest: int, longest: int
    ) -> None:
        super().__init__(alphabet)
        self.casing = casing
        self.shortest = shortest
        self.longest = longest

    @classmethod
    def of(cls, names: Iterable[str]) -> NameCodec:
        """The codec for a list of names."""
        names = list(names)
        lengths = sorted(map(len, names))
        shortest, longest = lengths[len(names) // 50], lengths[-1]

        def styled(alphabet: str, casing: str) -> NameCodec:
            return cls(alphabet, casing=casing, shortest=shortest, longest=longest)

        codec = next(
            codec
            for codec in (styled("", casing) for casing in CASINGS)
            if codec.casing == "as given"
            or all(codec.restore(codec.fold(name)) == name for name in names)
        )
        alphabet = "".join(sorted({c for name in names for c in codec.fold(name)}))
        return styled(alphabet, codec.casing)

    def fold(self, text: str) -> str:
        """A name as the network sees it."""
        text = super().fold(text)
        return text if self.casing == "as given" else super().fold(text.lower())

    def restore(self, folded: str) -> str:
        """A name as people write it: undoes :meth:`fold`."""
        return CASINGS[self.casing](folded)

    def symbols(self, text: str) -> IntArray:
        """The symbols of the characters of a text, (length,).

        Raises:
            UsageError: a character does not occur in the list, or the text is longer
                than a name can be.
        """
        if len(text) > LONGEST_NAME:
            raise UsageError(
                f"'{printable(text)}' is too long: {len(text):,} characters",
                hint=f"give at most {LONGEST_NAME:,} characters",
            )
        return super().symbols(text)

    def encode(self, name: str) -> Encoded:
        """A whole name, with its borders."""
        symbols = self.symbols(name)
        return Encoded(
            inputs={INPUT: np.concatenate([[BORDER], symbols])},
            targets={HEAD: np.concatenate([symbols, [BORDER]])},
        )

    def decode(self, symbols: IntArray) -> str:
        """The characters of symbols up to the border, as the network sees them."""
        ends = np.flatnonzero(symbols == BORDER)
        letters = symbols[: ends[0]] if len(ends) else symbols
        return "".join(self.characters[symbol] for symbol in letters.tolist())

    def to_dict(self) -> dict[str, Any]:
        """The codec as JSON can hold it."""
        return {
            **super().to_dict(),
            "casing": self.casing,
            "shortest": self.shortest,
            "longest": self.longest,
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> NameCodec:
        """Undo :meth:`to_dict`.

        Raises:
            ValueError: the dictionary does not describe a codec.
        """
        alphabet, casing = plain.get("alphabet"), plain.get("casing")
        shortest, longest = plain.get("shortest"), plain.get("longest")
        if (
            not isinstance(alphabet, str)
            or len(set(alphabet)) != len(alphabet)
            or not isinstance(casing, str)
            or casing not in CASINGS
            or not isinstance(shortest, int)
            or not isinstance(longest, int)
            or not 1 <= shortest <= longest
        ):
            raise ValueError("its alphabet is not one of names")
        return cls(alphabet, casing=casing, shortest=shortest, longest=longest)

    def shown(self) -> str:
        """The characters as a message can hold them."""
        folds = self.casing != "as given" and self.alphabet.upper() != self.alphabet
        return f"{super().shown()} and their capitals" if folds else super().shown()
