# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.errors import InputError
from rnnkit.tasks.emojify.labelled import Labelled, labelled, labels_of

LAB = [
    "never talk to me again,3,,",
    "I want to go play,1,, [3]",
    '"I want to eat\t",4',
    '"no, thanks" ,3',
    "",
    "go away,3",
]


def test_the_files_of_the_lab() -> None:
    assert labelled(LAB) == [
        Labelled("never talk to me again", ("😞",)),
        Labelled("I want to go play", ("⚾",)),
        Labelled("I want to eat", ("🍴",)),
        Labelled("no, thanks", ("😞",)),
        Labelled("go away", ("😞",)),
    ]


def test_lines_with_tabulators() -> None:
    found = labelled(["I love you, mum\t❤ 😘", "see you at nine\t-"])
    assert found == [
        Labelled("I love you, mum", ("❤️", "😘")),
        Labelled("see you at nine", ("-",)),
    ]
    assert found[0].target["❤️"] > found[0].target["😘"]
    assert labels_of(found) == ["❤️", "😘", "-"]


def test_a_line_of_headers_is_none() -> None:
    assert len(labelled(["text,label", "I love you,❤️", "no,😞"])) == 2


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([], "no labelled sentences"),
        (["", " "], "no labelled sentences"),
        (["I love you,"], "line 1 of the file has no label"),
        (["I love you"], "line 1 of the file has no label"),
        (["I love you,❤️", "pizza,banana"], "'banana' is no emoji"),
        (["I love you,❤️", "pizza,7"], "'7' is no emoji"),
        (["pizza," + "9" * 5000], "is no emoji"),
        (["a\0b,"], "has no label"),
    ],
)
def test_what_cannot_be_learnt_from(lines: list[str], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        labelled(lines)


def test_labels_that_tell_nothing_apart() -> None:
    with pytest.raises(InputError, match="the same label"):
        labels_of([Labelled("a", ("❤️",)), Labelled("b", ("❤️",))])


def test_more_labels_than_there_are_emoji() -> None:
    # No picture needs more than eight places of these.
    many = [Labelled("a", (f"{n:x}",)) for n in range(100_000)]
    with pytest.raises(InputError, match="100,000 labels"):
        labels_of(many)


LINES = st.lists(
    st.tuples(
        st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1)
        .map(str.strip)
        .filter(bool),
        st.sampled_from(["❤️", "⚾", "😄", "😞", "🍴", "-", "❤️ 😄"]),
    ),
    min_size=1,
    max_size=9,
)


@given(LINES)
def test_what_is_written_as_a_table_comes_back(rows: list[tuple[str, str]]) -> None:
    wanted = [Labelled(text, tuple(label.split())) for text, label in rows]
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows(rows)
    assert labelled(table.getvalue().split("\n")) == wanted
    assert labelled(["\t".join(row) for row in rows]) == wanted
