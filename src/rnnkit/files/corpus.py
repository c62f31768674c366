# SPDX-License-Identifier: Apache-2.0
"""A corpus as a stream of text: as large as it likes, packed or not.

A piece ends where a line ends, or, in a text without lines, at a blank. So no word is
ever cut, and a corpus larger than memory is read like any other.
"""

from __future__ import annotations

from collections.abc import Iterator

from rnnkit.errors import InputError
from rnnkit.files.reading import kind_of
from rnnkit.files.vectors.source import Source, open_source

_PIECE = 2**21
"""Bytes that are read at once."""

_LONGEST = 2**24
"""Bytes without a line feed or a blank after which a word is cut after all."""


def pieces(given: str, *, size: int = _PIECE) -> Iterator[str]:
    """Yield the text of a file, or of a member of an archive: "FILE.zip:MEMBER".

    Args:
        size: about how many bytes to read at once.

    Raises:
        InputError: there is no such file, it is no UTF-8 text, or it changed meanwhile.
    """
    with open_source(given) as source:
        _refuse_others(source)
        lines, rest = 0, b""
        while data := source.read(size):
            data = rest + data
            cut = _end_of_words(data)
            if cut:
                yield _decoded(data[:cut], source, lines)
            lines += data.count(b"\n", 0, cut)
            rest = data[cut:]
        if rest:
            yield _decoded(rest, source, lines)
        source.refuse_changes()


def check(given: str) -> None:
    """Look at the beginning of a file; better now than when its turn comes.

    Raises:
        InputError: there is no such file, or it holds no text.
    """
    with open_source(given) as source:
        _refuse_others(source)


def _refuse_others(source: Source) -> None:
    kind = kind_of(source.head)
    if kind:
        raise InputError(
            f"{source.name} is {kind}, not a text",
            hint="give plain text in UTF-8, also packed with gzip, bzip2 or xz",
        )
    if not source.head:
        raise InputError(f"{source.name} is empty", hint="give a text to learn from")


def _end_of_words(data: bytes) -> int:
    """Where the last whole line ends, or the last whole word; 0 if none does."""
    cut = data.rfind(b"\n") + 1 or data.rfind(b" ") + 1
    if cut or len(data) < _LONGEST:
        return cut
    cut = len(data) - 1
    while data[cut] & 0xC0 == 0x80:
        cut -= 1
    return cut


def _decoded(data: bytes, source: Source, lines: int) -> str:
    if 0 in data:
        line = lines + data.count(b"\n", 0, data.index(0)) + 1
        raise InputError(
            f"{source.name} is no text: line {line:,} has a NUL byte",
            hint="give plain text in UTF-8",
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as failure:
        line = lines + data.count(b"\n", 0, failure.start) + 1
        raise InputError(
            f"{source.name} is not UTF-8: byte {data[failure.start]:#04x} in line "
            f"{line:,}",
            hint="convert it: iconv -f CP1252 -t UTF-8 OLD.txt > NEW.txt",
        ) from failure
