# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.drawing import palette
from rnnkit.drawing.terminal import Span, bar, bars, curves, heat_row, letters

NUMBERS = st.floats(-1e6, 1e6)


def frame(lines: list[str]) -> list[str]:
    """What stands inside the frame of curves, line by line."""
    return [line.partition("│")[2] for line in lines[:-2]]


class TestBars:
    def test_they_grow_with_the_numbers(self) -> None:
        assert bars([0, 1, 2, 3, 4, 5, 6, 7], highest=7.9) == "▁▂▃▄▅▆▇█"

    def test_plain_ones_are_ascii_and_all_differ(self) -> None:
        shown = bars([0, 1, 2, 3, 4, 5, 6, 7], highest=7.9, plain=True)
        assert shown.isascii()
        assert len(set(shown)) == 8
        assert " " not in shown

    def test_what_is_too_high_or_too_low_gets_the_last_bar(self) -> None:
        assert bars([-3, 6, 7, 1e9], highest=6) == "▁███"

    def test_nothing_is_drawn_of_nothing(self) -> None:
        assert bars([], highest=6) == ""
        assert bars([0, 0], highest=0) == "▁▁"

    @settings(derandomize=True, deadline=None)
    @given(st.lists(NUMBERS), NUMBERS, st.booleans())
    def test_one_character_a_number(
        self, values: list[float], highest: float, plain: bool
    ) -> None:
        assert len(bars(values, highest=highest, plain=plain)) == len(values)


class TestHeatRow:
    def test_cells_have_the_colours_of_their_numbers(self) -> None:
        assert heat_row([-1, 0, 0.5], low=-1, high=1) == [
            Span("  ", palette.diverging(0)),
            Span("  ", palette.diverging(0.5)),
            Span("  ", palette.diverging(0.75)),
        ]
        assert heat_row([0, 2], low=0, high=4, width=3) == [
            Span("   ", palette.sequential(0)),
            Span("   ", palette.sequential(0.5)),
        ]

    def test_without_colours_signs_tell_the_sign_and_the_strength(self) -> None:
        row = heat_row([-1, -0.5, 0, 0.5, 1], low=-1, high=1, coloured=False)
        assert [span.text for span in row] == ["==", "--", "  ", "++", "##"]

    def test_without_colours_and_signs_marks_get_denser(self) -> None:
        values = [0, 0.25, 0.5, 0.75, 1]
        row = heat_row(values, low=0, high=1, width=1, coloured=False)
        assert "".join(span.text for span in row) == " .:+#"

    @settings(derandomize=True, deadline=None)
    @given(st.lists(NUMBERS), NUMBERS, NUMBERS, st.booleans())
    def test_any_numbers_can_be_drawn_in_ascii(
        self, values: list[float], low: float, high: float, coloured: bool
    ) -> None:
        row = heat_row(values, low=low, high=high, coloured=coloured)
        assert len(row) == len(values)
        assert all(len(s.text) == 2 and s.text.isascii() for s in row)


class TestLetters:
    def test_they_stand_on_the_colours_of_their_shares(self) -> None:
        assert letters(["R", "ex"], [0, 1], width=3) == [
            Span(" R ", palette.sequential(0)),
            Span(" ex", palette.sequential(1)),
        ]

    def test_each_needs_a_share(self) -> None:
        with pytest.raises(ValueError, match="shorter"):
            letters(["R", "e"], [0.5])


class TestCurves:
    def test_a_picture(self) -> None:
        drawn = curves(
            [("down", [4, 3, 2, 1]), ("up", [1, 2])], width=10, height=4, plain=True
        )
        assert drawn == [
            "   4.000 |o",
            "         |  o",
            "         |  x o",
            "   1.000 |x     o",
            "         +-------",
            "          o down   x up",
        ]

    @settings(derandomize=True, deadline=None)
    @given(
        st.lists(st.lists(NUMBERS, min_size=1, max_size=90), min_size=1, max_size=4),
        st.integers(1, 70),
        st.integers(1, 15),
        st.booleans(),
    )
    def test_it_has_the_size_that_was_wanted(
        self, series: list[list[float]], width: int, height: int, plain: bool
    ) -> None:
        named = [(f"curve {number}", values) for number, values in enumerate(series)]
        lines = curves(named, width=width, height=height, plain=plain)
        side, corner = "|+" if plain else "│└"
        assert len(lines) == height + 2
        assert {line.index(side) for line in lines[:height]} == {
            lines[height].index(corner)
        }
        floor = len(lines[height].partition(corner)[2])
        assert floor <= width
        assert all(len(line.partition(side)[2]) <= floor for line in lines[:height])
        assert all(name in lines[-1] for name, _ in named)
        assert not plain or "".join(lines).isascii()

    @pytest.mark.parametrize("height", [1, 2, 10])
    def test_one_point(self, height: int) -> None:
        lines = curves([("loss", [2.5])], height=height)
        assert [line.count("●") for line in lines[:-2]].count(1) == 1
        assert "2.500" in lines[height - 1]

    def test_equal_values_make_a_level_line(self) -> None:
        lines = curves([("loss", [1.5] * 7)], height=5)
        assert [line.count("●") for line in lines[:-2]] == [0, 0, 0, 0, 7]
        assert lines[0].startswith("   1.500")

    def test_a_long_curve_is_thinned_and_keeps_its_ends(self) -> None:
        values = [1.0, *[0.5] * 998, 0.0]
        inside = frame(curves([("loss", values)], width=40, height=5))
        assert inside[0] == "●"
        assert inside[-1] == " " * 39 + "●"
        assert inside[2].count("●") == 38

    def test_what_is_not_finite_leaves_a_gap(self) -> None:
        values = [3.0, math.nan, 1.0, math.inf, -math.inf]
        drawn = curves([("loss", values)], width=5, height=3)
        assert frame(drawn) == ["●", "", "  ●"]
        assert "nan" not in "".join(drawn)
        assert "inf" not in "".join(drawn)

    def test_a_run_that_only_failed_is_an_empty_frame(self) -> None:
        assert frame(curves([("loss", [math.nan])], height=3)) == ["", "", ""]


def test_a_bar_that_lies_is_as_long_as_its_share() -> None:
    assert bar(0, width=4) == ""
    assert bar(1, width=4) == "████"
    assert bar(0.5, width=4) == "██"
    assert bar(0.53125, width=4) == "██▏"
    assert bar(-1, width=4) == ""
    assert bar(7, width=4) == "████"
    assert bar(0.5, width=4, plain=True) == "##"
    assert bar(1, width=4, plain=True) == "####"
