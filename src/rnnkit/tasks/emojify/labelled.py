# SPDX-License-Identifier: Apache-2.0
"""Sentences with their emoji, as people keep them in files.

Either a table with commas, text and label, as the files of the course are: further
columns do not matter, nor do quotation marks, tabulators and blanks around the text.
Or lines of text, tabulator, and one to three emoji, best first; "-" where none fits.
The numbers 0 to 4 are the five of the course.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rnnkit.errors import InputError, printable
from rnnkit.tasks.emojify.emoji import NONE, bare, spellings
from rnnkit.tasks.emojify.folding import FIVE
from rnnkit.tasks.emojify.text import emoji

MOST_LABELS = 2_000
"""There are fewer emoji than that."""

_SHARES = (0.65, 0.25, 0.1)
_HEADERS = {"label", "labels", "emoji", "class"}
_LONGEST_LABEL = 40
_HOW = "write an emoji, - where none fits, or 0 to 4 for those of the course"


class Labelled(NamedTuple):
    """A sentence and the emoji that somebody gave it, best first."""

    text: str
    emoji: tuple[str, ...]

    @property
    def target(self) -> dict[str, float]:
        """The share of each emoji: the first counts most."""
        shares = _SHARES[: len(self.emoji)]
        return {
            each: share / sum(shares)
            for each, share in zip(self.emoji, shares, strict=False)
        }


def labelled(lines: Sequence[str], *, called: str = "the file") -> list[Labelled]:
    """Read the lines of a file.

    Raises:
        InputError: a line has no label, or one that is no emoji; or there is no line.
    """
    rows = list(_rows(lines))
    if rows and rows[0][2].lower() in _HEADERS:
        rows = rows[1:]
    found: list[Labelled] = []
    for number, text, label in rows:
        if not text:
            continue
        if not label:
            raise InputError(
                f"line {number} of {called} has no label: {printable(text)}", hint=_HOW
            )
        emoji = tuple(_emoji(each, number, called) for each in label.split())
        found.append(Labelled(text, emoji[: len(_SHARES)]))
    if not found:
        raise InputError(
            f"{called} has no labelled sentences", hint="write a line as: I love you,❤️"
        )
    return _spelled_alike(found)


def labels_of(sentences: Iterable[Labelled]) -> list[str]:
    """The labels that occur, the five first, "none" last.

    Raises:
        InputError: there is one alone, or there are more than there are emoji.
    """
    used = dict.fromkeys(each for sentence in sentences for each in sentence.emoji)
    none = [NONE] if NONE in used else []
    known = [each for each in FIVE if each in used]
    others = sorted(used.keys() - {*known, NONE})
    labels = [*known, *others, *none]
    if len(labels) < 2:
        raise InputError(
            f"all sentences have the same label, {printable(labels[0])}",
            hint="give sentences of two or more labels: there is nothing to tell apart",
        )
    if len(labels) > MOST_LABELS:
        raise InputError(
            f"there are {len(labels):,} labels, and at most {MOST_LABELS:,} are learnt",
            hint="check that the second column holds the labels",
        )
    return labels


def fingerprint_of(sentences: Iterable[Labelled]) -> str:
    """What tells some sentences from others: a checkpoint fits no other."""
    digest = hashlib.sha256()
    for each in sentences:
        digest.update("\t".join((each.text, *each.emoji, "")).encode())
    return digest.hexdigest()[:16]


def _rows(lines: Sequence[str]) -> Iterable[tuple[int, str, str]]:
    """Line, text and label of each line that is not blank."""
    filled = [(n, line) for n, line in enumerate(lines, start=1) if line.strip()]
    tabs = all("\t" in line and "," not in _last(line) for _, line in filled)
    for number, line in filled:
        if tabs:
            text, _, label = line.rpartition("\t")
        else:
            text, label = _columns(line)
        yield number, text.strip(), label.strip()


def _last(line: str) -> str:
    return line.rpartition("\t")[2]


def _columns(line: str) -> tuple[str, str]:
    """The first two columns of a line of a table."""
    try:
        columns = next(iter(csv.reader([line.replace("\0", "")])))
    except csv.Error:
        columns = line.split(",")
    text, label, *_ = [*columns, "", ""]
    return text, label


def _emoji(label: str, number: int, called: str) -> str:
    if label == NONE:
        return NONE
    if label.isdecimal() and label.isascii() and int(label[:9]) < len(FIVE):
        return FIVE[int(label)]
    if len(label) > _LONGEST_LABEL or not emoji().fullmatch(label):
        raise InputError(
            f"line {number} of {called}: '{printable(label)}' is no emoji", hint=_HOW
        )
    return label


def _spelled_alike(sentences: Sequence[Labelled]) -> list[Labelled]:
    """The same emoji with and without a variation selector is one label."""
    known = spellings([*FIVE, *(each for s in sentences for each in s.emoji)])
    return [Labelled(s.text, tuple(known[bare(e)] for e in s.emoji)) for s in sentences]
