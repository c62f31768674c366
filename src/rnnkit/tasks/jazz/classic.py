# SPDX-License-Identifier: Apache-2.0
"""Improvising in the way of the course, to hear how far that goes.

An LSTM of 64 units learns which value of the grammar follows which (``grammar.py``),
from 60 windows of 30 values, in 100 steps. For each bar it says fifty values, from
nothing; it is not told the chord. Rules then turn them into notes that fit the chord:

    values -> approaches and others become chord tones -> lengths to quarters of a beat
    -> pitches, by chance within the grammar -> second of equal pairs out -> one at once

In one point it is kinder than the course, where the fifty values of a bar sound on over
the bars after it, two and more at a time: here the next bar cuts them off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from rnnkit.engine import (
    OPTIMIZERS,
    Batch,
    Category,
    Choice,
    Head,
    NetworkConfig,
    Recurrence,
    RecurrentNetwork,
    Trainer,
    TrainingSettings,
    read,
    speak,
)
from rnnkit.engine.arrays import Array, BoolArray, IntArray
from rnnkit.errors import InputError, ModelError, printable
from rnnkit.models.sequence import Encoded, batch_of
from rnnkit.models.storage import StoredModel, load_model, save_model
from rnnkit.tasks.jazz.grammar import (
    CHORD,
    Value,
    cleaned_up,
    pruned,
    quantised,
    simplified,
    unparsed,
    values_of,
)
from rnnkit.tasks.jazz.progression import Progression
from rnnkit.tasks.jazz.solo import TICKS_A_BEAT, Harmony, Solo, one_at_a_time

TASK = "classic jazz"

UNITS = 64
WINDOWS = 60
WINDOW = 30
EPOCHS = 100
VALUES_A_BAR = 50

_LEARNING_RATE, _SLOWING = 0.01, 0.01
_BEGINNING = 0
"""The symbol that stands before the first value."""

_INPUT, _HEAD = "value", "next value"
_FIRST = Value(CHORD, TICKS_A_BEAT // 4)
"""What every bar begins with."""


class ClassicModel:
    """A network that says values of the grammar.

    Attributes:
        stored: what its file holds.
        vocabulary: the values, in the order of the symbols of the head.
    """

    def __init__(self, stored: StoredModel, vocabulary: Sequence[Value]) -> None:
        self.stored = stored
        self.vocabulary = tuple(vocabulary)

    @classmethod
    def load(cls, path: Path) -> ClassicModel:
        """Read a model file.

        Raises:
            ModelError: it cannot be read, is damaged, or is another kind of model.
        """
        stored = load_model(path, TASK)
        try:
            vocabulary = [Value.read(str(value)) for value in stored.codec["values"]]
            if stored.network.config != _configuration(len(vocabulary)):
                raise ValueError("its network and its values disagree")
        except (KeyError, TypeError, ValueError) as failure:
            raise ModelError(
                f"'{printable(path, 200)}' is not a model of values: "
                f"{printable(failure)}",
                hint="train one with 'rnnkit train jazz --classic SOLOS --out MODEL'",
            ) from failure
        return cls(stored, vocabulary)

    def save(self, path: Path, *, force: bool = False) -> None:
        """Write a model file.

        Raises:
            OutputError: it cannot be written.
        """
        save_model(path, self.stored, force=force, half=True)

    def values(
        self, count: int, generator: np.random.Generator, *, temperature: float = 1.0
    ) -> list[list[Value]]:
        """Fifty values for each of so many bars."""
        network = self.stored.network
        drawn = [
            spoken.symbols[_HEAD]
            for spoken in speak(
                network,
                read(network, {_INPUT: np.array([_BEGINNING])}),
                _SaidIsRead(),
                choice=Choice(temperature),
                generator=generator,
                count=count,
                max_steps=VALUES_A_BAR,
            )
        ]
        return [
            [self.vocabulary[symbol] for symbol in bar]
            for bar in np.stack(drawn, axis=1).tolist()
        ]


class _SaidIsRead:
    """What sampling feeds back: the value that was drawn."""

    def allowed(self, head: str, step: int) -> BoolArray | None:
        return None

    def follow(
        self, drawn: Mapping[str, IntArray], step: int
    ) -> tuple[Mapping[str, Array], BoolArray]:
        symbols = drawn[_HEAD]
        return {_INPUT: symbols + 1}, np.ones(len(symbols), bool)


def classic_solo(
    progression: Progression,
    generator: np.random.Generator,
    *,
    model: ClassicModel,
    tempo: float = 130.0,
    temperature: float = 1.0,
) -> Solo:
    """Improvise over a progression in the way of the course.

    Args:
        model: says the values.
        tempo: beats a minute; the notes do not depend on it.
        temperature: how freely values are drawn; 0: always the likeliest, which is the
            same in every bar.

    Raises:
        InputError: the progression has no chord.
    """
    harmony = Harmony.of(progression.harmony(), beats_a_bar=progression.beats)
    return classic_over(
        harmony, generator, model=model, tempo=tempo, temperature=temperature
    )


def classic_over(
    harmony: Harmony,
    generator: np.random.Generator,
    *,
    model: ClassicModel,
    tempo: float = 130.0,
    temperature: float = 1.0,
) -> Solo:
    """The same over a harmony, from its first beat to its last."""
    start = harmony.first * TICKS_A_BEAT
    bars = range(start, harmony.end, harmony.ticks_a_bar)
    notes = []
    said = model.values(len(bars), generator, temperature=temperature)
    for first, values in zip(bars, said, strict=True):
        played = quantised(simplified([_FIRST, *values]), generator)
        notes += pruned(unparsed(played, harmony, first, generator))
    sounding = [note for note in cleaned_up(notes) if note[0] < harmony.end]
    return Solo("", one_at_a_time(sounding), harmony, tempo)


class ClassicTraining:
    """A training in the way of the course, from solos to the finished model.

    Nothing is held back to judge it by: the course does not.

    Attributes:
        trainer: to be run.
        values: how many values the solos have, and how many different ones.

    Args:
        solos: whose values are learnt.
        seed: of the first weights, and of where the windows begin.

    Raises:
        InputError: they have fewer values than a window.
    """

    def __init__(
        self, solos: Sequence[Solo], *, seed: int, epochs: int = EPOCHS
    ) -> None:
        said = [value for solo in solos for bar in values_of(solo) for value in bar]
        if len(said) < WINDOW:
            raise InputError(
                f"the solos have {len(said)} values: too few",
                hint=f"give solos with at least {WINDOW} notes",
            )
        self._vocabulary = sorted(set(said), key=str)
        self.values = {"all": len(said), "different": len(self._vocabulary)}
        self._settings = {"epochs": epochs, "seed": seed, "values": self.values}
        symbol = {value: number for number, value in enumerate(self._vocabulary)}
        symbols = np.array([symbol[value] for value in said])
        weights, starts, rest = np.random.default_rng(seed).spawn(3)
        network = RecurrentNetwork(
            _configuration(len(self._vocabulary)), generator=weights
        )
        batch = _windows(symbols, starts)
        self.trainer = Trainer(
            network,
            OPTIMIZERS["adam"](network.parameters),
            TrainingSettings(
                epochs=epochs,
                learning_rate=_LEARNING_RATE,
                schedule=lambda step: 1 / (1 + _SLOWING * step),
            ),
            batches=lambda epoch: [batch],
            validation=[batch],
            generator=rest,
        )

    def model(self) -> ClassicModel:
        """The network as it is now, with the loss on what it learnt, nats a value."""
        stored = StoredModel(
            task=TASK,
            network=self.trainer.network,
            codec={"values": [str(value) for value in self._vocabulary]},
            training=self._settings,
            metrics={"train_loss": self.trainer.history[-1][1]},
        )
        return ClassicModel(stored, self._vocabulary)


def _configuration(values: int) -> NetworkConfig:
    return NetworkConfig(
        inputs=[Category(_INPUT, values + 1)],
        heads=[Head(_HEAD, values)],
        recurrence=Recurrence("lstm", UNITS),
    )


def _windows(symbols: IntArray, generator: np.random.Generator) -> Batch:
    """Windows that begin anywhere, read from nothing."""
    starts = generator.integers(len(symbols) - WINDOW + 1, size=WINDOWS)
    items = []
    for start in starts.tolist():
        window = symbols[start : start + WINDOW]
        before = np.concatenate([[_BEGINNING], window[:-1] + 1])
        items.append(Encoded({_INPUT: before}, {_HEAD: window}))
    return batch_of(items)
