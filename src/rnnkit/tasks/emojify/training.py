# SPDX-License-Identifier: Apache-2.0
"""How the network of sentences learns: from what, for how long, and what is kept.

Bidirectional LSTM, attention and maximum over the sentence, one head. It learns from
sentences that people have labelled, from others that fold onto the same labels, from
many more with weak labels, and from sentences made of these. A twelfth of the labelled
sentences is held out: it chooses the best epoch, and, with sentences given for that
(``tune``), the weights of the voices and how sure "none" must be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from rnnkit.engine import (
    Adam,
    Category,
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
from rnnkit.models.vectors import WordVectors
from rnnkit.tasks.emojify import augmentation, weak
from rnnkit.tasks.emojify.combination import Voices, combined, fitted
from rnnkit.tasks.emojify.emoji import NONE, bare
from rnnkit.tasks.emojify.folding import HAPPY, SAD
from rnnkit.tasks.emojify.judgement import Judgement
from rnnkit.tasks.emojify.labelled import Labelled, fingerprint_of
from rnnkit.tasks.emojify.lessons import Lessons, Sampling
from rnnkit.tasks.emojify.lexicon import TELLS, Lexicon
from rnnkit.tasks.emojify.model import EmojiModel, Parts, stored_model
from rnnkit.tasks.emojify.reading import Reader, Reading
from rnnkit.tasks.emojify.weak import Target, distribution, folded

_HELD_OUT = 12
_LONGEST = 24
_SHORT = 50
_FEWEST_USES = 3
_DENIED_TWICE = 2


@dataclass(frozen=True)
class EmojiRecipe:
    """How the network looks, and how it learns.

    Attributes:
        cell: "rnn", "gru" or "lstm".
        hidden: units of one direction.
        own: frequent words that get a learnt vector.
        own_dimensions: its size.
        dropout: share silenced of what goes in and of what comes out.
        epochs: how often all is gone through; 0: as often as the data ask for.
        learning_rate: the peak rate.
        average: decay of the moving average of the weights that is kept.
        label_smoothing: share of each target spread over all labels.
        also: how much a sentence counts whose label was folded.
        weak: how much one with a weak label counts.
        contrasts: pairs "A but B" that are made.
        sampling: how sentences are drawn.
    """

    cell: str = "lstm"
    hidden: int = 64
    own: int = 6000
    own_dimensions: int = 32
    dropout: float = 0.4
    epochs: int = 0
    learning_rate: float = 0.002
    average: float = 0.999
    label_smoothing: float = 0.05
    also: float = 0.6
    weak: float = 0.35
    contrasts: int = 1200
    sampling: Sampling = field(default_factory=Sampling)

    def epochs_for(self, labelled: int) -> int:
        """Few sentences are read more often."""
        return self.epochs or max(6, min(60, 40_000 // max(1, labelled)))


class Sources(NamedTuple):
    """What is learnt from.

    Attributes:
        labelled: sentences of the labels themselves.
        also: sentences of other labels, to be folded.
        plain: sentences without labels.
        emotions: sentences with the number of their emotion.
        tune: labelled sentences for the weights of the voices alone.
    """

    labelled: Sequence[Labelled]
    also: Sequence[Labelled] = ()
    plain: Sequence[str] = ()
    emotions: Sequence[tuple[str, int]] = ()
    tune: Sequence[Labelled] = ()


class Report(NamedTuple):
    """How the finished model does on what was held out.

    Attributes:
        epochs: made.
        train_loss: of the last.
        validation_loss: of the best.
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
        self._numbers = np.asarray(vectors.numbers, np.float32)
        self._all = lexicon or Lexicon([], {})
        self._lexicon = None if lexicon is None else lexicon.among(self._emoji)
        self._centres, self._added = self._centres_of()
        given = {word: self._centres[place] for word, place in self._added.items()}
        reader = Reader(self._words, self._numbers, (), given)
        self.lessons, self._held = self._gather(sources, reader, recipe, seed)
        self._tune = sources.tune
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
            validation=list(self._held_lessons(reader).all(self.reader)),
            generator=np.random.default_rng([seed, 1]),
            loss=LossOptions(label_smoothing=recipe.label_smoothing),
        )
        self.settings: dict[str, Any] = {
            **asdict(replace(recipe, epochs=epochs)),
            "seed": seed,
            "sentences": self.lessons.counts(),
            "text": fingerprint_of(sources.labelled),
        }

    def finish(self) -> tuple[EmojiModel, Report]:
        """The finished model: best epoch, tuned voices, chosen threshold."""
        self.trainer.adopt_best()
        network = self.trainer.network
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
        train_loss, _ = self.trainer.history[-1]
        report = Report(
            epochs=self.trainer.epoch,
            train_loss=train_loss,
            validation_loss=self.trainer.best_loss,
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
        assert recipe.own_dimensions or not any(isinstance(i, Category) for i in inputs)
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

    def _gather(
        self, sources: Sources, reader: Reader, recipe: EmojiRecipe, seed: int
    ) -> tuple[Lessons, list[Labelled]]:
        """All that is learnt from, and the labelled sentences that are not."""
        generator = np.random.default_rng([seed, 2])
        lessons = Lessons(self.labels)
        order = generator.permutation(len(sources.labelled))
        count = len(order) // _HELD_OUT if len(order) >= _HELD_OUT * 5 else 0
        held = [sources.labelled[i] for i in order[:count]]
        kept = [sources.labelled[i] for i in order[count:]]
        if not held:
            held = list(sources.labelled)

        def add(text: str, target: Target, weight: float, is_weak: bool) -> None:
            self._add(lessons, reader.read(text), target, weight, is_weak)

        for each in kept:
            add(each.text, each.target, 1.0, False)
        for each in sources.also:
            target = folded(each.target, self.labels)
            if target is not None:
                add(each.text, target, recipe.also, False)
        for reading, target in self._weakly(sources, reader):
            self._add(lessons, reading, target, recipe.weak, True)
        if sources.plain:
            for text, made in self._made(kept, sources.plain, recipe, generator):
                target = folded(made, self.labels)
                if target is not None:
                    add(text, target, 0.5, made == augmentation.DENIED)
        return lessons, held

    def _add(
        self,
        lessons: Lessons,
        reading: Reading,
        target: Target,
        weight: float,
        is_weak: bool,
    ) -> None:
        matches = self._all.matches(reading.words, reading.meant)
        lessons.add(reading, target, matches=matches, weight=weight, weak=is_weak)

    def _weakly(
        self, sources: Sources, reader: Reader
    ) -> Iterator[tuple[Reading, Target]]:
        for text in sources.plain:
            reading = reader.read(text)
            matches = self._all.matches(reading.words, reading.meant)
            target = weak.of_words(reading, matches, self._all)
            known = None if target is None else folded(target, self.labels)
            if known is not None:
                yield reading, known
        for text, emotion in sources.emotions:
            target = weak.of_emotion(emotion, self.labels)
            reading = reader.read(text)
            if target is not None and 1 < len(reading.rows) <= _LONGEST:
                yield reading, target

    def _made(
        self,
        labelled: Sequence[Labelled],
        plain: Iterable[str],
        recipe: EmojiRecipe,
        generator: np.random.Generator,
    ) -> Iterator[tuple[str, Target]]:
        for text in plain:
            yield from augmentation.negations(text, generator)
        yield from augmentation.fragments(generator)
        good, bad = (
            [s.text for s in labelled if s.emoji[0] == label and len(s.text) < _SHORT]
            for label in (augmentation.GOOD, augmentation.BAD)
        )
        yield from augmentation.contrasts(good, bad, recipe.contrasts, generator)
        nouns = [
            word
            for word, weights in self._all.keywords()
            if max(weights.values()) >= TELLS
            and bare(self._all.emoji[max(weights, key=weights.__getitem__)])
            not in HAPPY | SAD
        ]
        yield from augmentation.denials(nouns, generator, _DENIED_TWICE)

    def _held_lessons(self, reader: Reader) -> Lessons:
        lessons = Lessons(self.labels)
        for each in self._held:
            self._add(lessons, reader.read(each.text), each.target, 1.0, False)
        return lessons

    def _threshold(self, likely: FloatArray, right: Any) -> float:
        """How likely "none" must be, so that it is wrong as seldom as it is missed."""
        if self.labels[-1] != NONE:
            return 1.0
        none, is_none = likely[:, -1], right == len(self.labels) - 1
        if not is_none.any() or is_none.all():
            return 0.5
        steps = np.linspace(0.2, 0.8, 61)
        errors = [
            float((none[is_none] < t).mean() + 1.5 * (none[~is_none] >= t).mean())
            for t in steps
        ]
        return round(float(steps[int(np.argmin(errors))]), 2)
