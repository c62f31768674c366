# SPDX-License-Identifier: Apache-2.0
"""A line of text as clauses, each with the place where its emoji would stand.

    Lets get coffee and talk. Love you!
    ------------------------- ---------

A clause ends with its sentence, after all that closes it: full stops and other marks,
quotation marks, brackets, the stars of Markdown, emoji and smileys that are there
already. What lies between clauses, and inside them, is never changed. No clause ends in
code, a link or an abbreviation, nor where a small letter goes on after dots or a quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from rnnkit.tasks.emojify.shorthand import SMILEYS
from rnnkit.tasks.emojify.text import emoji, is_simple, protected

_CLOSING = r"[\"'\u201d\u2019\u00bb)\]}*_~]*"
_END = re.compile(
    rf"(?P<mark>[.!?\u2026\u203d]+){_CLOSING}(?=\s|$)|[\u3002\uff01\uff1f]+{_CLOSING}"
)
_SMILEYS = sorted(SMILEYS, key=len, reverse=True)
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|etc|no|jr|sr|approx|dept|inc|ltd|co|fig|e\.g|i\.e"
    r"|a\.m|p\.m|u\.s|u\.k)|(?:^|[\s.(])[a-z])$",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 8


@cache
def _after(simple: bool) -> re.Pattern[str]:
    """Emoji and smileys after the end of a sentence; a simple line has few of them."""
    smileys = [each for each in _SMILEYS if is_simple(each) or not simple]
    either = "|".join(map(re.escape, smileys))
    pictures = "" if simple else f"{emoji().pattern}|"
    return re.compile(rf"\s*(?:{pictures}(?:{either})(?=\s|$))")


class Clause(NamedTuple):
    """A part of a line that may get an emoji.

    Attributes:
        text: what it says.
        start: where it begins in the line.
        end: where it ends, and its emoji would stand.
    """

    text: str
    start: int
    end: int

    @property
    def has_emoji(self) -> bool:
        """Whether somebody chose an emoji for it before."""
        return not self.text.isascii() and emoji().search(self.text) is not None


def whole(line: str) -> list[Clause]:
    """The line as one clause; none if it is blank."""
    return list(_clauses(line, [len(line)]))


def clauses_of(line: str) -> list[Clause]:
    """All clauses of a line, in order."""
    return list(_clauses(line, [*_ends(line), len(line)]))


def _clauses(line: str, ends: Iterable[int]) -> Iterator[Clause]:
    """What stands between some places, without the blanks around it."""
    reached = 0
    for end in ends:
        text = line[reached:end].lstrip()
        start = end - len(text)
        if text := text.rstrip():
            yield Clause(text, start, start + len(text))
        reached = end


def _ends(line: str) -> Iterator[int]:
    """Where clauses end, but for the last."""
    marks = [match for match in _END.finditer(line) if match.end() < len(line)]
    if not marks:
        return
    simple = is_simple(line)
    kept = [] if simple else [match.span() for match in protected().finditer(line)]
    after = _after(simple)
    reached = 0
    for match in marks:
        if match.start() < reached or _goes_on(line, match):
            continue
        if any(start < match.end() and match.start() < end for start, end in kept):
            continue
        end = match.end()
        while end < len(line) and (more := after.match(line, end)):
            end = more.end()
        reached = end
        yield end


def _goes_on(line: str, match: re.Match[str]) -> bool:
    """Whether the sentence does not end where a mark stands."""
    mark = match.group("mark")
    if mark is None:
        return False
    following = line[match.end() : match.end() + 2].lstrip()[:1]
    quoted = len(match.group()) > len(mark) and match.group()[len(mark)] not in "*_~"
    if following.islower() and (quoted or len(mark) > 1 or mark == "\u2026"):
        return ("!" not in mark and "?" not in mark) or quoted
    if mark != ".":
        return False
    before = line[max(0, match.start() - _LONGEST_ABBREVIATION) : match.start()]
    return following != "" and _ABBREVIATION.search(before) is not None
