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

from rnnkit.engine import Packing
from rnnkit.engine.activations import log_softmax, softmax
from rnnkit.engine.arrays import FloatArray, IntArray
from rnnkit.models.remembering import Remembered
from rnnkit.tasks.emojify.lexicon import Lexicon
from rnnkit.tasks.emojify.reading import Reading, Rows, packed_symbols, unfolded

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
        width = len(centres) + vectors.dimensions
        self._words = Remembered(4 * len(vectors), width, self._of_words)

    def heard(self, readings: Sequence[Reading], logits: FloatArray) -> FloatArray:
        """All voices on some sentences, (B, V, len(VOICES))."""
        emoji = len(self.lexicon.emoji)
        told = self.lexicon.told(readings)
        meaning, likest = self._likeness(*packed_symbols(readings))
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

    def likelihoods(
        self,
        readings: Sequence[Reading],
        logits: FloatArray,
        symbols: IntArray,
        packing: Packing,
        weights: FloatArray,
    ) -> FloatArray:
        """What :func:`combined` makes of :meth:`heard`, at once, (B, V).

        Args:
            symbols: of the readings, as ``packed_symbols`` gives them.
            packing: of the symbols.
            weights: of the voices.
        """
        network, lexicon, by_meaning, by_likest, none, silent, unlike = weights
        emoji = len(self.lexicon.emoji)
        told = self.lexicon.told(readings)
        meaning, likest = self._likeness(packing, symbols)
        # The largest logit of a sentence is taken from all of them by softmax.
        scores = logits * network
        scores[:, :emoji] += lexicon * told + by_meaning * meaning + by_likest * likest
        if self._has_none:
            scores[:, -1] += none + silent * np.maximum(told.max(axis=1), 0)
            scores[:, -1] += unlike * likest.max(axis=1)
        return softmax(scores)

    def _likeness(
        self, packing: Packing, symbols: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """How like each emoji a sentence is, and its likest word, (B, E) each."""
        words = self._words.rows[self._words.places(symbols)]
        emoji = len(self.lexicon.emoji)
        sums = packing.reduced(words, np.add)
        likest = packing.reduced(words[:, :emoji], np.maximum)
        lengths = np.linalg.norm(sums[:, emoji:], axis=1, keepdims=True)
        meaning = sums[:, :emoji] / np.maximum(lengths, np.float32(0.3))
        return meaning, np.maximum(likest, 0)

    def _of_words(self, symbols: IntArray) -> FloatArray:
        """How like each emoji a word is, and its direction, as much as it counts.

        Rare words count more, outweighed ones less, negated ones nothing.
        """
        rows, negated, outweighed = unfolded(symbols)
        weights = rows / (rows + _FREQUENT) * np.where(outweighed, _OUTWEIGHED, 1.0)
        weights = np.where(negated, 0, weights).astype(np.float32)
        vectors = self._vectors[rows]
        known = vectors.any(axis=1, keepdims=True)
        vectors = (vectors - self._mean) * known
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors *= weights[:, None] / np.maximum(norms, np.float32(1e-6))
        return np.concatenate([vectors @ self._directions, vectors], axis=1)


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
