# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from rnnkit.cli import words
from rnnkit.files.vectors import store
from rnnkit.files.vectors.table import Table
from rnnkit.files.vectors.words import WordTable
from rnnkit.models.vectors import METHODS, METRICS
from tests import tables_of_vectors
from tests.conftest import Runner


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tables_of_vectors.write(tmp_path / "v.txt")
    monkeypatch.chdir(tmp_path)
    return tmp_path


Typed = Callable[[bytes], None]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    def type_in(text: bytes) -> None:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text)))

    return type_in


def test_the_choices_are_those_of_the_models() -> None:
    assert words.METRICS == METRICS
    assert words.METHODS == METHODS


def test_neighbours_in_a_table_with_bars(rnnkit: Runner) -> None:
    outcome = rnnkit("similar", "king", "--top", "2", "--vectors", "v.txt")
    assert outcome.code == 0
    head, first, second = outcome.stdout.splitlines()
    assert head.split() == ["word", "cosine"]
    assert first.split()[:2] == ["queen", "0.9152"]
    assert first.endswith("█▎")
    assert second.split()[0] == "man"
    assert outcome.stderr == ""


def test_neighbours_for_programs(rnnkit: Runner) -> None:
    outcome = rnnkit("similar", "king", "--top", "2", "--vectors", "v.txt", "--json")
    assert outcome.json["model"] == "v.txt"
    assert outcome.json["command"] == "similar"
    assert [each["word"] for each in outcome.json["results"]] == ["queen", "man"]
    lines = rnnkit("similar", "king", "--vectors", "v.txt", "--jsonl").jsonl
    assert [set(line) for line in lines] == [{"word", "score"}] * 7


@pytest.mark.parametrize("metric", METRICS)
def test_each_metric(rnnkit: Runner, metric: str) -> None:
    outcome = rnnkit("similar", "king", "--metric", metric, "--vectors", "v.txt")
    assert outcome.stdout.splitlines()[0].split() == ["word", metric]
    assert outcome.stdout.splitlines()[1].split()[0] == "queen"


def test_two_words_are_compared(rnnkit: Runner) -> None:
    outcome = rnnkit("similar", "man", "king", "--vectors", "v.txt", "--json")
    (result,) = outcome.json["results"]
    assert result["words"] == ["man", "king"]
    assert result["l2"] == pytest.approx(1.9)
    assert set(result) == {"words", "cosine", "l2", "dot"}
    shown = rnnkit("similar", "man", "king", "--vectors", "v.txt").stdout
    assert "l2       1.9000" in shown


def test_small_letters_are_said(rnnkit: Runner) -> None:
    outcome = rnnkit("similar", "King", "--vectors", "v.txt")
    assert outcome.code == 0
    assert outcome.stderr == "there is no vector for 'King'; 'king' is taken\n"


@pytest.mark.parametrize("method", METHODS)
def test_an_analogy(rnnkit: Runner, method: str) -> None:
    asked = ("analogy", "man", "king", "woman", "--method", method)
    outcome = rnnkit(*asked, "--vectors", "v.txt", "--json")
    found = [each["word"] for each in outcome.json["results"]]
    assert len(found) == 5
    assert found[0] == "queen"
    assert not {"man", "king", "woman", "nothing"} & set(found)


def test_free_arithmetic(rnnkit: Runner) -> None:
    given = ("--plus", "king,woman", "--minus", "man", "--vectors", "v.txt")
    assert "queen" in rnnkit("analogy", *given).stdout.splitlines()[1]
    apart = (
        "--plus",
        "king",
        "--plus",
        "woman",
        "--minus",
        "man",
        "--vectors",
        "v.txt",
    )
    assert rnnkit("analogy", *apart).stdout == rnnkit("analogy", *given).stdout
    rnnkit("analogy", "king", *given).told(2, "words stand beside", "--plus")
    rnnkit("analogy", "--minus", "man").told(2, "nothing is added", "--plus")


def test_a_pipe_of_words(rnnkit: Runner, typed: Typed) -> None:
    typed(b"king\n\nQueen\r\n")
    outcome = rnnkit("similar", "-", "--top", "2", "--vectors", "v.txt")
    assert outcome.code == 0
    first, second = outcome.stdout.splitlines()
    assert first == "king: queen man"
    assert second.startswith("Queen: king ")
    assert outcome.stderr == "there is no vector for 'Queen'; 'queen' is taken\n"


def test_a_pipe_of_pairs(rnnkit: Runner, typed: Typed) -> None:
    pairs = b"man king\nking\nMan queen\nman\nman king queen\nman kign\n"
    typed(pairs)
    asked = ("similar", "-", "--top", "1", "--vectors", "v.txt")
    outcome = rnnkit(*asked)
    assert outcome.code == 1
    alone = rnnkit(*asked[:1], "man", "king", *asked[2:], "--json").json["results"][0]
    first, second, third, *_ = outcome.stdout.splitlines()
    assert first == f"man king: {alone['cosine']:.4f}"
    assert second == "king: queen"
    assert third.startswith("Man queen: 0.")
    assert "line 5: it has 3 words instead of 1 or 2" in outcome.stderr
    assert "line 6: there is no vector for 'kign'" in outcome.stderr
    typed(pairs)
    lines = rnnkit(*asked, "--metric", "l2").stdout.splitlines()
    assert lines[0] == f"man king: {alone['l2']:.4f}"
    typed(pairs)
    told = rnnkit(*asked, "--json").json["results"]
    assert told[0] == {
        "question": "man king",
        **{name: alone[name] for name in ("cosine", "l2", "dot")},
    }
    assert told[1]["answers"][0]["word"] == "queen"


def test_a_question_that_has_no_answer_does_not_stop_the_others(
    rnnkit: Runner, typed: Typed
) -> None:
    typed(b"man king woman\nman kign woman\nman king\n")
    asked = ("analogy", "-", "--top", "1", "--vectors", "v.txt")
    outcome = rnnkit(*asked, "--jsonl")
    assert outcome.code == 1
    lines = [json.loads(line) for line in outcome.stdout.splitlines()]
    assert lines[0]["question"] == "man king woman"
    assert [each["word"] for each in lines[0]["answers"]] == ["queen"]
    assert lines[1]["error"] == "there is no vector for 'kign'"
    assert lines[2]["error"] == "it has 2 words instead of 3"
    assert (
        "line 2: there is no vector for 'kign'; did you mean 'king'" in outcome.stderr
    )
    assert "2 of 3 questions could not be answered" in outcome.stderr


def test_many_questions_of_a_pipe_are_answered_as_each_alone(
    rnnkit: Runner, typed: Typed
) -> None:
    known = [word for word in tables_of_vectors.ROWS if word != "nothing"]
    typed("\n".join(known * 200).encode())
    asked = ("similar", "-", "--top", "3", "--vectors", "v.txt")
    lines = rnnkit(*asked).stdout.splitlines()
    assert len(lines) == 1600
    assert lines[:8] * 200 == lines
    for word, line in zip(known, lines, strict=False):
        alone = rnnkit("similar", word, "--top", "3", "--vectors", "v.txt", "--json")
        assert line.split() == [
            f"{word}:",
            *[each["word"] for each in alone.json["results"]],
        ]


def test_vectors_that_ship_are_taken_by_default_and_by_name(
    rnnkit: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets = tmp_path / "assets"
    (assets / "words").mkdir(parents=True)
    numbers = np.array(list(tables_of_vectors.ROWS.values()), np.float32)
    table = Table(WordTable.of(list(tables_of_vectors.ROWS)), numbers, "test")
    store.save(assets / "words" / "small.safetensors", table, packed=True)
    entry: dict[str, object] = {"name": "small", "task": "words"}
    entry |= {"file": "words/small.safetensors"}
    entry |= {"bytes": 1, "sha256": "", "configuration": {}, "metrics": {}}
    entry |= {"licence": "", "made_by": "", "description": ""}
    manifest = assets / "manifest.json"
    manifest.write_text(json.dumps({"schema": 1, "assets": [entry]}))
    monkeypatch.setenv("RNNKIT_ASSETS", str(assets))
    asked = ("analogy", "man", "king", "woman", "--top", "1")
    assert "queen" in rnnkit(*asked).stdout
    assert rnnkit(*asked, "--vectors", "small").stdout == rnnkit(*asked).stdout
    assert words.known_vectors() == ["small"]
    rnnkit(*asked, "--vectors", "smol").told(1, "no vectors 'smol'", "'small'")


def test_without_a_bundle_that_is_said(
    rnnkit: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "manifest.json").write_text('{"schema": 1, "assets": []}')
    monkeypatch.setenv("RNNKIT_ASSETS", str(tmp_path))
    rnnkit("similar", "king").told(1, "no word vectors come with", "--vectors")
