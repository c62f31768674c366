# SPDX-License-Identifier: Apache-2.0
"""Tables as jazzodata has them become the lines that ``rnnkit train jazz`` reads."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from rnnkit.errors import InputError
from rnnkit.tasks.jazz.corpus import read_events
from rnnkit.tasks.jazz.symbols import read_chord
from tools import solos_of_jazzodata as tool
from tools.solos_of_jazzodata import Beat, Note, Place, chord_of, events_of, places_of


def tables(*about: dict[str, Any], count: int = 40) -> tuple[tool.Table, ...]:
    """Solos of eighths at 120 beats a minute, over a C that never changes."""
    rows = [
        {"id": str(number), "avgtempo": 120.0, "signature": "4/4", "style": "BEBOP"}
        | {"title": f"Tune {number}"}
        | row
        for number, row in enumerate(about)
    ]
    names = [row["id"] for row in rows]
    places = range(count)
    beats = range(count // 2 + 1)
    return (
        {column: [row[column] for row in rows] for column in tool.ABOUT},
        {
            "id": [name for name in names for _ in places],
            "bar": [place // 8 for place in places] * len(names),
            "mcm_48": [place % 8 * 6 for place in places] * len(names),
            "onset": [place / 4 for place in places] * len(names),
            "pitch_raw": [60 + place % 12 for place in places] * len(names),
            "articulation_raw": [*[0.5] * (count - 1), float("nan")] * len(names),
        },
        {
            "id": [name for name in names for _ in beats],
            "bar": [beat // 4 for beat in beats] * len(names),
            "beat": [beat % 4 + 1 for beat in beats] * len(names),
            "duration": [0.5] * len(beats) * len(names),
            "chord": ["C6"] * len(beats) * len(names),
        },
    )


def test_what_is_written_is_what_training_reads() -> None:
    lines = [json.dumps(solo) for solo in tool.solos(*tables({}, {}))]
    first, second = read_events(lines)
    assert (first.title, second.title, first.tempo) == ("Tune 0", "Tune 1", 120)
    assert first.notes[:3].tolist() == [[0, 60, 3], [6, 61, 3], [12, 62, 3]]
    assert first.notes[-1].tolist() == [39 * 6, 63, 6]
    assert len(first.harmony.roots) == 21


def test_other_metres_free_solos_and_short_ones_are_left_out() -> None:
    given = tables({"signature": "3/4"}, {"style": "FREE"}, {"title": "Kept"})
    assert [solo["title"] for solo in tool.solos(*given)] == ["Kept"]
    assert not list(tool.solos(*tables({}, count=39)))


def test_solos_come_in_the_order_of_their_names() -> None:
    given = tables({"id": "b", "title": "Second"}, {"id": "a", "title": "First"})
    assert [solo["title"] for solo in tool.solos(*given)] == ["First", "Second"]


C = {beat: Place(0.5, 0, "maj") for beat in range(-4, 8)}


@pytest.mark.parametrize(
    ("notes", "events"),
    [
        # A pick-up has ticks below 0.
        ([Note(-1, 42, 0.0, 60, 1.0), Note(0, 0, 0.25, 61, 1.0)], [[-6, 60, 6]]),
        # It sounds for 0.8 of half a second, at half a second a beat.
        ([Note(0, 0, 0.0, 60, 0.8), Note(0, 12, 0.5, 61, 1.0)], [[0, 60, 10]]),
        # Never for no time at all, and never into the next.
        ([Note(0, 0, 0.0, 60, 0.01), Note(0, 12, 0.5, 61, 1.0)], [[0, 60, 1]]),
        ([Note(0, 0, 0.0, 60, 1.0), Note(0, 3, 0.5, 61, 1.0)], [[0, 60, 3]]),
        # Of two on one tick the first stays.
        ([Note(0, 5, 0.0, 60, 1.0), Note(0, 5, 0.1, 62, 1.0)], [[5, 60, 2]]),
        # There is no chord yet, or no beat.
        ([Note(-2, 0, 0.0, 59, 1.0), Note(0, 0, 0.5, 60, 1.0)], []),
    ],
)
def test_notes_become_events(notes: list[Note], events: list[list[int]]) -> None:
    assert events_of(notes, C)[: len(events) or -1] == events


def test_a_late_row_stands_where_its_tick_is() -> None:
    notes = [Note(0, 12, 0.0, 60, 0.5), Note(0, 6, 0.5, 61, 1.0)]
    assert events_of(notes, C) == [[6, 61, 6], [12, 60, 6]]


def test_a_place_without_a_chord_keeps_the_one_before() -> None:
    symbols = ("NC", "NC", "D-7", "NC", "G79b")
    beats = [Beat(n // 4, n % 4 + 1, 0.5, symbol) for n, symbol in enumerate(symbols)]
    places = places_of(beats)
    assert list(places) == [2, 3, 4]
    assert [place.root for place in places.values()] == [2, 2, 7]


@pytest.mark.parametrize(
    ("symbol", "root", "quality"),
    [
        ("Bb6", 10, "6"),
        ("F#-7", 6, "m7"),
        ("Am7b5", 9, "m7b5"),
        ("Cj7911#", 0, "maj7"),
        ("Eb6911#", 3, "6"),
        ("Dsus7913", 2, "sus"),
        ("G79b13b", 7, "7alt"),
        ("Bb-7/F", 10, "m7"),
        # As the shipped model was told, not as read_chord has it.
        ("G79b", 7, "7"),
        ("G7913b", 7, "7"),
        ("Eb+7", 3, "+"),
        ("Eb+79#", 3, "+"),
    ],
)
def test_the_spelling_of_the_database_is_read(
    symbol: str, root: int, quality: str
) -> None:
    assert chord_of(symbol) == (root, quality)


@pytest.mark.parametrize("suffix", tool.AS_LEARNT)
def test_an_exception_is_one_and_is_spelled_as_it_is_read(suffix: str) -> None:
    chord = read_chord(f"C{suffix}")
    assert (chord.suffix, chord.quality.name) == (suffix, "7alt")


def test_a_symbol_that_is_none_is_named() -> None:
    with pytest.raises(InputError, match="'X7'"):
        chord_of("X7")


def test_without_the_package_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    for name in ("rdata", "rdata.conversion", "rdata.parser"):
        monkeypatch.setitem(sys.modules, name, None)
    assert tool.main([str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert not out
    assert err.startswith("error: reading R's files takes the package rdata")
    assert "[corpora]" in err


def test_files_that_are_not_there_or_not_of_r_are_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pytest.importorskip("rdata", reason="make test does not install it")
    assert tool.main([str(tmp_path)]) == 1
    assert "wjd_meta.rda" in capsys.readouterr().err
    (tmp_path / "wjd_meta.rda").write_bytes(b"<html>")
    assert tool.main([str(tmp_path)]) == 1
    assert "no file of R's" in capsys.readouterr().err


def test_it_takes_one_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert tool.main([]) == 2
    assert "hint:" in capsys.readouterr().err
