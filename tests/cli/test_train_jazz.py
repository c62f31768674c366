# SPDX-License-Identifier: Apache-2.0
"""`rnnkit train jazz`: solos over chords, one a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnkit.tasks.jazz.model import SoloModel
from tests.conftest import Outcome, Runner
from tests.tasks.jazz.lessons import FILE, harmony

SMALL = ("--hidden", "8", "--steps", "16", "--epochs", "2", "--seed", "1")
SPLIT = ("--validation", "0.2", "--test", "0.2")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a file of twelve solos."""
    (tmp_path / "solos.jsonl").write_text("\n".join(FILE) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def train(rnnkit: Runner, *more: str) -> Outcome:
    return rnnkit(
        "train", "jazz", "solos.jsonl", "--out", "my.safetensors", *SMALL, *SPLIT, *more
    )


def test_what_it_tells(folder: Path, rnnkit: Runner) -> None:
    outcome = train(rnnkit)
    assert outcome.code == 0, outcome.stderr
    notes, network, *progress = outcome.stderr.splitlines()
    assert notes.startswith("notes to learn from: ")
    assert "to beat: n-grams" in network
    assert sum(line.startswith("epoch ") for line in progress) == 2
    header, training, validation, test, *advice, wrote = outcome.stdout.splitlines()
    assert header.split()[3:] == [
        "pitch",
        "duration",
        "next",
        "step",
        "together",
        "n-grams",
    ]
    assert [row.split()[0] for row in (training, validation, test)] == [
        "training",
        "validation",
        "test",
    ]
    pitch, duration, step, together, counted = map(float, test.split()[1:])
    assert together == pytest.approx(pitch + duration + step, abs=0.002)
    assert 0 < counted < 10
    assert advice
    assert wrote == "wrote my.safetensors"


def test_the_model_improvises(folder: Path, rnnkit: Runner) -> None:
    train(rnnkit)
    model = SoloModel.load(folder / "my.safetensors")
    assert len(model.improvise(harmony(), seed=1)[0].notes) > 5


def test_json(folder: Path, rnnkit: Runner) -> None:
    outcome = train(rnnkit, "--json")
    (result,) = outcome.json["results"]
    assert result["epochs"] == 2
    assert result["test_loss"] == pytest.approx(sum(result["test_losses"].values()))
    assert result["ngram_test_losses"].keys() == result["test_losses"].keys()


def test_resuming(folder: Path, rnnkit: Runner) -> None:
    train(rnnkit)
    longer = train(rnnkit, "--resume", "--force", "--epochs", "3")
    assert longer.code == 0, longer.stderr
    assert "going on after epoch 2" in longer.stderr


def test_another_collection_is_not_what_was_begun(folder: Path, rnnkit: Runner) -> None:
    train(rnnkit)
    (folder / "solos.jsonl").write_text("\n".join(FILE[1:]), encoding="utf-8")
    outcome = train(rnnkit, "--resume", "--force")
    outcome.told(1, "from another collection of solos", "give the same collection")


def test_a_file_that_holds_no_solos(folder: Path, rnnkit: Runner) -> None:
    (folder / "solos.jsonl").write_text("Rex\nRaptor\n", encoding="utf-8")
    train(rnnkit).told(1, "line 1 does not hold the events of a solo", "JSON object")
    assert not (folder / "my.safetensors").exists()
