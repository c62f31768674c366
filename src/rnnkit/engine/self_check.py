# SPDX-License-Identifier: Apache-2.0
"""Whether this machine calculates gradients rightly, by a small network."""

from __future__ import annotations

import numpy as np

from rnnkit.engine.configuration import Category, Head, NetworkConfig, Recurrence
from rnnkit.engine.gradient_check import directional_error
from rnnkit.engine.losses import softmax_cross_entropy
from rnnkit.engine.network import RecurrentNetwork
from rnnkit.engine.packing import Packing


def gradient_error(cell: str) -> float:
    """The relative error of the gradient of a small network of this cell, in float64.

    About 1e-9 where all is well.
    """
    generator = np.random.default_rng(0)
    config = NetworkConfig(
        inputs=(Category("symbol", 5, dimensions=4),),
        heads=(Head("next", 5),),
        recurrence=Recurrence(cell, hidden=8, layers=2, bidirectional=True),
    )
    network = RecurrentNetwork(config, generator=generator, dtype=np.float64)
    packing = Packing.of([6, 3, 4])
    inputs = {"symbol": generator.integers(0, 5, packing.row_count)}
    targets = generator.integers(0, 5, packing.row_count)

    def loss() -> float:
        outputs, _ = network.forward(inputs, packing)
        return softmax_cross_entropy(outputs.logits["next"], targets)[0]

    outputs, cache = network.forward(inputs, packing)
    _, d_logits = softmax_cross_entropy(outputs.logits["next"], targets)
    network.backward(cache, {"next": d_logits})
    parameters = network.parameters
    return directional_error(
        loss, parameters.values, parameters.gradient, generator=generator
    )
