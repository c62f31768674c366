# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rnnkit.errors import InputError
from rnnkit.tasks.jazz.corpus import read_events, split
from tests.tasks.jazz.lessons import FILE, SOLOS, line, told


def test_a_file_of_events() -> None:
    first = SOLOS[0]
    assert first.title == "Tune 0"
    assert first.tempo == 160
    assert first.notes[:, :2].tolist() == [note[:2] for note in line(0)]
    assert first.harmony.roots[:5].tolist() == [2, 2, 2, 2, 7]


def test_blank_lines_and_short_solos_are_passed_over() -> None:
    short = told("Short", 1, events=line(1)[:5])
    assert len(read_events([*FILE, "", short])) == len(FILE)


@pytest.mark.parametrize(
    "other",
    [
        {"tempo": 0},
        {"tempo": "fast"},
        {"tempo": 1e999},
        {"events": [[0, 60]]},
        {"events": [[0, 200, 3]] * 9},
        {"events": [[2**60, 60, 3]] * 9},
        {"chords": []},
        {"chords": [[0, 2, "Dm7"]]},
        {"chords": [[4, 2, "m7"], [0, 7, "7"]]},
        {"chords": [[0, 2, "m7"], [10**9, 7, "7"]]},
    ],
    ids=str,
)
def test_strange_lines_are_refused_by_their_number(other: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="line 2 does not hold the events"):
        read_events([FILE[0], told("Strange", 1, **other), FILE[1]])


@pytest.mark.parametrize("text", ["{", "[]", "3", '"title"', "{}", "[" * 100_000])
def test_lines_that_are_no_solo(text: str) -> None:
    with pytest.raises(InputError, match="line 1 does not hold the events"):
        read_events([text])


def test_one_solo_is_nothing_to_learn_from() -> None:
    with pytest.raises(InputError, match="has 1 solo"):
        read_events(FILE[:1])


def test_all_solos_over_a_tune_are_in_one_part() -> None:
    again = read_events([told(f"TUNE {n}", 100 + n) for n in range(12)])
    parts = split([*SOLOS, *again], validation=0.2, test=0.2)
    where: dict[str, str] = {}
    for part, solos in parts.items():
        for solo in solos:
            assert where.setdefault(solo.title.lower(), part) == part
    assert sum(map(len, parts.values())) == 24
    assert all(parts.values())


def test_one_tune_cannot_be_split() -> None:
    again = [replace(solo, title="Tune") for solo in SOLOS]
    with pytest.raises(InputError, match="too few tunes: 1"):
        split(again, validation=0.2, test=0.2)


@pytest.mark.parametrize("count", range(2, 8))
@pytest.mark.parametrize("share", [0.001, 0.5, 0.9])
def test_of_few_tunes_some_are_learnt_from_and_some_judge(
    count: int, share: float
) -> None:
    for first in range(12 - count):
        solos = SOLOS[first : first + count]
        parts = split(solos, validation=1 - share, test=share)
        assert parts["train"]
        assert parts["validation"]
        assert sum(map(len, parts.values())) == count


def test_a_title_that_is_no_text() -> None:
    solos = read_events([told("\ud800", 1), told("\udcff", 2)])
    assert all(
        split(solos, validation=0.5, test=0.0)[p] for p in ("train", "validation")
    )
