# SPDX-License-Identifier: Apache-2.0
"""Text that nobody expected, and tables nobody should learn from."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.conftest import Runner

STRANGE = {
    "empty": "",
    "blanks": "  \t ",
    "punctuation": "?!... --- ,,,",
    "emoji only": "❤️ 😄👍🏽",
    "10,000 words": "word " * 10_000,
    "a long word": "a" * 100_000,
    "words with joints": "a-" * 2_000 + " " + "a." * 2_000 + " a+" * 2_000,
    "runs of ticks": " ".join("`" * count for count in range(1, 200)),
    "open remarks": "<!--" * 5_000,
    "other scripts": "Я тебя люблю. 愛してる。 أحبك",
    "control characters": "a\x01b\x1b[31mc\x7f",
    "tabs": "a\tb\tc",
    "a link": "https://example.org/a.b?c=d. e",
    "handles and tags": "@anna #sunset @bob!",
    "right to left": "\u202eabc\u202c",
    "combining": "e\u0301" * 500,
    "joiners": "\u200d\u200c\ufe0f",
    "nested quotes": "((((\"'`*_~" * 50,
    "open code": "`a ``b ```c",
    "numbers": "1 2 3.5 -4 1e99",
    "many stops": "." * 5_000 + " " + "a. " * 2_000,
}


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("place", ["clause", "word"])
def test_strange_text_comes_back(rnnkit: Runner, name: str, place: str) -> None:
    text = STRANGE[name]
    outcome = rnnkit("emojify", "--place", place, "--json", "--", text)
    assert outcome.code == 0, outcome.stderr
    (result,) = outcome.json["results"]
    assert result["text"] == text
    rest = iter(result["output"])
    assert all(character in rest for character in text), "text was lost"


def test_a_lone_surrogate(rnnkit: Runner) -> None:
    outcome = rnnkit("emojify", "I love \udcff you", "--json")
    assert outcome.code == 0
    assert outcome.json["results"][0]["text"] == "I love \udcff you"
    assert rnnkit("emojify", "I love \udcff you").code == 0
    assert rnnkit("emojify", "I love \ud800 you").code == 0


def test_a_line_of_a_megabyte(rnnkit: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    line = b"I love you. " * 90_000 + b"\n"
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(line[: 2**20])))
    outcome = rnnkit("emojify", "--place", "end")
    assert outcome.code == 0
    assert outcome.stdout.startswith("I love you. ")


def test_zero_bytes_in_a_pipe(rnnkit: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"a\0b\n\0\0\n"
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    outcome = rnnkit("emojify", "--jsonl")
    assert [each["text"] for each in outcome.jsonl] == ["a\0b", "\0\0"]


@pytest.mark.parametrize(
    ("arguments", "code", "message", "hint"),
    [
        (["-5 degrees"], 2, "-5", "--"),
        (["a", "b"], 2, "unexpected argument 'b'", "quotes"),
        (["a", "--file", "b"], 2, "both given", "one of them"),
        (["a", "--place", "begin"], 2, "'begin' is none of", "clause"),
        (["a", "--top", "0"], 2, "too small", "--top"),
        (["a", "--min-confidence", "2"], 2, "too large", "0 to 1"),
        (["a", "--min-confidence", "nan"], 2, "not finite", "0 to 1"),
        (["a", "--model", "wid"], 1, "wid", "wide"),
        (["a", "--model", "dino"], 1, "dino", "wide"),
        (["--file", "nowhere.txt"], 1, "there is no file", "ls"),
        (["--file", "letter.txt", "--explain"], 2, "--explain is for one text", "give"),
    ],
)
def test_wrong_use(
    rnnkit: Runner, arguments: list[str], code: int, message: str, hint: str
) -> None:
    outcome = rnnkit("emojify", *arguments)
    assert outcome.code in (code, 3 - code), outcome.stderr
    lines = outcome.stderr.splitlines()
    assert lines[0].startswith("error: ")
    assert message in lines[0]
    assert hint in lines[1]
    assert outcome.stdout == ""


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", "empty"),
        ("I love you,❤️\nme too,❤️\n", "the same label"),
        ("I love you,❤️\npizza,\n", "line 2 of"),
        ("I love you,❤️\npizza,banana\n", "no emoji"),
        ("only text\n", "no label"),
        ("\0\0\n", "zero byte"),
    ],
)
def test_tables_that_teach_nothing(
    rnnkit: Runner, tmp_path: Path, table: str, message: str
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(table, encoding="utf-8")
    out = tmp_path / "mine.safetensors"
    outcome = rnnkit("train", "emojify", str(path), "--out", str(out), "--seed", "1")
    assert outcome.code == 1
    assert message in outcome.stderr
    assert not out.exists()
