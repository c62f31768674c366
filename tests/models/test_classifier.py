# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.engine import (
    Adam,
    Head,
    NetworkConfig,
    Number,
    Packing,
    Recurrence,
    RecurrentNetwork,
    Trainer,
    TrainingSettings,
)
from rnnkit.engine.arrays import IntArray
from rnnkit.models import classifier
from rnnkit.models.classifier import HEAD, Batches, Example
from rnnkit.models.remembering import ROOM


def network(layers: int = 1) -> RecurrentNetwork:
    config = NetworkConfig(
        (Number("x", 2),),
        (Head(HEAD, 2),),
        Recurrence("gru", 4, layers),
        pooling=("mean",),
    )
    return RecurrentNetwork(config, generator=np.random.default_rng(0))


def items(count: int) -> list[dict[str, np.ndarray]]:
    generator = np.random.default_rng(1)
    lengths = generator.integers(1, 9, count)
    return [{"x": generator.normal(size=(n, 2)).astype(np.float32)} for n in lengths]


def test_answers_come_in_the_order_of_the_questions() -> None:
    speaker, asked = network(), items(700)
    together = classifier.logits_of(speaker, asked)
    for number in (0, 1, 350, 699):
        alone = classifier.logits_of(speaker, [asked[number]])[0]
        np.testing.assert_allclose(together[number], alone, atol=1e-5)


@pytest.mark.parametrize("layers", [0, 1])
def test_symbols_are_answered_as_what_they_stand_for(layers: int) -> None:
    speaker = network(layers)
    table = np.random.default_rng(2).normal(size=(9, 2)).astype(np.float32)
    answers = classifier.SymbolAnswers(speaker, 9, lambda some: {"x": table[some]})
    for symbols in ([1, 2, 3, 2, 1, 8], [8, 8, 0, 0, 4, 5]):
        packing, chosen = Packing.of([1, 3, 2]), np.array(symbols)
        plainly, _ = speaker.forward({"x": table[chosen]}, packing)
        said = answers.logits(chosen, packing)
        np.testing.assert_allclose(said, plainly.logits[HEAD], atol=1e-5)


def test_parts_are_alike_in_length_and_not_too_large() -> None:
    lengths = np.array([64] * 300 + [1] * 5)
    parts = list(classifier.parts(lengths))
    assert sorted(np.concatenate(parts).tolist()) == list(range(305))
    assert parts[0][:5].tolist() == [300, 301, 302, 303, 304]
    assert all(lengths[part].sum() <= ROOM for part in parts)


@pytest.mark.parametrize("layers", [0, 1])
def test_it_learns_with_and_without_a_recurrent_layer(layers: int) -> None:
    pupil = network(layers)
    asked = items(60)
    right = np.array([int(item["x"].mean(axis=0)[0] > 0) for item in asked])
    examples = [
        Example(item, np.eye(2, dtype=np.float32)[label])
        for item, label in zip(asked, right, strict=True)
    ]

    def make(numbers: IntArray) -> list[Example]:
        return [examples[number] for number in numbers]

    batches = Batches(np.arange(60), 16, make)
    assert len(batches) == 4
    trainer = Trainer(
        pupil,
        Adam(pupil.parameters),
        TrainingSettings(40, 0.05),
        batches=lambda epoch: batches,
        validation=batches,
        generator=np.random.default_rng(2),
    )
    for _ in trainer.run():
        pass
    chosen = classifier.logits_of(pupil, asked).argmax(axis=1)
    assert classifier.accuracy(chosen, right) > 0.9


def test_confusion_and_f1() -> None:
    chosen, right = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    assert classifier.confusion(chosen, right, 3).tolist() == [
        [1, 0, 0],
        [1, 2, 0],
        [0, 0, 0],
    ]
    # By hand: 2/3 and 4/5, and a class that nobody has is 0.
    assert classifier.macro_f1(chosen, right, 3) == pytest.approx((2 / 3 + 0.8) / 3)


def test_calibration() -> None:
    sure = np.array([0.95, 0.95, 0.55, 0.55])
    assert classifier.calibration_error(sure, [True, True, True, False]) == (
        pytest.approx(0.05)
    )
    assert classifier.calibration_error(np.array([]), []) == 0
