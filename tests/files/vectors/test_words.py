# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.files.vectors import words
from rnnkit.files.vectors.words import WordTable

LISTS = st.lists(st.text(max_size=8), max_size=30)


@given(LISTS, st.text(max_size=8))
def test_a_table_finds_what_a_dictionary_finds(listed: list[str], other: str) -> None:
    table = WordTable.of(listed)
    rows: dict[str, int] = {}
    for row, word in enumerate(listed):
        rows.setdefault(word, row)
    asked = [*listed, other]
    assert table.find_all(asked).tolist() == [rows.get(word, -1) for word in asked]
    first = [rows[word] == row for row, word in enumerate(listed)]
    assert table.first_of_each().tolist() == first
    assert list(table.kept(table.first_of_each())) == list(rows)
    assert list(table.head(3)) == listed[:3]
    assert [table[row] for row in range(len(table))] == listed


def test_words_of_one_hash_are_told_apart(monkeypatch: object) -> None:
    listed = ["a", "b", "a", "c", "b"]
    table = WordTable.of(listed)
    same = np.zeros(5, np.uint64), np.arange(5, dtype=np.uint32)
    table = WordTable(table.blob, table.lengths, same)
    original = words._hashes
    words._hashes = lambda blob, lengths: np.zeros(len(lengths), np.uint64)
    try:
        assert table.find_all(["a", "b", "c", "d"]).tolist() == [0, 1, 3, -1]
        assert table.first_of_each().tolist() == [True, True, False, True, False]
    finally:
        words._hashes = original


def test_a_lone_surrogate_is_no_word() -> None:
    assert WordTable.of(["a"]).find("\udc80") is None
    assert WordTable.of([]).find("a") is None


def test_long_words_and_many_words_have_the_same_hashes_as_alone() -> None:
    listed = [f"word{number}" for number in range(70_000)] + ["x" * 100_000]
    table = WordTable.of(listed)
    for row in (0, 65_535, 65_536, 69_999, 70_000):
        assert table.find(listed[row]) == row
