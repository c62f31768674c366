# SPDX-License-Identifier: Apache-2.0
"""What a training of written language is told to be, and how it came out."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnkit.cli import training as loop
from rnnkit.cli.console import Console

if TYPE_CHECKING:
    from rnnkit.models.language import LanguageTraining, Report


def introduce(console: Console, job: LanguageTraining[Any]) -> None:
    """Say what will be trained on what, before it begins."""
    counts, tested = job.counts, job.counts.get("test", 0)
    shape = job.trainer.network.config.recurrence
    console.note(
        f"{job.wording.unit} to learn from: {counts['train']:,}, to validate: "
        f"{counts['validation']:,}, to test: {tested:,}; {job.described()}"
    )
    console.note(
        f"{shape.cell.upper()}, {shape.layers} x {shape.hidden} units, "
        f"{job.trainer.network.parameters.size:,} parameters; "
        f"to beat: bigram {job.bigram['validation']:.3f}, Kneser-Ney "
        f"{job.kneser_ney['validation']:.3f} nats a character"
    )


def show(
    console: Console,
    job: LanguageTraining[Any],
    model: Any,
    report: Report,
    *,
    out: Path,
    seconds: float,
) -> None:
    """Say how it came out: curves, losses, advice, and what to type next."""
    baselines = {
        "bigram": report.bigram_validation,
        "Kneser-Ney": report.kneser_ney_validation,
    }
    loop.draw_losses(console, job.trainer.history, baselines=baselines)
    if console.format != "text":
        results = [_result(report, out=out, seconds=seconds)]
        console.emit(results, seed=job.settings["seed"], model=str(out))
        return
    _print_losses(console, report)
    for line in job.told(model, report):
        console.out(line)
    for sentence in report.advice:
        console.out(sentence)
    task = model.stored.task
    console.out(f"wrote {out}: rnnkit {task} sample --model {shlex.quote(str(out))}")


def _result(report: Report, *, out: Path, seconds: float) -> Mapping[str, Any]:
    return {
        "model": str(out),
        "epochs": report.epochs,
        "train_loss": report.train_loss,
        "validation_loss": report.validation_loss,
        "test_loss": report.test_loss,
        "bigram_validation_loss": report.bigram_validation,
        "bigram_test_loss": report.bigram_test,
        "kneser_ney_validation_loss": report.kneser_ney_validation,
        "kneser_ney_test_loss": report.kneser_ney_test,
        "mix": report.mix,
        "network_train_loss": report.network_train,
        "network_validation_loss": report.network_validation,
        "network_test_loss": report.network_test,
        "advice": report.advice,
        "seconds": seconds,
    }


def _print_losses(console: Console, report: Report) -> None:
    """A row for each part of the data, a column for each model."""
    columns: dict[str, tuple[float | None, ...]] = {
        "network": (
            report.network_train,
            report.network_validation,
            report.network_test,
        ),
        "bigram": (None, report.bigram_validation, report.bigram_test),
        "Kneser-Ney": (None, report.kneser_ney_validation, report.kneser_ney_test),
    }
    if report.mix:
        mixture = (report.train_loss, report.validation_loss, report.test_loss)
        columns = {f"mixture ({report.mix:g})": mixture} | columns
    rows = [
        (part, *("" if loss is None else f"{loss:.3f}" for loss in losses))
        for part, *losses in zip(
            ("training", "validation", "test"), *columns.values(), strict=True
        )
        if losses[0] is not None
    ]
    console.table(("nats a character", *columns), rows)
