# SPDX-License-Identifier: Apache-2.0
"""A melody with chord symbols as it stands on paper, and how to write it to a file.

MusicXML is what notation programs open (MusicXML 4.0, W3C Music Notation Community
Group, 2021); ABC is short enough to be sent in a letter (ABC notation 2.1, 2011).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from rnnkit.files.musicxml import MAJOR_KEYS, MINOR_KEYS

TICKS = 12
"""Ticks of a beat."""


class Value(NamedTuple):
    """A note or a rest as it stands on paper.

    Attributes:
        ticks: its length, of 12 a beat: 3, 6, 9, 12, 24, 36 or 48; 4 or 8 in a triplet.
        pitch: None for a rest.
        tied: whether it goes on into the next value.
        held: whether it comes from the value before.
        triplet: how many values its triplet has if it begins one, -1 if it ends one,
            0 otherwise.
    """

    ticks: int
    pitch: int | None
    tied: bool = False
    held: bool = False
    triplet: int = 0


class Degree(NamedTuple):
    """A tone that a chord has beside those of its kind: 9 and -1 for a flat ninth."""

    value: int
    alter: int
    change: str


class Harmony(NamedTuple):
    """A chord symbol.

    Attributes:
        tick: where in its bar it stands.
        root: such as ``Eb``; "" for silence.
        text: what is written after the root.
        kind: what MusicXML calls its kind.
        degrees: what is added to that kind.
        bass: such as ``G``; "" for the root.
    """

    tick: int
    root: str
    text: str = ""
    kind: str = "none"
    degrees: tuple[Degree, ...] = ()
    bass: str = ""


@dataclass(frozen=True)
class SheetMusic:
    """A melody over chords, on paper.

    Attributes:
        bars: the values of each bar.
        chords: the chord symbols of each bar.
        beats: beats of a bar.
        fifths: sharps of the key, or minus its flats.
        minor: whether the key is minor.
        tempo: beats a minute.
        swing: whether eighths are swung.
        title: what it is called.
        instrument: who plays it.
        transposition: semitones that were added to what sounds.
    """

    bars: Sequence[Sequence[Value]]
    chords: Sequence[Sequence[Harmony]]
    beats: int = 4
    fifths: int = 0
    minor: bool = False
    tempo: float = 160.0
    swing: bool = True
    title: str = "Solo"
    instrument: str = "Solo"
    transposition: int = 0


_TYPES = {
    3: ("16th", 0), 6: ("eighth", 0), 9: ("eighth", 1), 12: ("quarter", 0),
    24: ("half", 0), 36: ("half", 1), 48: ("whole", 0), 4: ("eighth", 0),
    8: ("quarter", 0),
}  # fmt: skip
_SHARPS = (("C", 0), ("C", 1), ("D", 0), ("D", 1), ("E", 0), ("F", 0), ("F", 1),
           ("G", 0), ("G", 1), ("A", 0), ("A", 1), ("B", 0))  # fmt: skip
_FLATS = (("C", 0), ("D", -1), ("D", 0), ("E", -1), ("E", 0), ("F", 0), ("G", -1),
          ("G", 0), ("A", -1), ("A", 0), ("B", -1), ("B", 0))  # fmt: skip
_ORDER_OF_SHARPS = "FCGDAEB"
_DIATONIC = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)
_ABC_SIGNS = {-1: "_", 0: "=", 1: "^"}
_DOCTYPE = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    b'"http://www.musicxml.org/dtds/partwise.dtd">\n'
)


def musicxml_bytes(music: SheetMusic) -> bytes:
    """Return a MusicXML document."""
    root = Element("score-partwise", version="4.0")
    SubElement(SubElement(root, "work"), "work-title").text = _clean(music.title)
    part = SubElement(SubElement(root, "part-list"), "score-part", id="P1")
    SubElement(part, "part-name").text = _clean(music.instrument)
    body = SubElement(root, "part", id="P1")
    for number, (values, chords) in enumerate(
        zip(music.bars, music.chords, strict=True), 1
    ):
        measure = SubElement(body, "measure", number=str(number))
        if number == 1:
            _attributes(measure, music)
        now = 0
        waiting = list(chords)
        for value in values:
            while waiting and waiting[0].tick < now + value.ticks:
                chord = waiting.pop(0)
                _harmony(measure, chord, chord.tick - now)
            _note(measure, value, flats=music.fifths <= 0)
            now += value.ticks
        if number == len(music.bars):
            line = SubElement(measure, "barline", location="right")
            SubElement(line, "bar-style").text = "light-heavy"
    indent(root)
    return _DOCTYPE + tostring(root, "utf-8") + b"\n"


def abc_text(music: SheetMusic) -> str:
    """Return a tune in ABC notation."""
    key = (MINOR_KEYS if music.minor else MAJOR_KEYS)[music.fifths + 7]
    lines = [
        "X:1",
        f"T:{_clean(music.title)}",
        f"M:{music.beats}/4",
        "L:1/16",
        f"Q:1/4={round(music.tempo)}",
        *(["R:swing"] if music.swing else []),
        f"K:{key}{'m' if music.minor else ''}",
    ]
    bars = [
        _abc_bar(values, chords, music)
        for values, chords in zip(music.bars, music.chords, strict=True)
    ]
    lines += [
        "|".join(bars[start : start + 4]) + ("|" if start + 4 < len(bars) else "|]")
        for start in range(0, len(bars), 4)
    ]
    return "\n".join(lines) + "\n"


def _attributes(measure: Element, music: SheetMusic) -> None:
    attributes = SubElement(measure, "attributes")
    SubElement(attributes, "divisions").text = str(TICKS)
    key = SubElement(attributes, "key")
    SubElement(key, "fifths").text = str(music.fifths)
    SubElement(key, "mode").text = "minor" if music.minor else "major"
    time = SubElement(attributes, "time")
    SubElement(time, "beats").text = str(music.beats)
    SubElement(time, "beat-type").text = "4"
    clef = SubElement(attributes, "clef")
    SubElement(clef, "sign").text = "G"
    SubElement(clef, "line").text = "2"
    if music.transposition:
        octaves, steps = divmod(music.transposition, 12)
        transpose = SubElement(attributes, "transpose")
        SubElement(transpose, "diatonic").text = str(-_DIATONIC[steps])
        SubElement(transpose, "chromatic").text = str(-steps)
        if octaves:
            SubElement(transpose, "octave-change").text = str(-octaves)
    direction = SubElement(measure, "direction", placement="above")
    if music.swing:
        words = SubElement(SubElement(direction, "direction-type"), "words")
        words.text = "Swing"
    metronome = SubElement(SubElement(direction, "direction-type"), "metronome")
    SubElement(metronome, "beat-unit").text = "quarter"
    SubElement(metronome, "per-minute").text = f"{music.tempo:g}"
    sound = SubElement(direction, "sound", tempo=f"{music.tempo:g}")
    if music.swing:
        swing = SubElement(sound, "swing")
        SubElement(swing, "first").text = "2"
        SubElement(swing, "second").text = "1"
        SubElement(swing, "swing-type").text = "eighth"


def _harmony(measure: Element, chord: Harmony, offset: int) -> None:
    harmony = SubElement(measure, "harmony")
    root = SubElement(harmony, "root")
    SubElement(root, "root-step").text = chord.root[:1] or "C"
    _alter(root, "root-alter", chord.root)
    text = chord.text if chord.root else "N.C."
    SubElement(harmony, "kind", text=_clean(text)).text = chord.kind
    if chord.bass:
        bass = SubElement(harmony, "bass")
        SubElement(bass, "bass-step").text = chord.bass[0]
        _alter(bass, "bass-alter", chord.bass)
    for one in chord.degrees:
        degree = SubElement(harmony, "degree", {"print-object": "no"})
        SubElement(degree, "degree-value").text = str(one.value)
        SubElement(degree, "degree-alter").text = str(one.alter)
        SubElement(degree, "degree-type").text = one.change
    if offset:
        SubElement(harmony, "offset").text = str(offset)


def _alter(parent: Element, tag: str, name: str) -> None:
    shift = name.count("#") - name.count("b")
    if shift:
        SubElement(parent, tag).text = str(shift)


def _note(measure: Element, value: Value, *, flats: bool) -> None:
    note = SubElement(measure, "note")
    if value.pitch is None:
        SubElement(note, "rest")
    else:
        step, alter = (_FLATS if flats else _SHARPS)[value.pitch % 12]
        pitch = SubElement(note, "pitch")
        SubElement(pitch, "step").text = step
        if alter:
            SubElement(pitch, "alter").text = str(alter)
        SubElement(pitch, "octave").text = str(value.pitch // 12 - 1)
    SubElement(note, "duration").text = str(value.ticks)
    ties = ["stop"] * value.held + ["start"] * value.tied
    for kind in ties:
        SubElement(note, "tie", type=kind)
    SubElement(note, "voice").text = "1"
    name, dots = _TYPES[value.ticks]
    SubElement(note, "type").text = name
    for _ in range(dots):
        SubElement(note, "dot")
    if value.ticks in {4, 8}:
        ratio = SubElement(note, "time-modification")
        SubElement(ratio, "actual-notes").text = "3"
        SubElement(ratio, "normal-notes").text = "2"
    if ties or value.triplet:
        notations = SubElement(note, "notations")
        for kind in ties:
            SubElement(notations, "tied", type=kind)
        if value.triplet:
            kind = "start" if value.triplet > 0 else "stop"
            SubElement(notations, "tuplet", type=kind, number="1")


def _abc_bar(
    values: Sequence[Value], chords: Sequence[Harmony], music: SheetMusic
) -> str:
    signs = _signature(music.fifths)
    waiting = list(chords)
    text = ""
    now = 0
    for value in values:
        # A chord inside a value stands at its beginning: ABC has no place between.
        while waiting and waiting[0].tick < now + value.ticks:
            chord = waiting.pop(0)
            below = f"/{chord.bass}" if chord.bass else ""
            text += f'"{chord.root}{chord.text}{below}"' if chord.root else '"N.C."'
        if value.triplet > 0:
            text += f"(3:2:{value.triplet}"
        units = value.ticks // 2 if value.ticks in {4, 8} else value.ticks // 3
        length = "" if units == 1 else str(units)
        text += _abc_pitch(value.pitch, signs, flats=music.fifths <= 0) + length
        text += "-" if value.tied else ""
        now += value.ticks
        # A space ends a beam.
        text += " " if not now % TICKS else ""
    return text.rstrip()


def _abc_pitch(pitch: int | None, signs: dict[str, int], *, flats: bool) -> str:
    """Spell a pitch; `signs` remembers the accidentals of the bar."""
    if pitch is None:
        return "z"
    step, alter = (_FLATS if flats else _SHARPS)[pitch % 12]
    octave = pitch // 12 - 1
    place = f"{step}{octave}"
    sign = "" if signs.get(place, signs[step]) == alter else _ABC_SIGNS[alter]
    signs[place] = alter
    if octave >= 5:
        return sign + step.lower() + "'" * (octave - 5)
    return sign + step + "," * (4 - octave)


def _signature(fifths: int) -> dict[str, int]:
    signs = dict.fromkeys("CDEFGAB", 0)
    if fifths > 0:
        signs |= dict.fromkeys(_ORDER_OF_SHARPS[:fifths], 1)
    elif fifths < 0:
        signs |= dict.fromkeys(_ORDER_OF_SHARPS[fifths:], -1)
    return signs


def _clean(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
