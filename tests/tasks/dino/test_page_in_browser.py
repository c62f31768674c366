# SPDX-License-Identifier: Apache-2.0
"""The page of gates over time, in a real browser: stepped through, and looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rnnkit.tasks.dino.inspection import Inspection
from rnnkit.tasks.dino.page import page_of
from tests import browser
from tests.browser import Browser

pytestmark = browser.needed

TEXT = "<Rex>\n"
STEPS, UNITS = len(TEXT) + 1, 20


def seen() -> Inspection:
    """In layer 1 unit 3 goes from one end to the other; layer 2 is a GRU's."""
    course = np.linspace(-1, 1, STEPS)
    hidden = np.zeros((STEPS, UNITS))
    hidden[:, 3] = course
    hidden[:, 7] = 0.5 * course
    gate = np.tile(np.linspace(0, 1, STEPS)[:, None], UNITS)
    return Inspection(
        text=TEXT,
        characters=["", *TEXT],
        surprise=np.arange(STEPS, dtype=float),
        expected=[[("R", 0.75), ("", 0.125)]] * STEPS,
        layers=[
            {"hidden": hidden, "forget_gate": gate, "previous_cell": 9 * hidden},
            {"hidden": -hidden, "update_gate": gate, "proposal": hidden},
        ],
    )


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, Path]]:
    folder = tmp_path_factory.mktemp("browser")
    with browser.opened_page(folder, page_of(seen())) as running:
        yield running


@pytest.fixture
def page(opened: tuple[Browser, Path]) -> Browser:
    """The page, as it is when it has just been opened."""
    running, path = opened
    running.prefer("light")
    running.open(path)
    return running


def words(page: Browser, selector: str) -> str:
    """What is written there, blanks and line breaks as one blank each."""
    text = page.value(f"document.querySelector({selector!r}).innerText")
    return " ".join(text.split())


def choose(page: Browser, selector: str, value: int) -> None:
    page.value(
        f"(e => {{ e.value = {value}; e.dispatchEvent(new Event('change')); }})"
        f"(document.querySelector({selector!r}))"
    )


def test_the_arrow_keys_go_from_letter_to_letter(page: Browser) -> None:
    assert words(page, "#said") == "It reads <"
    page.press("ArrowRight")
    assert words(page, "#said") == "It reads R"
    assert words(page, "#place") == "3 of 7"
    for _ in range(9):
        page.press("ArrowRight")
    assert words(page, "#said") == "It reads a new line"
    page.press("ArrowLeft")
    assert words(page, "#said") == "It reads >"


def test_everything_can_be_reached_by_tab_and_the_focus_is_seen(page: Browser) -> None:
    reached = []
    for _ in range(6):
        page.press("Tab")
        reached.append(page.value("document.activeElement.id"))
        width = "getComputedStyle(document.activeElement).outlineWidth"
        assert page.value(width) == "3px", reached
    assert reached == ["layer", "kind", "unit", "play", "step", "scroll"]


def test_the_slider_tells_a_screen_reader_where_it_is(page: Browser) -> None:
    page.value("document.getElementById('step').focus()")
    page.press("ArrowRight")
    page.press("End")
    told = "document.getElementById('step').getAttribute('aria-valuetext')"
    assert page.value(told) == "a new line, 7 of 7"
    assert words(page, "#said") == "It reads a new line"


def test_what_is_expected_next_is_told_with_its_chance(page: Browser) -> None:
    told = words(page, "#expected")
    assert "surprise 1.00 nats" in told
    assert "R 75.0 % ← comes next" in told
    assert "· the border 12.5 %" in told


def test_the_text_is_coloured_by_the_unit_that_varies_most(page: Browser) -> None:
    assert words(page, "#coloured") == "The text, coloured by unit 3: hidden units"
    colour = "document.querySelectorAll('#text span')[{}].style.backgroundColor"
    assert page.value(colour.format(0)) == "rgb(24, 79, 163)"
    assert page.value(colour.format(6)) == "rgb(166, 79, 3)"
    choose(page, "#unit", 0)
    assert page.value(colour.format(0)) == page.value(colour.format(6))


def test_a_gate_can_be_chosen_and_its_values_stand_in_a_table(page: Browser) -> None:
    choose(page, "#kind", 1)
    assert words(page, "#over-time") == "Over time: forget gate"
    row = (
        "[...document.querySelector('[data-unit=\"3\"]').cells].map(c => c.textContent)"
    )
    assert page.value(row) == [
        *("unit 3", "0.00", "0.17", "0.33", "0.50", "0.67", "0.83", "1.00")
    ]
    # What the memory was a step before is for the way back, and has no limits.
    kinds = "[...document.querySelectorAll('#kind option')].map(o => o.textContent)"
    assert page.value(kinds) == ["hidden units", "forget gate"]


def test_in_the_map_the_arrow_keys_choose_the_unit(page: Browser) -> None:
    page.value("document.getElementById('scroll').focus()")
    page.press("ArrowDown")
    assert words(page, "#of-unit") == "Unit 7 at this letter"
    page.press("ArrowUp")
    page.press("ArrowUp")
    assert words(page, "#of-unit") == "Unit 3 at this letter"
    page.press("End")
    assert words(page, "#place") == "7 of 7"


def test_the_other_layer(page: Browser) -> None:
    choose(page, "#layer", 1)
    kinds = "[...document.querySelectorAll('#kind option')].map(o => o.textContent)"
    assert page.value(kinds) == ["hidden units", "update gate", "proposal"]
    assert "hidden units 0.67" in words(page, "#unit-facts")


def test_it_plays_and_stops_at_the_end(page: Browser) -> None:
    page.value("document.getElementById('play').focus()")
    page.press(" ")
    assert words(page, "#play") == "Pause"
    page.until("step === steps - 1")
    page.until("!timer")
    assert words(page, "#play") == "Play"


def test_a_click_chooses_letters_and_units(page: Browser) -> None:
    page.click("#text span:nth-of-type(4)")
    assert words(page, "#said") == "It reads e"
    page.click("[data-unit='7'] [data-step='6']")
    assert words(page, "#said") == "It reads a new line"
    assert words(page, "#of-unit") == "Unit 7 at this letter"


def test_it_is_dark_where_dark_is_preferred(page: Browser) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.value(paper), page.screenshot()
    page.prefer("dark")
    dark = page.value(paper), page.screenshot()
    assert light[0] == "rgb(250, 247, 240)"
    assert dark[0] == "rgb(26, 25, 30)"
    assert light[1] != dark[1]


def test_a_narrow_page_is_not_wider_than_its_window(page: Browser) -> None:
    page.resize(360, 800)
    assert page.value("document.documentElement.scrollWidth") <= 360
    page.resize(1200, 800)
