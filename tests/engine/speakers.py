# SPDX-License-Identifier: Apache-2.0
"""Small networks that predict the next of six letters; the first of them ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from rnnkit.engine import (
    Category,
    Head,
    NetworkConfig,
    Recurrence,
    RecurrentNetwork,
    Start,
    read,
)
from rnnkit.engine.arrays import Array, BoolArray, IntArray

STOP = 0


class Letters:
    """What was said is heard next, until STOP; ``rule`` says what is allowed when."""

    def __init__(self, rule: Callable[[int], BoolArray | None] | None = None) -> None:
        self.rule = rule

    def allowed(self, head: str, step: int) -> BoolArray | None:
        return self.rule(step) if self.rule and head == "letter" else None

    def follow(
        self, drawn: Mapping[str, IntArray], step: int
    ) -> tuple[Mapping[str, Array], BoolArray]:
        goes_on = drawn["letter"] != STOP
        return {"letter": drawn["letter"][goes_on]}, goes_on


def speaker(
    cell: str = "lstm", *, heads: tuple[str, ...] = ("letter",), size: int = 6
) -> RecurrentNetwork:
    """A network with strong opinions, which seldom stops."""
    config = NetworkConfig(
        (Category("letter", size),),
        tuple(Head(name, size) for name in heads),
        Recurrence(cell, hidden=8, layers=2),
    )
    network = RecurrentNetwork(
        config, generator=np.random.default_rng(3), dtype=np.float64
    )
    network.parameters.values *= 3
    network.parameters["head.letter.bias"][STOP] -= 1
    return network


def opening(network: RecurrentNetwork) -> Start:
    """Before the first letter."""
    return read(network, {"letter": np.array([STOP])})
