# SPDX-License-Identifier: Apache-2.0
"""How many answers are right, and which are not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rnnkit.engine.arrays import IntArray
from rnnkit.models.classifier import accuracy, confusion
from rnnkit.tasks.emojify.labelled import Labelled


class Judgement(NamedTuple):
    """How many answers are right, and which are not.

    Attributes:
        accuracy: the share of right answers.
        labels: the emoji.
        confusion: how often each (row) was taken for each (column), (V, V).
        mistakes: sentences, what they are, and what they were taken for.
    """

    accuracy: float
    labels: Sequence[str]
    confusion: IntArray
    mistakes: list[tuple[str, str, str]]

    @classmethod
    def of(
        cls,
        sentences: Sequence[Labelled],
        labels: Sequence[str],
        chosen: IntArray,
        right: IntArray,
    ) -> Judgement:
        """Compare what was chosen with what is right, (N,) each."""
        mistakes = [
            (sentence.text, labels[is_], labels[taken])
            for sentence, is_, taken in zip(sentences, right, chosen, strict=True)
            if is_ != taken
        ]
        counts = confusion(chosen, right, len(labels))
        return cls(accuracy(chosen, right), labels, counts, mistakes)
