# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.models.word_training.tokens import normalised


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The cat sat.", "the cat sat"),
        ("Zoë's well-known café—don't!", "zoe 's well known cafe don't"),
        ("“It’s ‘mine’”, he said", "it 's mine he said"),
        ("the dogs' 'quoted' o'clock", "the dogs quoted o'clock"),
        ("it 's already done", "it 's already done"),
        ("3,000 km/h in 1999", "3 000 km h in 1999"),
        ("ﬁne Ａ", "fine a"),
        ("日本 ok", "ok"),
        ("''s ' ' '", "'s"),
    ],
)
def test_words(text: str, words: str) -> None:
    assert normalised(text).split() == words.encode().split()


def test_lines_stay() -> None:
    assert normalised("One.\nTwo\r\nthree") == b"one \ntwo \nthree"


@given(st.text())
def test_once_is_enough(text: str) -> None:
    once = normalised(text).decode("ascii")
    assert normalised(once).split() == once.encode().split()
