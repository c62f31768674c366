# SPDX-License-Identifier: Apache-2.0
"""What people choose when they train a model of written language.

Each choice has the default that suits a list of names. Data of another kind take over
the classes and put their own defaults.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rnnkit.engine import (
    OPTIMIZERS,
    AdamW,
    Constant,
    Dropout,
    Head,
    NetworkConfig,
    OneCycle,
    Recurrence,
    RecurrentNetwork,
    Staircase,
    WarmupCosine,
)
from rnnkit.engine.configuration import Input
from rnnkit.engine.optimizers import Optimizer
from rnnkit.engine.schedules import Schedule
from rnnkit.engine.shapes import array_shapes
from rnnkit.errors import UsageError
from rnnkit.models.alphabet import Alphabet

SCHEDULES = ("constant", "step", "cosine", "onecycle")

MOST_PARAMETERS = 50_000_000
"""A checkpoint holds each four times, and must stay below the largest file."""


@dataclass(frozen=True)
class Shape:
    """What the network looks like.

    Attributes:
        cell: "rnn", "gru" or "lstm".
        hidden: units a layer.
        layers: how many layers.
        embedding: numbers a character is turned into; 0: one-hot.
        dropout: share silenced of what each layer hands on.
        input_dropout: share silenced of what the first layer reads.
        variational: silence the same features throughout a name, or a window.
    """

    cell: str = "lstm"
    hidden: int = 128
    layers: int = 1
    embedding: int = 64
    dropout: float = 0.5
    input_dropout: float = 0.0
    variational: bool = False


@dataclass(frozen=True)
class Recipe:
    """How it is trained.

    Attributes:
        epochs: how often all is gone through.
        batch_size: names, or streams of text, a step.
        learning_rate: the peak rate.
        optimizer: a key of ``engine.OPTIMIZERS``.
        schedule: one of :data:`SCHEDULES`.
        weight_decay: pull of the weights towards zero; for "adamw".
        patience: stop after so many epochs without improvement; none: never.
        clip: the gradient is shortened to this length.
        label_smoothing: share of each target that is spread over all characters.
        distill: share of each target that counting decides on (``distillation.py``).
        average: decay of a moving average of the weights, which is what is kept; 0:
            the weights themselves.
        validation: share of the data to choose the best epoch on.
        test: share of the data to judge the finished model on.
    """

    epochs: int = 20
    batch_size: int = 32
    learning_rate: float = 0.005
    optimizer: str = "adamw"
    schedule: str = "cosine"
    weight_decay: float = 0.05
    patience: int | None = None
    clip: float = 1.0
    label_smoothing: float = 0.0
    distill: float = 0.0
    average: float = 0.0
    validation: float = 0.1
    test: float = 0.0


def configuration(shape: Shape, codec: Alphabet) -> NetworkConfig:
    """The network that is wanted for written language.

    Raises:
        UsageError: it would be too large.
    """
    return network_of(shape, codec.inputs(shape.embedding), codec.heads())


def network_of(
    shape: Shape, inputs: Sequence[Input], heads: Sequence[Head]
) -> NetworkConfig:
    """The network that is wanted between these inputs and heads.

    Raises:
        UsageError: it would be too large.
    """
    config = NetworkConfig(
        inputs=inputs,
        heads=heads,
        recurrence=Recurrence(shape.cell, shape.hidden, shape.layers),
        dropout=Dropout(
            inputs=shape.input_dropout,
            between=shape.dropout,
            outputs=shape.dropout,
            variational=shape.variational,
        ),
    )
    learnt, _ = array_shapes(config)
    count = sum(map(math.prod, learnt.values()))
    if count > MOST_PARAMETERS:
        raise UsageError(
            f"a network of {count:,} parameters is too large",
            hint="give fewer --hidden units or --layers, "
            f"for at most {MOST_PARAMETERS:,} parameters",
        )
    return config


def optimizer(network: RecurrentNetwork, recipe: Recipe) -> Optimizer:
    """What moves its weights."""
    if recipe.optimizer == "adamw":
        return AdamW(network.parameters, weight_decay=recipe.weight_decay)
    return OPTIMIZERS[recipe.optimizer](network.parameters)


def schedule(recipe: Recipe, steps_an_epoch: int) -> Schedule:
    """How the learning rate changes over all steps."""
    total = steps_an_epoch * recipe.epochs
    schedules: dict[str, Schedule] = {
        "constant": Constant(),
        "step": Staircase(every=max(1, total // 3), factor=0.3),
        "cosine": WarmupCosine(total=total, warmup=min(100, total // 10), floor=0.02),
        "onecycle": OneCycle(total=total),
    }
    return schedules[recipe.schedule]
