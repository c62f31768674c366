# SPDX-License-Identifier: Apache-2.0
"""Training steps beside PyTorch: LSTM, T = 50, V = 27, Adam, clipped, one thread.

The same work on both sides: read B sequences of one-hot characters, cross-entropy of
the next one, gradients, clip-norm 1, one step of Adam.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

import numpy as np
import torch

from benchmarks.clock import in_turn, machine
from rnnkit.engine import (
    Adam,
    Category,
    Head,
    NetworkConfig,
    Packing,
    Recurrence,
    RecurrentNetwork,
    clip_by_norm,
    softmax_cross_entropy,
)

TIME, VOCABULARY, ROUNDS = 50, 27, 5
SIZES = ((64, 1), (128, 1), (64, 32), (128, 32), (256, 32))


def main() -> None:
    """Print tokens a CPU second of both, and the ratio of the medians."""
    torch.set_num_threads(1)
    print(f"Training an LSTM, T = {TIME}, V = {VOCABULARY}: tokens a CPU second")
    print(f"{machine()}, PyTorch {torch.__version__}")
    print("  hidden  batch   rnnkit  PyTorch  ratio")
    for hidden, batch in SIZES:
        generator = np.random.default_rng(0)
        symbols = generator.integers(0, VOCABULARY, (TIME + 1, batch))
        steps = 20 if batch == 1 else 4
        ours, theirs = in_turn(
            [_ours(hidden, symbols, steps), _theirs(hidden, symbols, steps)],
            rounds=ROUNDS,
        )
        tokens = TIME * batch * steps
        speeds = [tokens / statistics.median(found) for found in (ours, theirs)]
        print(
            f"  {hidden:6d}  {batch:5d}  {speeds[0]:7,.0f}  {speeds[1]:7,.0f}"
            f"  {speeds[0] / speeds[1]:5.2f}"
        )


def _ours(hidden: int, symbols: np.ndarray, steps: int) -> Callable[[], None]:
    batch = symbols.shape[1]
    network = RecurrentNetwork(
        NetworkConfig(
            inputs=(Category("character", VOCABULARY),),
            heads=(Head("next", VOCABULARY),),
            recurrence=Recurrence("lstm", hidden),
        ),
        generator=np.random.default_rng(0),
    )
    optimizer = Adam(network.parameters)
    packing = Packing.of([TIME] * batch)
    inputs, targets = symbols[:-1].ravel(), symbols[1:].ravel()

    def run() -> None:
        for _ in range(steps):
            outputs, cache = network.forward({"character": inputs}, packing)
            _, d_logits = softmax_cross_entropy(outputs.logits["next"], targets)
            network.parameters.zero_gradient()
            network.backward(cache, {"next": d_logits}, of_inputs=False)
            clip_by_norm(network.parameters.gradient, 1.0)
            optimizer.step(0.001)

    return run


def _theirs(hidden: int, symbols: np.ndarray, steps: int) -> Callable[[], None]:
    torch.manual_seed(0)
    lstm = torch.nn.LSTM(VOCABULARY, hidden)
    head = torch.nn.Linear(hidden, VOCABULARY)
    parameters = [*lstm.parameters(), *head.parameters()]
    optimizer = torch.optim.Adam(parameters)
    inputs = torch.nn.functional.one_hot(
        torch.from_numpy(symbols[:-1]), VOCABULARY
    ).float()
    targets = torch.from_numpy(symbols[1:]).reshape(-1)

    def run() -> None:
        for _ in range(steps):
            said, _ = lstm(inputs)
            logits = head(said).reshape(-1, VOCABULARY)
            loss = torch.nn.functional.cross_entropy(logits, targets)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()

    return run


if __name__ == "__main__":
    main()
