# SPDX-License-Identifier: Apache-2.0
"""What is measured, for rnnkit (``ours.py``) and for PyTorch (``theirs.py``).

A step of training reads B sequences of one-hot characters, takes the cross-entropy of
the next character, its gradients, clips them to norm 1 and makes one step of Adam, all
with default settings. Sampling draws character after character from what the network
expects, and lets it read each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

VOCABULARY = 27


class Case(NamedTuple):
    """What is measured: a cell, units, sequences, steps, layers.

    Attributes:
        lengths: steps of each sequence, if they differ; they are packed.
    """

    cell: str
    hidden: int
    batch: int
    time: int = 50
    layers: int = 1
    lengths: tuple[int, ...] = ()

    @property
    def tokens(self) -> int:
        """Characters a step of training."""
        return sum(self.lengths) if self.lengths else self.batch * self.time

    def __str__(self) -> str:
        layers = f" x {self.layers}" if self.layers > 1 else ""
        steps = "names" if self.lengths else f"T {self.time}"
        return f"{self.cell} {self.hidden}{layers}, batch {self.batch}, {steps}"


def names(count: int) -> tuple[int, ...]:
    """Lengths like those of English first names, seeded."""
    drawn = np.random.default_rng(0).normal(7, 1.7, count)
    return tuple(np.clip(np.round(drawn), 3, 16).astype(int).tolist())
