# SPDX-License-Identifier: Apache-2.0
"""The course's way: its values, its network, its tidying up."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from rnnkit.tasks.jazz.arrangement import Style
from rnnkit.tasks.jazz.classic.course import STEPS, CourseNetwork
from rnnkit.tasks.jazz.classic.grammar import Value, tones, value_of
from rnnkit.tasks.jazz.classic.licks import licks, read_bar
from rnnkit.tasks.jazz.classic.playing import play_classic, played, pruned, rounded
from rnnkit.tasks.jazz.forms import progression_of
from rnnkit.tasks.jazz.symbols import read_chord

HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("chord", "pitch", "kind"),
    [
        ("Dm7", 65, "C"),
        ("Dm7", 64, "S"),
        ("Dm7", 59, "S"),
        ("Dm7", 63, "A"),
        ("Cmaj7", 65, "S"),
        ("Cmaj7", 70, "A"),
        ("C7", 71, "S"),
        ("Cdim7", 61, "A"),
        ("Csus4", 64, "A"),
    ],
)
def test_kinds(chord: str, pitch: int, kind: str) -> None:
    assert value_of(pitch, HALF, read_chord(chord), None).kind == kind


def test_values_in_writing() -> None:
    assert [str(value) for value in read_bar("Dm7 | . D4 F4*2 E4/2 Eb4*2/3")] == [
        "R,0.500",
        "C,0.500",
        "C,1.000,<6,0>",
        "S,0.250,<2,-4>",
        "A,0.333,<2,-4>",
    ]


@pytest.mark.parametrize("line", ["Dm7 D4", "Dm7 | H4", "Dm7 | D", "Dm7 | D4+2"])
def test_what_is_no_lick(line: str) -> None:
    with pytest.raises(ValueError, match="no"):
        read_bar(line)


def test_the_licks_fill_their_bars() -> None:
    heard = licks()
    assert sum(value.beats for value in heard) == 28 * 4
    assert len(heard) > 6 * STEPS
    assert 40 < len(set(heard)) < len(heard)


def test_the_network_learns_its_licks_by_heart() -> None:
    rounds: list[int] = []
    network = CourseNetwork(
        licks(), seed=1, progress=lambda done, loss: rounds.append(done)
    )
    assert rounds == list(range(1, 101))
    assert network.loss < 0.5
    said = network.say(50, np.random.default_rng(1))
    assert len(said) == 50
    heard = " ".join(map(str, licks()))
    # Most of what it says is a passage of what it heard: that is what is wrong with it.
    assert " ".join(map(str, said[8:14])) in heard
    other = network.say(50, np.random.default_rng(2), temperature=1.5)
    assert other != said


def test_too_little_to_learn_from() -> None:
    with pytest.raises(ValueError, match="do not fill a window"):
        CourseNetwork(licks()[:STEPS], seed=1)


def test_lengths_are_tossed_to_quarters() -> None:
    generator = np.random.default_rng(1)
    assert rounded(HALF, generator) == HALF
    thirds = {rounded(Fraction(1, 3), generator) for _ in range(50)}
    assert thirds == {Fraction(1, 4), HALF}
    assert rounded(Fraction(1, 12), generator) == Fraction(1, 4)


def test_the_second_of_two_equal_notes_goes() -> None:
    notes = [(0, 60, 3), (3, 60, 3), (6, 61, 3), (9, 62, 3), (12, 62, 3), (15, 63, 3)]
    assert [tick for tick, _, _ in pruned(notes)] == [0, 6, 9, 12, 15]


def test_notes_are_of_their_kind_and_within_reach() -> None:
    chords = [read_chord("Dm7")] * 8
    said = [Value("C", HALF, (4, -4)), Value("S", HALF, (2, -2)), Value("A", HALF)]
    notes = played(said, chords, np.random.default_rng(1))
    inside = tones("S", chords[0]) | tones("C", chords[0])
    assert {pitch % 12 for pitch in notes[:, 1].tolist()} <= inside
    assert (np.diff(notes[:, 0]) > 0).all()
    assert notes[-1, 0] + notes[-1, 2] <= 8 * 12


def test_a_piece_is_the_same_for_the_same_seed() -> None:
    progression, style = progression_of("blues"), Style(swing=0.5)
    pieces = [play_classic(progression, style, seed=seed) for seed in (1, 1, 2)]
    assert pieces[0].score == pieces[1].score
    assert pieces[0].score != pieces[2].score
    assert pieces[0].scorecard.passed
