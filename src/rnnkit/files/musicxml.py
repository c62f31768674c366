# SPDX-License-Identifier: Apache-2.0
"""Read the chords of a MusicXML file (.musicxml, .xml, .mxl).

The format: MusicXML 4.0 (W3C Music Notation Community Group, 2021).
"""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element

from rnnkit.errors import InputError
from rnnkit.files.lead_sheet import LeadSheet, Measure, Placed
from rnnkit.files.xml import parse_xml, unzipped

KINDS = {
    "major": "",
    "minor": "m",
    "augmented": "+",
    "diminished": "dim",
    "dominant": "7",
    "major-seventh": "maj7",
    "minor-seventh": "m7",
    "diminished-seventh": "dim7",
    "augmented-seventh": "7#5",
    "half-diminished": "m7b5",
    "major-minor": "mM7",
    "major-sixth": "6",
    "minor-sixth": "m6",
    "dominant-ninth": "9",
    "major-ninth": "maj9",
    "minor-ninth": "m9",
    "dominant-11th": "11",
    "major-11th": "maj11",
    "minor-11th": "m11",
    "dominant-13th": "13",
    "major-13th": "maj13",
    "minor-13th": "m13",
    "suspended-second": "sus2",
    "suspended-fourth": "sus4",
    "power": "5",
}
"""What MusicXML calls the kinds of chord, and how they are written."""

MAJOR_KEYS = (
    *("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C"),
    *("G", "D", "A", "E", "B", "F#", "C#"),
)
"""From seven flats to seven sharps."""

MINOR_KEYS = (
    *("Ab", "Eb", "Bb", "F", "C", "G", "D", "A"),
    *("E", "B", "F#", "C#", "G#", "D#", "A#"),
)
"""From seven flats to seven sharps."""

_ALTERATIONS = {-2: "bb", -1: "b", 0: "", 1: "#", 2: "##"}
_USUAL = (("sus4add7add9", "9sus4"), ("sus4add7", "7sus4"), ("6add9", "6/9"))
_MOST_DIVISIONS = 100_000


def read_musicxml(data: bytes) -> LeadSheet:
    """Read the chords of a document, compressed or not.

    Raises:
        InputError: it is no MusicXML, it is damaged, or no part has chords.
    """
    root = parse_xml(unzipped(data) if data[:2] == b"PK" else data)
    if root.tag != "score-partwise":
        raise InputError(
            f"it is no MusicXML score in parts, but '{root.tag[:40]}'",
            hint="export it as MusicXML (partwise) from a music program",
        )
    for part in root.iter("part"):
        if part.find(".//harmony") is not None:
            return _Part(root, part).sheet()
    raise InputError(
        "it has no chord symbols", hint="give a lead sheet, or the chords as text"
    )


class _Part:
    """Walks through the measures of a part."""

    def __init__(self, root: Element, part: Element) -> None:
        self.root = root
        self.part = part
        self.divisions = 1
        self.metre = (0, 0)
        self.key = ""
        self.tempo: float | None = None
        self.open_ending: frozenset[int] = frozenset()

    def sheet(self) -> LeadSheet:
        measures = [self._measure(element) for element in self.part.iter("measure")]
        title = self.root.findtext("work/work-title") or self.root.findtext(
            "movement-title"
        )
        return LeadSheet(
            measures=tuple(measures),
            metre=self.metre if self.metre[0] else (4, 4),
            title=" ".join((title or "").split())[:80],
            key=self.key,
            tempo=self.tempo,
        )

    def _measure(self, element: Element) -> Measure:
        measure = Measure(endings=self.open_ending)
        now = farthest = Fraction(0)
        for child in element:
            if child.tag == "attributes":
                self._attributes(child)
            elif child.tag == "note":
                if child.find("chord") is None and child.find("grace") is None:
                    now += self._length(child)
            elif child.tag == "forward":
                now += self._length(child)
            elif child.tag == "backup":
                now = max(Fraction(0), now - self._length(child))
            elif child.tag == "harmony":
                offset = Fraction(_integer(child.findtext("offset"), 0), self.divisions)
                measure.chords.append(
                    Placed(max(now + offset, Fraction(0)), _symbol(child))
                )
            elif child.tag == "barline":
                self._barline(child, measure)
            elif child.tag in {"sound", "direction"}:
                self._sound(child)
            farthest = max(farthest, now)
        measure.length = farthest
        measure.chords.sort(key=lambda placed: placed.place)
        return measure

    def _length(self, element: Element) -> Fraction:
        return Fraction(
            max(0, _integer(element.findtext("duration"), 0)), self.divisions
        )

    def _attributes(self, element: Element) -> None:
        divisions = _integer(element.findtext("divisions"), self.divisions)
        self.divisions = min(max(divisions, 1), _MOST_DIVISIONS)
        if not self.metre[0]:
            beats = _integer(element.findtext("time/beats"), 0)
            unit = _integer(element.findtext("time/beat-type"), 4)
            self.metre = (beats, unit) if beats > 0 < unit else (0, 0)
        fifths = _integer(element.findtext("key/fifths"), 99)
        if not self.key and -7 <= fifths <= 7:
            minor = element.findtext("key/mode") == "minor"
            self.key = MINOR_KEYS[fifths + 7] + "m" if minor else MAJOR_KEYS[fifths + 7]

    def _barline(self, element: Element, measure: Measure) -> None:
        ending = element.find("ending")
        if ending is not None:
            numbers = ending.get("number", "").replace(",", " ").split()
            rounds = frozenset(int(n) for n in numbers if n.isdecimal())
            if ending.get("type") == "start":
                measure.endings = self.open_ending = rounds
            else:
                self.open_ending = frozenset()
        repeat = element.find("repeat")
        if repeat is not None:
            if repeat.get("direction") == "forward":
                measure.begins = True
            else:
                times = _integer(repeat.get("times"), 2)
                most = max(measure.endings, default=1) + 1
                measure.times = min(max(times, most), 16)

    def _sound(self, element: Element) -> None:
        for sound in element.iter("sound"):
            try:
                tempo = float(sound.get("tempo", ""))
            except ValueError:
                continue
            if self.tempo is None and 1 <= tempo <= 1000:
                self.tempo = tempo


def _symbol(harmony: Element) -> str:
    """Write a chord as musicians do."""
    kind = harmony.find("kind")
    name = (kind.text or "").strip() if kind is not None else ""
    step = (harmony.findtext("root/root-step") or "").strip()
    if name == "none" or not step:
        return "N.C."
    suffix = KINDS.get(name)
    if suffix is None:
        suffix = kind.get("text", "") if kind is not None else ""
    root = step + _alteration(harmony.findtext("root/root-alter"))
    degrees = "".join(_degree(degree) for degree in harmony.iter("degree"))
    bass = (harmony.findtext("bass/bass-step") or "").strip()
    below = bass + _alteration(harmony.findtext("bass/bass-alter"))
    for written, usual in _USUAL:
        suffix = (suffix + degrees).replace(written, usual)
        degrees = ""
    return root + suffix + (f"/{below}" if bass else "")


def _degree(element: Element) -> str:
    value = _integer(element.findtext("degree-value"), 0)
    alter = _ALTERATIONS.get(_integer(element.findtext("degree-alter"), 0), "")
    kind = (element.findtext("degree-type") or "add").strip()
    if kind == "subtract":
        return f"no{value}"
    return f"{alter}{value}" if alter else f"add{value}"


def _alteration(text: str | None) -> str:
    return _ALTERATIONS.get(_integer(text, 0), "")


def _integer(text: str | None, otherwise: int) -> int:
    try:
        return int(float(text)) if text and len(text) < 20 else otherwise
    except (ValueError, OverflowError):
        return otherwise
