# SPDX-License-Identifier: Apache-2.0
"""Lines of text, out of a file or standard input.

The text is UTF-8. A byte order mark is dropped, and a line ends at LF, CR LF or CR and
nowhere else: Python's own `splitlines` also cuts at form feeds, U+0085 and U+2028,
which stand inside words of real word lists.

What is not text is refused with the line it was found in, and with a guess what it is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from rnnkit.errors import InputError, quoted
from rnnkit.files.reading import (
    HEAD,
    LARGEST_FILE,
    kind_of,
    open_regular,
    read_at_most,
)

LONGEST_LINE = 2**20
"""Bytes. No name, sentence or solo is longer; a file without line breaks is."""

_STANDARD_INPUT = {"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_lines(path_or_dash: str) -> list[str]:
    """Return the lines of a text file, or of standard input for `-`.

    Lines come without their ends; empty lines are kept, spaces too.

    Raises:
        InputError: there is no such file, it cannot be read, it is not an ordinary
            file, it is empty or too large, it is not UTF-8 text, or a line is longer
            than `LONGEST_LINE`.
    """
    if path_or_dash in _STANDARD_INPUT:
        source, data = "standard input", _read_standard_input()
    else:
        source, data = quoted(path_or_dash), _read(Path(path_or_dash))
    _refuse_other_than_text(source, data)
    return list(_decoded(source, data.removeprefix(_BYTE_ORDER_MARK)))


def _read(path: Path) -> bytes:
    with open_regular(path, error=InputError) as file:
        return read_at_most(file, LARGEST_FILE)


def _read_standard_input() -> bytes:
    # None if the program was started with standard input closed.
    if sys.stdin is None:
        raise InputError(
            "standard input is closed",
            hint="give the name of a file, or pipe text into the command",
        )
    try:
        data = read_at_most(sys.stdin.buffer, LARGEST_FILE + 1)
    except OSError as failure:
        raise InputError(
            f"cannot read standard input: {failure.strerror}",
            hint="give the name of a file, or pipe text into the command",
        ) from failure
    if len(data) > LARGEST_FILE:
        raise InputError(
            f"standard input has more than {LARGEST_FILE:,} bytes",
            hint="give a part of it, for example with: head -n 100000",
        )
    return data


def _refuse_other_than_text(source: str, data: bytes) -> None:
    if not data.removeprefix(_BYTE_ORDER_MARK):
        raise InputError(
            f"{source} is empty", hint="give a text file with one item on each line"
        )
    kind = kind_of(data[:HEAD])
    if kind == "UTF-16 text":
        raise InputError(
            f"{source} is UTF-16 text, not UTF-8",
            hint="convert it: iconv -f UTF-16 -t UTF-8 OLD.txt > NEW.txt",
        )
    if kind == "a gzip file":
        raise InputError(
            f"{source} is a gzip file, not text",
            hint="unpack it: gunzip -c OLD.txt.gz > NEW.txt",
        )
    if kind:
        raise InputError(
            f"{source} is {kind}, not text",
            hint="give a plain text file with one item on each line",
        )


def _decoded(source: str, data: bytes) -> Iterator[str]:
    """Yield line after line, each checked."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if not lines[-1]:
        lines.pop()
    for number, line in enumerate(lines, start=1):
        if b"\x00" in line:
            raise InputError(
                f"{source} is not text: line {number} holds a zero byte",
                hint="give a plain text file with one item on each line",
            )
        if len(line) > LONGEST_LINE:
            raise InputError(
                f"line {number} of {source} has {len(line):,} bytes, and at most "
                f"{LONGEST_LINE:,} are allowed",
                hint="put one item on each line",
            )
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError as failure:
            wrong = line[failure.start]
            raise InputError(
                f"line {number} of {source} is not UTF-8: byte 0x{wrong:02x} after "
                f"{failure.start:,} good bytes",
                hint="convert it: iconv -f CP1252 -t UTF-8 OLD.txt > NEW.txt",
            ) from failure
