# SPDX-License-Identifier: Apache-2.0
"""Write vectors in the forms that other programs read.

Numbers are written with as few digits as give the same float32 again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import InputError, UsageError, alternatives, printable
from rnnkit.files.atomic import check_writable, writing
from rnnkit.files.vectors import store
from rnnkit.files.vectors.numbers import NUMBER
from rnnkit.files.vectors.table import Table

FORMATS = {
    ".safetensors": "rnnkit",
    ".vec": "fasttext",
    ".bin": "word2vec-binary",
    ".txt": "glove",
}
"""What a file becomes by its ending, if nothing else is said."""

NAMES = ("rnnkit", "glove", "word2vec", "word2vec-binary", "fasttext")

_ROWS = 1024
_FEWEST_DIGITS = 6
_ALL_DIGITS = 9
"""Digits with which every float32 is told apart from every other."""


def format_of(path: Path) -> str:
    """The format that the ending of a name stands for.

    Raises:
        UsageError: it stands for none.
    """
    if path.suffix.lower() not in FORMATS:
        raise UsageError(
            f"the ending '{printable(path.suffix)}' does not say in which format to "
            "write",
            hint=f"give --format, or a name that ends in {alternatives([*FORMATS])}",
        )
    return FORMATS[path.suffix.lower()]


def write_vectors(
    path: Path,
    table: Table,
    form: str,
    *,
    kind: str = "float32",
    packed: bool = False,
    force: bool = False,
) -> None:
    """Write vectors to a file, whole or not at all.

    Args:
        form: one of `NAMES`.
        kind: for "rnnkit", one of `store.KINDS`; the other formats know float32 alone.
        packed: for "rnnkit", as small as possible.

    Raises:
        InputError: the format cannot hold one of the words.
        OutputError: the file cannot be written.
    """
    if form == "rnnkit":
        check_writable(path, force=force)
        store.save(path, table, kind=kind, packed=packed, force=force)
        return
    _refuse_words(table, form)
    with writing(path, force=force) as file:
        if form != "glove":
            count, dimensions = table.numbers.shape
            file.write(b"%d %d\n" % (count, dimensions))
        if form == "word2vec-binary":
            _write_binary(file, table)
        else:
            for rows in _text_rows(table):
                file.write(rows)


def _refuse_words(table: Table, form: str) -> None:
    """Refuse words that would be read as something else."""
    content = table.words.blob.tobytes()
    bad = {"\n": "a line feed, which ends a word"}
    if form != "word2vec-binary":
        bad["\0"] = "a zero byte, which no text does"
        bad["\ufeff"] = "a byte order mark, which is no part of a text"
    if form != "glove":
        bad[" "] = "a blank, which ends a word"
    for mark, called in bad.items():
        if mark.encode() in content:
            word = next(word for word in table.words if mark in word)
            raise _unwritable(word, called, " or 'glove'" if mark == " " else "")
    if form == "glove" and b" " in content:
        for word in table.words:
            _, *more = word.encode("utf-8", "surrogatepass").split(b" ")
            if more and all(NUMBER.fullmatch(field) for field in more):
                raise _unwritable(word, "numbers, which end a word")


def _unwritable(word: str, called: str, other: str = "") -> InputError:
    return InputError(
        f"the word '{printable(word)}' holds {called} in this format",
        hint=f"write it as 'rnnkit'{other}",
    )


def _write_binary(file: BinaryIO, table: Table) -> None:
    for row in range(len(table.words)):
        numbers = np.asarray(table.numbers[row], "<f4")
        file.write(table.words.raw(row) + b" " + numbers.tobytes() + b"\n")


def _text_rows(table: Table) -> Iterator[bytes]:
    for first in range(0, len(table.words), _ROWS):
        numbers = table.numbers[first : first + _ROWS]
        tokens = _shortest(np.ascontiguousarray(numbers).reshape(-1))
        width = numbers.shape[1]
        lines = []
        for row in range(len(numbers)):
            line = " ".join(tokens[row * width : (row + 1) * width])
            lines.append(table.words.raw(first + row) + b" " + line.encode() + b"\n")
        yield b"".join(lines)


def _shortest(numbers: NDArray[np.float32]) -> list[str]:
    """Every number with the fewest digits, from six on, that give it back."""
    tokens = np.empty(len(numbers), object)
    left = np.arange(len(numbers))
    for digits in range(_FEWEST_DIGITS, _ALL_DIGITS + 1):
        some = numbers[left]
        written = (f"%.{digits}g " * len(some) % tuple(some.tolist())).split()
        tokens[left] = written
        read = np.array(written, np.float64).astype(np.float32)
        left = left[read != some]
        if not len(left):
            break
    return list(tokens)
