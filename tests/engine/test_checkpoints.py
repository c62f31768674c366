# SPDX-License-Identifier: Apache-2.0
"""A run that stops and resumes ends with the same bytes as one that never stopped."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

import numpy as np
import pytest

from rnnkit.engine import OPTIMIZERS, Trainer, WarmupCosine
from rnnkit.engine.training import Event
from tests.engine.lessons import BATCHES, WITH_DROPOUT, run, trainer

EVERYTHING: dict[str, Any] = {
    "config": WITH_DROPOUT,
    "average_decay": 0.9,
    "carry": True,
    "patience": 2,
    "schedule": WarmupCosine(total=12, warmup=2),
}
WAYS: dict[str, dict[str, Any]] = {
    "plain": {"optimizer": "sgd"},
    "dropout": {"config": WITH_DROPOUT},
    "average": {"average_decay": 0.9},
    "carried state": {"carry": True},
    "patience": {"patience": 2, "learning_rate": 0.0, "epochs": 9},
}
WAYS |= {f"everything, {name}": EVERYTHING | {"optimizer": name} for name in OPTIMIZERS}


def assert_same(one: Trainer, other: Trainer) -> None:
    (tensors, values), (other_tensors, other_values) = (
        one.checkpoint(),
        other.checkpoint(),
    )
    assert values == other_values
    assert list(tensors) == list(other_tensors)
    for name, tensor in tensors.items():
        assert tensor.tobytes() == other_tensors[name].tobytes(), name


def through_a_file(checkpoint: tuple[dict[str, Any], dict[str, Any]]) -> Any:
    """What is left of a checkpoint that was written down."""
    tensors, values = checkpoint
    return {n: t.copy() for n, t in tensors.items()}, json.loads(json.dumps(values))


@pytest.mark.parametrize(
    "events",
    [0, 1, BATCHES, BATCHES + 1, BATCHES + 3, 2 * BATCHES + 2, 2 * BATCHES + 4],
)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_resuming_changes_nothing(way: dict[str, Any], events: int) -> None:
    """Stop after so many events: within an epoch, just before its end, just after."""
    whole = trainer(**way)
    expected = run(whole)

    stopped = trainer(**way)
    before = list(islice(stopped.run(), events))
    checkpoint = through_a_file(stopped.checkpoint())
    resumed = trainer(**way)
    resumed.resume(*checkpoint)
    assert_same(resumed, stopped)
    assert before + run(resumed) == expected
    assert_same(resumed, whole)


def test_running_on_after_a_pause_changes_nothing() -> None:
    whole, paused = trainer(**EVERYTHING), trainer(**EVERYTHING)
    expected = run(whole)
    events: list[Event] = []
    while not events or events[-1] != expected[-1]:
        events += islice(paused.run(), 1)
    assert events == expected
    assert_same(paused, whole)


def test_a_checkpoint_stays_as_it_was_while_training_goes_on() -> None:
    taught = trainer(**EVERYTHING)
    events = taught.run()
    list(islice(events, BATCHES + 2))
    tensors, _ = taught.checkpoint()
    kept = {name: tensor.copy() for name, tensor in tensors.items()}
    list(events)
    for name, tensor in tensors.items():
        np.testing.assert_array_equal(tensor, kept[name])


def test_a_trainer_can_go_back() -> None:
    whole = trainer(**EVERYTHING)
    checkpoint = whole.checkpoint()
    expected = run(whole)
    final = trainer(**EVERYTHING)
    run(final)
    final.resume(*checkpoint)
    assert_same(final, trainer(**EVERYTHING))
    assert run(final) == expected
    assert_same(final, whole)
