# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np

from rnnkit.engine import (
    Category,
    Head,
    NetworkConfig,
    Packing,
    Recurrence,
    RecurrentNetwork,
    Speaker,
)
from rnnkit.engine.activations import softmax
from rnnkit.models.leaning import Leaning

NETWORK = RecurrentNetwork(
    NetworkConfig(
        inputs=[Category("digit", 3)],
        heads=[Head("next", 3), Head("even", 2)],
        recurrence=Recurrence("gru", 4),
    ),
    generator=np.random.default_rng(1),
)
INPUTS = {"digit": np.array([0, 2, 1])}
BIAS = np.array([0.0, 1.0, -2.0])


def test_some_symbols_are_likelier_and_other_heads_are_as_they_were() -> None:
    leaning: Speaker = Leaning(NETWORK, lambda _: {"next": BIAS})
    packing = Packing.of([3])
    (alone, _), _ = NETWORK.forward(INPUTS, packing)
    (said, _), _ = leaning.forward(INPUTS, packing)
    wanted = softmax(alone["next"]) * np.exp(BIAS)
    wanted /= wanted.sum(axis=1, keepdims=True)
    assert np.allclose(softmax(said["next"]), wanted)
    assert np.array_equal(said["even"], alone["even"])


def test_steps_say_what_the_whole_says() -> None:
    leaning: Speaker = Leaning(NETWORK, lambda _: {"next": BIAS})
    (whole, _), _ = leaning.forward(INPUTS, Packing.of([3]))
    prepared, state = leaning.prepare(), NETWORK.stack.zero_state(1, np.float32)
    for row in range(3):
        said, state = leaning.step(
            {"digit": INPUTS["digit"][row : row + 1]}, state, prepared=prepared
        )
        assert np.allclose(said["next"], whole["next"][row], atol=1e-6)


def test_what_it_leans_to_may_depend_on_what_is_read() -> None:
    leaning = Leaning(
        NETWORK, lambda inputs: {"next": BIAS * (inputs["digit"] == 2)[:, None]}
    )
    packing = Packing.of([3])
    (alone, _), _ = NETWORK.forward(INPUTS, packing)
    (said, _), _ = leaning.forward(INPUTS, packing)
    assert np.allclose(said["next"] - alone["next"], np.outer([0, 1, 0], BIAS))
