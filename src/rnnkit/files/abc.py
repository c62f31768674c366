# SPDX-License-Identifier: Apache-2.0
"""Read the chords of a tune in ABC notation.

Notes are read for their lengths only, because these tell where in its bar a chord
stands. Of several tunes the first is read, of several voices the first.

The format: ABC notation 2.1 (2011), https://abcnotation.com/wiki/abc:standard:v2.1
"""

from __future__ import annotations

import re
from fractions import Fraction

from rnnkit.errors import InputError
from rnnkit.files.lead_sheet import LeadSheet, Measure, Placed

_FIELD = re.compile(r"([A-Za-z]):\s*(.*)")

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?'
    r"|\[(?P<field>[A-Za-z]):(?P<value>[^\]]*)\]"
    r"|(?P<bar>:{0,4}(?:\|\]|\[\||\|)[|\]]{0,4}:{0,4}|::{1,4})(?P<round>\s?\[?\d[\d,-]*)?"
    r"|\[(?P<ending>\d[\d,-]*)"
    r"|\{[^}]*\}?|![^!\n]*!"
    r"|\((?P<tuplet>[2-9])(?::(?P<into>\d*))?(?::(?P<over>\d*))?"
    r"|(?P<note>\[[^\]]*\]|[=^_]*[A-Ga-g][,']*|[zxZX])(?P<count>\d*)(?P<parts>/*)(?P<unit>\d*)"
    r"|(?P<broken><+|>+)"
    r"|&(?P<overlay>[^|\n]*)"
    r"|.",
    re.DOTALL,
)
_INTO = {2: 3, 3: 2, 4: 3, 5: 2, 6: 2, 7: 2, 8: 3, 9: 2}
_ANNOTATIONS = "^_<>@("
_MOST_BROKEN = 3
_MOST_RESTS = 512
_LONGEST_NUMBER = 4


def read_abc(text: str) -> LeadSheet:
    """Read the chords of the first tune.

    Raises:
        InputError: there is no tune, or it has no chords.
    """
    tune = _Tune()
    for line in text.splitlines():
        plain = line.split("%")[0].rstrip()
        if not plain.strip() and tune.in_body:
            break
        field = _FIELD.fullmatch(plain.strip())
        if field and len(field[1]) == 1 and plain[1:2] == ":":
            if field[1] == "X" and tune.in_body:
                break
            tune.field(field[1], field[2].strip())
        elif tune.in_body and tune.listening:
            tune.music(plain.rstrip("\\"))
    return tune.sheet()


class _Tune:
    """What is known of a tune while it is read."""

    def __init__(self) -> None:
        self.title = ""
        self.key = ""
        self.tempo: float | None = None
        self.metre = (4, 4)
        self.unit: Fraction | None = None
        self.voice: str | None = None
        self.listening = True
        self.in_body = False
        self.measures: list[Measure] = []
        self.measure = Measure()
        self.endings: frozenset[int] = frozenset()
        self.stretch = Fraction(1)
        self.tuplet = (Fraction(1), 0)
        self.last = Fraction(0)

    def field(self, name: str, value: str) -> None:
        if name == "T" and not self.title:
            self.title = value[:80]
        elif name == "M":
            self.metre = _metre(value) or self.metre
        elif name == "L":
            self.unit = _fraction(value) or self.unit
        elif name == "Q":
            speed = re.search(r"=\s*(\d{1,3})", value) or re.fullmatch(
                r"(\d{1,3})", value
            )
            self.tempo = float(speed[1]) if speed else None
        elif name == "V":
            voice = value.split(maxsplit=1)[0] if value.split() else ""
            self.voice = self.voice if self.voice is not None else voice
            self.listening = voice == self.voice
        elif name == "K" and not self.in_body:
            self.in_body = True
            key = re.match(r"([A-G][#b]?)\s*(m(?!aj|ix)|min)?", value)
            self.key = key[1] + ("m" if key[2] else "") if key else ""

    def music(self, line: str) -> None:
        for match in _TOKEN.finditer(line):
            if match["quoted"] is not None:
                self._chord(match["quoted"])
            elif match["field"]:
                self.field(match["field"], match["value"].strip())
            elif match["bar"]:
                self._bar(match["bar"], match["round"])
            elif match["ending"]:
                self.endings = self.measure.endings = _rounds(match["ending"])
            elif match["tuplet"]:
                self._tuplet(match)
            elif match["note"]:
                self._note(match)
            elif match["broken"]:
                self._break(match["broken"])

    def sheet(self) -> LeadSheet:
        self._close()
        if not self.in_body:
            raise InputError(
                "it is no tune in ABC notation", hint="a tune has a line such as K:C"
            )
        if not any(measure.chords for measure in self.measures):
            raise InputError(
                "it has no chord symbols",
                hint='write them before the notes, in quotation marks: "Dm7"D2',
            )
        return LeadSheet(
            measures=tuple(self.measures),
            metre=self.metre,
            title=self.title,
            key=self.key,
            tempo=self.tempo,
        )

    def _chord(self, text: str) -> None:
        text = text.split(";", maxsplit=1)[0].strip()
        if text and text[0] not in _ANNOTATIONS:
            self.measure.chords.append(Placed(self.measure.length, text))

    def _bar(self, sign: str, rounds: str | None) -> None:
        if sign.startswith(":") and (self.measure.length or self.measures):
            self._close()
            times = max(self.measures[-1].endings, default=1) + 1
            self.measures[-1].times = times
            self.endings = frozenset()
        else:
            self._close()
            if "]" in sign or "||" in sign:
                self.endings = frozenset()
        if rounds:
            self.endings = _rounds(rounds)
        self.measure.endings = self.endings
        if sign.endswith(":") or sign.startswith("::"):
            self.measure.begins = True

    def _close(self) -> None:
        """End a bar; a bar line after another ends none."""
        if self.measure.length or self.measure.chords:
            self.measures.append(self.measure)
            self.measure = Measure(endings=self.endings)
            # A bar that is over keeps its length.
            self.last = Fraction(0)

    def _tuplet(self, match: re.Match[str]) -> None:
        notes = int(match["tuplet"])
        into = int((match["into"] or "")[:2] or _INTO[notes])
        over = int((match["over"] or "")[:2] or notes)
        self.tuplet = (Fraction(into, notes), over)

    def _note(self, match: re.Match[str]) -> None:
        if match["note"] == "Z":
            for _ in range(
                min(int(match["count"][:_LONGEST_NUMBER] or 1), _MOST_RESTS)
            ):
                self.measure.length += Fraction(4 * self.metre[0], self.metre[1])
                self._close()
            return
        length = self._units() * int(match["count"][:_LONGEST_NUMBER] or 1)
        if match["parts"]:
            unit = int(match["unit"][:_LONGEST_NUMBER] or 2) or 2
            length /= max(unit, 2 ** min(len(match["parts"]), 8))
        ratio, left = self.tuplet
        if left:
            length *= ratio
            self.tuplet = (ratio, left - 1)
        length *= self.stretch
        self.stretch = Fraction(1)
        self.last = length
        self.measure.length += length

    def _break(self, sign: str) -> None:
        """a>b makes the first note longer by what the second one loses."""
        share = Fraction(1, 2 ** min(len(sign), _MOST_BROKEN))
        longer, shorter = 2 - share, share
        now, self.stretch = (longer, shorter) if sign[0] == ">" else (shorter, longer)
        self.measure.length += self.last * (now - 1)
        self.last *= now

    def _units(self) -> Fraction:
        """The length of a plain note, in quarter notes."""
        if self.unit is None:
            small = self.metre[0] / self.metre[1] < 0.75
            return Fraction(1, 4) if small else Fraction(1, 2)
        return 4 * self.unit


def _metre(text: str) -> tuple[int, int] | None:
    if text in {"C", "C|"}:
        return (4, 4) if text == "C" else (2, 2)
    match = re.fullmatch(r"(\d{1,2})/([1248]|16)", text.strip())
    return (int(match[1]), int(match[2])) if match and int(match[1]) else None


def _fraction(text: str) -> Fraction | None:
    match = re.fullmatch(r"(\d{1,3})/(\d{1,3})", text.strip())
    return Fraction(int(match[1]), int(match[2])) if match and int(match[2]) else None


def _rounds(text: str) -> frozenset[int]:
    rounds: set[int] = set()
    for piece in text.strip(" [").split(","):
        first, _, last = piece.partition("-")
        if first.isdecimal():
            begin = min(int(first), 16)
            end = min(int(last), 16) if last.isdecimal() else begin
            rounds |= set(range(begin, end + 1))
    return frozenset(rounds)
