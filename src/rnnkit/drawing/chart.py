# SPDX-License-Identifier: Apache-2.0
"""Curves and bars as SVG: one file, no fonts or scripts of others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from rnnkit.drawing.svg import document, escaped, text_at, width_of

_COLOURS = ("#184fa3", "#c25f06", "#4d8a73", "#7a5195", "#555555", "#b8860b")
_FAINT = "#ccc"
_WIDTH, _HEIGHT, _MARGIN, _LINE = 680, 330, 16, 20
_LEFT, _RIGHT = 76, 150
"""Room for the numbers of the scale, and for the names of the curves."""

_BAR, _LABEL, _NUMBER = 18, 100, 70


class Curve(NamedTuple):
    """Points that belong together: a name, and as many places as heights."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


class Bars(NamedTuple):
    """Bars that share a scale: what they measure, and (name, number) for each."""

    title: str
    bars: Sequence[tuple[str, float]]


def curves(
    title: str, series: Sequence[Curve], *, x: str, y: str, logarithmic: bool = False
) -> str:
    """Curves in one frame, each named at its end.

    Args:
        title: what stands on top.
        series: the curves; points that are not finite are left out.
        x: what runs to the right.
        y: what goes up.
        logarithmic: each step up is ten times as much; only numbers above 0 are drawn.

    Raises:
        ValueError: there is no point to draw.
    """
    points = [_drawable(curve, logarithmic=logarithmic) for curve in series]
    places = [place for curve in points for place in curve]
    if not places:
        raise ValueError("there is no point to draw")
    across = _ticks([place[0] for place in places])
    ups = _ticks([place[1] for place in places], whole=logarithmic)
    top, bottom = _MARGIN + 2 * _LINE + 8, _HEIGHT - _MARGIN - 2 * _LINE
    left, right = _LEFT, _WIDTH - _RIGHT

    def to_x(value: float) -> float:
        return left + (right - left) * (value - across[0]) / (across[-1] - across[0])

    def to_y(value: float) -> float:
        return bottom - (bottom - top) * (value - ups[0]) / (ups[-1] - ups[0])

    body = [
        text_at(_MARGIN, _MARGIN + 12, title, weight="bold"),
        text_at(_MARGIN, _MARGIN + 32, y),
        text_at((left + right) / 2, bottom + 2 * _LINE, x, anchor="middle"),
    ]
    for tick in ups:
        body.append(_line(left, to_y(tick), right, to_y(tick)))
        label = f"{10.0**tick:g}" if logarithmic else f"{tick:g}"
        body.append(text_at(left - 8, to_y(tick) + 4, label, anchor="end"))
    for tick in across:
        body.append(text_at(to_x(tick), bottom + 18, f"{tick:g}", anchor="middle"))
    ends = _apart([to_y(curve[-1][1]) if curve else top for curve in points])
    for number, (curve, each, end) in enumerate(zip(series, points, ends, strict=True)):
        colour = _COLOURS[number % len(_COLOURS)]
        path = " ".join(f"{to_x(a):.1f},{to_y(b):.1f}" for a, b in each)
        body.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" '
            f'stroke-width="2.5"><title>{escaped(curve.name)}</title></polyline>'
        )
        body.append(text_at(right + 8, end + 4, curve.name, colour=colour))
    return document(title, _WIDTH, _HEIGHT, body)


def bars(title: str, groups: Sequence[Bars], *, note: str = "") -> str:
    """Bars that lie, group by group, each group with a scale of its own.

    A name has the same colour in every group; one group alone has one colour, and
    another for what is below 0. ``note`` stands at the foot.
    """
    names = list(dict.fromkeys(name for group in groups for name, _ in group.bars))
    body = [text_at(_MARGIN, _MARGIN + 12, title, weight="bold")]
    y = _MARGIN + 2 * _LINE
    labels = max([_LABEL, *(width_of(name) + 8 for name in names)])
    start = _MARGIN + labels
    longest = _WIDTH - 2 * _MARGIN - _LABEL - _NUMBER
    for group in groups:
        body.append(text_at(_MARGIN, y + 6, group.title))
        y += 14
        low = min([0.0, *(value for _, value in group.bars)])
        high = max([0.0, *(value for _, value in group.bars)])
        scale = longest / ((high - low) or 1)
        for name, value in group.bars:
            number = names.index(name) if len(groups) > 1 else int(value < 0)
            colour = _COLOURS[number % len(_COLOURS)]
            left = start + scale * (min(value, 0.0) - low)
            length = scale * abs(value)
            body.append(text_at(start - 8, y + 14, name, anchor="end", colour=colour))
            body.append(
                f'<rect x="{left:.1f}" y="{y}" width="{length:.1f}" height="{_BAR}" '
                f'fill="{colour}"/>'
            )
            body.append(text_at(left + length + 8, y + 14, f"{value:.4g}"))
            y += _BAR + 4
        y += 18
    if note:
        body.append(text_at(_MARGIN, y, note, colour="#555"))
    return document(title, _WIDTH + labels - _LABEL, y + _MARGIN, body)


def _drawable(curve: Curve, *, logarithmic: bool) -> list[tuple[float, float]]:
    """The points that can be drawn, with the exponents of ten if the scale is such."""
    return [
        (float(a), math.log10(b) if logarithmic else float(b))
        for a, b in zip(curve.x, curve.y, strict=True)
        if math.isfinite(a) and math.isfinite(b) and (b > 0 or not logarithmic)
    ]


def _ticks(values: Sequence[float], *, whole: bool = False) -> list[float]:
    """Round numbers, about five, that reach from below all values to above."""
    low, high = min(values), max(values)
    rough = (high - low or 1) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in (1, 2, 5, 10) if rough <= power * each)
    if whole:
        step = math.ceil(step)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _apart(places: Sequence[float]) -> list[float]:
    """Heights as near as can be to those given, a line apart, in the same order."""
    moved = list(places)
    below = -math.inf
    for number in sorted(range(len(places)), key=lambda each: places[each]):
        moved[number] = below = max(places[number], below + 16)
    return moved


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'stroke="{_FAINT}"/>'
    )
