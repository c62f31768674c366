# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.errors import InputError, UsageError
from rnnkit.files.vectors.opening import open_vectors
from rnnkit.files.vectors.table import Table
from rnnkit.files.vectors.words import WordTable
from rnnkit.files.vectors.writing import _shortest, format_of, write_vectors
from tests.files.conftest import Told

FINITE = st.floats(width=32, allow_nan=False, allow_infinity=False)


@given(st.lists(FINITE, max_size=30))
def test_every_number_is_written_so_that_it_comes_back(numbers: list[float]) -> None:
    given = np.array(numbers, np.float32)
    back = np.array([float(token) for token in _shortest(given)]).astype(np.float32)
    assert back.view(np.uint32).tolist() == given.view(np.uint32).tolist()


def test_no_more_digits_are_written_than_are_needed() -> None:
    given = np.array([0.418, -1.5, 0.1, 1 / 3, 0], np.float32)
    assert _shortest(given) == ["0.418", "-1.5", "0.1", "0.33333334", "0"]


@pytest.mark.parametrize("form", ["glove", "word2vec", "word2vec-binary", "fasttext"])
def test_more_rows_than_are_written_at_once(tmp_path: Path, form: str) -> None:
    numbers = np.random.default_rng(1).normal(size=(2500, 3)).astype(np.float32)
    table = Table(WordTable.of([f"w{n}" for n in range(2500)]), numbers, "")
    path = tmp_path / "v"
    write_vectors(path, table, form)
    found = open_vectors(str(path), cached=False)
    assert list(found.words) == list(table.words)
    np.testing.assert_array_equal(found.numbers, numbers)


def test_words_that_a_format_cannot_hold_are_told(tmp_path: Path, told: Told) -> None:
    numbers = np.eye(3, dtype=np.float32)
    blank = Table(WordTable.of(["a b", "c", "d"]), numbers, "")
    write_vectors(tmp_path / "v.txt", blank, "glove")
    assert list(open_vectors(str(tmp_path / "v.txt")).words) == ["a b", "c", "d"]
    with told(InputError, "the word 'a b' holds a blank", "'glove'"):
        write_vectors(tmp_path / "v.vec", blank, "fasttext")
    broken = Table(WordTable.of(["c", "a\nb", "d"]), numbers, "")
    with told(InputError, r"the word 'a\nb' holds a line feed", "'rnnkit'"):
        write_vectors(tmp_path / "w.txt", broken, "glove")
    assert [each.name for each in tmp_path.iterdir()] == ["v.txt"]


def test_the_ending_says_the_format(told: Told) -> None:
    assert format_of(Path("a/b.VEC")) == "fasttext"
    assert format_of(Path("x.bin")) == "word2vec-binary"
    with told(UsageError, "the ending '' does not say", "'.vec'"):
        format_of(Path("x"))
