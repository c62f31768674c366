# SPDX-License-Identifier: Apache-2.0
"""What one does with a model that has learnt emoji.

A file holds the network, the labels, the words with a learnt vector, the lexicon, and
the weights of the three voices. It does not hold the word vectors: those that come with
rnnkit, or a file of one's own, are found by name, and must be the same as in training.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnnkit.engine import RecurrentNetwork
from rnnkit.engine.arrays import Array, FloatArray, IntArray
from rnnkit.errors import ModelError, RnnkitError, printable
from rnnkit.models import vector_files
from rnnkit.models.classifier import SymbolAnswers, logits_of, parts, probabilities
from rnnkit.models.storage import StoredModel, load_model, save_model
from rnnkit.models.vectors import WordVectors
from rnnkit.tasks.emojify.combination import VOICES, Voices
from rnnkit.tasks.emojify.course_codec import CourseCodec
from rnnkit.tasks.emojify.emoji import NONE
from rnnkit.tasks.emojify.lexicon import Lexicon
from rnnkit.tasks.emojify.packing import (
    packed_lexicon,
    texts_of,
    unpacked_lexicon,
    unpacked_words,
)
from rnnkit.tasks.emojify.reading import VECTOR, Reader, Reading, packed_symbols

TASK = "emojify"

_FEW = 8
"""So few answers are found sooner one by one than by sorting all."""


class Answer(NamedTuple):
    """What a model says of a sentence.

    Attributes:
        emoji: the labels, likeliest first, without "none".
        probabilities: of each.
        none: how likely it is that no emoji fits.
        reading: how the sentence was read.
    """

    emoji: Sequence[str]
    probabilities: Sequence[float]
    none: float
    reading: Reading

    def chosen(self, least: float, threshold: float) -> str | None:
        """The emoji for the sentence; none if it is less likely than ``least``.

        Args:
            threshold: likelier than this, "none" is the answer.
        """
        fits = bool(self.emoji) and self.none < threshold
        return self.emoji[0] if fits and self.probabilities[0] >= least else None


@dataclass(frozen=True)
class Parts:
    """What a model is made of beside its network.

    Attributes:
        architecture: "v1", "v2" or "sentence".
        labels: in the order of the network's answers; ``NONE`` is the last, if there.
        vectors: the name of the word vectors.
        length: words to which sentences are filled up; 0: as they are.
        own: words with a learnt vector.
        threshold: likelier than this, "none" is the answer.
        temperature: what the logits are divided by, where no other voice speaks.
        lexicon: of the labels without "none"; none: the network decides alone.
        centres: what the words of each emoji mean.
        added: words of the lexicon without vectors; they get the centre of an emoji.
        weights: of the voices.
    """

    architecture: str
    labels: Sequence[str]
    vectors: str | None
    length: int = 0
    own: Sequence[str] = ()
    threshold: float = 0.5
    temperature: float = 1.0
    lexicon: Lexicon | None = None
    centres: FloatArray | None = None
    added: Mapping[str, int] = field(default_factory=dict)
    weights: FloatArray | None = None


class EmojiModel:
    """A network, the words it reads, and two more voices.

    Attributes:
        stored: what its file holds.
        parts: beside the network.
        reader: of sentences.
    """

    def __init__(self, stored: StoredModel, parts: Parts, vectors: WordVectors) -> None:
        self.stored = stored
        self.network = stored.network
        self.parts = parts
        self.labels = list(parts.labels)
        self._named = np.array(self.labels, np.object_)
        words = list(vectors.words)
        size = _dimensions(self.network)
        numbers = vectors.numbers[:, :size]
        added = {}
        if parts.centres is not None:
            added = {word: parts.centres[place] for word, place in parts.added.items()}
        if numbers.shape[1] != size or (
            parts.centres is not None and parts.centres.shape[1] != size
        ):
            raise ValueError("its network reads vectors of another size")
        self.reader = Reader(words, numbers, parts.own, added)
        self._course = None
        if parts.architecture != "sentence":
            self._course = CourseCodec.of(vectors, length=parts.length, dimensions=size)
        self._answers = SymbolAnswers(
            self.network, self.reader.symbol_count, self.reader.arrays_of
        )
        self.voices = None
        if parts.lexicon is not None and parts.centres is not None:
            self.voices = Voices(
                parts.lexicon,
                parts.centres,
                self.reader.vectors,
                has_none=self.labels[-1] == NONE,
            )

    @classmethod
    def load(cls, path: Path) -> EmojiModel:
        """Read a model file, and the word vectors that it was trained with.

        Raises:
            ModelError: it cannot be read, is damaged, is no model of emoji, or the
                vectors are not those it was trained with.
        """
        stored = load_model(path, TASK)
        try:
            parts = _parts_of(stored)
            size = _dimensions(stored.network)
        except (KeyError, TypeError, ValueError, IndexError) as failure:
            raise _foreign(path, failure) from failure
        try:
            vectors = vector_files.load(parts.vectors, dimensions=size)
        except RnnkitError as failure:
            raise ModelError(
                f"'{printable(path, 200)}' reads word vectors that are not there: "
                f"{failure.message}",
                hint=failure.hint,
            ) from failure
        if fingerprint(vectors, size) != stored.codec.get("fingerprint"):
            raise ModelError(
                f"'{printable(path, 200)}' was trained with other word vectors than "
                f"{printable(vectors.name)}",
                hint="train it again: rnnkit train emojify -h",
            )
        try:
            return cls(stored, parts, vectors)
        except (KeyError, ValueError) as failure:
            raise _foreign(path, failure) from failure

    def save(self, path: Path, *, force: bool = False) -> None:
        """Write a model file.

        Raises:
            OutputError: it cannot be written.
        """
        save_model(path, self.stored, force=force, half=True)

    def answers(self, sentences: Sequence[str], top: int | None = None) -> list[Answer]:
        """What the model says of each sentence: ``top`` emoji, or all."""
        if not sentences:
            return []
        readings = [self.reader.read(sentence) for sentence in sentences]
        likely = self.likelihoods(sentences, readings)
        none = [0.0] * len(likely)
        if self.labels[-1] == NONE:
            none, likely = likely[:, -1].tolist(), likely[:, :-1]
        order = _largest(likely, top)
        shares = likely[np.arange(len(likely))[:, None], order]
        named = self._named[order]
        return [
            Answer(emoji, chances, nothing, reading)
            if reading.has_words
            else Answer([], [], 1.0, reading)
            for emoji, chances, nothing, reading in zip(
                named.tolist(), shares.tolist(), none, readings, strict=True
            )
        ]

    def likelihoods(
        self, sentences: Sequence[str], readings: Sequence[Reading] | None = None
    ) -> FloatArray:
        """How likely each label is for each sentence, (B, V)."""
        if not sentences:
            return np.zeros((0, len(self.labels)), np.float32)
        if readings is None:
            readings = [self.reader.read(sentence) for sentence in sentences]
        if self._course is not None:
            items = [self._course.arrays(sentence) for sentence in sentences]
            return probabilities(logits_of(self.network, items), self.parts.temperature)
        likely = np.empty((len(readings), len(self.labels)), np.float32)
        for some in parts(np.array([max(1, len(each.rows)) for each in readings])):
            likely[some] = self._together([readings[n] for n in some.tolist()])
        return likely

    def _together(self, readings: Sequence[Reading]) -> FloatArray:
        """How likely each label is for each of a few sentences, (B, V)."""
        packing, symbols = packed_symbols(readings)
        logits = self._answers.logits(symbols, packing)
        weights = self.parts.weights
        if self.voices is None or weights is None:
            return probabilities(logits, self.parts.temperature)
        return self.voices.likelihoods(readings, logits, symbols, packing, weights)


def _largest(likely: FloatArray, top: int | None) -> IntArray:
    """The places of the ``top`` largest numbers of each row, largest first, (B, top).

    All if none is given. Of equal numbers the first stands first.
    """
    if top is None or top > _FEW:
        return np.argsort(-likely, axis=1, kind="stable")[:, :top]
    left, rows = likely.copy(), np.arange(len(likely))
    order = np.empty((len(likely), min(top, likely.shape[1])), np.intp)
    for place in range(order.shape[1]):
        order[:, place] = left.argmax(axis=1)
        left[rows, order[:, place]] = -1
    return order


def stored_model(
    network: RecurrentNetwork,
    parts: Parts,
    vectors: WordVectors,
    *,
    training: Mapping[str, Any],
    metrics: Mapping[str, Any],
) -> StoredModel:
    """What a file of such a model holds."""
    extra: dict[str, Array] = {}
    if parts.own:
        extra["own"] = texts_of(parts.own)
    if parts.lexicon is not None and parts.centres is not None:
        extra |= packed_lexicon(parts.lexicon)
        extra["centres"] = parts.centres.astype(np.float16)
        extra["added.words"] = texts_of(list(parts.added))
        extra["added.emoji"] = np.array(list(parts.added.values()), np.int32)
    if parts.weights is not None:
        extra["weights"] = parts.weights
    codec = {
        "architecture": parts.architecture,
        "labels": list(parts.labels),
        "vectors": parts.vectors,
        "fingerprint": fingerprint(vectors, _dimensions(network)),
        "length": parts.length,
        "threshold": parts.threshold,
        "temperature": parts.temperature,
    }
    return StoredModel(TASK, network, codec, training, metrics, extra)


def _foreign(path: Path, failure: Exception) -> ModelError:
    return ModelError(
        f"'{printable(path, 200)}' is not a model of emoji: {printable(failure)}",
        hint="train one with 'rnnkit train emojify DATA.csv --out MODEL'",
    )


def _dimensions(network: RecurrentNetwork) -> int:
    """How many numbers of each word vector a network reads, from the first.

    Raises:
        KeyError: it reads no vectors.
    """
    return {part.name: part.size for part in network.config.inputs}[VECTOR]


def fingerprint(vectors: WordVectors, dimensions: int) -> str:
    """What tells some word vectors from others, by the numbers that are read of them.

    Args:
        dimensions: how many these are, from the first.
    """
    numbers = vectors.numbers[:, :dimensions]
    digest = hashlib.sha256(repr(numbers.shape).encode())
    digest.update(vectors.words.blob.tobytes())
    some = np.ascontiguousarray(numbers[:: max(1, len(vectors) // 64)])
    digest.update(some.astype("<f4").tobytes())
    return digest.hexdigest()[:16]


def _parts_of(stored: StoredModel) -> Parts:
    """What a file says beside the network. Raises ValueError if it does not fit."""
    codec, extra = stored.codec, stored.extra
    labels = [str(each) for each in codec["labels"]]
    network = stored.network.config
    if network.heads[0].size != len(labels) or len(labels) < 2:
        raise ValueError("its labels do not fit its network")
    lexicon = centres = weights = None
    added: dict[str, int] = {}
    if "weights" in extra:
        lexicon = unpacked_lexicon(extra, labels[:-1] if labels[-1] == NONE else labels)
        centres = extra["centres"].astype(np.float32)
        weights = extra["weights"].astype(np.float32)
        words = unpacked_words(extra["added.words"])
        added = dict(zip(words, extra["added.emoji"].tolist(), strict=True))
        places = [*added.values(), 0]
        if (
            weights.shape != (len(VOICES),)
            or len(centres) != len(lexicon.emoji)
            or not 0 <= min(places) <= max(places) < len(centres)
        ):
            raise ValueError("its voices do not fit its labels")
    return Parts(
        architecture=str(codec["architecture"]),
        labels=labels,
        vectors=codec["vectors"],
        length=int(codec["length"]),
        own=unpacked_words(extra["own"]) if "own" in extra else (),
        threshold=float(codec["threshold"]),
        temperature=float(codec["temperature"]),
        lexicon=lexicon,
        centres=centres,
        added=added,
        weights=weights,
    )
