# SPDX-License-Identifier: Apache-2.0
"""Ask PyTorch what the engine's results should be, and store its answers.

    python tools/make_torch_fixtures.py

The answers, float64, go to ``tests/engine/fixtures/``, so the tests compare the engine
with PyTorch on machines that have none. Made with torch 2.13.0. Where torch is
installed, ``tests/engine/test_torch.py`` asks the same questions with other numbers.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

FIXTURES = Path(__file__).resolve().parents[1] / "tests" / "engine" / "fixtures"
STEPS = 20

Answer = dict[str, NDArray[Any]]

# Our name of an optimizer's settings, and what it is in PyTorch.
OPTIMIZERS: dict[str, tuple[str, dict[str, float]]] = {
    "sgd": ("SGD", {}),
    "sgd with momentum": ("SGD", {"momentum": 0.9}),
    "adagrad": ("Adagrad", {}),
    "rmsprop": ("RMSprop", {}),
    "adam": ("Adam", {}),
    "adamw": ("AdamW", {"weight_decay": 0.3}),
}


def recurrent(seed: int) -> dict[str, Answer]:
    """Return outputs, final states and all gradients of nn.RNN, nn.GRU and nn.LSTM."""
    cells = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
    return {
        f"{name} {layers} {'both' if both else 'forward'}": _run(
            cell(2, 3, layers, batch_first=True, bidirectional=both).double(),
            np.random.default_rng(seed),
        )
        for (name, cell), layers, both in product(
            cells.items(), (1, 2, 3), (False, True)
        )
    }


def _run(network: Any, generator: np.random.Generator) -> Answer:
    """Read four sequences of unequal lengths; the loss is a sum with random weights."""
    lengths = np.array([2, 4, 1, 4])
    directions = 2 if network.bidirectional else 1
    state_shape = (network.num_layers * directions, 4, 3)
    fields = 2 if isinstance(network, torch.nn.LSTM) else 1

    def leaf(shape: tuple[int, ...]) -> Any:
        return torch.tensor(generator.normal(size=shape), requires_grad=True)

    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(torch.tensor(generator.uniform(-1, 1, parameter.shape)))
    inputs = leaf((4, 4, 2))
    initial = [leaf(state_shape) for _ in range(fields)]
    packed, final = network(
        pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=False),
        tuple(initial) if fields > 1 else initial[0],
    )
    outputs, _ = pad_packed_sequence(packed, batch_first=True)
    said = [outputs, *(final if fields > 1 else [final])]
    weights = [torch.tensor(generator.normal(size=part.shape)) for part in said]
    sum((part * w).sum() for part, w in zip(said, weights, strict=True)).backward()
    return {
        "lengths": lengths,
        "parameters": _flat(network.parameters()),
        "inputs": inputs.detach().numpy(),
        "initial": np.stack([field.detach().numpy() for field in initial]),
        "outputs": outputs.detach().numpy(),
        "final": np.stack([field.detach().numpy() for field in said[1:]]),
        "d_outputs": weights[0].numpy(),
        "d_final": np.stack([field.numpy() for field in weights[1:]]),
        "gradient": _flat(parameter.grad for parameter in network.parameters()),
        "d_inputs": inputs.grad.numpy(),
        "d_initial": np.stack([field.grad.numpy() for field in initial]),
    }


def _flat(tensors: Any) -> NDArray[Any]:
    return np.concatenate([tensor.detach().numpy().ravel() for tensor in tensors])


def losses(seed: int) -> dict[str, Answer]:
    """Return the loss and its gradient by the logits, for each kind of cross-entropy.

    A row that PyTorch is told to ignore has the weight 0.
    """
    generator = np.random.default_rng(seed)
    answers = {}
    for soft, weighted, smoothing, masked in product(
        (False, True), (False, True), (0.0, 0.2), (False, True)
    ):
        if soft and masked:
            continue  # PyTorch cannot ignore rows of soft targets.
        logits = torch.tensor(3 * generator.normal(size=(7, 5)), requires_grad=True)
        targets = generator.dirichlet(np.ones(5), 7) if soft else np.arange(7) % 5
        weights = np.array([1.0, 0, 1, 1, 0, 1, 1]) if masked else np.ones(7)
        class_weights = generator.uniform(0.2, 3, 5) if weighted else np.ones(5)
        loss = functional.cross_entropy(
            logits,
            torch.tensor(targets if soft else np.where(weights, targets, -100)),
            weight=torch.tensor(class_weights) if weighted else None,
            label_smoothing=smoothing,
        )
        loss.backward()
        kinds = {
            "soft": soft,
            "class weights": weighted,
            "smoothed": bool(smoothing),
            "masked": masked,
        }
        name = ", ".join(kind for kind, given in kinds.items() if given) or "plain"
        answers[name] = {
            "logits": logits.detach().numpy(),
            "targets": targets,
            "weights": weights,
            "class_weights": class_weights,
            "label_smoothing": np.array(smoothing),
            "loss": loss.detach().numpy(),
            "gradient": logits.grad.numpy(),
        }
    return answers


def embeddings(seed: int) -> dict[str, Answer]:
    """Return vectors looked up, some of them often, and the gradient of the table."""
    generator = np.random.default_rng(seed)
    table = torch.tensor(generator.normal(size=(6, 3)), requires_grad=True)
    symbols = np.array([4, 1, 4, 0, 4, 1, 5])
    dy = generator.normal(size=(7, 3))
    vectors = functional.embedding(torch.tensor(symbols), table)
    vectors.backward(torch.tensor(dy))
    return {
        "embedding": {
            "table": table.detach().numpy(),
            "symbols": symbols,
            "vectors": vectors.detach().numpy(),
            "dy": dy,
            "gradient": table.grad.numpy(),
        }
    }


def optimizers(seed: int) -> dict[str, Answer]:
    """Return where 20 steps with given gradients lead a matrix, step by step."""
    generator = np.random.default_rng(seed)
    answers = {}
    for name, (kind, settings) in OPTIMIZERS.items():
        start = generator.normal(size=(3, 2))
        gradients = generator.normal(size=(STEPS, 3, 2))
        matrix = torch.tensor(start, requires_grad=True)
        optimizer = getattr(torch.optim, kind)([matrix], lr=0.05, **settings)
        path = []
        for gradient in gradients:
            matrix.grad = torch.tensor(gradient)
            optimizer.step()
            path.append(matrix.detach().numpy().copy())
        answers[name] = {"start": start, "gradients": gradients, "path": np.array(path)}
    return answers


def clipping(seed: int) -> dict[str, Answer]:
    """Return a gradient after clip_grad_norm_, its length before, and the limit."""
    gradient = np.random.default_rng(seed).normal(size=12)
    answers = {}
    for name, limit in {"too long": 0.5, "short enough": 50.0}.items():
        vector = torch.zeros(12, dtype=torch.float64, requires_grad=True)
        vector.grad = torch.tensor(gradient)
        norm = torch.nn.utils.clip_grad_norm_([vector], limit)
        answers[name] = {
            "gradient": gradient,
            "limit": np.array(limit),
            "norm": norm.numpy(),
            "clipped": vector.grad.numpy(),
        }
    return answers


QUESTIONS = {
    question.__name__: question
    for question in (recurrent, losses, embeddings, optimizers, clipping)
}


def main() -> None:
    """Write one file a question; the same numbers give the same bytes."""
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for topic, question in QUESTIONS.items():
        arrays = {
            f"{name}/{field}": array
            for name, answer in question(0).items()
            for field, array in answer.items()
        }
        np.savez_compressed(FIXTURES / f"{topic}.npz", allow_pickle=False, **arrays)
        size = (FIXTURES / f"{topic}.npz").stat().st_size
        print(f"{topic}.npz: {len(arrays)} arrays, {size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
