# SPDX-License-Identifier: Apache-2.0
"""Letting a network learn from counting as well as from what came.

A short list says of each beginning how one name went on, and nothing of how it might
have. Counting (Kneser-Ney) has an opinion on that, and a network that is taught both
at once makes fewer mistakes than either teacher: of every target, a share is spread
over all symbols as counting would (Hinton et al., 2015, "Distilling the knowledge in
a neural network", arXiv:1503.02531).

A teacher must not have seen what it speaks about, or it says no more than the target
itself. So the items are parted in folds, and the n-grams that speak about one fold
were counted on all the others.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnkit.engine.arrays import FloatArray
from rnnkit.models.kneser_ney import KneserNey
from rnnkit.models.sequence import Encoded

FOLDS = 10


def distilled(
    items: Sequence[Encoded],
    share: float,
    *,
    input: str,
    head: str,
    size: int,
    seed: int,
) -> list[Encoded]:
    """The same items, whose targets follow counting in part.

    Args:
        items: two or more, with symbols as targets of the head.
        share: of each target that counting decides on, from 0 to 1.
        input: whose symbols are counted.
        head: what comes next in that input.
        size: V, how many symbols there are.
        seed: of the folds.

    Returns:
        Items whose targets are distributions, float32, (T, V).
    """
    folds = min(FOLDS, len(items))
    fold_of = np.random.default_rng(seed).permutation(len(items)) % folds
    pairs = [(item.inputs[input], item.targets[head]) for item in items]
    found: list[FloatArray] = [np.empty(0)] * len(items)
    for fold in range(folds):
        here = np.flatnonzero(fold_of == fold).tolist()
        others = np.flatnonzero(fold_of != fold).tolist()
        teacher = KneserNey.fit([pairs[i] for i in others], size=size)
        spoken = teacher.expected([pairs[i] for i in here])
        ends = np.cumsum([items[i].steps for i in here])[:-1]
        for i, chances in zip(here, np.split(spoken, ends), strict=True):
            targets = share * chances
            targets[np.arange(len(targets)), items[i].targets[head]] += 1 - share
            found[i] = targets.astype(np.float32)
    return [
        item._replace(targets={**item.targets, head: targets})
        for item, targets in zip(items, found, strict=True)
    ]
