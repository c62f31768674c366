# SPDX-License-Identifier: Apache-2.0
"""What one does with a model that has learnt solos: let it improvise over a harmony."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnkit.engine import Choice, read, speak
from rnnkit.engine.arrays import Array, BoolArray, FloatArray, IntArray
from rnnkit.errors import ModelError, UsageError, printable
from rnnkit.models.leaning import Inclination, Leaning
from rnnkit.models.storage import StoredModel, load_model, save_model
from rnnkit.tasks.jazz.chords import QUALITIES
from rnnkit.tasks.jazz.codec import DURATION, PITCH, PITCHES, STEP, SoloCodec
from rnnkit.tasks.jazz.copies import RUN, KnownRuns, pair, pairs_of
from rnnkit.tasks.jazz.listening import (
    STEPS,
    Listener,
    Outlook,
    Row,
    duration_class,
    duration_of,
    stacked,
)
from rnnkit.tasks.jazz.solo import (
    HIGHEST_PITCH,
    LOWEST_PITCH,
    TICKS_A_BEAT,
    Harmony,
    Solo,
)

TASK = "jazz"

USUAL_RANGE = (52, 84)
"""Where most solos lie, in MIDI pitches: an alto or tenor saxophone."""

_LAST_NOTE = 2 * TICKS_A_BEAT
"""Ticks that the last note of a solo lasts at most."""

_MOTIF = 2
"""How much of a motif has to be known again to lean on it: three intervals."""

_EIGHTH = TICKS_A_BEAT // 2
_OPENINGS = (0, 6, 6, 12, 18)
"""Ticks after the first beat at which a solo may begin."""


@dataclass(frozen=True)
class Wishes:
    """What somebody wants of a solo, besides its chords.

    Attributes:
        tempo: beats a minute.
        choice: how symbols are chosen.
        density: more notes above 0, fewer below: what doubling a step costs, in nats.
        motifs: how much likelier a motif goes on as it did last time, in nats.
        low: the lowest pitch.
        high: the highest pitch.
        silent: spans of ticks, first and one past the last, in which no note begins.

    Raises:
        UsageError: the range is none.
    """

    tempo: float = 160.0
    choice: Choice = field(default_factory=lambda: Choice(top_p=0.995))
    density: float = 0.0
    motifs: float = 0.7
    low: int = USUAL_RANGE[0]
    high: int = USUAL_RANGE[1]
    silent: Sequence[tuple[int, int]] = ()

    def __post_init__(self) -> None:
        if not LOWEST_PITCH <= self.low <= self.high - 12 <= HIGHEST_PITCH - 12:
            raise UsageError(
                f"a solo cannot lie between the pitches {self.low} and {self.high}",
                hint=f"give an octave or more between {LOWEST_PITCH} and "
                f"{HIGHEST_PITCH}",
            )


class _Line(NamedTuple):
    """One solo that is being played.

    Attributes:
        listener: who follows it.
        notes: tick, pitch and duration of those that are finished.
        pairs: interval and step of each note, for finding copies.
    """

    listener: Listener
    notes: list[tuple[int, int, int]]
    pairs: list[int]


class _Improvising:
    """What sampling feeds back: the note that was drawn, and the chord of the next.

    Args:
        lines: that run, each with the tick of the note that is due.
        due: when the next note of each line begins.
        end: no note begins from this tick on.
        wishes: what is wanted.
        known: runs that must not be completed.
    """

    def __init__(
        self,
        lines: Sequence[_Line],
        due: Sequence[int],
        *,
        end: int,
        wishes: Wishes,
        known: KnownRuns,
    ) -> None:
        self._lines = list(lines)
        self._due = list(due)
        self._end = end
        self._wishes = wishes
        self._known = known
        pitches = np.arange(LOWEST_PITCH, HIGHEST_PITCH + 1)
        self._in_range = (pitches >= wishes.low) & (pitches <= wishes.high)
        self._pitches = pitches

    def allowed(self, head: str, step: int) -> BoolArray | None:
        if head != PITCH:
            return None
        return np.array(
            [
                self._in_range & ~self._copies(line, due)
                for line, due in zip(self._lines, self._due, strict=True)
            ]
        )

    def follow(
        self, drawn: Mapping[str, IntArray], step: int
    ) -> tuple[Mapping[str, Array], BoolArray]:
        rows, lines, dues = [], [], []
        goes_on = np.zeros(len(self._lines), bool)
        symbols = (drawn[name].tolist() for name in (PITCH, DURATION, STEP))
        for number, (pitch, held, next_step) in enumerate(zip(*symbols, strict=True)):
            line, tick = self._lines[number], self._due[number]
            after = self._play(line, tick, pitch + LOWEST_PITCH, held, next_step)
            if after < self._end:
                goes_on[number] = True
                rows.append(line.listener.expect(after))
                lines.append(line)
                dues.append(after)
        self._lines, self._due = lines, dues
        return (stacked(rows) if rows else {}), goes_on

    def _play(self, line: _Line, tick: int, pitch: int, held: int, step: int) -> int:
        """Take in a note; tell when the next one begins."""
        before, last_pitch, _ = line.notes[-1]
        duration = duration_of(held, tick - before)
        line.notes[-1] = before, last_pitch, self._cut(before, duration)
        line.pairs.append(
            int(pair(np.array(pitch - last_pitch), np.array(tick - before)))
        )
        line.listener.hear(tick, pitch, held)
        longest = self._cut(tick, min(_LAST_NOTE, self._end - tick))
        line.notes.append((tick, pitch, longest))
        return _allowed_tick(tick + STEPS[step], self._wishes)

    def _cut(self, tick: int, duration: int) -> int:
        """The duration of a note that must not sound on into a silence."""
        for first, _ in self._wishes.silent:
            if tick < first:
                duration = min(duration, first - tick)
        return duration

    def _copies(self, line: _Line, due: int) -> BoolArray:
        if len(line.pairs) < RUN - 1:
            return np.zeros(PITCHES, bool)
        tick, pitch, _ = line.notes[-1]
        pairs = np.array(line.pairs[-RUN + 1 :], np.uint64)
        return self._known.completed_by(pairs, self._pitches - pitch, due - tick)


class SoloModel:
    """A network, the codec of its solos, and the runs that it must not copy.

    Attributes:
        stored: what its file holds.
        network: that has learnt solos.
        codec: of the solos.
        known: runs of those that it learnt from.
    """

    def __init__(self, stored: StoredModel, codec: SoloCodec, known: KnownRuns) -> None:
        self.stored = stored
        self.network = stored.network
        self.codec = codec
        self.known = known

    @classmethod
    def load(cls, path: Path) -> SoloModel:
        """Read a model file.

        Raises:
            ModelError: it cannot be read, is damaged, or is not a model of solos.
        """
        stored = load_model(path, TASK)
        try:
            codec = SoloCodec.from_dict(stored.codec)
            codec.check(stored.network.config)
            known = KnownRuns.from_array(stored.extra["known"])
        except (KeyError, ValueError) as failure:
            raise ModelError(
                f"'{printable(path, 200)}' is not a model of solos: "
                f"{printable(failure)}",
                hint="train one with 'rnnkit train jazz SOLOS --out MODEL'",
            ) from failure
        return cls(stored, codec, known)

    def save(self, path: Path, *, force: bool = False) -> None:
        """Write a model file.

        Raises:
            OutputError: it cannot be written.
        """
        save_model(path, self.stored, force=force, half=True)

    def improvise(
        self,
        harmony: Harmony,
        *,
        seed: int,
        count: int = 1,
        wishes: Wishes | None = None,
        prime: IntArray | None = None,
    ) -> list[Solo]:
        """Play solos over a harmony, side by side, from its first beat to its last.

        Args:
            count: how many.
            prime: tick, pitch and duration of notes to go on from, (N, 3), at least
                one; none: it begins with a note of the chord.
        """
        wishes = wishes or Wishes()
        generator = np.random.default_rng(seed)
        outlook = Outlook(harmony)
        if prime is None:
            prime = np.array([_opening(harmony, wishes, generator)])
        due = _after(prime, wishes)
        if due >= harmony.end:
            return [Solo("", prime, harmony, wishes.tempo)] * count
        listened = [_listen(outlook, prime, due, wishes.tempo) for _ in range(count)]
        speaker = Leaning(self.network, _inclination(wishes))
        for _ in speak(
            speaker,
            read(speaker, stacked(listened[0].rows)),
            _Improvising(
                [each.line for each in listened],
                [due] * count,
                end=harmony.end,
                wishes=wishes,
                known=self.known,
            ),
            choice=wishes.choice,
            generator=generator,
            count=count,
            max_steps=harmony.end - due,
        ):
            pass
        return [
            Solo("", np.array(each.line.notes, np.intp), harmony, wishes.tempo)
            for each in listened
        ]


def _inclination(wishes: Wishes) -> Inclination:
    """What is added to the network's scores, so that it does what is wanted."""
    # A step twice as long loses so many nats.
    longer = -wishes.density * np.log2(np.array(STEPS) / _EIGHTH)
    pitches = np.arange(PITCHES)

    def inclination(inputs: Mapping[str, Array]) -> Mapping[str, FloatArray]:
        again = pitches == inputs["motif pitch"][:, None]
        known = inputs["motif"][:, None] >= _MOTIF
        return {PITCH: wishes.motifs * (again & known), STEP: longer}

    return inclination


class _Listened(NamedTuple):
    """The beginning of a solo: what the network reads of it, and the line to go on."""

    rows: list[Row]
    line: _Line


def _listen(outlook: Outlook, notes: IntArray, due: int, tempo: float) -> _Listened:
    ticks, pitches, durations = (column.tolist() for column in notes.T)
    listener = Listener(outlook, tempo, ticks[0], pitches[0])
    rows = []
    for n in range(1, len(ticks)):
        rows.append(listener.expect(ticks[n]))
        held = duration_class(durations[n - 1], ticks[n] - ticks[n - 1])
        listener.hear(ticks[n], pitches[n], held)
    rows.append(listener.expect(due))
    played = list(zip(ticks, pitches, durations, strict=True))
    return _Listened(rows, _Line(listener, played, pairs_of(notes).tolist()))


def _opening(
    harmony: Harmony, wishes: Wishes, generator: np.random.Generator
) -> tuple[int, int, int]:
    """A first note: a chord tone in the middle, in the first two beats."""
    tick = harmony.first * TICKS_A_BEAT + int(generator.choice(_OPENINGS))
    tick = _allowed_tick(tick, wishes)
    row = harmony.rows(np.array(tick))
    tones = QUALITIES[int(harmony.qualities[row])].tones
    wanted = (int(harmony.roots[row]) + int(generator.choice(tones))) % 12
    middle = (wishes.low + wishes.high) // 2 - 6
    return tick, middle + (wanted - middle) % 12, _EIGHTH


def _after(notes: IntArray, wishes: Wishes) -> int:
    """When the note after some others begins: on the next half of a beat."""
    tick, _, duration = notes[-1].tolist()
    end = tick + max(duration, 1)
    return _allowed_tick(-(-end // _EIGHTH) * _EIGHTH, wishes)


def _allowed_tick(tick: int, wishes: Wishes) -> int:
    """The tick itself, or the end of the silence that it lies in."""
    for first, past in wishes.silent:
        if first <= tick < past:
            tick = past
    return tick
