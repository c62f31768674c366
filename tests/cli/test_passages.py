# SPDX-License-Identifier: Apache-2.0
"""What `rnnkit train dino --text` and `rnnkit dino` do with running text."""

from __future__ import annotations

import io
import math
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rnnkit.cli.console import Console
from rnnkit.cli.main import run
from rnnkit.engine import Batch, StepDone, Trainer
from tests import small_model
from tests.conftest import CALM, Outcome, Runner
from tests.tasks.dino.text.lessons import RHYME, TEXT

SIZES = ("--hidden", "16", "--embedding", "8", "--batch-size", "4", "--steps", "20")
RECIPE = (*SIZES, "--learning-rate", "0.02", "--epochs", "3", "--seed", "1")
OUT = ("--out", "book.safetensors", *RECIPE)
TRAIN = ("train", "dino", "--text", "book.txt", *OUT)
MODEL = ("--model", "book.safetensors")
SEED = ("--seed", "1")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the real command has read a rhyme, and a list of names."""
    folder = tmp_path_factory.mktemp("text")
    (folder / "book.txt").write_text(TEXT, encoding="utf-8")
    book, out = str(folder / "book.txt"), str(folder / "book.safetensors")
    words = ["train", "dino", "--text", book, "--out", out, *RECIPE]
    told = io.StringIO()
    assert run(words, Console(io.StringIO(), told, {})) == 0, told.getvalue()
    small_model.train(folder)
    return folder


@pytest.fixture
def folder(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a text, a model of it, and one of names."""
    for name in ("book.txt", "book.safetensors", "small.safetensors"):
        (tmp_path / name).write_bytes((trained / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def piped(rnnkit: Runner, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    def run(*words: str, data: str) -> Outcome:
        stream = io.TextIOWrapper(io.BytesIO(data.encode()))
        monkeypatch.setattr(sys, "stdin", stream)
        return rnnkit(*words)

    return run


class TestTrain:
    def test_what_it_tells(self, folder: Path, rnnkit: Runner) -> None:
        outcome = rnnkit(*TRAIN, "--force", "--test", "0.1")
        assert outcome.code == 0, outcome.stderr
        text, network, *progress = outcome.stderr.splitlines()
        assert text == (
            "characters to learn from: 1,542, to validate: 193, to test: 193; "
            "kinds: 22, streams: 4"
        )
        assert network.startswith("LSTM, 1 x 16 units, ")
        epochs = [line for line in progress if line.startswith("epoch ")]
        assert len(epochs) == 3
        header, *lines = outcome.stdout.splitlines()
        assert header.split()[3:] == ["network", "bigram", "Kneser-Ney"]
        losses = {line.split()[0]: float(line.split()[1]) for line in lines[:3]}
        bits = losses["validation"] / math.log(2)
        told = float(lines[3].split()[1])
        assert lines[3].endswith("bits a character; a passage:")
        assert told == pytest.approx(bits, abs=0.002)
        assert lines[-1].endswith(": rnnkit dino sample --model book.safetensors")

    def test_what_it_tells_is_what_can_be_typed(
        self, folder: Path, rnnkit: Runner
    ) -> None:
        words = rnnkit(*TRAIN, "--force").stdout.splitlines()[-1].partition(": ")[2]
        outcome = rnnkit(*words.split()[1:], *SEED)
        assert (outcome.code, len(outcome.stdout)) == (0, 501)

    def test_json_is_as_for_names(self, folder: Path, rnnkit: Runner) -> None:
        outcome = rnnkit(*TRAIN, "--force", "--json", "--mix", "auto")
        (result,) = outcome.json["results"]
        assert result["epochs"] == 3
        assert 0 < result["validation_loss"] <= result["network_validation_loss"]
        assert result["kneser_ney_validation_loss"] < result["bigram_validation_loss"]

    def test_same_seed_same_bytes_also_through_a_pipe(
        self, folder: Path, rnnkit: Runner, piped: Callable[..., Outcome]
    ) -> None:
        expected = (folder / "book.safetensors").read_bytes()
        words = ("train", "dino", "--text", "-", "--out", "piped", *RECIPE)
        windows = "\ufeff" + TEXT.replace("\n", "\r\n")
        assert piped(*words, data=windows).code == 0
        assert (folder / "piped").read_bytes() == expected

    def test_resumed_is_as_uninterrupted(
        self, folder: Path, rnnkit: Runner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Ctrl-C comes in the middle of an epoch, when state is being carried."""
        expected = (folder / "book.safetensors").read_bytes()
        step = Trainer._step

        def interrupting(self: Trainer, batch: Batch) -> StepDone | None:
            if self.optimizer.steps == 40:
                assert self.position > 0
                signal.raise_signal(signal.SIGINT)
            return step(self, batch)

        monkeypatch.setattr(Trainer, "_step", interrupting)
        stopped = rnnkit(*TRAIN, "--force")
        assert stopped.code == 130
        assert "the same command with --resume goes on" in stopped.stderr
        monkeypatch.undo()
        monkeypatch.chdir(folder)
        again = rnnkit(*TRAIN, "--force", "--resume")
        assert "going on after epoch 1" in again.stderr
        assert (folder / "book.safetensors").read_bytes() == expected

    def test_another_text_or_a_list_does_not_resume(
        self, folder: Path, rnnkit: Runner
    ) -> None:
        assert rnnkit(*TRAIN, "--force").code == 0
        (folder / "book.txt").write_text(TEXT + "The end.", encoding="utf-8")
        outcome = rnnkit(*TRAIN, "--force", "--resume")
        assert outcome.code == 1
        assert "made from another text" in outcome.stderr
        (folder / "names.txt").write_text(small_model.LIST, encoding="utf-8")
        words = ("train", "dino", "names.txt", "--out", "book.safetensors")
        outcome = rnnkit(*words, "--force", "--resume", *SEED)
        assert outcome.code == 1
        assert "made from another list of names" in outcome.stderr

    def test_a_book_on_one_line(self, folder: Path, rnnkit: Runner) -> None:
        line = TEXT.replace("\n", " ") * 600
        assert len(line) > 2**20
        (folder / "book.txt").write_text(line, encoding="utf-8")
        tiny = ("--epochs", "1", "--hidden", "2", "--batch-size", "512", "--force")
        outcome = rnnkit(*TRAIN, *tiny, "--steps", "250", "-q")
        assert (outcome.code, outcome.stderr) == (0, "")

    def test_defaults_are_those_for_text(self, folder: Path, rnnkit: Runner) -> None:
        words = ("train", "dino", "--text", "book.txt", "--out", "new", *SEED)
        outcome = rnnkit(*words, "--epochs", "1")
        assert "LSTM, 1 x 256 units" in outcome.stderr


class TestWriteOn:
    def test_a_prompt_and_what_follows(self, folder: Path, rnnkit: Runner) -> None:
        words = ("dino", "complete", "This is the ", *MODEL, *SEED, "--length", "40")
        outcome = rnnkit(*words)
        assert (outcome.code, outcome.stderr) == (0, "")
        assert outcome.stdout.startswith("This is the ")
        assert len(outcome.stdout) == 12 + 40 + 1
        assert rnnkit(*words).stdout == outcome.stdout
        assert rnnkit(*words, terminal=True).stdout == outcome.stdout
        assert rnnkit(*words, "-t", "2").stdout != outcome.stdout

    def test_the_usual_length(self, folder: Path, rnnkit: Runner) -> None:
        outcome = rnnkit("dino", "complete", "the", *MODEL, *SEED)
        assert len(outcome.stdout) == 3 + 500 + 1

    def test_json(self, folder: Path, rnnkit: Runner) -> None:
        words = ("dino", "complete", "the\ncat", *MODEL, *SEED, "--length", "30")
        text = rnnkit(*words, "-n", "3").stdout
        outcome = rnnkit(*words, "-n", "3", "--json")
        results = outcome.json["results"]
        assert [list(result) for result in results] == [["text", "nll", "novel"]] * 3
        assert len({result["text"] for result in results}) == 3
        between = "\n" + "-" * 20 + "\n"
        assert between.join(result["text"] for result in results) + "\n" == text
        assert all(result["novel"] is None for result in results)
        assert rnnkit(*words, "-n", "3", "--jsonl").jsonl == results
        scored = rnnkit("dino", "score", results[0]["text"], *MODEL, "--json").json
        assert scored["results"][0]["nll"] == pytest.approx(results[0]["nll"], rel=1e-4)

    def test_a_prompt_of_any_length(
        self, folder: Path, piped: Callable[..., Outcome]
    ) -> None:
        prompt = RHYME * 40
        words = ("dino", "complete", "-", *MODEL, *SEED, "--length", "20")
        outcome = piped(*words, data=prompt)
        assert outcome.code == 0, outcome.stderr
        assert outcome.stdout.startswith(prompt)
        assert len(outcome.stdout) == len(prompt) + 21

    def test_without_a_seed_one_is_told(self, folder: Path, rnnkit: Runner) -> None:
        outcome = rnnkit("dino", "complete", "the", *MODEL, "--length", "20")
        seed = outcome.stderr.split()[1]
        again = rnnkit(
            "dino", "complete", "the", *MODEL, "--length", "20", "--seed", seed
        )
        assert again.stdout == outcome.stdout

    def test_sample_needs_no_prompt(self, folder: Path, rnnkit: Runner) -> None:
        words = ("dino", "sample", *MODEL, *SEED, "--length", "40")
        assert len(rnnkit(*words).stdout) == 41
        begun = rnnkit(*words, "--prefix", "the").stdout
        assert begun == rnnkit("dino", "complete", "the", *words[2:]).stdout

    def test_a_closed_pipe_is_silent(self, folder: Path) -> None:
        words = (sys.executable, "-m", "rnnkit", "dino", "sample", *MODEL, *SEED)
        with subprocess.Popen(
            [*words, "--length", "100000"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=CALM,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.read(100)
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait(60) == 141


class TestJudge:
    def test_score(self, folder: Path, rnnkit: Runner) -> None:
        outcome = rnnkit("dino", "score", "the\ncat", "tac", *MODEL)
        lines = outcome.stdout.splitlines()
        assert lines[0].startswith(r"the\ncat  ")
        assert lines[0].endswith(" bits) a character")
        assert lines[1].split() == list("the↵cat")
        assert lines[3].startswith("tac  ")

    def test_score_of_a_long_text(
        self, folder: Path, piped: Callable[..., Outcome]
    ) -> None:
        outcome = piped("dino", "score", "-", *MODEL, data=TEXT)
        assert outcome.stdout.startswith("1,928 characters  ")
        (result,) = piped("dino", "score", "-", *MODEL, "--json", data=TEXT).json[
            "results"
        ]
        assert list(result) == ["text", "length", "nll", "characters"]
        assert (result["text"], result["characters"]) == (None, None)
        assert f"  {result['nll']:.3f} nats" in outcome.stdout

    def test_inspect(self, folder: Path, rnnkit: Runner) -> None:
        outcome = rnnkit("dino", "inspect", "the\ncat", *MODEL, "--units", "2")
        title, reads, *_ = outcome.stdout.splitlines()
        assert title == r"the\ncat: layer 1 of 1"
        assert reads.split() == ["reads", "·", *"the↵cat"]
        plain = rnnkit("dino", "inspect", "the\ncat", *MODEL, "--json").json["results"]
        assert plain[0]["characters"][4]["char"] == "\n"
