# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.tasks.emojify.lexicon import Lexicon
from rnnkit.tasks.emojify.longtail import name_of, named
from rnnkit.tasks.emojify.reading import Reader

READER = Reader(["the"], np.ones((1, 2), np.float32))
LEXICON = Lexicon.parse(["🐶\tdog | hot dog", "-\tdrawer"]).among(["🐶"])


@pytest.mark.parametrize(
    ("sentence", "emoji"),
    [
        ("a crocodile!", "🐊"),
        ("two crocodiles", "🐊"),
        ("off to Portugal", "🇵🇹"),
        ("an ice cream in the back", "🍨"),
        ("no crocodile here", None),
        ("my dog", None),
        ("free at the top", None),
        ("in the drawer", None),
        ("a crocodile in the drawer", "🐊"),
        ("", None),
    ],
)
def test_things_that_are_named(sentence: str, emoji: str | None) -> None:
    found = named(READER.read(sentence), LEXICON)
    assert (found.emoji if found else None) == emoji


def test_where_the_name_stands() -> None:
    found = named(READER.read("a red panda cub and a crocodile"), LEXICON)
    assert found is not None
    assert (found.emoji, found.start, found.end) == ("🐊", 22, 31)


def test_names() -> None:
    assert name_of("❤️") == ":heart:"
    assert name_of("☕️") == ":coffee:"
