# SPDX-License-Identifier: Apache-2.0
"""From lines of text to lines with emoji: the whole way.

    line -> clauses -> model -> one emoji a clause, or none -> line

Text that nobody wrote in words stays as it is: code between fences, rows of tables,
clauses that have an emoji already. Many lines are answered together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rnnkit.tasks.emojify import longtail
from rnnkit.tasks.emojify.clauses import Clause, clauses_of, whole
from rnnkit.tasks.emojify.explanation import telling_word
from rnnkit.tasks.emojify.model import Answer, EmojiModel
from rnnkit.tasks.emojify.placement import Placed, placed

_FENCES = ("```", "~~~")
_TABLE = "|"
_SURE = 0.8
"""Where the model is surer than this, a rare emoji does not take its place."""


class Wishes(NamedTuple):
    """How emoji are wanted.

    Attributes:
        place: one of ``placement.PLACES``.
        top: how many candidates are told.
        min_confidence: an emoji that is less likely is not set.
        names: write ":heart:" and not ❤️.
        rare: look among all emoji that there are for the things that are named.
    """

    place: str = "clause"
    top: int = 3
    min_confidence: float = 0.0
    names: bool = False
    rare: bool = False


class Candidate(NamedTuple):
    """An emoji that may fit."""

    emoji: str
    probability: float


class ClauseResult(NamedTuple):
    """What was found for a clause.

    Attributes:
        text: what it says.
        emoji: that was set; none: no emoji fits, or it has one.
        probability: of the emoji, or that none fits.
        likeliest: emoji that may fit, and how likely they are.
    """

    text: str
    emoji: str | None
    probability: float
    likeliest: Sequence[tuple[str, float]]

    @property
    def candidates(self) -> list[Candidate]:
        """Likeliest first; who writes the line alone does not ask for them."""
        return [Candidate(emoji, round(share, 4)) for emoji, share in self.likeliest]

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {
            "text": self.text,
            "emoji": self.emoji,
            "probability": self.probability,
            "candidates": [each._asdict() for each in self.candidates],
        }


class LineResult(NamedTuple):
    """A line and what became of it."""

    text: str
    output: str
    clauses: list[ClauseResult]

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {**self._asdict(), "clauses": [each.as_dict() for each in self.clauses]}


class Emojifier:
    """Sets emoji into the lines of one text, in their order."""

    def __init__(self, model: EmojiModel, wishes: Wishes | None = None) -> None:
        self.model = model
        self.wishes = wishes or Wishes()
        self._fence = ""

    def text(self, text: str) -> LineResult:
        """A whole text of any number of lines."""
        if self.wishes.place == "end":
            return self.lines([text])[0]
        results = self.lines(text.split("\n"))
        output = "\n".join(each.output for each in results)
        return LineResult(text, output, [c for each in results for c in each.clauses])

    def lines(self, lines: Sequence[str]) -> list[LineResult]:
        """The next lines, each without its line break."""
        cut = [self._clauses(line) for line in lines]
        asked = [each for clauses in cut for each in clauses if not each.has_emoji]
        texts = [each.text for each in asked]
        answers = iter(self.model.answers(texts, self.wishes.top))
        results = []
        for line, clauses in zip(lines, cut, strict=True):
            found: list[ClauseResult] = []
            chosen: list[Placed] = []
            for clause in clauses:
                if clause.has_emoji:
                    found.append(ClauseResult(clause.text, None, 1.0, []))
                    continue
                answer = next(answers)
                result = self._result(clause, answer)
                found.append(result)
                if result.emoji is not None:
                    chosen.append(self._placed(clause, answer, result.emoji))
            only = self.wishes.place == "only"
            output = placed(line, chosen, self.wishes.place) if chosen or only else line
            results.append(LineResult(line, output, found))
        return results

    def _clauses(self, line: str) -> list[Clause]:
        """The clauses of a line that may get an emoji."""
        start = line.lstrip()
        if self._fence:
            if start.startswith(self._fence):
                self._fence = ""
            return []
        if start.startswith(_FENCES):
            # One line with the fence at both ends is code, too, but ends with it.
            self._fence = "" if start[3:].rstrip().endswith(start[:3]) else start[:3]
            return []
        if start.startswith(_TABLE):
            return []
        return whole(line) if self.wishes.place == "end" else clauses_of(line)

    def _result(self, clause: Clause, answer: Answer) -> ClauseResult:
        wishes = self.wishes
        emoji = answer.chosen(wishes.min_confidence, self.model.parts.threshold)
        best = answer.probabilities[0] if answer.emoji else 0.0
        probability = answer.none if emoji is None else best
        pairs = list(zip(answer.emoji, answer.probabilities, strict=True))
        if wishes.rare and (emoji is None or best < _SURE):
            rare = longtail.named(answer.reading, self.model.parts.lexicon)
            if rare is not None:
                emoji, probability = rare.emoji, max(best, 1 - answer.none)
                pairs.insert(0, (emoji, probability))
        if wishes.names:
            pairs = [(longtail.name_of(each), share) for each, share in pairs]
        return ClauseResult(
            clause.text,
            None if emoji is None else self._written(emoji),
            round(probability, 4),
            pairs[: wishes.top],
        )

    def _placed(self, clause: Clause, answer: Answer, emoji: str) -> Placed:
        word = None
        if self.wishes.place in ("word", "replace"):
            rare = longtail.named(answer.reading, self.model.parts.lexicon)
            if self.wishes.rare and rare and self._written(rare.emoji) == emoji:
                span: tuple[int, int] | None = (rare.start, rare.end)
            else:
                span = telling_word(self.model, answer, clause.text)
            if span is not None:
                word = (clause.start + span[0], clause.start + span[1])
        return Placed(emoji, clause.end, word)

    def _written(self, emoji: str) -> str:
        return longtail.name_of(emoji) if self.wishes.names else emoji
