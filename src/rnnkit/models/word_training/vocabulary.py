# SPDX-License-Identifier: Apache-2.0
"""Which words get a vector: the most frequent ones, and those that must be in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_MOST_TYPES = 8_000_000
"""Different words that are counted at once; then the rarest are forgotten."""

_DIGITS = (1, 2, 4)
"""Digits of the numbers that count as words: days, small numbers and years."""


class WordCounts:
    """Weighted counts of words, in bounded memory.

    Where a corpus has more different words than `most`, words seen once since the last
    clearing are forgotten, then those seen twice, and so on: none of them is frequent.
    """

    def __init__(self, most: int = _MOST_TYPES) -> None:
        self.weights: dict[bytes, float] = {}
        self.total = 0
        self._most = most
        self._now: Counter[bytes] = Counter()

    def add(self, words: Sequence[bytes]) -> None:
        """Count words of the corpus that is being read."""
        self._now.update(words)
        self.total += len(words)
        least = 1
        while len(self._now) > self._most:
            kept = {word: n for word, n in self._now.items() if n > least}
            self._now = Counter(kept)
            least += 1

    def finish(self, weight: float) -> None:
        """End a corpus: what was counted since the last one gets this weight."""
        for word, count in self._now.items():
            self.weights[word] = self.weights.get(word, 0.0) + weight * count
        self._now = Counter()
        least = weight
        while len(self.weights) > self._most:
            kept = {word: n for word, n in self.weights.items() if n > least}
            self.weights = kept
            least *= 2


@dataclass(frozen=True)
class Vocabulary:
    """Words, most frequent first, and the weighted count of each."""

    words: tuple[bytes, ...]
    counts: tuple[float, ...]


def choose(
    counts: WordCounts,
    size: int,
    *,
    least: float = 1,
    required: Iterable[bytes] = (),
    least_required: float = 1,
) -> Vocabulary:
    """Take the most frequent words, ties in the order of the alphabet.

    Args:
        size: how many at most.
        least: the lowest weighted count that counts.
        required: words that replace the rarest others if they are not among them.
        least_required: the lowest weighted count of these.
    """
    weights = counts.weights
    ranked = sorted(
        (word for word, n in weights.items() if n >= least and _is_word(word)),
        key=lambda word: (-weights[word], word),
    )
    chosen = ranked[:size]
    wanted = {w for w in required if weights.get(w, 0) >= least_required}
    missing = wanted.difference(chosen)
    if missing:
        room = size - len(missing)
        others = [word for word in chosen if word not in wanted]
        kept = set(others[: max(0, room - (len(chosen) - len(others)))])
        chosen = [w for w in chosen if w in kept or w in wanted] + sorted(missing)
        chosen.sort(key=lambda word: (-weights[word], word))
    return Vocabulary(tuple(chosen), tuple(weights[word] for word in chosen))


def _is_word(word: bytes) -> bool:
    return not word.isdigit() or len(word) in _DIGITS
