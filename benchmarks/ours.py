# SPDX-License-Identifier: Apache-2.0
"""What is measured, done by rnnkit: a step of training, a run of sampling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from benchmarks.case import VOCABULARY, Case
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
