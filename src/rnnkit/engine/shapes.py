# SPDX-License-Identifier: Apache-2.0
"""Which arrays a configuration asks for, and what they are called.

Known without taking memory for them, so that a file can be checked before it is
believed.
"""

from __future__ import annotations

from rnnkit.engine import heads
from rnnkit.engine.configuration import Category, NetworkConfig
from rnnkit.engine.stack import RecurrentStack


def array_shapes(
    config: NetworkConfig,
) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
    """The shapes of a network's arrays by name: what is learnt, and what is not."""
    learnt: dict[str, tuple[int, ...]] = {}
    fixed: dict[str, tuple[int, ...]] = {}
    for part in config.inputs:
        if isinstance(part, Category) and part.dimensions:
            shapes = learnt if part.learns else fixed
            shapes[table_name(part.name)] = (part.size, part.dimensions)
    for name, shape in stack_of(config).shapes().items():
        learnt[f"stack.{name}"] = shape
    if "attention" in config.pooling:
        learnt["pooling.query"] = (config.step_width,)
    for head in config.heads:
        learnt |= heads.shapes(head, config.head_width)
    return learnt, fixed


def stack_of(config: NetworkConfig) -> RecurrentStack:
    """The recurrent part of a network."""
    return RecurrentStack(
        config.recurrence.cell,
        input_size=config.input_width,
        hidden=config.recurrence.hidden,
        layers=config.recurrence.layers,
        bidirectional=config.recurrence.bidirectional,
    )


def table_name(name: str) -> str:
    """The name of the array that holds a category input's vectors."""
    return f"input.{name}.vectors"
