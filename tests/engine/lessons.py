# SPDX-License-Identifier: Apache-2.0
"""Trainers with something small to learn: random numbers, and always the same ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnkit.engine import (
    OPTIMIZERS,
    Batch,
    Dropout,
    Finished,
    LossOptions,
    NetworkConfig,
    Packing,
    Recurrence,
    RecurrentNetwork,
    StepDone,
    Trainer,
    TrainingSettings,
)
from rnnkit.engine.training import Event
from tests.engine.examples import configuration

BATCHES = 4
CONFIG = configuration(Recurrence("gru", hidden=3))
WITH_DROPOUT = configuration(
    Recurrence("lstm", hidden=3, layers=2), dropout=Dropout(0.1, 0.2, 0.3)
)


def batch(seed: int | list[int], *, continues: bool = False) -> Batch:
    """Three sequences of four steps, for networks that speak at every step."""
    generator = np.random.default_rng(seed)
    packing = Packing.of([4, 4, 4])
    rows = packing.row_count
    letters = generator.integers(5, size=rows)
    return Batch(
        inputs={
            "letter": letters,
            "beat": generator.integers(2, size=rows),
            "position": generator.normal(size=(rows, 2)),
        },
        targets={"next": letters % 4, "length": generator.integers(3, size=rows)},
        packing=packing,
        weights=generator.uniform(0.5, 2, rows),
        continues=continues,
    )


def trainer(
    config: NetworkConfig = CONFIG,
    *,
    optimizer: str = "adam",
    carry: bool = False,
    loss: LossOptions | None = None,
    batches: Any = None,
    **settings: Any,
) -> Trainer:
    """A trainer that starts from the same numbers each time."""
    network = RecurrentNetwork(config, generator=np.random.default_rng(1))

    def new_batches(epoch: int) -> list[Batch]:
        return [
            batch([epoch, place], continues=carry and place > 0)
            for place in range(BATCHES)
        ]

    return Trainer(
        network,
        OPTIMIZERS[optimizer](network.parameters),
        TrainingSettings(**{"epochs": 3, "learning_rate": 0.05} | settings),
        batches=batches or new_batches,
        validation=[batch(99), batch(98, continues=carry)],
        generator=np.random.default_rng(2),
        loss=loss,
    )


def run(trainer: Trainer) -> list[Event]:
    """All events until the end."""
    return list(trainer.run())


def steps(events: list[Event]) -> list[StepDone]:
    """The steps among events."""
    return [event for event in events if isinstance(event, StepDone)]


def finish(events: list[Event]) -> Finished:
    """The last event; it is the only one of its kind."""
    (finished,) = (event for event in events if isinstance(event, Finished))
    assert finished is events[-1]
    return finished
