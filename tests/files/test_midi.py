# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
from pathlib import Path

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.errors import InputError, OutputError
from rnnkit.files.midi import read_midi, score_of
from rnnkit.files.midi_writing import midi_bytes, write_midi
from rnnkit.files.score import Mark, Metre, Note, Score, Tempo, Track, tempo_of
from tests.files.conftest import Told
from tests.files.midi_bytes import header, meta, note, plain, track, variable


def pitches(data: bytes) -> list[list[int]]:
    return [[one.pitch for one in part.notes] for part in score_of(data).tracks]


def test_notes_have_their_onset_pitch_length_and_loudness() -> None:
    score = score_of(plain(note(60) + note(64, wait=48, length=10)))
    assert score.tracks[0].notes == (Note(0, 60, 96, 80), Note(144, 64, 10, 80))
    assert score.ticks_per_beat == 96
    assert score.remarks == ()


def test_running_status_and_silent_note_ons_end_notes() -> None:
    body = bytes([0, 0x90, 60, 80, 24, 60, 0, 0, 62, 80, 24, 62, 0])
    assert score_of(plain(body)).tracks[0].notes == (
        Note(0, 60, 24, 80),
        Note(24, 62, 24, 80),
    )


def test_a_name_a_program_and_a_channel_make_a_track() -> None:
    body = meta(3, b"Tenor") + bytes([0, 0xC2, 66]) + note(channel=2)
    (part,) = score_of(plain(body)).tracks
    assert (part.name, part.program, part.channel) == ("Tenor", 66, 2)


def test_each_channel_of_a_file_of_type_0_is_a_track() -> None:
    data = header(form=0) + track(note(60) + note(40, channel=1) + note(35, channel=9))
    parts = score_of(data).tracks
    assert [part.channel for part in parts] == [0, 1, 9]
    assert [part.is_drums for part in parts] == [False, False, True]


def test_of_separate_pieces_only_the_first_is_read_and_this_is_said() -> None:
    data = header(form=2, tracks=2) + track(note(60)) + track(note(72))
    score = score_of(data)
    assert [len(part.notes) for part in score.tracks] == [1]
    assert any("only the first" in remark for remark in score.remarks)


def test_tempo_metre_key_title_and_marks_are_read() -> None:
    first = (
        meta(3, b"Blue")
        + meta(0x51, (400_000).to_bytes(3, "big"))
        + meta(0x58, bytes([3, 2, 24, 8]))
        + meta(0x59, bytes([254, 0]))
        + meta(6, b"Dm7")
    )
    score = score_of(plain(first, note()))
    assert score.tempos == (Tempo(0, 400_000),)
    assert score.tempos[0].beats_a_minute == 150
    assert score.metres == (Metre(0, 3, 4),)
    assert (score.key, score.title) == ("Bb", "Blue")
    assert score.marks == (Mark(0, "Dm7"),)
    assert score.seconds() == pytest.approx(0.4)


def test_without_a_tempo_and_a_metre_those_of_midi_hold() -> None:
    score = score_of(plain())
    assert score.tempos == (Tempo(0, 500_000),)
    assert score.metres == (Metre(0, 4, 4),)


DAMAGED = {
    "tempo 0": (plain(meta(0x51, bytes(3)) + note()), "a tempo that cannot be"),
    "short tempo": (plain(meta(0x51, b"\1") + note()), "a tempo that cannot be"),
    "short metre": (plain(meta(0x58, b"\4") + note()), "a time signature that"),
    "vast metre": (plain(meta(0x58, b"\4\xff\0\0") + note()), "a time signature that"),
    "nine sharps": (plain(meta(0x59, b"\x09\0") + note()), "a key that"),
    "no end": (header() + track(note(), end=b""), "its end was missing"),
    "short length": (header() + track(note(), length=3), "longer than it says"),
    "long length": (header() + track(note(), length=999), "length was wrong"),
    "no note off": (plain(bytes([0, 0x90, 60, 80])), "never ended"),
    "struck twice": (
        plain(bytes([0, 0x90, 60, 80, 48, 60, 80, 48, 60, 0])),
        "struck again",
    ),
    "too many tracks": (header(tracks=500) + track(note()), "claims 500 tracks"),
    "too few tracks": (header(tracks=0) + track(note()), "claims 0 tracks"),
    "riff": (b"RIFF\0\0\0\0RMIDdata\0\0\0\0" + plain(), "before the MIDI header"),
    "macbinary": (bytes(128) + plain(), "128 bytes before"),
    "film": (plain(division=0xE250), "counted in seconds"),
    "long header": (plain()[:7] + b"\xff" + plain()[8:], "header claims 255"),
    "cable": (plain(b"\0\xf1\0\0\xfe" + note()), "belongs on a cable"),
    "rest lost": (plain(note() + b"\0\x90\x80\x80" + note()), "above 127"),
    "cut": (plain(note() + note())[:-10], "missing"),
    "sysex": (plain(note() + b"\0\xf0\x7f\1"), "cut off"),
    "bad status": (plain(note() + b"\0\x10"), ""),
    "long number": (plain(note() + b"\xff\xff\xff\xff\x7f" + note()), "four bytes"),
    "ages": (plain(note() + variable(0x0FFFFFFF) + note()[1:]), "longer than"),
    "tail": (plain() + b"trailing", "after the music"),
    "odd chunk": (header() + b"XFIH\0\0\0\2ab" + track(note()), ""),
    "lying chunk": (header() + b"XFIH\xff\xff\xff\xffab" + track(note()), ""),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_damage_is_mended_and_said(kind: str) -> None:
    data, remark = DAMAGED[kind]
    score = score_of(data)
    assert score.tracks[0].notes[0].pitch == 60
    assert score.seconds() < 60
    assert any(remark in sentence for sentence in score.remarks) or not remark


def test_a_track_with_a_wrong_length_does_not_hide_the_next() -> None:
    for length in (1, 7, 15, 200, 2**31):
        body = header(tracks=2) + track(note(), length=length) + track(note(67))
        assert pitches(body) == [[60], [67]]


REFUSED = {
    "empty": (b"", "is empty"),
    "text": (b"Dm7 G7 Cmaj7" * 99, "not a MIDI file"),
    "header only": (header(), "no track"),
    "no ticks": (plain(division=0), "no ticks for a beat"),
    "no frames": (plain(division=0x8000), "no ticks for a beat"),
    "too many notes": (plain(note(length=1) * 31_000), "notes and marks"),
    "too many messages": (plain(b"\0\xb0\1\1" + b"\0\1\1" * 260_000), "messages"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_music_is_refused(kind: str, tmp_path: Path, told: Told) -> None:
    data, message = REFUSED[kind]
    path = tmp_path / "given.mid"
    path.write_bytes(data)
    with told(InputError, message, ""):
        read_midi(path)


def test_ff_bytes_and_large_files_take_no_time(tmp_path: Path, told: Told) -> None:
    path = tmp_path / "ones.mid"
    path.write_bytes(header() + track(b"\xff" * 200_000))
    assert read_midi(path).tracks == ()
    path.write_bytes(bytes(2**20 + 1))
    with told(InputError, "at most", ""):
        read_midi(path)


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("テナー".encode("cp932"), "テナー"),
        ("Müller".encode(), "Müller"),
        (b"\x1b[31mred\x07\r\n", "[31mred"),
        (b"a\0b", "a b"),
        (b"x" * 300, "x" * 80),
    ],
)
def test_names_are_decoded_and_cannot_steer_a_terminal(data: bytes, shown: str) -> None:
    assert score_of(plain(meta(3, data) + note())).tracks[0].name == shown


def a_score(notes: list[Note], **changes: object) -> Score:
    settings: dict[str, object] = {
        "ticks_per_beat": 24,
        "tracks": (Track("Solo", 0, 66, tuple(notes)),),
        "tempos": (tempo_of(137),),
        "metres": (Metre(0, 3, 4),),
        "key": "F",
        "title": "Blues",
        "marks": (Mark(0, "F7"), Mark(72, "Bb7")),
    } | changes
    return Score(**settings)  # type: ignore[arg-type]


notes_of_midi = st.builds(
    Note, st.integers(0, 5000), st.integers(0, 127), st.integers(1, 500),
    st.integers(1, 127),
)  # fmt: skip


@given(st.lists(notes_of_midi, max_size=40))
def test_what_is_written_reads_back_without_overlaps(notes: list[Note]) -> None:
    score = score_of(midi_bytes(a_score(sorted(notes))))
    assert score.remarks == ()
    assert score.tempos == (Tempo(0, 437956),)
    assert (score.key, score.title, len(score.marks)) == ("F", "Blues", 2)
    back = [one for part in score.tracks for one in part.notes]
    assert {(one.onset, one.pitch) for one in back} == {
        (one.onset, one.pitch) for one in notes
    }
    for one in back:
        assert not any(
            other.pitch == one.pitch and one.onset < other.onset < one.end
            for other in back
        )


def test_a_score_without_overlaps_comes_back_as_it_was() -> None:
    score = a_score([Note(0, 60, 24, 90), Note(24, 60, 12, 70), Note(30, 64, 8, 60)])
    assert score_of(midi_bytes(score)) == score


def test_tracks_on_one_channel_do_not_end_each_others_notes() -> None:
    tracks = (
        Track("A", 0, 0, (Note(0, 60, 48),)),
        Track("B", 0, 0, (Note(24, 60, 48),)),
    )
    data = midi_bytes(a_score([], tracks=tracks))
    assert [part.notes for part in score_of(data).tracks] == [
        (Note(0, 60, 24),),
        (Note(24, 60, 48),),
    ]


def test_a_silent_score_is_a_sound_file() -> None:
    file = mido.MidiFile(file=io.BytesIO(midi_bytes(a_score([]))))
    assert [part[-1].type for part in file.tracks] == ["end_of_track"] * 2


@pytest.mark.parametrize(
    "changes",
    [
        {"ticks_per_beat": 100},
        {"tracks": (Track("A", 0, 0, (Note(0, 128, 1),)),)},
        {"tracks": (Track("A", 0, 0, (Note(-5, 60, 1),)),)},
        {"tracks": (Track("A", 0, 0, (Note(2**40, 60, 1),)),)},
        {"tracks": (Track("A", 16, 0, (Note(0, 60, 1),)),)},
    ],
)
def test_what_midi_cannot_express_is_not_written(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        midi_bytes(a_score([], **changes))


@pytest.mark.parametrize("tempo", [40, 137, 200.5, 320])
def test_a_tempo_is_as_exact_as_midi_can_say_it(tempo: float) -> None:
    assert tempo_of(tempo).beats_a_minute == pytest.approx(tempo, rel=1e-5)


def test_nothing_is_replaced_without_force(tmp_path: Path) -> None:
    path = tmp_path / "solo.mid"
    write_midi(path, a_score([Note(0, 60, 24)]))
    before = path.read_bytes()
    with pytest.raises(OutputError, match="it exists"):
        write_midi(path, a_score([]))
    assert path.read_bytes() == before
    write_midi(path, a_score([]), force=True)
    assert path.read_bytes() != before


def test_rescaling_keeps_the_music() -> None:
    score = a_score([Note(0, 60, 24), Note(25, 62, 1)])
    coarse = score.rescaled(12)
    assert coarse.tracks[0].notes == (Note(0, 60, 12, 80), Note(13, 62, 1, 80))
    assert coarse.marks == (Mark(0, "F7"), Mark(36, "Bb7"))
    assert coarse.seconds(36) == pytest.approx(score.seconds(72))


def test_seconds_follow_the_tempos() -> None:
    tempos = (Tempo(0, 500_000), Tempo(48, 1_000_000))
    score = a_score([Note(0, 60, 96)], tempos=tempos)
    assert score.seconds() == pytest.approx(1 + 2)
    assert score.seconds(24) == pytest.approx(0.5)
