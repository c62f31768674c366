# SPDX-License-Identifier: Apache-2.0
"""Lines as they come: a pipe that somebody types into is answered line by line.

What is there is handed on at once, as many lines as there are, and no more than a piece
is ever kept; so a file of any size goes through in constant memory. Nothing is decoded
and nothing is refused: whoever passes text on must be able to give back every byte.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from rnnkit.errors import InputError
from rnnkit.files.reading import open_regular

PIECE = 2**16
"""Bytes that are read at once."""

LONGEST_LINE = 2**20
"""Bytes; what is longer is cut into several lines, of which only the last ends."""

LARGEST_FILE = 2**50


def arriving_lines(path_or_dash: str) -> Iterator[list[bytes]]:
    """The lines of a file, or of standard input for `-`, with their ends, in groups.

    Raises:
        InputError: there is no such file, or it cannot be read.
    """
    if path_or_dash == "-":
        if sys.stdin is None:
            raise InputError(
                "standard input is closed",
                hint="give a text, or the name of a file with --file",
            )
        yield from _lines(sys.stdin.buffer)
        return
    with open_regular(Path(path_or_dash), error=InputError, limit=LARGEST_FILE) as file:
        yield from _lines(file)


def _lines(file: IO[bytes]) -> Iterator[list[bytes]]:
    rest = b""
    # read1 gives what is there and does not wait for more; not every stream has it.
    read = getattr(file, "read1", file.read)
    while piece := read(PIECE):
        *lines, rest = (rest + piece).split(b"\n")
        if lines:
            yield [line + b"\n" for line in lines]
        if len(rest) > LONGEST_LINE:
            yield [rest]
            rest = b""
    if rest:
        yield [rest]
