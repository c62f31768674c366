# SPDX-License-Identifier: Apache-2.0
"""From lessons and a recipe to a trainer: the same for letters and for notes.

A task says what it learns from: its items, by part of a split, and the batches that
they are read in. What the network looks like and how it is trained is in a recipe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnnkit.engine import (
    Batch,
    LossOptions,
    NetworkConfig,
    RecurrentNetwork,
    Trainer,
    TrainingSettings,
)
from rnnkit.errors import TrainingError
from rnnkit.models.recipe import Recipe, optimizer, schedule
from rnnkit.models.sequence import Encoded
from rnnkit.models.storage import LARGEST_WEIGHT


@dataclass(frozen=True)
class Lessons:
    """What is learnt from, by part: "train", "validation", and "test" if there is one.

    Attributes:
        items: what counting reads.
        batches: the same as the network reads it to be judged.
        epoch: the batches to learn from, by the number of the epoch.
        steps: how many of them there are in an epoch.
        counts: how much each part holds: names, characters, or notes.
    """

    items: Mapping[str, Sequence[Encoded]]
    batches: Mapping[str, Sequence[Batch]]
    epoch: Callable[[int], Sequence[Batch]]
    steps: int
    counts: Mapping[str, int]


def trainer_of(
    config: NetworkConfig, lessons: Lessons, recipe: Recipe, *, seed: int
) -> Trainer:
    """A new network, ready to be trained.

    Args:
        seed: of the first weights and the dropout.
    """
    weights, dropout = np.random.default_rng(seed).spawn(2)
    network = RecurrentNetwork(config, generator=weights)
    return Trainer(
        network,
        optimizer(network, recipe),
        TrainingSettings(
            epochs=recipe.epochs,
            learning_rate=recipe.learning_rate,
            schedule=schedule(recipe, lessons.steps),
            clip_norm=recipe.clip,
            patience=recipe.patience,
            average_decay=recipe.average or None,
        ),
        batches=lessons.epoch,
        validation=lessons.batches["validation"],
        generator=dropout,
        loss=LossOptions(label_smoothing=recipe.label_smoothing),
    )


def adopt_best(trainer: Trainer) -> None:
    """Give the network the parameters of the best epoch.

    Raises:
        TrainingError: they grew beyond all bounds.
        ValueError: no epoch has been finished.
    """
    trainer.adopt_best()
    check_bounded(trainer.network)


def check_bounded(network: RecurrentNetwork) -> None:
    """Refuse weights that no model can be used with.

    Raises:
        TrainingError: they grew beyond all bounds.
    """
    if not is_bounded(network):
        raise TrainingError(
            "the weights grew beyond all bounds",
            hint="try a lower --learning-rate",
        )


def is_bounded(network: RecurrentNetwork) -> bool:
    """Whether the weights are such as a model can have that is to be used."""
    return bool(np.abs(network.parameters.values).max() <= LARGEST_WEIGHT)
