# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.errors import InputError
from rnnkit.tasks.jazz.symbols import read_chord

SPELLINGS = {
    "maj7": "Cmaj7 CMaj7 CM7 Cma7 CΔ CΔ7 C△7 C∆ C^ C^7 Cj7 Cmaj9 CΔ9 Cmaj13 CMA7 "
    "C^7#11 Cmaj7#11 Cmaj7#5 C(maj7) Cmajor7",
    "6": "C6 C69 C6/9 C6add9 CM6 Cmaj6 C6/9#11",
    "maj": "C CM Cmaj C5 Cadd9 C2 Cadd2 CMajor",
    "7": "C7 C9 C13 C7#11 C9#11 C13#11 C11 C7b5 C9b5 C7add13 Cdom7 E7#11 F7/A",
    "7alt": "C7alt Calt C7b9 C7#9 C7#9b13 C7(b9,#11) C7#5 C+7 C7+ Caug7 C7-9 C7+9 C+9 "
    "C7b13 C13b9 C7b9b13 C7b9#9 C9#5 C7♭9 C7♯5 C7+5 Calt7 C9+5",
    "sus": "Csus Csus4 C7sus C7sus4 C9sus4 C13sus Csus2 C7susb9 C7b9sus C7b13sus C4",
    "m7": "Cm7 C-7 Cmin7 Cmi7 Cm9 C-9 Cm11 C-11 Cm13 Cm7b13 Cminor7 CMIN7 C–7 C−7",
    "m6": "Cm6 C-6 Cm69 C-6/9 Cmin6",
    "m": "Cm C- Cmin Cmi C-b6 Cmadd9 Cm(add9) Cminor",
    "mM7": "CmM7 Cmmaj7 C-maj7 C-Δ7 C-Δ CmΔ Cm(maj7) C-^7 C-j7 CminMaj7 Cm^9 CmM9",
    "m7b5": "Cm7b5 C-7b5 Cø Cø7 Ch7 Ch Cm7(b5) Cm7-5 C-7-5 Cmin7b5 CØ7 Cm9b5 Chalfdim7",
    "o7": "Cdim Cdim7 C° C°7 Co Co7 Cº7 Cdim9",
    "+": "C+ Caug C(#5) C+5",
}
CASES = [(text, name) for name, texts in SPELLINGS.items() for text in texts.split()]


@pytest.mark.parametrize(("text", "quality"), CASES)
def test_every_spelling_has_its_quality(text: str, quality: str) -> None:
    assert read_chord(text).quality.name == quality


@pytest.mark.parametrize(("text", "quality"), CASES)
def test_what_is_written_reads_back(text: str, quality: str) -> None:
    chord = read_chord(text)
    again = read_chord(chord.symbol)
    assert (again.tones, again.quality) == (chord.tones, chord.quality)
    assert chord.symbol.isascii()


@pytest.mark.parametrize(
    ("text", "tones"),
    [
        ("C", (0, 4, 7)),
        ("C7", (0, 4, 7, 10)),
        ("C9", (0, 4, 7, 10, 14)),
        ("C13", (0, 4, 7, 10, 14, 21)),
        ("C7#11", (0, 4, 7, 10, 18)),
        ("C7#9b13", (0, 4, 7, 10, 15, 20)),
        ("C13b9", (0, 4, 7, 10, 13, 21)),
        ("C7sus4", (0, 5, 7, 10)),
        ("Csus2", (0, 2, 7)),
        ("Csus24", (0, 2, 5, 7)),
        ("C5", (0, 7)),
        ("C+7", (0, 4, 8, 10)),
        ("Cdim", (0, 3, 6)),
        ("Cdim7", (0, 3, 6, 9)),
        ("Cø", (0, 3, 6, 10)),
        ("C6/9", (0, 4, 7, 9, 14)),
        ("C-9", (0, 3, 7, 10, 14)),
        ("Cadd9no3", (0, 7, 14)),
        ("CmM7", (0, 3, 7, 11)),
    ],
)
def test_the_tones_are_those_that_were_written(
    text: str, tones: tuple[int, ...]
) -> None:
    assert read_chord(text).tones == tones


@pytest.mark.parametrize(
    ("text", "root", "bass"),
    [
        ("Bb7", 10, 10),
        ("B♭7", 10, 10),
        ("bb7", 10, 10),
        ("Bbb5", 10, 10),
        ("F#m7b5/C", 6, 0),
        ("C/Bb", 0, 10),
        ("c/g", 0, 7),
        ("Ebmaj7/G", 3, 7),
        ("Ab5", 8, 8),
    ],
)
def test_roots_and_basses(text: str, root: int, bass: int) -> None:
    chord = read_chord(text)
    assert (chord.root, chord.bass) == (root, bass)


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("Cmaj77", "'Cmaj7'"),
        ("Dm77", "'Dm7'"),
        ("Gdom8", "'Gdim'"),
        ("Bbxyz", "common ones"),
        ("H7", "B7"),
        ("", "from A to G"),
        ("7", "from A to G"),
        ("Q7", "from A to G"),
        ("C/H", "C"),
        ("A" * 10_000, "from A to G"),
    ],
)
def test_an_unknown_symbol_is_named_with_the_nearest(text: str, proposed: str) -> None:
    with pytest.raises(InputError, match="no chord is written") as failure:
        read_chord(text)
    assert proposed in failure.value.hint
    assert len(failure.value.message) < 120


@given(st.text(string.printable + "♭♯Δø°", max_size=12))
def test_any_text_is_a_chord_or_an_explained_error(text: str) -> None:
    try:
        chord = read_chord(text)
    except InputError:
        return
    assert read_chord(chord.symbol).tones == chord.tones
