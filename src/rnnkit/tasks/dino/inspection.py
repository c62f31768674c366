# SPDX-License-Identifier: Apache-2.0
"""Watching a network while it reads a name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnkit.engine import Packing, RecurrentNetwork, surprise
from rnnkit.engine.activations import softmax
from rnnkit.engine.arrays import FloatArray
from rnnkit.tasks.dino.codec import BORDER, HEAD, NameCodec

_LIKELIEST = 3


@dataclass(frozen=True)
class Inspection:
    """What goes on inside while a name is read.

    Attributes:
        text: the name as given.
        characters: what is read, step by step; the first one, "", is the beginning.
        surprise: nats of each character when it was read; 0 for the beginning. (T,)
        expected: for each step, the likeliest next characters with their chances;
            "" is the end.
        layers: for each layer, arrays (T, H) by name: "hidden", and what the cell
            keeps, such as "forget_gate".
    """

    text: str
    characters: list[str]
    surprise: FloatArray
    expected: list[list[tuple[str, float]]]
    layers: list[dict[str, FloatArray]]


def inspect(network: RecurrentNetwork, codec: NameCodec, text: str) -> Inspection:
    """Read a name and tell what goes on inside.

    Raises:
        UsageError: the text has a character the model never saw.
    """
    encoded = codec.encode(text)
    outputs, cache = network.forward(encoded.inputs, Packing.of([encoded.steps]))
    logits = outputs.logits[HEAD]
    chances = softmax(logits.astype(np.float64))
    nats = surprise(logits, encoded.targets[HEAD])
    return Inspection(
        text=text,
        characters=["", *codec.fold(text)],
        surprise=np.concatenate([[0.0], nats[:-1]]),
        expected=[
            [
                ("" if i == BORDER else codec.alphabet[i - 1], float(row[i]))
                for i in np.argsort(-row, kind="stable")[:_LIKELIEST].tolist()
            ]
            for row in chances
        ],
        layers=[{"hidden": run.outputs} | run.watch() for run in cache.stack.runs],
    )
