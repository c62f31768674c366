# SPDX-License-Identifier: Apache-2.0
"""Watching a network while it reads a name, or a line of a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnnkit.engine import Packing, RecurrentNetwork, surprise
from rnnkit.engine.activations import softmax
from rnnkit.engine.arrays import FloatArray
from rnnkit.models.alphabet import BORDER, HEAD, INPUT, Alphabet

_LIKELIEST = 5


class Kind(NamedTuple):
    """What is seen of every unit: what it is called, and the lowest it can be."""

    title: str
    low: float


KINDS = {
    "hidden": Kind("hidden units", -1.0),
    "input_gate": Kind("input gate", 0.0),
    "forget_gate": Kind("forget gate", 0.0),
    "output_gate": Kind("output gate", 0.0),
    "candidate": Kind("candidate", -1.0),
    "cell_tanh": Kind("memory (tanh of the cell)", -1.0),
    "reset_gate": Kind("reset gate", 0.0),
    "update_gate": Kind("update gate", 0.0),
    "proposal": Kind("proposal", -1.0),
}
"""What can be shown of a layer, in the order in which it is; the highest is 1."""


@dataclass(frozen=True)
class Inspection:
    """What goes on inside while a name or a line is read.

    Attributes:
        text: what is read, as given.
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


def inspect(network: RecurrentNetwork, codec: Alphabet, text: str) -> Inspection:
    """Read a text and tell what goes on inside.

    Raises:
        UsageError: the text has a character the model never saw.
    """
    symbols = codec.symbols(text)
    inputs = {INPUT: np.concatenate([[BORDER], symbols])}
    outputs, cache = network.forward(inputs, Packing.of([len(symbols) + 1]))
    logits = outputs.logits[HEAD]
    chances = softmax(logits.astype(np.float64))
    nats = surprise(logits[:-1], symbols)
    return Inspection(
        text=text,
        characters=["", *codec.fold(text)],
        surprise=np.concatenate([[0.0], nats]),
        expected=[
            [
                (codec.characters[i], float(row[i]))
                for i in np.argsort(-row, kind="stable")[:_LIKELIEST].tolist()
            ]
            for row in chances
        ],
        layers=[{"hidden": run.outputs} | run.watch() for run in cache.stack.runs],
    )


def by_variation(hidden: FloatArray) -> list[int]:
    """The units of (T, H), those first that vary most: one that stays tells nothing."""
    order: list[int] = hidden.std(axis=0).argsort(kind="stable")[::-1].tolist()
    return order
