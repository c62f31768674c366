# SPDX-License-Identifier: Apache-2.0
"""What the rest of the task says about harmony: thirteen chord qualities, and chords.

Musicians write thousands of chord symbols and hear a dozen or so kinds of chord. Each
symbol belongs to one of `QUALITIES`; the network sees the root and the quality, while
the rhythm section also plays the exact tones that were written.

Pitches are MIDI numbers (60 is the C in the middle of the piano), pitch classes are
pitches modulo 12 (C is 0), and intervals are semitones above the root.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

SHARP_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")

_NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

NO_CHORD = "N.C."
"""How a place without harmony is written."""


@dataclass(frozen=True)
class Quality:
    """A kind of chord.

    Attributes:
        name: one of thirteen words; the shipped data use the same.
        tones: the chord tones, as semitones above the root, below 12.
        scale: the scale that is played over it, as semitones above the root.
    """

    name: str
    tones: tuple[int, ...]
    scale: tuple[int, ...]

    @cached_property
    def index(self) -> int:
        """Its place in `QUALITIES`, 0 to 12."""
        return QUALITIES.index(self)


QUALITIES: tuple[Quality, ...] = (
    Quality("maj7", (0, 4, 7, 11), (0, 2, 4, 5, 7, 9, 11)),
    Quality("6", (0, 4, 7, 9), (0, 2, 4, 5, 7, 9, 11)),
    Quality("maj", (0, 4, 7), (0, 2, 4, 5, 7, 9, 11)),
    Quality("7", (0, 4, 7, 10), (0, 2, 4, 5, 7, 9, 10)),
    Quality("7alt", (0, 4, 8, 10), (0, 1, 3, 4, 6, 8, 10)),
    Quality("sus", (0, 5, 7, 10), (0, 2, 4, 5, 7, 9, 10)),
    Quality("m7", (0, 3, 7, 10), (0, 2, 3, 5, 7, 9, 10)),
    Quality("m6", (0, 3, 7, 9), (0, 2, 3, 5, 7, 9, 11)),
    Quality("m", (0, 3, 7), (0, 2, 3, 5, 7, 9, 10)),
    Quality("mM7", (0, 3, 7, 11), (0, 2, 3, 5, 7, 9, 11)),
    Quality("m7b5", (0, 3, 6, 10), (0, 1, 3, 5, 6, 8, 10)),
    Quality("o7", (0, 3, 6, 9), (0, 2, 3, 5, 6, 8, 9, 11)),
    Quality("+", (0, 4, 8, 10), (0, 2, 4, 6, 8, 10)),
)
"""All kinds of chord, in the order of the network's inputs: never change it."""

QUALITY: dict[str, Quality] = {quality.name: quality for quality in QUALITIES}
"""The same by name."""


@dataclass(frozen=True)
class Chord:
    """A chord as it was written.

    Attributes:
        root: the pitch class of its root, 0 to 11.
        quality: its kind.
        name: how the root is spelled, such as ``Eb``.
        suffix: what is written after the root, such as ``m7b5``.
        tones: exactly the tones that were written, as semitones above the root in
            ascending order; 9, 11 and 13 are 14, 17 and 21.
        bass: the pitch class of the lowest tone; the root unless a slash says else.
        bass_name: how the tone after the slash is spelled; "" without a slash.
    """

    root: int
    quality: Quality
    name: str
    suffix: str
    tones: tuple[int, ...]
    bass: int
    bass_name: str = ""

    @property
    def symbol(self) -> str:
        """The chord in writing: ``Dm7``, ``C/G``."""
        below = f"/{self.bass_name}" if self.bass_name else ""
        return f"{self.name}{self.suffix}{below}"

    @property
    def pitch_classes(self) -> frozenset[int]:
        """The chord tones of its quality (never more than four), as pitch classes."""
        return frozenset((self.root + tone) % 12 for tone in self.quality.tones)

    @property
    def scale(self) -> frozenset[int]:
        """The scale of its quality, as pitch classes."""
        return frozenset((self.root + step) % 12 for step in self.quality.scale)

    @property
    def is_minor(self) -> bool:
        """Whether it can be at rest in a minor key."""
        return 3 in self.quality.tones and self.quality.name != "o7"

    def transposed(self, semitones: int, *, flats: bool = True) -> Chord:
        """The same chord, so many semitones higher, spelled with flats or sharps."""
        names = FLAT_NAMES if flats else SHARP_NAMES
        root, bass = (self.root + semitones) % 12, (self.bass + semitones) % 12
        return replace(
            self,
            root=root,
            name=names[root],
            bass=bass,
            bass_name=names[bass] if self.bass_name else "",
        )


def simple_chord(root: int, quality: str) -> Chord:
    """Make the plainest chord of a quality, as data that know no symbols need it.

    Args:
        root: a pitch class, 0 to 11.
        quality: one of the names in `QUALITY`.
    """
    name = FLAT_NAMES[root]
    kind = QUALITY[quality]
    return Chord(root, kind, name, _SUFFIXES.get(quality, quality), kind.tones, root)


_SUFFIXES = {"maj": "", "sus": "7sus4", "+": "+", "o7": "dim7", "7alt": "7alt"}


def pitch_class(name: str) -> int:
    """The pitch class of a name such as ``Bb`` or ``F#``; ``Cb`` is 11.

    Raises:
        KeyError: the name does not begin with one of A to G.
    """
    shift = name.count("#") - name[1:].count("b")
    return (_NATURAL[name[0]] + shift) % 12


def prefers_flats(name: str, *, minor: bool = False) -> bool:
    """Whether the chords of the key on this tonic are usually spelled with flats."""
    if len(name) > 1:
        return name[1] == "b"
    return name in ("CDFG" if minor else "CF")
