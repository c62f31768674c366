# SPDX-License-Identifier: Apache-2.0
"""Charts: a progression in a file, as text, as ABC, or as MusicXML.

A text chart may begin with lines such as ``title: Blue``, ``key: Bb``, ``time: 3/4``
and ``tempo: 140``; what follows is a progression. Lines that begin with # are remarks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from rnnkit.errors import InputError, printable
from rnnkit.files.abc import read_abc
from rnnkit.files.lead_sheet import LeadSheet, Measure, played_order
from rnnkit.files.musicxml import read_musicxml
from rnnkit.files.reading import read_as
from rnnkit.tasks.jazz.chords import Chord
from rnnkit.tasks.jazz.progression import Change, Progression, read_progression
from rnnkit.tasks.jazz.symbols import read_chord

LARGEST_CHART = 2**23
"""Bytes of a chart in any format."""

_LONGEST_TEXT = 400_000

_HEADER = re.compile(r"(title|key|time|tempo)\s*:\s*(.*)", re.IGNORECASE)
_ABC = re.compile(r"^X:", re.MULTILINE)

# Quarter notes of a bar to its beats, where these are not the same.
_COMPOUND = {(6, 8): 3, (9, 8): 3, (12, 8): 4, (3, 8): 3, (4, 8): 4, (2, 2): 4}


@dataclass(frozen=True)
class Chart:
    """A progression and what else its file says.

    Attributes:
        progression: the chords.
        title: "" if unknown.
        key: "" if unknown.
        tempo: beats a minute; None if unknown.
    """

    progression: Progression
    title: str = ""
    key: str = ""
    tempo: float | None = None


def read_chart(path: Path) -> Chart:
    """Read a chart; what it holds tells its format.

    Raises:
        InputError: it cannot be read, or it is not a chart.
    """
    return read_as(path, chart_of, limit=LARGEST_CHART)


def chart_of(data: bytes) -> Chart:
    """Read the bytes of a chart.

    Raises:
        InputError: they are not a chart.
    """
    if data[:2] == b"PK" or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return _from_sheet(read_musicxml(data))
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return _from_sheet(read_musicxml(data))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if "\0" in text:
        raise InputError(
            "it is not a text", hint="give chords as text, ABC or MusicXML"
        )
    if len(text) > _LONGEST_TEXT:
        raise InputError(
            f"it has {len(text):,} characters", hint="give a chart of one piece"
        )
    if _ABC.search(text):
        return _from_sheet(read_abc(text))
    return _from_text(text)


def _from_text(text: str) -> Chart:
    said: dict[str, str] = {}
    lines = []
    for line in text.splitlines():
        header = _HEADER.fullmatch(line.strip())
        if header:
            said[header[1].lower()] = header[2].strip()
        elif not line.lstrip().startswith("#"):
            lines.append(line)
    time = said.get("time", "4/4")
    if time not in {"4/4", "3/4"}:
        raise InputError(
            f"its time is '{printable(time)}'", hint="time: 4/4, or time: 3/4"
        )
    tempo = said.get("tempo")
    if tempo is not None and not re.fullmatch(r"\d{2,3}(\.\d+)?", tempo):
        raise InputError(
            f"its tempo is '{printable(tempo)}'", hint="tempo: 160, beats a minute"
        )
    return Chart(
        progression=read_progression("\n".join(lines), beats=int(time[0])),
        title=printable(said.get("title", "")),
        key=printable(said.get("key", "")),
        tempo=None if tempo is None else float(tempo),
    )


def _from_sheet(sheet: LeadSheet) -> Chart:
    """Turn places in quarter notes into beats."""
    metre = sheet.metre
    whole = Fraction(4 * metre[0], metre[1])
    beats = _COMPOUND.get(metre, metre[0])
    measures = list(sheet.measures)
    # A first bar that is too short is a pick-up, and the form begins after it.
    if len(measures) > 1 and measures[0].length < whole:
        del measures[0]
    measures = _whole_bars(played_order(measures), whole)
    if metre == (2, 4):
        measures = _joined(measures, whole)
        beats, whole = 4, 2 * whole
    elif metre == (6, 4):
        beats, whole = 3, whole / 2
        measures = _halved(measures, whole)
    if beats not in {3, 4}:
        raise InputError(
            f"its time is {metre[0]}/{metre[1]}",
            hint="give a piece in 4/4, 3/4, 2/2, 2/4, 6/4, 6/8, 9/8 or 12/8",
        )
    bars: list[tuple[Change, ...]] = []
    last: Chord | None = None
    for number, measure in enumerate(measures, 1):
        changes: dict[int, Chord | None] = {0: last}
        for place, symbol in measure.chords:
            beat = min(int(place * beats / whole), beats - 1)
            last = _chord(symbol, number)
            changes[beat] = last
        bars.append(tuple(Change(beat, changes[beat]) for beat in sorted(changes)))
    return Chart(
        progression=Progression(tuple(bars), beats),
        title=printable(sheet.title),
        key=sheet.key,
        tempo=sheet.tempo,
    )


def _whole_bars(measures: Sequence[Measure], whole: Fraction) -> list[Measure]:
    """Make one bar of two that are one, as around a repeat with a pick-up."""
    bars: list[Measure] = []
    for measure in measures:
        if bars and bars[-1].length + measure.length == whole and measure.length:
            first = bars.pop()
            moved = [
                one._replace(place=one.place + first.length) for one in measure.chords
            ]
            measure = Measure([*first.chords, *moved], whole)
        bars.append(measure)
    return bars


def _joined(measures: list[Measure], whole: Fraction) -> list[Measure]:
    """Make one bar of two."""
    joined = []
    for place in range(0, len(measures), 2):
        chords = list(measures[place].chords)
        for later in measures[place + 1 : place + 2]:
            chords += [one._replace(place=one.place + whole) for one in later.chords]
        joined.append(Measure(chords))
    return joined


def _halved(measures: list[Measure], half: Fraction) -> list[Measure]:
    """Make two bars of one."""
    halves = []
    for measure in measures:
        first = [one for one in measure.chords if one.place < half]
        second = [
            one._replace(place=one.place - half)
            for one in measure.chords
            if one.place >= half
        ]
        halves += [Measure(first), Measure(second)]
    return halves


def _chord(symbol: str, bar: int) -> Chord | None:
    if symbol.lower().rstrip(".") in {"n.c", "nc"}:
        return None
    try:
        return read_chord(symbol)
    except InputError as failure:
        raise InputError(
            f"{failure.message} (bar {bar})", hint=failure.hint
        ) from failure
