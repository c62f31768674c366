# SPDX-License-Identifier: Apache-2.0
"""Heat maps as SVG: a file that every browser opens and every editor can change."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rnnkit.drawing import palette
from rnnkit.drawing.palette import Colour

_CELL = 22
_LABEL = 84
_LINE = 20
_MARGIN = 16

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML file may hold, not even escaped."""


@dataclass(frozen=True)
class Panel:
    """Rows of numbers under the same columns.

    Attributes:
        title: what they are.
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
    body = [_text(_MARGIN, _MARGIN + 12, title, weight="bold")]
    y = _MARGIN + 2 * _LINE
    for number, column in enumerate(columns):
        x = _MARGIN + _LABEL + _CELL * number + _CELL // 2
        body.append(_text(x, y, column, anchor="middle"))
    y += 8
    for panel in panels:
        y += _LINE
        body.append(_text(_MARGIN, y - 6, panel.title, weight="bold"))
        for label, row in zip(panel.labels, panel.rows, strict=True):
            body.append(_text(_MARGIN + _LABEL - 8, y + 15, label, anchor="end"))
            body += [
                _cell(_MARGIN + _LABEL + _CELL * number, y, value, panel)
                for number, value in enumerate(row)
            ]
            y += _CELL
        y += 6
    height = y + _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" font-size="13" '
        f'font-family="system-ui, sans-serif" fill="#222">\n'
        f"<title>{escaped(title)}</title>\n"
        f'<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(body) + "\n"
        "</svg>\n"
    )


def _text(
    x: int, y: int, text: str, *, anchor: str = "start", weight: str = "normal"
) -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-weight="{weight}">'
        f"{escaped(text)}</text>"
    )


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
