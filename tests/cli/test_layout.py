# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from rnnkit.cli.layout import (
    ERROR,
    display_width,
    painted,
    table_lines,
    visible,
    visible_text,
)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Tyrannosaurus", "Tyrannosaurus"),
        ("Ünlü Ёжик 恐龍 \u0627\u0644 ❤️ 👩‍🔬", "Ünlü Ёжик 恐龍 \u0627\u0644 ❤️ 👩‍🔬"),
        ("no\u00a0break", "no\u00a0break"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\nb\r\tc\0", "a\\nb\\r\\tc\\x00"),
        ("\x9b31m", "\\x9b31m"),
        ("\u2028\u202e\u2066", "\\u2028\\u202e\\u2066"),
        ("\udc80", "\\udc80"),
    ],
)
def test_nothing_that_steers_a_terminal_stays(given: str, shown: str) -> None:
    assert visible(given) == shown
    assert visible(visible(given)) == shown


def test_a_text_keeps_its_line_breaks() -> None:
    assert visible_text("a\n\tb\r\x1b[2J\n") == "a\n\tb\\r\\x1b[2J\n"


def test_only_paint_passes_and_what_is_painted_is_safe() -> None:
    assert visible(painted("red\x1b[0m", ERROR)) == "\x1b[1;31mred\\x1b[0m\x1b[0m"


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("é", 1), ("e\u0301", 1), ("恐龍", 4), ("🦕", 2), ("", 0)],
)
def test_display_width(text: str, columns: int) -> None:
    assert display_width(text) == columns


def test_a_table_is_aligned_by_what_the_eye_sees() -> None:
    rows = [("恐龍", 7, None), ("Rex", 1200, "x\ny")]
    assert list(table_lines(("name", "count", "note"), rows)) == [
        "name  count  note",
        "恐龍      7",
        "Rex    1200  x\\ny",
    ]


def test_a_table_without_rows_has_its_headers() -> None:
    assert list(table_lines(("name", "count"), [])) == ["name  count"]
