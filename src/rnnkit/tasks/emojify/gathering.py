# SPDX-License-Identifier: Apache-2.0
"""From files of sentences to lessons: labelled, folded, weakly labelled, and made.

What comes from where stands in one place here; how it is read, hidden and drawn stands
in ``lessons.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rnnkit.tasks.emojify import augmentation, weak
from rnnkit.tasks.emojify.emoji import NONE, bare
from rnnkit.tasks.emojify.folding import FIVE, FOLDED, HAPPY, SAD
from rnnkit.tasks.emojify.labelled import Labelled
from rnnkit.tasks.emojify.lessons import Lessons
from rnnkit.tasks.emojify.lexicon import TELLS, Lexicon, Match
from rnnkit.tasks.emojify.negation import CONTRASTS
from rnnkit.tasks.emojify.reading import Reader, Reading
from rnnkit.tasks.emojify.weak import Target, folded

_HELD_OUT = 12
_LONGEST = 24
_SHORT = 50
_DENIED_TWICE = 2
_ALSO, _WEAK, _MADE = 0.6, 0.35, 0.5
"""How much a sentence counts: with a folded label, a weak one, or made of another."""

_CONTRASTS = 2400
"""Sentences such as "A but B" that are made."""


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


class Gathering:
    """Gathers lessons for some labels.

    Args:
        labels: in the order of the network's answers.
        lexicon: of all emoji; not folded.
        reader: of the sentences.
        generator: draws what is held out, and what is made.
    """

    def __init__(
        self,
        labels: Sequence[str],
        lexicon: Lexicon,
        reader: Reader,
        generator: np.random.Generator,
    ) -> None:
        self.labels = labels
        self._lexicon = lexicon
        self._reader = reader
        self._generator = generator

    def lessons(self, sources: Sources) -> tuple[Lessons, list[Labelled]]:
        """All that is learnt from, and the labelled sentences that are not."""
        lessons = Lessons(self.labels)
        order = self._generator.permutation(len(sources.labelled))
        # Of few sentences none can be spared.
        count = len(order) // _HELD_OUT if len(order) >= _HELD_OUT * 5 else 0
        held = [sources.labelled[i] for i in order[:count]] or list(sources.labelled)
        kept = [sources.labelled[i] for i in order[count:]]
        for each in kept:
            self._add(lessons, self._reader.read(each.text), each.target)
        for each in sources.also:
            reading = self._reader.read(each.text)
            target = folded(self._refined(reading, each), self.labels)
            if target is not None:
                self._add(lessons, reading, target, weight=_ALSO)
        for reading, matches, target in self._weakly(sources):
            lessons.add(reading, target, matches=matches, weight=_WEAK, weak=True)
        if sources.plain:
            for text, made, many in self._made(kept, sources.plain):
                target = folded(made, self.labels)
                if target is not None:
                    reading = self._reader.read(text)
                    self._add(lessons, reading, target, weight=_MADE, weak=many)
        return lessons, held

    def as_they_are(self, sentences: Sequence[Labelled]) -> Lessons:
        """Labelled sentences alone."""
        lessons = Lessons(self.labels)
        for each in sentences:
            self._add(lessons, self._reader.read(each.text), each.target)
        return lessons

    def _add(
        self,
        lessons: Lessons,
        reading: Reading,
        target: Target,
        *,
        weight: float = 1.0,
        weak: bool = False,
    ) -> None:
        matches = self._lexicon.matches(reading.words, reading.meant)
        lessons.add(reading, target, matches=matches, weight=weight, weak=weak)

    def _refined(self, reading: Reading, sentence: Labelled) -> Target:
        """Which of many emoji a sentence has that is labelled with one of the five.

        Its telling words may know; else a ball of any sport is no baseball.
        """
        (label,) = sentence.emoji if len(sentence.emoji) == 1 else ("",)
        if label not in FIVE or len(self.labels) <= len(FIVE) + 1:
            return sentence.target
        matches = self._lexicon.matches(reading.words, reading.meant)
        told = weak.of_words(reading, matches, self._lexicon) or {}
        if told and all(FOLDED.get(bare(each)) == label for each in told):
            return told
        return {} if label == "⚾" else sentence.target

    def _weakly(
        self, sources: Sources
    ) -> Iterator[tuple[Reading, Sequence[Match], Target]]:
        for text in sources.plain:
            reading = self._reader.read(text)
            matches = self._lexicon.matches(reading.words, reading.meant)
            target = weak.of_words(reading, matches, self._lexicon)
            known = None if target is None else folded(target, self.labels)
            if known is not None:
                yield reading, matches, known
        for text, emotion in sources.emotions:
            target = weak.of_emotion(emotion, self.labels)
            reading = self._reader.read(text)
            if target is not None and 1 < len(reading.rows) <= _LONGEST:
                matches = self._lexicon.matches(reading.words, reading.meant)
                yield reading, matches, target

    def _made(
        self, labelled: Sequence[Labelled], plain: Sequence[str]
    ) -> Iterator[tuple[str, Target, bool]]:
        """Sentences made of others; and whether there are so many as to be drawn."""
        for text in plain:
            for changed, target in augmentation.negations(text, self._generator):
                yield changed, target, True
        for changed, target in augmentation.fragments(self._generator):
            yield changed, target, False
        clauses = [
            (each.text, each.target)
            for each in labelled
            if each.emoji[0] != NONE
            and len(each.text) < _SHORT
            and CONTRASTS.isdisjoint(each.text.lower().split())
        ]
        for changed, target in augmentation.contrasts(
            clauses, _CONTRASTS, self._generator
        ):
            yield changed, target, False
        nouns = [
            word
            for word, weights in self._lexicon.keywords()
            if max(weights.values()) >= TELLS
            and bare(self._lexicon.emoji[max(weights, key=weights.__getitem__)])
            not in HAPPY | SAD
        ]
        for changed, target in augmentation.denials(
            nouns, self._generator, _DENIED_TWICE
        ):
            yield changed, target, True
