# SPDX-License-Identifier: Apache-2.0
"""How the network of sentences learns: from what, for how long, and what is kept.

Bidirectional LSTM, attention and maximum over the sentence, one head. It learns from
sentences that people have labelled, from others that fold onto the same labels, from
many more with weak labels, and from sentences made of these. A twelfth of the labelled
sentences is held out: with sentences given for that (``tune``), it chooses the weights
of the voices and how sure "none" must be. The weights of the network are those at the
end, averaged over the last steps: its loss on the sentences that are held out is lowest
long before, when it is least sure of itself, but how sure it may be is for the voices
to say, and more answers are right at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from rnnkit.engine import (
    Adam,
    Dropout,
    Head,
    LossOptions,
    NetworkConfig,
    Recurrence,
    RecurrentNetwork,
    Trainer,
    TrainingSettings,
    WarmupCosine,
)
from rnnkit.engine.arrays import FloatArray
from rnnkit.models.classifier import HEAD, accuracy, calibration_error, logits_of
from rnnkit.models.learning import refuse_unbounded
from rnnkit.models.vectors import WordVectors
from rnnkit.tasks.emojify.combination import Voices, combined, fitted
from rnnkit.tasks.emojify.emoji import NONE
from rnnkit.tasks.emojify.gathering import Gathering, Sources
from rnnkit.tasks.emojify.judgement import Judgement
from rnnkit.tasks.emojify.labelled import Labelled, fingerprint_of
from rnnkit.tasks.emojify.lessons import Sampling
from rnnkit.tasks.emojify.lexicon import Lexicon
from rnnkit.tasks.emojify.material import material_of
from rnnkit.tasks.emojify.model import EmojiModel, Parts, stored_model
from rnnkit.tasks.emojify.reading import Reader
from rnnkit.tasks.emojify.weak import Target, distribution

_FEWEST_USES = 3


@dataclass(frozen=True)
class EmojiRecipe:
    """How the network looks, and how it learns.

    Attributes:
        cell: "rnn", "gru" or "lstm".
        hidden: units of one direction.
        dimensions: how many numbers of each word vector are read, from the first.
        own: frequent words that get a learnt vector.
        own_dimensions: its size.
        dropout: share silenced of what goes in and of what comes out.
        epochs: how often all is gone through; 0: as often as the data ask for.
        learning_rate: the peak rate.
        average: decay of the moving average of the weights that is kept.
        label_smoothing: share of each target spread over all labels.
        none_cost: how much worse a wrong "none" is than one that lacks.
        sampling: how sentences are drawn.
    """

    cell: str = "lstm"
    hidden: int = 64
    dimensions: int = 160
    own: int = 6000
    own_dimensions: int = 32
    dropout: float = 0.4
    epochs: int = 0
    learning_rate: float = 0.002
    average: float = 0.995
    label_smoothing: float = 0.05
    none_cost: float = 3.0
    sampling: Sampling = field(default_factory=Sampling)

    def epochs_for(self, labelled: int) -> int:
        """Few sentences are read more often."""
        return self.epochs or max(6, min(60, 40_000 // max(1, labelled)))


class Report(NamedTuple):
    """How the finished model does on what was held out.

    Attributes:
        epochs: made.
        train_loss: of the last.
        validation_loss: of the last, before the voices are weighed.
        accuracy: the share of right answers on what was held out.
        calibration_error: how far its confidence is from that.
        threshold: how likely "none" must be.
    """

    epochs: int
    train_loss: float
    validation_loss: float
    accuracy: float
    calibration_error: float
    threshold: float


class EmojiTraining:
    """A training of the network of sentences.

    Attributes:
        labels: in the order of the network's answers.
        lessons: what it learns from.
        trainer: to be run.
        settings: what was asked for, as JSON can hold it.
    """

    def __init__(
        self,
        sources: Sources,
        labels: Sequence[str],
        *,
        vectors: WordVectors,
        vectors_name: str | None,
        lexicon: Lexicon | None,
        recipe: EmojiRecipe,
        seed: int,
    ) -> None:
        self.labels = list(labels)
        self._emoji = [label for label in labels if label != NONE]
        self._vectors, self._name = vectors, vectors_name
        self._words = list(vectors.words)
        # The first numbers of the vectors that ship say most: fewer are read quicker.
        first = vectors.numbers[:, : recipe.dimensions]
        self._numbers = np.ascontiguousarray(first, np.float32)
        self._lexicon = None if lexicon is None else lexicon.among(self._emoji)
        self._centres, self._added = self._centres_of()
        given = {word: self._centres[place] for word, place in self._added.items()}
        reader = Reader(self._words, self._numbers, (), given)
        gathering = Gathering(
            self.labels,
            lexicon or Lexicon([], {}),
            reader,
            np.random.default_rng([seed, 2]),
        )
        self.lessons, self._held = gathering.lessons(sources)
        self._tune, self._none_cost = sources.tune, recipe.none_cost
        epochs = recipe.epochs_for(len(sources.labelled))
        own = self.lessons.frequent(reader, recipe.own, _FEWEST_USES)
        self.reader = Reader(self._words, self._numbers, own, given)
        network = RecurrentNetwork(
            self._configuration(recipe), generator=np.random.default_rng(seed)
        )
        batches = self.lessons.epoch(self.reader, recipe.sampling, seed=seed)
        steps = len(batches(0)) * epochs
        self.trainer = Trainer(
            network,
            Adam(network.parameters),
            TrainingSettings(
                epochs,
                recipe.learning_rate,
                WarmupCosine(steps, warmup=min(100, steps // 10), floor=0.02),
                clip_norm=5,
                average_decay=recipe.average,
            ),
            batches=batches,
            validation=list(gathering.as_they_are(self._held).all(self.reader)),
            generator=np.random.default_rng([seed, 1]),
            loss=LossOptions(label_smoothing=recipe.label_smoothing),
        )
        self.settings: dict[str, Any] = {
            **asdict(replace(recipe, epochs=epochs)),
            "seed": seed,
            "sentences": self.lessons.counts(),
            "text": fingerprint_of(sources.labelled),
            "material": material_of(vectors, sources, lexicon),
        }

    def finish(self) -> tuple[EmojiModel, Report]:
        """The finished model: averaged weights, tuned voices, chosen threshold.

        Raises:
            TrainingError: the weights grew beyond all bounds.
        """
        network = self.trainer.network
        if self.trainer.average is not None:
            network.parameters.values[:] = self.trainer.average.values
        refuse_unbounded(network)
        held = [*self._held, *self._tune]
        readings = [self.reader.read(each.text) for each in held]
        logits = logits_of(network, [self.reader.arrays(each) for each in readings])
        targets = np.array([self._target(each.target) for each in held])
        weights, temperature = None, 1.0
        if self._lexicon is not None:
            voices = Voices(
                self._lexicon,
                self._centres,
                self.reader.vectors,
                has_none=NONE in self.labels,
            )
            heard = voices.heard(readings, logits)
            weights = fitted(heard, targets)
            likely = combined(heard, weights)
        else:
            alone = logits[:, :, None]
            temperature = 1 / max(0.05, float(fitted(alone, targets)[0]))
            likely = combined(alone, np.array([1 / temperature], np.float32))
        right = targets.argmax(axis=1)
        threshold = self._threshold(likely, right)
        chosen = likely.argmax(axis=1)
        train_loss, validation_loss = self.trainer.history[-1]
        report = Report(
            epochs=self.trainer.epoch,
            train_loss=train_loss,
            validation_loss=validation_loss,
            accuracy=accuracy(chosen, right),
            calibration_error=calibration_error(likely.max(axis=1), chosen == right),
            threshold=threshold,
        )
        parts = Parts(
            architecture="sentence",
            labels=self.labels,
            vectors=self._name,
            own=list(self.reader.own),
            threshold=threshold,
            temperature=temperature,
            lexicon=self._lexicon,
            centres=None if self._lexicon is None else self._centres,
            added=self._added,
            weights=weights,
        )
        stored = stored_model(
            network,
            parts,
            self._vectors,
            training=self.settings,
            metrics=report._asdict(),
        )
        return EmojiModel(stored, parts, self._vectors), report

    def judged(self, sentences: Sequence[Labelled]) -> Judgement:
        """How the finished model does on some sentences."""
        model, _ = self.finish()
        known = [each for each in sentences if each.emoji[0] in self.labels]
        chosen = model.likelihoods([each.text for each in known]).argmax(axis=1)
        right = np.array([self.labels.index(each.emoji[0]) for each in known], np.intp)
        return Judgement.of(known, self.labels, chosen, right)

    def _configuration(self, recipe: EmojiRecipe) -> NetworkConfig:
        inputs = self.reader.inputs(recipe.own_dimensions)
        return NetworkConfig(
            inputs,
            (Head(HEAD, len(self.labels)),),
            Recurrence(recipe.cell, recipe.hidden, 1, bidirectional=True),
            Dropout(inputs=recipe.dropout, outputs=recipe.dropout),
            ("attention", "max"),
        )

    def _centres_of(self) -> tuple[FloatArray, dict[str, int]]:
        if self._lexicon is None:
            return np.zeros((1, self._numbers.shape[1]), np.float32), {}
        rows = {word: row for row, word in reversed(list(enumerate(self._words)))}
        return self._lexicon.centres(rows, self._numbers)

    def _target(self, target: Target) -> FloatArray:
        shares = distribution(target, self.labels)
        return shares / shares.sum()

    def _threshold(self, likely: FloatArray, right: Any) -> float:
        """How likely "none" must be, so that it costs least."""
        if self.labels[-1] != NONE:
            return 1.0
        none, is_none = likely[:, -1], right == len(self.labels) - 1
        if not is_none.any() or is_none.all():
            return 0.5
        steps = np.linspace(0.2, 0.8, 61)
        costs = [
            (none[is_none] < t).mean() + self._none_cost * (none[~is_none] >= t).mean()
            for t in steps
        ]
        return round(float(steps[int(np.argmin(costs))]), 2)
