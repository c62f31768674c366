# SPDX-License-Identifier: Apache-2.0
"""Which part of a text a network learns from, and in which batches.

The text is split before anything is learnt: its last part is kept to choose the best
epoch on (validation), or the two last, if one is wanted to judge the result (test).
All the rest is as for names: ``models/language.py``.

An epoch goes through the whole text once. It is read by several streams side by side,
each somewhere else in it, window after window; the state is carried over, and the
gradient is cut off where a window begins (:class:`~rnnkit.models.sequence.Windows`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from rnnkit.engine import Choice
from rnnkit.errors import InputError, UsageError
from rnnkit.models.advice import Wording
from rnnkit.models.fingerprints import fingerprint
from rnnkit.models.language import LanguageTraining, Report
from rnnkit.models.learning import Lessons
from rnnkit.models.mixture import Mixture
from rnnkit.models.recipe import Recipe, Shape
from rnnkit.models.sequence import Encoded, Windows, shifted_windows
from rnnkit.tasks.dino.model import TASK
from rnnkit.tasks.dino.text.codec import TextCodec
from rnnkit.tasks.dino.text.model import TextModel

_FEWEST_WINDOWS = 8
"""A short text is read by fewer streams, so that an epoch has this many steps."""

_JUDGED_STEPS = 256
_MOST_JUDGED_STREAMS = 32
_JUDGED_STREAM = 3000
"""Characters that a stream should have when a network is judged.

Each begins knowing nothing. That costs it some 4 nats: 0.001 a character."""

_GLIMPSE = 72
_PASSAGE = 200
_TEMPERATURE = 0.8


@dataclass(frozen=True)
class TextShape(Shape):
    """What the network looks like: a text is more to learn than a list of names."""

    hidden: int = 256
    dropout: float = 0.2


@dataclass(frozen=True)
class TextRecipe(Recipe):
    """How it is trained.

    Attributes:
        steps: characters of a window: how far back a gradient can reach.
    """

    epochs: int = 10
    learning_rate: float = 0.004
    weight_decay: float = 0.01
    steps: int = 128


class TextTraining(LanguageTraining[TextModel]):
    """A training of running text, from the text to the finished model.

    Attributes:
        codec: of the text.
        texts: by part of the split: "train", "validation", "test".
        streams: how many are read side by side.

    Args:
        text: of two or more different characters.
        shape: what the network looks like.
        recipe: how it is trained.
        seed: of the first weights, the cuts and the dropout.

    Raises:
        InputError: the text is too short.
        UsageError: the network would be too large, or a choice is for names only.
    """

    codec: TextCodec
    wording = Wording(
        data="text",
        unit="characters",
        new="new text surprises",
        old="what it learnt",
        whole="the text",
        more="text",
    )

    def __init__(
        self, text: str, *, shape: Shape, recipe: TextRecipe, seed: int
    ) -> None:
        if recipe.distill:
            raise UsageError(
                "--distill is for lists of names, and this is running text",
                hint="leave it out; --mix auto mixes a text's network with counting",
            )
        codec = TextCodec.of(text)
        self.texts = split(text, recipe)
        counts = {part: len(of_part) for part, of_part in self.texts.items()}
        if counts["train"] < recipe.steps:
            raise InputError(
                f"the text is too short: {counts['train']:,} characters to learn from "
                f"are less than a window of {recipe.steps:,}",
                hint="give a longer text, or a shorter window with --steps",
            )
        items = {
            part: codec.encode(of_part)
            for part, of_part in self.texts.items()
            if of_part
        }
        most = counts["train"] // (_FEWEST_WINDOWS * recipe.steps)
        self.streams = max(1, min(recipe.batch_size, most))
        epoch = shifted_windows(
            items["train"], streams=self.streams, steps=recipe.steps, seed=seed
        )
        lessons = Lessons(
            items={part: [item] for part, item in items.items()},
            batches={part: _to_judge(item) for part, item in items.items()},
            epoch=epoch,
            steps=len(epoch(0)),
            counts=counts,
        )
        super().__init__(
            codec,
            lessons,
            shape=shape,
            recipe=recipe,
            seed=seed,
            fingerprint=f"{fingerprint(text):016x}",
        )

    def model(
        self,
        *,
        metrics: Mapping[str, Any] = MappingProxyType({}),
        mixture: Mixture | None = None,
    ) -> TextModel:
        """The network as it is now, with all that a model of text needs."""
        stored = self.stored(TASK, metrics=metrics, mixture=mixture)
        return TextModel(stored, self.codec, mixture=mixture)

    def described(self) -> str:
        """How many kinds there are, and how the text is read."""
        return f"kinds: {self.codec.size}, streams: {self.streams}"

    def glimpse(self) -> list[str]:
        """A line that the network writes."""
        if not self.is_bounded():
            return []
        return [" ".join(self._passage(self.model(), _GLIMPSE).split())]

    def told(self, model: TextModel, report: Report) -> list[str]:
        """The loss as others give it, and a passage."""
        bits = report.validation_loss / math.log(2)
        lines = self._passage(model, _PASSAGE).strip("\n").split("\n")
        return [
            f"validation: {bits:.3f} bits a character; a passage:",
            *(f"    {line}".rstrip() for line in lines),
        ]

    def _passage(self, model: TextModel, length: int) -> str:
        choice = Choice(_TEMPERATURE)
        return model.passage(length, seed=self.trainer.epoch, choice=choice)


def split(text: str, recipe: Recipe) -> Mapping[str, str]:
    """A text by part: "train", "validation", "test", in this order.

    There is at least one character to train on, and one to validate.

    Raises:
        InputError: there are not two characters.
    """
    if len(text) < 2:
        raise InputError("the text is too short", hint="give a longer text")
    test = len(text) - int(len(text) * (1 - recipe.test))
    validation = max(1, len(text) - int(len(text) * (1 - recipe.validation)))
    validation = min(validation, len(text) - 1)
    test = min(test, len(text) - validation - 1)
    train = len(text) - validation - test
    return {
        "train": text[:train],
        "validation": text[train : train + validation],
        "test": text[train + validation :],
    }


def _to_judge(item: Encoded) -> Windows:
    streams = min(_MOST_JUDGED_STREAMS, max(1, item.steps // _JUDGED_STREAM))
    return Windows(item, streams=streams, steps=_JUDGED_STEPS)
