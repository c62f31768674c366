# SPDX-License-Identifier: Apache-2.0
"""The page of words in a plane, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rnnkit.drawing.scatter import Point, page
from tests import browser
from tests.browser import Browser

pytestmark = browser.needed

POINTS = [
    Point("<middle>", 0, 0),
    Point("east", 2, 0.1),
    Point("north", 0.1, 2),
    Point("west", -2, 0),
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, Path]]:
    folder = tmp_path_factory.mktemp("browser")
    with browser.opened_page(
        folder, page("a <title> & more", POINTS, [(0, 1)])
    ) as running:
        yield running


@pytest.fixture
def map_page(opened: tuple[Browser, Path]) -> Browser:
    """The page, as it is when it has just been opened."""
    running, path = opened
    running.prefer("light")
    running.open(path)
    return running


CHOSEN = "document.querySelector('[aria-selected=true]').getAttribute('aria-label')"


def test_the_arrow_keys_go_to_the_next_word_that_way(map_page: Browser) -> None:
    map_page.press("Tab")
    found = [map_page.value(CHOSEN)]
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "ArrowLeft"):
        map_page.press(f"{key}")
        found.append(map_page.value(CHOSEN))
    assert found == ["<middle>", "east", "<middle>", "north", "<middle>", "west"]
    # Beyond the last there is nothing, and the focus goes along.
    map_page.press("ArrowLeft")
    assert map_page.value("document.activeElement.textContent").endswith("west")
    assert map_page.value(CHOSEN) == "west"
    ring = (
        "getComputedStyle(document.activeElement.querySelector('circle')).strokeWidth"
    )
    assert map_page.value(ring) == "4px"


def test_a_word_and_its_neighbours_are_told(map_page: Browser) -> None:
    map_page.click("#map g:nth-of-type(2) circle")
    assert map_page.value("document.querySelector('[aria-live]').textContent") == (
        "east: in this plane nearest to <middle>, north, west"
    )
    assert (
        map_page.value("document.querySelector('tr.chosen th').textContent") == "east"
    )


def test_the_map_is_dark_where_dark_is_preferred(map_page: Browser) -> None:
    ink = "getComputedStyle(document.querySelector('#map g:last-of-type text')).fill"
    assert map_page.value(ink) == "rgb(43, 42, 51)"
    map_page.prefer("dark")
    assert map_page.value(ink) == "rgb(236, 232, 223)"
    assert map_page.screenshot().startswith(b"\x89PNG")
