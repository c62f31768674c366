# SPDX-License-Identifier: Apache-2.0
"""Reading two loss curves for somebody who has not read many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_CLEARLY_WORSE = 0.02
"""Nats above its best at which a validation loss is said to rise."""

_WIDE_GAP = 0.25
"""Nats between training and validation at which a network is said to memorise."""

_STILL_FALLING = 0.002
"""Nats gained over the last fifth of the epochs at which more would help.

Little is enough: a schedule that ends with small steps gains little at its end."""

_FEWEST_EPOCHS = 4
"""Epochs from which on a curve can be read."""


@dataclass(frozen=True)
class Wording:
    """How to speak of what is learnt: usually a list of names.

    Attributes:
        data: what it is.
        unit: what it is counted in.
        new: what surprises the network that it did not learn from.
        old: what it did learn from.
        whole: all of that.
        more: what could be added.
    """

    data: str = "names"
    unit: str = "names"
    new: str = "new names surprise"
    old: str = "those it learnt"
    whole: str = "the list"
    more: str = "names"


@dataclass(frozen=True)
class Curves:
    """The losses of a finished training, in nats.

    Attributes:
        history: training and validation loss of each epoch.
        train: of the kept network on what it learnt from.
        validation: of the kept network on what it did not.
        baseline: of a bigram model on the same.
        kneser_ney: of a Kneser-Ney model on the same; none: there is none.
        share: how much of the finished model is that one's; none: it was not asked to
            be part of it.
        wording: how to speak of what is learnt.
    """

    history: Sequence[tuple[float, float]]
    train: float
    validation: float
    baseline: float
    kneser_ney: float | None = None
    share: float | None = None
    wording: Wording = Wording()

    def advice(self) -> list[str]:
        """What happened and what to try, a sentence or two each."""
        said = []
        new, old = self.wording.new, self.wording.old
        if self.validation >= self.baseline and self._training_rises():
            return [
                "It learns nothing: even the training loss rises. Try a lower "
                "--learning-rate."
            ]
        if self.validation >= self.baseline:
            said.append(
                "It does not beat counting pairs of letters (the bigram): it has not "
                "learnt yet. Try more epochs, or a higher --learning-rate."
            )
        gap = self.validation - self.train
        rose = self.history[-1][1] > self.validation + _CLEARLY_WORSE
        best = f"its best epoch ({self._best_epoch()} of {len(self.history)}, kept)"
        if rose and gap < _CLEARLY_WORSE:
            said.append(
                f"It grew worse after {best}, and not by learning {self.wording.whole} "
                "by heart. Try a lower --learning-rate."
            )
        elif rose or gap > _WIDE_GAP:
            how = f"and it grew worse after {best}" if rose else "but it grew no worse"
            said.append(
                f"It overfits: {new} it {gap:.2f} nats more than {old}, {how}. Try "
                f"more --dropout, fewer --hidden units, or more {self.wording.more}."
            )
        elif len(self.history) < _FEWEST_EPOCHS:
            said.append("These are few epochs to judge it by. Try more --epochs.")
        elif self._still_falls():
            said.append(
                f"It underfits: its last epochs were its best, and {new} it hardly "
                f"more than {old}. Try more --epochs, more --hidden units, or less "
                "--dropout."
            )
        if not said:
            said.append(
                f"It fits well: {new} it hardly more than {old}, and more epochs "
                "would not help."
            )
        return said + self._about_counting()

    def _about_counting(self) -> list[str]:
        """How the network and the Kneser-Ney model get on."""
        if self.kneser_ney is None:
            return []
        if self.share is None:
            better_by = self.validation - self.kneser_ney
            if better_by < 0 or self.validation >= self.baseline:
                return []
            return [
                "It does not beat counting longer runs of letters (Kneser-Ney is "
                f"{better_by:.2f} nats better). Try --mix auto, which lets both speak."
            ]
        if self.share == 0:
            return ["Kneser-Ney would not make it better, and was left out."]
        return []

    def _best_epoch(self) -> int:
        validation = [loss for _, loss in self.history]
        return validation.index(min(validation)) + 1

    def _training_rises(self) -> bool:
        return self.history[-1][0] > self.history[0][0]

    def _still_falls(self) -> bool:
        """Whether the last fifth of the epochs brought the best one, and a gain."""
        validation = [loss for _, loss in self.history]
        before = validation[: -max(1, len(validation) // 5)]
        return min(before) - min(validation) > _STILL_FALLING
