# SPDX-License-Identifier: Apache-2.0
"""Whatever words and numbers there are: a file gives them back, or is not written."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from rnnkit.errors import InputError
from rnnkit.files.vectors import store
from rnnkit.files.vectors.opening import open_vectors
from rnnkit.files.vectors.table import Table
from rnnkit.files.vectors.words import WordTable
from rnnkit.files.vectors.writing import NAMES, write_vectors

WORDS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
    | st.sampled_from(
        ["a 1", "1", "1 2", "-", "\r", " ", "a ", " a", "\ufeff", "\x85"]
    ),
    min_size=2,
    max_size=9,
    unique=True,
)
NUMBERS = st.floats(width=32, allow_nan=False, allow_infinity=False)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    words = draw(WORDS)
    width = draw(st.integers(2, 4))
    rows = draw(
        st.lists(
            st.lists(NUMBERS, min_size=width, max_size=width),
            min_size=len(words),
            max_size=len(words),
        )
    )
    return Table(WordTable.of(words), np.array(rows, np.float32), "")


@pytest.mark.parametrize("form", NAMES)
@given(table=tables())
def test_vectors_come_back(form: str, table: Table) -> None:
    # GloVe's text does not say how many numbers there are: most lines tell.
    blanks = sum(" " in word for word in table.words)
    assume(form != "glove" or 2 * blanks < len(table.words))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "v")
        try:
            write_vectors(path, table, form)
        except InputError:
            assert form != "rnnkit" or np.abs(table.numbers).max() > 1e18
            return
        try:
            found = open_vectors(str(path), cached=False)
        except InputError as failure:
            assert "too large to measure with" in failure.message  # noqa: PT017
            return
    assert list(found.words) == list(table.words)
    assert found.numbers.tobytes() == table.numbers.tobytes()


@given(table=tables(), kind=st.sampled_from([*store.KINDS, "packed"]))
@example(
    table=Table(WordTable.of(["a"]), np.full((1, 2), 7.82e-43, "f4"), ""), kind="int8"
)
def test_smaller_types_are_near(table: Table, kind: str) -> None:
    numbers = np.clip(table.numbers, -60_000, 60_000)
    table = Table(table.words, numbers, "")
    packed = kind == "packed"
    largest = np.abs(numbers).max(axis=None if packed else 1, initial=0)
    tiny = np.finfo(np.float32).tiny  # below that, numbers have fewer digits
    step = {"float32": 0.0, "float16": largest / 1024 + 1e-6}.get(
        kind, np.maximum(largest / 200, tiny)
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "v")
        store.save(path, table, kind="float32" if packed else kind, packed=packed)
        found = store.load(path)
    assert list(found.words) == list(table.words)
    assert (np.abs(found.numbers - numbers).max(axis=1) <= step).all()
