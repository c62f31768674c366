# SPDX-License-Identifier: Apache-2.0
"""Music as plain data: notes on tracks, over a map of tempos and metres.

Times are ticks from the beginning; a beat is a quarter note. Nothing here knows how a
score is stored: `midi` reads it from a MIDI file, `midi_writing` writes one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

DRUM_CHANNEL = 9
"""Channel 10 as musicians count: its pitches are drums."""

MICROSECONDS_A_MINUTE = 60_000_000


class Note(NamedTuple):
    """A sounding note: when it starts, how high, how long, how loud (1 to 127)."""

    onset: int
    pitch: int
    duration: int
    velocity: int = 80

    @property
    def end(self) -> int:
        """The tick at which it stops sounding."""
        return self.onset + self.duration


@dataclass(frozen=True)
class Track:
    """What one instrument plays.

    Attributes:
        name: its name; "" if the file has none.
        channel: 0 to 15; 9 is for drums.
        program: the General MIDI instrument, 0 to 127.
        notes: by onset, then pitch.
    """

    name: str
    channel: int
    program: int
    notes: tuple[Note, ...]

    @property
    def is_drums(self) -> bool:
        """Whether its pitches name drums."""
        return self.channel == DRUM_CHANNEL


class Tempo(NamedTuple):
    """From a tick on, a beat takes so many microseconds."""

    tick: int
    microseconds: int

    @property
    def beats_a_minute(self) -> float:
        """The same as musicians say it."""
        return MICROSECONDS_A_MINUTE / self.microseconds


_SLOWEST = 0xFFFFFF


def tempo_of(beats_a_minute: float) -> Tempo:
    """The tempo that a whole piece has, as exactly as MIDI can say it."""
    exact = round(MICROSECONDS_A_MINUTE / beats_a_minute)
    return Tempo(0, min(max(exact, 1), _SLOWEST))


class Metre(NamedTuple):
    """From a tick on, a bar has so many of these: 3 and 4 for a waltz."""

    tick: int
    beats: int
    unit: int


class Mark(NamedTuple):
    """A word at a tick, such as a chord symbol."""

    tick: int
    text: str


@dataclass(frozen=True)
class Score:
    """A piece of music.

    Attributes:
        ticks_per_beat: the resolution of every time in it.
        tracks: who plays what.
        tempos: by tick; without one at 0, a beat takes half a second, as in MIDI.
        metres: by tick; without one at 0, a bar has four beats, as in MIDI.
        key: as MIDI names it, such as ``Bb`` or ``F#m``; "" if unknown.
        title: what the piece is called; "" if unknown.
        marks: words, by tick.
        remarks: what had to be mended when it was read, one sentence each.
    """

    ticks_per_beat: int
    tracks: tuple[Track, ...]
    tempos: tuple[Tempo, ...] = (Tempo(0, 500_000),)
    metres: tuple[Metre, ...] = (Metre(0, 4, 4),)
    key: str = ""
    title: str = ""
    marks: tuple[Mark, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        """The tick at which the last note stops."""
        return max((note.end for note in self.notes()), default=0)

    def notes(self) -> Iterator[Note]:
        """All notes of all tracks."""
        for track in self.tracks:
            yield from track.notes

    def seconds(self, tick: int | None = None) -> float:
        """How long it takes to come to a tick, or to the end."""
        stop = self.end if tick is None else tick
        tempos = [Tempo(0, 500_000), *self.tempos, Tempo(stop, 1)]
        microseconds = sum(
            max(0, min(stop, later.tick) - now.tick) * now.microseconds
            for now, later in pairwise(tempos)
        )
        return microseconds / self.ticks_per_beat / 1e6

    def rescaled(self, ticks_per_beat: int) -> Score:
        """The same music on another grid; each onset and end goes to the nearest tick.

        A note keeps at least one tick.
        """
        old = self.ticks_per_beat

        def scaled(tick: int) -> int:
            return (2 * tick * ticks_per_beat + old) // (2 * old)

        def moved(note: Note) -> Note:
            onset = scaled(note.onset)
            return note._replace(onset=onset, duration=max(1, scaled(note.end) - onset))

        return replace(
            self,
            ticks_per_beat=ticks_per_beat,
            tracks=tuple(
                replace(track, notes=tuple(sorted(map(moved, track.notes))))
                for track in self.tracks
            ),
            tempos=tuple(one._replace(tick=scaled(one.tick)) for one in self.tempos),
            metres=tuple(one._replace(tick=scaled(one.tick)) for one in self.metres),
            marks=tuple(one._replace(tick=scaled(one.tick)) for one in self.marks),
        )
