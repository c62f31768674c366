# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.errors import InputError
from rnnkit.files import text
from rnnkit.files.text import LONGEST_LINE, read_lines, read_text

from .conftest import Told


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "names.txt"


class _Input:
    """Standard input that holds the given bytes."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"rex", ["rex"]),
        (b"rex\n", ["rex"]),
        (b"rex\nraptor\n", ["rex", "raptor"]),
        (b"rex\r\nraptor\r\n", ["rex", "raptor"]),
        (b"rex\rraptor\r", ["rex", "raptor"]),
        (b"rex\n\n\nraptor", ["rex", "", "", "raptor"]),
        (b"\n", [""]),
        (b"  rex \t\n", ["  rex \t"]),
        (b"\xef\xbb\xbfrex\n", ["rex"]),
        ("Ñandú\nТарбозавр\n".encode(), ["Ñandú", "Тарбозавр"]),
        (
            "a\u2028b\x85c\x0bd\x0ce\x1cf\u2029g\xa0h\n".encode(),
            ["a\u2028b\x85c\x0bd\x0ce\x1cf\u2029g\xa0h"],
        ),
        (b"x" * LONGEST_LINE + b"\ny", ["x" * LONGEST_LINE, "y"]),
    ],
)
@pytest.mark.parametrize("source", ["file", "-", "/dev/stdin"])
def test_lines_are_read_from_files_and_standard_input(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    data: bytes,
    lines: list[str],
) -> None:
    path.write_bytes(data)
    monkeypatch.setattr(sys, "stdin", _Input(data))
    assert read_lines(str(path) if source == "file" else source) == lines


@settings(deadline=None)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0\ufeff")),
        min_size=1,
    ),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_any_lines_come_back_whatever_ends_them(lines: list[str], end: str) -> None:
    data = "".join(line + end for line in lines).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", _Input(data))
        assert read_lines("-") == lines


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (b"", "is empty", "one item on each line"),
        (b"\xef\xbb\xbf", "is empty", "one item on each line"),
        (b"rex\nrap\x00tor\n", "is not text: line 2 holds a zero byte", "plain text"),
        (
            b"rex\nraptor\ncaf\xe9\n",
            "line 3 of {} is not UTF-8: byte 0xe9 after 3 good bytes",
            "iconv -f CP1252 -t UTF-8",
        ),
        (b"a\rb\r\xff", "line 3 of {} is not UTF-8: byte 0xff", "iconv"),
        (b"\xed\xa0\x80", "line 1 of {} is not UTF-8", "iconv"),
        (b"\xc3", "line 1 of {} is not UTF-8", "iconv"),
        (
            b"rex\n" + b"x" * 10_000_000,
            "line 2 of {} has 10,000,000 bytes, and at most 1,048,576 are allowed",
            "put one item on each line",
        ),
        ("rex\n".encode("utf-16"), "is UTF-16 text, not UTF-8", "iconv -f UTF-16"),
        (gzip.compress(b"rex\n", mtime=0), "is a gzip file, not text", "gunzip -c"),
        (b"%PDF-1.7\n", "is a PDF document, not text", "plain text file"),
        (b"MThd\x00\x00\x00\x06", "is a MIDI file, not text", "plain text file"),
        (b"\x80\x04\x95\x00", "is a Python pickle, not text", "plain text file"),
    ],
)
@pytest.mark.parametrize("source", ["file", "-"])
def test_what_is_not_text_is_told(
    path: Path,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
    *,
    source: str,
    data: bytes,
    message: str,
    hint: str,
) -> None:
    path.write_bytes(data)
    monkeypatch.setattr(sys, "stdin", _Input(data))
    name = f"'{path}'" if source == "file" else "standard input"
    with told(InputError, message.format(name), hint):
        read_lines(str(path) if source == "file" else "-")


def test_a_missing_file_suggests_a_near_one(path: Path, told: Told) -> None:
    path.touch()
    with told(InputError, "there is no file", f"did you mean '{path}'?"):
        read_lines(str(path.with_name("nmaes.txt")))


@pytest.mark.parametrize("source", ["/dev/zero", "fifo", "."])
def test_endless_sources_and_folders_are_refused(
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("fifo")
    with told(InputError, f"'{source}' is a ", ""):
        read_lines(source)


def test_a_file_above_the_cap_is_refused_unread(path: Path, told: Told) -> None:
    with open(path, "wb") as file:
        file.truncate(2**30 + 1)
    with told(InputError, "has 1,073,741,825 bytes, and at most 1,073,741,824", "part"):
        read_lines(str(path))


def test_standard_input_above_the_cap_is_refused(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "LARGEST_FILE", 10)
    monkeypatch.setattr(sys, "stdin", _Input(b"x" * 11))
    with told(InputError, "standard input has more than 10 bytes", "a part of it"):
        read_lines("-")


def test_closed_standard_input_is_told(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with told(InputError, "standard input is closed", "pipe text into"):
        read_lines("-")


def test_a_folder_as_standard_input_is_told(tmp_path: Path) -> None:
    """As in `rnnkit emojify < folder`: the shell opens it, and reading fails."""
    program = (
        "from rnnkit.errors import InputError\n"
        "from rnnkit.files.text import read_lines\n"
        "try:\n    read_lines('-')\n"
        "except InputError as error:\n    print(error.message)"
    )
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        done = subprocess.run(
            [sys.executable, "-c", program],
            stdin=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        os.close(folder)
    # Python itself looks at descriptor 0 before our first line runs.
    assert "Is a directory" in done.stdout + done.stderr or "is a directory" in (
        done.stdout + done.stderr
    )


def test_reading_text_needs_neither_numpy_nor_safetensors() -> None:
    program = (
        "import sys, rnnkit.files.text, rnnkit.files.atomic, rnnkit.files.assets\n"
        "print({'numpy', 'safetensors', 'rich', 'typer'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (b"once", "once"),
        (b"once\n\nupon\n", "once\n\nupon\n"),
        (b"once\r\nupon\ra\n\rtime", "once\nupon\na\n\ntime"),
        (b"\n", "\n"),
        (b" \t once\x0c\n ", " \t once\x0c\n "),
        ("\ufeffЖили-были\u2028\n".encode(), "Жили-были\u2028\n"),
        (b"x" * (LONGEST_LINE + 1), "x" * (LONGEST_LINE + 1)),
    ],
)
@pytest.mark.parametrize("source", ["file", "-"])
def test_a_text_is_read_as_a_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch, source: str, data: bytes, whole: str
) -> None:
    path.write_bytes(data)
    monkeypatch.setattr(sys, "stdin", _Input(data))
    assert read_text(str(path) if source == "file" else source) == whole


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (b"", "is empty", "give a text file"),
        (b"once\nup\0on", "line 2 holds a zero byte", "give a plain text file"),
        (b"once\nup\xff", "line 2", "iconv"),
        (b"%PDF-1.4", "a PDF document", "give a plain text file"),
    ],
)
def test_what_is_no_text(path: Path, data: bytes, message: str, hint: str) -> None:
    path.write_bytes(data)
    with pytest.raises(InputError, match=message) as raised:
        read_text(str(path))
    assert hint in raised.value.hint
    assert "item" not in raised.value.hint
