# SPDX-License-Identifier: Apache-2.0
"""Running text <-> symbols.

The border is a line break: "To be" is read as  ⏎ T o   b  and should be continued as
T o   b e, as if a line had ended before it. So a passage begins as a line of the text
does, and a prompt is read as the beginning of a line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

import numpy as np

from rnnkit.errors import InputError
from rnnkit.models.alphabet import BORDER, HEAD, INPUT, Alphabet
from rnnkit.models.sequence import Encoded

KIND = "text"
"""What tells the codec of a text from that of names, in a file."""

LINE_BREAK = "\n"


def clean_text(text: str) -> str:
    """A text to learn from: each character written in one way (Unicode NFC).

    Raises:
        InputError: it has no two different characters.
    """
    text = unicodedata.normalize("NFC", text)
    if len(set(text)) < 2:
        raise InputError(
            "the text has only one kind of character: nothing to learn from",
            hint="give a text that somebody has written",
        )
    return text


class TextCodec(Alphabet):
    """Turns text into arrays and back.

    Args:
        alphabet: the characters of the text, but for the line break.
    """

    def __init__(self, alphabet: str) -> None:
        super().__init__(alphabet, border=LINE_BREAK)

    @classmethod
    def of(cls, text: str) -> TextCodec:
        """The codec for a text."""
        return cls("".join(sorted(set(text) - {LINE_BREAK})))

    def encode(self, text: str) -> Encoded:
        """A text, read from a line break on.

        Raises:
            UsageError: a character does not occur in the text that was learnt.
        """
        symbols = self.symbols(text).astype(np.min_scalar_type(self.size - 1))
        read = np.concatenate([np.array([BORDER], symbols.dtype), symbols])
        return Encoded(inputs={INPUT: read[:-1]}, targets={HEAD: read[1:]})

    def to_dict(self) -> dict[str, Any]:
        """The codec as JSON can hold it."""
        return {"kind": KIND, **super().to_dict()}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> TextCodec:
        """Undo :meth:`to_dict`.

        Raises:
            ValueError: the dictionary does not describe a codec.
        """
        alphabet = plain.get("alphabet")
        if (
            plain.get("kind") != KIND
            or not isinstance(alphabet, str)
            or not alphabet
            or len({*alphabet, LINE_BREAK}) != len(alphabet) + 1
        ):
            raise ValueError("its alphabet is not one of running text")
        return cls(alphabet)
