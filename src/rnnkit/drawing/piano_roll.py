# SPDX-License-Identifier: Apache-2.0
"""Notes over time, as lines of text and as a picture for the wall.

Time runs to the right and pitch upwards, a system of a few bars below the other, with
the chords above. Nothing here knows harmony: each note comes with a shade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rnnkit.drawing import palette
from rnnkit.drawing.palette import Colour
from rnnkit.drawing.svg import escaped, hexadecimal

_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_BLACK = {1, 3, 6, 8, 10}
_COLUMNS = 4
"""Characters of a beat."""

_LABEL = 5

_BARS_A_LINE = 4

# Pixels of the picture.
_BEAT, _SEMITONE, _MARGIN, _GUTTER, _HEAD, _FOOT = 64, 7, 48, 34, 30, 26
_PAPER: Colour = (250, 247, 240)
_INK = "#2b2a33"


class Sound(NamedTuple):
    """A note: when it begins and ends, in beats; its pitch; its shade, 0 to 1."""

    begin: float
    end: float
    pitch: int
    shade: float = 1.0


class _Frame(NamedTuple):
    """The bars of a system, and the pixels at which its lanes begin."""

    first: int
    last: int
    left: int
    y: int


@dataclass(frozen=True)
class Roll:
    """What is drawn.

    Attributes:
        sounds: the notes, by beginning.
        chords: what stands above, each with its beat.
        bars: how many bars there are.
        beats: beats of a bar.
        title: what stands on top.
        legend: shades and what they mean.
    """

    sounds: Sequence[Sound]
    chords: Sequence[tuple[float, str]]
    bars: int
    beats: int = 4
    title: str = ""
    legend: Sequence[tuple[float, str]] = ()

    @property
    def range(self) -> tuple[int, int]:
        """The lowest and the highest pitch, or an octave where there are no notes."""
        pitches = [sound.pitch for sound in self.sounds] or [60, 72]
        return min(pitches), max(pitches)


def as_text(roll: Roll, *, width: int = 80, plain: bool = False) -> list[str]:
    """Draw with characters, two semitones a line and four columns a beat.

    Args:
        roll: what to draw.
        width: columns there are; at least one bar is drawn on a line.
        plain: whether to use ASCII only.
    """
    system = max(1, (width - _LABEL) // (roll.beats * _COLUMNS + 1))
    # Four or two bars to a line can be read as phrases; three cannot.
    system = max(size for size in (1, 2, 4, 8) if size <= system)
    lines: list[str] = []
    for first in range(0, roll.bars, system):
        last = min(first + system, roll.bars)
        lines += _system(roll, first, last, plain=plain)
        lines.append("")
    return lines[:-1]


def as_svg(roll: Roll) -> str:
    """Draw as SVG: one file, no fonts or scripts of others, readable when printed."""
    low, high = roll.range
    low, high = low - 1, high + 1
    lanes = (high - low + 1) * _SEMITONE
    system = _HEAD + lanes + _FOOT
    per_line = min(_BARS_A_LINE, max(1, roll.bars))
    count = -(-roll.bars // per_line)
    across = per_line * roll.beats * _BEAT
    width = 2 * _MARGIN + _GUTTER + across
    top = _MARGIN + 44
    height = top + count * system + _MARGIN
    left = _MARGIN + _GUTTER
    body = [
        f'<text x="{left}" y="{_MARGIN + 10}" font-size="24" font-weight="600">'
        f"{escaped(roll.title)}</text>",
        *_legend(roll, width - _MARGIN, _MARGIN + 6),
    ]
    for number in range(count):
        first = number * per_line
        last = min(first + per_line, roll.bars)
        y = top + number * system + _HEAD
        body += _lanes(low, high, left, y, (last - first) * roll.beats * _BEAT)
        frame = _Frame(first, last, left, y)
        body += _grid(roll, frame, lanes)
        body += _notes(roll, frame, high)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" fill="{_INK}" '
        "font-family=\"Georgia, 'Times New Roman', serif\">\n"
        f"<title>{escaped(roll.title)}</title>\n"
        f'<rect width="100%" height="100%" fill="{hexadecimal(_PAPER)}"/>\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )


def _system(roll: Roll, first: int, last: int, *, plain: bool) -> list[str]:
    bar = roll.beats * _COLUMNS
    columns = (last - first) * bar
    low, high = roll.range
    low -= low % 2
    begin, end = first * roll.beats, last * roll.beats
    filled: set[tuple[int, int]] = set()
    for sound in roll.sounds:
        if not begin <= sound.begin < end:
            continue
        start = int((sound.begin - begin) * _COLUMNS)
        # A column between two notes stays free, so that repeated ones can be told.
        stop = max(start + 1, round((sound.end - begin) * _COLUMNS - 0.25))
        filled |= {(sound.pitch, column) for column in range(start, stop)}
    side = "|" if plain else "│"
    marks = " '.=" if plain else " ▀▄█"
    lines = [_chord_line(roll, begin, end)]
    for pitch in range(high - high % 2, low - 1, -2):
        cells = [
            marks[((pitch + 1, column) in filled) + 2 * ((pitch, column) in filled)]
            for column in range(columns)
        ]
        bars = ["".join(cells[at : at + bar]) for at in range(0, columns, bar)]
        label = f"{_NAMES[pitch % 12]}{pitch // 12 - 1}" if not pitch % 12 else ""
        lines.append(f"{label:>{_LABEL - 1}} " + side + side.join(bars) + side)
    return lines


def _chord_line(roll: Roll, begin: float, end: float) -> str:
    """The chords above a system; one that would touch its neighbour is pushed on."""
    line = " " * _LABEL
    for beat, text in roll.chords:
        if begin <= beat < end:
            bar = int((beat - begin) // roll.beats)
            column = _LABEL + 1 + int((beat - begin) * _COLUMNS) + bar
            line = line.ljust(column)
            line += (" " if len(line) > column else "") + text
    return line.rstrip()


def _lanes(low: int, high: int, left: int, y: int, across: int) -> list[str]:
    """A stripe for each black key, and a name at each C."""
    body = []
    for pitch in range(low, high + 1):
        top = y + (high - pitch) * _SEMITONE
        if pitch % 12 in _BLACK:
            body.append(
                f'<rect x="{left}" y="{top}" width="{across}" height="{_SEMITONE}" '
                'fill="#efe9dc"/>'
            )
        if not pitch % 12:
            body.append(
                f'<text x="{left - 8}" y="{top + _SEMITONE}" font-size="11" '
                f'text-anchor="end" fill="#8a8478">C{pitch // 12 - 1}</text>'
            )
    return body


def _grid(roll: Roll, frame: _Frame, lanes: int) -> list[str]:
    """Lines for bars and beats, their numbers, and the chords above."""
    first, last, left, y = frame
    body = []
    for beat in range((last - first) * roll.beats + 1):
        x = left + beat * _BEAT
        strong = not beat % roll.beats
        colour = "#b9b1a0" if strong else "#e2dbcb"
        body.append(
            f'<path d="M{x} {y}v{lanes}" stroke="{colour}" '
            f'stroke-width="{1.4 if strong else 0.8}"/>'
        )
    for bar in range(first, last):
        x = left + (bar - first) * roll.beats * _BEAT
        body.append(
            f'<text x="{x + 3}" y="{y + lanes + 12}" font-size="9" fill="#a39b8b">'
            f"{bar + 1}</text>"
        )
    for place, text in roll.chords:
        if first * roll.beats <= place < last * roll.beats:
            x = left + round((place - first * roll.beats) * _BEAT) + 3
            body.append(
                f'<text x="{x}" y="{y - 8}" font-size="16">{escaped(text)}</text>'
            )
    return body


def _notes(roll: Roll, frame: _Frame, high: int) -> list[str]:
    first, last, left, y = frame
    body = []
    begin = first * roll.beats
    for sound in roll.sounds:
        if not begin <= sound.begin < last * roll.beats:
            continue
        x = left + (sound.begin - begin) * _BEAT
        top = y + (high - sound.pitch) * _SEMITONE
        long = max(3.0, (min(sound.end, last * roll.beats) - sound.begin) * _BEAT - 1)
        body.append(
            f'<rect x="{x:.1f}" y="{top}" width="{long:.1f}" height="{_SEMITONE}" '
            f'rx="2.5" fill="{hexadecimal(palette.sequential(sound.shade))}" '
            'stroke="#2b2a33" stroke-width=".5">'
            f"<title>{_NAMES[sound.pitch % 12]}{sound.pitch // 12 - 1}</title></rect>"
        )
    return body


def _legend(roll: Roll, right: int, y: int) -> list[str]:
    body = []
    for shade, text in reversed(roll.legend):
        right -= 8 * len(text)
        body.append(
            f'<text x="{right}" y="{y + 4}" font-size="13">{escaped(text)}</text>'
        )
        right -= 20
        body.append(
            f'<rect x="{right}" y="{y - 5}" width="14" height="9" rx="2.5" '
            f'fill="{hexadecimal(palette.sequential(shade))}" stroke="{_INK}" '
            'stroke-width=".5"/>'
        )
        right -= 14
    return body
