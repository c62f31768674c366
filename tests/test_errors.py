# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.errors import (
    InputError,
    ModelError,
    OutputError,
    RnnkitError,
    TrainingError,
    UsageError,
    alternatives,
    did_you_mean,
    printable,
    suggest,
)


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [
        (UsageError, 2),
        (InputError, 1),
        (ModelError, 1),
        (OutputError, 1),
        (TrainingError, 1),
    ],
)
def test_each_error_carries_message_hint_and_exit_code(
    kind: type[RnnkitError], exit_code: int
) -> None:
    error = kind("no file 'a'", hint="look in the folder")
    assert isinstance(error, RnnkitError)
    assert str(error) == error.message == "no file 'a'"
    assert error.hint == "look in the folder"
    assert error.exit_code == exit_code


def test_a_traceback_shows_the_hint_too() -> None:
    assert InputError("no file", hint="try b").__notes__ == ["hint: try b"]


@pytest.mark.parametrize(
    ("given_word", "known", "expected"),
    [
        ("smaple", ["score", "sample", "inspect"], ["sample"]),
        ("itlay", ["italy", "spain"], ["italy"]),
        ("SAMPLE", ["sample", "score"], ["sample"]),
        ("dino", ["Dino", "DINO"], ["Dino", "DINO"]),
        ("quetzal", ["sample", "score"], []),
        ("", ["sample"], []),
        ("sample", [], []),
        ("aaab", ["aaaa", "aaab", "aaac", "aaad"], ["aaab", "aaad", "aaac"]),
        ("dino", ["dino", "dino"], ["dino"]),
    ],
)
def test_suggest_finds_near_words_best_first(
    given_word: str, known: list[str], expected: list[str]
) -> None:
    assert suggest(given_word, known) == expected


def test_suggest_gives_up_at_once_on_a_text_that_is_no_word() -> None:
    assert suggest("a" * 1_000_000, ["a" * 999_999]) == []


def test_suggest_keeps_to_the_limit() -> None:
    assert len(suggest("aaa", ["aaab", "aaac", "AAAB", "aaad"], limit=2)) == 2


def test_did_you_mean_is_a_question_or_nothing() -> None:
    assert did_you_mean("smaple", ["sample", "score"]) == "did you mean 'sample'?"
    assert did_you_mean("aa", ["aab", "aac"]) in {
        "did you mean 'aab' or 'aac'?",
        "did you mean 'aac' or 'aab'?",
    }
    assert did_you_mean("quetzal", ["sample"]) == ""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ""),
        (["a"], "'a'"),
        (["a", "b"], "'a' or 'b'"),
        (["a", "b", "c"], "'a', 'b' or 'c'"),
        (["a\nb"], "'a\\nb'"),
    ],
)
def test_alternatives_reads_as_a_choice(words: list[str], expected: str) -> None:
    assert alternatives(words) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tyrannosaurus", "Tyrannosaurus"),
        ("Ñandú Тарбозавр", "Ñandú Тарбозавр"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("a\nb\tc\x00", "a\\nb\\tc\\x00"),
        ("\ud800", "\\ud800"),
        ("red \x1b[31m", "red \\x1b[31m"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("a\u2028b", "a\\u2028b"),
    ],
)
def test_printable_escapes_what_would_break_a_line(text: str, expected: str) -> None:
    assert printable(text) == expected


def test_printable_keeps_beginning_and_end_of_a_long_text() -> None:
    shown = printable("/home/someone/" + "deep/" * 100 + "names.txt", 40)
    assert len(shown) == 40
    assert shown.startswith("/home/someone/")
    assert shown.endswith("names.txt")
    assert "…" in shown


@given(st.text(st.characters(codec=None)), st.integers(1, 80))
def test_printable_is_one_line_that_any_terminal_can_encode(
    text: str, limit: int
) -> None:
    shown = printable(text, limit)
    assert shown.splitlines() in ([], [shown])
    shown.encode("utf-8")
    if len(text) > limit:
        assert len(printable("x" * len(text), limit)) == limit
