# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import math
import re
from itertools import combinations
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from rnnkit.drawing.scatter import Box, Point, in_terminal, page, place_labels, svg

NUMBERS = st.floats(-100, 100)
POINTS = st.lists(
    st.builds(Point, st.text(min_size=1, max_size=12), NUMBERS, NUMBERS),
    min_size=1,
    max_size=25,
)
CROWD = [
    Point(f"word{number}", number % 3 / 100, number % 2 / 100) for number in range(20)
]


@given(POINTS)
def test_labels_meet_neither_each_other_nor_a_mark(points: list[Point]) -> None:
    marks = [Box(p.x, p.y, 8, 8) for p in points]
    sizes = [(7.0 * len(p.name), 16.0) for p in points]
    labels = place_labels(marks, sizes, step=8)
    found = [label for label in labels if label is not None]
    assert len(found) == len(points)
    assert not any(one.meets(other) for one, other in combinations(found, 2))
    assert not any(label.meets(mark) for label in found for mark in marks)


def test_labels_stay_inside() -> None:
    bounds = Box(0, 0, 20, 3)
    marks = [Box(19, 0, 1, 1), Box(0, 2, 1, 1), Box(10, 1, 1, 1)]
    labels = place_labels(marks, [(6, 1), (6, 1), (30, 1)], step=1, bounds=bounds)
    assert labels[2] is None
    assert labels[0] == Box(13, 0, 6, 1)
    assert labels[1] == Box(1, 2, 6, 1)


@given(POINTS)
def test_any_points_give_a_picture_that_can_be_read(points: list[Point]) -> None:
    arrows = [(0, len(points) - 1)]
    root = ElementTree.fromstring(svg("a <title> & more", points, arrows))
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{space}g")) == len(points)
    assert len(root.findall(f"{space}line")) == 1
    assert page("title", points).startswith("<!doctype html>")


def test_a_page_needs_nothing_else() -> None:
    shown = page("towns", [Point("<paris>", 0, 1), Point("rome", 1, 0)], [(0, 1)])
    assert "&lt;paris&gt;" in shown
    assert "<paris>" not in shown
    for reference in ("src=", 'href="h', 'href="/', "@import", "url(h"):
        assert reference not in shown


def test_a_terminal_shows_every_name_once() -> None:
    lines = in_terminal(CROWD, width=60, height=12)
    assert max(map(len, lines)) <= 60
    text = "\n".join(lines)
    for point in CROWD:
        assert point.name in text


def test_arrows_on_the_terminal_lead_from_mark_to_mark() -> None:
    pair = [Point("from", 0, 0), Point("to", 8, 0), Point("up", 0, 4)]
    lines = in_terminal(pair, [(0, 1), (0, 2)], width=24, height=6, plain=True)
    assert lines[0] == "o up"
    assert [line[0] for line in lines[1:]] == ["^", ".", ".", ".", "o"]
    assert ">o" in lines[5]
    for count, heads in ((4, ">^<v"), (8, "→↗↑↖←↙↓↘")):
        found = ""
        for number in range(count):
            angle = math.tau * number / count
            away = Point("b", math.cos(angle), math.sin(angle))
            drawn = in_terminal(
                [Point("a", 0, 0), away],
                [(0, 1)],
                width=40,
                height=20,
                plain=count == 4,
            )
            found += next(each for each in "".join(drawn) if each in heads)
        assert found == heads


@given(POINTS, st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=9))
def test_arrows_hide_no_name(points: list[Point], pairs: list[tuple[int, int]]) -> None:
    named = [Point(f"word{n}", p.x, p.y) for n, p in enumerate(points)]
    arrows = [(one, other) for one, other in pairs if max(one, other) < len(named)]
    drawn = "\n".join(in_terminal(named, arrows, width=60, height=16))
    for point in named:
        assert re.search(rf"\b{point.name}\b", drawn)


def test_labels_keep_off_what_is_avoided_if_there_is_room() -> None:
    marks, sizes = [Box(0, 0, 1, 1)], [(4.0, 1.0)]
    right = Box(1, 0, 4, 1)
    assert place_labels(marks, sizes, step=1) == [right]
    (label,) = place_labels(marks, sizes, step=1, avoided=[right])
    assert label is not None
    assert not label.meets(right)
    # Where there is no other place, a name matters more.
    bounds = Box(0, 0, 5, 1)
    assert place_labels(marks, sizes, step=1, bounds=bounds, avoided=[right]) == [right]


def test_upwards_is_up_and_plain_is_ascii() -> None:
    lines = in_terminal(
        [Point("high", 0, 1), Point("low", 0, -1)], width=20, height=5, plain=True
    )
    assert lines[0] == "o high"
    assert lines[4] == "o low"
    assert in_terminal([Point("one", 3, 3)], width=20, height=5)[0] == "● one"
