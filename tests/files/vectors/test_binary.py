# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.errors import InputError
from rnnkit.files.vectors import binary
from tests.files.conftest import Told
from tests.files.vectors.conftest import Opened


def written(
    rows: dict[str, list[float]], *, promised: int = 0, end: bytes = b"\n"
) -> bytes:
    dimensions = len(next(iter(rows.values())))
    content = b"%d %d\n" % (promised or len(rows), dimensions)
    for word, row in rows.items():
        content += word.encode() + b" " + np.array(row, "<f4").tobytes() + end
    return content


ROWS = {"the": [0.5, -1.25, 3.0], "é": [0.1, 0.2, 0.3], "cat": [1e-9, 2.0, -0.0]}


@pytest.mark.parametrize("end", [b"\n", b""])
def test_binary_with_and_without_line_feeds(opened: Opened, end: bytes) -> None:
    table = opened(written(ROWS, end=end))
    assert table.format == "word2vec binary"
    assert list(table.words) == list(ROWS)
    np.testing.assert_array_equal(table.numbers, np.array(list(ROWS.values()), "f4"))
    assert list(opened(written(ROWS, end=end), limit=2).words) == ["the", "é"]


def test_many_rows_cross_the_pieces_that_are_read(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binary, "_AT_ONCE", 1000)
    rows = {f"word{number}": [number, -number, 0.5] for number in range(3000)}
    table = opened(written(rows))
    assert list(table.words) == list(rows)
    assert table.numbers[:, 0].tolist() == list(range(3000))


def test_binary_that_cannot_be_used(opened: Opened, told: Told) -> None:
    with told(InputError, "promises 9 words, and ends after 3", "cut short"):
        opened(written(ROWS, promised=9))
    with told(InputError, "promises 3 words, and ends after 2", "cut short"):
        opened(written(ROWS)[:-3])
    with told(InputError, "word 2 of", "binary"):
        opened(written(ROWS | {"é": [0.1, float("nan"), 0.3]}))
    with told(InputError, "ends after 0", "cut short"):
        opened(b"3 3\n" + b"\xff" * 200_000)
