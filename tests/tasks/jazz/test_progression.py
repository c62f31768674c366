# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.errors import InputError
from rnnkit.tasks.jazz.progression import (
    MOST_BARS,
    Progression,
    read_progression,
    symbol_of,
)


def beats_of(text: str, beats: int = 4) -> list[str]:
    return [symbol_of(c) for c in read_progression(text, beats=beats).each_beat()]


def bars_of(text: str) -> str:
    """The first chord of each bar, a letter or so each."""
    progression = read_progression(text)
    return " ".join(symbol_of(bar[0].chord) for bar in progression.bars)


def test_chords_share_a_bar() -> None:
    assert beats_of("C") == ["C"] * 4
    assert beats_of("C G") == ["C", "C", "G", "G"]
    assert beats_of("C F G") == ["C", "C", "F", "G"]
    assert beats_of("C F G A") == ["C", "F", "G", "A"]
    assert beats_of("C G", beats=3) == ["C", "C", "G"]


def test_a_slash_holds_a_chord() -> None:
    assert beats_of("C / / G") == ["C", "C", "C", "G"]
    assert beats_of("C | / G") == ["C"] * 4 + ["C", "C", "G", "G"]


def test_no_chord_is_silence() -> None:
    assert beats_of("C N.C. | NC") == ["C", "C"] + ["N.C."] * 6
    harmony = read_progression("N.C. | C | n.c.").harmony()
    assert {chord.symbol for chord in harmony} == {"C"}


@pytest.mark.parametrize(
    ("text", "bars"),
    [
        ("C | D | E", "C D E"),
        ("| C | D || E |]", "C D E"),
        ("C\nD |\n| E\n\n", "C D E"),
        ("C | % | % | D", "C C C D"),
        ("|: C | D :| E", "C D C D E"),
        ("C | D :| E", "C D C D E"),
        ("C |: D :| x3 E", "C D D D E"),
        ("C |: D :|x3| E", "C D D D E"),
        ("|: C :|: D :|", "C C D D"),
        ("|: C :||: D :|", "C C D D"),
        ("|: C | D |1 E :|2 F | G", "C D E C D F G"),
        ("|: C | D |1. E :|2. F | G", "C D E C D F G"),
        ("|: C | D [1 E :| [2 F | G", "C D E C D F G"),
        ("|: C | % :|", "C C C C"),
    ],
)
def test_bars_and_repeats(text: str, bars: str) -> None:
    assert bars_of(text) == bars


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("C | Dm77 | G", "'Dm77' (bar 2)", "did you mean 'Dm7'"),
        ("C D E F G", "5 chords in a bar of 4 beats (bar 1)", "put a |"),
        ("", "no chord in it", "Dm7 G7 | Cmaj7"),
        ("N.C. | |", "no chord in it", "Dm7"),
        ("% | C", "no bar before %", "begin with a chord"),
        ("|: C | D", "does not end", ":|"),
        ("|: C :| x99", "99 times", "from 1 to 64"),
        ("C |" * 50_000, "characters", "shorter"),
        ("|: C | C :| x64 " * 40, f"more than {MOST_BARS} bars", "choruses"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, message: str, hint: str) -> None:
    with pytest.raises(InputError) as failure:
        read_progression(text)
    assert message in failure.value.message
    assert hint in failure.value.hint


def test_changes_leave_out_what_is_held() -> None:
    progression = read_progression("C | % | Dm7 G7 | C")
    changes = [(beat, symbol_of(chord)) for beat, chord in progression.changes()]
    assert changes == [(0, "C"), (8, "Dm7"), (10, "G7"), (12, "C")]


chords = st.sampled_from(["C", "Dm7", "G7alt", "N.C.", "F#m7b5", "Bb6/9", "C/G"])
bars = st.lists(chords, min_size=1, max_size=3).map(" ".join)


@given(st.lists(bars, min_size=1, max_size=9), st.sampled_from([3, 4]))
def test_what_is_written_reads_back(lines: list[str], beats: int) -> None:
    progression = read_progression(" | ".join(["C", *lines]), beats=beats)
    assert read_progression(progression.text, beats=beats) == progression
    assert len(progression.each_beat()) == progression.total_beats
    assert progression.transposed(5).transposed(7).each_beat() == [
        chord and chord.transposed(0) for chord in progression.each_beat()
    ]


@given(st.text("CDm7 |:%/12[]x\n.", max_size=60))
def test_any_text_is_a_progression_or_an_explained_error(text: str) -> None:
    try:
        progression = read_progression(text)
    except InputError:
        return
    assert isinstance(progression, Progression)
    assert all(bar and not bar[0].beat for bar in progression.bars)
