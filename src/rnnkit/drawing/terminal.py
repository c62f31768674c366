# SPDX-License-Identifier: Apache-2.0
"""Pictures made of characters.

A picture is lines of spans: pieces of text, each with a background colour or none.
Where there are no colours, characters tell the same, more coarsely. With
``plain=True`` only ASCII is used.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from rnnkit.drawing import palette
from rnnkit.drawing.palette import Colour

_BARS = "▁▂▃▄▅▆▇█"
_LYING = "▏▎▍▌▋▊▉█"
_PLAIN_BARS = "_.:-=+*#"
_SIGNED = "=- +#"
_SHADES = " .:+#"


class Span(NamedTuple):
    """A piece of text with the colour behind it."""

    text: str
    background: Colour | None = None


def bars(values: Sequence[float], *, highest: float, plain: bool = False) -> str:
    """One bar a number, from 0 to ``highest``, a character each."""
    steps = _PLAIN_BARS if plain else _BARS
    return "".join(steps[_step(value / (highest or 1), len(steps))] for value in values)


def bar(share: float, *, width: int, plain: bool = False) -> str:
    """One bar that lies: empty for 0, ``width`` characters for 1 or more."""
    if plain:
        return "#" * _step(share, width + 1)
    eighths = round(min(1.0, max(0.0, share)) * width * len(_LYING))
    whole, rest = divmod(eighths, len(_LYING))
    return _LYING[-1] * whole + (_LYING[rest - 1] if rest else "")


def heat_row(
    values: Sequence[float],
    *,
    low: float,
    high: float,
    width: int = 2,
    coloured: bool = True,
) -> list[Span]:
    """A cell for each number between ``low`` and ``high``, ``width`` characters each.

    If ``low`` is below 0, the colours have a middle. Without colours characters tell
    the same: ``=`` and ``-`` are negative, ``+`` and ``#`` positive; where there is no
    middle they get denser.
    """
    signed = low < 0
    marks = _SIGNED if signed else _SHADES
    colour = palette.diverging if signed else palette.sequential
    spans = []
    for value in values:
        share = (value - low) / ((high - low) or 1)
        mark = " " if coloured else marks[_step(share, len(marks))]
        spans.append(Span(mark * width, colour(share)))
    return spans


def letters(
    texts: Sequence[str], shares: Sequence[float], *, width: int = 2
) -> list[Span]:
    """Short texts on a background that tells a share from 0 to 1."""
    return [
        Span(text.center(width), palette.sequential(share))
        for text, share in zip(texts, shares, strict=True)
    ]


def curves(
    series: Sequence[tuple[str, Sequence[float]]],
    *,
    width: int = 60,
    height: int = 10,
    plain: bool = False,
) -> list[str]:
    """Curves over the same steps in one frame, as lines of text.

    Args:
        series: at most four names, each with its numbers, one a step; each curve gets
            its own mark. Numbers that are not finite leave a gap. Where curves meet,
            the one named first is seen.
        width: characters of the frame; longer curves are thinned out.
        height: lines of the frame.
    """
    marks = "ox+*" if plain else "●○▲△"
    corner, side, floor = ("+", "|", "-") if plain else ("└", "│", "─")
    numbers = [v for _, values in series for v in values if math.isfinite(v)] or [0]
    low, high = min(numbers), max(numbers)
    steps = max(len(values) for _, values in series)
    columns = min(width, steps)
    grid = [[" "] * columns for _ in range(height)]
    for (_, values), mark in reversed(list(zip(series, marks, strict=False))):
        for column in range(columns):
            step = round(column * (steps - 1) / max(1, columns - 1))
            if step < len(values) and math.isfinite(values[step]):
                share = (values[step] - low) / ((high - low) or 1)
                grid[height - 1 - _step(share, height)][column] = mark
    # Spread a short run over more of the frame, so that it can be read as a curve.
    gap = " " * min(3, max(0, width // columns - 1))
    labels = {0: f"{high:.3f}", height - 1: f"{low:.3f}"}
    indent = max(8, *map(len, labels.values()))
    lines = []
    for row, cells in enumerate(grid):
        label = labels.get(row, "")
        lines.append(f"{label:>{indent}} {side}{gap.join(cells)}".rstrip())
    length = columns + len(gap) * (columns - 1)
    lines.append(f"{'':>{indent}} {corner}{floor * length}")
    names = "   ".join(
        f"{mark} {name}" for (name, _), mark in zip(series, marks, strict=False)
    )
    lines.append(f"{'':>{indent}}  {names}")
    return lines


def _step(share: float, count: int) -> int:
    """Which of ``count`` equal steps a share from 0 to 1 falls on."""
    return min(count - 1, int(min(1.0, max(0.0, share)) * count))
