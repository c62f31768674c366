# SPDX-License-Identifier: Apache-2.0
"""Word vectors as text: GloVe's own form, word2vec's, and fastText's .vec.

All have a word and its numbers on each line. The last two begin with a line that says
how many words and how many numbers there are. The text is read block by block into one
matrix, so that little more than the matrix is ever in memory; the blocks do not depend
on each other, so several threads can share them.
"""

from __future__ import annotations

import re
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import InputError, printable
from rnnkit.files.vectors.lines import BadLineError, LineParser, Rows
from rnnkit.files.vectors.source import Source
from rnnkit.files.vectors.table import Table, cleaned
from rnnkit.files.vectors.words import WordTable

BLOCK = 2**17
"""Bytes that are read at once: what one block needs fits into the cache."""

LONGEST_LINE = 2**20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINES_LOOKED_AT = 200
_HEADER = re.compile(rb"(\d{1,15})[ \t]+(\d{1,15})[ \t\r]*")
_FORM = "vectors have a word and its numbers on each line, as in: the 0.41 -0.24 0.12"

Progress = Callable[[int, int], None]
"""Called with the bytes that are read, and with all there are."""


def read_text(
    source: Source,
    *,
    limit: int | None = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> Table:
    """Read all vectors of a text, or its first `limit`.

    Of equal words the first counts.

    Raises:
        InputError: with the line, if something in it is no vector.
    """
    first = _first_lines(source)
    header = _header(first)
    start = len(first.partition(b"\n")[0]) + 1 if header else 0
    if header and not first[start:].strip(b"\r\n "):
        raise InputError(
            f"line 1 of {source.name} promises {header[0]:,} words, and there are none",
            hint="get a new copy of the file; this one may be cut short",
        )
    dimensions = _dimensions(source, first[start:])
    if header and header[1] != dimensions:
        raise InputError(
            f"line 1 of {source.name} promises {header[1]} numbers a word, and line 2 "
            f"has {dimensions}",
            hint=_FORM,
        )
    lines = 1 if header else 0
    matrix, pieces, lengths = _Matrix(dimensions, source.size), [], []
    try:
        for rows in _parsed(_blocks(source, first[start:]), dimensions, threads):
            lines += rows.lines
            pieces.append(rows.words)
            lengths.append(rows.lengths)
            matrix.append(rows.numbers, len(rows.words) + 8 * rows.numbers.size)
            if progress is not None:
                progress(source.position, source.file_size)
            if limit is not None and matrix.rows >= limit:
                break
    except BadLineError as bad:
        raise InputError(
            f"line {lines + bad.line + 1:,} of {source.name} is no vector: "
            f"{bad.reason}",
            hint=_FORM,
        ) from bad
    source.refuse_changes()
    count = matrix.rows if limit is None else min(limit, matrix.rows)
    if header and limit is None and header[0] != count:
        raise InputError(
            f"line 1 of {source.name} promises {header[0]:,} words, and there are "
            f"{count:,}",
            hint="get a new copy of the file; this one may be cut short",
        )
    blob = np.frombuffer(b"".join(pieces), np.uint8)
    words = WordTable(blob, np.concatenate(lengths)).head(count)
    kind = "word2vec or fastText text" if header else "GloVe text"
    return cleaned(Table(words, matrix.finished(count), kind), source.name)


def _first_lines(source: Source) -> bytes:
    """Enough of the text to see what its lines look like; `source.read` goes on."""
    first = b""
    while first.count(b"\n") < _LINES_LOOKED_AT and len(first) <= LONGEST_LINE:
        piece = source.read(BLOCK)
        if not piece:
            break
        first += piece
    first = first.removeprefix(_BYTE_ORDER_MARK)
    if not first.strip(b"\r\n "):
        raise InputError(f"{source.name} is empty", hint=_FORM)
    if b"\n" not in first[: LONGEST_LINE + 1] and len(first) > LONGEST_LINE:
        raise _too_long(source, 1)
    return first


def _header(first: bytes) -> tuple[int, int] | None:
    """Words and numbers a word, if the text begins with a line that tells them."""
    line, _, rest = first.partition(b"\n")
    fields = _HEADER.fullmatch(line)
    if fields is None:
        return None
    count, dimensions = map(int, fields.groups())
    # Vectors of one number would look alike: then only the next line tells.
    following = rest.partition(b"\n")[0].rstrip(b"\r ").count(b" ")
    return (count, dimensions) if following != 1 or dimensions == 1 else None


def _dimensions(source: Source, lines: bytes) -> int:
    """How many numbers most lines have. The first word may hold blanks, too."""
    whole = lines.split(b"\n")[:_LINES_LOOKED_AT]
    if len(whole) > 1:
        whole.pop()
    counts = Counter(line.rstrip(b"\r ").count(b" ") for line in whole if line)
    dimensions = counts.most_common(1)[0][0] if counts else 0
    if dimensions < 1:
        shown = printable(whole[0].decode("utf-8", "replace"), 40)
        raise InputError(
            f"{source.name} holds no vectors: its first line is '{shown}'", hint=_FORM
        )
    return dimensions


def _blocks(source: Source, rest: bytes) -> Iterator[bytes]:
    """Cut a text into blocks of whole lines, each with its line feed."""
    while piece := source.read(BLOCK):
        cut = piece.rfind(b"\n") + 1
        if cut:
            yield rest + piece[:cut]
            rest = piece[cut:]
            continue
        rest += piece
        if len(rest) - rest.rfind(b"\n") > LONGEST_LINE:
            raise BadLineError(
                rest.count(b"\n"), f"it has more than {LONGEST_LINE:,} bytes"
            )
    if rest:
        yield rest if rest.endswith(b"\n") else rest + b"\n"


def _parsed(blocks: Iterator[bytes], dimensions: int, threads: int) -> Iterator[Rows]:
    """Read block after block, on several threads, in the order of the text."""
    if threads == 1:
        yield from map(LineParser(dimensions).parse, blocks)
        return
    own = threading.local()

    def parse(block: bytes) -> Rows:
        if not hasattr(own, "parser"):
            own.parser = LineParser(dimensions)
        return own.parser.parse(block)

    waiting: deque[Future[Rows]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for block in blocks:
                waiting.append(pool.submit(parse, block))
                if len(waiting) > 2 * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


class _Matrix:
    """Rows that become one matrix without being kept twice."""

    def __init__(self, dimensions: int, size: int | None) -> None:
        self.rows = 0
        self._size = size or 0
        self._numbers = np.empty((0, dimensions), np.float32)

    def append(self, rows: NDArray[np.float32], text: int) -> None:
        """Add rows that took about `text` bytes."""
        needed = self.rows + len(rows)
        if needed > len(self._numbers):
            # Memory that is asked for and never written to costs nothing.
            guess = int(1.05 * self._size / max(text, 1) * len(rows))
            room = max(needed * 3 // 2, guess if not self.rows else 0)
            self._numbers.resize((room, rows.shape[1]), refcheck=False)
        self._numbers[self.rows : needed] = rows
        self.rows = needed

    def finished(self, count: int) -> NDArray[np.float32]:
        self._numbers.resize((count, self._numbers.shape[1]), refcheck=False)
        return self._numbers


def _too_long(source: Source, line: int) -> InputError:
    return InputError(
        f"line {line} of {source.name} has more than {LONGEST_LINE:,} bytes", hint=_FORM
    )
