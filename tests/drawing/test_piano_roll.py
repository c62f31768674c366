# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from xml.etree import ElementTree

import pytest

from rnnkit.drawing.piano_roll import Roll, Sound, as_svg, as_text

ROLL = Roll(
    sounds=[Sound(0, 1, 60), Sound(1, 1.5, 61), Sound(4, 6, 63), Sound(7.5, 8, 72)],
    chords=[(0, "Dm7"), (2, "G7"), (4, "Cmaj7")],
    bars=2,
    title="A & B",
    legend=[(0.0, "chord"), (1.0, "outside")],
)
SVG = "{http://www.w3.org/2000/svg}"


def test_time_runs_to_the_right_and_pitch_upwards() -> None:
    lines = as_text(ROLL)
    assert lines[0] == "      Dm7     G7       Cmaj7"
    assert lines[1] == "  C5 │                │              ▄▄│"
    assert lines[-1] == "  C4 │▄▄▄▄▀▀          │                │"
    assert lines[-2] == "     │                │▀▀▀▀▀▀▀▀        │"


def test_ascii_says_the_same() -> None:
    lines = as_text(ROLL, plain=True)
    assert all(line.isascii() for line in lines)
    assert lines[-1] == "  C4 |....''          |                |"


@pytest.mark.parametrize(("width", "systems"), [(20, 8), (40, 4), (80, 2), (200, 1)])
def test_as_many_bars_as_fit_stand_on_a_line(width: int, systems: int) -> None:
    roll = Roll(ROLL.sounds, [(beat, "C") for beat in range(0, 32, 4)], bars=8)
    lines = as_text(roll, width=width)
    assert lines.count("") == systems - 1
    if width >= 40:
        assert max(map(len, lines)) <= width


def test_chords_never_touch() -> None:
    chords = [(0, "C#m7b5"), (1, "F#7#9b13"), (2, "Bmaj7"), (3, "E7")]
    line = as_text(Roll([], chords, bars=1))[0]
    assert line.split() == [text for _, text in chords]


def test_repeated_notes_can_be_told_apart() -> None:
    roll = Roll([Sound(0, 0.9, 60), Sound(1, 2, 60)], [], bars=1)
    assert as_text(roll)[-1].startswith("  C4 │▄▄▄ ▄▄▄▄")


def test_the_picture_is_whole_and_holds_every_note() -> None:
    root = ElementTree.fromstring(as_svg(ROLL))
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert {"A & B", "Dm7", "G7", "Cmaj7", "chord", "outside"} <= set(texts)
    names = [element.text for element in root.iter(f"{SVG}title")]
    assert names == ["A & B", "C4", "Db4", "Eb4", "C5"]
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    for rect in root.iter(f"{SVG}rect"):
        if rect.get("x"):
            assert float(rect.get("x", 0)) >= 0
            assert float(rect.get("x", 0)) + float(rect.get("width", 0)) <= width
            assert 0 <= float(rect.get("y", 0)) <= height


def test_any_title_gives_a_readable_file() -> None:
    for title in ("<script>", "\x1b[31m\0", "\ud800", "Blues ♭"):
        ElementTree.fromstring(as_svg(Roll([], [(0, title)], 1, title=title)))


def test_nothing_is_drawn_for_a_silent_piece() -> None:
    assert len(as_text(Roll([], [], bars=1))) == 8
    ElementTree.fromstring(as_svg(Roll([], [], bars=0)))
    assert as_text(Roll([], [], bars=0)) == []
