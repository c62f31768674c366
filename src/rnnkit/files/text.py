# SPDX-License-Identifier: Apache-2.0
"""Text, out of a file or standard input: line by line, or as a whole.

The text is UTF-8. A byte order mark is dropped, and a line ends at LF, CR LF or CR and
nowhere else: Python's own `splitlines` also cuts at form feeds, U+0085 and U+2028,
which stand inside words of real word lists.

What is not text is refused with the line it was found in, and with a guess what it is.
"""

from __future__ import annotations

import sys
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

_ITEMS = " with one item on each line"
"""What a hint says of a file of lines."""

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
    lines = _decoded(*_read(path_or_dash, holding=_ITEMS), holding=_ITEMS)
    if not lines[-1]:
        lines.pop()
    return lines


def read_text(path_or_dash: str) -> str:
    """Return a text file, or standard input for `-`, as one text.

    All lines end with LF, however they end in the file, and may be as long as they
    like: some books are one line.

    Raises:
        InputError: as `read_lines`, but for the length of a line.
    """
    source, data = _read(path_or_dash, holding="")
    return "\n".join(_decoded(source, data, longest=LARGEST_FILE, holding=""))


def _read(path_or_dash: str, *, holding: str) -> tuple[str, bytes]:
    """What to call the source, and what it holds."""
    if path_or_dash in _STANDARD_INPUT:
        source, data = "standard input", _read_standard_input()
    else:
        source = quoted(path_or_dash)
        with open_regular(Path(path_or_dash), error=InputError) as file:
            data = read_at_most(file, LARGEST_FILE)
    _refuse_other_than_text(source, data, holding)
    return source, data.removeprefix(_BYTE_ORDER_MARK)


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


def _refuse_other_than_text(source: str, data: bytes, holding: str) -> None:
    if not data.removeprefix(_BYTE_ORDER_MARK):
        raise InputError(f"{source} is empty", hint=f"give a text file{holding}")
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
            hint=f"give a plain text file{holding}",
        )


def _decoded(
    source: str, data: bytes, *, longest: int = LONGEST_LINE, holding: str
) -> list[str]:
    """All lines, each checked; what stands after the last line break is one, too."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    decoded = []
    for number, line in enumerate(lines, start=1):
        if b"\x00" in line:
            raise InputError(
                f"{source} is not text: line {number} holds a zero byte",
                hint=f"give a plain text file{holding}",
            )
        if len(line) > longest:
            raise InputError(
                f"line {number} of {source} has {len(line):,} bytes, and at most "
                f"{LONGEST_LINE:,} are allowed",
                hint="put one item on each line",
            )
        try:
            decoded.append(line.decode("utf-8"))
        except UnicodeDecodeError as failure:
            wrong = line[failure.start]
            raise InputError(
                f"line {number} of {source} is not UTF-8: byte 0x{wrong:02x} after "
                f"{failure.start:,} good bytes",
                hint="convert it: iconv -f CP1252 -t UTF-8 OLD.txt > NEW.txt",
            ) from failure
    return decoded
