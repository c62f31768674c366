# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rnnkit.errors import InputError
from rnnkit.files.midi_writing import midi_bytes, write_midi
from rnnkit.files.score import Mark, Metre, Note, Score, Tempo, Track
from rnnkit.tasks.jazz.forms import progression_of
from rnnkit.tasks.jazz.recordings import (
    BAND,
    MELODY,
    WRITTEN,
    is_of_recordings,
    read_recording,
    read_recordings,
)
from rnnkit.tasks.jazz.solo import Harmony
from tests.tasks.jazz.lessons import line, piece


def test_a_solo_with_its_chords(tmp_path: Path) -> None:
    write_midi(tmp_path / "Blues.mid", piece())
    found = read_recording(tmp_path / "Blues.mid")
    assert found.solo.title == "Blues"
    assert found.solo.tempo == pytest.approx(180, abs=0.01)
    assert found.chosen.track.name == "Tenor Sax"
    assert found.chords == WRITTEN
    # A bar is counted in, and the form begins after it.
    meant = [[tick, pitch] for tick, pitch, _ in line(1, bars=12)]
    assert found.solo.notes[:, :2].tolist() == meant
    blues = Harmony.of(progression_of("blues").harmony())
    assert found.solo.harmony.first == 0
    assert found.solo.harmony.roots[:48].tolist() == blues.roots.tolist()


def test_swing_is_undone(tmp_path: Path) -> None:
    straight, swung = tmp_path / "straight.mid", tmp_path / "swung.mid"
    write_midi(straight, piece(2))
    write_midi(swung, piece(2, swing=0.66))
    one, other = (read_recording(path).solo.notes for path in (straight, swung))
    assert one[:, :2].tolist() == other[:, :2].tolist()


def test_where_chords_come_from(tmp_path: Path) -> None:
    path = tmp_path / "blues.mid"
    write_midi(path, replace(piece(), marks=()))
    assert read_recording(path).chords == BAND
    write_midi(path, replace(piece(band=()), marks=()), force=True)
    assert read_recording(path).chords == MELODY


@pytest.mark.parametrize(
    "marks",
    [
        (Mark(0, "A"), Mark(480 * 40, "B")),
        tuple(Mark(480 * n, "C7" if n % 3 == 0 else "la") for n in range(48)),
    ],
)
def test_words_that_are_no_chords(marks: tuple[Mark, ...], tmp_path: Path) -> None:
    path = tmp_path / "blues.mid"
    write_midi(path, replace(piece(), marks=marks))
    assert read_recording(path).chords == BAND


def test_a_track_by_name_or_number(tmp_path: Path) -> None:
    path = tmp_path / "blues.mid"
    write_midi(path, piece())
    assert read_recording(path, track="bass").chosen.track.name == "Bass"
    number = str(read_recording(path).chosen.number)
    assert read_recording(path, track=number).chosen.track.name == "Tenor Sax"
    with pytest.raises(InputError, match="no melodic track 'flute'"):
        read_recording(path, track="flute")


def test_metres(tmp_path: Path) -> None:
    path = tmp_path / "tune.mid"
    for beats, unit, meant in ((3, 4, 3), (2, 2, 4), (4, 4, 4)):
        write_midi(path, replace(piece(), metres=(Metre(0, beats, unit),)), force=True)
        assert read_recording(path).solo.harmony.beats_a_bar == meant
    changing = (Metre(0, 4, 4), Metre(4800, 3, 4))
    write_midi(path, replace(piece(), metres=changing), force=True)
    assert "its metre changes" in read_recording(path).remarks[-1]
    write_midi(path, replace(piece(), metres=(Metre(0, 5, 4),)), force=True)
    with pytest.raises(InputError, match="time is 5/4"):
        read_recording(path)


def test_a_tempo_that_nobody_plays(tmp_path: Path) -> None:
    path = tmp_path / "tune.mid"
    write_midi(path, replace(piece(), tempos=(Tempo(0, 16_000_000),)))
    assert read_recording(path).solo.tempo == 20


def test_a_file_that_lasts_for_ever(tmp_path: Path) -> None:
    notes = tuple(Note(480 * 1000 * n, 60 + n, 480) for n in range(20))
    write_midi(tmp_path / "long.mid", Score(480, (Track("", 0, 0, notes),)))
    with pytest.raises(InputError, match="lasts more than"):
        read_recording(tmp_path / "long.mid")


def test_a_folder_with_broken_files(tmp_path: Path) -> None:
    """What can be used is used; what cannot is told, by name."""
    sound = midi_bytes(piece())
    (tmp_path / "deeper").mkdir()
    for number in range(3):
        write_midi(tmp_path / f"tune {number}.mid", piece(number))
    write_midi(tmp_path / "deeper" / "tune 0.MID", piece(3))
    (tmp_path / "empty.mid").write_bytes(b"")
    (tmp_path / "text.midi").write_bytes(b"This is not music.\n")
    (tmp_path / "noise.mid").write_bytes(b"\xff" * 20_000)
    (tmp_path / "cut.mid").write_bytes(sound[:-5])
    (tmp_path / "half.mid").write_bytes(sound[: len(sound) // 20])
    (tmp_path / "notes.txt").write_bytes(b"not asked")
    drums = Track("Drums", 9, 0, tuple(Note(120 * n, 42, 60) for n in range(40)))
    write_midi(tmp_path / "drums.mid", Score(480, (drums,)))
    found = read_recordings(tmp_path)
    titles = [solo.title for solo in found.solos]
    assert titles[:4] == ["cut", "tune 0", "tune 1", "tune 2"]
    assert titles[-1] == str(Path("deeper", "tune 0"))
    refused = " ".join(found.refused)
    for name in ("empty", "text", "noise", "half", "drums"):
        assert f"{name}.mid" in refused
    assert "notes.txt" not in refused


def test_nothing_to_use(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no MIDI file"):
        read_recordings(tmp_path)
    for name in ("one.mid", "two.mid"):
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputError, match=r"no MIDI file can be used.*1 more like it"):
        read_recordings(tmp_path)


def test_what_is_taken_for_recordings(tmp_path: Path) -> None:
    assert is_of_recordings(tmp_path)
    assert is_of_recordings(Path("tune.MID"))
    assert not is_of_recordings(Path("solos.jsonl"))
    assert not is_of_recordings(Path("-"))
