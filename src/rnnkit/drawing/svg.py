# SPDX-License-Identifier: Apache-2.0
"""Heat maps and coloured words as SVG, and what all our SVG has in common.

Every browser opens such a file, and every editor can change it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import east_asian_width

from rnnkit.drawing import palette
from rnnkit.drawing.palette import Colour

INK = "#222"

_CELL = 22
_LABEL = 84
_LINE = 20
_WIDTH = 680
_WORD = 46
"""Height of a line of words with their numbers."""

_MARGIN = 16

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML file may hold, not even escaped."""


@dataclass(frozen=True)
class Panel:
    """Rows of numbers under the same columns.

    Attributes:
        title: what they are; "" if there is nothing to say.
        labels: the name of each row.
        rows: the numbers, a list for each row.
        low: the number of the first colour; below 0, the colours have a middle.
        high: the number of the last colour.
    """

    title: str
    labels: Sequence[str]
    rows: Sequence[Sequence[float]]
    low: float
    high: float


def heat_map(title: str, columns: Sequence[str], panels: Sequence[Panel]) -> str:
    """Panels of coloured cells below each other, with the columns named above.

    Every cell tells its number when it is pointed at.
    """
    width = 2 * _MARGIN + max(_LABEL + _CELL * len(columns), 8 * len(title))
    body = [text_at(_MARGIN, _MARGIN + 12, title, weight="bold")]
    y = _MARGIN + 2 * _LINE
    for number, column in enumerate(columns):
        x = _MARGIN + _LABEL + _CELL * number + _CELL // 2
        body.append(text_at(x, y, column, anchor="middle"))
    y += 8
    for panel in panels:
        if panel.title:
            y += _LINE
            body.append(text_at(_MARGIN, y - 6, panel.title, weight="bold"))
        for label, row in zip(panel.labels, panel.rows, strict=True):
            body.append(text_at(_MARGIN + _LABEL - 8, y + 15, label, anchor="end"))
            body += [
                _cell(_MARGIN + _LABEL + _CELL * number, y, value, panel)
                for number, value in enumerate(row)
            ]
            y += _CELL
        y += 6
    return document(title, width, y + _MARGIN, body)


class Line(NamedTuple):
    """Words that belong together, each with a number."""

    heading: str
    words: Sequence[tuple[str, float]]


def coloured_words(title: str, lines: Sequence[Line], *, highest: float) -> str:
    """Words on the colours of their numbers, with the numbers below.

    Args:
        highest: the number of the last colour; that of the first is -highest.
    """
    body = [text_at(_MARGIN, _MARGIN + 12, title, weight="bold")]
    y = _MARGIN + 2 * _LINE
    for line in lines:
        body.append(text_at(_MARGIN, y, line.heading))
        y += 8
        x = _MARGIN
        for word, number in line.words:
            wide = width_of(word) + 12
            if x > _MARGIN and x + wide > _WIDTH - _MARGIN:
                x, y = _MARGIN, y + _WORD
            colour = palette.diverging((number / (highest or 1) + 1) / 2)
            front = hexadecimal(palette.text_on(colour))
            middle = x + wide / 2
            told = f"{round(number, 2) + 0.0:+.2f}"
            body += [
                f'<rect x="{x}" y="{y}" width="{wide}" height="24" rx="3" '
                f'fill="{hexadecimal(colour)}"/>',
                text_at(middle, y + 17, word, anchor="middle", colour=front),
                text_at(middle, y + 38, told, anchor="middle", size=10),
            ]
            x += max(wide, 34) + 6
        y += _WORD + _LINE
    return document(title, _WIDTH, y - 8, body)


def document(title: str, width: float, height: float, body: Sequence[str]) -> str:
    """A picture of its own, on white paper."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_short(width)}" '
        f'height="{_short(height)}" viewBox="0 0 {_short(width)} {_short(height)}" '
        'role="img" font-size="13" font-family="system-ui, sans-serif" '
        f'fill="{INK}">\n'
        f"<title>{escaped(title)}</title>\n"
        '<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(body) + "\n"
        "</svg>\n"
    )


def text_at(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    weight: str = "normal",
    colour: str = INK,
    size: int = 13,
) -> str:
    """A line of text; where it begins, has its middle or ends is told by the anchor."""
    more = f' fill="{colour}"' if colour != INK else ""
    more += f' font-size="{size}"' if size != 13 else ""
    return (
        f'<text x="{_short(x)}" y="{_short(y)}" text-anchor="{anchor}" '
        f'font-weight="{weight}"{more}>{escaped(text)}</text>'
    )


def width_of(text: str) -> int:
    """About how wide a text is, in pixels."""
    return sum(15 if east_asian_width(letter) in "WF" else 8 for letter in text)


def _cell(x: int, y: int, value: float, panel: Panel) -> str:
    share = (value - panel.low) / ((panel.high - panel.low) or 1)
    colour = palette.diverging if panel.low < 0 else palette.sequential
    return (
        f'<rect x="{x}" y="{y}" width="{_CELL - 1}" height="{_CELL - 1}" '
        f'fill="{hexadecimal(colour(share))}"><title>{value:.3f}</title></rect>'
    )


def valid(text: str) -> str:
    """Text with a sign in place of each character that no XML file may hold."""
    return _NOT_XML.sub("\ufffd", text)


def escaped(text: str) -> str:
    """Text as it can stand in any XML file."""
    return html.escape(valid(text))


def hexadecimal(colour: Colour) -> str:
    """A colour as SVG and HTML write it: ``#4c8bd3``."""
    return "#" + "".join(f"{part:02x}" for part in colour)


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
