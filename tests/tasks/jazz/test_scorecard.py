# SPDX-License-Identifier: Apache-2.0
"""The measures, on solos so short that one can count; and the judgement."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnnkit.tasks.jazz.copies import KnownRuns
from rnnkit.tasks.jazz.measures import MEANINGS, MORE_MEANINGS, measure
from rnnkit.tasks.jazz.scorecard import BANDS, average, score
from tests.tasks.jazz.lessons import SOLOS, harmony, solo

# D F A | C B, over Dm7 and then G7: chord tones but for the C.
FIVE = np.array([[0, 62, 6], [6, 65, 6], [12, 69, 6], [48, 72, 12], [60, 71, 12]])


def test_harmony() -> None:
    found = measure(FIVE, harmony())
    assert found["ct_strong"] == 0.5  # the D, and the C on G7
    assert found["ct_beat"] == 0.75
    assert found["ct_off"] == 1
    assert found["ct_gap"] == -0.25
    assert found["scale_all"] == 1
    assert found["change_ct"] == 0  # the C is the first note on G7
    assert found["nct_resolved"] == 1  # and goes down to the B


def test_line() -> None:
    found = measure(FIVE, harmony())
    assert found["mean_abs_iv"] == (3 + 4 + 3 + 1) / 4
    assert found["step_rate"] == 0.25
    assert found["repeat_rate"] == found["leap_gt7"] == 0
    assert found["dir_change"] == pytest.approx(1 / 3)
    assert found["median_pitch"] == 69
    assert found["pc_entropy"] == pytest.approx(math.log2(5))
    assert math.isclose(found["range"], 72 - 62, abs_tol=0.6)


def test_rhythm() -> None:
    found = measure(FIVE, harmony())
    assert found["notes_per_bar"] == 2.5
    assert found["phrase_notes"] == 2.5
    assert found["silence"] == 0.5
    assert found["offbeat"] == 0.2
    assert found["grid8"] == 1
    assert found["triplet"] == found["poly"] == 0
    assert found["ioi_entropy"] == pytest.approx(1.5)


def test_motifs_that_come_again() -> None:
    pitches = [60, 62, 64, 65, 67] * 2
    notes = np.array([[6 * n, pitch, 6] for n, pitch in enumerate(pitches)])
    assert measure(notes, harmony())["self_rep4"] == pytest.approx(2 / 6)


@pytest.mark.parametrize("count", range(6))
def test_few_notes_leave_some_measures_out(count: int) -> None:
    found = measure(FIVE[:count], harmony())
    assert found.keys() == {*MEANINGS, *MORE_MEANINGS}
    card = score(FIVE[:count], harmony())
    assert math.isnan(card.distance) == (count == 0)


def test_twenty_one_measures_judge_and_each_has_its_band() -> None:
    assert len(MEANINGS) == 21
    assert BANDS.keys() == {*MEANINGS, *MORE_MEANINGS} - {"poly"}
    for band in BANDS.values():
        assert band.low < band.mean < band.high
        assert band.deviation > 0


def test_chord_tones_alone_are_not_a_solo() -> None:
    tones = [(62, 65, 69, 72), (67, 71, 74, 77), (60, 64, 67, 71), (69, 73, 76, 79)]
    arpeggios = [
        [48 * bar + 6 * n, tones[bar % 4][n % 4], 6]
        for bar in range(8)
        for n in range(8)
    ]
    card = score(np.array(arpeggios), harmony())
    assert card.measures["ct_beat"].value == 1
    assert not card.measures["ct_beat"].inside
    assert card.distance > 2


def test_what_must_not_be() -> None:
    known = KnownRuns.of([solo(2).notes])
    assert score(solo(3).notes, solo(3).harmony, known=known).passed
    copied = score(solo(2).notes, solo(2).harmony, known=known)
    assert not copied.passed
    assert copied.gates["no_copy"].found == len(solo(2).notes) - 12
    assert not score(FIVE + np.array([0, 30, 0]), harmony()).gates["in_range"].passed
    overlapping = score(FIVE * np.array([1, 1, 3]), harmony()).gates["one_at_a_time"]
    assert overlapping.found == 3


def test_the_average_of_several() -> None:
    cards = [score(each.notes, each.harmony) for each in SOLOS]
    mean = average(cards)
    values = [card.measures["offbeat"].value for card in cards]
    assert mean.measures["offbeat"].value == pytest.approx(np.mean(values))
    assert mean.distance <= np.mean([card.distance for card in cards])
    assert 0 <= mean.inside <= 21
    with pytest.raises(ValueError, match="nothing to average"):
        average([])
