# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.tasks.emojify.shorthand import listed
from rnnkit.tasks.emojify.vocabulary import Vocabulary

WORDS = listed(
    "the so good love happy birthday haha lol barista cuddly miss missing than cafe "
    "ice cream monday morning yes no run hope"
)


@pytest.mark.parametrize(
    ("word", "taken"),
    [
        ("love", "love"),
        ("sooooo", "so"),
        ("goooood", "good"),
        ("yesss", "yes"),
        ("hahahahaha", "haha"),
        ("lololol", "lol"),
        ("hapyy", "happy"),
        ("brithday", "birthday"),
        ("lvoe", "love"),
        ("tahn", "than"),
        ("baristas", "barista"),
        ("cuddliest", "cuddly"),
        ("running", "run"),
        ("hoped", "hope"),
        ("missin", "miss"),
        ("café", "cafe"),
        ("icecream", "ice cream"),
        ("mondaymorning", "monday morning"),
        ("zzyzx", ""),
        ("123456", ""),
        ("x" * 1000, ""),
        ("", ""),
    ],
)
def test_what_words_are_taken_for(word: str, taken: str) -> None:
    assert " ".join(Vocabulary(WORDS).taken_for(word)) == taken


@given(st.text(max_size=60))
def test_any_word_is_taken_for_known_ones(word: str) -> None:
    assert set(Vocabulary(WORDS).taken_for(word)) <= set(WORDS)


def test_of_two_near_words_the_more_frequent_is_meant() -> None:
    assert Vocabulary(["hand", "band"]).taken_for("zand") == ("hand",)
    assert Vocabulary(["band", "hand"]).taken_for("zand") == ("band",)
