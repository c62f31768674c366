# SPDX-License-Identifier: Apache-2.0
"""Words out of a text: small ASCII letters, digits and apostrophes.

    Zoë's well-known “café” - don't!      zoe 's well known cafe don't

Accents are taken off, "'s" is a word of its own, other contractions stay one word, and
all else separates words. What has been through this once is not changed by it again.
"""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = "\u2018\u2019\u02bc\uff07"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015"
_SIMPLER = str.maketrans(dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_DASHES, " "))

_LETTERS = b"abcdefghijklmnopqrstuvwxyz0123456789'\n"
_TABLE = bytes(
    code if code in _LETTERS else code + 32 if 65 <= code <= 90 else 32
    for code in range(256)
)

# An apostrophe at the edge of a word is a quotation mark, unless it begins "'s".
_STRAY = re.compile(rb"(?<![a-z0-9])'(?!s(?![a-z0-9']))|'(?![a-z0-9])")
_POSSESSIVE = re.compile(rb"(?<=[a-z0-9])'s(?![a-z0-9'])")


def normalised(text: str) -> bytes:
    """The words of a text, with blanks and line feeds between them."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_SIMPLER))
    data = text.encode("ascii", "ignore").translate(_TABLE)
    if b"'" in data:
        data = _POSSESSIVE.sub(b" 's", _STRAY.sub(b"", data))
    return data
