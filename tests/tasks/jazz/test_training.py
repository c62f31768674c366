# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.engine import evaluate
from rnnkit.errors import InputError
from rnnkit.tasks.jazz.codec import DURATION, PITCH, STEP
from rnnkit.tasks.jazz.model import SoloModel
from tests.tasks.jazz.lessons import SOLOS, training


def test_no_tune_is_in_two_parts() -> None:
    titles = [
        {solo.title for solo in solos} for solos in training().solos.values() if solos
    ]
    assert len(titles) == 3
    assert len(set.union(*titles)) == sum(map(len, titles)) == len(SOLOS)


def test_an_epoch_plays_every_note_once_in_some_key() -> None:
    job = training()
    solos = job.solos["train"]
    batches = job.trainer.batches(0)
    played = sum(batch.target_weight for batch in batches)
    assert played == sum(len(solo.notes) - 2 for solo in solos)
    again = job.trainer.batches(0)
    other = job.trainer.batches(1)
    assert np.array_equal(batches[0].targets[PITCH], again[0].targets[PITCH])
    assert not np.array_equal(batches[0].targets[PITCH], other[0].targets[PITCH])


def test_it_learns(model: SoloModel) -> None:
    metrics = model.stored.metrics
    assert metrics["validation"].keys() == {PITCH, DURATION, STEP}
    job = training()
    untaught = evaluate(job.trainer.network, job.trainer.validation)
    assert sum(metrics["validation"].values()) < sum(untaught.values())
    assert metrics["counted_test"].keys() == metrics["test"].keys()


def test_the_same_seed_gives_the_same_bytes() -> None:
    values = []
    for _ in range(2):
        job = training(epochs=1)
        for _ in job.trainer.run():
            pass
        values.append(job.trainer.network.parameters.values.tobytes())
    assert values[0] == values[1]


def test_a_training_can_be_resumed() -> None:
    whole = training()
    for _ in whole.trainer.run():
        pass
    half = training()
    for number, _ in enumerate(half.trainer.run()):
        if number == 3:
            break
    rest = training()
    rest.trainer.resume(*half.trainer.checkpoint())
    for _ in rest.trainer.run():
        pass
    assert np.array_equal(
        rest.trainer.network.parameters.values, whole.trainer.network.parameters.values
    )


def test_too_few_notes_for_a_window() -> None:
    with pytest.raises(InputError, match="too few notes"):
        training(steps=10_000)


def test_runs_of_what_was_learnt_are_known(model: SoloModel) -> None:
    solos = training().solos
    assert all(model.known.copied(solo.notes).all() for solo in solos["train"])
    assert not any(model.known.copied(solo.notes).any() for solo in solos["test"])
