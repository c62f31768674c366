# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rnnkit.tasks.emojify.text import is_simple, words_of


def texts(sentence: str) -> str:
    return " ".join(word.text for word in words_of(sentence))


@pytest.mark.parametrize(
    ("sentence", "read"),
    [
        ("I can't WAIT", "i can not wait"),
        ("cant wont dont", "can not will not do not"),
        ("don’t", "do not"),
        ("She's Tom's sister", "she is tom sister"),
        ("we'll, they've, I'd", "we will they have i would"),
        ("so happy :)", "so happy smile"),
        ("oh no :'(", "oh no crying"),
        ("luv u <3", "love you love"),
        ("omg!!! what?!", "omg ! what !"),
        ("well-known", "well known"),
        ("ﬁne", "fine"),
        ("read `the code` now", "read now"),
        ("see https://a.example/x?y=1 now", "see now"),
        ("mail a.b@c.example now", "mail now"),
        ("<b>bold</b> words", "bold words"),
        ("@anna look #sunset", "look sunset"),
        (":heart: it", "it"),
        ("love ❤️ it", "love it"),
        ("\x00\x1b[31mred", "31mred"),
        ("日本 語", "日本 語"),
        ("", ""),
        ("...", ""),
    ],
)
def test_words(sentence: str, read: str) -> None:
    assert texts(sentence) == read


def test_words_know_where_they_stand_and_what_separates_them() -> None:
    sentence = "No, I can't."
    found = words_of(sentence)
    assert [sentence[w.start : w.end] for w in found] == ["No", "I", "can't", "can't"]
    assert [w.apart for w in found] == [False, True, False, False]


@settings(deadline=None)
@given(st.text())
@example("\u02bc")
@example("\u02bcs")
def test_any_text_has_words_that_stand_in_it(sentence: str) -> None:
    for word in words_of(sentence):
        assert 0 <= word.start < word.end <= len(sentence)
        assert word.text


@settings(deadline=None)
@given(st.text(alphabet="aIdont'n ,.!?-\"xD", max_size=30))
def test_common_signs_are_read_as_among_others(sentence: str) -> None:
    # A sign that is not common makes the sentence be read the long way.
    quick = [(w.text, w.start, w.end) for w in words_of(sentence)]
    slow = [(w.text, w.start, w.end) for w in words_of(sentence + " \u00a7")]
    assert quick == slow


@pytest.mark.parametrize("last", ["é", "^", "''", ".x", "_"])
def test_what_is_not_simple_is_seen_at_once(last: str) -> None:
    """Trying all ways to cut the letters before it would take for ever."""
    assert not is_simple("it isn't that, I said. " * 2_000 + last)
