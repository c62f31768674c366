# SPDX-License-Identifier: Apache-2.0
"""Lists of names that are none, and texts that no model can read."""

from __future__ import annotations

import gzip
import io
import os
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Outcome, Runner
from tests.faults.campaign import Case, Prepare, assert_told, numbered, survive
from tests.faults.privileges import as_ordinary_user

OUT = ("--out", "out.safetensors", "--epochs", "1", "--hidden", "4", "--seed", "1")
TRAIN = ("train", "dino", "list.txt", *OUT)
SMALL = ("--model", "small.safetensors", "--seed", "1")
READ = ("--model", "small.safetensors")


def holding(data: bytes) -> Prepare:
    """Make the file `list.txt` with these bytes."""
    return lambda folder: (folder / "list.txt").write_bytes(data)


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("names.txt", "Rex\nTyra\n")
    return packed.getvalue()


def looping(folder: Path) -> None:
    (folder / "list.txt").symlink_to("list.txt")


LISTS = [
    Case(number, about, TRAIN, says, hint, prepare=holding(data))
    for number, about, data, says, hint in (
        ("I01", "an empty file", b"", "'list.txt' is empty", "one item on each line"),
        ("I02", "only blank lines", b"\n \n\t\n", "no names", "two or more"),
        ("I03", "only a byte order mark", b"\xef\xbb\xbf", "is empty", "text file"),
        ("I04", "one name", b"Tyrannosaurus\n", "has 1 name", "two or more"),
        ("I05", "one character", b"T", "has 1 name", "two or more"),
        ("I06", "one name, thrice", b"Rex\nRex \n\nRex", "has 1 name", "different"),
        ("I07", "a 10 MB line", b"a" * 10**7, "line 1 of 'list.txt' has 10,0", "each"),
        (
            "I08",
            "a page for a name",
            b"Rex\n" + b"a" * 1001,
            "line 2 has 1,001",
            "list",
        ),
        ("I09", "every byte", bytes(range(256)), "zero byte", "text file"),
        ("I10", "a zero byte", b"Rex\nTy\0ra\n", "line 2 holds a zero", "text file"),
        ("I11", "Latin-1", b"Rex\nTyra\nBeb\xe9\n", "line 3 of 'list.txt'", "iconv"),
        ("I12", "half a character", "Rex\nTé".encode()[:-1], "line 2", "iconv"),
        ("I13", "UTF-16", "Rex\nTyra\n".encode("utf-16"), "UTF-16", "iconv"),
        ("I14", "a bell", b"Rex\nTy\ara\n", "line 2 holds the control", "one name"),
        ("I15", "a table", b"Rex\t3\nTyra\t4\n", r"character '\t'", "nothing else"),
        (
            "I16",
            "gzip",
            gzip.compress(b"Rex\nTyra\n", mtime=0),
            "gzip file",
            "gunzip -c",
        ),
        ("I17", "zip", zipped(), "a zip archive, not text", "plain text"),
        ("I18", "PDF", b"%PDF-1.7\n%\xe2\xe3\n", "a PDF document", "plain text"),
        ("I19", "PNG", b"\x89PNG\r\n\x1a\n\0\0", "a PNG picture", "plain text"),
        ("I20", "MIDI", b"MThd\0\0\0\x06\0\1", "a MIDI file", "plain text"),
        ("I21", "a pickle", b"\x80\x04\x95\0.", "a Python pickle", "plain text"),
    )
]
LISTS += [
    Case(number, about, ("train", "dino", given, *OUT), says, hint, prepare=prepare)
    for number, about, given, says, hint, prepare in (
        ("I22", "a model", "small.safetensors", "a safetensors file", "text", None),
        ("I23", "a folder", ".", "'.' is a folder", "ls", None),
        ("I24", "nothing", "", "'.' is a folder", "ls", None),
        (
            "I25",
            "a typing error",
            "nmaes.txt",
            "no file 'nmaes.txt'",
            "'names.txt'",
            None,
        ),
        ("I26", "no such file", "zebra", "no file 'zebra'", "ls", None),
        ("I27", "no such folder", "x/names.txt", "no file 'x/names.txt'", "'x'", None),
        ("I28", "a file as a folder", "names.txt/x", "no file 'names.txt/x'", "", None),
        (
            "I29",
            "a zero byte in the name",
            "a\0b",
            r"'a\x00b' cannot be",
            "check",
            None,
        ),
        ("I30", "a name without end", "x" * 300, "too long", "check the name", None),
        ("I31", "a loop of links", "list.txt", "back to itself", "link", looping),
        (
            "I32",
            "a named pipe",
            "list.txt",
            "a pipe or a device",
            "ordinary file",
            lambda folder: os.mkfifo(folder / "list.txt"),
        ),
    )
    for prepare in (prepare or (lambda folder: None),)
]


@numbered(LISTS)
def test_a_list_that_is_none(case: Case, folder: Path, rnnkit: Runner) -> None:
    survive(case, folder, rnnkit)


def test_a_list_that_nobody_may_read(folder: Path, rnnkit_process: Runner) -> None:
    (folder / "list.txt").touch(mode=0o000)
    outcome = rnnkit_process(*TRAIN, preexec_fn=as_ordinary_user)
    outcome.told(1, "no permission to read 'list.txt'", "ls -l 'list.txt'")
    assert not (folder / "out.safetensors").exists()


UNKNOWN = [
    Case(number, about, words, says, hint, code=2)
    for number, about, words, says, hint in (
        (
            "U01",
            "a prefix in another script",
            ("dino", "sample", "--prefix", "Тyra", *SMALL),
            "never saw 'т' ('Тyra')",
            "the characters abcdegh",
        ),
        (
            "U02",
            "several signs",
            ("dino", "complete", "T-R!", *SMALL),
            "never saw '-', '!'",
            "and their capitals",
        ),
        (
            "U03",
            "a digit in one of several names",
            ("dino", "score", "Rex", "R2", "D2", *READ),
            "never saw '2' ('R2')",
            "abcdegh",
        ),
        ("U04", "an emoji", ("dino", "inspect", "🦖", *READ), "'🦖'", "abcdegh"),
        (
            "U05",
            "a combining mark",
            ("dino", "score", "s\u0327a", *READ),
            "never saw 'ş'",
            "abcdegh",
        ),
        (
            "U06",
            "marks that turn the line around",
            ("dino", "inspect", "\u202esuar", *READ),
            r"never saw '\u202e'",
            "abcdegh",
        ),
        (
            "U07",
            "a lone surrogate",
            ("dino", "score", "ros\udc80", *READ),
            r"never saw '\udc80'",
            "abcdegh",
        ),
        (
            "U08",
            "a line break",
            ("dino", "complete", "tyr\nerror: ha", *SMALL),
            r"never saw '\n', ':', ' '",
            "abcdegh",
        ),
        ("U09", "an empty name", ("dino", "score", "", *READ), "empty", "give a name"),
        ("U10", "nothing to see", ("dino", "inspect", "", *READ), "empty", "a name"),
        ("U11", "a blank", ("dino", "inspect", " ", *READ), "never saw ' '", "abcdegh"),
        *(
            (
                number,
                f"a page to {words[1]}",
                (*words, "a" * 100_000, *words_after),
                "is too long: 100,000 characters",
                "at most 1,000",
            )
            for number, words, words_after in (
                ("U12", ("dino", "sample", "--prefix"), SMALL),
                ("U13", ("dino", "complete"), SMALL),
                ("U14", ("dino", "score"), READ),
                ("U15", ("dino", "inspect"), READ),
            )
        ),
    )
]


@numbered(UNKNOWN)
def test_a_text_that_the_model_cannot_read(
    case: Case, folder: Path, rnnkit: Runner
) -> None:
    survive(case, folder, rnnkit)


def test_the_whole_alphabet_is_told(folder: Path, rnnkit: Runner) -> None:
    (folder / "list.txt").write_text("Ёж\nЖук\nЁ'к\n")
    assert rnnkit(*TRAIN).code == 0
    outcome = rnnkit("dino", "score", "Rex", "--model", "out.safetensors")
    outcome.told(2, "'r', 'e', 'x' ('Rex')", "the characters 'жкуё and their capitals")


class TestStandardInput:
    """What comes through a pipe is held to the same."""

    @pytest.fixture
    def piped(
        self, folder: Path, rnnkit: Runner, monkeypatch: pytest.MonkeyPatch
    ) -> Runner:
        def run(*words: str, data: bytes) -> Outcome:
            stream = io.TextIOWrapper(io.BytesIO(data))
            monkeypatch.setattr(sys, "stdin", stream)
            return rnnkit(*words)

        return run

    @numbered(
        [
            Case(number, about, words, says, code=code)
            for number, about, words, says, code in (
                ("P01", "nothing", ("train", "dino", "-", *OUT), "input is empty", 1),
                ("P02", "nothing", ("dino", "score", "-", *READ), "input is empty", 1),
                (
                    "P03",
                    "Latin-1",
                    ("dino", "score", "-", *READ),
                    "line 1 of standard",
                    1,
                ),
                ("P04", "a pickle", ("dino", "score", "-", *READ), "Python pickle", 1),
                ("P05", "a long line", ("dino", "score", "-", *READ), "too long", 2),
            )
        ]
    )
    def test_it_is_refused(self, case: Case, piped: Runner) -> None:
        data = {
            "nothing": b"",
            "Latin-1": b"\xe9\n",
            "a pickle": b"\x80\x04\x95\0.",
            "a long line": b"a" * 2**20,
        }
        assert_told(piped(*case.words, data=data[case.about]), case)

    @pytest.mark.parametrize(
        "words", [("train", "dino", "-", *OUT), ("dino", "score", "-", *READ)]
    )
    def test_it_may_be_closed(
        self, folder: Path, rnnkit_process: Runner, words: tuple[str, ...]
    ) -> None:
        outcome = rnnkit_process(*words, preexec_fn=lambda: os.close(0))
        outcome.told(1, "standard input is closed", "pipe text into the command")
        assert not (folder / "out.safetensors").exists()
