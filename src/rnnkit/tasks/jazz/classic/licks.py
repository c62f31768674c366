# SPDX-License-Identifier: Apache-2.0
"""The bars that the course's network learns from here, as values."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from rnnkit.tasks.jazz.chords import pitch_class
from rnnkit.tasks.jazz.classic.grammar import Value, value_of
from rnnkit.tasks.jazz.symbols import read_chord

_NOTE = re.compile(r"(?:\.|([A-G])([#b]?)(\d))(?:\*(\d+))?(?:/(\d+))?")
_EIGHTH = Fraction(1, 2)


def licks() -> list[Value]:
    """All values of `licks.txt`, bar after bar."""
    text = Path(__file__).with_name("licks.txt").read_text(encoding="utf-8")
    found: list[Value] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            found += read_bar(line)
    return found


def read_bar(line: str) -> list[Value]:
    """The values of a line such as ``Dm7 | . D4 F4*2 A4/2 C5/2``.

    Raises:
        ValueError: it is no such line.
    """
    symbol, bar, notes = line.partition("|")
    if not bar:
        raise ValueError(f"'{line}' has no | after its chord")
    chord = read_chord(symbol.strip())
    before: int | None = None
    values = []
    for word in notes.split():
        match = _NOTE.fullmatch(word)
        if match is None:
            raise ValueError(f"'{word}' is no note")
        beats = _EIGHTH * Fraction(int(match[4] or 1), int(match[5] or 1))
        pitch = None
        if match[1]:
            shift = {"#": 1, "b": -1, "": 0}[match[2]]
            pitch = 12 * (int(match[3]) + 1) + pitch_class(match[1]) + shift
        values.append(value_of(pitch, beats, chord, before))
        before = before if pitch is None else pitch
    return values
