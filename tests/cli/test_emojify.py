# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from rnnkit.cli.emojify import emojify
from tests.conftest import CALM, Runner

PROMOTION = "Congratulations on the promotion! Lets get coffee and talk. Love you!"
ANSWERED = (
    "Congratulations on the promotion! 👍 Lets get coffee and talk. ☕️ Love you! ❤️"
)

Typed = Callable[[bytes], None]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    def type_in(text: bytes) -> None:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text)))

    return type_in


def test_the_picture_with_which_the_lab_opens(rnnkit: Runner) -> None:
    outcome = rnnkit("emojify", PROMOTION)
    assert (outcome.code, outcome.stdout, outcome.stderr) == (0, f"{ANSWERED}\n", "")


def test_a_negation_turns_it_around(rnnkit: Runner) -> None:
    outcome = rnnkit("emojify", "not feeling happy", "--json")
    (clause,) = outcome.json["results"][0]["clauses"]
    assert clause["emoji"] not in ("😄", "😂", "❤️", "🎉", "😍")


@pytest.mark.parametrize(
    "text", ["The meeting starts at nine.", "He parked beside the second door."]
)
def test_where_nothing_fits_nothing_is_set(rnnkit: Runner, text: str) -> None:
    outcome = rnnkit("emojify", text, "--model", "five")
    assert outcome.stdout == f"{text}\n"


def test_what_programs_get(rnnkit: Runner) -> None:
    outcome = rnnkit("emojify", PROMOTION, "--json", "--top", "5")
    assert (outcome.json["command"], outcome.json["model"]) == ("emojify", "wide")
    (result,) = outcome.json["results"]
    assert list(result) == ["text", "output", "clauses"]
    assert (result["text"], result["output"]) == (PROMOTION, ANSWERED)
    assert [each["emoji"] for each in result["clauses"]] == ["👍", "☕️", "❤️"]
    for clause in result["clauses"]:
        assert list(clause) == ["text", "emoji", "probability", "candidates"]
        assert clause["candidates"][0] == {
            "emoji": clause["emoji"],
            "probability": clause["probability"],
        }
        shares = [each["probability"] for each in clause["candidates"]]
        assert len(shares) == 5
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) <= 1.001


@pytest.mark.parametrize(
    ("place", "output"),
    [
        ("word", "We ordered a pizza 🍕.\n"),
        ("replace", "We ordered a 🍕.\n"),
        ("end", "We ordered a pizza. 🍕\n"),
        ("only", "🍕\n"),
    ],
)
def test_places(rnnkit: Runner, place: str, output: str) -> None:
    assert rnnkit("emojify", "We ordered a pizza.", "--place", place).stdout == output


def test_least_confidence(rnnkit: Runner) -> None:
    outcome = rnnkit("emojify", PROMOTION, "--min-confidence", "1")
    assert outcome.stdout == f"{PROMOTION}\n"


def test_names_in_place_of_pictures(rnnkit: Runner) -> None:
    outcome = rnnkit("emojify", "I love you", "--ascii", "--top", "1")
    first, second = outcome.stdout.splitlines()
    assert first == "I love you :heart:"
    assert second.split()[0] == ":heart:"


def test_the_long_tail(rnnkit: Runner) -> None:
    assert "🐊" in rnnkit("emojify", "We saw a crocodile.", "--all").stdout
    assert "🐊" not in rnnkit("emojify", "We saw a crocodile.").stdout
    assert "🐊" not in rnnkit("emojify", "There was no crocodile.", "--all").stdout


def test_an_explanation(rnnkit: Runner) -> None:
    outcome = rnnkit("emojify", "I lovve you soooo much", "--explain")
    lines = outcome.stdout.splitlines()
    assert lines[0] == "I lovve you soooo much ❤️"
    assert "because of" in lines[1]
    assert any("lovve" in line and "read as love" in line for line in lines)
    words = rnnkit("emojify", "not happy", "--explain", "--json").json["results"][0]
    happy = words["clauses"][0]["words"][1]
    assert happy["word"] == "happy"
    assert happy["negated"]
    assert 0 <= happy["attention"] <= 1


def test_an_explanation_as_svg(rnnkit: Runner, tmp_path: Path) -> None:
    path = tmp_path / "why.svg"
    asked = ("emojify", "I love you. <not> happy", "--svg", str(path))
    rnnkit(*asked).told(2, "of use with --explain alone", "--explain")
    assert not path.exists()
    outcome = rnnkit(*asked, "--explain")
    assert outcome.stderr == f"wrote {path}\n"
    drawn = list(ElementTree.parse(path).getroot().itertext())
    for word in ("love", "happy", "❤️ ("):
        assert any(each.startswith(word) for each in drawn)
    rnnkit(*asked, "--explain").told(1, "it exists", "--force")


LETTER = (
    b"# Hello  \r\n\n  * I love you!  \n```\nI love you\n```\n"
    b"caf\xe9 \xff\n| I love you | b |\n\tI love `you.` so much\n"
    b"I love you \xe2\x9d\xa4"
)


def test_a_pipe_keeps_every_byte(rnnkit: Runner, typed: Typed) -> None:
    typed(LETTER)
    outcome = rnnkit("emojify")
    assert outcome.code == 0
    assert outcome.stderr.splitlines() == ["line 7 is not UTF-8 and stays as it is"]
    # Streams in memory have no bytes; what could not be decoded is shown as such.
    shown = LETTER.decode("utf-8", "replace").replace("\r", "\\r")
    for picture in (" ❤️", " 👋", " 😍", " 😘"):
        outcome = type(outcome)(0, outcome.stdout.replace(picture, ""), "")
    assert outcome.stdout == shown.replace(" \u2764", "\u2764") or (
        outcome.stdout == shown
    )


def test_a_process_writes_back_what_it_read() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rnnkit", "emojify", "-q"],
        input=LETTER,
        capture_output=True,
        check=True,
        env=CALM | {"LC_ALL": "C"},
    )
    lines = zip(LETTER.split(b"\n"), done.stdout.split(b"\n"), strict=True)
    for before, after in lines:
        kept = after
        for picture in ("❤️", "👋", "😍", "😘"):
            kept = kept.replace(f" {picture}".encode(), b"", 1)
        assert before in (after, kept)
    assert done.stdout.count(b"!  \n") == 0
    assert "  * I love you! ❤️  \n".encode() in done.stdout


def test_a_pipe_is_answered_line_by_line() -> None:
    command = [sys.executable, "-m", "rnnkit", "emojify", "--jsonl"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=CALM
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"I love you\n")
        process.stdin.flush()
        # Were it to wait for more, this would wait for ever.
        assert b'"text": "I love you"' in process.stdout.readline()
        process.stdin.close()
        assert process.wait() == 0


def test_a_file(rnnkit: Runner, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("I love you\n\nThe file is on the desk\n", encoding="utf-8")
    outcome = rnnkit("emojify", "--file", str(path), "--jsonl")
    assert [each["text"] for each in outcome.jsonl] == [
        "I love you",
        "",
        "The file is on the desk",
    ]
    assert outcome.jsonl[1]["clauses"] == []


@pytest.mark.parametrize("model", ["course", "five", "wide"])
def test_models_that_ship(rnnkit: Runner, model: str) -> None:
    assert rnnkit("emojify", "I love you", "--model", model).stdout == "I love you ❤️\n"


def test_help_imports_little(rnnkit: Runner) -> None:
    assert emojify.__doc__
    outcome = rnnkit("emojify", "--help")
    assert outcome.code == 0
    assert outcome.stdout.index("Examples:") < outcome.stdout.index("Usage:")


def test_weights_are_small() -> None:
    folder = Path(__file__).parents[2] / "assets" / "emojify"
    assert sum(os.path.getsize(path) for path in folder.glob("*.safetensors")) < 4e6
