# SPDX-License-Identifier: Apache-2.0
"""What a word is taken for when nobody has a vector for it.

In this order, and the first that is known wins:

1. the word itself, then without accents
2. letters held down: sooooo is so, yesss is yes, hahahaha is haha
3. without an ending: cuddliest is cuddly, baristas is barista, missin is missing
4. one error, for four letters and more: a letter too many, missing, wrong, or swapped
   with its neighbour (Damerau 1964); of several words the most frequent
5. two frequent words written as one: icecream, mondaymotivation
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from string import ascii_lowercase

from rnnkit.tasks.emojify.text import LONGEST_WORD, without_accents

_CACHED = 50_000
"""Answers that are remembered; then all are forgotten."""

_TYPED = 12_000
"""Rarer words are not what somebody meant to type."""

_JOINED = 12_000
_SHORTEST_TYPED = 4
_SHORTEST_JOINED = 3
_HELD = re.compile(r"(.)\1\1+")
_DOUBLED = re.compile(r"(.)\1+")
_LAUGHTER = re.compile(r"a?(?:h+[aeiou]+){2,}h*|(?:j+a+){2,}|(?:lo+){2,}l*|l+o{2,}l+")
_MOST_RUNS = 4

# An ending, and what may stand in its place.
_ENDINGS = (
    ("iest", ("y",)),
    ("ier", ("y",)),
    ("ies", ("y", "ie")),
    ("ied", ("y",)),
    ("ily", ("y",)),
    ("iness", ("y",)),
    ("ness", ("",)),
    ("ments", ("",)),
    ("ment", ("",)),
    ("fully", ("", "ful")),
    ("ful", ("",)),
    ("able", ("", "e")),
    ("ingly", ("", "ing")),
    ("ing", ("", "e")),
    ("ings", ("", "e")),
    ("in", ("", "ing")),
    ("edly", ("ed", "")),
    ("ed", ("", "e")),
    ("ers", ("", "e", "er")),
    ("er", ("", "e")),
    ("est", ("", "e")),
    ("ly", ("",)),
    ("ish", ("", "e")),
    ("es", ("", "e")),
    ("s", ("",)),
    ("y", ("",)),
)


class Vocabulary:
    """The words that have vectors, most frequent first, and what others are taken for.

    Attributes:
        rows: the row of each word.
    """

    def __init__(self, words: Sequence[str]) -> None:
        # From the last to the first: of equal words the first stays.
        self.rows = dict(zip(reversed(words), reversed(range(len(words))), strict=True))
        self._taken: dict[str, tuple[str, ...]] = {}

    def __contains__(self, word: str) -> bool:
        return word in self.rows

    def taken_for(self, word: str) -> tuple[str, ...]:
        """The known words that a word is read as: itself, another, two, or none."""
        if word in self.rows:
            return (word,)
        known = self._taken.get(word)
        if known is None:
            if len(self._taken) >= _CACHED:
                self._taken.clear()
            known = self._taken[word] = self._meant(word)
        return known

    def _meant(self, word: str) -> tuple[str, ...]:
        if len(word) > LONGEST_WORD or not any(map(str.isalpha, word)):
            return ()
        bare = without_accents(word)
        if bare in self.rows:
            return (bare,)
        if _LAUGHTER.fullmatch(bare):
            return ("lol",) if "l" in bare else ("haha",)
        found = (
            self._most_frequent(_released(bare))
            or self._first(shortened(bare))
            or self._mistyped(bare)
        )
        return (found,) if found else self._split(bare)

    def _first(self, candidates: Iterable[str]) -> str | None:
        return next((each for each in candidates if each in self.rows), None)

    def _most_frequent(self, candidates: Iterable[str]) -> str | None:
        known = [each for each in candidates if each in self.rows]
        return min(known, key=self.rows.__getitem__, default=None)

    def _mistyped(self, word: str) -> str | None:
        """The most frequent word with one error fewer; few err in the first letter."""
        if len(word) < _SHORTEST_TYPED or not word.isalpha():
            return None
        known = [
            (self.rows[each] * (1 if each[0] == word[0] else 4), each)
            for each in _one_error(_DOUBLED.sub(r"\1\1", word))
            if self.rows.get(each, _TYPED) < _TYPED and len(each) > 2
        ]
        return min(known)[1] if known else None

    def _split(self, word: str) -> tuple[str, ...]:
        """The word as two frequent ones; the rarer of them as frequent as can be."""
        ways = [
            (max(self.rows[word[:place]], self.rows[word[place:]]), place)
            for place in range(_SHORTEST_JOINED, len(word) - _SHORTEST_JOINED + 1)
            if self.rows.get(word[:place], _JOINED) < _JOINED
            and self.rows.get(word[place:], _JOINED) < _JOINED
        ]
        if not ways:
            return ()
        _, place = min(ways)
        return (word[:place], word[place:])


def shortened(word: str) -> Iterator[str]:
    """What a word may be without its ending."""
    for ending, others in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < _SHORTEST_JOINED:
            continue
        for other in others:
            yield stem + other
        if len(stem) > _SHORTEST_JOINED and stem[-1] == stem[-2]:
            yield stem[:-1]


def _released(word: str) -> Iterator[str]:
    """Letters that were held down, as two or as one: all ways, doubles first."""
    if not _HELD.search(word):
        return
    parts = [match.group() for match in re.finditer(r"(.)\1*", word)]
    runs = [place for place, part in enumerate(parts) if len(part) > 1][:_MOST_RUNS]
    for counts in product((2, 1), repeat=len(runs)):
        tried = list(parts)
        for place, count in zip(runs, counts, strict=True):
            tried[place] = parts[place][0] * count
        yield "".join(tried)


def _one_error(word: str) -> set[str]:
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    letters = ascii_lowercase
    return {
        *(a + b[1:] for a, b in halves if b),
        *(a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1),
        *(a + letter + b[1:] for a, b in halves if b for letter in letters),
        *(a + letter + b for a, b in halves for letter in letters),
    }
