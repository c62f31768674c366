# SPDX-License-Identifier: Apache-2.0
"""Words that tell which emoji fits: coffee ☕️, umbrella 🌧️, head over heels ❤️.

A line of the file has an emoji, its telling words and phrases, and after a bar words
that only hint at it:

    ☕️<TAB>coffee, latte, cup of tea | cup, morning

A phrase says more than its words, and hides them: "piece of cake" is no cake. The line
of "-" has phrases that hide their words and stand for no emoji, such as "number plate".
A negated word counts against its emoji; a word before a "but" counts less than one
after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnnkit.engine.arrays import FloatArray
from rnnkit.errors import InputError, printable
from rnnkit.tasks.emojify.emoji import bare
from rnnkit.tasks.emojify.folding import FOLDED
from rnnkit.tasks.emojify.negation import Marks
from rnnkit.tasks.emojify.text import Word, words_of
from rnnkit.tasks.emojify.vocabulary import shortened

if TYPE_CHECKING:
    from rnnkit.tasks.emojify.reading import Reading

TELLS, HINTS, PHRASE = 1.0, 0.4, 1.3
_OUTWEIGHED = 0.5
_AGAINST = 1.5
_CACHED = 50_000


class Match(NamedTuple):
    """A word or a phrase of a sentence that is in the lexicon.

    Attributes:
        start: the first word.
        end: the word after the last.
        weights: by emoji, how much it tells.
    """

    start: int
    end: int
    weights: Mapping[int, float]


class Lexicon:
    """Emoji by words.

    Attributes:
        emoji: in the order of the scores.
        entries: by words with blanks between them, the weight of each emoji.
    """

    def __init__(
        self, emoji: Sequence[str], entries: Mapping[str, Mapping[int, float]]
    ) -> None:
        self.emoji = list(emoji)
        self.entries = entries
        self._single: dict[str, Mapping[int, float] | None] = {}
        # How many words the longest phrase has that begins with two words.
        self._longest: dict[str, dict[str, int]] = {}
        for entry in entries:
            first, _, rest = entry.partition(" ")
            if rest:
                second, length = rest.partition(" ")[0], 2 + rest.count(" ")
                known = self._longest.setdefault(first, {})
                known[second] = max(length, known.get(second, 0))

    @classmethod
    def parse(cls, lines: Iterable[str]) -> Lexicon:
        """Read the lines of a file.

        Raises:
            InputError: a line has no tabulator, or no words.
        """
        emoji: list[str] = []
        entries: dict[str, dict[int, float]] = {}
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            label, tab, told = line.partition("\t")
            if not tab or not told.strip():
                raise InputError(
                    f"line {number} of the lexicon has no words: {printable(line)}",
                    hint="write: emoji, tabulator, words with commas between them",
                )
            telling, _, hinting = told.partition("|")
            for weight, group in ((TELLS, telling), (HINTS, hinting)):
                for entry in group.split(","):
                    words = " ".join(word.text for word in words_of(entry))
                    if words:
                        scale = PHRASE if " " in words else 1.0
                        known = entries.setdefault(words, {})
                        known.setdefault(len(emoji), weight * scale)
            emoji.append(label.strip())
        return cls(emoji, entries)

    def among(self, labels: Sequence[str]) -> Lexicon:
        """The same for other labels: among the five, every sport is ⚾.

        Entries that speak for none of the labels stay: they hide the words in them.
        """
        places = {bare(label): number for number, label in enumerate(labels)}
        target: list[int | None] = [
            places.get(bare(each), places.get(bare(FOLDED.get(bare(each), ""))))
            for each in self.emoji
        ]
        entries: dict[str, dict[int, float]] = {}
        for words, weights in self.entries.items():
            known = entries.setdefault(words, {})
            for number, weight in weights.items():
                place = target[number]
                if place is not None:
                    known[place] = max(weight, known.get(place, 0.0))
        return Lexicon(labels, entries)

    def centres(
        self, rows: Mapping[str, int], vectors: FloatArray
    ) -> tuple[FloatArray, dict[str, int]]:
        """What the words of each emoji mean on average, of length 1, (E, D).

        And the emoji of each word that has no vector, and may take this instead.
        """
        centres = np.zeros((len(self.emoji), vectors.shape[1]), np.float32)
        unknown: dict[str, int] = {}
        for word, weights in self.keywords():
            telling = [number for number, weight in weights.items() if weight >= TELLS]
            if word in rows:
                centres[telling] += vectors[rows[word]]
            elif telling:
                unknown[word] = telling[0]
        norms = np.linalg.norm(centres, axis=1, keepdims=True)
        centres /= np.maximum(norms, np.float32(1e-6))
        return centres, unknown

    def keywords(self) -> Iterator[tuple[str, Mapping[int, float]]]:
        """The entries of one word."""
        return ((word, w) for word, w in self.entries.items() if " " not in word)

    def matches(self, words: Sequence[Word], meant: Sequence[str]) -> list[Match]:
        """What a sentence has of the lexicon, from left to right.

        Args:
            words: as they were written.
            meant: what each was taken for.
        """
        return self.matches_of([word.text for word in words], meant)

    def matches_of(self, texts: Sequence[str], meant: Sequence[str]) -> list[Match]:
        """As :meth:`matches`, of words in small letters."""
        found = []
        longest, single = self._longest, self._single
        reached = 0
        for place, (text, after) in enumerate(
            zip(texts, [*texts[1:], ""], strict=False)
        ):
            if place < reached:
                continue
            match = None
            if text in longest and after in longest[text]:
                match = self._phrase(texts, place)
            other = meant[place]
            if match is None and other is not text and other in longest:
                match = self._phrase(meant, place)
            if match is None:
                weights = single[text] if text in single else self.look_up(text)
                if weights is None and other != text:
                    weights = self.look_up(other)
                if weights is None:
                    continue
                match = Match(place, place + 1, weights)
            found.append(match)
            reached = match.end
        return found

    def look_up(self, word: str) -> Mapping[int, float] | None:
        """The emoji of a word, or of what it is without its ending."""
        if word in self._single:
            return self._single[word]
        if len(self._single) >= _CACHED:
            self._single.clear()
        forms = [word, *(shortened(word) if len(word) > 3 else ())]
        known = next((each for each in forms if each in self.entries), None)
        weights = None if known is None else self.entries[known]
        self._single[word] = weights
        return weights

    def scores(self, matches: Sequence[Match], marks: Marks) -> FloatArray:
        """How much the matches speak for each emoji, and against it, (E,)."""
        scores = np.zeros(len(self.emoji), np.float32)
        for match in matches:
            factor = _factor(match, marks)
            for emoji, weight in match.weights.items():
                scores[emoji] += weight * factor
        return scores

    def told(self, readings: Sequence[Reading]) -> FloatArray:
        """The scores of sentences, (B, E)."""
        places: list[int] = []
        weights: list[float] = []
        for number, reading in enumerate(readings):
            first = number * len(self.emoji)
            for match in self.matches_of(reading.texts, reading.meant):
                factor = _factor(match, reading.marks)
                for emoji, weight in match.weights.items():
                    places.append(first + emoji)
                    weights.append(weight * factor)
        told = np.bincount(places, weights, len(readings) * len(self.emoji))
        return told.reshape(len(readings), -1).astype(np.float32)

    def _phrase(self, texts: Sequence[str], place: int) -> Match | None:
        following = texts[place + 1 : place + 2]
        if not following:
            return None
        longest = self._longest[texts[place]].get(following[0], 0)
        for end in range(min(place + longest, len(texts)), place + 1, -1):
            weights = self.entries.get(" ".join(texts[place:end]))
            if weights is not None:
                return Match(place, end, weights)
        return None


def _factor(match: Match, marks: Marks) -> float:
    """How a "but" after a match, and a negation, change what it tells."""
    factor = _OUTWEIGHED if marks.outweighed[match.start] else 1.0
    # A phrase that begins with its own negation is not negated by it.
    return -_AGAINST * factor if marks.negated[match.start] else factor
