# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import gzip
import lzma
from pathlib import Path

import pytest

from rnnkit.errors import InputError
from rnnkit.files import corpus
from rnnkit.files.corpus import pieces

TEXT = "one two\nthree\n\nfour fünf six"


@pytest.mark.parametrize("size", [8, 9, 11, 1000])
def test_nothing_is_lost_and_no_word_is_cut(tmp_path: Path, size: int) -> None:
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    found = list(pieces(str(path), size=size))
    assert "".join(found) == TEXT
    assert [w for piece in found for w in piece.split()] == TEXT.split()


def test_packed_texts(tmp_path: Path) -> None:
    for name, pack in ((".gz", gzip.compress), (".xz", lzma.compress)):
        path = tmp_path / f"text{name}"
        path.write_bytes(pack(TEXT.encode()))
        assert "".join(pieces(str(path))) == TEXT


def test_a_text_without_blanks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "_LONGEST", 10)
    path = tmp_path / "text.txt"
    path.write_text("é" * 40, encoding="utf-8")
    assert "".join(pieces(str(path), size=3)) == "é" * 40


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"one\ntwo\nthr\xe9e\n", "is not UTF-8: byte 0xe9 in line 3"),
        (b"one\n\0", "is no text: line 2 has a NUL byte"),
        (b"MThd\x00\x00\x00\x06\x00\x01", "is a MIDI file, not a text"),
        (gzip.compress(b"a text " * 1000, mtime=0)[:-20], "damaged or cut short"),
    ],
)
def test_what_is_no_text(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        list(pieces(str(path), size=4))
