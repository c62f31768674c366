# SPDX-License-Identifier: Apache-2.0
"""What is measured, done by rnnkit: a step of training, a run of sampling.

A step of training reads B sequences of one-hot characters, takes the cross-entropy of
the next character, its gradients, clips them to norm 1 and makes one step of Adam, all
with default settings. Sampling draws character after character from what the network
expects, and lets it read each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from rnnkit.engine import (
    Adam,
    Category,
    Choice,
    Head,
    NetworkConfig,
    Packing,
    Recurrence,
    RecurrentNetwork,
    clip_by_norm,
    read,
    sample,
    softmax_cross_entropy,
)

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


def our_step(case: Case) -> Callable[[], None]:
    """One step of training with rnnkit."""
    network = our_network(case)
    optimizer = Adam(network.parameters)
    packing = Packing.of(case.lengths or [case.time] * case.batch)
    symbols = np.random.default_rng(0).integers(0, VOCABULARY, (2, case.tokens))

    def step() -> None:
        outputs, cache = network.forward({"character": symbols[0]}, packing)
        _, d_logits = softmax_cross_entropy(outputs.logits["next"], symbols[1])
        network.parameters.zero_gradient()
        network.backward(cache, {"next": d_logits}, of_inputs=False)
        clip_by_norm(network.parameters.gradient, 1.0)
        optimizer.step(0.001)

    return step


def our_sampling(case: Case) -> Callable[[], None]:
    """Draw ``batch`` sequences of ``time`` characters with rnnkit."""
    network = our_network(case)

    class GoOn:
        def allowed(self, head: str, step: int) -> None:
            return None

        def follow(
            self, drawn: Mapping[str, Any], step: int
        ) -> tuple[Mapping[str, Any], Any]:
            return {"character": drawn["next"]}, np.ones(case.batch, bool)

    def run() -> None:
        sample(
            network,
            read(network, {"character": np.array([0])}),
            GoOn(),
            choice=Choice(),
            generator=np.random.default_rng(0),
            count=case.batch,
            max_steps=case.time,
        )

    return run


def our_network(case: Case) -> RecurrentNetwork:
    """A network of ours for a case."""
    return RecurrentNetwork(
        NetworkConfig(
            inputs=(Category("character", VOCABULARY),),
            heads=(Head("next", VOCABULARY),),
            recurrence=Recurrence(case.cell, case.hidden, case.layers),
        ),
        generator=np.random.default_rng(0),
    )
