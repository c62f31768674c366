# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C, SIGTERM and kill -9 at any moment of a training.

Whatever happens, the checkpoint is absent or whole, and what goes on from it ends with
the same bytes as a training that nobody stopped.
"""

from __future__ import annotations

import random
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rnnkit.cli.progress import Progress
from rnnkit.files.weights import load_tensors
from rnnkit.models.storage import load_checkpoint
from rnnkit.tasks.dino import NameModel
from tests.conftest import Runner
from tests.faults.campaign import contents
from tests.faults.conftest import Start
from tests.small_model import SIZES

# The rate does not depend on the number of epochs, so a training that would go on for
# hours can be finished after any epoch.
LIST = ("train", "dino", "names.txt", *SIZES, "--dropout", "0.3", "--seed", "1")
TRAIN = (*LIST, "--schedule", "constant")
ENDLESS = (*TRAIN, "--out", "out.safetensors", "--epochs", "100000")

EAGER = """
import sys
from rnnkit.cli import training
from rnnkit.cli.main import main
training.SECONDS_BETWEEN_CHECKPOINTS = 0.0
sys.exit(main())
"""
"""The command line, but with a checkpoint after every step."""

STUCK = """
import signal, sys
from rnnkit.cli.main import main
from rnnkit.models import storage
def wait(*arguments, **settings):
    print("saving", file=sys.stderr, flush=True)
    while True:
        signal.pause()
storage.save_checkpoint = wait
sys.exit(main())
"""
"""The command line, but no checkpoint is ever done."""


@pytest.fixture
def checkpoint(folder: Path) -> Path:
    return folder / "out.checkpoint.safetensors"


def read_until(process: subprocess.Popen[str], beginning: str) -> None:
    """Read what the process tells until a line begins so."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(beginning):
            return
    raise AssertionError(f"no line began with {beginning!r}")


def assert_goes_on(folder: Path, checkpoint: Path, rnnkit: Runner) -> None:
    """Resume for two epochs: the bytes are those of a training that never stopped."""
    epochs = load_checkpoint(checkpoint, task="dino").trainer["epoch"] + 2
    last = ("--epochs", str(epochs))
    outcome = rnnkit(*TRAIN, *last, "--out", "out.safetensors", "--resume")
    assert outcome.code == 0, outcome.stderr
    assert rnnkit(*TRAIN, *last, "--out", "whole.safetensors").code == 0
    resumed, whole = folder / "out.safetensors", folder / "whole.safetensors"
    assert resumed.read_bytes() == whole.read_bytes()


class TestSignals:
    @pytest.mark.parametrize(
        ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
    )
    def test_one_saves(
        self,
        folder: Path,
        checkpoint: Path,
        rnnkit: Runner,
        start: Start,
        number: signal.Signals,
        code: int,
    ) -> None:
        before = contents(folder)
        process = start("-m", "rnnkit", *ENDLESS)
        read_until(process, "epoch ")
        process.send_signal(number)
        printed, told = process.communicate(timeout=60)
        assert (process.returncode, printed) == (code, "")
        *_, saved, interrupted = told.splitlines()
        assert saved.startswith("saved out.checkpoint.safetensors: ")
        assert "--resume" in saved
        assert interrupted == "interrupted"
        assert set(contents(folder)) - set(before) == {checkpoint.name}
        assert_goes_on(folder, checkpoint, rnnkit)

    @pytest.mark.parametrize(
        ("first", "second", "code"),
        [
            (signal.SIGINT, signal.SIGINT, 130),
            (signal.SIGTERM, signal.SIGTERM, 143),
            (signal.SIGINT, signal.SIGTERM, 143),
        ],
    )
    def test_two_stop_at_once(
        self,
        folder: Path,
        start: Start,
        first: signal.Signals,
        second: signal.Signals,
        code: int,
    ) -> None:
        before = contents(folder)
        process = start("-c", STUCK, *ENDLESS)
        read_until(process, "epoch ")
        process.send_signal(first)
        read_until(process, "saving")
        process.send_signal(second)
        printed, told = process.communicate(timeout=60)
        # Nothing was saved, so nothing says so.
        assert (process.returncode, printed, told) == (code, "", "interrupted\n")
        assert contents(folder) == before

    def test_in_the_background_ctrl_c_is_not_meant(
        self, folder: Path, start: Start
    ) -> None:
        # So do `nohup`, and a script that ends a line with &.
        process = start("-m", "rnnkit", *ENDLESS, shell="trap '' INT;")
        read_until(process, "epoch ")
        process.send_signal(signal.SIGINT)
        read_until(process, "epoch ")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        assert process.returncode == 143

    @pytest.mark.parametrize("steps", [1, 3, 4, 5, 10, 11])
    def test_after_any_step(
        self,
        folder: Path,
        checkpoint: Path,
        rnnkit: Runner,
        monkeypatch: pytest.MonkeyPatch,
        steps: int,
    ) -> None:
        """The same command with --resume ends with the same bytes: 4 steps an epoch."""
        words = (*LIST, "--epochs", "3")
        assert rnnkit(*words, "--out", "whole.safetensors").code == 0
        count = 0

        def update(progress: Progress, done: int, message: str = "") -> None:
            nonlocal count
            count += bool(message)
            if count == steps:
                signal.raise_signal(signal.SIGINT)

        with monkeypatch.context() as patch:
            patch.setattr(Progress, "update", update)
            stopped = rnnkit(*words, "--out", "out.safetensors")
        assert stopped.code == 130
        assert stopped.stderr.endswith("--resume goes on\ninterrupted\n")
        trainer = load_checkpoint(checkpoint, task="dino").trainer
        assert trainer["optimizer_steps"] == steps

        assert rnnkit(*words, "--out", "out.safetensors", "--resume").code == 0
        resumed, whole = folder / "out.safetensors", folder / "whole.safetensors"
        assert resumed.read_bytes() == whole.read_bytes()


class TestKills:
    @pytest.fixture(autouse=True)
    def swept(self, tmp_path: Path) -> Iterator[None]:
        """What a killed program was just writing stays until it is an hour old."""
        yield
        for stray in tmp_path.rglob(".rnnkit-*"):
            stray.unlink()

    @pytest.fixture
    def survive(
        self, folder: Path, checkpoint: Path, rnnkit: Runner, start: Start
    ) -> Callable[[int], None]:
        """Kill a training so many times, and let it go on after each."""

        def kill(chance: random.Random) -> None:
            more = ["--resume"] if checkpoint.exists() else []
            process = start("-c", EAGER, *ENDLESS, *more)
            for _ in range(chance.randint(1, 3)):
                read_until(process, "epoch ")
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=chance.random() / 30)
            process.kill()
            process.communicate(timeout=60)
            assert process.returncode == -signal.SIGKILL

        def survive(times: int) -> None:
            before = contents(folder)
            chance = random.Random(times)
            epochs = []
            for _ in range(times):
                kill(chance)
                trainer = load_checkpoint(checkpoint, task="dino").trainer
                epochs.append(trainer["epoch"])
                assert not (folder / "out.safetensors").exists()
            assert epochs == sorted(epochs)
            # What a killed program was just writing stays until it is an hour old.
            left = set(contents(folder)) - set(before) - {checkpoint.name}
            assert len(left) <= times
            assert all(name.startswith(".rnnkit-") for name in left)
            assert_goes_on(folder, checkpoint, rnnkit)

        return survive

    def test_five(self, survive: Callable[[int], None]) -> None:
        survive(5)

    @pytest.mark.slow
    def test_fifty(self, survive: Callable[[int], None]) -> None:
        survive(50)

    @pytest.mark.slow
    def test_before_the_first_checkpoint(self, folder: Path, start: Start) -> None:
        """From the first moment on: there is no file, or a whole one."""
        chance = random.Random(0)
        for _ in range(50):
            process = start("-c", EAGER, *ENDLESS, "--force")
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=chance.uniform(0.1, 1.0))
            process.kill()
            process.communicate(timeout=60)
            for path in folder.glob("out*"):
                assert load_tensors(path)[1]["kind"] == "checkpoint"

    @pytest.mark.slow
    def test_while_the_model_is_written(self, folder: Path, start: Start) -> None:
        """Short trainings, one after the other, over the same model."""
        chance = random.Random(0)
        words = (*TRAIN, "--out", "small.safetensors", "--epochs", "1", "--force")
        killed = 0
        for _ in range(50):
            process = start("-c", EAGER, *words)
            read_until(process, "epoch ")
            try:
                process.wait(timeout=chance.random() / 20)
            except subprocess.TimeoutExpired:
                process.kill()
            process.communicate(timeout=60)
            killed += process.returncode == -signal.SIGKILL
            NameModel.load(folder / "small.safetensors")
        assert killed > 5


class TestDivergence:
    """The loss grows beyond all numbers."""

    def test_before_an_epoch_is_done(self, folder: Path, rnnkit: Runner) -> None:
        before = contents(folder)
        wild = ("--learning-rate", "1e38", "--optimizer", "sgd", "--clip", "1e30")
        outcome = rnnkit(*TRAIN, "--out", "out.safetensors", "--json", *wild)
        assert outcome.code == 1
        *_, error, hint = outcome.stderr.splitlines()
        assert error == (
            "error: the loss is no longer a finite number, and no epoch was finished"
        )
        assert hint == "hint: try a lower --learning-rate than 1e+38"
        assert outcome.json["error"]["message"] == error.removeprefix("error: ")
        assert contents(folder) == before

    def test_later_the_best_epoch_is_kept(
        self, folder: Path, checkpoint: Path, rnnkit: Runner
    ) -> None:
        # Such a decay makes every weight nine times as large in each step.
        wild = ("--learning-rate", "200", "--weight-decay", "0.05", "--epochs", "30")
        outcome = rnnkit(*TRAIN, "--out", "out.safetensors", *wild)
        assert outcome.code == 1
        *_, error, hint = outcome.stderr.splitlines()
        assert error.endswith("the best epoch before was kept")
        assert hint == "hint: try a lower --learning-rate than 200"
        assert "wrote out.safetensors" in outcome.stdout
        model = NameModel.load(folder / "out.safetensors")
        assert model.stored.metrics["epochs"] >= 1
        # It would only diverge again.
        assert not checkpoint.exists()

    def test_numbers_that_are_large_but_finite(
        self, folder: Path, rnnkit: Runner
    ) -> None:
        """A model whose sums could overflow is no model: nothing is written."""
        wild = ("--learning-rate", "1e20", "--optimizer", "sgd", "--clip", "1e30")
        outcome = rnnkit(*TRAIN, "--out", "out.safetensors", "--epochs", "2", *wild)
        assert outcome.code == 1
        assert outcome.stdout == ""
        *_, error, hint = outcome.stderr.splitlines()
        assert error == "error: the weights grew beyond all bounds"
        assert hint == "hint: try a lower --learning-rate"
        assert not (folder / "out.safetensors").exists()
