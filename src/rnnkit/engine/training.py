# SPDX-License-Identifier: Apache-2.0
"""The training loop: the same for names, solos and sentences.

    read a batch -> loss -> gradient -> clip -> optimizer's step

:meth:`Trainer.run` is a generator. It yields an event after every step and every
epoch, and never prints, saves or looks at a clock: whoever runs it does. Between two
events everything is in order, so that is where to stop or to save
(:meth:`Trainer.checkpoint`); what resumes from there ends with the same bytes as a run
that never stopped.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from rnnkit.engine.arrays import Array, FloatArray
from rnnkit.engine.averaging import WeightAverage
from rnnkit.engine.losses import softmax_cross_entropy
from rnnkit.engine.network import RecurrentNetwork
from rnnkit.engine.optimizers import Optimizer, clip_by_norm, clip_by_value
from rnnkit.engine.packing import Packing
from rnnkit.engine.schedules import Constant, Schedule
from rnnkit.engine.stack import StackState

# Numbers that grow beyond all bounds end the run; they need no warning as well.
_quiet = np.errstate(over="ignore", invalid="ignore", divide="ignore")


@dataclass(frozen=True, eq=False)
class Batch:
    """Sequences to learn from in one step.

    Attributes:
        inputs: packed rows by input.
        targets: by head: (N,) symbols or (N, V) distributions; one a sequence, in the
            caller's order, if the network pools.
        packing: how the rows make sequences.
        weights: how much each row of the targets counts; none: all alike.
        continues: the sequences go on from where those of the batch before ended, so
            the state is carried over. No gradient flows back across that border: this
            is truncated back-propagation through time.
    """

    inputs: Mapping[str, Array]
    targets: Mapping[str, Array]
    packing: Packing
    weights: FloatArray | None = None
    continues: bool = False

    @property
    def target_weight(self) -> float:
        """How many targets there are, each with its weight."""
        if self.weights is not None:
            return float(self.weights.sum(dtype=np.float64))
        return float(len(next(iter(self.targets.values()))))


@dataclass(frozen=True)
class LossOptions:
    """How the loss is taken while training.

    Attributes:
        label_smoothing: this share of each target is spread over all symbols.
        class_weights: by head, how much each symbol counts, (V,).
    """

    label_smoothing: float = 0.0
    class_weights: Mapping[str, FloatArray] = field(default_factory=dict)


@dataclass(frozen=True)
class TrainingSettings:
    """How to train.

    Attributes:
        epochs: how often to go through the data.
        learning_rate: the peak rate.
        schedule: share of the peak rate, by step.
        clip_norm: the gradient is shortened to this length; none: never.
        clip_value: its numbers are cut to this; none: never.
        patience: stop after this many epochs without a better validation loss; none:
            never.
        average_decay: validate and keep a moving average of the weights with this
            decay; none: the weights themselves.
    """

    epochs: int
    learning_rate: float = 1e-3
    schedule: Schedule = field(default_factory=Constant)
    clip_norm: float | None = 1.0
    clip_value: float | None = None
    patience: int | None = None
    average_decay: float | None = None


@dataclass(frozen=True)
class StepDone:
    """One optimizer step was made; the loss is in nats, summed over heads.

    ``gradient_norm`` is the length after clipping by value, before clipping by norm.
    """

    epoch: int
    step: int
    loss: float
    learning_rate: float
    gradient_norm: float


@dataclass(frozen=True)
class EpochDone:
    """The data was gone through once more.

    ``train_loss`` is the mean over the epoch, as the weights were at each step, with
    dropout; ``validation_loss`` is taken afterwards, without.
    """

    epoch: int
    train_loss: float
    validation_loss: float
    improved: bool


@dataclass(frozen=True)
class Finished:
    """Training is over: "epochs" made, "patience" lost, or "diverged".

    A loss or a gradient that is not finite is a divergence; the network then has the
    weights of the best epoch again, if one was finished.
    """

    reason: str
    epoch: int


Event: TypeAlias = StepDone | EpochDone | Finished


def evaluate(network: RecurrentNetwork, batches: Sequence[Batch]) -> dict[str, float]:
    """Mean cross-entropy by head in nats a target, without dropout or smoothing.

    Raises:
        ValueError: there are no batches.
    """
    if not batches:
        raise ValueError("there is nothing to evaluate on")
    totals = {head.name: 0.0 for head in network.config.heads}
    weight = 0.0
    state: StackState | None = None
    for batch in batches:
        outputs, _ = network.forward(
            batch.inputs, batch.packing, state=state if batch.continues else None
        )
        state = outputs.state
        weight += batch.target_weight
        for name in totals:
            loss, _ = softmax_cross_entropy(
                outputs.logits[name], batch.targets[name], weights=batch.weights
            )
            totals[name] += loss * batch.target_weight
    return {name: total / weight for name, total in totals.items()}


class Trainer:
    """Trains one network; everything that a checkpoint must hold is an attribute.

    Attributes:
        epoch: epochs done.
        position: batches of the current epoch done.
        history: train and validation loss of each epoch done.
        best_loss: the lowest validation loss so far.
        best_values: the parameters that had it.

    Args:
        network: what to train; its parameters change in place.
        optimizer: of the network's parameters.
        settings: how.
        batches: the batches of each epoch, by its number from 0. Must give the same
            for the same number: resuming depends on it.
        validation: batches to choose the best epoch on.
        generator: draws what dropout silences.
        loss: how the loss is taken.
    """

    def __init__(
        self,
        network: RecurrentNetwork,
        optimizer: Optimizer,
        settings: TrainingSettings,
        *,
        batches: Callable[[int], Sequence[Batch]],
        validation: Sequence[Batch],
        generator: np.random.Generator,
        loss: LossOptions | None = None,
    ) -> None:
        self.network = network
        self.optimizer = optimizer
        self.settings = settings
        self.batches = batches
        self.validation = validation
        self.generator = generator
        self.loss = loss or LossOptions()
        self.average: WeightAverage | None = None
        if settings.average_decay is not None:
            values = network.parameters.values
            self.average = WeightAverage(values, decay=settings.average_decay)
        self.epoch = 0
        self.position = 0
        self.history: list[tuple[float, float]] = []
        self.best_loss = math.inf
        self.best_values: FloatArray | None = None
        self._epochs_since_best = 0
        self._loss_sum = 0.0
        self._weight_sum = 0.0
        self._carried: StackState | None = None

    def run(self) -> Iterator[Event]:
        """Train until done; go on from where the trainer is."""
        while self.epoch < self.settings.epochs:
            if self._out_of_patience():
                yield Finished("patience", self.epoch)
                return
            batches = self.batches(self.epoch)
            while self.position < len(batches):
                event = self._step(batches[self.position])
                if event is None:
                    yield self._diverged()
                    return
                yield event
            done = self._end_epoch()
            if done is None:
                yield self._diverged()
                return
            yield done
        yield Finished("epochs", self.epoch)

    def adopt_best(self) -> None:
        """Give the network the parameters of the best epoch.

        Raises:
            ValueError: no epoch has been finished yet.
        """
        if self.best_values is None:
            raise ValueError("no epoch has been finished: there is no best one")
        self.network.parameters.values[:] = self.best_values

    def checkpoint(self) -> tuple[dict[str, Array], dict[str, Any]]:
        """All that is needed to go on: copies of arrays, and plain values for JSON."""
        tensors: dict[str, Array] = {"parameters": self.network.parameters.values}
        for name, memory in self.optimizer.memory.items():
            tensors[f"optimizer.{name}"] = memory
        if self.average is not None:
            tensors["average"] = self.average.values
        if self.best_values is not None:
            tensors["best"] = self.best_values
        for run, state in enumerate(self._carried or ()):
            for name, values in state._asdict().items():
                tensors[f"carried.{run}.{name}"] = values
        return {name: np.array(tensor) for name, tensor in tensors.items()}, {
            "epoch": self.epoch,
            "position": self.position,
            "history": [list(losses) for losses in self.history],
            "best_loss": self.best_loss if self.best_values is not None else None,
            "epochs_since_best": self._epochs_since_best,
            "loss_sum": self._loss_sum,
            "weight_sum": self._weight_sum,
            "optimizer_steps": self.optimizer.steps,
            "average_updates": self.average.updates if self.average else 0,
            "generator": self.generator.bit_generator.state,
        }

    def resume(self, tensors: Mapping[str, Array], values: Mapping[str, Any]) -> None:
        """Go on from a checkpoint of a trainer that was made like this one.

        Raises:
            ValueError: the checkpoint is of another network. Nothing is changed.
        """
        size = self.network.parameters.values.shape
        vectors = ["parameters", *(f"optimizer.{n}" for n in self.optimizer.memory)]
        for name in [*vectors, *(["average"] if self.average else [])]:
            if name not in tensors or tensors[name].shape != size:
                raise ValueError(f"its {name} is missing or of another size")
        self.network.parameters.values[:] = tensors["parameters"]
        self.optimizer.load(
            values["optimizer_steps"],
            {name: tensors[f"optimizer.{name}"] for name in self.optimizer.memory},
        )
        if self.average is not None:
            self.average.values[:] = tensors["average"]
            self.average.updates = values["average_updates"]
        self.best_values, self.best_loss = None, math.inf
        if "best" in tensors:
            self.best_values = np.array(tensors["best"])
            self.best_loss = values["best_loss"]
        self._carried = None
        if "carried.0.hidden" in tensors:
            cell = self.network.stack.cell
            self._carried = tuple(
                cell.state_type(
                    *(
                        tensors[f"carried.{run}.{name}"]
                        for name in cell.state_type._fields
                    )
                )
                for run in range(len(self.network.stack.suffixes()))
            )
        self.epoch = values["epoch"]
        self.position = values["position"]
        self.history = [(train, validation) for train, validation in values["history"]]
        self._epochs_since_best = values["epochs_since_best"]
        self._loss_sum = values["loss_sum"]
        self._weight_sum = values["weight_sum"]
        self.generator.bit_generator.state = values["generator"]

    @_quiet
    def _step(self, batch: Batch) -> StepDone | None:
        """One step; None, and nothing changed, if the loss is not finite."""
        network, settings = self.network, self.settings
        parameters = network.parameters
        outputs, cache = network.forward(
            batch.inputs,
            batch.packing,
            state=self._carried if batch.continues else None,
            generator=self.generator,
        )
        loss, d_logits = 0.0, {}
        for name, logits in outputs.logits.items():
            head_loss, d_logits[name] = softmax_cross_entropy(
                logits,
                batch.targets[name],
                weights=batch.weights,
                class_weights=self.loss.class_weights.get(name),
                label_smoothing=self.loss.label_smoothing,
            )
            loss += head_loss
        parameters.zero_gradient()
        network.backward(cache, d_logits, of_inputs=False)
        if not math.isfinite(loss + parameters.gradient.sum(dtype=np.float64)):
            return None
        if settings.clip_value is not None:
            clip_by_value(parameters.gradient, settings.clip_value)
        limit = math.inf if settings.clip_norm is None else settings.clip_norm
        norm = clip_by_norm(parameters.gradient, limit)
        rate = settings.learning_rate * settings.schedule(self.optimizer.steps)
        self.optimizer.step(rate)
        if self.average is not None:
            self.average.update(parameters.values)
        self._carried = outputs.state
        self._loss_sum += loss * batch.target_weight
        self._weight_sum += batch.target_weight
        self.position += 1
        return StepDone(self.epoch, self.optimizer.steps, loss, rate, norm)

    @_quiet
    def _end_epoch(self) -> EpochDone | None:
        """Validate; None if that loss is not finite."""
        parameters = self.network.parameters
        running = parameters.values
        candidate = running if self.average is None else self.average.values
        kept = running.copy()
        running[:] = candidate
        loss = sum(evaluate(self.network, self.validation).values())
        improved = loss < self.best_loss
        if improved:
            self.best_loss = loss
            self.best_values = running.copy()
        running[:] = kept
        if not math.isfinite(loss):
            return None
        train_loss = self._loss_sum / self._weight_sum
        self.history.append((train_loss, loss))
        self._epochs_since_best = 0 if improved else self._epochs_since_best + 1
        self._loss_sum = self._weight_sum = 0.0
        self.epoch += 1
        self.position = 0
        self._carried = None
        return EpochDone(self.epoch, train_loss, loss, improved)

    def _diverged(self) -> Finished:
        """Go back to the last weights that are known to be good, if there are any."""
        if self.best_values is not None:
            self.network.parameters.values[:] = self.best_values
        return Finished("diverged", self.epoch)

    def _out_of_patience(self) -> bool:
        patience = self.settings.patience
        return patience is not None and self._epochs_since_best >= patience
