# SPDX-License-Identifier: Apache-2.0
r"""Text as a terminal may show it: safe characters, their widths, aligned columns.

Names, words and sentences come from users and files. Printed as they are, they could
move the cursor, colour the screen or reverse the line, so control characters are shown
as escapes (`\x1b`). Only what is coloured on purpose, and so `Painted`, passes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

ERROR = "1;31"
WARNING = "33"
GOOD = "32"
HINT = "36"

_UNSAFE_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}
"""Controls, lone surrogates, and the separators that some terminals break lines at."""

_DIRECTIONS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e")
_DIRECTIONS |= set("\u2066\u2067\u2068\u2069")
"""Invisible marks that change the order in which a terminal shows the line."""

_COLUMN_GAP = "  "


class Painted(str):
    """Text that carries terminal colours on purpose and is printed as it is."""

    __slots__ = ()


def painted(text: str, style: str) -> Painted:
    """Wrap `text` in a style: the numbers of an SGR sequence, as `1` or `38;5;9`.

    `Channel.paint` is the same for a stream that may have no colours.
    """
    return Painted(f"\x1b[{style}m{visible(text)}\x1b[0m")


def visible(text: str) -> str:
    """Return `text` with every character escaped that could steer a terminal."""
    if isinstance(text, Painted) or text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in _UNSAFE_CATEGORIES
        or character in _DIRECTIONS
        else character
        for character in text
    )


def visible_text(text: str) -> str:
    """Return `text` as `visible` does, but for line breaks and tabs, which stay."""
    return "\n".join(
        "\t".join(map(visible, line.split("\t"))) for line in text.split("\n")
    )


def display_width(text: str) -> int:
    """Count the columns of a terminal that `text` takes.

    Ideographs and most emoji take two; combining marks and joiners take none.
    """
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.category(character) in ("Mn", "Me", "Cf")
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


def table_lines(
    headers: Sequence[str], rows: Sequence[Sequence[object]]
) -> Iterator[str]:
    """Yield the lines of a table in aligned columns: the headers, then the rows.

    Columns that hold only numbers (or nothing, as `None`) are aligned on the right.
    """
    numeric = [
        bool(rows) and all(isinstance(row[index], int | float | None) for row in rows)
        for index in range(len(headers))
    ]
    shown = [[visible(_cell(value)) for value in row] for row in (headers, *rows)]
    widths = [
        max(display_width(cell) for cell in column)
        for column in zip(*shown, strict=True)
    ]
    for row in shown:
        cells = []
        for cell, width, on_the_right in zip(row, widths, numeric, strict=True):
            padding = " " * (width - display_width(cell))
            cells.append(padding + cell if on_the_right else cell + padding)
        yield _COLUMN_GAP.join(cells).rstrip()


def _cell(value: object) -> str:
    return "" if value is None else str(value)
