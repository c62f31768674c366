# SPDX-License-Identifier: Apache-2.0
"""MIDI files to scores: the only place that knows mido. `midi_writing` goes back.

`midi_mending` has looked at every byte before mido does, so that a damaged file is
either mended, which `Score.remarks` tells, or refused with one clear sentence, and
takes no longer than a sound one.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mido

from rnnkit.errors import InputError
from rnnkit.files.midi_mending import LARGEST_MIDI, mend
from rnnkit.files.reading import read_as
from rnnkit.files.score import (
    Mark,
    Metre,
    Note,
    Score,
    Tempo,
    Track,
)

_LONGEST_NAME = 80
_FAILURES = (
    OSError,
    EOFError,
    ValueError,
    IndexError,
    KeyError,
    mido.KeySignatureError,
)


def read_midi(path: Path) -> Score:
    """Read a MIDI file, of whatever type and from whatever program.

    Raises:
        InputError: the file cannot be read, is no MIDI file, or holds no music.
    """
    return read_as(path, score_of, limit=LARGEST_MIDI)


def score_of(data: bytes) -> Score:
    """Read the bytes of a MIDI file.

    Raises:
        InputError: they are no MIDI file, or hold far too much.
    """
    if not data:
        raise InputError("it is empty", hint="give another file")
    mended = mend(data)
    try:
        file = mido.MidiFile(file=io.BytesIO(mended.data), charset="latin-1")
    except _FAILURES as failure:
        raise InputError(
            f"it is damaged ({type(failure).__name__})", hint="give another file"
        ) from failure
    gathered = _Gathered(mended.remarks)
    for number, track in enumerate(file.tracks):
        gathered.read(number, track)
    tempos = [] if mended.smpte else sorted(gathered.tempos)
    return Score(
        ticks_per_beat=file.ticks_per_beat,
        tracks=tuple(gathered.tracks),
        tempos=_from_start(tempos, Tempo(0, 500_000)),
        metres=_from_start(sorted(gathered.metres), Metre(0, 4, 4)),
        key=gathered.key,
        title=gathered.title,
        marks=tuple(sorted(gathered.marks)),
        remarks=tuple(gathered.remarks),
    )


@dataclass
class _Gathered:
    """What the tracks of a file say."""

    remarks: list[str]
    tracks: list[Track] = field(default_factory=list)
    tempos: list[Tempo] = field(default_factory=list)
    metres: list[Metre] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    key: str = ""
    title: str = ""

    def read(self, number: int, messages: Iterable[Any]) -> None:
        """Read one track; each of its channels becomes a track of the score."""
        now = 0
        name = ""
        programs: dict[int, int] = {}
        started: dict[tuple[int, int], tuple[int, int]] = {}
        notes: dict[int, list[Note]] = defaultdict(list)
        struck = hanging = 0

        def finish(channel: int, pitch: int) -> bool:
            begun = started.pop((channel, pitch), None)
            if begun:
                onset, velocity = begun
                duration = max(1, now - onset)
                notes[channel].append(Note(onset, pitch, duration, velocity))
            return begun is not None

        for message in messages:
            now += message.time
            if message.type == "note_on" and message.velocity:
                struck += finish(message.channel, message.note)
                started[message.channel, message.note] = (now, message.velocity)
            elif message.type in {"note_on", "note_off"}:
                finish(message.channel, message.note)
            elif message.type == "program_change":
                programs.setdefault(message.channel, message.program)
            elif message.type == "track_name":
                name = name or _readable(message.name)
            elif message.is_meta:
                self._mark(now, message)
        for channel, pitch in list(started):
            hanging += finish(channel, pitch)
        if struck:
            self._remark(number, f"{struck} notes were struck again while they sounded")
        if hanging:
            self._remark(number, f"{hanging} notes were never ended; the end ends them")
        if not notes and not self.title:
            self.title = name
        self.tracks += [
            Track(
                name, channel, programs.get(channel, 0), tuple(sorted(notes[channel]))
            )
            for channel in sorted(notes)
        ]

    def _remark(self, number: int, sentence: str) -> None:
        self.remarks.append(f"track {number + 1}: {sentence}")

    def _mark(self, now: int, message: Any) -> None:
        if message.type == "set_tempo":
            self.tempos.append(Tempo(now, message.tempo))
        elif message.type == "time_signature":
            self.metres.append(Metre(now, message.numerator, message.denominator))
        elif message.type == "key_signature":
            self.key = self.key or message.key
        elif message.type in {"text", "lyrics", "marker"}:
            text = _readable(message.text)
            if text:
                self.marks.append(Mark(now, text))


def _from_start(found: list[Any], usual: Any) -> tuple[Any, ...]:
    """Put what MIDI assumes in front, unless something is said from the beginning."""
    return tuple(found) if found and not found[0].tick else (usual, *found)


def _readable(text: str) -> str:
    """Decode a name as its writer meant it, without what would steer a terminal."""
    data = text.encode("latin-1")
    for charset in ("utf-8", "cp932"):
        try:
            text = data.decode(charset)
            break
        except UnicodeDecodeError:
            continue
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())[:_LONGEST_NAME]
