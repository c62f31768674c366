# SPDX-License-Identifier: Apache-2.0
"""Which solos a network learns from, and in which batches.

Solos are split by tune before anything is learnt. An epoch plays all of them once, in
another order and each in another key, one after the other; this long piece is read by
several streams side by side, as a running text is
(:class:`~rnnkit.models.sequence.Windows`). The rest is as for letters:
``models/learning.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from rnnkit.engine import Batch, Trainer, evaluate
from rnnkit.engine.arrays import IntArray
from rnnkit.errors import InputError
from rnnkit.models.advice import Curves, Wording
from rnnkit.models.fingerprints import fingerprint
from rnnkit.models.kneser_ney import KneserNey
from rnnkit.models.learning import Lessons, adopt_best, trainer_of
from rnnkit.models.recipe import Recipe, Shape, network_of
from rnnkit.models.sequence import Encoded, Windows, batches_of
from rnnkit.models.storage import StoredModel
from rnnkit.tasks.jazz.codec import DURATION, HEADS, PITCH, STEP, SoloCodec
from rnnkit.tasks.jazz.copies import KnownRuns
from rnnkit.tasks.jazz.corpus import split
from rnnkit.tasks.jazz.listening import DURATIONS, INPUTS, STEPS, interval_class
from rnnkit.tasks.jazz.model import TASK, SoloModel
from rnnkit.tasks.jazz.solo import Solo

_JUDGED_AT_ONCE = 8
_FEWEST_WINDOWS = 8
_COUNTED = {PITCH: 50, DURATION: DURATIONS + 1, STEP: len(STEPS)}
"""How many symbols there are for each head, those before the first note included."""


@dataclass(frozen=True)
class SoloShape(Shape):
    """What the network looks like; what it reads is in ``listening.py``."""

    hidden: int = 192
    embedding: int = 0
    dropout: float = 0.3


@dataclass(frozen=True)
class SoloRecipe(Recipe):
    """How it is trained.

    Attributes:
        steps: notes of a window: how far back a gradient can reach.
    """

    epochs: int = 30
    batch_size: int = 24
    learning_rate: float = 0.003
    weight_decay: float = 0.05
    average: float = 0.99
    validation: float = 0.06
    test: float = 0.09
    steps: int = 64


Losses = Mapping[str, float]
"""Nats a note, by head."""


@dataclass(frozen=True)
class Report:
    """How a finished training came out; all losses in nats a note, by head.

    Attributes:
        epochs: epochs made.
        train: of the finished model on what it learnt from.
        validation: on what the epoch was chosen on.
        test: on what had no part in anything; none: there is no such part.
        counted_validation: of n-gram models (Kneser-Ney) that learnt from the same.
        counted_test: the same on the test part.
        advice: what the losses mean, in plain words.
    """

    epochs: int
    train: Losses
    validation: Losses
    test: Losses | None
    counted_validation: Losses
    counted_test: Losses | None
    advice: list[str]


class SoloTraining:
    """A training of solos, from the solos to the finished model.

    Attributes:
        codec: of the solos.
        solos: by part of the split: "train", "validation", "test".
        counts: notes in each part.
        trainer: to be run.
        counted: what n-grams get on the parts they did not learn from, by head.
        settings: what was asked for, as JSON can hold it; a checkpoint fits only a
            training with the same.

    Args:
        solos: of two or more tunes.
        shape: what the network looks like.
        recipe: how it is trained.
        seed: of the first weights, the order, the keys and the dropout.

    Raises:
        InputError: there are too few solos.
        UsageError: the network would be too large.
    """

    wording = Wording(
        data="solos",
        unit="notes",
        new="new solos surprise",
        old="those it learnt",
        whole="the solos",
        more="solos",
    )

    def __init__(
        self,
        solos: Sequence[Solo],
        *,
        shape: SoloShape,
        recipe: SoloRecipe,
        seed: int,
    ) -> None:
        self.codec = SoloCodec()
        self.solos = split(solos, validation=recipe.validation, test=recipe.test)
        items = {
            part: [self.codec.encode(solo) for solo in of_part]
            for part, of_part in self.solos.items()
            if of_part
        }
        epoch = self._epoch(items["train"], recipe, seed=seed)
        lessons = Lessons(
            items=items,
            batches={part: _to_judge(of_part) for part, of_part in items.items()},
            epoch=epoch,
            steps=len(epoch(0)),
            counts={
                part: sum(len(solo.notes) for solo in of_part)
                for part, of_part in self.solos.items()
            },
        )
        self.counts = dict(lessons.counts)
        self.counted = _count(items)
        self._batches = lessons.batches
        self.settings: dict[str, Any] = {
            **asdict(shape),
            **asdict(recipe),
            "seed": seed,
            "solos": _fingerprint(solos),
        }
        config = network_of(shape, INPUTS, HEADS)
        self.trainer: Trainer = trainer_of(config, lessons, recipe, seed=seed)

    def model(self, *, metrics: Mapping[str, Any] = MappingProxyType({})) -> SoloModel:
        """The network as it is now, with all that a model of solos needs.

        Args:
            metrics: how good it is, if that is known.
        """
        stored = StoredModel(
            task=TASK,
            network=self.trainer.network,
            codec=self.codec.to_dict(),
            training={**self.settings, "solos": self.counts},
            metrics=metrics,
            extra={"known": self._known.to_array()},
        )
        return SoloModel(stored, self.codec, self._known)

    def finish(self) -> tuple[SoloModel, Report]:
        """The network of the best epoch, and how good it is.

        Raises:
            TrainingError: its weights grew beyond all bounds.
            ValueError: no epoch has been finished.
        """
        adopt_best(self.trainer)
        losses = {
            part: evaluate(self.trainer.network, batches)
            for part, batches in self._batches.items()
        }
        curves = Curves(
            history=self.trainer.history,
            train=sum(losses["train"].values()),
            validation=sum(losses["validation"].values()),
            baseline=sum(self.counted["validation"].values()),
            wording=self.wording,
        )
        report = Report(
            epochs=self.trainer.epoch,
            train=losses["train"],
            validation=losses["validation"],
            test=losses.get("test"),
            counted_validation=self.counted["validation"],
            counted_test=self.counted.get("test"),
            advice=curves.advice(),
        )
        metrics = asdict(report)
        del metrics["advice"]
        return self.model(metrics=metrics), report

    @cached_property
    def _known(self) -> KnownRuns:
        return KnownRuns.of(solo.notes for solo in self.solos["train"])

    def _epoch(
        self, items: Sequence[Encoded], recipe: SoloRecipe, *, seed: int
    ) -> Callable[[int], Windows]:
        keys = [list(self.codec.keys(item)) for item in items]
        steps = sum(item.steps for item in items)
        if steps < recipe.steps:
            raise InputError(
                f"there are too few notes: {steps} to learn from are less than a "
                f"window of {recipe.steps}",
                hint="give more solos, or a shorter window with --steps",
            )
        most = steps // (_FEWEST_WINDOWS * recipe.steps)
        streams = max(1, min(recipe.batch_size, most))

        def windows(epoch: int) -> Windows:
            generator = np.random.default_rng([seed, epoch])
            moved = [
                self.codec.transposed(items[i], int(generator.choice(keys[i])))
                for i in generator.permutation(len(items))
            ]
            return Windows(_joined(moved), streams=streams, steps=recipe.steps)

        return windows


def _joined(items: Sequence[Encoded]) -> Encoded:
    """Items one after the other."""
    inputs, targets = (
        {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        for parts in (
            [item.inputs for item in items],
            [item.targets for item in items],
        )
    )
    return Encoded(inputs, targets)


def _to_judge(items: Sequence[Encoded]) -> list[Batch]:
    """Whole solos, those of a length together."""
    ordered = sorted(items, key=lambda item: item.steps)
    return batches_of(ordered, _JUDGED_AT_ONCE)


def counted(items: Sequence[Encoded]) -> dict[str, KneserNey]:
    """N-grams of each of the three symbols, by head: what the network has to beat."""
    return {
        head: KneserNey.fit([counted_pair(item, head) for item in items], size=size)
        for head, size in _COUNTED.items()
    }


def counted_pair(item: Encoded, head: str) -> tuple[IntArray, IntArray]:
    """What stood before each symbol, and the symbol: a pitch counts as an interval."""
    if head == PITCH:
        leaps = item.targets[PITCH] - item.inputs["before"]
        said = np.array(list(map(interval_class, leaps.tolist())))
        return item.inputs["interval"], said
    before = item.inputs["held" if head == DURATION else "step"]
    return before, item.targets[head]


def _count(items: Mapping[str, Sequence[Encoded]]) -> dict[str, Losses]:
    """What the n-grams get, by part and head."""
    grams = counted(items["train"])
    return {
        part: {
            head: each.loss([counted_pair(item, head) for item in items[part]])
            for head, each in grams.items()
        }
        for part in items
        if part != "train"
    }


def _fingerprint(solos: Sequence[Solo]) -> str:
    told = [f"{solo.title} {solo.tempo} {solo.notes.tolist()}" for solo in solos]
    return f"{fingerprint(chr(10).join(told)):016x}"
