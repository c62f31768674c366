# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.tasks.emojify import clauses
from rnnkit.tasks.emojify.clauses import clauses_of, whole


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (
            "Congratulations on the promotion! Lets get coffee and talk. Love you!",
            [
                "Congratulations on the promotion!",
                "Lets get coffee and talk.",
                "Love you!",
            ],
        ),
        (
            "Mr. Smith paid 3.5 at 5 p.m. today.",
            ["Mr. Smith paid 3.5 at 5 p.m. today."],
        ),
        ("well... i guess. it is.", ["well... i guess.", "it is."]),
        ("*I love you!* ok", ["*I love you!*", "ok"]),
        ('"Go!" she said. Hmm?!', ['"Go!" she said.', "Hmm?!"]),
        ("see `a. b` at x.example. Fine", ["see `a. b` at x.example.", "Fine"]),
        ("Fine! ❤️ Next :) more", ["Fine! ❤️", "Next :) more"]),
        ("Yes! :) No", ["Yes! :)", "No"]),
        ("你好。再见！", ["你好。", "再见！"]),
        ("   ", []),
        ("", []),
        ("?!", ["?!"]),
    ],
)
def test_clauses(line: str, parts: list[str]) -> None:
    assert [clause.text for clause in clauses_of(line)] == parts


@settings(deadline=None)
@given(st.text(alphabet="ab .!?…\"')*`:;❤️\n\t", max_size=40) | st.text())
def test_clauses_hold_all_but_blanks_in_order(line: str) -> None:
    reached = 0
    for clause in clauses_of(line):
        assert line[clause.start : clause.end] == clause.text
        assert not line[reached : clause.start].strip()
        reached = clause.end
    assert not line[reached:].strip()


@settings(deadline=None)
@given(st.text(alphabet="abwXD .!?'\"-,3", max_size=30))
def test_simple_lines_are_cut_as_all_others_are(line: str) -> None:
    quick = clauses_of(line)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clauses, "is_simple", lambda text: False)
        assert clauses_of(line) == quick


def test_the_whole_line_is_one_clause() -> None:
    assert [clause.text for clause in whole("  a! b. ")] == ["a! b."]


@pytest.mark.parametrize(
    "text", ["I love you ❤", "ok 👍🏽", "family 👨‍👩‍👧", "flag 🇵🇹"]
)
def test_emoji_that_are_there_are_seen(text: str) -> None:
    assert whole(text)[0].has_emoji
    assert not whole("I love you (c) 5")[0].has_emoji
