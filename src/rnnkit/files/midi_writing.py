# SPDX-License-Identifier: Apache-2.0
"""Scores to MIDI files of type 1, byte by byte.

    MThd  length, type, tracks, ticks a beat
    MTrk  length, then events: the ticks since the one before, and what happens

Writing needs none of the care that reading does, and no library: importing one takes
longer than writing a piece. The tests read what is written with mido.
(Standard MIDI-File Format Specification 1.1, 1988.)
"""

from __future__ import annotations

import struct
from pathlib import Path

from rnnkit.files.atomic import write_bytes
from rnnkit.files.musicxml import MAJOR_KEYS, MINOR_KEYS
from rnnkit.files.score import Metre, Note, Score, Track

_GRID = 12
"""Eighths, triplets and sixteenths all fall on a tick of such a part of a beat."""

_LONGEST_DELTA = 0x0FFFFFFF
_LARGEST_RESOLUTION = 0x7FFF
_LARGEST_TEMPO = 0xFFFFFF
_LET_GO = 64
"""How fast a key is let go: as those say that cannot measure it."""

_NAME, _MARKER, _END, _TEMPO, _METRE, _KEY = 0x03, 0x06, 0x2F, 0x51, 0x58, 0x59
_CLICKS, _THIRTY_SECONDS = 24, 8

Event = tuple[int, bytes]
"""A tick, and the bytes of what happens then."""


def write_midi(path: Path, score: Score, *, force: bool = False) -> None:
    """Write a MIDI file, whole or not at all.

    Raises:
        OutputError: it exists and `force` is false, or it cannot be written.
        ValueError: the score holds what MIDI cannot express.
    """
    write_bytes(path, midi_bytes(score), force=force)


def midi_bytes(score: Score) -> bytes:
    """Return the bytes of a MIDI file of type 1.

    The first track holds title, tempos, metres, key and marks; then each track comes
    with its name, program and notes. Where a pitch is struck again on a channel while
    it sounds, the first note ends there, because a channel cannot tell the two apart.

    Raises:
        ValueError: `ticks_per_beat` is no multiple of 12, or a number has no place in
            MIDI.
    """
    resolution = _within(score.ticks_per_beat, _GRID, _LARGEST_RESOLUTION)
    if resolution % _GRID:
        raise ValueError(f"{resolution} ticks a beat, not a multiple of 12")
    tracks = [_chunk(_conductor(score))]
    sounding = _without_overlaps(score.tracks)
    for track, notes in zip(score.tracks, sounding, strict=True):
        tracks.append(_chunk(_instrument(track, notes)))
    header = struct.pack(">4sIHHH", b"MThd", 6, 1, len(tracks), resolution)
    return header + b"".join(tracks)


def _conductor(score: Score) -> list[Event]:
    events = [(0, _text(_NAME, score.title))]
    for tempo in score.tempos:
        microseconds = _within(tempo.microseconds, 1, _LARGEST_TEMPO)
        events.append((tempo.tick, _meta(_TEMPO, microseconds.to_bytes(3, "big"))))
    events += [(metre.tick, _meta(_METRE, _metre(metre))) for metre in score.metres]
    if score.key:
        events.append((0, _meta(_KEY, _key(score.key))))
    return events + [(mark.tick, _text(_MARKER, mark.text)) for mark in score.marks]


def _metre(metre: Metre) -> bytes:
    """Beats of a bar, and the power of two that their value is."""
    power = metre.unit.bit_length() - 1
    if metre.unit < 1 or metre.unit != 1 << power:
        raise ValueError(f"no note is a 1/{metre.unit}")
    beats = _within(metre.beats, 1, 255)
    return bytes([beats, _within(power, 0, 255), _CLICKS, _THIRTY_SECONDS])


def _key(name: str) -> bytes:
    """Sharps of a key, or minus its flats; and whether it is minor."""
    minor = name.endswith("m")
    fifths = (MINOR_KEYS if minor else MAJOR_KEYS).index(name.removesuffix("m")) - 7
    return struct.pack(">bB", fifths, minor)


def _instrument(track: Track, notes: list[Note]) -> list[Event]:
    channel = _within(track.channel, 0, 15)
    program = bytes([0xC0 | channel, _within(track.program, 0, 127)])
    ends, beginnings = [], []
    for note in notes:
        pitch = _within(note.pitch, 0, 127)
        velocity = _within(note.velocity, 1, 127)
        ends.append((note.end, bytes([0x80 | channel, pitch, _LET_GO])))
        beginnings.append((note.onset, bytes([0x90 | channel, pitch, velocity])))
    return [(0, _text(_NAME, track.name)), (0, program), *ends, *beginnings]


def _chunk(events: list[Event]) -> bytes:
    """A track. Of what happens on one tick, that which is named first comes first."""
    body = bytearray()
    last = 0
    for tick, event in sorted(events, key=lambda event: event[0]):
        if not 0 <= tick - last <= _LONGEST_DELTA:
            raise ValueError(f"{tick} ticks is no time that MIDI can express")
        body += _variable(tick - last) + event
        last = tick
    body += _variable(0) + _meta(_END, b"")
    return struct.pack(">4sI", b"MTrk", len(body)) + body


def _text(kind: int, text: str) -> bytes:
    return _meta(kind, text.encode("utf-8", "replace"))


def _meta(kind: int, data: bytes) -> bytes:
    return bytes([0xFF, kind]) + _variable(len(data)) + data


def _variable(number: int) -> bytes:
    """A number in groups of seven bits; all but the last have the eighth bit set."""
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F | 0x80)
    return bytes(reversed(groups))


def _within(number: int, least: int, most: int) -> int:
    if not least <= number <= most:
        raise ValueError(f"{number} is not from {least} to {most}")
    return number


def _without_overlaps(tracks: tuple[Track, ...]) -> list[list[Note]]:
    """Cut each note where its pitch is struck again on the same channel."""
    following: dict[tuple[int, int], int] = {}
    kept: list[list[Note]] = [[] for _ in tracks]
    everything = [
        (note, number) for number, track in enumerate(tracks) for note in track.notes
    ]
    for note, number in sorted(everything, reverse=True):
        place = (tracks[number].channel, note.pitch)
        limit = following.get(place, note.end)
        # Two that begin together would be one sound; the longer one is heard.
        if limit > note.onset:
            shortened = note._replace(duration=min(note.end, limit) - note.onset)
            kept[number].append(shortened)
            following[place] = note.onset
    return [sorted(notes) for notes in kept]
