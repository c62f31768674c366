# SPDX-License-Identifier: Apache-2.0
"""The page that plays a piece, in a real browser: clicked, heard and looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rnnkit.files.score import Note
from rnnkit.tasks.jazz.arrangement import Style, arrange
from rnnkit.tasks.jazz.forms import progression_of
from rnnkit.tasks.jazz.page import page_of
from tests import browser
from tests.browser import Browser

pytestmark = browser.needed

# Every sound is written down before it is made.
LISTEN = """
window.heard = [];
const make = sound;
sound = (kind, ...how) => { heard.push(kind); make(kind, ...how); };
"""

# Pixels of the roll that have the colour of the soloist. They are read off a copy: the
# browser complains if a canvas made for drawing is read again and again.
RED = """
(() => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const look = copy.getContext("2d", {willReadFrequently: true});
  look.drawImage(canvas, 0, 0);
  const dots = look.getImageData(0, 0, canvas.width, canvas.height).data;
  let count = 0;
  for (let i = 0; i < dots.length; i += 4)
    count += dots[i] === 0xc1 && dots[i + 1] === 0x44 && dots[i + 2] === 0x0e;
  return count;
})()
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, Path]]:
    """A browser, and the page of a waltz at 200 beats a minute."""
    folder = tmp_path_factory.mktemp("browser")
    solo = [Note(12 * beat, 60 + beat % 5, 11) for beat in range(48)]
    style = Style(tempo=200, title="A waltz </title> & more")
    score = arrange(solo, progression_of("waltz"), style, np.random.default_rng(1))
    with browser.opened_page(folder, page_of(score)) as running:
        yield running


@pytest.fixture
def page(opened: tuple[Browser, Path]) -> Browser:
    """The page, as it is when it has just been opened."""
    running, path = opened
    running.open(path)
    running.value(LISTEN)
    return running


def begin(page: Browser) -> None:
    """Click on Play, and wait until the band plays."""
    page.click("#play")
    page.until("beatNow() > 4")


def test_it_shows_title_parts_and_notes(page: Browser) -> None:
    assert page.value("document.title") == "A waltz </title> & more"
    labels = "[...document.querySelectorAll('#parts label')].map(e => e.textContent)"
    assert page.value(labels) == ["Tenor Sax", "Piano", "Bass", "Drums"]
    page.until(f"{RED} > 500")


def test_it_plays_all_parts_and_scrolls(page: Browser) -> None:
    assert page.value("beatNow()") == 0
    begin(page)
    page.until("beatNow() > 7")
    assert page.value("audio.state") == "running"
    assert set(page.value("heard")) == {"solo", "piano", "bass", "drums"}
    # A bar is counted in, so by now at least two beats of the solo have sounded.
    assert page.value("heard.filter(kind => kind === 'solo').length") >= 3
    assert page.screenshot().startswith(b"\x89PNG")


def test_a_part_can_be_muted(page: Browser) -> None:
    begin(page)
    page.click("#parts label:first-child input")
    page.value("heard.length = 0")
    here = page.value("beatNow()")
    page.until(f"beatNow() > {here + 5}")
    assert "solo" not in page.value("heard")
    assert "bass" in page.value("heard")


def test_the_tempo_can_be_changed(page: Browser) -> None:
    begin(page)
    before = page.value("beatNow()")
    page.value("slider.value = 100; slider.dispatchEvent(new Event('input'))")
    assert page.value("document.getElementById('speed').textContent") == "100 bpm"
    # It goes on from where it was.
    assert page.value("beatNow()") >= before
    pace = """(async () => {
      const [beat, time] = [beatNow(), audio.currentTime];
      await new Promise(done => setTimeout(done, 600));
      return (beatNow() - beat) / (audio.currentTime - time) * 60;
    })()"""
    assert page.value(pace) == pytest.approx(100, rel=0.02)


def test_it_stops_where_it_is_and_goes_where_one_clicks(page: Browser) -> None:
    begin(page)
    page.click("#play")
    assert page.value("button.textContent") == "Play"
    place = page.value("beatNow()")
    assert page.value("beatNow()") == place
    # The middle of the roll lies a quarter of it to the right of now.
    page.click("#roll")
    there = place + page.value("canvas.clientWidth") * 0.25 / 44
    assert page.value("beatNow()") == pytest.approx(there, abs=0.1)


def test_it_ends_and_begins_again(page: Browser) -> None:
    page.value("jump(music.length - 1)")
    page.click("#play")
    page.until("playing")
    page.until("!playing")
    assert page.value("place") == 0
    assert page.value("button.textContent") == "Play"


def test_the_space_bar_plays_and_pauses(page: Browser) -> None:
    page.press(" ")
    page.until("playing")
    page.press(" ")
    page.until("!playing")


def test_the_arrow_keys_go_from_beat_to_beat_and_bar_to_bar(page: Browser) -> None:
    page.press("Tab")
    assert page.value("document.activeElement === canvas")
    assert page.value("getComputedStyle(canvas).outlineWidth") == "3px"
    found = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "Home", "ArrowLeft"):
        page.press(key)
        found.append(page.value("beatNow()"))
    assert found == [1, 2, 1, page.value("music.length"), 0, 0]
    page.value("jump(4.5)")
    page.press("ArrowRight", shift=True)
    assert page.value("beatNow()") == 6
    assert page.value("canvas.getAttribute('aria-valuetext')") == "bar 3, beat 1"
    page.value("jump(4.5)")
    page.press("ArrowLeft", shift=True)
    assert page.value("beatNow()") == 3


def test_it_is_dark_where_dark_is_preferred(page: Browser) -> None:
    assert page.value("colours.ink") == "#2b2a33"
    page.prefer("dark")
    page.until("colours.ink === '#ece8df'")
    assert page.value("getComputedStyle(canvas).backgroundColor") == "rgb(34, 33, 39)"
    assert page.screenshot().startswith(b"\x89PNG")
    page.prefer("light")


def test_a_complaint_would_be_noticed(tmp_path: Path) -> None:
    path = tmp_path / "bad.html"
    path.write_text(
        "<script>console.error('first')</script><script>throw Error('second')</script>"
        "<img src='http://127.0.0.1:9/third.png'>",
        encoding="utf-8",
    )
    with Browser(tmp_path / "profile") as opened:
        opened.open(path)
        told = " ".join(opened.complaints)
        assert "first" in told
        assert "second" in told
        assert opened.requests[-1].endswith("third.png")
