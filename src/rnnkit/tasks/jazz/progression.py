# SPDX-License-Identifier: Apache-2.0
"""Chord progressions, and how they are written as text.

    Dm7 G7 | Cmaj7 | % | Em7b5 / / A7 |

Bars are divided by ``|`` or a new line. Chords share a bar evenly; where that leaves a
beat over, the first is longer. ``/`` holds the chord for one more part of the bar,
``%`` repeats a bar, ``N.C.`` is silence. ``|: ... :|`` is played twice, or as often as
``:| x3`` says; ``|1`` and ``:|2`` begin a first and a second ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from rnnkit.errors import InputError
from rnnkit.tasks.jazz.chords import NO_CHORD, Chord
from rnnkit.tasks.jazz.symbols import read_chord

MOST_BARS = 2048
"""Bars of a progression, with its repeats."""

_MOST_TIMES = 64
_LONGEST_TEXT = 100_000

_LINES = re.compile(
    r"(?P<end>:\s*\|+:?)"
    r"(?:\s*[xX×]\s*(?P<times>\d+)|\s*\[?(?P<second>[12])(?=\.|\s|$)\.?)?"
    r"|(?P<begin>\|+:)"
    r"|\[(?P<bracket>[12])(?=\.|\s)\.?"
    r"|\|+\]?(?:\s?(?P<ending>[12])(?=\.|\s)\.?)?"
    r"|[\n;]"
)
_SILENCES = {"n.c.", "n.c", "nc", "nc."}
_HOLDS = {"/", ".", "-"}


class Change(NamedTuple):
    """From a beat on, a chord sounds, or nothing does."""

    beat: int
    chord: Chord | None


@dataclass(frozen=True)
class Progression:
    """Bars of equal length, each with its chords.

    Attributes:
        bars: for each bar its changes, by beat within the bar; the first is at 0.
        beats: beats of a bar: 4 or 3.
    """

    bars: tuple[tuple[Change, ...], ...]
    beats: int = 4

    def __len__(self) -> int:
        return len(self.bars)

    @property
    def total_beats(self) -> int:
        """Beats of the whole progression."""
        return len(self.bars) * self.beats

    def changes(self) -> Iterator[Change]:
        """Every change, by beat from the beginning; a chord held on is none."""
        last: Change | None = None
        for number, bar in enumerate(self.bars):
            for change in bar:
                if last is None or change.chord != last.chord:
                    last = Change(number * self.beats + change.beat, change.chord)
                    yield last

    def each_beat(self) -> list[Chord | None]:
        """The chord of every beat; None where nothing sounds."""
        chords: list[Chord | None] = []
        for bar in self.bars:
            ends = [change.beat for change in bar[1:]] + [self.beats]
            for change, end in zip(bar, ends, strict=True):
                chords += [change.chord] * (end - change.beat)
        return chords

    def harmony(self) -> list[Chord]:
        """The chord of every beat, as a soloist thinks it: silence keeps the last one.

        Silence at the beginning has the first chord that comes.

        Raises:
            InputError: there is no chord at all.
        """
        heard = self.each_beat()
        last = next((chord for chord in heard if chord is not None), None)
        if last is None:
            raise InputError(
                "the progression has no chord in it", hint="give one, such as Dm7"
            )
        filled = []
        for chord in heard:
            last = chord or last
            filled.append(last)
        return filled

    def transposed(self, semitones: int, *, flats: bool = True) -> Progression:
        """The same progression, so many semitones higher."""

        def moved(change: Change) -> Change:
            chord = change.chord
            return change._replace(
                chord=chord and chord.transposed(semitones, flats=flats)
            )

        return replace(
            self, bars=tuple(tuple(map(moved, changes)) for changes in self.bars)
        )

    def repeated(self, times: int) -> Progression:
        """The same progression several times: its choruses."""
        return replace(self, bars=self.bars * times)

    @property
    def text(self) -> str:
        """The progression as it can be read again, four bars to a line."""
        written = [self._written(bar) for bar in self.bars]
        lines = [
            " | ".join(written[start : start + 4])
            for start in range(0, len(written), 4)
        ]
        return "\n".join(lines)

    def _written(self, bar: Sequence[Change]) -> str:
        symbols = [symbol_of(change.chord) for change in bar]
        beats = [change.beat for change in bar]
        if beats == _shared(len(bar), self.beats):
            return " ".join(symbols)
        slots = ["/"] * self.beats
        for beat, symbol in zip(beats, symbols, strict=True):
            slots[beat] = symbol
        return " ".join(slots)


def symbol_of(chord: Chord | None) -> str:
    """A chord in writing, or how silence is written."""
    return chord.symbol if chord else NO_CHORD


def bar_of(symbols: Sequence[Chord | None], beats: int) -> tuple[Change, ...]:
    """Share a bar among chords.

    Raises:
        InputError: there are more chords than beats.
    """
    if len(symbols) > beats:
        raise InputError(
            f"{len(symbols)} chords in a bar of {beats} beats",
            hint="put a | between bars; a bar has at most a chord a beat",
        )
    starts = _shared(len(symbols), beats)
    return tuple(
        Change(beat, chord) for beat, chord in zip(starts, symbols, strict=True)
    )


def read_progression(text: str, *, beats: int = 4) -> Progression:
    """Read a progression from text.

    Args:
        text: bars of chords, as the top of this page tells.
        beats: beats of a bar.

    Raises:
        InputError: a chord is unknown, a bar has too many, a repeat does not close, or
            there is no chord; the message gives the bar.
    """
    if len(text) > _LONGEST_TEXT:
        raise InputError(
            f"the progression has {len(text):,} characters", hint="give a shorter one"
        )
    reader = _Reader(beats)
    place = 0
    for match in _LINES.finditer(text):
        reader.bar(text[place : match.start()])
        reader.line(match)
        place = match.end()
    reader.bar(text[place:])
    return reader.finished()


class _Reader:
    """Reads bar after bar; `section` holds those that a repeat would play again."""

    def __init__(self, beats: int) -> None:
        self.beats = beats
        self.played: list[tuple[Change, ...]] = []
        self.section: list[tuple[Change, ...]] = []
        self.first_ending: int | None = None
        self.opened = False
        self.written = 0

    def bar(self, text: str) -> None:
        words = text.split()
        if not words:
            return
        self.written += 1
        try:
            self.section.append(self._read(words))
        except InputError as failure:
            raise InputError(
                f"{failure.message} (bar {self.written})", hint=failure.hint
            ) from failure
        self._check_length()

    def line(self, match: re.Match[str]) -> None:
        """Act on what divides two bars."""
        if match["begin"]:
            self._close()
            self.opened = True
        elif match["end"]:
            # More digits than these are too many times in any case.
            times = int((match["times"] or "2").lstrip("0")[:9] or 0)
            if not 1 <= times <= _MOST_TIMES:
                raise InputError(
                    f"a part is to be played {times} times (bar {self.written})",
                    hint=f"give a number from 1 to {_MOST_TIMES}, as in :| x3",
                )
            again = self.section[: self.first_ending]
            self.played += self.section
            self.section = []
            if match["second"] == "2" or self.first_ending is not None:
                self.played += again
            else:
                self.played += again * (times - 1)
            self.first_ending = None
            self.opened = match["end"].endswith(":")
            self._check_length()
        elif (match["ending"] or match["bracket"]) == "1":
            self.first_ending = len(self.section)

    def finished(self) -> Progression:
        if self.opened and self.section:
            raise InputError(
                "a repeat begins with |: and does not end", hint="end it with :|"
            )
        self._close()
        if not any(change.chord for bar in self.played for change in bar):
            raise InputError(
                "the progression has no chord in it",
                hint="give one, for example 'Dm7 G7 | Cmaj7'",
            )
        return Progression(tuple(self.played), self.beats)

    def _close(self) -> None:
        self.played += self.section
        self.section = []
        self.first_ending = None
        self.opened = False

    def _check_length(self) -> None:
        if len(self.played) + len(self.section) > MOST_BARS:
            raise InputError(
                f"the progression has more than {MOST_BARS} bars",
                hint="give a shorter one, and the number of choruses beside it",
            )

    def _read(self, words: list[str]) -> tuple[Change, ...]:
        so_far = self.section or self.played
        if words == ["%"]:
            if not so_far:
                raise InputError(
                    "there is no bar before % to repeat", hint="begin with a chord"
                )
            return so_far[-1]
        slots: list[Chord | None] = []
        held: list[bool] = []
        last = so_far[-1][-1].chord if so_far else None
        for word in words:
            hold = word in _HOLDS or word == "%"
            if not hold:
                last = None if word.lower() in _SILENCES else read_chord(word)
            slots.append(last)
            held.append(hold and bool(held))
        changes = bar_of(slots, self.beats)
        return tuple(
            change for change, hold in zip(changes, held, strict=True) if not hold
        )


def _shared(count: int, beats: int) -> list[int]:
    """The beats on which so many chords begin: evenly, and the first is the longest."""
    length, left = divmod(beats, count)
    return [0] + [number * length + left for number in range(1, count)]
