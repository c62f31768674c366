# SPDX-License-Identifier: Apache-2.0
r"""GloVe: vectors whose products are the logarithms of counts.

Pennington, Socher and Manning (2014). Of two words that stand near each other x times,

    cost = 1/2 f(x) (w . h + b + c - log x)^2        f(x) = min(1, (x / x_max)^alpha)

is to be small in sum. Each word has a vector w and a bias b as the word in the middle,
and h and c as a neighbour; its final vector is w + h.

Here the two biases are further columns, [w, b, 1] and [h, 1, c], so that one product
gives all. A step takes a tile, all pairs of two groups of some 500 words, and moves the
parameters of these by AdaGrad (Duchi and others 2011): p -= rate g / sqrt(sum of g^2),
the sum beginning at 1. A pass goes through all tiles in a new random order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import TrainingError
from rnnkit.models.word_training.tiles import Tiles

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class GloveSettings:
    """How GloVe learns.

    Attributes:
        dimensions: D.
        passes: times through all pairs.
        learning_rate: the rate of AdaGrad.
        x_max: the count from which on pairs count fully.
        alpha: how rarer ones count less.
    """

    dimensions: int = 100
    passes: int = 10
    learning_rate: float = 0.15
    x_max: float = 20.0
    alpha: float = 0.75


class Glove:
    """The parameters, and what is done to them.

    Attributes:
        costs: the mean cost of a pair in each pass that is finished.
    """

    def __init__(self, tiles: Tiles, settings: GloveSettings, *, seed: int) -> None:
        self.tiles = tiles
        self.settings = settings
        self.seed = seed
        self.costs: list[float] = []
        size = (tiles.layout.rows, settings.dimensions + 2)
        start = np.random.default_rng([seed, 0])
        bound = 0.5 / settings.dimensions
        self.words = start.uniform(-bound, bound, size).astype(np.float32)
        self.contexts = start.uniform(-bound, bound, size).astype(np.float32)
        for parameters, ones in ((self.words, -1), (self.contexts, -2)):
            parameters[:, -2:] = 0
            parameters[:, ones] = 1
        self._start_biases()
        self.word_squares = np.ones(size, np.float32)
        self.context_squares = np.ones(size, np.float32)

    def run(self) -> Iterator[float]:
        """Do the passes that are left; yield the share of all work that is done.

        Raises:
            TrainingError: the cost is no longer a finite number.
        """
        pairs = self.tiles.pairs
        while self.done < self.settings.passes:
            order = np.random.default_rng([self.seed, self.done + 1])
            total = entries = 0.0
            for number, place in enumerate(order.permutation(len(pairs)).tolist()):
                cost, count = self._step(*pairs[place])
                total += cost
                entries += count
                yield (self.done + number / len(pairs)) / self.settings.passes
            mean = total / max(entries, 1)
            if not np.isfinite(mean):
                raise TrainingError(
                    "the cost of GloVe is no longer a finite number",
                    hint="try a lower --learning-rate than "
                    f"{self.settings.learning_rate:g}",
                )
            self.costs.append(mean)
            yield self.done / self.settings.passes

    @property
    def done(self) -> int:
        """Passes that are finished."""
        return len(self.costs)

    @property
    def vectors(self) -> Floats:
        """w + h of each word, most frequent first, (V, D)."""
        both = self.words[:, :-2] + self.contexts[:, :-2]
        return both[self.tiles.layout.places]

    def arrays(self) -> dict[str, Floats]:
        """All that changes, for a checkpoint."""
        return {
            "words": self.words,
            "contexts": self.contexts,
            "word_squares": self.word_squares,
            "context_squares": self.context_squares,
        }

    def restore(self, arrays: Mapping[str, Floats], costs: Sequence[float]) -> None:
        """Go on from a checkpoint. Raises ValueError or KeyError if it does not fit."""
        for name, array in self.arrays().items():
            if arrays[name].shape != array.shape:
                raise ValueError(f"{name} is {arrays[name].shape}, not {array.shape}")
            array[:] = arrays[name]
        self.costs = list(costs)

    def _start_biases(self) -> None:
        """Let b + c begin as the mean logarithm of a word's counts and of another's.

        From zero, the first steps would all go one way, to explain how frequent words
        are; the vectors overshoot, and AdaGrad, which remembers large gradients for
        ever, would not let them come back.
        """
        tiles = self.tiles
        sums, weights = np.zeros(tiles.layout.rows), np.zeros(tiles.layout.rows)
        tile = tiles.scratch()
        for one, other in tiles.pairs:
            places, counts = tiles.entries(one, other)
            f = self._weights(logs := np.log(counts))
            for values, totals in ((f * logs, sums), (f, weights)):
                tile.fill(0)
                tile.reshape(-1)[places] = values
                totals[tiles.rows(one)] += tile.sum(axis=1)
                if one != other:
                    totals[tiles.rows(other)] += tile.sum(axis=0)
        mean = sums.sum() / (weights.sum() or 1)
        biases = np.divide(sums, weights, out=np.zeros_like(sums), where=weights > 0)
        biases[weights > 0] -= mean / 2
        self.words[:, -2] = self.contexts[:, -1] = biases

    def _weights(self, logs: Floats) -> Floats:
        """f(x), from log x: a power of x itself would overflow long before x does."""
        offset = np.float32(np.log(self.settings.x_max))
        weights: Floats = np.exp(self.settings.alpha * (logs - offset))
        return np.minimum(weights, 1, out=weights)

    def _step(self, one: int, other: int) -> tuple[float, int]:
        """Learn from one tile, seen from both sides; return its cost and entries."""
        tiles = self.tiles
        places, counts = tiles.entries(one, other)
        logs = np.log(counts)
        weights = self._weights(logs)
        rows, columns = tiles.rows(one), tiles.rows(other)
        W, H = self.words, self.contexts
        errors = tiles.scratch()
        cells = errors.reshape(-1)
        total = 0.0
        gradients = []
        # The first word in the middle and the second beside it; then the other way.
        for left, right in ((W, H), (H, W))[: 1 if one == other else 2]:
            np.matmul(left[rows], right[columns].T, out=errors)
            residual = cells[places] - logs
            weighted = weights * residual
            total += 0.5 * float(weighted @ residual)
            errors.fill(0)
            cells[places] = weighted
            gradients += [
                (left, rows, errors @ right[columns]),
                (right, columns, errors.T @ left[rows]),
            ]
        for parameters, part, gradient in gradients:
            self._move(parameters, part, gradient)
        return total, len(counts) * (1 if one == other else 2)

    def _move(self, parameters: Floats, part: slice, gradient: Floats) -> None:
        is_word = parameters is self.words
        gradient[:, -1 if is_word else -2] = 0
        squares = (self.word_squares if is_word else self.context_squares)[part]
        squares += gradient * gradient
        gradient /= np.sqrt(squares)
        gradient *= self.settings.learning_rate
        parameters[part] -= gradient
