# SPDX-License-Identifier: Apache-2.0
"""Texts that are none, and commands that want names where there is text."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Runner
from tests.faults.campaign import Case, Prepare, nothing, numbered, survive
from tests.tasks.dino.text.lessons import TEXT

SMALL = ("--epochs", "1", "--hidden", "4", "--seed", "1")
OUT = ("--out", "out.safetensors", *SMALL)
LEARN = ("train", "dino", "--text", "book.txt", *OUT)
READ = ("--model", "book.safetensors")


def holding(data: bytes) -> Prepare:
    """Make the file `book.txt` with these bytes."""
    return lambda folder: (folder / "book.txt").write_bytes(data)


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of a text."""
    from tests.tasks.dino.text.lessons import run, training

    path = tmp_path_factory.mktemp("book") / "book.safetensors"
    run(training(epochs=1)).save(path)
    return path


@pytest.fixture
def with_book(folder: Path, book: Path) -> Path:
    """The current folder, with a model of names and one of text."""
    shutil.copy(book, folder / "book.safetensors")
    return folder


TEXTS = [
    Case(number, about, LEARN, says, hint, prepare=holding(data))
    for number, about, data, says, hint in (
        ("T01", "an empty file", b"", "'book.txt' is empty", "give a text file"),
        ("T02", "only a byte order mark", b"\xef\xbb\xbf", "is empty", "text file"),
        ("T03", "one character", b"a", "only one kind", "somebody has written"),
        ("T04", "one character, always", b"a" * 10**5, "only one kind", "a text"),
        ("T05", "only line breaks", b"\r\n" * 9, "only one kind", "a text"),
        ("T06", "two characters", b"ab", "too short: 1 characters", "--steps"),
        ("T07", "less than a window", b"ab" * 70, "window of 128", "--steps"),
        ("T08", "every byte", bytes(range(256)), "zero byte", "plain text"),
        ("T09", "a zero byte", b"ab\ncd\0", "line 2 holds a zero byte", "plain"),
        ("T10", "Latin-1", b"Beb\xe9 et la b\xeate", "line 1 of 'book.txt'", "iconv"),
        ("T11", "UTF-16", "Once upon".encode("utf-16"), "UTF-16", "iconv"),
        ("T12", "gzip", gzip.compress(b"Once", mtime=0), "gzip file", "gunzip"),
        ("T13", "PDF", b"%PDF-1.7\n", "a PDF document, not text", "plain text"),
    )
]
TEXTS += [
    Case(number, about, words, says, hint, code)
    for number, about, words, says, hint, code in (
        (
            "T20",
            "names and a text",
            ("train", "dino", "names.txt", "--text", "names.txt", *OUT),
            "'names.txt') and --text were both given",
            "give one of them",
            2,
        ),
        (
            "T21",
            "neither names nor a text",
            ("train", "dino", *OUT),
            "no argument FILE was given, and no --text",
            "--text FILE",
            2,
        ),
        (
            "T22",
            "windows for names",
            ("train", "dino", "names.txt", "--steps", "9", *OUT),
            "--steps is for running text",
            "with --text",
            2,
        ),
        (
            "T19",
            "a teacher for a text",
            ("train", "dino", "--text", "names.txt", "--distill", "0.3", *OUT),
            "--distill is for lists of names",
            "leave it out",
            2,
        ),
        (
            "T23",
            "no steps",
            ("train", "dino", "--text", "names.txt", "--steps", "0", *OUT),
            "--steps 0 is too small",
            "--steps 128",
            2,
        ),
        (
            "T24",
            "no such text",
            ("train", "dino", "--text", "nmaes.txt", *OUT),
            "no file 'nmaes.txt'",
            "'names.txt'",
            1,
        ),
        (
            "T25",
            "over its own text",
            ("train", "dino", "--text", "names.txt", "--out", "names.txt", "--force"),
            "'names.txt' is the file to learn from",
            "another --out",
            2,
        ),
    )
]


@numbered(TEXTS)
def test_a_text_that_is_none(case: Case, folder: Path, rnnkit: Runner) -> None:
    survive(case, folder, rnnkit)


WRONG = [
    Case(number, about, words, says, hint, code=2)
    for number, about, words, says, hint in (
        (
            "T30",
            "a character that the text has not",
            ("dino", "complete", "quiz?", *READ, "--seed", "1"),
            "never saw 'q', 'z', '?' ('quiz?')",
            "the characters",
        ),
        (
            "T31",
            "a beam for text",
            ("dino", "complete", "the", "--beam", "3", *READ),
            "--beam is for names",
            "--length",
        ),
        (
            "T32",
            "the longest text",
            ("dino", "complete", "the", "--max-length", "9", *READ),
            "--max-length is for names",
            "--length",
        ),
        (
            "T33",
            "known texts",
            ("dino", "sample", "--allow-known", *READ),
            "--allow-known is for names",
            "another --model",
        ),
        (
            "T34",
            "the length of names",
            ("dino", "complete", "Tyr", "--length", "9", "-m", "small.safetensors"),
            "--length is for running text",
            "--max-length",
        ),
        (
            "T35",
            "the same for new names",
            ("dino", "sample", "--length", "9", "-m", "small.safetensors"),
            "--length is for running text",
            "another --model",
        ),
        ("T36", "no text", ("dino", "score", "", *READ), "empty text", "give a text"),
        ("T37", "nothing", ("dino", "inspect", "", *READ), "empty text", "a text"),
        (
            "T38",
            "a page to inspect",
            ("dino", "inspect", "a" * 9999, *READ),
            "is too long: 9,999 characters",
            "at most 1,000",
        ),
        (
            "T39",
            "no length",
            ("dino", "complete", "the", "--length", "0", *READ),
            "--length 0 is too small",
            "--length 1000",
        ),
    )
]


@numbered(WRONG)
def test_what_a_model_cannot_do(case: Case, with_book: Path, rnnkit: Runner) -> None:
    survive(case, with_book, rnnkit)


@pytest.mark.parametrize(
    "change", [bytes.upper, lambda data: data + "§".encode() * 300], ids=["A", "B"]
)
def test_what_only_the_end_has_is_no_fault(
    change: Callable[[bytes], bytes], folder: Path, rnnkit: Runner
) -> None:
    nothing(folder)
    (folder / "book.txt").write_bytes(change(TEXT.encode()))
    assert rnnkit(*LEARN).code == 0
