# SPDX-License-Identifier: Apache-2.0
"""Where each schedule starts, turns and ends."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rnnkit.engine import Constant, OneCycle, Staircase, WarmupCosine
from rnnkit.engine.schedules import Schedule


@pytest.mark.parametrize(
    ("schedule", "points"),
    [
        (Constant(), {0: 1, 1000: 1}),
        (Staircase(every=10, factor=0.1), {0: 1, 9: 1, 10: 0.1, 19: 0.1, 20: 0.01}),
        (WarmupCosine(total=100), {0: 1, 50: 0.5, 100: 0, 150: 0}),
        (
            WarmupCosine(total=110, warmup=10, floor=0.2),
            {0: 0.1, 4: 0.5, 9: 1, 10: 1, 60: 0.6, 110: 0.2, 1000: 0.2},
        ),
        (WarmupCosine(total=5, warmup=5), {0: 0.2, 4: 1, 6: 0}),
        (
            OneCycle(total=101, rise=0.2, start=0.1, floor=0.01),
            {0: 0.1, 10: 0.55, 20: 1, 60: 0.505, 100: 0.01, 500: 0.01},
        ),
        (OneCycle(total=11, rise=0.0), {0: 1, 10: 1e-4}),
    ],
)
def test_share_of_the_peak_rate(schedule: Schedule, points: dict[int, float]) -> None:
    assert {step: schedule(step) for step in points} == pytest.approx(points)


@pytest.mark.parametrize(
    ("schedule", "peak"),
    [
        (WarmupCosine(total=60, warmup=20), 20),
        (OneCycle(total=61, rise=1 / 3), 20),
    ],
)
def test_up_to_the_peak_and_down_again(schedule: Schedule, peak: int) -> None:
    shares = [schedule(step) for step in range(61)]
    assert max(shares) == shares[peak] == pytest.approx(1)
    assert all(one <= next_one for one, next_one in pairwise(shares[: peak + 1]))
    assert all(one > next_one for one, next_one in pairwise(shares[peak:]))


@pytest.mark.parametrize("schedule", [WarmupCosine(total=1), OneCycle(total=1)])
def test_a_training_of_one_step(schedule: Schedule) -> None:
    assert 0 < schedule(0) <= 1
