# SPDX-License-Identifier: Apache-2.0
"""Which of 20 emoji a tweet had: the emoji task of TweetEval, macro-F1.

    python -m benchmarks.tweeteval FOLDER [SECONDS]

FOLDER holds emoji_train_text.txt, emoji_train_labels.txt and the same of val and test.
The tweets are for comparison alone: nothing that ships has seen them. Two voices are
trained within SECONDS of CPU (600): words and pairs of words, weighed one class against
the rest (squared hinge), and the network of sentences. How much each counts is chosen
on the validation part; the test part is looked at once.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnkit import vectors
from rnnkit.engine import (
    Adam,
    Dropout,
    Head,
    LossOptions,
    NetworkConfig,
    Recurrence,
    RecurrentNetwork,
    StepDone,
    Trainer,
    TrainingSettings,
    WarmupCosine,
)
from rnnkit.engine.arrays import Array, FloatArray, IntArray
from rnnkit.files.text import read_lines
from rnnkit.models.classifier import (
    HEAD,
    Batches,
    Example,
    accuracy,
    logits_of,
    macro_f1,
)
from rnnkit.tasks.emojify.reading import Reader

CLASSES = 20
PARTS = ("train", "val", "test")
_TOKEN = re.compile(r"#?\w+(?:['’]\w+)*|[!?]+|\.\.+|…|[^\w\s]")
_FEWEST = 2
_EPOCHS, _BATCH, _RATE, _PULL = 12, 256, 0.1, 2e-5
_OWN, _WORD_EPOCHS = 15_000, 4


class Part(NamedTuple):
    """Tweets and their classes."""

    texts: list[str]
    labels: IntArray


def read(folder: Path, name: str) -> Part:
    """One part of the data."""
    texts = read_lines(str(folder / f"emoji_{name}_text.txt"))
    labels = read_lines(str(folder / f"emoji_{name}_labels.txt"))
    return Part(texts[: len(labels)], np.array([int(each) for each in labels], np.intp))


def terms(text: str) -> list[str]:
    """Words and pairs of words; a tag counts as its word, too."""
    words = _TOKEN.findall(text.lower())
    tags = [word[1:] for word in words if word.startswith("#")]
    pairs = [f"{a} {b}" for a, b in zip(["^", *words], [*words, "$"], strict=True)]
    return [*words, *tags, *pairs]


class Linear:
    """One class against the rest, on words and pairs of words weighed by rarity."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = Counter(term for text in texts for term in set(terms(text)))
        kept = [term for term, n in counts.items() if n >= _FEWEST]
        self.places = {term: place for place, term in enumerate(kept)}
        seen = np.array([counts[term] for term in kept], np.float64)
        self.rarity = (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float32)
        self.weights = np.zeros((len(kept) + 1, CLASSES), np.float32)
        self.weights[-1] = -1

    def features(self, text: str) -> tuple[IntArray, FloatArray]:
        """Places and values, of length 1; the last is always there."""
        counts = Counter(
            p for t in terms(text) if (p := self.places.get(t)) is not None
        )
        places = np.fromiter(counts, np.intp, len(counts))
        values = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * (
            self.rarity[places]
        )
        values /= max(1e-6, float(np.linalg.norm(values)))
        last = len(self.places)
        return np.append(places, last), np.append(values, np.float32(1))

    def train(self, part: Part, generator: np.random.Generator) -> None:
        """AdaGrad on the squared hinge, rare classes weighed up."""
        rows = [self.features(text) for text in part.texts]
        sizes = np.bincount(part.labels, minlength=CLASSES)
        balance = (len(part.labels) / (CLASSES * sizes)).astype(np.float32)
        squares = np.full_like(self.weights, 1e-3)
        for epoch in range(_EPOCHS):
            rate = _RATE * (1 - epoch / _EPOCHS)
            order = generator.permutation(len(rows))
            for first in range(0, len(order), _BATCH):
                some = order[first : first + _BATCH]
                self._step(
                    [rows[i] for i in some], part.labels[some], balance, squares, rate
                )

    def scores(self, texts: Sequence[str]) -> FloatArray:
        """The score of each class, (B, 20)."""
        found = [self.features(text) for text in texts]
        return np.array([values @ self.weights[places] for places, values in found])

    def _step(
        self,
        rows: Sequence[tuple[IntArray, FloatArray]],
        labels: IntArray,
        balance: FloatArray,
        squares: FloatArray,
        rate: float,
    ) -> None:
        places = np.concatenate([each[0] for each in rows])
        values = np.concatenate([each[1] for each in rows])[:, None]
        ends = np.cumsum([len(each[0]) for each in rows])
        starts = np.concatenate([[0], ends[:-1]])
        scores = np.add.reduceat(self.weights[places] * values, starts, axis=0)
        signs = np.full(scores.shape, -1, np.float32)
        signs[np.arange(len(labels)), labels] = 1
        d = -2 * signs * np.maximum(0, 1 - signs * scores)
        d[np.arange(len(labels)), labels] *= balance[labels]
        d_rows = np.repeat(d, np.diff(np.append(starts, len(places))), axis=0) * values
        order = np.argsort(places, kind="stable")
        unique, first = np.unique(places[order], return_index=True)
        g = np.add.reduceat(d_rows[order], first, axis=0) / len(labels)
        g += _PULL * self.weights[unique]
        squares[unique] += g * g
        self.weights[unique] -= rate * g / np.sqrt(squares[unique])


def network_scores(
    parts: dict[str, Part], generator: np.random.Generator, seconds: float
) -> dict[str, FloatArray]:
    """What the network of sentences says of val and test, after so many seconds."""
    ended = time.process_time() + seconds
    loaded = vectors.load()
    numbers = np.ascontiguousarray(loaded.numbers[:, :128])
    words = list(loaded.words)
    known = set(words)
    seen = Counter(w for t in parts["train"].texts for w in _TOKEN.findall(t.lower()))
    own = [word for word, n in seen.most_common(_OWN) if n >= _FEWEST]
    added = {word: np.zeros(128, np.float32) for word in own if word not in known}
    reader = Reader(words, numbers, own, added)
    rows = reader.vocabulary.rows

    def arrays(text: str) -> dict[str, Array]:
        found = _TOKEN.findall(text.lower())
        places = [rows[w] + 1 if w in rows else 0 for w in found] or [0]
        marks = np.zeros((len(places), 2), np.float32)
        return reader.gathered(np.array(places, np.intp), marks)

    items = [arrays(text) for text in parts["train"].texts]
    labels = parts["train"].labels
    weights = np.bincount(labels, minlength=CLASSES) ** -0.5
    weights /= weights[labels].mean()
    eye = np.eye(CLASSES, dtype=np.float32)

    def make(numbers: IntArray) -> list[Example]:
        return [Example(items[i], eye[labels[i]], weights[labels[i]]) for i in numbers]

    network = RecurrentNetwork(
        NetworkConfig(
            reader.inputs(100),
            (Head(HEAD, CLASSES),),
            Recurrence("lstm", 64, 1, bidirectional=True),
            Dropout(inputs=0.4, outputs=0.4),
            ("attention", "max"),
        ),
        generator=generator,
    )
    size = 128
    trainer = Trainer(
        network,
        Adam(network.parameters),
        TrainingSettings(
            _WORD_EPOCHS,
            0.002,
            WarmupCosine(_WORD_EPOCHS * (len(items) // size + 1), 100, 0.02),
            clip_norm=5,
            average_decay=0.998,
        ),
        batches=lambda epoch: Batches(
            np.random.default_rng([1, epoch]).permutation(len(items)), size, make
        ),
        validation=[Batches(np.arange(256), 256, make)[0]],
        generator=generator,
        loss=LossOptions(label_smoothing=0.05),
    )
    for event in trainer.run():
        if isinstance(event, StepDone) and time.process_time() > ended:
            break
    if trainer.average is not None:
        network.parameters.values[:] = trainer.average.values
    return {
        name: logits_of(network, [arrays(text) for text in parts[name].texts])
        for name in ("val", "test")
    }


def mixtures(
    first: FloatArray, second: FloatArray
) -> Iterator[tuple[float, FloatArray]]:
    """Both voices, each brought to the same spread, in shares."""
    one, other = (s / s.std() for s in (first, second))
    for share in np.linspace(0, 1, 11):
        yield float(share), (1 - share) * one + share * other


def main(folder: str, seconds: float = 600) -> None:
    """Train, choose, judge; print."""
    started = time.process_time()
    parts = {name: read(Path(folder), name) for name in PARTS}
    generator = np.random.default_rng(1)
    linear = Linear(parts["train"].texts)
    linear.train(parts["train"], generator)
    said = {name: linear.scores(parts[name].texts) for name in ("val", "test")}
    spent = time.process_time() - started
    print(f"words and pairs, {spent:.0f} s of CPU", flush=True)
    heard = network_scores(parts, generator, seconds - spent - 60)
    trained = time.process_time() - started
    val = parts["val"].labels
    best = max(
        mixtures(said["val"], heard["val"]),
        key=lambda each: macro_f1(each[1].argmax(axis=1), val, CLASSES),
    )[0]
    right = parts["test"].labels
    shares = dict(mixtures(said["test"], heard["test"]))
    for name, scores in (
        ("words and pairs", shares[0.0]),
        ("network", shares[1.0]),
        (f"both, share of the network {best:.1f}", shares[best]),
    ):
        chosen = scores.argmax(axis=1)
        print(
            f"  {name:<34} macro-F1 {100 * macro_f1(chosen, right, CLASSES):.2f}  "
            f"accuracy {100 * accuracy(chosen, right):.1f}"
        )
    print(f"trained in {trained:.0f} s of CPU on one core")


if __name__ == "__main__":
    main(sys.argv[1], *map(float, sys.argv[2:3]))
