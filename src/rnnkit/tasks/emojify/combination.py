# SPDX-License-Identifier: Apache-2.0
"""Three voices, one answer: the network, the lexicon, and what words mean.

    log P(emoji) = sum of weight * what a voice says of it, up to a constant

The network hears the whole sentence, the lexicon knows rare words, and the likeness of
word vectors knows words that are in neither. The few weights are learnt on sentences
that none of the voices was made from, so they also make the probabilities honest: a
voice that is too sure of itself gets a smaller weight.

=========  ==================================================================
network    log of its probability
lexicon    telling words, less those that are negated
meaning    cosine of the sentence, without its frequent words, to the words of
           the emoji
likest     the same for the one word that is most like them
none       1 for "no emoji"
silent     for "no emoji": how much the lexicon says of any other
unlike     for "no emoji": how like the likest word is to any emoji
=========  ==================================================================
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnkit.engine.activations import log_softmax, softmax
from rnnkit.engine.arrays import FloatArray
from rnnkit.tasks.emojify.lexicon import Lexicon
from rnnkit.tasks.emojify.negation import Marks
from rnnkit.tasks.emojify.reading import UNKNOWN, Reading, Rows

VOICES = ("network", "lexicon", "meaning", "likest", "none", "silent", "unlike")

_STEPS = 400
_RATE = 0.05
_PULL = 1e-3
_FREQUENT = 300
_OUTWEIGHED = 0.4


class Voices:
    """What is said of each label by all voices.

    Attributes:
        lexicon: of the labels without "none".
        centres: what the words of each emoji mean, (E, D).

    Args:
        lexicon: of the labels without "none".
        centres: as :meth:`Lexicon.centres` gives them.
        vectors: of all words, the row of unknown ones first.
        has_none: the last label is "no emoji".
    """

    def __init__(
        self,
        lexicon: Lexicon,
        centres: FloatArray,
        vectors: Rows,
        *,
        has_none: bool,
    ) -> None:
        self.lexicon = lexicon
        self.centres = centres
        self._vectors = vectors
        self._mean = centres.mean(axis=0)
        centred = centres - self._mean
        norms = np.linalg.norm(centred, axis=1, keepdims=True)
        self._directions = (centred / np.maximum(norms, np.float32(1e-6))).T
        self._has_none = has_none

    def heard(self, readings: Sequence[Reading], logits: FloatArray) -> FloatArray:
        """All voices on some sentences, (B, V, len(VOICES))."""
        emoji = len(self.lexicon.emoji)
        told = np.array(
            [
                self.lexicon.scores(
                    self.lexicon.matches(each.words, each.meant), each.marks
                )
                for each in readings
            ]
        )
        meaning, likest = self._likeness(readings)
        voices = np.zeros((*logits.shape, len(VOICES)), np.float32)
        voices[:, :, 0] = log_softmax(logits)
        voices[:, :emoji, 1] = told
        voices[:, :emoji, 2] = meaning
        voices[:, :emoji, 3] = likest
        if self._has_none:
            voices[:, -1, 4] = 1
            voices[:, -1, 5] = np.maximum(told.max(axis=1), 0)
            voices[:, -1, 6] = likest.max(axis=1)
        return voices

    def _likeness(self, readings: Sequence[Reading]) -> tuple[FloatArray, FloatArray]:
        """How like each emoji a sentence is, and its likest word, (B, E) each."""
        rows = [row for each in readings for row in (*each.rows, UNKNOWN)]
        weights = np.array(
            [w for each in readings for w in (*_weights(each.rows, each.marks), 0.0)],
            np.float32,
        )
        vectors = self._vectors[rows]
        known = vectors.any(axis=1, keepdims=True)
        vectors = (vectors - self._mean) * known
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors *= weights[:, None] / np.maximum(norms, np.float32(1e-6))
        ends = np.cumsum([len(each.rows) + 1 for each in readings])
        starts = np.concatenate([[0], ends[:-1]])
        sums = np.add.reduceat(vectors, starts, axis=0)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        meaning = (sums / np.maximum(lengths, np.float32(0.3))) @ self._directions
        likest = np.maximum.reduceat(vectors @ self._directions, starts, axis=0)
        return meaning, likest


def combined(voices: FloatArray, weights: FloatArray) -> FloatArray:
    """How likely each label is, (B, V)."""
    return softmax(voices @ weights)


def fitted(voices: FloatArray, targets: FloatArray) -> FloatArray:
    """The weights that make the targets (B, V) likeliest.

    The likelihood has one maximum (it is a logistic regression); steepest descent with
    Adam's scaling finds it, slightly pulled towards the network alone.
    """
    start = np.zeros(voices.shape[2], np.float64)
    start[0] = 1
    w, m, s = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, _STEPS + 1):
        p = softmax(voices @ w)
        g = np.einsum("bv,bvf->f", p - targets, voices) / len(voices)
        g += _PULL * (w - start)
        m = 0.9 * m + 0.1 * g
        s = 0.99 * s + 0.01 * g * g
        w -= _RATE * (m / (1 - 0.9**step)) / (np.sqrt(s / (1 - 0.99**step)) + 1e-8)
    return w.astype(np.float32)


def _weights(rows: Sequence[int], marks: Marks) -> list[float]:
    """How much each word counts: rare ones more, negated ones nothing."""
    return [
        0.0
        if negated
        else row / (row + _FREQUENT) * (_OUTWEIGHED if outweighed else 1.0)
        for row, negated, outweighed in zip(rows, *marks, strict=True)
    ]
