# SPDX-License-Identifier: Apache-2.0
"""Put soloist and rhythm section together: a count, the choruses, an ending."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rnnkit.errors import UsageError, did_you_mean, printable
from rnnkit.files.score import (
    DRUM_CHANNEL,
    Mark,
    Metre,
    Note,
    Score,
    Track,
    tempo_of,
)
from rnnkit.tasks.jazz.bass import nearest, walk
from rnnkit.tasks.jazz.chords import Chord
from rnnkit.tasks.jazz.comping import comp, voicing
from rnnkit.tasks.jazz.drums import BRUSH_KIT, count_in, final_hit, keep_time
from rnnkit.tasks.jazz.forms import signature
from rnnkit.tasks.jazz.instruments import INSTRUMENTS, Instrument
from rnnkit.tasks.jazz.progression import Progression, symbol_of
from rnnkit.tasks.jazz.swing import (
    FINE,
    HEAVIEST,
    STRAIGHT,
    TICKS,
    played,
    usual_swing,
)

BAND = ("bass", "piano", "drums")
"""The players that can be switched on and off."""

SLOWEST, FASTEST = 40.0, 320.0
"""Beats a minute."""

_BRUSHES_BELOW = 112.0
_SOLO, _PIANO, _BASS = 0, 1, 2
_PIANO_PROGRAM, _BASS_PROGRAM = 0, 32


@dataclass(frozen=True)
class Style:
    """How a piece is played.

    Attributes:
        tempo: beats a minute, 40 to 320.
        swing: share of the beat that the first eighth takes, 0.5 to 0.8; None for what
            suits the tempo.
        band: who plays along; with nobody there is no count and no ending.
        instrument: who plays the solo.
        brushes: whether the drummer takes brushes; None for what suits the tempo.
        title: what the piece is called.
        key: such as ``Bb`` or ``Cm``; "" if unknown.
    """

    tempo: float = 160.0
    swing: float | None = None
    band: tuple[str, ...] = BAND
    instrument: Instrument = INSTRUMENTS["tenor"]
    brushes: bool | None = None
    title: str = "Solo"
    key: str = ""

    def __post_init__(self) -> None:
        # Written so that nan is refused too.
        if not SLOWEST <= self.tempo <= FASTEST:
            raise UsageError(
                f"a tempo of {self.tempo:g} beats a minute is out of range",
                hint=f"--tempo from {SLOWEST:g} to {FASTEST:g}",
            )
        if self.swing is not None and not STRAIGHT <= self.swing <= HEAVIEST:
            raise UsageError(
                f"a swing of {self.swing:g} is out of range",
                hint=f"--swing from {STRAIGHT} (straight) to {HEAVIEST}; 0.667 is "
                "triplets",
            )

    @property
    def share(self) -> float:
        """The swing that is played."""
        return usual_swing(self.tempo) if self.swing is None else self.swing


def read_band(text: str) -> tuple[str, ...]:
    """Read who plays along: ``bass,piano,drums``, some of them, or ``none``.

    Raises:
        UsageError: there is no such player.
    """
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    if names == ["none"]:
        return ()
    for name in names:
        if name not in BAND:
            raise UsageError(
                f"nobody in the band is called '{printable(name)}'",
                hint=did_you_mean(name, BAND) or f"--band {','.join(BAND)}, or none",
            )
    return tuple(name for name in BAND if name in names)


def arrange(
    solo: Iterable[Note],
    progression: Progression,
    style: Style,
    generator: np.random.Generator,
) -> Score:
    """Write the whole piece.

    Args:
        solo: notes on the grid of writing (12 ticks a beat), from the first bar of the
            progression on; up to a bar before it is a pick-up, if somebody counts in.
        progression: all that is played over, every chorus.
        style: how.
        generator: what the rhythm section draws from.

    Returns:
        A score of 480 ticks a beat. If anyone plays along it begins with a bar of
        clicks and ends with a bar on the last chord; otherwise the solo stands alone,
        from the first bar on.
    """
    beats = progression.beats
    bar = beats * TICKS
    start = bar if style.band else 0
    end = start + len(progression) * bar
    solo = [note for note in solo if note.onset + start >= 0]
    parts = {"solo": _moved(solo, start)}
    # Each has its own stream, so that switching one off does not change the others.
    streams = dict(zip(BAND, generator.spawn(len(BAND)), strict=True))
    brushes = style.brushes
    if brushes is None:
        brushes = style.tempo < _BRUSHES_BELOW
    last = ending_chord(progression)
    if "bass" in style.band:
        parts["bass"] = _moved(walk(progression, streams["bass"]), start)
        root = nearest(last.bass, parts["bass"][-1].pitch if parts["bass"] else 38)
        parts["bass"].append(Note(end, root, bar, 84))
    if "piano" in style.band:
        parts["piano"] = _moved(comp(progression, streams["piano"]), start)
        parts["piano"] += [Note(end, pitch, bar, 66) for pitch in voicing(last)]
    if "drums" in style.band:
        time = keep_time(progression, streams["drums"], brushes=brushes)
        parts["drums"] = _moved(time, start) + _moved(final_hit(bar), end)
    if style.band:
        parts["drums"] = count_in(beats) + parts.get("drums", [])
    tracks = [
        Track(name, channel, program, tuple(sorted(played(parts[part], style.share))))
        for part, name, channel, program in (
            ("solo", style.instrument.name, _SOLO, style.instrument.program),
            ("piano", "Piano", _PIANO, _PIANO_PROGRAM),
            ("bass", "Bass", _BASS, _BASS_PROGRAM),
            ("drums", "Drums", DRUM_CHANNEL, BRUSH_KIT if brushes else 0),
        )
        if part in parts
    ]
    return Score(
        ticks_per_beat=FINE,
        tracks=tuple(tracks),
        tempos=(tempo_of(style.tempo),),
        metres=(Metre(0, beats, 4),),
        key=signature(style.key),
        title=style.title,
        marks=tuple(
            Mark((start // TICKS + change.beat) * FINE, symbol_of(change.chord))
            for change in progression.changes()
        ),
    )


def ending_chord(progression: Progression) -> Chord:
    """The chord that a piece ends on.

    A form that ends with a turnaround wants to go back to its first chord; one that
    ends at rest stays there.
    """
    harmony = progression.harmony()
    first, last = harmony[0], harmony[-1]
    at_rest = last.quality.name in {"maj7", "6", "maj", "m6", "m", "mM7"}
    return last if at_rest else first


def _moved(notes: Sequence[Note], ticks: int) -> list[Note]:
    return [note._replace(onset=note.onset + ticks) for note in notes]
