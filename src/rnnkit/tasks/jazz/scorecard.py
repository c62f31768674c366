# SPDX-License-Identifier: Apache-2.0
"""How near a solo is to what soloists do.

Each measure of a solo is held beside the same of 429 real ones, those in 4/4 of the
Weimar Jazz Database. It is inside if it lies where nine tenths of them do, between the
5th and the 95th percentile. Its distance z is from their mean, in their standard
deviations; the mean of |z| over all measures sums a solo up. Lower is not always
better: a single real solo has about 0.7, and only the average of many comes near 0.

A solo fails at once if two notes sound at a time, if one is out of range, or if it
copies a phrase of twelve notes (``copies.py``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnnkit.engine.arrays import IntArray
from rnnkit.tasks.jazz.copies import KnownRuns
from rnnkit.tasks.jazz.measures import MEANINGS, MORE_MEANINGS, measure
from rnnkit.tasks.jazz.solo import HIGHEST_PITCH, LOWEST_PITCH, Harmony


class Band(NamedTuple):
    """What real solos do: mean, standard deviation, 5th and 95th percentile."""

    mean: float
    deviation: float
    low: float
    high: float


BANDS: Mapping[str, Band] = {
    "notes_per_bar": Band(6.6880, 2.8762, 3.8669, 12.5275),
    "ct_strong": Band(0.5367, 0.1113, 0.3657, 0.7143),
    "ct_beat": Band(0.5315, 0.0932, 0.3775, 0.6804),
    "ct_off": Band(0.4944, 0.0776, 0.3662, 0.6116),
    "scale_all": Band(0.7864, 0.0737, 0.6425, 0.8938),
    "change_ct": Band(0.5283, 0.1258, 0.3255, 0.7436),
    "nct_resolved": Band(0.6195, 0.0922, 0.4522, 0.7576),
    "repeat_rate": Band(0.0557, 0.0451, 0.0071, 0.1447),
    "step_rate": Band(0.5383, 0.0949, 0.3739, 0.6889),
    "leap_gt7": Band(0.0408, 0.0219, 0.0125, 0.0755),
    "mean_abs_iv": Band(2.6926, 0.3834, 2.1074, 3.3209),
    "range": Band(21.0794, 4.1089, 15.0000, 29.0000),
    "dir_change": Band(0.4603, 0.0681, 0.3614, 0.5747),
    "pc_entropy": Band(3.3384, 0.1756, 3.0128, 3.5297),
    "ioi_entropy": Band(2.8849, 0.4142, 2.1606, 3.4661),
    "phrase_notes": Band(16.0612, 9.3966, 6.5485, 34.3889),
    "silence": Band(0.3515, 0.0789, 0.2382, 0.4850),
    "grid8": Band(0.6692, 0.1626, 0.3960, 0.8917),
    "triplet": Band(0.1358, 0.0476, 0.0675, 0.2101),
    "offbeat": Band(0.6674, 0.1077, 0.5173, 0.8475),
    "self_rep4": Band(0.2323, 0.1206, 0.0515, 0.4321),
    "ct_gap": Band(0.0371, 0.0773, -0.1034, 0.1688),
    "change_37": Band(0.3106, 0.1017, 0.1429, 0.4500),
    "median_pitch": Band(66.1620, 4.8112, 58.0000, 74.0000),
}
"""Written by ``tools/measure_solos.py``."""


@dataclass(frozen=True)
class Measured:
    """One measure of a solo.

    Attributes:
        value: nan if there was nothing to count.
        low: the 5th percentile of real solos.
        high: their 95th percentile.
        z: how far it is from their mean, in their standard deviations.
        judged: whether it counts.
        meaning: what it counts.
    """

    value: float
    low: float
    high: float
    z: float
    judged: bool
    meaning: str

    @property
    def inside(self) -> bool:
        """Whether nine tenths of real solos lie around it."""
        return self.low <= self.value <= self.high


@dataclass(frozen=True)
class Gate:
    """Something that must not be.

    Attributes:
        found: how often it is there.
        meaning: what it is.
    """

    found: int
    meaning: str

    @property
    def passed(self) -> bool:
        """Whether it is not there."""
        return self.found == 0


@dataclass(frozen=True)
class Scorecard:
    """All measures of a solo, or their means over several.

    Attributes:
        measures: by name.
        gates: by name.
    """

    measures: Mapping[str, Measured]
    gates: Mapping[str, Gate]

    @property
    def distance(self) -> float:
        """The mean of the sizes of z over what counts; nan if nothing was counted."""
        found = [
            abs(each.z)
            for each in self.measures.values()
            if each.judged and not math.isnan(each.z)
        ]
        return sum(found) / len(found) if found else math.nan

    @property
    def inside(self) -> int:
        """How many of the measures that count are inside."""
        return sum(each.inside for each in self.measures.values() if each.judged)

    @property
    def passed(self) -> bool:
        """Whether nothing is there that must not be."""
        return all(gate.passed for gate in self.gates.values())


def score(
    notes: IntArray, harmony: Harmony, *, known: KnownRuns | None = None
) -> Scorecard:
    """Judge one solo.

    Args:
        notes: tick, pitch and duration, (N, 3), by tick.
        harmony: what they are played over.
        known: runs that must not be copied; none: copies are not looked for.
    """
    _, pitches, _ = notes.T
    strange = (pitches < LOWEST_PITCH) | (pitches > HIGHEST_PITCH)
    overlaps = notes[:-1, 2] > np.diff(notes[:, 0]) + 1
    gates = {
        "one_at_a_time": Gate(int(overlaps.sum()), MORE_MEANINGS["poly"]),
        "in_range": Gate(
            int(strange.sum()),
            f"notes outside the pitches {LOWEST_PITCH} to {HIGHEST_PITCH}",
        ),
    }
    if known is not None:
        gates["no_copy"] = Gate(
            int(known.copied(notes).sum()), "runs of twelve notes of a solo it learnt"
        )
    return Scorecard(_judged(measure(notes, harmony)), gates)


def average(cards: Sequence[Scorecard]) -> Scorecard:
    """What several solos are like together: the mean of each measure.

    Raises:
        ValueError: there are none.
    """
    if not cards:
        raise ValueError("there is nothing to average")
    values = {}
    for name in BANDS:
        found = np.array([card.measures[name].value for card in cards])
        found = found[~np.isnan(found)]
        values[name] = float(found.mean()) if len(found) else math.nan
    gates = {
        name: Gate(sum(card.gates[name].found for card in cards), gate.meaning)
        for name, gate in cards[0].gates.items()
    }
    return Scorecard(_judged(values), gates)


def _judged(values: Mapping[str, float]) -> dict[str, Measured]:
    meanings = {**MEANINGS, **MORE_MEANINGS}
    return {
        name: Measured(
            value=values[name],
            low=band.low,
            high=band.high,
            z=(values[name] - band.mean) / band.deviation,
            judged=name in MEANINGS,
            meaning=meanings[name],
        )
        for name, band in BANDS.items()
    }
