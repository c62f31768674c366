# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.errors import UsageError
from rnnkit.tasks.jazz.arrangement import Style
from rnnkit.tasks.jazz.model import SoloModel
from rnnkit.tasks.jazz.playing import play, sounding
from rnnkit.tasks.jazz.progression import read_progression
from tests.tasks.jazz.lessons import solo

FORM = read_progression("Dm7 | G7 | Cmaj7 | A7").repeated(4)


def test_a_piece_has_a_solo_a_band_and_a_scorecard(model: SoloModel) -> None:
    piece = play(model, FORM, Style(), seed=3)
    soloist, *others = piece.score.tracks
    assert len(soloist.notes) == len(piece.solo.notes)
    assert {track.name for track in others} == {"Piano", "Bass", "Drums"}
    assert piece.scorecard.passed


def test_the_same_seed_plays_the_same_piece(model: SoloModel) -> None:
    one, again = (play(model, FORM, Style(), seed=3) for _ in range(2))
    assert one.score == again.score


def test_the_best_of_several_takes_is_kept(model: SoloModel) -> None:
    first = play(model, FORM, Style(), seed=3, takes=1)
    best = play(model, FORM, Style(), seed=3, takes=8)
    many = play(model, FORM, Style(), seed=3, takes=8)
    assert np.array_equal(best.solo.notes, many.solo.notes)
    assert best.scorecard.distance < first.scorecard.distance + 1


def test_trading_fours(model: SoloModel) -> None:
    piece = play(model, FORM, Style(), seed=3, trade=4)
    bars = piece.solo.notes[:, 0] // 48
    assert set((bars // 4).tolist()) == {0, 2}


def test_nobody_to_trade_with(model: SoloModel) -> None:
    with pytest.raises(UsageError, match="nobody to trade 16 bars with"):
        play(model, FORM, Style(), seed=3, trade=16)


def test_the_top_of_a_line_is_louder() -> None:
    notes = sounding(solo())
    loud = max(note.velocity for note in notes)
    for before, note, after in zip(notes, notes[1:], notes[2:], strict=False):
        top = before.pitch < note.pitch >= after.pitch
        assert (note.velocity == loud) == top
