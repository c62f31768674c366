# SPDX-License-Identifier: Apache-2.0
"""Make a sound MIDI file out of whatever bytes are given, in one pass over them.

MIDI files have been written by forty years of programs. Headers lie about tracks,
tracks lie about their length, ends are missing, bytes are lost. Each byte is looked at
once here, so the time is proportional to the size whatever the bytes are; what is
understood is written out again as a well-formed file, and what was wrong is told in a
sentence. Only notes, programs and the few marks that a `Score` keeps are let through.

The format: Standard MIDI Files 1.0, RP-001 (MIDI Manufacturers Association, 1996).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rnnkit.errors import InputError

LARGEST_MIDI = 2**20
"""Bytes; an hour of piano has fewer."""

MOST_EVENTS = 250_000
"""Messages of all kinds, most of which are skipped."""

MOST_KEPT = 60_000
"""Notes begun or ended, programs and marks; an hour of piano has fewer."""

LONGEST_BEATS = 40_000
"""Beats; some hours of music. Damaged files claim millions of years."""

_DELTA_BYTES = 4
_FRAMES = (24, 25, 29, 30)
_LONGEST_TEXT = 255

_NAME, _END, _TEMPO, _METRE, _KEY = 0x03, 0x2F, 0x51, 0x58, 0x59
_TEXTS = (0x01, _NAME, 0x05, 0x06)

_COMMON_LENGTHS = {0xF1: 1, 0xF2: 2, 0xF3: 1}
"""Data bytes of the messages that belong on a cable, not into a file."""

_FIX = "save it again from the program that made it, or give another file"


class _DamageError(Exception):
    """A track cannot be read beyond this place."""


@dataclass
class Mended:
    """A file that any reader can read, and what was wrong with the one given.

    Attributes:
        data: a whole file of format 1.
        remarks: a sentence for each thing that was mended.
        smpte: whether time was counted in frames of film instead of beats.
    """

    data: bytes
    remarks: list[str]
    smpte: bool = False


@dataclass
class _Track:
    """What is kept of a track.

    Attributes:
        body: its events, each with its delta, without the end of track.
        now: the tick that is reached.
        written: the tick of the last event that was kept.
        kept: how many were kept.
    """

    body: bytearray = field(default_factory=bytearray)
    now: int = 0
    written: int = 0
    kept: int = 0
    remarks: list[str] = field(default_factory=list)

    def keep(self, event: bytes) -> None:
        self.body += _variable(self.now - self.written) + event
        self.written = self.now
        self.kept += 1

    def remark(self, sentence: str) -> None:
        if sentence not in self.remarks:
            self.remarks.append(sentence)


class _Budget:
    """How many events a whole file may have, so that reading takes a bounded time."""

    def __init__(self) -> None:
        self.events = 0
        self.kept = 0

    def check(self, kept: bool) -> None:
        self.events += 1
        self.kept += kept
        if self.events > MOST_EVENTS or self.kept > MOST_KEPT:
            raise InputError(
                f"it has more than {MOST_KEPT:,} notes and marks"
                if self.kept > MOST_KEPT
                else f"it has more than {MOST_EVENTS:,} messages",
                hint="give a shorter piece, or a part of it",
            )


def mend(data: bytes) -> Mended:
    """Return a well-formed file with the music of `data`.

    Raises:
        InputError: there is no music that could be read, or far too much.
    """
    remarks: list[str] = []
    start = data.find(b"MThd")
    if start < 0 or len(data) < start + 14:
        raise InputError("it is not a MIDI file", hint="give a file that ends in .mid")
    if start:
        remarks.append(f"the {start} bytes before the MIDI header were skipped")
    length = int.from_bytes(data[start + 4 : start + 8], "big")
    form = int.from_bytes(data[start + 8 : start + 10], "big")
    claimed = int.from_bytes(data[start + 10 : start + 12], "big")
    division, smpte = _division(data[start + 12 : start + 14])
    if smpte:
        remarks.append("time is counted in seconds, so 120 beats a minute were assumed")
    place = start + 14
    if length != 6:
        remarks.append(f"the header claims {length} bytes; 6 were read")
        place = max(place, data.find(b"MTrk", place))
    tracks = _tracks(data, place, LONGEST_BEATS * division, remarks)
    if len(tracks) != claimed:
        remarks.append(f"the header claims {claimed} tracks, and {len(tracks)} came")
    if not tracks:
        raise InputError("it holds no track", hint=_FIX)
    if form == 2 and len(tracks) > 1:
        remarks.append(
            f"it holds {len(tracks)} separate pieces; only the first was read"
        )
        tracks = tracks[:1]
    chunks = [_chunk(b"MThd", bytes([0, 1]) + _pair(len(tracks)) + _pair(division))]
    for number, track in enumerate(tracks, 1):
        chunks.append(_chunk(b"MTrk", bytes(track.body) + b"\x00\xff\x2f\x00"))
        remarks += [f"track {number}: {sentence}" for sentence in track.remarks]
    return Mended(b"".join(chunks), remarks, smpte)


def _division(field_of_header: bytes) -> tuple[int, bool]:
    """Ticks a beat, and whether they were counted in frames of film."""
    high, low = field_of_header
    if high < 0x80:
        ticks, smpte = high << 8 | low, False
    else:
        # The byte is the negative number of frames a second; a beat is half a second.
        frames = 256 - high
        ticks, smpte = (frames * low // 2 if frames in _FRAMES else 0), True
    if not ticks:
        raise InputError("its header gives no ticks for a beat", hint=_FIX)
    return min(ticks, 0x7FFF), smpte


def _tracks(data: bytes, place: int, longest: int, remarks: list[str]) -> list[_Track]:
    tracks: list[_Track] = []
    budget = _Budget()
    while place + 8 <= len(data):
        kind = data[place : place + 4]
        length = int.from_bytes(data[place + 4 : place + 8], "big")
        begin, place = place + 8, place + 8 + length
        if kind != b"MTrk":
            following = data.find(b"MTrk", begin - 7)
            # Chunks of other kinds are allowed; one that runs past a track is no chunk.
            if following < 0:
                place = begin - 8
                break
            place = place if place <= following and kind.isalnum() else following
            continue
        track = _Track()
        end = min(place, len(data))
        reader = _TrackReader(data, begin, end, track, budget)
        reader.read(longest)
        tracks.append(track)
        following = data.find(b"MTrk", reader.place)
        if following < 0 and place <= len(data):
            place = max(place, reader.place)
        elif following != place:
            track.remark("its length was wrong")
            place = following if following >= 0 else len(data)
    if place < len(data) and data[place:].strip(b"\x00\x1a\n\r"):
        remarks.append(f"the {len(data) - place} bytes after the music were skipped")
    return tracks


class _TrackReader:
    """Walks through the events of a track once, from `place` to `end`."""

    def __init__(
        self, data: bytes, place: int, end: int, track: _Track, budget: _Budget
    ) -> None:
        self.data = data
        self.place = place
        self.end = end
        self.track = track
        self.budget = budget
        self.running = 0
        self.ended = False

    def read(self, longest: int) -> None:
        """Read events up to the end, or up to the first that makes no sense."""
        track = self.track
        try:
            while not self.ended and (self.place < self.end or self._extend()):
                kept = track.kept
                self._event(longest)
                self.budget.check(track.kept > kept)
        except _DamageError as damage:
            track.remark(
                f"damaged at byte {self.place} ({damage}), and the rest is missing"
            )
            return
        if not self.ended:
            track.remark("its end was missing")

    def _extend(self) -> bool:
        """Go on where a track should be over but does not say so."""
        following = self.data.find(b"MTrk", self.place)
        end = following if following >= 0 else len(self.data)
        if end <= self.end:
            return False
        self.end = end
        self.track.remark("it is longer than it says")
        return True

    def _event(self, longest: int) -> None:
        self.track.now += self._number()
        if self.track.now > longest:
            raise _DamageError(f"it claims to be longer than {LONGEST_BEATS:,} beats")
        status = self._take(1)[0]
        if status < 0x80:
            status = self.running
            self.place -= 1
        if status < 0xF0:
            self._channel(status)
            self.running = status
        elif status == 0xFF:
            self._meta()
        elif status in {0xF0, 0xF7}:
            self._take(self._number())
        else:
            self.track.remark("a message that belongs on a cable was skipped")
            self._take(_COMMON_LENGTHS.get(status, 0))

    def _channel(self, status: int) -> None:
        """Read a message of a channel; keep notes and programs."""
        kind = status & 0xF0
        if not kind:
            raise _DamageError("a message has no kind")
        body = self._take(1 if kind in {0xC0, 0xD0} else 2)
        if max(body) > 0x7F:
            raise _DamageError("a number is above 127")
        if kind in {0x80, 0x90, 0xC0}:
            self.track.keep(bytes([status]) + body)

    def _meta(self) -> None:
        """Read a mark; keep those that a score knows."""
        kind = self._take(1)[0]
        size = self._number()
        if kind == _END:
            self.ended = True
            return
        body = self._take(size)
        if kind in _TEXTS:
            body = body[:_LONGEST_TEXT]
        elif kind not in _MARKS:
            return
        elif not _makes_sense(kind, body):
            self.track.remark(f"{_MARKS[kind]} that cannot be was skipped")
            return
        self.track.keep(bytes([0xFF, kind]) + _variable(len(body)) + body)

    def _take(self, size: int) -> bytes:
        if self.place + size > self.end and (
            not self._extend() or self.place + size > self.end
        ):
            raise _DamageError("a message is cut off")
        self.place += size
        return self.data[self.place - size : self.place]

    def _number(self) -> int:
        """Read a number of variable length, seven bits a byte."""
        value = 0
        for _ in range(_DELTA_BYTES):
            byte = self._take(1)[0]
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value
        raise _DamageError("a number has more than four bytes")


def _makes_sense(kind: int, body: bytes) -> bool:
    if kind == _TEMPO:
        return len(body) == 3 and any(body)
    if kind == _METRE:
        return len(body) == 4 and 0 < body[0] <= 64 and body[1] <= 6
    sharps, minor = body if len(body) == 2 else (128, 0)
    return (sharps <= 7 or sharps >= 249) and minor <= 1


_MARKS = {_TEMPO: "a tempo", _METRE: "a time signature", _KEY: "a key"}


def _variable(number: int) -> bytes:
    """Write a number, seven bits a byte."""
    encoded = bytearray([number & 0x7F])
    while number := number >> 7:
        encoded.insert(0, number & 0x7F | 0x80)
    return bytes(encoded)


def _pair(number: int) -> bytes:
    return number.to_bytes(2, "big")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "big") + body
