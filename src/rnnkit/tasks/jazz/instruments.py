# SPDX-License-Identifier: Apache-2.0
"""Who plays: names, General MIDI programs, ranges, and how each is written down."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rnnkit.errors import UsageError, did_you_mean, printable
from rnnkit.tasks.jazz.chords import pitch_class


@dataclass(frozen=True)
class Instrument:
    """An instrument that can take the solo.

    Attributes:
        name: what it is called in a score.
        program: its General MIDI number, 0 to 127.
        lowest: its lowest comfortable pitch, as it sounds.
        highest: its highest comfortable pitch, as it sounds.
        transposition: semitones that are added when its part is written: 2 for B flat
            instruments, 9 for E flat.
    """

    name: str
    program: int
    lowest: int
    highest: int
    transposition: int = 0


INSTRUMENTS: dict[str, Instrument] = {
    "tenor": Instrument("Tenor Sax", 66, 44, 76, 14),
    "alto": Instrument("Alto Sax", 65, 49, 81, 9),
    "soprano": Instrument("Soprano Sax", 64, 56, 88, 2),
    "clarinet": Instrument("Clarinet", 71, 50, 91, 2),
    "flute": Instrument("Flute", 73, 60, 96, 0),
    "trumpet": Instrument("Trumpet", 56, 54, 84, 2),
    "muted-trumpet": Instrument("Muted Trumpet", 59, 54, 84, 2),
    "trombone": Instrument("Trombone", 57, 40, 72, 0),
    "guitar": Instrument("Jazz Guitar", 26, 40, 84, 12),
    "piano": Instrument("Piano", 0, 48, 96, 0),
    "vibes": Instrument("Vibraphone", 11, 53, 89, 0),
}
"""The soloists by name."""


def instrument_named(name: str) -> Instrument:
    """The instrument of this name.

    Raises:
        UsageError: there is none; the hint names the nearest.
    """
    found = INSTRUMENTS.get(name.strip().lower().replace(" ", "-"))
    if found is None:
        raise UsageError(
            f"no instrument is called '{printable(name)}'",
            hint=did_you_mean(name, INSTRUMENTS)
            or f"instruments: {', '.join(INSTRUMENTS)}",
        )
    return found


_PITCH = r"(?:([A-G](?:#|b)?)(\d)|(\d{1,3}))"
_RANGE = re.compile(rf"\s*{_PITCH}\s*[-:,]\s*{_PITCH}\s*", re.IGNORECASE)


def read_range(text: str) -> tuple[int, int]:
    """Read the lowest and the highest pitch: ``C4-C6``, where C4 is 60, or ``60-84``.

    Raises:
        UsageError: it is no range.
    """
    match = _RANGE.fullmatch(text)
    if match is None:
        raise UsageError(
            f"'{printable(text)}' is no range of pitches",
            hint="give the lowest and the highest, such as --range G3-G5 or 55-79",
        )
    low, high = _pitch(*match.groups()[:3]), _pitch(*match.groups()[3:])
    return min(low, high), max(low, high)


def _pitch(name: str | None, octave: str | None, number: str | None) -> int:
    if name is None or octave is None:
        return int(number or 0)
    tone = name[0].upper() + name[1:].lower()
    shift = tone.count("#") - tone.count("b")
    return 12 * (int(octave) + 1) + pitch_class(tone[0]) + shift
