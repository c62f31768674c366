# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import pytest

from rnnkit.files.weights import load_tensors, save_tensors
from tests.conftest import Runner

ROWS = """\
I love you,0
my love and my heart,0
we love this baby,0
she loves her mother,0
pizza for dinner,4
I eat bread and cheese,4
lunch was delicious food,4
let us eat dinner,4
"I am sad\t",3,,
you are so sad,3
a sad bad day,3
bad bad news,3
"""
TEST = "I love pizza,4\nlove you,0\nso sad,3\nthe bear,⚾\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "mine.csv").write_bytes(ROWS.replace("\n", "\r\n").encode())
    (tmp_path / "test.csv").write_text(TEST, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arch", "more"),
    [
        ("v1", ["--epochs", "60"]),
        pytest.param(
            "v1", ["--epochs", "60", "--batch-size", "0"], marks=pytest.mark.slow
        ),
        pytest.param("v2", ["--epochs", "12"], marks=pytest.mark.slow),
        pytest.param(
            "sentence",
            ["--epochs", "12", "--lexicon", "none"],
            marks=pytest.mark.slow,
        ),
        ("sentence", ["--epochs", "2"]),
    ],
)
def test_train_and_use(
    rnnkit: Runner, folder: Path, arch: str, more: list[str]
) -> None:
    words = ["train", "emojify", "mine.csv", "--arch", arch, "--test", "test.csv"]
    outcome = rnnkit(*words, "--out", "mine.safetensors", "--seed", "1", *more)
    assert outcome.code == 0, outcome.stderr
    assert "training: 100.0 % right, 12 of 12" in outcome.stdout or "2" in more
    assert "test: " in outcome.stdout
    assert "1 of 4 sentences to test on have labels that are" in outcome.stderr
    assert "rows: what it is" in outcome.stdout
    used = rnnkit("emojify", "I love you", "--model", "mine.safetensors", "--top", "3")
    assert used.code == 0
    if "2" not in more:
        assert used.stdout.startswith("I love you ❤️\n")


@pytest.mark.slow
def test_both_side_by_side(rnnkit: Runner, folder: Path) -> None:
    words = ["train", "emojify", "mine.csv", "--test", "test.csv", "--compare"]
    outcome = rnnkit(*words, "--seeds", "2", "--epochs", "3", "--seed", "1")
    assert outcome.code == 0, outcome.stderr
    lines = outcome.stdout.splitlines()
    assert lines[0].split() == ["accuracy", "in", "%", "training", "test", "seeds"]
    assert [line.split()[0] for line in lines[1:3]] == ["V1", "V2"]
    plain = rnnkit(*words, "--seeds", "2", "--epochs", "3", "--seed", "1", "--json")
    assert [len(each["test"]["all"]) for each in plain.json["results"]] == [2, 2]


def test_the_same_seed_gives_the_same_bytes(rnnkit: Runner, folder: Path) -> None:
    words = ["train", "emojify", "mine.csv", "--seed", "3", "--epochs", "2"]
    for name in ("a", "b"):
        assert rnnkit(*words, "--out", f"{name}.safetensors").code == 0
    one, other = (folder / f"{name}.safetensors" for name in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_for_programs(rnnkit: Runner, folder: Path) -> None:
    words = ["train", "emojify", "mine.csv", "--arch", "v1", "--epochs", "2"]
    outcome = rnnkit(*words, "--out", "mine.safetensors", "--seed", "1", "--json")
    (result,) = outcome.json["results"]
    assert {"model", "epochs", "train_loss", "validation_loss", "seconds"} <= set(
        result
    )
    assert result["judged"]["training"]["labels"] == ["❤️", "😞", "🍴"]


def test_a_model_of_other_vectors_is_refused(rnnkit: Runner, folder: Path) -> None:
    words = ["train", "emojify", "mine.csv", "--arch", "v1", "--epochs", "2"]
    rnnkit(*words, "--out", "mine.safetensors", "--seed", "1")
    tensors, metadata = load_tensors(folder / "mine.safetensors")
    metadata["codec"]["fingerprint"] = "0" * 16
    save_tensors(folder / "other.safetensors", tensors, metadata)
    outcome = rnnkit("emojify", "a", "--model", "other.safetensors")
    outcome.told(1, "was trained with other word vectors", "train it again")


def test_where_to_write_must_be_said(rnnkit: Runner, folder: Path) -> None:
    outcome = rnnkit("train", "emojify", "mine.csv", "--seed", "1")
    outcome.told(2, "no --out FILE was given", "--out")


@pytest.mark.parametrize("arch", ["v1", "v2", "sentence"])
def test_a_loss_without_bounds(rnnkit: Runner, folder: Path, arch: str) -> None:
    wild = ("--learning-rate", "1e38", "--seed", "1", "--lexicon", "none")
    outcome = rnnkit(
        *("train", "emojify", "mine.csv", "--arch", arch), *wild, "--out", "m.bin"
    )
    assert outcome.code == 1
    *_, error, hint = outcome.stderr.splitlines()
    assert error.startswith(("error: the loss is no", "error: the weights grew"))
    assert hint.startswith("hint: try a lower --learning-rate")
    assert not (folder / "m.bin").exists()
