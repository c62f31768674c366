# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnkit.errors import InputError
from rnnkit.files.midi import score_of
from rnnkit.files.midi_writing import midi_bytes
from rnnkit.files.score import Mark, Metre, Note, Score, Track
from rnnkit.tasks.jazz.arrangement import Style, arrange
from rnnkit.tasks.jazz.hearing import chords_of, hear, marked_progression
from rnnkit.tasks.jazz.progression import read_progression

CHORDS = read_progression("Dm7 G7 | Cmaj7 | N.C. | C6")
EIGHTHS = [Note(6 * n, 60 + n % 7, 5) for n in range(24)]
TRIPLETS = [Note(tick, 65, 3) for tick in (144, 148, 152, 168, 176)]


def piece(*, band: tuple[str, ...] = ("bass",), swing: float = 0.64) -> Score:
    style = Style(band=band, swing=swing)
    score = arrange(EIGHTHS + TRIPLETS, CHORDS, style, np.random.default_rng(1))
    return score_of(midi_bytes(score))


@pytest.mark.parametrize("band", [(), ("bass", "piano", "drums")])
@pytest.mark.parametrize("swing", [0.5, 0.58, 0.64, 0.75])
def test_the_notes_come_back_as_they_were_written(
    band: tuple[str, ...], swing: float
) -> None:
    heard = hear(piece(band=band, swing=swing))
    assert heard.swing == pytest.approx(swing, abs=0.01)
    assert heard.first_bar == (2 if band else 1)
    assert heard.notes[:, :2].tolist() == [
        [note.onset, note.pitch] for note in EIGHTHS + TRIPLETS
    ]
    lengths = [note.duration for note in EIGHTHS + TRIPLETS]
    assert np.abs(heard.notes[:, 2] - lengths).max() <= 1


def test_the_chords_come_back_too() -> None:
    found = marked_progression(piece(band=()))
    assert found is not None
    assert found.each_beat() == CHORDS.each_beat()
    with_an_ending = marked_progression(piece())
    assert with_an_ending is not None
    assert with_an_ending.each_beat()[:16] == CHORDS.each_beat()


def test_who_says_where_the_form_begins_is_believed() -> None:
    score = piece()
    early, late = hear(score, first_bar=1), hear(score, first_bar=3)
    assert (early.notes - late.notes)[:, 0].tolist() == [96] * len(early.notes)


def test_a_phrase_begins_in_bar_one_whereever_it_stood() -> None:
    track = Track("Solo", 0, 0, tuple(Note(96 * n + 50_000, 60, 40) for n in range(9)))
    phrase = hear(Score(96, (track,))).phrase(4)
    assert 0 <= phrase[0, 0] < 48
    assert np.diff(phrase[:, 0]).tolist() == [12] * 8


def test_a_phrase_has_one_voice_in_range() -> None:
    notes = tuple(Note(96 * n, pitch, 300) for n in range(9) for pitch in (20, 110))
    phrase = hear(Score(96, (Track("Solo", 0, 0, notes),))).phrase(4)
    assert len(phrase) == 9
    assert phrase[:, 1].min() >= 36
    assert phrase[:, 1].max() <= 96
    assert (phrase[:-1, 2] <= np.diff(phrase[:, 0])).all()


@pytest.mark.parametrize(
    ("texts", "count"),
    [
        (["A", "B", "A", "C"], 0),
        (["Am", "I", "D", "blue", "to", "night"], 0),
        (["Am7", "D7", "G", "C"], 4),
        (["Head", "Am7", "D7", "N.C."], 3),
        ([], 0),
    ],
)
def test_what_is_a_chord_among_the_words(texts: list[str], count: int) -> None:
    marks = tuple(Mark(96 * number, text) for number, text in enumerate(texts))
    assert len(chords_of(replace(piece(), marks=marks))) == count


def test_other_times_are_refused() -> None:
    odd = replace(piece(), metres=(Metre(0, 7, 8),))
    with pytest.raises(InputError, match="its time is 7/8"):
        hear(odd)
    cut = replace(piece(), metres=(Metre(0, 2, 2),))
    assert hear(cut).first_bar == 2


def test_far_too_many_bars_of_chords_are_refused() -> None:
    marks = (Mark(0, "Dm7"), Mark(480 * 4 * 5000, "G7"))
    with pytest.raises(InputError, match="5,001 bars"):
        marked_progression(replace(piece(), marks=marks))
