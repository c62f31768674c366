# SPDX-License-Identifier: Apache-2.0
"""Write the solos that the shipped jazz model learnt from.

    python tools/solos_of_jazzodata.py FOLDER > solos.jsonl

FOLDER is the folder ``data`` of the R package jazzodata, which publishes the Weimar
Jazz Database (https://github.com/klausfrieler/jazzodata). Three tables in it say who
played, each note, and each beat with its chord. What is kept of them is what ``rnnkit
train jazz`` reads (``tasks/jazz/corpus.py``):

- The database places a note in one of 48 parts of its bar; a tick is one of them.
- A note sounds for a part, its articulation, of the time until the next one begins. In
  ticks that is measured by the beat that it begins in, since soloists' time breathes.
- A place without a chord keeps the one before it; what comes before any is left out.
- So are solos in another metre, free ones, and those with fewer than 40 notes.

It takes a few minutes, because it reads R's own files in Python.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from rnnkit.errors import InputError, RnnkitError, quoted
from rnnkit.tasks.jazz.solo import TICKS_A_BEAT
from rnnkit.tasks.jazz.symbols import read_chord

BEATS_A_BAR = 4
FEWEST = 40
LAST = TICKS_A_BEAT // 2
"""Ticks of the last note of a solo: the database does not say how long it sounds."""

AS_LEARNT = {
    **dict.fromkeys(("7b9", "7#9", "7#9#11", "7#913", "79b13"), "7"),
    **dict.fromkeys(("+7", "+79", "+7b9", "+7#9", "+79#11"), "+"),
}
"""Chords that the shipped model was told otherwise than ``read_chord`` reads them.

For ``read_chord`` they are all ``7alt``. They stand here because the file is to be the
very one that the model learnt from.
"""

_ALTERED = re.compile(r"(9|11|13)([b#])")

Table = Mapping[str, Sequence[Any]]
"""A table by column."""


class Note(NamedTuple):
    """A row of the table of notes.

    Attributes:
        bar: its number; tick 0 is where bar 0 begins.
        place: of 48 in the bar, from 0.
        onset: in seconds.
        pitch: a MIDI number.
        articulation: how much of the time until the next note it sounds.
    """

    bar: int
    place: int
    onset: float
    pitch: int
    articulation: float


class Beat(NamedTuple):
    """A row of the table of beats.

    Attributes:
        bar: its number.
        beat: its number in the bar, from 1.
        seconds: how long it lasts.
        chord: its symbol, in the database's spelling.
    """

    bar: int
    beat: int
    seconds: float
    chord: str


class Place(NamedTuple):
    """A beat as the notes on it need it."""

    seconds: float
    root: int
    quality: str


NOTES = ("id", "bar", "mcm_48", "onset", "pitch_raw", "articulation_raw")
BEATS = ("id", "bar", "beat", "duration", "chord")
ABOUT = ("id", "title", "avgtempo", "signature", "style")


def solos(about: Table, notes: Table, beats: Table) -> Iterator[dict[str, Any]]:
    """The solos that can be learnt from, by name, as a line of the file has them.

    Args:
        about: a row a solo, with the columns of `ABOUT`.
        notes: a row a note in the order of playing, with the columns of `NOTES`.
        beats: a row a beat in the order of time, with the columns of `BEATS`.

    Raises:
        InputError: a chord is not understood.
        KeyError: a column is missing.
    """
    notes_of: dict[str, list[Note]] = defaultdict(list)
    for name, *note in _rows(notes, NOTES):
        notes_of[name].append(Note(*note))
    beats_of: dict[str, list[Beat]] = defaultdict(list)
    for name, *beat in _rows(beats, BEATS):
        beats_of[name].append(Beat(*beat))
    for name, title, tempo, signature, style in sorted(_rows(about, ABOUT)):
        if signature != "4/4" or style == "FREE":
            continue
        places = places_of(beats_of[name])
        events = events_of(notes_of[name], places)
        if len(events) >= FEWEST:
            chords = [
                [beat, places[beat].root, places[beat].quality] for beat in places
            ]
            yield {"title": title, "tempo": tempo, "events": events, "chords": chords}


def places_of(beats: Sequence[Beat]) -> dict[int, Place]:
    """The beats from the first chord on, by number; bar 0 begins with beat 0."""
    places = {}
    chord = None
    for bar, beat, seconds, symbol in beats:
        if symbol != "NC":
            chord = chord_of(symbol)
        if chord is not None:
            places[BEATS_A_BAR * bar + beat - 1] = Place(seconds, *chord)
    return dict(sorted(places.items()))


def chord_of(symbol: str) -> tuple[int, str]:
    """Root and quality of a chord; the database writes b9 as 9b, and F#11 as F11#.

    Raises:
        InputError: it is not understood.
    """
    chord = read_chord(_ALTERED.sub(r"\2\1", symbol))
    return chord.root, AS_LEARNT.get(chord.suffix, chord.quality.name)


def events_of(notes: Sequence[Note], places: Mapping[int, Place]) -> list[list[int]]:
    """Tick, pitch and duration of the notes that stand on some beat, by tick.

    Of several on one tick the first stays, and a note ends where the next one begins.
    """
    found: dict[int, tuple[int, int]] = {}
    for note, following in zip_longest(notes, notes[1:]):
        tick = BEATS_A_BAR * TICKS_A_BEAT * note.bar + note.place
        place = places.get(tick // TICKS_A_BEAT)
        if place is None or tick in found:
            continue
        duration = LAST
        if following is not None:
            sounds = note.articulation * (following.onset - note.onset)
            duration = max(1, round(sounds / place.seconds * TICKS_A_BEAT))
        found[tick] = (note.pitch, duration)
    ends = dict(pairwise(sorted(found)))
    return [
        [tick, pitch, min(duration, ends.get(tick, tick + duration) - tick)]
        for tick, (pitch, duration) in sorted(found.items())
    ]


def _rows(table: Table, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[column] for column in columns), strict=True)


def read_table(path: Path) -> Table:
    """The one table of a file of R's, of the same name.

    Raises:
        InputError: the package rdata is not there, or the file, or what it should hold.
    """
    try:
        from rdata.conversion import convert
        from rdata.parser import parse_file
    except ImportError as missing:
        raise InputError(
            "reading R's files takes the package rdata, which is not installed",
            hint="python -m pip install -c constraints.txt -e '.[corpora]'",
        ) from missing
    if not path.is_file():
        raise InputError(
            f"no file {quoted(path)}",
            hint="git clone https://github.com/klausfrieler/jazzodata, "
            "and give jazzodata/data",
        )
    # To R these three are all tables; as plain columns they need no other package.
    tables = dict.fromkeys(("data.frame", "tbl", "tbl_df"), lambda columns, _: columns)
    try:
        table = convert(parse_file(path), constructor_dict=tables)[path.stem]
        return {name: column.tolist() for name, column in table.items()}
    except Exception as bad:
        raise InputError(
            f"{quoted(path)} is no file of R's with a table '{path.stem}'",
            hint="git clone https://github.com/klausfrieler/jazzodata once more",
        ) from bad


def main(given: Sequence[str]) -> int:
    """Write the solos to standard output; return the exit code."""
    if len(given) != 1:
        print("error: give one folder, and nothing else", file=sys.stderr)
        print("hint: python tools/solos_of_jazzodata.py FOLDER", file=sys.stderr)
        return 2
    folder = Path(given[0])
    try:
        about, notes, beats = (
            read_table(folder / f"wjd_{name}.rda")
            for name in ("meta", "transforms", "annotated_beat_tracks")
        )
        for solo in solos(about, notes, beats):
            print(json.dumps(solo))
    except RnnkitError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
