# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import itertools
import math
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.drawing.chart import Bars, Curve, bars, curves

SVG = "{http://www.w3.org/2000/svg}"
WILD = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=9)


def points(svg: str) -> list[list[tuple[float, float]]]:
    """The points of each curve, in pixels."""
    return [
        [
            (float(x), float(y))
            for x, y in (place.split(",") for place in line.get("points", "").split())
        ]
        for line in ET.fromstring(svg).iter(f"{SVG}polyline")
    ]


def texts(svg: str) -> list[str | None]:
    return [text.text for text in ET.fromstring(svg).iter(f"{SVG}text")]


def test_higher_is_further_up_and_later_further_right() -> None:
    (line,) = points(curves("loss", [Curve("a", [0, 1, 2], [3, 2, 4])], x="x", y="y"))
    assert line[0][0] < line[1][0] < line[2][0]
    assert line[2][1] < line[0][1] < line[1][1]


def test_on_a_logarithmic_scale_ten_times_as_much_is_one_step_up() -> None:
    curve = Curve("a", [0, 1, 2, 3], [1, 10, 100, 0])
    (line,) = points(curves("loss", [curve], x="x", y="y", logarithmic=True))
    steps = [before[1] - after[1] for before, after in itertools.pairwise(line)]
    assert len(line) == 3  # nothing has the logarithm of 0
    assert steps[0] == pytest.approx(steps[1], abs=0.2)
    assert steps[0] > 0


def test_names_of_curves_that_end_together_do_not_overlap() -> None:
    series = [Curve(name, [0, 1], [0, 1]) for name in "abc"]
    svg = ET.fromstring(curves("loss", series, x="x", y="y"))
    places = sorted(
        float(text.get("y", ""))
        for text in svg.iter(f"{SVG}text")
        if text.text in ("a", "b", "c")
    )
    assert all(b - a >= 16 for a, b in itertools.pairwise(places))


@given(WILD, st.booleans())
def test_any_numbers_are_drawn_inside_the_frame(
    heights: list[float], logarithmic: bool
) -> None:
    values = [1.0, math.nan, math.inf, *heights]
    svg = curves(
        "t",
        [Curve("a", range(len(values)), values)],
        x="x",
        y="y",
        logarithmic=logarithmic,
    )
    for line in points(svg):
        assert all(0 <= x <= 680 and 0 <= y <= 330 for x, y in line)


def test_nothing_to_draw_is_an_error() -> None:
    with pytest.raises(ValueError, match="no point"):
        curves("t", [Curve("a", [1], [math.nan])], x="x", y="y")


def test_each_group_of_bars_has_its_own_scale_and_names_keep_their_colour() -> None:
    svg = bars(
        "t", [Bars("s", [("a", 1), ("b", 2)]), Bars("m", [("b", 50), ("a", 25)])]
    )
    (_, *found) = ET.fromstring(svg).iter(f"{SVG}rect")
    lengths = [float(bar.get("width", "")) for bar in found]
    assert lengths[1] == lengths[2] == 2 * lengths[0] == 2 * lengths[3]
    colours = [bar.get("fill") for bar in found]
    assert colours[0] == colours[3] != colours[1] == colours[2]


def test_what_is_below_nothing_goes_the_other_way() -> None:
    svg = bars("t", [Bars("s", [("up", 3), ("down", -1)])])
    (_, up, down) = ET.fromstring(svg).iter(f"{SVG}rect")
    assert float(up.get("width", "")) == pytest.approx(3 * float(down.get("width", "")))
    zero = float(down.get("x", "")) + float(down.get("width", ""))
    assert float(up.get("x", "")) == pytest.approx(zero, abs=0.2)
    assert up.get("fill") != down.get("fill")


def test_a_long_name_has_room() -> None:
    long = "a" * 60
    svg = ET.fromstring(bars("t", [Bars("s", [(long, 1), ("b", 2)])]))
    (name,) = (text for text in svg.iter(f"{SVG}text") if text.text == long)
    assert float(name.get("x", "")) > 60 * 7
    for bar in list(svg.iter(f"{SVG}rect"))[1:]:
        right = float(bar.get("x", "")) + float(bar.get("width", ""))
        assert right < float(svg.get("width", ""))


def test_hostile_names_stay_text() -> None:
    hostile = "<script>&\"'</script>"
    assert hostile in texts(
        bars(hostile, [Bars(hostile, [(hostile, 0)])], note=hostile)
    )
    assert hostile in texts(curves("t", [Curve(hostile, [0], [0])], x="x", y="y"))
