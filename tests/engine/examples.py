# SPDX-License-Identifier: Apache-2.0
"""Small networks with something to read: random numbers, and always the same ones.

``CONFIGURATIONS`` is the table that every cell, depth, direction, dropout and pooling
is driven through. A new cell enters it by being in ``CELLS``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from rnnkit.engine import (
    CELLS,
    Category,
    Dropout,
    Head,
    NetworkConfig,
    Number,
    Outputs,
    Packing,
    Recurrence,
    RecurrentNetwork,
    softmax_cross_entropy,
)
from rnnkit.engine.arrays import Array, FloatArray
from rnnkit.engine.network import InputGradients, NetworkCache
from rnnkit.engine.recurrent import take
from rnnkit.engine.stack import StackState

GRADIENT_ERROR = 1e-6
ROUNDING = 1e-12

HIDDEN = 2
DROPOUTS = {
    "no dropout": Dropout(),
    "dropout": Dropout(inputs=0.2, between=0.3, outputs=0.4),
    "variational": Dropout(inputs=0.2, between=0.3, outputs=0.4, variational=True),
}
POOLINGS: tuple[tuple[str, ...], ...] = (
    (),
    ("last",),
    ("mean",),
    ("max",),
    ("attention",),
    ("attention", "max"),
)


def configuration(
    recurrence: Recurrence,
    *,
    dropout: Dropout | None = None,
    pooling: Sequence[str] = (),
) -> NetworkConfig:
    """Two symbols, one of them one-hot, and numbers go in; two heads come out."""
    return NetworkConfig(
        inputs=(
            Category("letter", 5, dimensions=3),
            Category("beat", 2),
            Number("position", 2),
        ),
        heads=(Head("next", 4), Head("length", 3)),
        recurrence=recurrence,
        dropout=dropout or Dropout(),
        pooling=tuple(pooling),
    )


CONFIGURATIONS: dict[str, NetworkConfig] = {
    f"{cell} {layers} {'both' if both else 'forward'}, {dropout}, "
    f"{'+'.join(pooling) or 'every step'}": configuration(
        Recurrence(cell, HIDDEN, layers, both),
        dropout=DROPOUTS[dropout],
        pooling=pooling,
    )
    for cell, layers, both, dropout, pooling in product(
        CELLS, (1, 2), (False, True), DROPOUTS, POOLINGS
    )
}
CONFIGURATIONS |= {
    f"no layer, {dropout}, {'+'.join(pooling) or 'every step'}": configuration(
        Recurrence("lstm", HIDDEN, 0), dropout=DROPOUTS[dropout], pooling=pooling
    )
    for dropout, pooling in product(DROPOUTS, POOLINGS)
}
WITHOUT_DROPOUT = {
    name: config
    for name, config in CONFIGURATIONS.items()
    if config.dropout == Dropout()
}


class Example:
    """A network, sequences for it to read, and a loss.

    The loss is the cross-entropy of all heads plus a weighted sum of the final state,
    so a gradient comes in everywhere that one can.
    """

    def __init__(
        self,
        config: NetworkConfig,
        *,
        lengths: Sequence[int] = (2, 3, 1),
        dtype: DTypeLike = np.float64,
    ) -> None:
        generator = np.random.default_rng(1)
        self.network = RecurrentNetwork(config, generator=generator, dtype=dtype)
        self.packing = Packing.of(lengths)
        self.inputs: dict[str, Array] = {}
        for part in config.inputs:
            rows = self.packing.row_count
            if isinstance(part, Category):
                self.inputs[part.name] = generator.integers(part.size, size=rows)
            else:
                self.inputs[part.name] = generator.normal(size=(rows, part.size))
        rows = len(lengths) if config.pooling else self.packing.row_count
        self.targets = {
            head.name: generator.integers(head.size, size=rows) for head in config.heads
        }
        self.state = self._random_state(generator)
        self.final_weights = self._random_state(generator)

    def forward(self) -> tuple[Outputs, NetworkCache]:
        """Read; the dropout masks are the same each time."""
        return self.network.forward(
            self.inputs,
            self.packing,
            state=self.state,
            generator=np.random.default_rng(2),
        )

    def loss(self) -> float:
        """The loss as the parameters, inputs and state now are."""
        outputs, _ = self.forward()
        total = sum(
            softmax_cross_entropy(logits, self.targets[name])[0]
            for name, logits in outputs.logits.items()
        )
        for values, weights in zip(
            fields(outputs.state), fields(self.final_weights), strict=True
        ):
            total += float(np.vdot(values, weights))
        return total

    def backward(self) -> InputGradients:
        """Gradients of what went in; those of the parameters are left in them."""
        outputs, cache = self.forward()
        d_logits = {
            name: softmax_cross_entropy(logits, self.targets[name])[1]
            for name, logits in outputs.logits.items()
        }
        self.network.parameters.zero_gradient()
        return self.network.backward(cache, d_logits, d_state=self.final_weights)

    def alone(self, sequence: int) -> tuple[dict[str, Array], Packing, StackState]:
        """Inputs, packing and state of one of the sequences without the others."""
        inputs = {
            name: self.packing.unpack(rows)[sequence]
            for name, rows in self.inputs.items()
        }
        packing = Packing.of([self.packing.lengths[sequence]])
        return inputs, packing, tuple(take(part, [sequence]) for part in self.state)

    def _random_state(self, generator: np.random.Generator) -> StackState:
        dtype = self.network.dtype
        state = self.network.stack.zero_state(self.packing.batch_size, dtype)
        for values in fields(state):
            values[...] = generator.normal(size=values.shape)
        return state


def fields(state: StackState) -> list[FloatArray]:
    """All arrays of a state."""
    return [values for part in state for values in part]


def arrays_in(value: Any) -> Iterator[Array]:
    """All arrays inside tuples, lists and dictionaries."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, dict):
        yield from arrays_in(list(value.values()))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from arrays_in(part)
