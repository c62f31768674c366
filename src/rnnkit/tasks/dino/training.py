# SPDX-License-Identifier: Apache-2.0
"""Which part of a list of names a network learns from, and in which batches.

Names are split before anything is learnt. All the rest is as for running text:
``models/language.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from rnnkit.engine import Choice
from rnnkit.errors import UsageError
from rnnkit.models.advice import Wording
from rnnkit.models.alphabet import HEAD, INPUT
from rnnkit.models.distillation import distilled
from rnnkit.models.fingerprints import Fingerprints, fingerprint
from rnnkit.models.language import LanguageTraining
from rnnkit.models.learning import Lessons
from rnnkit.models.mixture import Mixture
from rnnkit.models.recipe import Recipe, Shape
from rnnkit.models.sequence import Encoded, batches_of, shuffled_batches
from rnnkit.tasks.dino.codec import NameCodec
from rnnkit.tasks.dino.model import TASK, NameModel

_EVALUATION_BATCH = 256

_MOST_CHANCES = 100_000_000
"""So many numbers, 400 MB, may say how counting would go on."""


class NameTraining(LanguageTraining[NameModel]):
    """A training of names, from the list to the finished model.

    Attributes:
        codec: of the names.
        names: by part of the split: "train", "validation", "test".

    Args:
        names: two or more different names.
        shape: what the network looks like.
        recipe: how it is trained.
        seed: of the split, the first weights, the order and the dropout.
        parts: the names by part, if they have been split before.

    Raises:
        UsageError: the network would be too large.
    """

    codec: NameCodec
    wording = Wording()

    def __init__(
        self,
        names: Sequence[str],
        *,
        shape: Shape,
        recipe: Recipe,
        seed: int,
        parts: Mapping[str, list[str]] | None = None,
    ) -> None:
        codec = NameCodec.of(names)
        self.names = split(names, recipe, seed=seed) if parts is None else parts
        items = {
            part: [codec.encode(name) for name in of_part]
            for part, of_part in self.names.items()
            if of_part
        }
        taught = items["train"]
        if recipe.distill:
            _refuse_too_many(taught, codec.size)
            taught = distilled(
                taught,
                recipe.distill,
                input=INPUT,
                head=HEAD,
                size=codec.size,
                seed=seed,
            )
        lessons = Lessons(
            items=items,
            batches={
                part: batches_of(of_part, _EVALUATION_BATCH)
                for part, of_part in items.items()
            },
            epoch=shuffled_batches(taught, recipe.batch_size, seed=seed),
            steps=-(-len(taught) // recipe.batch_size),
            counts={part: len(of_part) for part, of_part in self.names.items()},
        )
        super().__init__(
            codec,
            lessons,
            shape=shape,
            recipe=recipe,
            seed=seed,
            fingerprint=f"{fingerprint(chr(10).join(names)):016x}",
        )

    def model(
        self,
        *,
        metrics: Mapping[str, Any] = MappingProxyType({}),
        mixture: Mixture | None = None,
    ) -> NameModel:
        """The network as it is now, with all that a model of names needs."""
        known = Fingerprints(
            self.codec.fold(name) for part in self.names.values() for name in part
        )
        stored = self.stored(
            TASK,
            extra={"known": known.to_array()},
            metrics=metrics,
            mixture=mixture,
        )
        return NameModel(stored, self.codec, known, mixture=mixture)

    def described(self) -> str:
        """How many characters the names are made of."""
        return f"characters: {len(self.codec.alphabet)}"

    def glimpse(self) -> list[str]:
        """Some new names on a line."""
        if not self.is_bounded():
            return []
        # One batch is enough: a network that has not learnt yet seldom ends a name.
        batch = next(self.model().draws(seed=self.trainer.epoch, choice=Choice()))
        new = list(dict.fromkeys(name.text for name in batch if name.novel))
        return [", ".join(new[:5])] if new else []


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


def _refuse_too_many(items: Sequence[Encoded], size: int) -> None:
    chances = size * sum(item.steps for item in items)
    if chances > _MOST_CHANCES:
        raise UsageError(
            f"the list is too long for --distill: {chances:,} chances to remember",
            hint="leave out --distill: it helps where there is little to learn from",
        )
