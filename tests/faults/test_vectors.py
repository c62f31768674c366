# SPDX-License-Identifier: Apache-2.0
"""Files that are no vectors, words that are none, and questions that have no answer."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests import tables_of_vectors
from tests.conftest import Runner
from tests.faults.campaign import Case, Prepare, contents, numbered, survive
from tests.faults.privileges import as_ordinary_user

GOOD = b"the 0.5 -1.25\nof 2.0 0.125\ncat -0.75 0.5\n"
SIMILAR = ("similar", "of", "--vectors", "v.txt")


def holding(data: bytes, name: str = "v.txt") -> Prepare:
    return lambda folder: (folder / name).write_bytes(data)


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "../"), content)
    return packed.getvalue()


def binary(count: int, rows: int) -> bytes:
    row = b"w%d " + np.ones(3, "<f4").tobytes() + b"\n"
    return b"%d 3\n" % count + b"".join(row % n for n in range(rows))


FILES = [
    Case(number, about, SIMILAR, says, hint, prepare=holding(data))
    for number, about, data, says, hint in (
        ("V01", "empty", b"", "'v.txt' is empty", "a word and its numbers"),
        ("V02", "blank lines", b"\r\n\n  \n", "'v.txt' is empty", "a word and"),
        ("V03", "only a mark", b"\xef\xbb\xbf", "'v.txt' is empty", "a word and"),
        ("V04", "one line, one word", b"the\n", "first line is 'the'", "a word and"),
        ("V05", "a single word", b"of 1 2\n", "no other word to answer", "larger"),
        ("V06", "prose", b"the cat sat\non the mat\n", "'cat' is not a number", "0.41"),
        ("V07", "Latin-1", b"\xe9 1 2\n" + GOOD, "not UTF-8", "iconv"),
        ("V08", "UTF-16", GOOD.decode().encode("utf-16"), "UTF-16", "iconv"),
        ("V09", "a zero byte", GOOD + b"a\0 1 2\n", "line 4 of 'v.txt'", "a word"),
        ("V10", "a 10 MB line", b"a" * 10**7, "line 1 of 'v.txt' has more", "a word"),
        ("V11", "a 10 MB last line", GOOD + b"a" * 10**7, "line 4 of", "a word"),
        ("V12", "a short row", GOOD + b"dog 1.0\n", "1 numbers instead of 2", "a word"),
        (
            "V13",
            "a long row",
            GOOD + b"dog 1 2 3\n",
            "3 numbers instead of 2",
            "a word",
        ),
        ("V14", "a row cut off", GOOD + b"do", "'do' has no numbers", "a word"),
        ("V15", "nan", GOOD + b"dog nan 1\n", "line 4 of 'v.txt'", "a word"),
        ("V16", "inf", GOOD + b"dog 1 -inf\n", "'-inf' is not a number", "a word"),
        ("V17", "1_0", GOOD + b"dog 1_0 1\n", "'1_0' is not a number", "a word"),
        ("V18", "1e999", GOOD + b"dog 1 1e999\n", "'1e999' is not a", "a word"),
        ("V19", "a header with more", b"9 2\n" + GOOD, "promises 9 words", "cut short"),
        ("V20", "a header with less", b"1 2\n" + GOOD, "promises 1 words", "cut short"),
        ("V21", "a header of others", b"3 7\n" + GOOD, "promises 7 numbers", "a word"),
        ("V22", "MIDI", b"MThd\0\0\0\x06\0\1\0\1", "a MIDI file, not", "GloVe"),
        ("V23", "PNG", b"\x89PNG\r\n\x1a\n\0\0", "a PNG picture, not", "GloVe"),
        ("V24", "a pickle", b"\x80\x04\x95\0.", "a Python pickle, not", "GloVe"),
        ("V25", "noise", bytes(range(256)) * 9, "'v.txt'", ""),
        ("V26", "gzip cut short", gzip.compress(GOOD)[:-9], "cut short", "new copy"),
        ("V27", "bzip2 cut short", bz2.compress(GOOD)[:-9], "cut short", "new copy"),
        ("V28", "xz cut short", lzma.compress(GOOD)[:-9], "cut short", "new copy"),
        ("V29", "zip cut short", zipped(a=GOOD)[:-9], "damaged zip", "new copy"),
        ("V30", "an empty zip", zipped(), "an empty zip archive", "GloVe"),
        ("V31", "two members", zipped(a=GOOD, b=GOOD), "holds 2 files", "'v.txt:a'"),
        ("V32", "a way out", zipped(__a=GOOD), "leads out of its folder", "published"),
        ("V33", "a bomb", gzip.compress(b"a" * 10**7), "more than 1,048,576", "a word"),
        (
            "V34",
            "a bomb of zeros",
            gzip.compress(b"a 0 0\n" * 2_000_000),
            "more than 200 times its size",
            "published",
        ),
        ("V35", "binary cut short", binary(9, 4), "ends after 4", "cut short"),
        ("V36", "only a header", b"3 2\n", "promises 3 words", "cut short"),
        (
            "V38",
            "half a header",
            b"2 2",
            "promises 2 words, and there are",
            "cut short",
        ),
        ("V39", "binary with more", binary(2, 4), "and goes on after them", "new copy"),
        ("V37", "half a gzip head", b"\x1f\x8b", "cut short", "new copy"),
    )
]
FILES += [
    Case("V40", "a missing file", ("similar", "a", "--vectors", "w.txt"), "no file"),
    Case(
        "V41",
        "a typing error",
        ("similar", "a", "--vectors", "naems.txt"),
        "no file 'naems.txt'",
        "names.txt",
    ),
    Case("V42", "a folder", ("similar", "a", "--vectors", "."), "is a folder", "ls"),
    Case(
        "V43",
        "/dev/zero",
        ("similar", "a", "--vectors", "/dev/zero"),
        "a pipe or a device",
        "ordinary file",
    ),
    Case(
        "V44",
        "a named pipe",
        SIMILAR,
        "a pipe or a device",
        "ordinary file",
        prepare=lambda folder: os.mkfifo(folder / "v.txt"),
    ),
    Case(
        "V45",
        "a model",
        ("similar", "a", "--vectors", "small.safetensors"),
        "is a model for dino, not a file of vectors",
        "convert",
    ),
    Case(
        "V46",
        "a member that is not there",
        ("similar", "of", "--vectors", "v.txt:c"),
        "no member 'c'",
        "'v.txt:a'",
        prepare=holding(zipped(a=GOOD, b=GOOD)),
    ),
    Case(
        "V47",
        "a member of a text",
        ("similar", "of", "--vectors", "v.txt:c"),
        "no zip archive",
        "alone",
        prepare=holding(GOOD),
    ),
    Case(
        "V48",
        "vectors that do not ship",
        ("similar", "of", "--vectors", "glove"),
        "no vectors 'glove'",
        "",
    ),
    Case(
        "V49",
        "a name that cannot be",
        ("similar", "of", "--vectors", "a\0b.txt"),
        "cannot be the name",
        "",
    ),
]


def table(folder: Path) -> None:
    tables_of_vectors.write(folder / "v.txt")


V = ("--vectors", "v.txt")
WORDS = [
    Case(number, about, words, says, hint, code, prepare=table)
    for number, about, words, says, hint, code in (
        ("W01", "two words", ("analogy", "a", "b", *V), "2 were given", "italy", 2),
        ("W02", "four words", ("analogy", *"abcd", *V), "4 were given", "italy", 2),
        ("W03", "no words", ("analogy", "--vectors=v.txt"), "0 were given", "italy", 2),
        (
            "W04",
            "one word three times",
            ("analogy", "king", "king", "king", *V),
            "no relation",
            "italy italian spain",
            2,
        ),
        ("W05", "three words", ("similar", *"abc", *V), "3 words were given", "odd", 2),
        ("W06", "empty", ("similar", "", *V), "without letters", "king", 1),
        ("W07", "blank", ("similar", " \t", *V), "without letters", "king", 1),
        ("W08", "1 MB", ("similar", "x" * 10**6, *V), "no vector for 'xx", "9", 1),
        ("W09", "emoji", ("similar", "🦖🦕", *V), "no vector for '🦖🦕'", "", 1),
        ("W10", "right to left", ("similar", "מלך", *V), "no vector for 'מלך'", "", 1),
        ("W11", "a lone surrogate", ("similar", "\udc80", *V), r"'\udc80'", "", 1),
        ("W12", "a line feed", ("similar", "a\nb", *V), r"'a\nb'", "", 1),
        ("W13", "a typing error", ("similar", "kign", *V), "'kign'", "'king'", 1),
        ("W14", "zeros", ("similar", "nothing", *V), "is all zeros", "another", 1),
        (
            "W15",
            "none at all",
            ("similar", "--vectors=v.txt"),
            "no argument",
            "rnnkit similar",
            2,
        ),
        ("W16", "--top 0", ("similar", "king", "--top", "0", *V), "too small", "", 2),
        (
            "W17",
            "a metric",
            ("similar", "king", "--metric", "cosin", *V),
            "'cosin'",
            "'cosine'",
            2,
        ),
        (
            "W18",
            "a method",
            ("analogy", *"abc", "--method", "sum", *V),
            "--method 'sum'",
            "",
            2,
        ),
        (
            "W19",
            "a sum of nothing",
            ("analogy", "--plus=king", "--minus", "king", *V),
            "cancel",
            "another",
            1,
        ),
    )
]
WORDS += [
    Case(number, about, words, says, hint, code, prepare=table)
    for number, about, words, says, hint, code in (
        ("W30", "odd of two", ("vectors", "odd", "a", "b", *V), "2 words", "odd", 2),
        (
            "W31",
            "no questions",
            ("vectors", "evaluate", "names.txt", *V),
            "no q",
            "four",
            1,
        ),
        (
            "W32",
            "questions that are not there",
            ("vectors", "evaluate", "q.txt", *V),
            "no file 'q.txt'",
            "",
            1,
        ),
        (
            "W33",
            "an ending",
            ("vectors", "convert", "v.txt", "--out", "v.npy"),
            "'.npy' does not say",
            "--format",
            2,
        ),
        (
            "W34",
            "a file that exists",
            ("vectors", "convert", "v.txt", "--out", "v.txt"),
            "it exists",
            "--force",
            1,
        ),
        (
            "W35",
            "no pair",
            ("vectors", "debias", "--pair", "man", *V),
            "is no pair",
            "man:woman",
            2,
        ),
        (
            "W36",
            "a plane of one word",
            ("vectors", "plot", "king", *V),
            "spans no plane",
            "two words",
            2,
        ),
        (
            "W37",
            "a folder that is not there",
            ("vectors", "plot", "king", "queen", "--out", "x/p.svg", *V),
            "there is no folder 'x'",
            "mkdir",
            1,
        ),
        ("W38", "vectors", ("vectors", "fetch", "glove"), "'glove'", "", 1),
    )
]


@numbered(FILES)
def test_a_file_that_holds_no_vectors(case: Case, folder: Path, rnnkit: Runner) -> None:
    survive(case, folder, rnnkit)


@numbered(WORDS)
def test_a_question_that_cannot_be_asked(
    case: Case, folder: Path, rnnkit: Runner
) -> None:
    survive(case, folder, rnnkit)


def test_a_file_that_may_not_be_read(folder: Path, rnnkit_process: Runner) -> None:
    holding(GOOD)(folder)
    (folder / "v.txt").chmod(0)
    outcome = rnnkit_process(*SIMILAR, cwd=folder, preexec_fn=as_ordinary_user)
    outcome.told(1, "no permission to read 'v.txt'", "ls -l")


ACCEPTED = {
    "a mark": b"\xef\xbb\xbf" + GOOD,
    "CR LF": GOOD.replace(b"\n", b"\r\n"),
    "a header": b"3 2\n" + GOOD,
    "no last line feed": GOOD[:-1],
    "words with blanks": GOOD + b". . . 1 2\nat a@b.com 1 2\n",
    "words that look like blanks": GOOD
    + "\u00a0 1 2\n\u0085 1 2\n\u2028 1 2\n".encode(),
    "equal words": GOOD + b"of 7 7\nof 8 8\n",
    "a row of zeros": GOOD + b"nil 0 0\nnul 0.0 -0.0\n",
    "gzip": gzip.compress(GOOD),
    "zip": zipped(a=GOOD),
}


@pytest.mark.parametrize("about", ACCEPTED)
def test_what_published_files_hold_is_accepted(
    about: str, folder: Path, rnnkit: Runner
) -> None:
    holding(ACCEPTED[about])(folder)
    before = contents(folder)
    outcome = rnnkit(*SIMILAR, "--json")
    assert (outcome.code, outcome.stderr) == (0, "")
    words = [each["word"] for each in outcome.json["results"]]
    assert {"the", "cat"} <= set(words)
    assert not {"of", "nil", "nul"} & set(words)
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (b"", "standard input is empty"),
        (b"\n \n", "only blank lines"),
        (b"\xff\xfe\0", "UTF-16"),
        (b"a\0b\n", "zero byte"),
        (b"x" * (2**20 + 1), "1,048,577 bytes"),
        (b"x" * 10**6, "1 of 1 questions could not be answered"),
    ],
)
def test_a_pipe_that_holds_no_questions(
    folder: Path,
    rnnkit: Runner,
    monkeypatch: pytest.MonkeyPatch,
    typed: bytes,
    says: str,
) -> None:
    table(folder)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(typed)))
    outcome = rnnkit("similar", "-", *V)
    assert outcome.code == 1
    *_, error, hint = outcome.stderr.splitlines()
    assert error.startswith("error: ")
    assert says in error
    assert hint.startswith("hint: ")
