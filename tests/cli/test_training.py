# SPDX-License-Identifier: Apache-2.0
"""The loop around a training: what it shows, when it saves, how it stops."""

from __future__ import annotations

import io
import signal
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rnnkit.cli import training
from rnnkit.cli.console import Console
from rnnkit.cli.failures import Terminated
from rnnkit.engine import EpochDone, Finished, StepDone
from rnnkit.errors import ModelError, OutputError
from rnnkit.models.storage import Checkpoint

Event = StepDone | EpochDone | Finished


def step(epoch: int) -> StepDone:
    return StepDone(epoch, step=1, loss=2.5, learning_rate=0.1, gradient_norm=1.0)


def epoch(number: int, *, improved: bool = True) -> EpochDone:
    return EpochDone(number, train_loss=2.0, validation_loss=2.25, improved=improved)


class Run:
    """A run of the loop over given events, and all that came of it."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self.told = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        self.console = Console(io.StringIO(), self.told, {})
        self.saved = 0
        self.samples = ["Rex, Tyra"]

    def __call__(self, events: Iterator[Event], *, epochs: int) -> str:
        trainer: Any = SimpleNamespace(
            settings=SimpleNamespace(epochs=epochs), run=lambda: events
        )
        return training.run(
            self.console, trainer, save=self.save, samples=lambda: self.samples
        )

    def save(self) -> Path:
        self.saved += 1
        return Path("my.checkpoint.safetensors")

    @property
    def lines(self) -> list[str]:
        self.told.seek(0)
        return self.told.read().splitlines()


def whole(epochs: int, reason: str = "epochs") -> Iterator[Event]:
    for number in range(1, epochs + 1):
        yield step(number - 1)
        yield epoch(number, improved=number == 1)
    yield Finished(reason, epochs)


class TestRun:
    def test_every_epoch_is_a_line(self) -> None:
        run = Run()
        run.samples = []
        assert run(whole(10), epochs=10) == "epochs"
        first, *_, last = run.lines
        losses = "training 2.000  validation 2.250"
        assert first == f"epoch  1 of 10  {losses}  best so far"
        assert last == f"epoch 10 of 10  {losses}"
        assert len(run.lines) == 10

    @pytest.mark.parametrize(("epochs", "times"), [(1, 1), (3, 3), (5, 5), (100, 5)])
    def test_samples_are_shown_a_few_times(self, epochs: int, times: int) -> None:
        run = Run()
        run(whole(epochs), epochs=epochs)
        assert run.lines.count("    Rex, Tyra") == times

    @pytest.mark.parametrize(
        ("reason", "saved"), [("epochs", 1), ("patience", 1), ("diverged", 0)]
    )
    def test_the_end_is_saved_if_it_is_worth_it(self, reason: str, saved: int) -> None:
        run = Run()
        assert run(whole(2, reason), epochs=9) == reason
        assert run.saved == saved

    def test_saved_now_and_then(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = 0.0

        def events() -> Iterator[Event]:
            nonlocal now
            for _ in range(60):
                now += 1.0
                yield step(0)
            yield Finished("epochs", 0)

        clock = SimpleNamespace(monotonic=lambda: now)
        monkeypatch.setattr("rnnkit.cli.training.time", clock)
        run = Run()
        run(events(), epochs=1)
        assert run.saved == 60 // (training.SECONDS_BETWEEN_CHECKPOINTS + 1) + 1


class TestSignals:
    @pytest.mark.parametrize(
        ("number", "kind"),
        [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, Terminated)],
    )
    def test_a_first_one_lets_the_step_end(
        self, number: signal.Signals, kind: type[KeyboardInterrupt]
    ) -> None:
        ended = False

        def events() -> Iterator[Event]:
            nonlocal ended
            yield step(0)
            signal.raise_signal(number)
            ended = True
            yield step(0)
            raise AssertionError("no step comes after the signal")

        run = Run()
        with pytest.raises(KeyboardInterrupt) as stopped:
            run(events(), epochs=1)
        assert stopped.type is kind
        assert ended
        assert run.saved == 1
        assert run.lines == [
            "saved my.checkpoint.safetensors: the same command with --resume goes on"
        ]

    def test_a_second_one_does_not(self) -> None:
        def events() -> Iterator[Event]:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            yield step(0)

        run = Run()
        with pytest.raises(KeyboardInterrupt):
            run(events(), epochs=1)
        assert run.saved == 0
        assert run.lines == []

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_afterwards_they_are_as_before(self, number: signal.Signals) -> None:
        before = signal.getsignal(number)
        Run()(whole(2), epochs=2)
        assert signal.getsignal(number) is before

    def test_who_ignores_them_is_not_stopped(self) -> None:
        def events() -> Iterator[Event]:
            signal.raise_signal(signal.SIGINT)
            yield from whole(1)

        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            assert Run()(events(), epochs=1) == "epochs"
        finally:
            signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("out", "checkpoint"),
    [
        ("my.safetensors", "my.checkpoint.safetensors"),
        ("models/my.safetensors", "models/my.checkpoint.safetensors"),
        ("my", "my.checkpoint.safetensors"),
        (".hidden", ".hidden.checkpoint.safetensors"),
    ],
)
def test_the_checkpoint_lies_beside_the_model(
    out: str, checkpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    path = training.checkpoint_path(Path(out), data=["-"], force=False)
    assert path == Path(checkpoint)


def test_two_models_have_two_checkpoints(tmp_path: Path) -> None:
    paths = {
        training.checkpoint_path(tmp_path / name, data=["-"], force=False)
        for name in ("a.v1", "a.v2", "a")
    }
    assert len(paths) == 3


class TestFindCheckpoint:
    @pytest.mark.parametrize("force", [False, True])
    def test_there_is_none(self, tmp_path: Path, force: bool) -> None:
        path = tmp_path / "none"
        found = training.find_checkpoint(path, task="dino", resume=False, force=force)
        assert found is None
        with pytest.raises(ModelError, match="to resume from"):
            training.find_checkpoint(path, task="dino", resume=True, force=force)

    def test_there_is_one(self, tmp_path: Path) -> None:
        path = tmp_path / "checkpoint"
        path.touch()
        with pytest.raises(OutputError, match="left from an earlier training"):
            training.find_checkpoint(path, task="dino", resume=False, force=False)
        # What is to be replaced need not be readable.
        assert not training.find_checkpoint(path, task="dino", resume=False, force=True)


SETTINGS = {"hidden": 8, "batch_size": 32, "epochs": 20, "names": "aa", "seed": 1}


class TestCheckSame:
    def check(self, **different: Any) -> None:
        checkpoint = Checkpoint(SETTINGS, {}, {})
        training.check_same(SETTINGS | different, checkpoint)

    def test_the_same(self) -> None:
        self.check()
        self.check(epochs=40)

    @pytest.mark.parametrize(
        ("different", "message"),
        [
            ({"hidden": 9}, "made with --hidden 8 instead of 9"),
            ({"batch_size": 1}, "made with --batch-size 32 instead of 1"),
            ({"dropout": 0.5}, "made with --dropout None instead of 0.5"),
            (
                {"hidden": 9, "seed": 2},
                "--hidden 8 instead of 9, --seed 1 instead of 2",
            ),
            ({"names": "bb", "hidden": 9}, "from another list of names"),
        ],
    )
    def test_another(self, different: dict[str, Any], message: str) -> None:
        with pytest.raises(ModelError, match=message) as told:
            self.check(**different)
        assert "--force without --resume" in told.value.hint
