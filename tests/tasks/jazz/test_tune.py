# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import pytest

from rnnkit.errors import InputError, UsageError
from rnnkit.tasks.jazz.forms import FORMS
from rnnkit.tasks.jazz.instruments import read_range
from rnnkit.tasks.jazz.progression import MOST_BARS
from rnnkit.tasks.jazz.tune import USUAL_BARS, tune_of


def test_nothing_named_is_a_blues() -> None:
    tune = tune_of()
    assert tune.progression == tune_of(form="blues").progression
    assert (tune.title, tune.key, tune.tempo) == ("Blues in Bb", "Bb", 160)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_has_a_name_a_key_and_a_tempo(name: str) -> None:
    tune = tune_of(form=name)
    assert tune.title.startswith((name, name.capitalize()))
    assert tune.key == FORMS[name].key
    assert tune.tempo == FORMS[name].tempo


def test_a_minor_form_in_a_key() -> None:
    tune = tune_of(form="minor-blues", key="F#")
    assert (tune.title, tune.key) == ("Minor-blues in F# minor", "F#m")
    assert tune_of(form="II-v-i").title == "ii-V-I in C"


def test_chords_are_called_by_their_first() -> None:
    assert tune_of(chords="Dm7 G7 | Cmaj7").title == "Dm7 G7 Cmaj7"
    assert tune_of(chords="C | F | G | A7 | D").title == "C F G A7 ..."
    assert tune_of(chords="C | F", key="f").key == "F"
    assert tune_of(chords="C | F", beats=3).progression.beats == 3


def test_a_chart_is_moved_from_its_key(tmp_path: Path) -> None:
    chart = tmp_path / "my tune.txt"
    chart.write_text("key: Gm\nAm7b5 D7b9 | Gm6 |\n")
    assert tune_of(chart=chart).title == "my tune"
    moved = tune_of(chart=chart, key="Cm")
    symbols = [c.chord.symbol for c in moved.progression.changes() if c.chord]
    assert symbols == ["Dm7b5", "G7b9", "Cm6"]
    assert moved.key == "Cm"
    assert tune_of(chart=chart, key="C").progression == moved.progression


def test_a_chart_without_a_key_is_taken_to_be_in_that_of_its_end(
    tmp_path: Path,
) -> None:
    chart = tmp_path / "tune.txt"
    chart.write_text("Am7 D7 | Gmaj7 |\n")
    moved = tune_of(chart=chart, key="Bb")
    symbols = [c.chord.symbol for c in moved.progression.changes() if c.chord]
    assert symbols == ["Cm7", "F7", "Bbmaj7"]
    with pytest.raises(UsageError, match="major key"):
        tune_of(chart=chart, key="Bbm")


def test_a_key_that_nobody_can_read_is_no_reason_to_fail(tmp_path: Path) -> None:
    chart = tmp_path / "tune.txt"
    chart.write_text("key: whatever\nC | F\n")
    assert tune_of(chart=chart).key == ""


def test_choruses() -> None:
    assert tune_of(chords="C").choruses() == USUAL_BARS
    assert tune_of(form="blues").choruses() == 2
    assert tune_of(form="rhythm").choruses() == 1
    assert tune_of(form="blues").choruses(7) == 7
    with pytest.raises(UsageError, match=str(MOST_BARS)):
        tune_of(form="blues").choruses(MOST_BARS)


def test_one_tune_at_a_time(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--chords and --form"):
        tune_of(chords="C", form="blues")
    with pytest.raises(InputError, match="no file"):
        tune_of(chart=tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("text", "pitches"),
    [
        ("C4-C6", (60, 84)),
        ("60-84", (60, 84)),
        ("bb3 : f#5", (58, 78)),
        ("G5-G3", (55, 79)),
        ("Cb4-B#4", (59, 72)),
        ("b3,B4", (59, 71)),
    ],
)
def test_ranges(text: str, pitches: tuple[int, int]) -> None:
    assert read_range(text) == pitches


@pytest.mark.parametrize("text", ["", "C4", "H2-H3", "C4-", "1000-2000", "C-C"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(UsageError, match="no range"):
        read_range(text)
