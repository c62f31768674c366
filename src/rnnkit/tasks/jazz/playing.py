# SPDX-License-Identifier: Apache-2.0
"""From a progression to a piece: the soloist, the rhythm section, and the scorecard."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rnnkit.engine.arrays import IntArray
from rnnkit.errors import UsageError
from rnnkit.files.score import Note, Score
from rnnkit.tasks.jazz.arrangement import Style, arrange
from rnnkit.tasks.jazz.model import SoloModel, Wishes
from rnnkit.tasks.jazz.progression import Progression
from rnnkit.tasks.jazz.scorecard import Scorecard, score
from rnnkit.tasks.jazz.solo import Harmony, Solo

_LOUD, _ACCENT = 84, 12
"""How loud a note is, and how much more where the line turns from rising to falling."""


@dataclass(frozen=True)
class Piece:
    """What was played.

    Attributes:
        solo: the notes as they were written, and their chords.
        score: solo and rhythm section as they are played.
        scorecard: of the solo.
        seed: that plays it again.
    """

    solo: Solo
    score: Score
    scorecard: Scorecard
    seed: int


def play(
    model: SoloModel,
    progression: Progression,
    style: Style,
    *,
    seed: int,
    wishes: Wishes | None = None,
    takes: int = 1,
    trade: int = 0,
    prime: IntArray | None = None,
) -> Piece:
    """Improvise over a progression, every chorus of it, and add the rhythm section.

    Args:
        style: tempo, swing, instrument and band.
        wishes: how to choose; the tempo is that of the style.
        takes: how many solos are played; the one nearest to real solos by the
            scorecard is kept.
        trade: bars; every other so many are left to somebody else. 0: none.
        prime: tick, pitch and duration of notes to go on from, (N, 3).

    Raises:
        UsageError: that leaves nothing to play, or the notes to go on from fill all.
    """
    harmony = Harmony.of(progression.harmony(), beats_a_bar=progression.beats)
    silent = _others(harmony, trade)
    wishes = replace(wishes or Wishes(), tempo=style.tempo, silent=silent)
    if prime is not None and prime[-1, 0] + prime[-1, 2] >= harmony.end:
        bars = -(-int(prime[-1, 0] + prime[-1, 2]) // harmony.ticks_a_bar)
        raise UsageError(
            f"the phrase to go on from fills {bars} bars, and there are no more",
            hint=f"give a shorter one, or more than {len(progression)} bars with "
            "--choruses",
        )
    solos = model.improvise(harmony, seed=seed, count=takes, wishes=wishes, prime=prime)
    judged = [(solo, score(solo.notes, harmony, known=model.known)) for solo in solos]
    solo, card = min(judged, key=lambda each: _worth(each[1]))
    return accompanied(solo, card, progression, style, seed=seed)


def accompanied(
    solo: Solo,
    scorecard: Scorecard,
    progression: Progression,
    style: Style,
    *,
    seed: int,
) -> Piece:
    """The piece that a solo and the rhythm section make together."""
    # The band has its own stream: it plays the same whatever the soloist does.
    band = np.random.default_rng([seed, 1])
    return Piece(
        solo=solo,
        score=arrange(sounding(solo), progression, style, band),
        scorecard=scorecard,
        seed=seed,
    )


def sounding(solo: Solo) -> list[Note]:
    """The notes of a solo, each as loud as the line wants it."""
    ticks, pitches, durations = (column.tolist() for column in solo.notes.T)
    around = [pitches[0], *pitches, pitches[-1]]
    notes = []
    for n, pitch in enumerate(pitches):
        peak = around[n] < pitch >= around[n + 2]
        loudness = _LOUD + (_ACCENT if peak else 0)
        notes.append(Note(ticks[n], pitch, durations[n], loudness))
    return notes


def _worth(card: Scorecard) -> tuple[bool, float]:
    distance = card.distance
    return not card.passed, np.inf if np.isnan(distance) else distance


def _others(harmony: Harmony, trade: int) -> list[tuple[int, int]]:
    """The ticks that belong to somebody else when bars are traded."""
    if not trade:
        return []
    span = trade * harmony.ticks_a_bar
    if span >= harmony.end:
        raise UsageError(
            f"there is nobody to trade {trade} bars with: the form has no more",
            hint="give --trade 4, or more --choruses",
        )
    return [(first, first + span) for first in range(span, harmony.end, 2 * span)]
