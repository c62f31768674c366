# SPDX-License-Identifier: Apache-2.0
"""What a training run does, event by event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rnnkit.engine import (
    OPTIMIZERS,
    Batch,
    EpochDone,
    LossOptions,
    Packing,
    Recurrence,
    StepDone,
    Trainer,
    WarmupCosine,
    WeightAverage,
    evaluate,
    softmax_cross_entropy,
)
from tests.engine.examples import configuration, fields
from tests.engine.lessons import (
    BATCHES,
    CONFIG,
    WITH_DROPOUT,
    batch,
    finish,
    run,
    steps,
    trainer,
)


def test_events_come_in_order() -> None:
    events = run(trainer(epochs=2))
    kinds = [type(event).__name__ for event in events]
    assert kinds == 2 * [*BATCHES * ["StepDone"], "EpochDone"] + ["Finished"]
    assert [event.step for event in steps(events)] == list(range(1, 9))
    assert [event.epoch for event in steps(events)] == [0] * 4 + [1] * 4
    assert finish(events).reason == "epochs"


def test_it_learns() -> None:
    taught = trainer(epochs=30)
    run(taught)
    losses = [train for train, _ in taught.history]
    assert losses[-1] < 0.7 * losses[0]


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, second = (trainer(WITH_DROPOUT, average_decay=0.9) for _ in range(2))
    assert run(first) == run(second)
    assert (
        first.network.parameters.values.tobytes()
        == second.network.parameters.values.tobytes()
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_float32_stays_float32(optimizer: str) -> None:
    weights = np.ones(4)
    taught = trainer(
        WITH_DROPOUT,
        optimizer=optimizer,
        average_decay=0.9,
        clip_value=1.0,
        loss=LossOptions(label_smoothing=0.1, class_weights={"next": weights}),
    )
    run(taught)
    for name, tensor in taught.checkpoint()[0].items():
        assert tensor.dtype == np.float32, name
    assert taught.network.parameters.gradient.dtype == np.float32


def test_the_loss_is_that_of_its_options() -> None:
    options = LossOptions(0.2, {"length": np.array([1.0, 5.0, 0.5])})
    taught = trainer(loss=options)
    first = taught.batches(0)[0]
    outputs, _ = taught.network.forward(first.inputs, first.packing)
    expected = sum(
        softmax_cross_entropy(
            logits,
            first.targets[name],
            weights=first.weights,
            class_weights=options.class_weights.get(name),
            label_smoothing=0.2,
        )[0]
        for name, logits in outputs.logits.items()
    )
    event = next(taught.run())
    assert isinstance(event, StepDone)
    assert event.loss == pytest.approx(expected)


def test_the_schedule_sets_the_rate_of_each_step() -> None:
    schedule = WarmupCosine(total=12, warmup=3)
    events = run(trainer(schedule=schedule, learning_rate=0.2))
    assert [event.learning_rate for event in steps(events)] == [
        0.2 * schedule(step) for step in range(12)
    ]


class TestClipping:
    def gradient(self, **settings: Any) -> tuple[float, Any]:
        """The norm that is told, and the gradient of the first step."""
        taught = trainer(**{"clip_norm": None} | settings)
        event = next(taught.run())
        assert isinstance(event, StepDone)
        return event.gradient_norm, taught.network.parameters.gradient.copy()

    def test_by_norm(self) -> None:
        length, gradient = self.gradient()
        told, clipped = self.gradient(clip_norm=0.1)
        assert told == length == pytest.approx(np.linalg.norm(gradient))
        assert length > 0.1
        np.testing.assert_allclose(clipped, gradient * (0.1 / length), rtol=1e-5)

    def test_by_value(self) -> None:
        _, gradient = self.gradient()
        _, clipped = self.gradient(clip_value=0.01)
        assert np.abs(gradient).max() > 0.01
        np.testing.assert_array_equal(clipped, np.clip(gradient, -0.01, 0.01))


class TestTruncation:
    """The state crosses the border between two batches, the gradient does not."""

    pieces = (batch(0), batch(1, continues=True))

    def taught(self, pieces: Sequence[Batch], **settings: Any) -> Trainer:
        """A trainer that looks and learns nothing."""
        standing: dict[str, Any] = {"learning_rate": 0.0, "clip_norm": None}
        return trainer(batches=lambda epoch: pieces, **standing | settings)

    def whole(self) -> Batch:
        """The same sequences in one batch."""
        first, second = self.pieces
        assert first.weights is not None
        assert second.weights is not None
        return Batch(
            inputs={
                name: np.concatenate([rows, second.inputs[name]])
                for name, rows in first.inputs.items()
            },
            targets={
                name: np.concatenate([rows, second.targets[name]])
                for name, rows in first.targets.items()
            },
            packing=Packing.of([8, 8, 8]),
            weights=np.concatenate([first.weights, second.weights]),
        )

    def test_the_state_crosses(self) -> None:
        network = trainer(WITH_DROPOUT).network
        expected = evaluate(network, [self.whole()])
        assert evaluate(network, self.pieces) == pytest.approx(expected)
        apart = [replace(piece, continues=False) for piece in self.pieces]
        assert evaluate(network, apart) != pytest.approx(expected)

    def test_the_gradient_does_not(self) -> None:
        taught = self.taught(self.pieces, epochs=1)
        _, step = steps(run(taught))
        gradient = taught.network.parameters.gradient.copy()

        network, (first, second) = taught.network, self.pieces
        before, _ = network.forward(first.inputs, first.packing)
        after, cache = network.forward(
            second.inputs, second.packing, state=before.state
        )
        losses = {
            name: softmax_cross_entropy(
                logits, second.targets[name], weights=second.weights
            )
            for name, logits in after.logits.items()
        }
        network.parameters.zero_gradient()
        network.backward(cache, {name: slope for name, (_, slope) in losses.items()})
        assert step.loss == sum(loss for loss, _ in losses.values())
        np.testing.assert_array_equal(network.parameters.gradient, gradient)

    def test_a_batch_that_does_not_continue_starts_with_nothing_read(self) -> None:
        first, second = steps(run(self.taught([batch(0), batch(0)], epochs=1)))
        assert first.loss == second.loss

    def test_an_epoch_starts_with_nothing_read(self) -> None:
        always = [batch(0, continues=True), batch(0, continues=True)]
        losses = [step.loss for step in steps(run(self.taught(always, epochs=2)))]
        assert losses[:2] == losses[2:]
        assert losses[0] != losses[1]


class TestEarlyStopping:
    def test_it_stops_after_so_many_epochs_without_a_better_loss(self) -> None:
        events = run(trainer(epochs=50, patience=3, learning_rate=0.0))
        epochs = [event for event in events if isinstance(event, EpochDone)]
        assert [event.improved for event in epochs] == [True, False, False, False]
        assert finish(events).reason == "patience"
        assert finish(events).epoch == 4

    def test_a_better_loss_renews_the_patience(self) -> None:
        events = run(trainer(epochs=200, patience=2, learning_rate=0.1))
        improved = [event.improved for event in events if isinstance(event, EpochDone)]
        assert improved[-3:] == [True, False, False]
        assert improved[:2] == [True, True]

    def test_the_best_weights_are_kept(self) -> None:
        taught = trainer(epochs=40, patience=3, learning_rate=0.1)
        run(taught)
        assert taught.best_loss == min(validation for _, validation in taught.history)
        assert taught.best_loss < taught.history[-1][1]
        taught.adopt_best()
        now = sum(evaluate(taught.network, taught.validation).values())
        assert now == taught.best_loss

    def test_without_an_epoch_there_is_no_best(self) -> None:
        with pytest.raises(ValueError, match="no epoch"):
            trainer().adopt_best()


def test_averaged_weights_are_validated_and_kept_but_not_trained() -> None:
    settings: dict[str, Any] = {"epochs": 1, "optimizer": "sgd"}
    plain, averaged = trainer(**settings), trainer(**settings, average_decay=0.8)
    average = WeightAverage(plain.network.parameters.values, decay=0.8)
    for event in plain.run():
        if isinstance(event, StepDone):
            average.update(plain.network.parameters.values)
    events = run(averaged)
    values = averaged.network.parameters.values
    np.testing.assert_array_equal(values, plain.network.parameters.values)
    np.testing.assert_array_equal(averaged.best_values, average.values)
    averaged.adopt_best()
    done = next(event for event in events if isinstance(event, EpochDone))
    loss = sum(evaluate(averaged.network, averaged.validation).values())
    assert done.validation_loss == loss != plain.best_loss


class TestDivergence:
    def poisoned(self, where: tuple[int, int], **settings: Any) -> Any:
        """A trainer that meets a number that is not one."""

        def batches(epoch: int) -> list[Batch]:
            given = [batch([epoch, place]) for place in range(BATCHES)]
            if epoch == where[0]:
                given[where[1]].inputs["position"][0, 0] = np.nan
            return given

        return trainer(batches=batches, **settings)

    def test_it_stops_before_the_bad_step(self) -> None:
        taught = self.poisoned((1, 2), average_decay=0.9)
        seen: list[Any] = []
        before = {}
        for event in taught.run():
            seen.append(event)
            if isinstance(event, StepDone):
                before = taught.checkpoint()[0]
                before = {name: tensor.copy() for name, tensor in before.items()}
        assert len(steps(seen)) == BATCHES + 2
        assert finish(seen).reason == "diverged"
        for name, tensor in taught.checkpoint()[0].items():
            kept = "best" if name == "parameters" else name
            np.testing.assert_array_equal(tensor, before[kept])

    def test_without_a_best_epoch_the_weights_stay_as_they_were(self) -> None:
        taught = self.poisoned((0, 2))
        for event in taught.run():
            if isinstance(event, StepDone):
                before = taught.network.parameters.values.copy()
        assert taught.best_values is None
        np.testing.assert_array_equal(taught.network.parameters.values, before)

    def test_the_best_weights_are_still_there(self) -> None:
        good, bad = trainer(epochs=1), self.poisoned((1, 0))
        run(good)
        assert finish(run(bad)).epoch == 1
        np.testing.assert_array_equal(bad.best_values, good.best_values)
        assert bad.best_loss == good.best_loss

    @pytest.mark.parametrize("optimizer", OPTIMIZERS)
    @pytest.mark.parametrize("rate", [1e9, 1e30, 1e300])
    @pytest.mark.parametrize("clip_norm", [None, 1.0])
    def test_a_wild_rate_ends_quietly(
        self, optimizer: str, rate: float, clip_norm: float | None
    ) -> None:
        taught = trainer(
            configuration(Recurrence("rnn", 3)),
            optimizer=optimizer,
            learning_rate=rate,
            clip_norm=clip_norm,
            average_decay=0.5,
        )
        assert finish(run(taught)).reason in ("diverged", "epochs")
        if taught.best_values is not None:
            assert np.isfinite(taught.best_values).all()

    def test_a_validation_loss_that_is_not_finite_stops_it(self) -> None:
        taught = trainer()
        for one in taught.validation:
            one.inputs["position"][:] = np.nan
        events = run(taught)
        assert finish(events).reason == "diverged"
        assert len(steps(events)) == BATCHES
        assert taught.best_values is None


class TestEvaluation:
    def test_batches_count_as_much_as_they_weigh(self) -> None:
        network = trainer().network
        parts = [batch(0), replace(batch(1), weights=None)]
        losses = [evaluate(network, [part])["next"] for part in parts]
        weights = [parts[0].target_weight, 12.0]
        assert parts[1].target_weight == 12
        mean = np.average(losses, weights=weights)
        assert evaluate(network, parts)["next"] == pytest.approx(mean)

    def test_nothing_is_silenced(self) -> None:
        quiet = trainer(WITH_DROPOUT)
        loud = trainer(replace(WITH_DROPOUT, dropout=CONFIG.dropout))
        assert evaluate(quiet.network, [batch(0)]) == evaluate(loud.network, [batch(0)])


def test_the_train_loss_is_the_mean_of_the_steps() -> None:
    taught = trainer(epochs=1)
    losses = [event.loss for event in steps(run(taught))]
    weights = [one.target_weight for one in taught.batches(0)]
    assert taught.history[0][0] == pytest.approx(np.average(losses, weights=weights))


def test_the_state_is_not_carried_unless_wanted() -> None:
    network = trainer(WITH_DROPOUT).network
    outputs, _ = network.forward(batch(0).inputs, batch(0).packing)
    assert all(values.any() for values in fields(outputs.state))
    both = [batch(0), batch(1)]
    mean = np.average(
        [evaluate(network, [one])["next"] for one in both],
        weights=[one.target_weight for one in both],
    )
    assert evaluate(network, both)["next"] == pytest.approx(mean)
