# SPDX-License-Identifier: Apache-2.0
"""The two models of Andrew Ng's lab "Emojify!", as configurations of the one network.

====  =====================================================================
V1    no recurrent layer, mean pooling, softmax: the average of the word
      vectors decides, whatever their order. Stochastic gradient descent,
      rate 0.01, 400 epochs, one sentence a step (2018) or all at once (2021,
      where the gradients are added up)
V2    frozen vectors, LSTM 128, dropout 0.5, LSTM 128, dropout 0.5, last
      state, softmax. Sentences are filled up with zeros to the longest, and
      the zeros are read, as in Keras without a mask. Adam, 32 sentences a
      step, 50 epochs
====  =====================================================================

How sentences are read stands in ``course_codec.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from rnnkit.engine import (
    SGD,
    Adam,
    Batch,
    Dropout,
    Head,
    NetworkConfig,
    Number,
    Recurrence,
    RecurrentNetwork,
    Trainer,
    TrainingSettings,
)
from rnnkit.engine.arrays import IntArray
from rnnkit.engine.optimizers import Optimizer
from rnnkit.models.classifier import HEAD, Batches, Example, logits_of
from rnnkit.models.vectors import WordVectors
from rnnkit.tasks.emojify.course_codec import DIMENSIONS, CourseCodec
from rnnkit.tasks.emojify.judgement import Judgement
from rnnkit.tasks.emojify.labelled import Labelled, fingerprint_of
from rnnkit.tasks.emojify.model import EmojiModel, Parts, stored_model
from rnnkit.tasks.emojify.reading import VECTOR


@dataclass(frozen=True)
class CourseRecipe:
    """How a model of the course is trained.

    Attributes:
        architecture: "v1" or "v2".
        epochs: none: 400 or 50.
        learning_rate: none: 0.01 or 0.001.
        batch_size: sentences a step; 0: all; none: 1 or 32.
        dimensions: how many numbers of each word vector are read, from the first.
    """

    architecture: str = "v2"
    epochs: int | None = None
    learning_rate: float | None = None
    batch_size: int | None = None
    dimensions: int = DIMENSIONS

    def settings(self, count: int) -> tuple[int, float, int]:
        """Epochs, rate and sentences a step, for so many sentences.

        A step on all sentences takes the sum of their gradients, as the lab does.
        """
        first = self.architecture == "v1"
        epochs = self.epochs or (400 if first else 50)
        rate = self.learning_rate or (0.01 if first else 0.001)
        size = (1 if first else 32) if self.batch_size is None else self.batch_size
        if size == 0:
            return epochs, rate * count, count
        return epochs, rate, size


def configuration(architecture: str, dimensions: int, classes: int) -> NetworkConfig:
    """The network of V1 or V2."""
    inputs, heads = (Number(VECTOR, dimensions),), (Head(HEAD, classes),)
    if architecture == "v1":
        return NetworkConfig(inputs, heads, Recurrence(layers=0), pooling=("mean",))
    return NetworkConfig(
        inputs,
        heads,
        Recurrence("lstm", 128, 2),
        Dropout(between=0.5, outputs=0.5),
        ("last",),
    )


class CourseTraining:
    """A training of V1 or V2.

    Attributes:
        codec: of the sentences.
        trainer: to be run.
        labels: the emoji, in the order of the answers.
    """

    def __init__(
        self,
        sentences: Sequence[Labelled],
        labels: Sequence[str],
        *,
        vectors: WordVectors,
        vectors_name: str | None,
        recipe: CourseRecipe,
        seed: int,
    ) -> None:
        self.labels = list(labels)
        self._vectors, self._name = vectors, vectors_name
        first = recipe.architecture == "v1"
        # The lab takes the words of the longest string, and fails on longer ones.
        longest = 0 if first else max(len(each.text.split()) for each in sentences)
        self.codec = CourseCodec.of(
            vectors, length=longest, dimensions=recipe.dimensions
        )
        generator = np.random.default_rng(seed)
        config = configuration(recipe.architecture, self.codec.dimensions, len(labels))
        network = RecurrentNetwork(config, generator=generator)
        if first:
            weight = network.parameters[f"head.{HEAD}.weight"]
            scale = self.codec.dimensions**-0.5
            weight[...] = generator.normal(0, scale, weight.shape)
            network.parameters[f"head.{HEAD}.bias"][...] = 0
        epochs, rate, size = recipe.settings(len(sentences))
        examples = [self._example(each) for each in sentences]

        def make(numbers: IntArray) -> list[Example]:
            return [examples[number] for number in numbers]

        # The lab goes through the sentences in their order with V1; V2 shuffles.
        in_order = list(Batches(np.arange(len(examples)), size, make)) if first else []

        def batches(epoch: int) -> Sequence[Batch]:
            order = np.random.default_rng([seed, epoch]).permutation(len(examples))
            return in_order or Batches(order, size, make)

        optimizer: Callable[..., Optimizer] = SGD if first else Adam
        self.trainer = Trainer(
            network,
            optimizer(network.parameters),
            TrainingSettings(epochs, rate, clip_norm=None),
            batches=batches,
            validation=list(Batches(np.arange(len(examples)), 256, make)),
            generator=np.random.default_rng([seed, 1]),
        )
        self.settings: dict[str, Any] = {
            "architecture": recipe.architecture,
            "epochs": epochs,
            "learning_rate": rate,
            "batch_size": size,
            "seed": seed,
            "sentences": {"labelled": len(sentences)},
            "text": fingerprint_of(sentences),
        }

    def finish(self) -> tuple[EmojiModel, CourseReport]:
        """The finished model: as it is after the last epoch, as in the lab."""
        train_loss, last_loss = self.trainer.history[-1]
        report = CourseReport(self.trainer.epoch, train_loss, last_loss)
        parts = Parts(
            architecture=self.settings["architecture"],
            labels=self.labels,
            vectors=self._name,
            length=self.codec.length,
            threshold=1.0,
        )
        stored = stored_model(
            self.network,
            parts,
            self._vectors,
            training=self.settings,
            metrics=report._asdict(),
        )
        return EmojiModel(stored, parts, self._vectors), report

    @property
    def network(self) -> RecurrentNetwork:
        """What is trained."""
        return self.trainer.network

    def judged(self, sentences: Sequence[Labelled]) -> Judgement:
        """How the network as it is now does on some sentences."""
        said = logits_of(self.network, [self.codec.arrays(s.text) for s in sentences])
        chosen = said.argmax(axis=1)
        right = np.array([self.labels.index(each.emoji[0]) for each in sentences])
        return Judgement.of(sentences, self.labels, chosen, right)

    def _example(self, sentence: Labelled) -> Example:
        target = np.zeros(len(self.labels), np.float32)
        target[self.labels.index(sentence.emoji[0])] = 1
        return Example(self.codec.arrays(sentence.text), target)


class CourseReport(NamedTuple):
    """How a training of the lab came out; the losses are of the same sentences.

    Attributes:
        epochs: made.
        train_loss: while the last epoch went on, with dropout.
        validation_loss: after it, without.
    """

    epochs: int
    train_loss: float
    validation_loss: float
