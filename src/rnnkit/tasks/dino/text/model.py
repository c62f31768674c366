# SPDX-License-Identifier: Apache-2.0
"""What one does with a model that has learnt a text: let it write on, and judge."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnkit.engine import Choice, Packing, Speaker, Start, speak, surprise
from rnnkit.engine.arrays import Array, BoolArray, FloatArray, IntArray
from rnnkit.errors import ModelError, UsageError, printable
from rnnkit.models.alphabet import BORDER, HEAD, INPUT
from rnnkit.models.mixture import Mixture
from rnnkit.models.storage import StoredModel, load_model, save_model
from rnnkit.tasks.dino.codec import LONGEST_NAME
from rnnkit.tasks.dino.inspection import Inspection, inspect
from rnnkit.tasks.dino.model import TASK
from rnnkit.tasks.dino.text.codec import TextCodec

LONGEST_SHOWN = LONGEST_NAME
"""Characters. A longer text is judged as a whole, not character by character."""

_READ_AT_ONCE = 2048


class Reading(NamedTuple):
    """How far a text has been read.

    Attributes:
        length: characters read so far.
        nats: how surprising they were in all.
        surprises: of each of those that were read last.
        start: where to go on from.
    """

    length: int
    nats: float
    surprises: FloatArray
    start: Start


@dataclass(frozen=True)
class Passage:
    """A text that goes on from a prompt.

    Attributes:
        text: the prompt, and what was written on from it.
        nll: how surprising it is to the model, nats per character.
        novel: always None: of a passage nobody knows where it could have been before.
    """

    text: str
    nll: float
    novel: None = None


@dataclass(frozen=True)
class ScoredText:
    """How surprising a text is.

    Attributes:
        text: as given; none if it is longer than :data:`LONGEST_SHOWN`.
        length: how many characters it has.
        nll: nats per character.
        characters: each character with its nats; none if there are too many.
    """

    text: str | None
    length: int
    nll: float
    characters: list[tuple[str, float]] | None

    @property
    def bits(self) -> float:
        """The same as ``nll``, in bits."""
        return self.nll / math.log(2)


class _Onward:
    """What sampling feeds back: the character that was drawn. There is no end."""

    def allowed(self, head: str, step: int) -> BoolArray | None:
        return None

    def follow(
        self, drawn: Mapping[str, IntArray], step: int
    ) -> tuple[Mapping[str, Array], BoolArray]:
        return {INPUT: drawn[HEAD]}, np.ones(len(drawn[HEAD]), bool)


class TextModel:
    """A network, and the codec of its text.

    Attributes:
        stored: what its file holds.
        network: that has learnt a text.
        codec: of the text.
        mixture: of the network and counting, which then speaks in its place.
    """

    def __init__(
        self, stored: StoredModel, codec: TextCodec, *, mixture: Mixture | None = None
    ) -> None:
        self.stored = stored
        self.network = stored.network
        self.codec = codec
        self.mixture = mixture
        self._speaker: Speaker = self.network if mixture is None else mixture

    @classmethod
    def load(cls, path: Path) -> TextModel:
        """Read a model file.

        Raises:
            ModelError: it cannot be read, is damaged, or is not a model of text.
        """
        return cls.of(load_model(path, TASK), path)

    @classmethod
    def of(cls, stored: StoredModel, path: Path) -> TextModel:
        """The model that a file held.

        Raises:
            ModelError: it is not a model of text.
        """
        try:
            codec = TextCodec.from_dict(stored.codec)
            codec.check(stored.network.config)
            mixture = Mixture.from_arrays(
                stored.network, stored.extra, input=INPUT, head=HEAD
            )
        except (KeyError, ValueError) as failure:
            raise ModelError(
                f"'{printable(path, 200)}' is not a model of running text: "
                f"{printable(failure)}",
                hint="train one with 'rnnkit train dino --text BOOK.txt --out MODEL'",
            ) from failure
        return cls(stored, codec, mixture=mixture)

    def save(self, path: Path, *, force: bool = False) -> None:
        """Write a model file.

        Raises:
            OutputError: it cannot be written.
        """
        save_model(path, self.stored, force=force)

    def read(self, text: str) -> Iterator[Reading]:
        """Read a text from a line break on, and tell again and again how far it is.

        It takes the same memory for a line and for a book.

        Raises:
            UsageError: the text has a character the model never saw.
        """
        symbols = self.codec.symbols(text)
        read = np.concatenate([[BORDER], symbols])
        nats, state = 0.0, None
        for first in range(0, len(read), _READ_AT_ONCE):
            window = read[first : first + _READ_AT_ONCE]
            packing = Packing.of([len(window)])
            (said, state), _ = self._speaker.forward(
                {INPUT: window}, packing, state=state
            )
            # What is expected after the last character of all remains to be seen.
            after = symbols[first : first + len(window)]
            surprises = surprise(said[HEAD][: len(after)], after)
            nats += float(surprises.sum())
            start = Start({HEAD: said[HEAD][-1:]}, state)
            yield Reading(first + len(after), nats, surprises, start)

    def write(
        self, start: Start, *, length: int, seed: int, number: int = 0, choice: Choice
    ) -> Iterator[tuple[str, float]]:
        """Go on from what was read, one character after another, each with its nats.

        It takes the same memory for any length.

        Args:
            start: of :class:`Reading`.
            length: how many characters.
            number: of the continuation: those of one seed are all different.
            choice: how characters are chosen.
        """
        for spoken in speak(
            self._speaker,
            start,
            _Onward(),
            choice=choice,
            generator=np.random.default_rng([seed, number]),
            max_steps=length,
        ):
            character = self.codec.characters[int(spoken.symbols[HEAD][0])]
            yield character, -float(spoken.log_likelihood[0])

    def passage(self, length: int, *, seed: int, choice: Choice) -> str:
        """Some characters written from a line break on."""
        (reading,) = self.read("")
        written = self.write(reading.start, length=length, seed=seed, choice=choice)
        return "".join(character for character, _ in written)

    def scored(self, text: str, reading: Reading) -> ScoredText:
        """How surprising a text is that was read to its end.

        Raises:
            UsageError: the text is empty.
        """
        if not reading.length:
            raise UsageError("an empty text cannot be scored", hint="give a text")
        characters = None
        if short := reading.length <= LONGEST_SHOWN:
            nats = reading.surprises.tolist()
            characters = list(zip(self.codec.fold(text), nats, strict=True))
        return ScoredText(
            text=text if short else None,
            length=reading.length,
            nll=reading.nats / reading.length,
            characters=characters,
        )

    def score(self, text: str) -> ScoredText:
        """How surprising a text is.

        Raises:
            UsageError: the text is empty, or has a character the model never saw.
        """
        *_, last = self.read(text)
        return self.scored(text, last)

    def inspect(self, text: str) -> Inspection:
        """Read a line and tell what goes on inside the network.

        Raises:
            UsageError: it is empty, too long, or has a character the model never saw.
        """
        if not text:
            raise UsageError("an empty text cannot be inspected", hint="give a text")
        if len(text) > LONGEST_SHOWN:
            raise UsageError(
                f"'{printable(text)}' is too long: {len(text):,} characters",
                hint=f"give at most {LONGEST_SHOWN:,} characters",
            )
        return inspect(self.network, self.codec, text)
