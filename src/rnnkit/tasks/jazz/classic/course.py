# SPDX-License-Identifier: Apache-2.0
"""The course's network: it reads a value and says the next.

    input    the value before, one-hot
    LSTM     64 units
    output   softmax over all values

It is the one network and the one training of the engine. Sixty windows of thirty
values are drawn from the licks and learnt by heart in a hundred rounds (Adam, 0.01,
falling as the course's Keras lets it fall), in about two seconds, whenever it is asked
to play: there is nothing to ship. Then it says fifty values, each the likeliest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from rnnkit.engine import (
    Adam,
    Category,
    Choice,
    Head,
    NetworkConfig,
    Recurrence,
    RecurrentNetwork,
    Trainer,
    TrainingSettings,
    read,
    sample,
)
from rnnkit.engine.arrays import Array, BoolArray, IntArray
from rnnkit.engine.training import EpochDone
from rnnkit.errors import TrainingError
from rnnkit.models.sequence import Encoded, batches_of
from rnnkit.tasks.jazz.classic.grammar import Value

WINDOWS, STEPS, BATCH = 60, 30, 32
HIDDEN = 64
EPOCHS = 100
SAID = 50

_RATE, _DECAY = 0.01, 0.01
_VALUE, _NEXT = "value", "next value"


class CourseNetwork:
    """A network that has learnt some values by heart.

    Attributes:
        values: all there are, each once, by their text.
        loss: at the end of the training, in nats a value.
    """

    def __init__(
        self,
        heard: Sequence[Value],
        *,
        seed: int,
        progress: Callable[[int, float], None] | None = None,
    ) -> None:
        """Learn.

        Args:
            heard: what to learn, in its order.
            seed: of the first weights and the windows.
            progress: is told the rounds that are done, and the loss.

        Raises:
            ValueError: there are fewer values than a window holds.
            TrainingError: the loss is no longer a finite number.
        """
        if len(heard) <= STEPS:
            raise ValueError(f"{len(heard)} values do not fill a window of {STEPS}")
        self.values = sorted(set(heard), key=str)
        self.loss = np.inf
        windows, weights, dropout = np.random.default_rng(seed).spawn(3)
        size = len(self.values)
        # One symbol more stands for the beginning, where the course reads zeros.
        config = NetworkConfig(
            [Category(_VALUE, size + 1)],
            [Head(_NEXT, size)],
            Recurrence("lstm", HIDDEN),
        )
        self._network = RecurrentNetwork(config, generator=weights)
        batches = batches_of(self._windows(heard, windows), BATCH)
        trainer = Trainer(
            self._network,
            Adam(self._network.parameters),
            TrainingSettings(
                EPOCHS,
                learning_rate=_RATE,
                schedule=lambda step: 1 / (1 + _DECAY * step),
                clip_norm=None,
            ),
            batches=lambda epoch: batches,
            validation=batches[:1],
            generator=dropout,
        )
        for event in trainer.run():
            if isinstance(event, EpochDone):
                self.loss = event.train_loss
                if progress is not None:
                    progress(event.epoch, event.train_loss)
        if not np.isfinite(self.loss):
            raise TrainingError(
                "the loss is no longer a finite number", hint="give another --seed"
            )

    def say(
        self, count: int, generator: np.random.Generator, *, temperature: float = 0.0
    ) -> list[Value]:
        """Say so many values, from the beginning.

        Args:
            temperature: 0 always takes the likeliest, as the course does.
        """
        beginning = np.array([len(self.values)])
        (said,) = sample(
            self._network,
            read(self._network, {_VALUE: beginning}),
            _GoingOn(),
            choice=Choice(temperature),
            generator=generator,
            max_steps=count,
        )
        return [self.values[number] for number in said.symbols[_NEXT].tolist()]

    def _windows(
        self, heard: Sequence[Value], generator: np.random.Generator
    ) -> list[Encoded]:
        numbers = {value: number for number, value in enumerate(self.values)}
        symbols = np.array([numbers[value] for value in heard])
        starts = generator.integers(len(heard) - STEPS, size=WINDOWS)
        return list(self._encoded(symbols[start : start + STEPS] for start in starts))

    def _encoded(self, windows: Iterator[IntArray]) -> Iterator[Encoded]:
        for window in windows:
            read_before = np.concatenate([[len(self.values)], window[:-1]])
            yield Encoded({_VALUE: read_before}, {_NEXT: window})


class _GoingOn:
    """What was said is read next, and nothing ends by itself."""

    def allowed(self, head: str, step: int) -> BoolArray | None:
        return None

    def follow(
        self, drawn: Mapping[str, IntArray], step: int
    ) -> tuple[Mapping[str, Array], BoolArray]:
        return {_VALUE: drawn[_NEXT]}, np.ones(len(drawn[_NEXT]), bool)
