# SPDX-License-Identifier: Apache-2.0
"""Learning what comes next in written language: the same for names and for a book.

A task says what it learns from: its items, by part of a split, and the batches that
they are read in. Here is all the rest: the network, the way it is trained, counting to
compare it with, the mixture of both, and the report.

The network trains on one part, the best epoch is chosen on another (validation), and,
if wanted, a third is looked at once, at the very end (test).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeVar

from rnnkit.engine import evaluate
from rnnkit.engine.arrays import Array
from rnnkit.models.advice import Curves, Wording
from rnnkit.models.alphabet import HEAD, INPUT, Alphabet
from rnnkit.models.kneser_ney import KneserNey
from rnnkit.models.learning import Lessons, adopt_best, is_bounded, trainer_of
from rnnkit.models.mixture import Mixture
from rnnkit.models.ngram import Bigram
from rnnkit.models.recipe import Recipe, Shape, configuration
from rnnkit.models.sequence import Encoded, costs
from rnnkit.models.storage import StoredModel


@dataclass(frozen=True)
class Report:
    """How a finished training came out; all losses in nats a character.

    Attributes:
        epochs: epochs made.
        train_loss: of the finished model on what it learnt from.
        validation_loss: on what the epoch was chosen on.
        test_loss: on what had no part in anything; none: there is no such part.
        bigram_validation: of a bigram model that learnt from the same.
        bigram_test: the same on the test part.
        kneser_ney_validation: of a Kneser-Ney model that learnt from the same.
        kneser_ney_test: the same on the test part.
        mix: its share of the finished model; 0: the model is the network alone.
        network_train: of the network alone, as ``train_loss``.
        network_validation: the same on the validation part.
        network_test: the same on the test part.
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


Model = TypeVar("Model")


class LanguageTraining(ABC, Generic[Model]):
    """A training of written language, from the lessons to the finished model.

    Attributes:
        codec: of what is learnt.
        counts: how much there is in each part of the split.
        trainer: to be run.
        bigram: what counting pairs gets, by part of the split.
        counted: the Kneser-Ney model of what is learnt from.
        kneser_ney: what it gets on the other parts.
        settings: what was asked for, as JSON can hold it; a checkpoint fits only a
            training with the same.
        wording: how the advice speaks of what is learnt.

    Args:
        codec: of what is learnt.
        lessons: what is learnt from.
        shape: what the network looks like.
        recipe: how it is trained.
        seed: of the first weights and the dropout.
        fingerprint: of the data: a checkpoint fits no other.

    Raises:
        UsageError: the network would be too large.
    """

    wording: Wording

    def __init__(
        self,
        codec: Alphabet,
        lessons: Lessons,
        *,
        shape: Shape,
        recipe: Recipe,
        seed: int,
        fingerprint: str,
    ) -> None:
        self.codec = codec
        self.settings: dict[str, Any] = {
            **asdict(shape),
            **asdict(recipe),
            "seed": seed,
            self.wording.data: fingerprint,
        }
        config = configuration(shape, codec)
        self.counts = dict(lessons.counts)
        self._batches = lessons.batches
        pairs = {part: _pairs(items) for part, items in lessons.items.items()}
        bigram = Bigram(codec.size).fit(pairs["train"])
        self.bigram = {part: bigram.loss(each) for part, each in pairs.items()}
        self.counted = KneserNey.fit(pairs["train"], size=codec.size)
        self.kneser_ney = {
            part: self.counted.loss(each)
            for part, each in pairs.items()
            if part != "train"
        }
        self.trainer = trainer_of(config, lessons, recipe, seed=seed)

    @abstractmethod
    def model(
        self,
        *,
        metrics: Mapping[str, Any] = MappingProxyType({}),
        mixture: Mixture | None = None,
    ) -> Model:
        """The network as it is now, with all that a model of its kind needs.

        Args:
            metrics: how good it is, if that is known.
            mixture: that speaks in its place.
        """

    @abstractmethod
    def described(self) -> str:
        """What else there is to know about the data, in a few words."""

    def told(self, model: Model, report: Report) -> list[str]:
        """What else people want to know of a finished model; usually nothing."""
        return []

    @abstractmethod
    def glimpse(self) -> list[str]:
        """A few lines that the network makes up as it is now; none if it cannot."""

    def stored(
        self,
        task: str,
        *,
        extra: Mapping[str, Array] = MappingProxyType({}),
        metrics: Mapping[str, Any],
        mixture: Mixture | None,
    ) -> StoredModel:
        """What a file holds of the model.

        Args:
            task: whose model it is.
            extra: further arrays of the task.
        """
        counted = {} if mixture is None else mixture.to_arrays()
        return StoredModel(
            task=task,
            network=self.trainer.network,
            codec=self.codec.to_dict(),
            training={**self.settings, self.wording.data: self.counts},
            metrics=metrics,
            extra={**extra, **counted},
        )

    def finish(self, *, mix: float | Literal["auto"] = 0.0) -> tuple[Model, Report]:
        """The network of the best epoch, and how good it is.

        Args:
            mix: the share of the Kneser-Ney model in the finished one, from 0 to 1;
                "auto": the best on the validation part.

        Raises:
            TrainingError: its weights grew beyond all bounds.
            ValueError: no epoch has been finished.
        """
        adopt_best(self.trainer)
        network = self.trainer.network
        alone = {
            part: evaluate(network, batches)[HEAD]
            for part, batches in self._batches.items()
        }
        share = self._best_share() if mix == "auto" else mix
        mixture, losses = None, alone
        if share:
            mixture = self._mixture(share)
            losses = {
                part: float(costs(mixture, batches, HEAD).mean())
                for part, batches in self._batches.items()
            }
        curves = Curves(
            history=self.trainer.history,
            train=alone["train"],
            validation=alone["validation"],
            baseline=self.bigram["validation"],
            kneser_ney=self.kneser_ney["validation"],
            share=None if mix == 0 else share,
            wording=self.wording,
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
        left_out = ["advice"]
        if mixture is None:
            # Its file says nothing about a model that is not in it.
            left_out += ["kneser_ney", "mix", "network"]
        metrics = {
            name: value
            for name, value in asdict(report).items()
            if not name.startswith(tuple(left_out))
        }
        return self.model(metrics=metrics, mixture=mixture), report

    def is_bounded(self) -> bool:
        """Whether the weights are such as a model can have that is to be used."""
        return is_bounded(self.trainer.network)

    def _mixture(self, share: float) -> Mixture:
        network = self.trainer.network
        return Mixture(network, self.counted, share, input=INPUT, head=HEAD)

    def _best_share(self) -> float:
        return self._mixture(1.0).best_share(self._batches["validation"])


def _pairs(items: Sequence[Encoded]) -> list[tuple[Any, Any]]:
    return [(item.inputs[INPUT], item.targets[HEAD]) for item in items]
