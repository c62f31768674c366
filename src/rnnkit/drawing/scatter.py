# SPDX-License-Identifier: Apache-2.0
"""Named points in a plane, with arrows, as SVG, as a page, and in a terminal.

A label that lies on another cannot be read, so each looks for a free place: beside its
point, and then farther and farther away, with a thin line back to it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rnnkit.drawing.page import page as filled
from rnnkit.drawing.svg import escaped, valid

_WIDTH = 720
_MARGIN = 24
_LETTER = 7.4
_LINE = 16.0
_MARK = 4.0
_GAP = 3.0
_RINGS = 60
_FAR = 14.0
"""Distance between a label and its point from which on a line joins them."""

_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #222; }
text { paint-order: stroke; stroke: #fff; stroke-width: 3px; }
circle { fill: #184fa3; }
.arrow { stroke: #a64f03; stroke-width: 1.5; marker-end: url(#head); }
.leader { stroke: #bbb; }
g:hover text { font-weight: bold; }
"""


class Point(NamedTuple):
    """A named place in the plane."""

    name: str
    x: float
    y: float


class Box(NamedTuple):
    """A rectangle, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: Box) -> bool:
        """Tell whether the two have any area in common."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


def place_labels(
    marks: Sequence[Box],
    sizes: Sequence[tuple[float, float]],
    *,
    step: float,
    bounds: Box | None = None,
    avoided: Sequence[Box] = (),
    detour: int = 0,
) -> list[Box | None]:
    """Find a place for the label of each mark, where it meets no mark and no label.

    Args:
        marks: where the points are drawn.
        sizes: width and height of each label.
        step: how much farther away each next try is.
        bounds: labels stay inside; those that cannot are None.
        avoided: what labels keep off too, if there is a place not ``detour`` tries
            farther away.
    """
    placed: list[Box | None] = []
    for mark, size in zip(marks, sizes, strict=True):
        taken = [*marks, *filter(None, placed)]
        free = (
            (ring, box)
            for ring, box in _candidates(mark, size, step)
            if (bounds is None or _within(box, bounds))
            and not any(box.meets(other) for other in taken)
        )
        placed.append(_best(free, avoided, detour))
    return placed


def _best(
    free: Iterator[tuple[int, Box]], avoided: Sequence[Box], detour: int
) -> Box | None:
    """The nearest place; one that meets nothing avoided, if there is such near it."""
    nearest = next(free, None)
    if nearest is None:
        return None
    for ring, box in itertools.chain((nearest,), free):
        if ring > nearest[0] + detour:
            break
        if not any(box.meets(other) for other in avoided):
            return box
    return nearest[1]


def _candidates(
    mark: Box, size: tuple[float, float], step: float
) -> Iterator[tuple[int, Box]]:
    """Places for a label, from the nearest, each with the number of its ring."""
    width, height = size
    middle = mark.y + (mark.height - height) / 2
    centre = mark.x + (mark.width - width) / 2
    for ring in range(_RINGS):
        away = ring * step
        right, left = mark.x + mark.width + away, mark.x - width - away
        below, above = mark.y + mark.height + away, mark.y - height - away
        for x, y in (
            (right, middle),
            (left, middle),
            (centre, above),
            (centre, below),
            (right, above),
            (right, below),
            (left, above),
            (left, below),
        ):
            yield ring, Box(x, y, width, height)


def _within(box: Box, bounds: Box) -> bool:
    return (
        box.x >= bounds.x
        and box.y >= bounds.y
        and box.x + box.width <= bounds.x + bounds.width
        and box.y + box.height <= bounds.y + bounds.height
    )


def svg(
    title: str, points: Sequence[Point], arrows: Sequence[tuple[int, int]] = ()
) -> str:
    """Draw points with their names, and arrows from one to another.

    One unit is as long upwards as it is to the right, and upwards is up.
    """
    places = _scaled(points, _WIDTH, 0.6 * _WIDTH, aspect=1.0)
    reach = _MARK + _GAP
    marks = [Box(x - reach, y - reach, 2 * reach, 2 * reach) for x, y in places]
    sizes = [(_LETTER * max(1, len(point.name)), _LINE) for point in points]
    ends = [(places[one], places[other]) for one, other in arrows]
    shafts = [Box(x, y, 1, 1) for each in ends for x, y in _between(*each, _LINE / 2)]
    labels = place_labels(marks, sizes, step=_LINE / 2, avoided=shafts, detour=3)
    body = [_arrow(*each) for each in ends]
    for point, (x, y), label in zip(points, places, labels, strict=True):
        body.append(_named(point, x, y, label))
    boxes = [*marks, *filter(None, labels)]
    left = min(box.x for box in boxes) - _MARGIN
    top = min(box.y for box in boxes) - _MARGIN - _LINE
    width = max(box.x + box.width for box in boxes) + _MARGIN - left
    height = max(box.y + box.height for box in boxes) + _MARGIN - top
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" '
        f'viewBox="{left:.1f} {top:.1f} {width:.1f} {height:.1f}">\n'
        f"<title>{escaped(title)}</title>\n<style>{_STYLE}</style>\n"
        '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" '
        'markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#a64f03"/></marker></defs>\n'
        f'<rect class="paper" x="{left:.1f}" y="{top:.1f}" width="100%" height="100%" '
        'fill="#fff"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def page(
    title: str, points: Sequence[Point], arrows: Sequence[tuple[int, int]] = ()
) -> str:
    """The same as a page, on which one goes from point to point, with the numbers."""
    rows = "\n".join(
        f'<tr><th scope="row">{escaped(p.name)}</th>'
        f"<td>{p.x:.4f}</td><td>{p.y:.4f}</td></tr>"
        for p in points
    )
    template = Path(__file__).with_name("scatter.html")
    body = (
        f"<h1>{escaped(title)}</h1>\n"
        f'<div id="map" class="sheet">\n{svg(title, points, arrows)}</div>\n'
        '<table><thead><tr><td></td><th scope="col">first direction</th>'
        '<th scope="col">second direction</th></tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody></table>\n"
    )
    return filled(template, title, [(valid(p.name), p.x, p.y) for p in points], body)


def in_terminal(
    points: Sequence[Point],
    arrows: Sequence[tuple[int, int]] = (),
    *,
    width: int = 80,
    height: int = 24,
    plain: bool = False,
) -> list[str]:
    """Draw points with their names, and arrows of dots, as lines of text.

    Names that find no free place are listed below, with the column and the line. An
    arrow goes behind marks and names.
    """
    mark, dot, heads = ("o", ".", ">^<v") if plain else ("●", "·", "→↗↑↖←↙↓↘")
    places = [
        (round(x), round(y))
        for x, y in _scaled(points, width - 1, height - 1, aspect=0.5)
    ]
    marks = [Box(x, y, 1, 1) for x, y in places]
    sizes = [(len(point.name) + 2.0, 1.0) for point in points]
    ends = [(places[one], places[other]) for one, other in arrows]
    shafts = [[(round(x), round(y)) for x, y in _between(*each, 1)] for each in ends]
    labels = place_labels(
        marks,
        sizes,
        step=1,
        bounds=Box(0, 0, width, height),
        avoided=[Box(x, y, 1, 1) for shaft in shafts for x, y in shaft],
        detour=1,
    )
    grid = [[" "] * width for _ in range(height)]
    for shaft in shafts:
        for x, y in shaft:
            grid[y][x] = dot
    for (start, end), shaft in zip(ends, shafts, strict=True):
        if shaft:
            x, y = shaft[-1]
            grid[y][x] = _head(start, end, heads)
    for x, y in places:
        grid[y][x] = mark
    listed = []
    for point, (x, y), label in zip(points, places, labels, strict=True):
        if label is None:
            listed.append(f"{point.name} (column {x + 1}, line {y + 1})")
            continue
        for place, letter in enumerate(f" {point.name} ", start=round(label.x)):
            grid[round(label.y)][place] = letter
    return ["".join(row).rstrip() for row in grid] + listed


def _between(
    start: tuple[float, float], end: tuple[float, float], step: float
) -> list[tuple[float, float]]:
    """Places along a line, at most ``step`` apart each way, without its ends."""
    (x, y), (right, down) = start, end
    parts = math.ceil(max(abs(right - x), abs(down - y)) / step)
    return [
        (x + (right - x) * part / parts, y + (down - y) * part / parts)
        for part in range(1, parts)
    ]


def _head(start: tuple[float, float], end: tuple[float, float], heads: str) -> str:
    """The head that points this way; the first of them to the right, then around."""
    # A line of a terminal is about twice as high as a column is wide.
    angle = math.atan2(2 * (start[1] - end[1]), end[0] - start[0])
    return heads[round(angle / math.tau * len(heads)) % len(heads)]


def _scaled(
    points: Sequence[Point], width: float, height: float, *, aspect: float
) -> list[tuple[float, float]]:
    """Fit points into a rectangle, from the upper left corner.

    `aspect` is how many units upwards look as long as one to the right.
    """
    left, right = min(p.x for p in points), max(p.x for p in points)
    low, high = min(p.y for p in points), max(p.y for p in points)
    scale = min(
        width / (right - left) if right > left else math.inf,
        height / (high - low) / aspect if high > low else math.inf,
    )
    if not math.isfinite(scale):
        scale = 1.0
    return [((p.x - left) * scale, (high - p.y) * scale * aspect) for p in points]


def _named(point: Point, x: float, y: float, label: Box | None) -> str:
    name = escaped(point.name)
    parts = [f"<title>{name} ({point.x:.3f}, {point.y:.3f})</title>"]
    if label is not None:
        near_x = min(max(x, label.x), label.x + label.width)
        near_y = min(max(y, label.y), label.y + label.height)
        if math.hypot(near_x - x, near_y - y) > _FAR:
            parts.append(
                f'<line class="leader" x1="{x:.1f}" y1="{y:.1f}" x2="{near_x:.1f}" '
                f'y2="{near_y:.1f}"/>'
            )
        # How wide a text is can only be guessed: it begins, or ends, at its point.
        right, left = label.x + label.width, label.x
        if left >= x:
            anchor, place = "start", left
        elif right <= x:
            anchor, place = "end", right
        else:
            anchor, place = "middle", (left + right) / 2
        parts.append(
            f'<text x="{place:.1f}" y="{label.y + 12:.1f}" text-anchor="{anchor}">'
            f"{name}</text>"
        )
    parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_MARK:g}"/>')
    return f"<g>{''.join(parts)}</g>"


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    length = math.dist(start, end)
    share = max(0.0, 1 - (_MARK + 1) / length) if length else 0.0
    x, y = (a + (b - a) * share for a, b in zip(start, end, strict=True))
    return (
        f'<line class="arrow" x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{x:.1f}" '
        f'y2="{y:.1f}"/>'
    )
