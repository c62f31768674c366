# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.files.score import Note
from rnnkit.files.sheet_music import abc_text, musicxml_bytes
from rnnkit.tasks.jazz.arrangement import Style
from rnnkit.tasks.jazz.charts import chart_of
from rnnkit.tasks.jazz.forms import FORMS, progression_of
from rnnkit.tasks.jazz.instruments import INSTRUMENTS
from rnnkit.tasks.jazz.progression import Progression, read_progression
from rnnkit.tasks.jazz.sheets import sheet_of

SOLO = [Note(0, 62, 6), Note(6, 65, 6), Note(12, 66, 12), Note(44, 67, 10)]
TRIPLET = [Note(0, 60, 4), Note(4, 61, 4), Note(8, 60, 4)]
HARD = read_progression(
    "C7#9b13 F#m7b5/C | Bdim E7sus4 | Am(maj7) Ab+ | G7b9 C6/9 | N.C. Db13#11 | C-9"
)


def qualities(progression: Progression) -> list[tuple[int, str, int] | None]:
    return [
        (chord.root, chord.quality.name, chord.bass) if chord else None
        for chord in progression.each_beat()
    ]


@pytest.mark.parametrize("form", [*FORMS, "hard"])
def test_the_chords_come_back_from_what_is_written(form: str) -> None:
    progression = HARD if form == "hard" else progression_of(form)
    generator = np.random.default_rng(1)
    ticks = sorted(generator.choice(progression.total_beats * 12, 60, replace=False))
    solo = [Note(int(tick), int(generator.integers(50, 80)), 5) for tick in ticks]
    sheet = sheet_of(solo, progression, Style(tempo=150, title="Hard & <fast>"))
    chart = chart_of(musicxml_bytes(sheet))
    assert qualities(chart.progression) == qualities(progression)
    assert (chart.title, chart.tempo) == ("Hard & <fast>", 150)
    # In ABC a chord can only stand before a note, so the bar is what is compared.
    again = chart_of(abc_text(sheet).encode()).progression
    assert len(again) == len(progression)
    assert again.beats == progression.beats


def test_a_score_has_key_metre_swing_and_full_bars() -> None:
    sheet = sheet_of(SOLO, progression_of("blues"), Style(key="Bb"))
    root = ElementTree.fromstring(musicxml_bytes(sheet))
    assert root.findtext(".//key/fifths") == "-2"
    assert root.findtext(".//time/beats") == "4"
    assert root.findtext(".//words") == "Swing"
    assert root.findtext(".//swing/first") == "2"
    for measure in root.iter("measure"):
        assert sum(int(d.text or 0) for d in measure.iter("duration")) == 48
    pitches = [
        (p.findtext("step"), p.findtext("alter"), p.findtext("octave"))
        for p in root.iter("pitch")
    ]
    assert pitches[:3] == [("D", None, "4"), ("F", None, "4"), ("G", "-1", "4")]
    ties = [tie.get("type") for tie in root.iter("tie")]
    assert ties.count("start") == ties.count("stop") > 0


def test_a_triplet_is_a_triplet() -> None:
    sheet = sheet_of(TRIPLET, read_progression("C"), Style())
    root = ElementTree.fromstring(musicxml_bytes(sheet))
    assert [t.get("type") for t in root.iter("tuplet")] == ["start", "stop"]
    assert len(list(root.iter("time-modification"))) == 3
    assert '"C"(3:2:3C2_D2C2 z4 z8|]' in abc_text(sheet)


def test_abc_writes_accidentals_once_a_bar() -> None:
    solo = [Note(tick, pitch, 12) for tick, pitch in zip(
        range(0, 96, 12), (66, 66, 67, 65, 66, 72, 84, 48), strict=True)]  # fmt: skip
    text = abc_text(sheet_of(solo, read_progression("G | D7"), Style(key="G")))
    assert '"G"F4 F4 G4 =F4|"D7"F4 c4 c\'4 C,4|]' in text
    assert "K:G\n" in text


def test_the_part_of_a_tenor_is_written_a_ninth_higher() -> None:
    style = Style(key="Bb", instrument=INSTRUMENTS["tenor"])
    sheet = sheet_of(SOLO, progression_of("blues"), style, transposed=True)
    assert sheet.bars[0][0].pitch == 62 + 14
    assert sheet.chords[0][0].root == "C"
    assert sheet.fifths == 0
    root = ElementTree.fromstring(musicxml_bytes(sheet))
    assert root.findtext(".//transpose/chromatic") == "-2"
    assert root.findtext(".//transpose/octave-change") == "-1"


def test_an_empty_solo_is_rests() -> None:
    sheet = sheet_of([], progression_of("waltz"), Style())
    assert all(value.pitch is None for bar in sheet.bars for value in bar)
    assert "z12" in abc_text(sheet)


SYMBOLS = (
    "C",
    "Dm7",
    "G7alt",
    "N.C.",
    "F#m7b5",
    "Bb6/9",
    "C/G",
    "Eb7#9b13",
    "A+",
    "Gb",
)
BARS = st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=3).map(" ".join)
NOTES = st.lists(
    st.tuples(st.integers(0, 200), st.integers(40, 90), st.integers(1, 30)), max_size=30
)


@given(
    bars=st.lists(BARS, max_size=7),
    beats=st.sampled_from([3, 4]),
    notes=NOTES,
    title=st.text(max_size=20),
    key=st.sampled_from(["C", "F#m", "Db", "Bbm"]),
)
def test_any_lead_sheet_comes_back(
    bars: list[str], beats: int, notes: list[tuple[int, int, int]], title: str, key: str
) -> None:
    progression = read_progression(" | ".join(["C7", *bars]), beats=beats)
    end = progression.total_beats * 12
    solo = [Note(*each) for each in sorted({n[0]: n for n in notes}.values())]
    solo = [note for note in solo if note.onset < end]
    sheet = sheet_of(solo, progression, Style(tempo=140, title=title, key=key))
    chart = chart_of(musicxml_bytes(sheet))
    assert qualities(chart.progression) == qualities(progression)
    assert (chart.key, chart.tempo) == (key, 140)
    again = chart_of(abc_text(sheet).encode())
    assert len(again.progression) == len(progression)
    assert (again.key, again.progression.beats) == (key, beats)
    first, *_ = qualities(again.progression)
    assert first == qualities(progression)[0]
