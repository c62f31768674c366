# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import re

import numpy as np

from rnnkit.files.score import Note
from rnnkit.tasks.jazz.arrangement import Style, arrange
from rnnkit.tasks.jazz.forms import progression_of
from rnnkit.tasks.jazz.page import page_of

SOLO = [Note(0, 62, 6), Note(6, 65, 6)]


def page(title: str = "Blues") -> str:
    style = Style(title=title, tempo=150)
    score = arrange(SOLO, progression_of("blues"), style, np.random.default_rng(1))
    return page_of(score)


def test_the_page_holds_the_music() -> None:
    found = re.search(r"const music = (\{.*\});", page())
    assert found
    music = json.loads(found[1])
    assert round(music["tempo"]) == 150
    assert music["length"] == 14 * 4
    assert music["chords"][0] == [4, "Bb7"]
    assert [part["kind"] for part in music["parts"]] == [
        *("solo", "piano", "bass", "drums"),
    ]
    assert music["lowest"] < 62 < music["highest"]


def test_the_page_needs_no_network() -> None:
    text = page()
    assert not re.search(r"""(src|href)=["'](?!data:)""", text)
    assert "http://" not in text
    assert "https://" not in text
    assert "default-src 'none'" in text


def test_a_title_stays_a_title() -> None:
    text = page("</script><script>alert(1)")
    assert text.count("<script>") == 1
    assert "alert(1)" in text
