# SPDX-License-Identifier: Apache-2.0
"""Running a training for somebody who watches: lines, samples, checkpoints, Ctrl-C.

The engine yields an event after every step. Here is the clock, the screen and the
disk: what to show, when to save, and how to stop between two steps, so that what was
saved is in order. A command opens a session, makes its job, and goes through with it:

    session = Session(console, out, task="jazz", data=solos, ...)
    job = SoloTraining(..., seed=console.seed(session.seed))
    session.go_on_with(job)
    session.train(job)
    ...                       # finish, save and show the model
    session.close()
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Protocol

from rnnkit.cli.console import Console
from rnnkit.cli.failures import Terminated
from rnnkit.cli.pictures import is_plain
from rnnkit.errors import (
    ModelError,
    OutputError,
    TrainingError,
    UsageError,
    printable,
)
from rnnkit.files.atomic import check_writable

if TYPE_CHECKING:
    from rnnkit.engine import EpochDone, Trainer
    from rnnkit.models.storage import Checkpoint

SECONDS_BETWEEN_CHECKPOINTS = 5.0
_TIMES_SAMPLED = 5

FREE_TO_CHANGE = {"epochs"}
"""Settings that may differ when a training is resumed."""

DATA = {"names": "list of names", "text": "text", "solos": "collection of solos"}
"""What people call the data whose fingerprint stands in a setting of this name."""


class Job(Protocol):
    """What a task brings: a trainer, and the settings that a checkpoint must fit."""

    settings: dict[str, Any]

    @property
    def trainer(self) -> Trainer:
        """The training itself."""


class Session:
    """One training, from the look at the disk before it to the last word after it.

    Args:
        out: the model file that will be written.
        task: whose checkpoints fit.
        data: the file that is learnt from.
        seed: what was asked for.

    Attributes:
        seed: the seed to use; with --resume the one of the checkpoint.

    Raises:
        UsageError: the model cannot be written there.
        OutputError: the same, or a checkpoint is there and nothing was said of it.
        ModelError: there is no checkpoint to resume from, or it is damaged.
    """

    def __init__(
        self,
        console: Console,
        out: Path,
        *,
        task: str,
        data: str,
        seed: int | None,
        resume: bool,
        force: bool,
    ) -> None:
        self._console = console
        self._task = task
        self._started = time.monotonic()
        self._path = checkpoint_path(out, data=data, force=force)
        self._checkpoint = find_checkpoint(
            self._path, task=task, resume=resume, force=force
        )
        self._failure: TrainingError | None = None
        self.seed = seed
        if seed is None and self._checkpoint is not None:
            self.seed = self._checkpoint.settings.get("seed")

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return round(time.monotonic() - self._started, 3)

    def go_on_with(self, job: Job) -> None:
        """Take up the checkpoint, if there is one to resume from.

        Raises:
            ModelError: it was made with other settings.
        """
        if self._checkpoint is not None:
            check_same(job.settings, self._checkpoint)
            self._checkpoint.restore(job.trainer)
            self._console.note(f"going on after epoch {job.trainer.epoch}")

    def train(
        self,
        job: Job,
        *,
        samples: Callable[[], Sequence[str]] = tuple,
        keeps_best: bool = True,
    ) -> None:
        """Train to the end.

        Args:
            samples: a few lines that the network makes up as it is now.
            keeps_best: whether the finished model is the one of the best epoch, so that
                something good is left of a training that diverged.

        Raises:
            TrainingError: it diverged, and nothing good is left.
            KeyboardInterrupt: Ctrl-C or SIGTERM came, and the checkpoint is saved.
        """
        from rnnkit.models.storage import save_checkpoint

        def save() -> Path:
            save_checkpoint(
                self._path, job.trainer, task=self._task, settings=job.settings
            )
            return self._path

        reason = run(self._console, job.trainer, save=save, samples=samples)
        if reason != "diverged":
            return
        finished = job.trainer.best_values is not None
        kept = "; the best epoch before was kept" if keeps_best else ""
        self._failure = TrainingError(
            "the loss is no longer a finite number"
            + (kept if finished else ", and no epoch was finished"),
            hint="try a lower --learning-rate than "
            f"{job.trainer.settings.learning_rate:g}",
        )
        if not (finished and keeps_best):
            raise self._failure

    def close(self) -> None:
        """Say what lies on the disk for a further training, and how this one failed.

        Raises:
            TrainingError: it diverged, and the best epoch before that was kept.
        """
        if self._path.exists() and self._console.format == "text":
            self._console.note(
                f"kept {self._path}: --resume with more --epochs goes on from it"
            )
        if self._failure is not None:
            raise self._failure


def checkpoint_path(out: Path, *, data: str, force: bool) -> Path:
    """Where the checkpoint of a training lies: beside the model it will write.

    Args:
        out: the model file.
        data: the file that is learnt from.

    Raises:
        UsageError: the model cannot be written there.
        OutputError: the same, because of what is there.
    """
    if str(out) == "-":
        raise UsageError(
            "a model cannot be written to standard output",
            hint="give the name of a file, such as --out my.safetensors",
        )
    with suppress(OSError):
        if data != "-" and out.samefile(data):
            raise UsageError(
                f"'{printable(out, 200)}' is the file to learn from",
                hint="give another --out, such as --out my.safetensors",
            )
    check_writable(out, force=force)
    name = out.name.removesuffix(".safetensors")
    path = out.with_name(f"{name}.checkpoint.safetensors")
    check_writable(path, force=True)
    return path


def find_checkpoint(
    path: Path, *, task: str, resume: bool, force: bool
) -> Checkpoint | None:
    """The checkpoint to go on from; none to start anew.

    Raises:
        ModelError: there is none to resume, or it is damaged.
        OutputError: there is one, and it was not said what to do with it.
    """
    from rnnkit.models.storage import load_checkpoint

    if resume:
        if not path.exists():
            raise ModelError(
                f"there is no checkpoint '{printable(path, 200)}' to resume from",
                hint="leave out --resume to start anew",
            )
        return load_checkpoint(path, task=task)
    if path.exists() and not force:
        raise OutputError(
            f"'{printable(path, 200)}' is left from an earlier training",
            hint="give --resume to go on with it, or --force to start anew",
        )
    return None


def check_same(settings: Mapping[str, Any], checkpoint: Checkpoint) -> None:
    """Refuse to go on with other settings than a checkpoint was made with.

    Raises:
        ModelError: they differ; the message says in what.
    """
    anew = "--force without --resume to start anew"
    before = checkpoint.settings
    different = [
        name
        for name in settings
        if settings[name] != before.get(name) and name not in FREE_TO_CHANGE
    ]
    for data, called in DATA.items():
        if data in different:
            raise ModelError(
                f"the checkpoint was made from another {called}",
                hint=f"give the same {called.partition(' ')[0]}, or {anew}",
            )
    if different:
        told = ", ".join(
            f"--{name.replace('_', '-')} {printable(before.get(name))} instead of "
            f"{settings[name]}"
            for name in different
        )
        raise ModelError(
            f"the checkpoint was made with {told}",
            hint=f"give the same options, or {anew}",
        )


def run(
    console: Console,
    trainer: Trainer,
    *,
    save: Callable[[], Path],
    samples: Callable[[], Sequence[str]],
) -> str:
    """Train until it is over; return why: "epochs", "patience" or "diverged".

    Args:
        save: writes the checkpoint and returns its path; called between two steps.
        samples: a few lines that the network makes up as it is now.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came, and the checkpoint is saved.
    """
    from rnnkit.engine import EpochDone, Finished, StepDone

    epochs = trainer.settings.epochs
    often = max(1, epochs // _TIMES_SAMPLED)
    saved = time.monotonic()
    with (
        _stop_between_steps() as interruption,
        console.progress("training", total=epochs) as progress,
    ):
        for event in trainer.run():
            if isinstance(event, StepDone):
                progress.update(event.epoch, f"loss {event.loss:.3f}")
            elif isinstance(event, EpochDone):
                console.note(_epoch_line(event, epochs))
                progress.update(event.epoch)
                if event.epoch % often == 0:
                    for line in samples():
                        console.note("    " + line)
            elif isinstance(event, Finished):
                # From weights that have diverged nothing can go on.
                if event.reason != "diverged":
                    save()
                return event.reason
            if interruption:
                console.note(f"saved {save()}: the same command with --resume goes on")
                raise interruption[0]
            if time.monotonic() - saved > SECONDS_BETWEEN_CHECKPOINTS:
                save()
                saved = time.monotonic()
    raise AssertionError("a training always ends with Finished")


def draw_losses(
    console: Console,
    history: Sequence[tuple[float, float]],
    *,
    baselines: Mapping[str, float],
) -> None:
    """Draw both loss curves, and at most two baselines as lines, on stderr."""
    from rnnkit.drawing.terminal import curves

    series = [
        ("training", [train for train, _ in history]),
        ("validation", [validation for _, validation in history]),
        *((name, [loss] * len(history)) for name, loss in baselines.items()),
    ]
    for line in curves(series, plain=is_plain(console.stderr)):
        console.note(line)


def _epoch_line(event: EpochDone, epochs: int) -> str:
    best = "  best so far" if event.improved else ""
    return (
        f"epoch {event.epoch:>{len(str(epochs))}} of {epochs}  "
        f"training {event.train_loss:.3f}  validation {event.validation_loss:.3f}{best}"
    )


@contextmanager
def _stop_between_steps() -> Iterator[list[KeyboardInterrupt]]:
    """Collect a first Ctrl-C or SIGTERM; let a second one through at once."""
    interruption: list[KeyboardInterrupt] = []
    before = {
        number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)
    }

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def note(number: int, frame: FrameType | None) -> None:
        is_term = number == signal.SIGTERM
        interruption.append(Terminated() if is_term else KeyboardInterrupt())
        restore()

    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, note)
    try:
        yield interruption
    finally:
        restore()
