# SPDX-License-Identifier: Apache-2.0
"""How the learning rate changes while training.

A schedule is called with the number of steps made so far, from 0, and gives the share
of the peak rate to use for the next one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Schedule: TypeAlias = Callable[[int], float]


@dataclass(frozen=True)
class Constant:
    """Always the peak rate."""

    def __call__(self, step: int) -> float:
        """1."""
        return 1.0


@dataclass(frozen=True)
class Staircase:
    """Multiplied by ``factor`` after every ``every`` steps."""

    every: int
    factor: float = 0.5

    def __call__(self, step: int) -> float:
        """The share of the peak rate at ``step``."""
        return self.factor ** (step // self.every)


@dataclass(frozen=True)
class WarmupCosine:
    """Up in a line during ``warmup`` steps, then down in half a cosine to ``floor``.

    Source: Loshchilov & Hutter (2017, arXiv:1608.03983).
    """

    total: int
    warmup: int = 0
    floor: float = 0.0

    def __call__(self, step: int) -> float:
        """The share of the peak rate at ``step``."""
        if step < self.warmup:
            return (step + 1) / self.warmup
        passed = (step - self.warmup) / max(1, self.total - self.warmup)
        wave = 0.5 + 0.5 * math.cos(math.pi * min(1.0, passed))
        return self.floor + (1 - self.floor) * wave


@dataclass(frozen=True)
class OneCycle:
    """Up in half a cosine from ``start``, down in another to ``floor``.

    Source: Smith & Topin (2019, arXiv:1708.07120).
    """

    total: int
    rise: float = 0.3
    start: float = 0.04
    floor: float = 1e-4

    def __call__(self, step: int) -> float:
        """The share of the peak rate at ``step``."""
        passed = min(1.0, step / max(1, self.total - 1))
        if passed < self.rise:
            low, way = self.start, passed / self.rise
        else:
            low, way = self.floor, (1 - passed) / max(1e-12, 1 - self.rise)
        return low + (1 - low) * (0.5 - 0.5 * math.cos(math.pi * way))
