# SPDX-License-Identifier: Apache-2.0
"""word2vec binary: a line of text, then word, blank, D numbers of 4 bytes, and so on.

Where the next word begins is only known when this one has been read, so the words are
found one by one, and the numbers of many words are copied at once.
"""

from __future__ import annotations

import re

import numpy as np

from rnnkit.errors import InputError
from rnnkit.files.vectors.source import Source
from rnnkit.files.vectors.table import Table, cleaned
from rnnkit.files.vectors.text import Progress
from rnnkit.files.vectors.words import WordTable

_HEADER = re.compile(rb"(\d{1,12}) (\d{1,6})\n")
_AT_ONCE = 2**20
_LONGEST_WORD = 2**16
_BYTES = 4
_NEW_COPY = "get a new copy of the file"


def is_binary(head: bytes) -> bool:
    """Tell word2vec binary from word2vec text by the first bytes of a file."""
    header = _HEADER.match(head)
    if header is None:
        return False
    _, blank, rest = head[header.end() :].partition(b" ")
    # In a text, a number follows; in a binary file, bytes that rarely look like one.
    first = re.match(rb"[+-]?[0-9.]+(?:[eE][+-]?\d+)?[ \r\n]", rest)
    return not blank or first is None


def read_binary(
    source: Source, *, limit: int | None = None, progress: Progress | None = None
) -> Table:
    """Read all vectors, or the first `limit`; of equal words the first counts.

    Raises:
        InputError: the file ends early or holds something else.
    """
    content = source.read(_AT_ONCE)
    header = _HEADER.match(content)
    if header is None:
        raise InputError(f"{source.name} is damaged: it has no header", hint=_NEW_COPY)
    promised, dimensions = int(header[1]), int(header[2])
    count = promised if limit is None else min(limit, promised)
    if not count or not dimensions:
        raise InputError(f"{source.name} holds no vectors", hint=_NEW_COPY)
    size = _BYTES * dimensions
    words: list[bytes] = []
    parts = []
    content, ended = content[header.end() :], False
    while len(words) < count:
        starts, place = [], 0
        while len(words) < count:
            blank = content.find(b" ", place)
            if blank < 0 or blank + 1 + size > len(content):
                break
            # The program that wrote the first such files ends each row with a line.
            words.append(content[place:blank].lstrip(b"\n"))
            starts.append(blank + 1)
            place = blank + 1 + size
        if starts:
            parts.append(_numbers(source, content, starts, dimensions, words))
        if len(words) < count:
            piece = source.read(max(_AT_ONCE, size))
            ended = not piece
            content = content[place:] + piece
        if ended or (len(content) - size > _LONGEST_WORD and b" " not in content):
            raise InputError(
                f"{source.name} promises {promised:,} words, and ends after "
                f"{len(words):,}",
                hint=_NEW_COPY + "; this one may be cut short",
            )
        if progress is not None:
            progress(source.position, source.file_size)
    rest = content[place:] + source.read(_AT_ONCE)
    if limit is None and rest.strip(b"\r\n"):
        raise InputError(
            f"{source.name} promises {promised:,} words, and goes on after them",
            hint=_NEW_COPY,
        )
    source.refuse_changes()
    lengths = np.array([len(word) for word in words], np.int64)
    table = WordTable(np.frombuffer(b"".join(words), np.uint8), lengths)
    return cleaned(Table(table, np.concatenate(parts), "word2vec binary"), source.name)


def _numbers(
    source: Source,
    content: bytes,
    starts: list[int],
    dimensions: int,
    words: list[bytes],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    size = _BYTES * dimensions
    text = np.frombuffer(content, np.uint8)
    windows = np.ndarray((len(text) - size + 1, size), np.uint8, text, strides=(1, 1))
    numbers = windows[starts].view("<f4").astype(np.float32, copy=False)
    wrong = np.flatnonzero(~np.isfinite(numbers).all(axis=1))
    if len(wrong):
        word = len(words) - len(starts) + int(wrong[0]) + 1
        raise InputError(
            f"word {word:,} of {source.name} has a number that is not finite",
            hint="check that this is word2vec's binary form; " + _NEW_COPY,
        )
    return numbers
