# SPDX-License-Identifier: Apache-2.0
"""Hold the engine to PyTorch's answers, whether they were stored or are fresh.

``tools/make_torch_fixtures.py`` says how the answers come about.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from rnnkit.engine import (
    OPTIMIZERS,
    Dropout,
    Packing,
    Parameters,
    clip_by_norm,
    embedding,
    softmax_cross_entropy,
)
from rnnkit.engine.arrays import Array
from rnnkit.engine.recurrent import take
from rnnkit.engine.stack import RecurrentStack, StackState

TOLERANCE = 1e-10
FIXTURES = Path(__file__).parent / "fixtures"

Answer = dict[str, Array]

SETTINGS: dict[str, tuple[str, dict[str, float]]] = {
    "sgd": ("sgd", {}),
    "sgd with momentum": ("sgd", {"momentum": 0.9}),
    "adagrad": ("adagrad", {}),
    "rmsprop": ("rmsprop", {}),
    "adam": ("adam", {}),
    "adamw": ("adamw", {"weight_decay": 0.3}),
}


def stored(topic: str) -> dict[str, Answer]:
    """PyTorch's answers by case."""
    answers: defaultdict[str, Answer] = defaultdict(dict)
    with np.load(FIXTURES / f"{topic}.npz", allow_pickle=False) as arrays:
        for name in arrays:
            case, _, field = name.rpartition("/")
            answers[case][field] = arrays[name]
    return dict(answers)


def agree(ours: Any, theirs: Array) -> None:
    """Assert that no number is further from PyTorch's than the tolerance."""
    np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE)


def check_recurrent(case: str, answer: Answer) -> None:
    """Outputs, final states and every gradient of a stack."""
    cell, layers, directions = case.split()
    stack = RecurrentStack(
        cell,
        input_size=2,
        hidden=3,
        layers=int(layers),
        bidirectional=directions == "both",
    )
    parameters = Parameters(stack.shapes(), dtype=np.float64)
    parameters.values[:] = answer["parameters"]
    weights = dict(parameters.items())
    packing = Packing.of(answer["lengths"])

    def state(stacked: Array) -> StackState:
        """From (fields, runs, B, H) in the caller's order to states by place."""
        return tuple(
            take(stack.cell.state_type(*run), packing.order)
            for run in stacked.swapaxes(0, 1)
        )

    def stacked(state: StackState) -> Array:
        """And back."""
        return np.stack([np.stack(run) for run in state], 1)[:, :, packing.first]

    outputs, final, cache = stack.forward(
        packing.pack_padded(answer["inputs"]),
        packing,
        weights,
        initial=state(answer["initial"]),
        dropout=Dropout(),
        generator=None,
    )
    agree(packing.unpack_padded(outputs), answer["outputs"])
    agree(stacked(final), answer["final"])
    d_rows, d_initial = stack.backward(
        cache,
        packing,
        weights,
        parameters.gradients,
        d_rows=packing.pack_padded(answer["d_outputs"]),
        d_final=state(answer["d_final"]),
    )
    agree(parameters.gradient, answer["gradient"])
    agree(packing.unpack_padded(d_rows), answer["d_inputs"])
    agree(stacked(d_initial), answer["d_initial"])


def check_loss(answer: Answer) -> None:
    """The loss and its gradient."""

    def unless_ones(weights: Array) -> Array | None:
        return None if (weights == 1).all() else weights

    loss, d_logits = softmax_cross_entropy(
        answer["logits"],
        answer["targets"],
        weights=unless_ones(answer["weights"]),
        class_weights=unless_ones(answer["class_weights"]),
        label_smoothing=float(answer["label_smoothing"]),
    )
    agree(loss, answer["loss"])
    agree(d_logits, answer["gradient"])


def check_embedding(answer: Answer) -> None:
    """Vectors, and the gradient of their table."""
    table, symbols = answer["table"], answer["symbols"]
    agree(embedding.forward(table, symbols), answer["vectors"])
    d_table = np.zeros_like(table)
    embedding.backward(d_table, symbols, answer["dy"])
    agree(d_table, answer["gradient"])


def check_optimizer(case: str, answer: Answer) -> None:
    """Every step of the way."""
    name, settings = SETTINGS[case]
    parameters = Parameters({"matrix": answer["start"].shape}, dtype=np.float64)
    parameters["matrix"][...] = answer["start"]
    optimizer = OPTIMIZERS[name](parameters, **settings)
    for gradient, there in zip(answer["gradients"], answer["path"], strict=True):
        parameters.gradients["matrix"][...] = gradient
        optimizer.step(0.05)
        agree(parameters["matrix"], there)


def check_clipping(answer: Answer) -> None:
    """The length before, and what is left of the gradient."""
    gradient, limit = answer["gradient"].copy(), float(answer["limit"])
    norm = clip_by_norm(gradient, limit)
    agree(norm, answer["norm"])
    # PyTorch adds 1e-6 to the length that it divides by.
    agree(
        gradient if norm <= limit else gradient * norm / (norm + 1e-6),
        answer["clipped"],
    )
