# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.errors import UsageError
from rnnkit.files.midi import score_of
from rnnkit.files.midi_writing import midi_bytes
from rnnkit.files.score import Note, Score
from rnnkit.tasks.jazz.arrangement import (
    BAND,
    Style,
    arrange,
    ending_chord,
    read_band,
)
from rnnkit.tasks.jazz.forms import FORMS, progression_of
from rnnkit.tasks.jazz.instruments import INSTRUMENTS, instrument_named
from rnnkit.tasks.jazz.progression import read_progression

SOLO = [Note(0, 62, 6), Note(6, 65, 6), Note(12, 69, 12), Note(48, 67, 24)]


def piece(*, form: str = "blues", seed: int = 1, **settings: object) -> Score:
    style = Style(**settings)  # type: ignore[arg-type]
    return arrange(SOLO, progression_of(form), style, np.random.default_rng(seed))


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_piece_is_a_sound_file(form: str) -> None:
    score = piece(form=form, tempo=180)
    again = score_of(midi_bytes(score))
    assert again.remarks == ()
    assert again.tracks == score.tracks
    assert [track.name for track in score.tracks] == [
        *("Tenor Sax", "Piano", "Bass", "Drums"),
    ]
    assert [track.channel for track in score.tracks] == [0, 1, 2, 9]
    bars = len(progression_of(form)) + 2
    beats = bars * progression_of(form).beats
    assert score.seconds() == pytest.approx(beats * 60 / 180, abs=0.01)


def test_the_solo_begins_after_the_count_and_swings() -> None:
    solo = piece(swing=0.6).tracks[0]
    assert [note.onset for note in solo.notes] == [1920, 2208, 2400, 3840]


def test_alone_the_solo_begins_at_the_first_bar() -> None:
    score = piece(band=(), swing=0.5)
    assert [track.name for track in score.tracks] == ["Tenor Sax"]
    assert [note.onset for note in score.tracks[0].notes] == [0, 240, 480, 1920]


def test_a_pick_up_is_heard_in_the_count_and_never_before_the_beginning() -> None:
    progression = read_progression("C | G7")
    pick_up = [Note(-60, 60, 6), Note(-6, 64, 6), Note(0, 65, 6)]
    for band, count in ((("bass",), 2), ((), 1)):
        score = arrange(
            pick_up, progression, Style(band=band), np.random.default_rng(1)
        )
        assert len(score.tracks[0].notes) == count
        assert all(note.onset >= 0 for note in score.notes())


def test_switching_one_player_off_does_not_change_the_others() -> None:
    whole = {track.name: track for track in piece().tracks}
    for track in piece(band=("bass", "piano")).tracks:
        assert track == whole[track.name] or track.name == "Drums"
    for track in piece(band=("drums",)).tracks:
        assert track == whole[track.name]


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert midi_bytes(piece(seed=4)) == midi_bytes(piece(seed=4))
    assert midi_bytes(piece(seed=4)) != midi_bytes(piece(seed=5))


def test_the_chords_stand_in_the_file() -> None:
    marks = piece().marks
    assert (marks[0].tick, marks[0].text) == (1920, "Bb7")
    assert (marks[1].tick, marks[1].text) == (3840, "Eb7")


@pytest.mark.parametrize(
    ("text", "chord"),
    [("C7 | F7 | G7", "C7"), ("Dm7 | G7 | Cmaj7", "Cmaj7"), ("Am7 | D7 | Gm6", "Gm6")],
)
def test_the_ending_comes_to_rest(text: str, chord: str) -> None:
    assert ending_chord(read_progression(text)).symbol == chord


@pytest.mark.parametrize("tempo", [40, 320])
@pytest.mark.parametrize("swing", [0.5, 0.667, 0.8, None])
def test_every_tempo_and_swing(tempo: float, swing: float | None) -> None:
    assert score_of(midi_bytes(piece(tempo=tempo, swing=swing))).remarks == ()


@pytest.mark.parametrize(
    ("key", "named"),
    [("Bb", "Bb"), ("G#", "Ab"), ("Dbm", "C#m"), ("c minor", "Cm"), ("", "")],
)
def test_every_key_can_stand_in_the_file(key: str, named: str) -> None:
    assert score_of(midi_bytes(piece(key=key))).key == named


@pytest.mark.parametrize("tonic", "ABCDEFG")
@pytest.mark.parametrize("sign", ["", "#", "b"])
@pytest.mark.parametrize("mode", ["", "m"])
def test_no_key_is_too_strange(tonic: str, sign: str, mode: str) -> None:
    assert score_of(midi_bytes(piece(band=(), key=tonic + sign + mode))).key


@pytest.mark.parametrize("tempo", [39, 321, float("nan"), float("inf"), -1])
def test_a_tempo_out_of_range_is_refused(tempo: float) -> None:
    with pytest.raises(UsageError, match="tempo"):
        Style(tempo=tempo)


@pytest.mark.parametrize("swing", [0.49, 0.9, float("nan")])
def test_a_swing_out_of_range_is_refused(swing: float) -> None:
    with pytest.raises(UsageError, match="swing"):
        Style(swing=swing)


def test_the_band_is_read() -> None:
    assert read_band("none") == ()
    assert read_band("drums, bass") == ("bass", "drums")
    assert read_band("bass,piano,drums") == BAND
    with pytest.raises(UsageError, match="'bas'") as failure:
        read_band("bas")
    assert "'bass'" in failure.value.hint


def test_instruments_are_found_by_name() -> None:
    assert instrument_named("Tenor").program == 66
    assert instrument_named("muted trumpet") is INSTRUMENTS["muted-trumpet"]
    with pytest.raises(UsageError, match="'trompet'") as failure:
        instrument_named("trompet")
    assert "'trumpet'" in failure.value.hint
