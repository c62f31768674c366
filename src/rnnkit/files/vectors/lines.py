# SPDX-License-Identifier: Apache-2.0
"""A block of lines -> words and numbers.

A line is a word, then D numbers, with a single blank before each. If all lines of a
block are like that, the places of its blanks and line ends form a table of D + 1
columns, and no line is looked at by itself. If they do not, the lines that fit are read
that way, and the others one by one: some published files have words with blanks in
them (". . ." in glove.840B), where the last D fields are the numbers.

Only blanks and line feeds separate. Python's `split` would also cut at U+0085, at
no-break spaces and at U+2028, which are words or parts of words in published files.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import printable
from rnnkit.files.vectors.numbers import NUMBER, PADDING, NumberParser

_BLANK = 32
_LINE_FEED = 10
_SHOWN = 30


class Rows(NamedTuple):
    """What stands in a block of lines.

    Attributes:
        words: the bytes of all words, one after the other.
        lengths: bytes of each word, (R,).
        numbers: float32, (R, D).
        lines: how many lines there were; empty ones give no row.
    """

    words: bytes
    lengths: NDArray[np.int64]
    numbers: NDArray[np.float32]
    lines: int


class BadLineError(Exception):
    """A line cannot be used; `line` counts from 0 in the block."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class _Fields(NamedTuple):
    """Where things stand in a block: words and numbers by their first and last byte."""

    word_start: NDArray[np.int64]
    word_end: NDArray[np.int64]
    number_start: NDArray[np.int64]
    """(R, D)."""
    number_end: NDArray[np.int64]
    """(R, D)."""


class LineParser:
    """Reads blocks of lines with `dimensions` numbers each, one block at a time."""

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        self._numbers = NumberParser()

    def parse(self, block: bytes) -> Rows:
        """Read a block of whole lines, the last one with its line feed.

        Raises:
            BadLineError: a line has too few or too many numbers, or something else in
                their place.
        """
        if b"\0" in block:
            line = block.count(b"\n", 0, block.index(b"\0"))
            raise BadLineError(line, "it holds a zero byte, so this is no text")
        text = _padded(block)
        fields = _table(text, self.dimensions)
        if fields is not None:
            lines = len(fields.word_start)
            return self._read(text, fields, np.arange(lines), lines)
        tidied = re.sub(rb"[ \r]+\n", b"\n", block)
        if tidied != block:
            text = _padded(tidied)
            fields = _table(text, self.dimensions)
            if fields is not None:
                lines = len(fields.word_start)
                return self._read(text, fields, np.arange(lines), lines)
        return self._read(text, *_one_by_one(text, tidied, self.dimensions))

    def _read(
        self,
        text: NDArray[np.uint8],
        fields: _Fields,
        line_of_row: NDArray[np.int64],
        lines: int,
    ) -> Rows:
        rows = len(fields.word_start)
        start, end = fields.number_start.reshape(-1), fields.number_end.reshape(-1)
        numbers, wrong = self._numbers.parse(text, start, end)
        if wrong is not None:
            token = text[start[wrong] : end[wrong]].tobytes()
            raise BadLineError(
                int(line_of_row[wrong // self.dimensions]),
                f"'{_shown(token)}' is not a number",
            )
        lengths = fields.word_end - fields.word_start
        shift = fields.word_start - (np.cumsum(lengths) - lengths)
        places = np.arange(lengths.sum()) + np.repeat(shift, lengths)
        return Rows(
            text[places].tobytes(),
            lengths,
            numbers.reshape(rows, self.dimensions),
            lines,
        )


def _padded(block: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(block + bytes(PADDING), np.uint8)


def _table(text: NDArray[np.uint8], dimensions: int) -> _Fields | None:
    """The fields of a block in which every line has the same number of them."""
    # One comparison; other control characters spoil the table and so are noticed.
    separators = np.flatnonzero(text[:-PADDING] <= _BLANK)
    if len(separators) % (dimensions + 1):
        return None
    table = separators.reshape(-1, dimensions + 1)
    kinds = text[separators].reshape(table.shape)
    if (kinds[:, -1] != _LINE_FEED).any() or (kinds[:, :-1] != _BLANK).any():
        return None
    return _fields_of(table)


def _fields_of(table: NDArray[np.int64]) -> _Fields:
    line_ends = table[:, -1]
    word_start = np.concatenate(([0], line_ends[:-1] + 1))
    return _Fields(word_start, table[:, 0], table[:, :-1] + 1, table[:, 1:])


def _one_by_one(
    text: NDArray[np.uint8], block: bytes, dimensions: int
) -> tuple[_Fields, NDArray[np.int64], int]:
    """The fields of any block, the line that each row comes from, and the lines."""
    starts, numbers, lines = [], [], []
    place = 0
    content = block.split(b"\n")[:-1]
    for line, each in enumerate(content):
        blanks = np.flatnonzero(text[place : place + len(each)] == _BLANK) + place
        if each:
            if len(blanks) < dimensions:
                raise BadLineError(line, _too_few(each, len(blanks), dimensions))
            if len(blanks) > dimensions:
                _refuse_more_numbers(line, each, dimensions)
            starts.append(place)
            numbers.append(np.append(blanks[-dimensions:], place + len(each)))
            lines.append(line)
        place += len(each) + 1
    table = np.array(numbers, np.int64).reshape(-1, dimensions + 1)
    fields = _Fields(
        np.array(starts, np.int64), table[:, 0], table[:, :-1] + 1, table[:, 1:]
    )
    return fields, np.array(lines, np.int64), len(content)


def _too_few(line: bytes, found: int, dimensions: int) -> str:
    if not found:
        return f"'{_shown(line)}' has no numbers after it, and {dimensions} are needed"
    return f"it has {found} numbers instead of {dimensions}"


def _refuse_more_numbers(line: int, content: bytes, dimensions: int) -> None:
    """A word may hold blanks, but one that goes on with numbers is a longer row."""
    _, *more = content.rsplit(b" ", dimensions)[0].split(b" ")
    if all(NUMBER.fullmatch(field) for field in more):
        raise BadLineError(
            line, f"it has {len(more) + dimensions} numbers instead of {dimensions}"
        )


def _shown(token: bytes) -> str:
    return printable(token.decode("utf-8", "replace"), _SHOWN)
