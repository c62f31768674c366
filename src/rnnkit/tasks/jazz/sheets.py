# SPDX-License-Identifier: Apache-2.0
"""Put a solo on paper: key, chord symbols, and the part of a transposing instrument."""

from __future__ import annotations

from collections.abc import Iterable

from rnnkit.files.score import Note
from rnnkit.files.sheet_music import Degree, Harmony, SheetMusic
from rnnkit.tasks.jazz.arrangement import Style, ending_chord
from rnnkit.tasks.jazz.chords import Chord, pitch_class
from rnnkit.tasks.jazz.forms import read_key
from rnnkit.tasks.jazz.notation import written
from rnnkit.tasks.jazz.progression import Change, Progression
from rnnkit.tasks.jazz.swing import STRAIGHT, TICKS

_KINDS = {
    "maj7": "major-seventh",
    "6": "major-sixth",
    "maj": "major",
    "7": "dominant",
    "7alt": "dominant",
    "sus": "suspended-fourth",
    "m7": "minor-seventh",
    "m6": "minor-sixth",
    "m": "minor",
    "mM7": "major-minor",
    "m7b5": "half-diminished",
    "o7": "diminished-seventh",
    "+": "augmented",
}
_FIFTHS = {"dim": 6, "half-": 6, "augm": 8}
_DEGREES = {
    13: Degree(9, -1, "add"),
    14: Degree(9, 0, "add"),
    15: Degree(9, 1, "add"),
    17: Degree(11, 0, "add"),
    18: Degree(11, 1, "add"),
    20: Degree(13, -1, "add"),
    21: Degree(13, 0, "add"),
}


def sheet_of(
    solo: Iterable[Note],
    progression: Progression,
    style: Style,
    *,
    transposed: bool = False,
) -> SheetMusic:
    """Write a solo down with its chords.

    Args:
        solo: notes on the grid of writing (12 ticks a beat).
        progression: all that is played over.
        style: its tempo, swing, instrument, title and key; without a key that of the
            last chord is taken.
        transposed: whether to write the part that the instrument's player reads
            instead of what sounds.
    """
    shift = style.instrument.transposition if transposed else 0
    tonic, minor = _key(progression, style)
    fifths = _fifths((tonic + shift) % 12, minor)
    harmony = progression.transposed(shift, flats=fifths <= 0) if shift else progression
    notes = [note._replace(pitch=note.pitch + shift) for note in solo]
    return SheetMusic(
        bars=written(notes, len(progression), progression.beats),
        chords=[[_harmony(change) for change in bar] for bar in _changes(harmony)],
        beats=progression.beats,
        fifths=fifths,
        minor=minor,
        tempo=style.tempo,
        swing=style.share > STRAIGHT,
        title=style.title,
        instrument=style.instrument.name,
        transposition=shift,
    )


def _changes(progression: Progression) -> list[list[Change]]:
    """The changes of each bar, without chords that are only held on."""
    bars: list[list[Change]] = [[] for _ in progression.bars]
    for beat, chord in progression.changes():
        bar, place = divmod(beat, progression.beats)
        bars[bar].append(Change(place, chord))
    return bars


def _key(progression: Progression, style: Style) -> tuple[int, bool]:
    if style.key:
        name, minor = read_key(style.key)
        return pitch_class(name), minor
    rest = ending_chord(progression)
    return rest.root, rest.is_minor


def _fifths(tonic: int, minor: bool) -> int:
    """Sharps of a key, or minus its flats: never more than six."""
    fifths = ((tonic + (3 if minor else 0)) * 7) % 12
    return fifths - 12 if fifths > 6 else fifths


def _harmony(change: Change) -> Harmony:
    chord = change.chord
    if chord is None:
        return Harmony(change.beat * TICKS, "")
    return Harmony(
        tick=change.beat * TICKS,
        root=chord.name,
        text=chord.suffix,
        kind=_kind(chord),
        degrees=_degrees(chord),
        bass=chord.bass_name,
    )


def _kind(chord: Chord) -> str:
    if chord.quality.name == "o7" and 9 not in chord.tones:
        return "diminished"
    if chord.quality.name == "sus" and 5 not in chord.tones:
        return "suspended-second"
    return _KINDS[chord.quality.name]


def _degrees(chord: Chord) -> tuple[Degree, ...]:
    degrees = [_DEGREES[tone] for tone in chord.tones if tone in _DEGREES]
    kind = _kind(chord)
    fifth = next((f for name, f in _FIFTHS.items() if kind.startswith(name)), 7)
    for tone, alter in ((6, -1), (8, 1)):
        if tone in chord.tones and fifth != tone:
            degrees.append(Degree(5, alter, "alter"))
    if kind.startswith("susp") and 10 in chord.tones:
        degrees.append(Degree(7, 0, "add"))
    return tuple(degrees)
