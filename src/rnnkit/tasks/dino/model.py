# SPDX-License-Identifier: Apache-2.0
"""What one does with a model that has learnt names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnkit.engine import (
    Choice,
    Packing,
    Sampled,
    Speaker,
    Start,
    beam_search,
    sample,
    surprise,
)
from rnnkit.engine.arrays import Array, BoolArray, IntArray
from rnnkit.errors import ModelError, UsageError, printable
from rnnkit.models.alphabet import BORDER, HEAD, INPUT
from rnnkit.models.fingerprints import Fingerprints, Seen
from rnnkit.models.mixture import Mixture
from rnnkit.models.sequence import surprises
from rnnkit.models.storage import StoredModel, load_model, save_model
from rnnkit.tasks.dino.codec import NameCodec
from rnnkit.tasks.dino.inspection import Inspection, inspect

TASK = "dino"

_FIRST_BATCH = 32
_LARGEST_BATCH = 1024
_SCORED_AT_ONCE = 256
_BARREN_BATCHES = 16
"""After so many batches without a single new name, there are none to be found."""


@dataclass(frozen=True)
class Name:
    """A name that was made up.

    Attributes:
        text: the name.
        nll: how surprising it is to the model: nats per character, its end included.
        novel: it is not in the list that the model learnt from.
    """

    text: str
    nll: float
    novel: bool


@dataclass(frozen=True)
class ScoredName:
    """How surprising a name is.

    Attributes:
        text: the name as given.
        nll: nats per character, its end included.
        characters: each character with its nats; the last one, "", is the end.
    """

    text: str
    nll: float
    characters: list[tuple[str, float]]


class _Beginning(NamedTuple):
    """The network after reading the beginning of a name.

    Attributes:
        text: what was read, in small letters if the model folds them.
        nats: how surprising it was in all.
        start: where to go on from.
    """

    text: str
    nats: float
    start: Start


class _Letters:
    """What sampling feeds back: the letter that was drawn, until the name ends.

    Args:
        size: how many symbols there are.
        shortest: letters before which it may not end.
        longest: letters after which it has to end; none: it is cut off instead.
    """

    def __init__(self, size: int, *, shortest: int, longest: int | None = None) -> None:
        self._the_end = np.arange(size) == BORDER
        self._shortest = shortest
        self._longest = longest

    def allowed(self, head: str, step: int) -> BoolArray | None:
        if step < self._shortest:
            return ~self._the_end
        return self._the_end if step == self._longest else None

    def follow(
        self, drawn: Mapping[str, IntArray], step: int
    ) -> tuple[Mapping[str, Array], BoolArray]:
        goes_on = drawn[HEAD] != BORDER
        return {INPUT: drawn[HEAD][goes_on]}, goes_on


class NameModel:
    """A network, the codec of its names, and the fingerprints of those it knows.

    Attributes:
        stored: what its file holds.
        network: that has learnt names.
        codec: of the names.
        known: those that it learnt from.
        mixture: of the network and counting, which then speaks in its place.
    """

    def __init__(
        self,
        stored: StoredModel,
        codec: NameCodec,
        known: Fingerprints,
        *,
        mixture: Mixture | None = None,
    ) -> None:
        self.stored = stored
        self.network = stored.network
        self.codec = codec
        self.known = known
        self.mixture = mixture
        self._speaker: Speaker = self.network if mixture is None else mixture

    @classmethod
    def load(cls, path: Path) -> NameModel:
        """Read a model file.

        Raises:
            ModelError: it cannot be read, is damaged, or is not a model of names.
        """
        return cls.of(load_model(path, TASK), path)

    @classmethod
    def of(cls, stored: StoredModel, path: Path) -> NameModel:
        """The model that a file held.

        Raises:
            ModelError: it is not a model of names.
        """
        try:
            codec = NameCodec.from_dict(stored.codec)
            codec.check(stored.network.config)
            known = Fingerprints.from_array(stored.extra["known"])
            mixture = Mixture.from_arrays(
                stored.network, stored.extra, input=INPUT, head=HEAD
            )
        except (KeyError, ValueError) as failure:
            raise ModelError(
                f"'{printable(path, 200)}' is not a model of names: "
                f"{printable(failure)}",
                hint="train one with 'rnnkit train dino NAMES.txt --out MODEL'",
            ) from failure
        return cls(stored, codec, known, mixture=mixture)

    def save(self, path: Path, *, force: bool = False) -> None:
        """Write a model file.

        Raises:
            OutputError: it cannot be written.
        """
        save_model(path, self.stored, force=force)

    def is_known(self, text: str) -> bool:
        """Whether a name was in the list, however its capitals are written."""
        return self.codec.fold(text) in self.known

    def sample(
        self,
        count: int,
        *,
        seed: int,
        choice: Choice | None = None,
        prefix: str = "",
        min_length: int = 1,
        max_length: int | None = None,
        allow_known: bool = False,
    ) -> Iterator[Name]:
        """Make up names, each of them once.

        They come one by one, in the same order whatever ``count`` is, and in constant
        memory. There may be fewer than ``count``: when a thousand tries and more in a
        row give nothing new, the model has no more to say.

        Args:
            choice: how characters are chosen; none: as likely as the model says.
            prefix: how all names begin.
            min_length: characters of the shortest.
            max_length: characters of the longest; none: half as long again as the
                longest of the list.
            allow_known: give names of the list, too.

        Raises:
            UsageError: the prefix cannot be continued, or no length is left.
        """
        choice = choice or Choice()
        batches = self.draws(
            seed=seed,
            choice=choice,
            prefix=prefix,
            min_length=min_length,
            max_length=max_length,
        )
        seen = Seen()
        found = barren = 0
        for batch in batches:
            barren += 1
            for name in batch:
                if found == count:
                    return
                if (name.novel or allow_known) and seen.add(name.text):
                    barren = 0
                    found += 1
                    yield name
            # At temperature 0 every draw is the same.
            if barren == _BARREN_BATCHES or choice.temperature == 0:
                return

    def draws(
        self,
        *,
        seed: int,
        choice: Choice,
        prefix: str = "",
        min_length: int = 1,
        max_length: int | None = None,
    ) -> Iterator[list[Name]]:
        """Names as the model makes them up, known or not, again and again.

        They come in batches that grow, for ever. Names that are not finished within
        ``max_length``, or that begin or end with a blank, are left out.

        Raises:
            UsageError: the prefix cannot be continued, or no length is left.
        """
        beginning = self._begin(prefix)
        length = len(beginning.text)
        limit = self._limit(beginning, min_length, max_length)
        feedback = _Letters(self.codec.size, shortest=max(min_length, 1) - length)
        generator = np.random.default_rng(seed)
        size = _FIRST_BATCH
        while True:
            drawn = sample(
                self._speaker,
                beginning.start,
                feedback,
                choice=choice,
                generator=generator,
                count=size,
                max_steps=limit - length + 1,
            )
            names = [self._finish(beginning, one) for one in drawn]
            yield [name for name in names if name is not None]
            size = min(2 * size, _LARGEST_BATCH)

    def likeliest(
        self,
        count: int,
        *,
        width: int,
        prefix: str = "",
        min_length: int = 1,
        max_length: int | None = None,
    ) -> list[Name]:
        """The likeliest names that begin with ``prefix``, best first, by beam search.

        Args:
            width: how many candidates are followed at once.

        Raises:
            UsageError: the prefix cannot be continued, or no length is left.
        """
        beginning = self._begin(prefix)
        length = len(beginning.text)
        limit = self._limit(beginning, min_length, max_length)
        found = beam_search(
            self._speaker,
            beginning.start,
            _Letters(
                self.codec.size,
                shortest=max(min_length, 1) - length,
                longest=limit - length,
            ),
            width=max(width, count),
            max_steps=limit - length + 1,
        )
        names = [self._finish(beginning, one) for one in found]
        return [name for name in names if name is not None][:count]

    def score(self, texts: Iterable[str]) -> Iterator[ScoredName]:
        """How surprising names are to the model, character by character.

        Raises:
            UsageError: a text is empty, or has a character the model never saw.
        """
        waiting = iter(texts)
        while part := list(islice(waiting, _SCORED_AT_ONCE)):
            if "" in part:
                raise UsageError("an empty name cannot be scored", hint="give a name")
            encoded = [self.codec.encode(text) for text in part]
            found = surprises(self._speaker, encoded, HEAD)
            for text, nats in zip(part, found, strict=True):
                characters = [*self.codec.fold(text), ""]
                pairs = list(zip(characters, nats.tolist(), strict=True))
                yield ScoredName(text, float(nats.mean()), pairs)

    def inspect(self, text: str) -> Inspection:
        """Read a name and tell what goes on inside the network.

        Raises:
            UsageError: the text is empty, or has a character the model never saw.
        """
        if not text:
            raise UsageError("an empty name cannot be inspected", hint="give a name")
        return inspect(self.network, self.codec, text)

    def _begin(self, prefix: str) -> _Beginning:
        symbols = self.codec.symbols(prefix)
        inputs = {INPUT: np.concatenate([[BORDER], symbols])}
        packing = Packing.of([len(symbols) + 1])
        (said, state), _ = self._speaker.forward(inputs, packing)
        logits = said[HEAD]
        nats = surprise(logits[:-1], symbols).sum()
        start = Start({HEAD: logits[-1:]}, state)
        return _Beginning(self.codec.fold(prefix), float(nats), start)

    def _finish(self, beginning: _Beginning, drawn: Sampled) -> Name | None:
        """The name that was drawn; none if it was cut off or cannot be written.

        That is: it has blanks at its ends, or people would write it in other symbols
        (an e and an accent instead of é).
        """
        symbols = drawn.symbols[HEAD]
        folded = beginning.text + self.codec.decode(symbols)
        text = self.codec.restore(folded)
        if (
            not drawn.ended
            or folded != folded.strip()
            or self.codec.fold(text) != folded
        ):
            return None
        nats = beginning.nats - drawn.log_likelihood
        return Name(
            text=text,
            nll=nats / (len(folded) + 1),
            novel=folded not in self.known,
        )

    def _limit(
        self, beginning: _Beginning, min_length: int, max_length: int | None
    ) -> int:
        """The largest number of characters."""
        usual = self.codec.longest + self.codec.longest // 2
        least = max(min_length, len(beginning.text))
        limit = max(usual, least) if max_length is None else max_length
        if limit < least:
            raise UsageError(
                f"no name can have at least {least} and at most {limit} characters",
                hint=f"give --max-length {least} or more, or ask for shorter names",
            )
        return limit
