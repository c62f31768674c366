# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.drawing import palette
from rnnkit.drawing.svg import (
    Line,
    Panel,
    coloured_words,
    heat_map,
    hexadecimal,
)

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert('\"&amp;\"')</script>]]>"

ANY_TEXT = st.text(st.characters(codec=None), max_size=8)
"""Control characters and lone surrogates included."""

UNITS = Panel(
    "hidden units", ["3", "11"], [[-1.0, 0.0, 1.0], [0.5, 0.5, 0.5]], low=-1, high=1
)
GATES = Panel("forget gate", ["3"], [[0.0, 0.25, 1.0]], low=0, high=1)


def picture() -> str:
    return heat_map("Rex: layer 1 of 1", ["·", "r", "e"], [UNITS, GATES])


def colours(svg: str) -> list[str | None]:
    """The colours of the cells, in the order of reading."""
    return [cell.get("fill") for cell in cells(svg)]


def cells(svg: str) -> list[ET.Element]:
    rects = ET.fromstring(svg).iter(f"{SVG}rect")
    return [rect for rect in rects if rect.find(f"{SVG}title") is not None]


def texts(svg: str) -> list[str | None]:
    return [text.text for text in ET.fromstring(svg).iter(f"{SVG}text")]


def test_a_panel_without_a_title_leaves_no_room_for_one() -> None:
    above = [
        float(
            cells(heat_map("t", ["c"], [Panel(title, ["r"], [[0.5]], 0, 1)]))[0].attrib[
                "y"
            ]
        )
        for title in ("", "p")
    ]
    assert above[0] < above[1]


def test_everything_is_named() -> None:
    assert texts(picture()) == [
        "Rex: layer 1 of 1",
        "·",
        "r",
        "e",
        "hidden units",
        "3",
        "11",
        "forget gate",
        "3",
    ]


def test_cells_have_the_colours_of_their_numbers() -> None:
    def code(colour: palette.Colour) -> str:
        return "#{:02x}{:02x}{:02x}".format(*colour)

    half = code(palette.diverging(0.75))
    assert colours(picture()) == [
        code(palette.diverging(0)),
        code(palette.diverging(0.5)),
        code(palette.diverging(1)),
        *[half, half, half],
        code(palette.sequential(0)),
        code(palette.sequential(0.25)),
        code(palette.sequential(1)),
    ]


def test_cells_tell_their_numbers() -> None:
    told = [cell.findtext(f"{SVG}title") for cell in cells(picture())]
    assert told[:4] == ["-1.000", "0.000", "1.000", "0.500"]


def test_everything_lies_inside_the_picture() -> None:
    svg = heat_map("t", ["c"] * 40, [Panel("p", ["r"] * 5, [[0.5] * 40] * 5, 0, 1)])
    root = ET.fromstring(svg)
    width, height = int(root.get("width", "")), int(root.get("height", ""))
    assert root.get("viewBox") == f"0 0 {width} {height}"
    for cell in cells(svg):
        x, y, side, tall = (
            int(cell.get(name, "")) for name in ("x", "y", "width", "height")
        )
        assert 0 <= x <= width - side
        assert 0 <= y <= height - tall
    places = {(cell.get("x"), cell.get("y")) for cell in cells(svg)}
    assert len(places) == 200


def test_texts_are_escaped() -> None:
    svg = heat_map(HOSTILE, [HOSTILE], [Panel(HOSTILE, [HOSTILE], [[0.0]], 0, 1)])
    assert texts(svg) == [HOSTILE] * 4
    assert "<script" not in svg


@settings(derandomize=True, deadline=None)
@given(ANY_TEXT, st.lists(ANY_TEXT, max_size=3), ANY_TEXT)
def test_any_text_gives_a_sound_file(
    title: str, columns: list[str], label: str
) -> None:
    panel = Panel(label, [label], [[0.5] * len(columns)], low=0, high=1)
    svg = heat_map(title, columns, [panel])
    assert len(cells(svg.encode().decode())) == len(columns)


@pytest.mark.parametrize(
    "panels",
    [[], [Panel("empty", [], [], 0, 1)], [Panel("level", ["r"], [[3.0]], 3, 3)]],
)
def test_small_pictures(panels: list[Panel]) -> None:
    assert ET.fromstring(heat_map("", [], panels)).tag == f"{SVG}svg"


def test_words_stand_on_the_colours_of_their_numbers() -> None:
    lines = [Line("up", [("good", 0.5), ("<bad>", -0.5)]), Line("none", [])]
    svg = coloured_words("t", lines, highest=0.5)
    assert texts(svg) == ["t", "up", "good", "+0.50", "<bad>", "-0.50", "none"]
    _, good, bad = (rect.get("fill") for rect in ET.fromstring(svg).iter(f"{SVG}rect"))
    assert good == hexadecimal(palette.diverging(1))
    assert bad == hexadecimal(palette.diverging(0))


def test_many_words_go_on_below() -> None:
    svg = coloured_words("t", [Line("h", [("word", 0.0)] * 40)], highest=0)
    root = ET.fromstring(svg)
    rects = list(root.iter(f"{SVG}rect"))[1:]
    wide, tall = float(root.get("width", "")), float(root.get("height", ""))
    assert len({(rect.get("x"), rect.get("y")) for rect in rects}) == 40
    for rect in rects:
        assert float(rect.get("x", "")) + float(rect.get("width", "")) <= wide
        assert float(rect.get("y", "")) + 40 <= tall


def test_each_row_needs_a_label() -> None:
    with pytest.raises(ValueError, match="zip"):
        heat_map("t", ["c"], [Panel("p", ["a", "b"], [[0.5]], low=0, high=1)])


def test_the_same_input_gives_the_same_bytes() -> None:
    assert picture() == picture()
    assert picture().endswith("</svg>\n")
