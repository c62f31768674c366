# SPDX-License-Identifier: Apache-2.0
"""Read chord symbols in all the ways in which musicians write them.

A symbol is a root, a suffix and perhaps a slash with a bass note. The suffix is read
from left to right, a word at a time: ``m``, ``maj``, ``7``, ``b9``, ``sus4``... Each
word changes what is known about the third, fifth, sixth or seventh, or adds a tone;
the tones and the quality follow at the end. So ``C-7b5``, ``Cm7(b5)`` and ``Cø`` are
one chord, and a spelling that no list foresaw is still read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from rnnkit.errors import InputError, did_you_mean, printable
from rnnkit.tasks.jazz.chords import QUALITY, Chord, Quality, pitch_class

_LONGEST_SYMBOL = 32

_SLASH = re.compile(r"^(.*)/([A-Ga-g])(#{0,2}|b{0,2})$")

_SIGNS = str.maketrans(
    {
        "♭": "b",
        "♯": "#",
        "−": "-",
        "–": "-",
        "△": "Δ",
        "∆": "Δ",
        "^": "Δ",
        "Ø": "ø",
        "º": "°",
        "˚": "°",
        "⁰": "°",
        "'": None,
        "⁵": "5",
        "⁶": "6",
        "⁷": "7",
        "⁹": "9",
    }
)

# They are dropped behind the root: C(#5) is not C#5.
_BRACKETS = str.maketrans("", "", "()[],")

_WORDS = re.compile(
    r"(?P<minor>(?i:minor|min|mi)|m(?![aA](?!dd))|\A-)"
    r"|(?P<major>(?i:major|maj|ma)|M|Δ|j)"
    r"|(?P<half>ø|(?i:half-?dim(?:inished)?)|h)"
    r"|(?P<dim>(?i:dim(?:inished)?)|°|o(?!m))"
    r"|(?P<aug>(?i:aug(?:mented)?)|\A\+|\+(?![59]|1[13]))"
    r"|(?P<sus>(?i:sus))"
    r"|(?P<alt>(?i:alt))"
    r"|(?P<dom>(?i:dom))"
    r"|(?i:add)(?P<added>b9|#9|#11|b13|b6|2|4|6|7|9|11|13)"
    r"|(?:no|omit)(?P<left>[35])"
    r"|(?P<altered>[b#+-](?:5|6|9|11|13|4))"
    r"|(?P<sixnine>6/?9)"
    r"|(?P<number>13|11|2|4|5|6|7|9)"
    r"|(?P<slash>/)(?=[79]|1[13]|[b#+-])"
)
"""The words of a suffix; - and + are minor and augmented only at its beginning."""

_ALTERED = {
    "b5": 6,
    "#5": 8,
    "b6": 20,
    "b9": 13,
    "#9": 15,
    "#4": 18,
    "#11": 18,
    "b13": 20,
    "#13": 22,
    "b11": 16,
    "b4": 16,
    "#6": 22,
}
_ADDED = {"2": 14, "9": 14, "4": 17, "11": 17, "6": 9, "13": 21, "b6": 20}

_LETTERS = (
    ("Δ7", "maj7"),
    ("Δ9", "maj9"),
    ("Δ13", "maj13"),
    ("Δ", "maj7"),
    ("ø7", "m7b5"),
    ("ø9", "m9b5"),
    ("ø", "m7b5"),
    ("°", "dim"),
)
"""How signs are written where there are only letters."""

_SETTINGS: dict[str, dict[str, int | bool]] = {
    "minor": {"third": 3},
    "major": {"major": True},
    "half": {"third": 3, "fifth": 6, "half": True},
    "dim": {"third": 3, "fifth": 6, "diminished": True},
    "aug": {"fifth": 8},
    "dom": {"seventh": 10},
    "alt": {"altered": True},
}
"""What a word sets, whatever was said before."""

_COMMON = (
    "",
    "m",
    "7",
    "9",
    "11",
    "13",
    "6",
    "6/9",
    "maj7",
    "maj9",
    "maj7#11",
    "m6",
    "m7",
    "m9",
    "m11",
    "mM7",
    "m7b5",
    "dim",
    "dim7",
    "aug",
    "7alt",
    "7b9",
    "7#9",
    "7#11",
    "7b13",
    "7#5",
    "7b5",
    "sus2",
    "sus4",
    "7sus4",
    "9sus4",
    "add9",
    "5",
)
"""What is proposed when a symbol is not understood."""


@dataclass
class _Reading:
    """What is known so far about a chord."""

    third: int | None = 4
    fifth: int | None = 7
    sixth: bool = False
    seventh: int | None = None
    major: bool = False
    diminished: bool = False
    half: bool = False
    altered: bool = False
    suspended: set[int] = field(default_factory=set)
    extensions: set[int] = field(default_factory=set)
    left_out: set[int] = field(default_factory=set)


@lru_cache(maxsize=4096)
def read_chord(text: str) -> Chord:
    """Read one chord symbol, such as ``Dm7``, ``CΔ7``, ``G7#9b13``, ``Bø`` or ``C/G``.

    Raises:
        InputError: it is no chord symbol; the hint names the nearest one.
    """
    plain = text.strip().translate(_SIGNS)
    if not 0 < len(plain) <= _LONGEST_SYMBOL:
        raise _unknown(text)
    below = ""
    slash = _SLASH.match(plain)
    if slash:
        plain, below = slash[1], slash[2].upper() + slash[3]
    name, suffix = _split(plain)
    if not name:
        raise _unknown(text)
    reading = _read(suffix)
    if reading is None:
        raise _unknown(text, name, suffix)
    root = pitch_class(name)
    return Chord(
        root=root,
        quality=_quality(reading),
        name=name,
        suffix=_spelled(name, suffix),
        tones=_tones(reading),
        bass=pitch_class(below) if below else root,
        bass_name=below,
    )


def _split(symbol: str) -> tuple[str, str]:
    """Split into the root's name and the suffix; the root is "" if there is none."""
    match = re.match(r"([A-Ga-g])(##(?!\d)|bb(?!\d)|#|b)?", symbol)
    if match is None:
        return "", symbol
    suffix = symbol[match.end() :].translate(_BRACKETS)
    return match[1].upper() + (match[2] or ""), suffix


def _spelled(name: str, suffix: str) -> str:
    """Write a suffix with letters that every font has."""
    for sign, letters in _LETTERS:
        suffix = suffix.replace(sign, letters)
    # Without brackets the sign would be read as a part of the root, or the other way
    # round: Gbb5 is a G flat with a flat fifth.
    doubled = name.endswith(("##", "bb")) and suffix[:1].isdigit()
    return f"({suffix})" if doubled or suffix.startswith(("#", "b")) else suffix


def _read(suffix: str) -> _Reading | None:
    """Read a suffix word by word; None if one is not known, or stands there twice."""
    reading = _Reading()
    place, word = 0, ""
    while place < len(suffix):
        match = _WORDS.match(suffix, place)
        if match is None or match[0] == word:
            return None
        word = match[0]
        _apply(reading, match)
        place = match.end()
    _settle(reading)
    return reading


def _apply(reading: _Reading, match: re.Match[str]) -> None:
    kind, word = match.lastgroup or "", match[0]
    for name, value in _SETTINGS.get(kind, {}).items():
        setattr(reading, name, value)
    if kind == "major" and word in {"Δ", "j"}:
        reading.seventh = 11
    elif kind == "sus":
        reading.suspended.add(0)
    elif kind == "added":
        word = match["added"]
        if word == "7":
            reading.seventh = 10
        else:
            reading.extensions.add(_ADDED.get(word) or _ALTERED[word])
    elif kind == "left":
        reading.left_out.add(int(match["left"]))
    elif kind == "altered":
        _alter(reading, word.replace("+", "#").replace("-", "b"))
    elif kind == "sixnine":
        reading.sixth = True
        reading.extensions.add(14)
    elif kind == "number":
        _count(reading, int(word))


def _alter(reading: _Reading, word: str) -> None:
    if word == "b5":
        reading.fifth = 6
    elif word == "#5":
        reading.fifth = 8
    else:
        reading.extensions.add(_ALTERED[word])


def _count(reading: _Reading, number: int) -> None:
    """Apply a bare number: the sixth, the seventh, or a stack of thirds up to it."""
    if reading.suspended == {0} and number in {2, 4}:
        reading.suspended = {2 if number == 2 else 5}
    elif reading.suspended and number in {2, 4}:
        reading.suspended.add(2 if number == 2 else 5)
    elif number == 2:
        reading.extensions.add(14)
    elif number == 4:
        reading.suspended.add(5)
    elif number == 5:
        # In C+5 the number belongs to the sign, and C5 is a chord without a third.
        reading.third = reading.third if reading.fifth == 8 else None
    elif number == 6:
        reading.sixth = True
    else:
        reading.seventh = 11 if reading.major else 10
        stack = {9: {14}, 11: {14, 17}, 13: {14, 21}}
        reading.extensions |= stack.get(number, set())


def _settle(reading: _Reading) -> None:
    """Draw the conclusions that need the whole suffix."""
    if reading.half:
        reading.seventh = reading.seventh or 10
    if reading.major and reading.third == 3 and not reading.sixth:
        reading.seventh = 11
    if reading.diminished and reading.seventh == 10:
        reading.seventh = 9
    if reading.altered:
        reading.seventh, reading.fifth = 10, 8
        reading.extensions |= {13, 15}
    if reading.suspended:
        reading.suspended = reading.suspended - {0} or {5}
        reading.third = None
    if 13 in reading.extensions or 15 in reading.extensions:
        reading.extensions.discard(14)


def _tones(reading: _Reading) -> tuple[int, ...]:
    tones = {0, *reading.suspended, *reading.extensions}
    if reading.third is not None and 3 not in reading.left_out:
        tones.add(reading.third)
    if reading.fifth is not None and 5 not in reading.left_out:
        tones.add(reading.fifth)
    if reading.sixth:
        tones.add(9)
    if reading.seventh is not None:
        tones.add(reading.seventh)
    return tuple(sorted(tones))


def _quality(reading: _Reading) -> Quality:
    """Find the one of thirteen kinds that a chord belongs to."""
    dominant = reading.seventh == 10
    if reading.suspended:
        name = "sus"
    elif reading.third == 3:
        name = _minor(reading)
    elif reading.seventh == 11:
        name = "maj7"
    elif dominant and (
        reading.fifth == 8 or reading.extensions & {13, 15, 20} or reading.altered
    ):
        name = "7alt"
    elif dominant:
        name = "7"
    elif reading.fifth == 8:
        name = "+"
    else:
        name = "6" if reading.sixth else "maj"
    return QUALITY[name]


def _minor(reading: _Reading) -> str:
    if reading.fifth == 6:
        return "m7b5" if reading.seventh == 10 else "o7"
    if reading.seventh is not None:
        return "mM7" if reading.seventh == 11 else "m7"
    return "m6" if reading.sixth else "m"


def _unknown(text: str, name: str = "", suffix: str = "") -> InputError:
    near = did_you_mean(name + suffix, [name + common for common in _COMMON])
    if not name and text[:1] in {"H", "h"}:
        near = f"write H as B: {printable('B' + text[1:])}"
    elif not name:
        near = "chords begin with a root from A to G, as in 'Dm7', 'G7' and 'Cmaj7'"
    return InputError(
        f"no chord is written '{printable(text)}'",
        hint=near or "common ones: Dm7, G7, Cmaj7, C6, Bm7b5, Fdim7, G7alt, Gsus4",
    )
