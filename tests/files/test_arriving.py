# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from rnnkit.errors import InputError
from rnnkit.files.arriving import LONGEST_LINE, PIECE, arriving_lines


def typed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"a", b"a\r\nb\n\n\xff\x00c", b"x" * (2 * PIECE) + b"\ny\n" * PIECE],
)
def test_every_byte_arrives(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    typed(monkeypatch, data)
    groups = list(arriving_lines("-"))
    lines = [line for group in groups for line in group]
    assert b"".join(lines) == data
    assert all(line.count(b"\n") <= 1 for line in lines)


def test_a_line_without_end_is_handed_on_in_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    typed(monkeypatch, b"x" * (3 * LONGEST_LINE))
    sizes = [len(line) for group in arriving_lines("-") for line in group]
    assert sum(sizes) == 3 * LONGEST_LINE
    assert max(sizes) <= LONGEST_LINE + PIECE


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"one\ntwo")
    assert list(arriving_lines(str(path))) == [[b"one\n"], [b"two"]]
    with pytest.raises(InputError, match="there is no file"):
        list(arriving_lines(str(tmp_path / "lettr.txt")))


def test_a_closed_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(InputError, match="standard input is closed"):
        list(arriving_lines("-"))
