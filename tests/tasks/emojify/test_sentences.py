# SPDX-License-Identifier: Apache-2.0
"""The sentences that are learnt from, and those that judge, have nothing in common."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from rnnkit.files.text import read_lines
from rnnkit.tasks.emojify.folding import FIVE
from rnnkit.tasks.emojify.labelled import Labelled, labelled
from rnnkit.tasks.emojify.lexicon import Lexicon

ROOT = Path(__file__).parents[3]
LEARNT = sorted((ROOT / "assets" / "emojify" / "sentences").glob("*.tsv"))
JUDGING = sorted((ROOT / "tests" / "data" / "emojify").rglob("*.tsv"))


def read(path: Path) -> list[Labelled]:
    return labelled(read_lines(str(path)))


def plain(sentence: str) -> str:
    """A sentence without capitals and signs."""
    return " ".join(re.findall(r"[\w']+", sentence.casefold().replace("’", "'")))


def test_nothing_is_learnt_twice_or_judged_by() -> None:
    judging = {plain(each.text) for path in JUDGING for each in read(path)}
    for path in LEARNT:
        learnt = Counter(plain(each.text) for each in read(path))
        assert not [sentence for sentence, times in learnt.items() if times > 1]
        assert not judging & learnt.keys()


def test_both_halves_differ() -> None:
    halves = [
        {
            plain(each.text)
            for path in JUDGING
            if half in path.parts
            for each in read(path)
        }
        for half in ("tune", "report")
    ]
    assert all(len(half) > 600 for half in halves)
    assert not halves[0] & halves[1]


@pytest.mark.parametrize("path", [*LEARNT, *JUDGING], ids=lambda path: path.stem)
def test_labels_are_known(path: Path) -> None:
    words = Lexicon.parse(read_lines(str(ROOT / "assets" / "emojify" / "lexicon.tsv")))
    wide = path.stem.startswith("wide")
    known = {*(words.emoji if wide else FIVE), "-"}
    assert known.issuperset(emoji for each in read(path) for emoji in each.emoji)
