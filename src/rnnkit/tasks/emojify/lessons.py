# SPDX-License-Identifier: Apache-2.0
"""What a network of emoji learns from: sentences, their labels, and in which order.

Sentences that people have labelled are read in every epoch, several times. Those with
weak labels are far more, so each epoch draws some anew: as many for a rare emoji as for
a frequent one. Now and then a telling word is hidden, so that the network learns to
understand the rest of the sentence, and any word is, so that it relies on none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from rnnkit.engine.arrays import FloatArray, IntArray
from rnnkit.models.classifier import Batches, Example
from rnnkit.tasks.emojify.emoji import NONE
from rnnkit.tasks.emojify.lexicon import Match
from rnnkit.tasks.emojify.reading import UNKNOWN, Reader, Reading
from rnnkit.tasks.emojify.weak import Target, distribution

_MANY = 100
"""Among so many labels a sentence that no emoji fits counts twice: there are few."""


@dataclass(frozen=True)
class Sampling:
    """How lessons are drawn.

    Attributes:
        batch_size: sentences a step.
        repeats: how often sentences that people have labelled come in an epoch.
        most: sentences with weak labels for one emoji in an epoch.
        most_none: those without emoji.
        hidden_words: share of all words that are hidden.
        hidden_keywords: chance that the telling words of a sentence are hidden.
    """

    batch_size: int = 64
    repeats: int = 6
    most: int = 400
    most_none: int = 3000
    hidden_words: float = 0.08
    hidden_keywords: float = 0.3


@dataclass
class Lessons:
    """Sentences as numbers, in the order in which they were added.

    Attributes:
        labels: the emoji, in the order of the network's answers.
    """

    labels: Sequence[str]
    _rows: list[IntArray] = field(default_factory=list)
    _marks: list[FloatArray] = field(default_factory=list)
    _telling: list[IntArray] = field(default_factory=list)
    _targets: list[FloatArray] = field(default_factory=list)
    _weights: list[float] = field(default_factory=list)
    _given: list[int] = field(default_factory=list)
    _weak: dict[int, list[int]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._rows)

    def add(
        self,
        reading: Reading,
        target: Target,
        *,
        matches: Sequence[Match] = (),
        weight: float = 1.0,
        weak: bool = False,
    ) -> None:
        """Add a sentence. Those whose label is weak are drawn, the others all read."""
        if not reading.rows:
            return
        number = len(self._rows)
        shares = distribution(target, self.labels)
        self._rows.append(np.array(reading.rows, np.intp))
        self._marks.append(np.array(reading.marks, np.float32).T)
        places = [place for each in matches for place in range(each.start, each.end)]
        self._telling.append(np.array(places, np.intp))
        self._targets.append(shares / shares.sum())
        nothing = target.get(NONE, 0) > 0.5
        times = 1 + len(self.labels) // _MANY if nothing else 1
        self._weights.append(weight * times)
        if weak:
            self._weak.setdefault(int(shares.argmax()), []).append(number)
        else:
            self._given.append(number)

    def counts(self) -> dict[str, int]:
        """How many sentences there are of each kind."""
        weak = sum(map(len, self._weak.values()))
        return {"labelled": len(self._given), "weakly labelled": weak}

    def frequent(self, reader: Reader, most: int, fewest: int) -> list[str]:
        """The words that occur at least ``fewest`` times, most frequent first."""
        counts = np.zeros(len(reader.vectors), np.int64)
        for rows in self._rows:
            np.add.at(counts, rows, 1)
        places = {row + 1: word for word, row in reader.vocabulary.rows.items()}
        order = np.argsort(-counts, kind="stable")
        chosen = [
            places[row] for row in order.tolist() if counts[row] >= fewest and row
        ]
        return chosen[:most]

    def epoch(
        self, reader: Reader, sampling: Sampling, *, seed: int
    ) -> Callable[[int], Batches]:
        """The batches of an epoch by its number; they depend on it and the seed."""

        def batches(epoch: int) -> Batches:
            generator = np.random.default_rng([seed, epoch])
            drawn = [np.repeat(np.array(self._given, np.intp), sampling.repeats)]
            for label, numbers in self._weak.items():
                none = self.labels[label] == NONE
                most = sampling.most_none if none else sampling.most
                size = min(most, len(numbers))
                drawn.append(generator.choice(np.array(numbers), size, replace=False))
            order = generator.permutation(np.concatenate(drawn))

            def make(numbers: IntArray) -> list[Example]:
                return [
                    self._example(reader, int(number), sampling, generator)
                    for number in numbers
                ]

            return Batches(order, sampling.batch_size, make)

        return batches

    def all(self, reader: Reader, size: int = 256) -> Batches:
        """All sentences in their order, with nothing hidden."""
        nothing = Sampling(hidden_words=0, hidden_keywords=0)
        generator = np.random.default_rng(0)

        def make(numbers: IntArray) -> list[Example]:
            return [self._example(reader, int(n), nothing, generator) for n in numbers]

        return Batches(np.arange(len(self)), size, make)

    def _example(
        self,
        reader: Reader,
        number: int,
        sampling: Sampling,
        generator: np.random.Generator,
    ) -> Example:
        rows = self._rows[number]
        if sampling.hidden_words or sampling.hidden_keywords:
            hidden = generator.random(len(rows)) < sampling.hidden_words
            if generator.random() < sampling.hidden_keywords:
                hidden[self._telling[number]] = True
            rows = np.where(hidden, UNKNOWN, rows)
        inputs = reader.gathered(rows, self._marks[number])
        return Example(inputs, self._targets[number], self._weights[number])
