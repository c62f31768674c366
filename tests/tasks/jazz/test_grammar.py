# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.tasks.jazz.chords import QUALITY
from rnnkit.tasks.jazz.grammar import (
    Value,
    cleaned_up,
    pruned,
    quantised,
    simplified,
    unparsed,
    values_of,
)
from rnnkit.tasks.jazz.solo import Harmony, Solo
from tests.tasks.jazz.lessons import SOLOS

C_MAJOR = Harmony(np.zeros(8, np.intp), np.full(8, QUALITY["maj7"].index))


def over_c(*notes: tuple[int, int, int]) -> list[list[Value]]:
    return values_of(Solo("", np.array(notes), C_MAJOR, 160))


def test_what_kind_of_tone_it_is() -> None:
    """C, D, F sharp (next to G) and E flat (next to E), G sharp over Cmaj7."""
    notes = [(12 * i, pitch, 12) for i, pitch in enumerate((60, 62, 66, 64))]
    (bar,) = over_c(*notes)
    assert [value.kind for value in bar] == ["C", "S", "A", "C"]
    minor = Harmony(np.zeros(4, np.intp), np.full(4, QUALITY["m7"].index))
    (bar,) = values_of(Solo("", np.array([[0, 61, 24], [24, 65, 24]]), minor, 160))
    assert [value.kind for value in bar] == ["A", "S"]
    bare = Harmony(np.zeros(4, np.intp), np.full(4, QUALITY["maj"].index))
    (bar,) = values_of(Solo("", np.array([[0, 70, 48]]), bare, 160))
    assert bar[0].kind == "X"


def test_intervals_and_rests_of_a_bar() -> None:
    first, second = over_c((6, 60, 6), (12, 64, 5), (36, 62, 24), (60, 60, 12))
    assert list(map(str, first)) == [
        "R,0.5",
        "C,0.5",
        "C,0.417,<7,1>",
        "R,1.583",
        "S,1,<1,-5>",
    ]
    # A bar begins anew, and what sounds into it has ended.
    assert list(map(str, second)) == ["R,1", "C,1", "R,2"]


def test_a_short_gap_belongs_to_the_note() -> None:
    (bar,) = over_c((0, 60, 4), (6, 62, 42))
    assert list(map(str, bar)) == ["C,0.5", "S,3.5,<5,-1>"]


def test_bars_are_filled() -> None:
    for bar in values_of(SOLOS[0]):
        assert sum(value.duration for value in bar) == 48


@pytest.mark.parametrize("text", ["C,0.5", "S,0.333,<5,-1>", "R,4", "X,0.25,<-2,-8>"])
def test_values_are_read_as_they_are_written(text: str) -> None:
    assert str(Value.read(text)) == text


@pytest.mark.parametrize(
    "text", ["", "C", "Q,1", "C,0", "C,9", "C,1,<2>", "C,1,<2,1", "C,nan", "C,1\n"]
)
def test_what_is_no_value(text: str) -> None:
    with pytest.raises(ValueError, match="value"):
        Value.read(text)


def test_the_rules() -> None:
    generator = np.random.default_rng(1)
    plain = simplified([Value("A", 3), Value("X", 3), Value("S", 3), Value("R", 3)])
    assert [value.kind for value in plain] == ["C", "C", "S", "R"]
    lengths = {value.duration for value in quantised([Value("C", 4)] * 50, generator)}
    assert lengths == {3, 6}
    assert quantised([Value("C", 6)], generator) == [Value("C", 6)]
    notes = [(0, 60, 3), (3, 60, 3), (6, 60, 3), (9, 61, 3), (9, 64, 0), (12, 64, 0)]
    assert pruned(notes) == [notes[0], *notes[2:5]]
    assert cleaned_up(notes)[-2:] == [(9, 61, 3), (12, 64, 3)]


def test_notes_of_values() -> None:
    """Each begins where its value ends, and keeps to its kind and reach."""
    generator = np.random.default_rng(1)
    values = [Value("C", 6), Value("S", 6, (4, 1)), Value("R", 12), Value("C", 12)]
    for _ in range(20):
        notes = unparsed([*values, Value("C", 24)], C_MAJOR, 48, generator)
        assert [(tick, held) for tick, _, held in notes] == [(54, 6), (60, 6), (84, 12)]
        first, second, third = (pitch for _, pitch, _ in notes)
        assert {first % 12, third % 12} <= {0, 4, 7, 11}
        assert 1 <= second - first <= 4
        assert second % 12 in {0, 2, 4, 5, 7, 9, 11}


def test_a_reach_without_a_tone_that_fits() -> None:
    values = [Value("C", 6), Value("C", 6, (1, 1))]
    # A semitone above a chord tone of C there is only the C.
    for seed in range(20):
        first, second = unparsed(values, C_MAJOR, 0, np.random.default_rng(seed))
        if first[1] % 12 != 11:
            assert abs(second[1] - first[1]) == 2


def test_pitches_stay_in_range() -> None:
    down = [Value("C", 1, (-4, -9))] * 40
    pitches = [note[1] for note in unparsed(down, C_MAJOR, 0, np.random.default_rng(1))]
    assert min(pitches) >= 48
    up = [Value("C", 1, (9, 4))] * 40
    pitches = [note[1] for note in unparsed(up, C_MAJOR, 0, np.random.default_rng(1))]
    assert max(pitches) <= 96
