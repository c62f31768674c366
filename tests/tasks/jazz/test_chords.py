# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from rnnkit.tasks.jazz.chords import (
    QUALITIES,
    QUALITY,
    pitch_class,
    prefers_flats,
    simple_chord,
)
from rnnkit.tasks.jazz.symbols import read_chord


def test_the_order_of_the_qualities_is_that_of_the_networks_inputs() -> None:
    assert [quality.name for quality in QUALITIES] == [
        *("maj7", "6", "maj", "7", "7alt", "sus", "m7"),
        *("m6", "m", "mM7", "m7b5", "o7", "+"),
    ]
    assert [quality.index for quality in QUALITIES] == list(range(13))


@pytest.mark.parametrize("quality", QUALITY)
def test_a_quality_has_its_third_in_its_scale(quality: str) -> None:
    kind = QUALITY[quality]
    assert kind.tones[0] == kind.scale[0] == 0
    assert kind.tones[1] in kind.scale
    assert sorted(set(kind.scale)) == list(kind.scale)


@pytest.mark.parametrize("quality", QUALITY)
@pytest.mark.parametrize("root", range(12))
def test_the_symbol_of_a_simple_chord_reads_back(root: int, quality: str) -> None:
    chord = simple_chord(root, quality)
    again = read_chord(chord.symbol)
    assert (again.root, again.quality) == (root, QUALITY[quality])


def test_pitch_classes_and_scale_follow_the_root() -> None:
    chord = read_chord("Dm7")
    assert chord.pitch_classes == {2, 5, 9, 0}
    assert chord.scale == {2, 4, 5, 7, 9, 11, 0}


def test_transposing_moves_root_and_bass_and_spells_them() -> None:
    chord = read_chord("C7/E")
    assert chord.transposed(3).symbol == "Eb7/G"
    assert chord.transposed(1, flats=False).symbol == "C#7/F"
    assert chord.transposed(12) == chord
    assert chord.transposed(5).pitch_classes == {(p + 5) % 12 for p in (0, 4, 7, 10)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("C", 0), ("B", 11), ("Cb", 11), ("B#", 0), ("F##", 7), ("Bbb", 9), ("Eb", 3)],
)
def test_pitch_class(name: str, expected: int) -> None:
    assert pitch_class(name) == expected


@pytest.mark.parametrize("key", ["F", "Bb", "Gb", "Gm", "Cm", "Ebm"])
def test_keys_with_flats(key: str) -> None:
    assert prefers_flats(key.removesuffix("m"), minor=key.endswith("m"))


@pytest.mark.parametrize("key", ["G", "F#", "D", "Em", "Bm", "C#m"])
def test_keys_with_sharps(key: str) -> None:
    assert not prefers_flats(key.removesuffix("m"), minor=key.endswith("m"))
