# SPDX-License-Identifier: Apache-2.0
"""Which network learns names, from which data, and how well it does.

Names are split before anything is learnt: the network trains on one part, the best
epoch is chosen on another (validation), and, if wanted, a third is looked at once, at
the very end (test).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np

from rnnkit.engine import (
    OPTIMIZERS,
    AdamW,
    Constant,
    Dropout,
    LossOptions,
    NetworkConfig,
    OneCycle,
    Recurrence,
    RecurrentNetwork,
    Staircase,
    Trainer,
    TrainingSettings,
    WarmupCosine,
    evaluate,
)
from rnnkit.engine.schedules import Schedule
from rnnkit.engine.shapes import array_shapes
from rnnkit.errors import TrainingError, UsageError
from rnnkit.models.advice import Curves
from rnnkit.models.fingerprints import Fingerprints, fingerprint
from rnnkit.models.kneser_ney import KneserNey
from rnnkit.models.mixture import Mixture, best_share
from rnnkit.models.ngram import Bigram
from rnnkit.models.sequence import (
    Encoded,
    batches_of,
    shuffled_batches,
    surprises,
)
from rnnkit.models.storage import LARGEST_WEIGHT, StoredModel
from rnnkit.tasks.dino.codec import HEAD, INPUT, NameCodec
from rnnkit.tasks.dino.model import TASK, NameModel

SCHEDULES = ("constant", "step", "cosine", "onecycle")

MOST_PARAMETERS = 50_000_000
"""A checkpoint holds each four times, and must stay below the largest file."""

_EVALUATION_BATCH = 256


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
        variational: silence the same features throughout a name.
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
        epochs: how often all names are gone through.
        batch_size: names a step.
        learning_rate: the peak rate.
        optimizer: a key of ``engine.OPTIMIZERS``.
        schedule: one of :data:`SCHEDULES`.
        weight_decay: pull of the weights towards zero; for "adamw".
        patience: stop after so many epochs without improvement; none: never.
        clip: the gradient is shortened to this length.
        label_smoothing: share of each target that is spread over all characters.
        average: decay of a moving average of the weights, which is what is kept; 0:
            the weights themselves.
        validation: share of the names to choose the best epoch on.
        test: share of the names to judge the finished model on.
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
    average: float = 0.0
    validation: float = 0.1
    test: float = 0.0


@dataclass(frozen=True)
class Report:
    """How a finished training came out; all losses in nats a character.

    Attributes:
        epochs: epochs made.
        train_loss: of the finished model on the names it learnt from.
        validation_loss: on the names the epoch was chosen on.
        test_loss: on names that had no part in anything; none: there are none.
        bigram_validation: of a bigram model that learnt from the same names.
        bigram_test: the same on the test names.
        kneser_ney_validation: of a Kneser-Ney model that learnt from the same names.
        kneser_ney_test: the same on the test names.
        mix: its share of the finished model; 0: the model is the network alone.
        network_train: of the network alone, as ``train_loss``.
        network_validation: the same on the validation names.
        network_test: the same on the test names.
        advice: what the losses mean, in plain words.
    """

    epochs: int
    train_loss: float
    validation_loss: float
    test_loss: float | None
    bigram_validation: float
    bigram_test: float | None
    kneser_ney_validation: float
    kneser_ney_test: float | None
    mix: float
    network_train: float
    network_validation: float
    network_test: float | None
    advice: list[str]


class NameTraining:
    """A training of names, from the list to the finished model.

    Attributes:
        codec: of the names.
        names: by part of the split: "train", "validation", "test".
        trainer: to be run.
        bigram: what counting pairs gets, by part of the split.
        counted: the Kneser-Ney model of the names to learn from.
        kneser_ney: what it gets on the other parts.
        settings: what was asked for, as JSON can hold it; a checkpoint fits only a
            training with the same.

    Args:
        names: two or more different names.
        shape: what the network looks like.
        recipe: how it is trained.
        seed: of the split, the first weights, the order and the dropout.

    Raises:
        UsageError: the network would be too large.
    """

    def __init__(
        self, names: Sequence[str], *, shape: Shape, recipe: Recipe, seed: int
    ) -> None:
        self.recipe = recipe
        self.codec = NameCodec.of(names)
        self.names = split(names, recipe, seed=seed)
        self.settings: dict[str, Any] = {
            **asdict(shape),
            **asdict(recipe),
            "seed": seed,
            "names": f"{fingerprint(chr(10).join(names)):016x}",
        }
        encoded = {
            part: [self.codec.encode(name) for name in of_part]
            for part, of_part in self.names.items()
        }
        counted = Bigram(self.codec.size).fit(_pairs(encoded["train"]))
        self.bigram = {
            part: counted.loss(_pairs(items))
            for part, items in encoded.items()
            if items
        }
        self.counted = KneserNey.fit(_pairs(encoded["train"]), size=self.codec.size)
        self.kneser_ney = {
            part: self.counted.loss(_pairs(items))
            for part, items in encoded.items()
            if items and part != "train"
        }
        self._encoded = encoded
        weights, dropout = np.random.default_rng(seed).spawn(2)
        config = _configuration(shape, self.codec)
        _refuse_too_large(config)
        network = RecurrentNetwork(config, generator=weights)
        steps = -(-len(encoded["train"]) // recipe.batch_size)
        self.trainer = Trainer(
            network,
            _optimizer(network, recipe),
            TrainingSettings(
                epochs=recipe.epochs,
                learning_rate=recipe.learning_rate,
                schedule=_schedule(recipe, steps),
                clip_norm=recipe.clip,
                patience=recipe.patience,
                average_decay=recipe.average or None,
            ),
            batches=shuffled_batches(encoded["train"], recipe.batch_size, seed=seed),
            validation=batches_of(encoded["validation"], _EVALUATION_BATCH),
            generator=dropout,
            loss=LossOptions(label_smoothing=recipe.label_smoothing),
        )

    def model(self) -> NameModel:
        """The network as it is now, with all that a model of names needs."""
        known = Fingerprints(
            self.codec.fold(name) for part in self.names.values() for name in part
        )
        stored = StoredModel(
            task=TASK,
            network=self.trainer.network,
            codec=self.codec.to_dict(),
            training={
                **self.settings,
                "names": {part: len(names) for part, names in self.names.items()},
            },
            extra={"known": known.to_array()},
        )
        return NameModel(stored, self.codec, known)

    def finish(self, *, mix: float | Literal["auto"] = 0.0) -> tuple[NameModel, Report]:
        """The network of the best epoch, and how good it is.

        Args:
            mix: the share of the Kneser-Ney model in the finished one, from 0 to 1;
                "auto": the best on the validation names.

        Raises:
            TrainingError: its weights grew beyond all bounds.
            ValueError: no epoch has been finished.
        """
        self.trainer.adopt_best()
        if not self.is_bounded():
            raise TrainingError(
                "the weights grew beyond all bounds",
                hint="try a lower --learning-rate",
            )
        network = self.trainer.network
        alone = {
            part: self._loss(items) for part, items in self._encoded.items() if items
        }
        share = self._best_share() if mix == "auto" else mix
        mixture, losses = None, alone
        if share:
            mixture = Mixture(network, self.counted, share, input=INPUT, head=HEAD)
            losses = {
                part: float(np.concatenate(surprises(mixture, items, HEAD)).mean())
                for part, items in self._encoded.items()
                if items
            }
        curves = Curves(
            history=self.trainer.history,
            train=alone["train"],
            validation=alone["validation"],
            baseline=self.bigram["validation"],
            kneser_ney=self.kneser_ney["validation"],
            share=None if mix == 0 else share,
        )
        report = Report(
            epochs=self.trainer.epoch,
            train_loss=losses["train"],
            validation_loss=losses["validation"],
            test_loss=losses.get("test"),
            bigram_validation=self.bigram["validation"],
            bigram_test=self.bigram.get("test"),
            kneser_ney_validation=self.kneser_ney["validation"],
            kneser_ney_test=self.kneser_ney.get("test"),
            mix=share,
            network_train=alone["train"],
            network_validation=alone["validation"],
            network_test=alone.get("test"),
            advice=curves.advice(),
        )
        return self._described(report, mixture), report

    def is_bounded(self) -> bool:
        """Whether the weights are such as a model can have that is to be used."""
        weights = self.trainer.network.parameters.values
        return bool(np.abs(weights).max() <= LARGEST_WEIGHT)

    def _described(self, report: Report, mixture: Mixture | None) -> NameModel:
        """The finished model, with how good it is."""
        model = self.model()
        left_out, extra = ["advice"], dict(model.stored.extra)
        if mixture is None:
            # Its file says nothing about a model that is not in it.
            left_out += ["kneser_ney", "mix", "network"]
        else:
            extra |= mixture.to_arrays()
        metrics = {
            name: value
            for name, value in asdict(report).items()
            if not name.startswith(tuple(left_out))
        }
        stored = replace(model.stored, metrics=metrics, extra=extra)
        return NameModel(stored, self.codec, model.known, mixture=mixture)

    def _best_share(self) -> float:
        items = self._encoded["validation"]
        return best_share(
            np.concatenate(surprises(self.trainer.network, items, HEAD)),
            self.counted.surprises(_pairs(items)),
        )

    def _loss(self, items: list[Encoded]) -> float:
        batches = batches_of(items, _EVALUATION_BATCH)
        return evaluate(self.trainer.network, batches)[HEAD]


def split(
    names: Sequence[str], recipe: Recipe, *, seed: int
) -> Mapping[str, list[str]]:
    """Names by part: "train", "validation", "test"; at least one to train on each.

    The order of the list plays no part: the same names and seed give the same parts.
    """
    ordered = sorted(names)
    shuffled = [ordered[i] for i in np.random.default_rng(seed).permutation(len(names))]
    test = round(len(names) * recipe.test)
    validation = max(1, round(len(names) * recipe.validation))
    validation = min(validation, len(names) - 1)
    test = min(test, len(names) - validation - 1)
    return {
        "train": sorted(shuffled[validation + test :]),
        "validation": sorted(shuffled[:validation]),
        "test": sorted(shuffled[validation : validation + test]),
    }


def _configuration(shape: Shape, codec: NameCodec) -> NetworkConfig:
    return NetworkConfig(
        inputs=codec.inputs(shape.embedding),
        heads=codec.heads(),
        recurrence=Recurrence(shape.cell, shape.hidden, shape.layers),
        dropout=Dropout(
            inputs=shape.input_dropout,
            between=shape.dropout,
            outputs=shape.dropout,
            variational=shape.variational,
        ),
    )


def _refuse_too_large(config: NetworkConfig) -> None:
    learnt, _ = array_shapes(config)
    count = sum(map(math.prod, learnt.values()))
    if count > MOST_PARAMETERS:
        raise UsageError(
            f"a network of {count:,} parameters is too large",
            hint="give fewer --hidden units or --layers, "
            f"for at most {MOST_PARAMETERS:,} parameters",
        )


def _optimizer(network: RecurrentNetwork, recipe: Recipe) -> Any:
    if recipe.optimizer == "adamw":
        return AdamW(network.parameters, weight_decay=recipe.weight_decay)
    return OPTIMIZERS[recipe.optimizer](network.parameters)


def _schedule(recipe: Recipe, steps_an_epoch: int) -> Schedule:
    total = steps_an_epoch * recipe.epochs
    schedules: dict[str, Schedule] = {
        "constant": Constant(),
        "step": Staircase(every=max(1, total // 3), factor=0.3),
        "cosine": WarmupCosine(total=total, warmup=min(100, total // 10), floor=0.02),
        "onecycle": OneCycle(total=total),
    }
    return schedules[recipe.schedule]


def _pairs(items: Sequence[Encoded]) -> list[tuple[Any, Any]]:
    return [(item.inputs[INPUT], item.targets[HEAD]) for item in items]
