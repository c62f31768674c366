# SPDX-License-Identifier: Apache-2.0
"""`rnnkit train jazz`: learn to improvise from solos."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rnnkit.cli.console import Console
from rnnkit.cli.options import (
    Average,
    Cell,
    Force,
    InputDropout,
    Layers,
    OutIfTrained,
    Patience,
    Resume,
    Seed,
    positive,
    share,
    whole,
)
from rnnkit.errors import UsageError

if TYPE_CHECKING:
    from rnnkit.tasks.jazz.training import Report, SoloTraining


def jazz(
    context: typer.Context,
    solos: Annotated[
        str,
        typer.Argument(
            metavar="SOLOS",
            help="A folder of MIDI files, one of them, or a file of solos, one a line; "
            "- reads such lines from stdin.",
        ),
    ],
    out: OutIfTrained = None,
    track: Annotated[
        str | None,
        typer.Option(
            "--track",
            metavar="NAME",
            help="The melody's track in MIDI files, or its number; else it is found.",
        ),
    ] = None,
    inspect: Annotated[
        bool,
        typer.Option("--inspect", help="Tell what is in the MIDI files, and stop."),
    ] = False,
    cell: Cell = "lstm",
    hidden: Annotated[
        int, whole("--hidden", "Units a layer.", maximum=8192, usual=192)
    ] = 192,
    layers: Layers = 1,
    dropout: Annotated[
        float,
        share("--dropout", "Share of each layer's output silenced.", example=0.3),
    ] = 0.3,
    input_dropout: InputDropout = 0.0,
    variational: Annotated[
        bool,
        typer.Option("--variational", help="Silence the same for a whole window."),
    ] = False,
    epochs: Annotated[
        int, whole("--epochs", "Times through it all.", maximum=100_000, usual=30)
    ] = 30,
    batch_size: Annotated[
        int,
        whole(
            "--batch-size",
            "At most so many places of the solos side by side.",
            maximum=65_536,
            usual=24,
        ),
    ] = 24,
    steps: Annotated[
        int,
        whole("--steps", "Notes between truncations.", maximum=65_536, usual=64),
    ] = 64,
    learning_rate: Annotated[
        float, positive("--learning-rate", "The peak rate.", example=0.003)
    ] = 0.003,
    weight_decay: Annotated[
        float, share("--weight-decay", "Pull towards zero.", example=0.05)
    ] = 0.05,
    average: Average = 0.99,
    patience: Patience = None,
    validation: Annotated[
        float, share("--validation", "Share of tunes to choose by.", example=0.06)
    ] = 0.06,
    test: Annotated[
        float, share("--test", "Share of tunes to judge by, once.", example=0.09)
    ] = 0.09,
    seed: Seed = None,
    resume: Resume = False,
    force: Force = False,
) -> None:
    """Learn to improvise from solos over their chords.

    Examples:
      rnnkit train jazz my-midi-files --out my-jazz.safetensors
      rnnkit train jazz my-midi-files --inspect
      rnnkit train jazz solos.jsonl -o my-jazz.safetensors --resume

    In a MIDI file the melody is the track that is most like one. Its chords are the
    symbols written in the file, or what the other tracks play.

    A line of the file is a JSON object: "title", "tempo", "events" ([tick, pitch,
    duration], 12 ticks a beat) and "chords" ([beat, root 0-11, quality such as m7]).
    """
    from rnnkit.cli import recordings
    from rnnkit.cli.training import Session
    from rnnkit.tasks.jazz.training import SoloRecipe, SoloShape, SoloTraining

    console: Console = context.obj
    if inspect:
        recordings.tell(console, solos, track=track)
        return
    if out is None:
        raise UsageError(
            "it was not said where to write the model",
            hint="give --out my-jazz.safetensors, or --inspect to look at MIDI files",
        )
    session = Session(
        console, out, task="jazz", data=solos, seed=seed, resume=resume, force=force
    )
    job = SoloTraining(
        recordings.solos_of(console, solos, track=track),
        shape=SoloShape(
            cell=cell,
            hidden=hidden,
            layers=layers,
            dropout=dropout,
            input_dropout=input_dropout,
            variational=variational,
        ),
        recipe=SoloRecipe(
            epochs=epochs,
            batch_size=batch_size,
            steps=steps,
            learning_rate=learning_rate,
            weight_decay=weight_decay,
            average=average,
            patience=patience,
            validation=validation,
            test=test,
        ),
        seed=console.seed(session.seed),
    )
    session.go_on_with(job)
    _introduce(console, job)
    session.train(job)
    model, report = job.finish()
    model.save(out, force=force)
    _show(console, job, report, out=out, seconds=session.seconds)
    session.close()


def _introduce(console: Console, job: SoloTraining) -> None:
    shape = job.trainer.network.config.recurrence
    counts = job.counts
    console.note(
        f"notes to learn from: {counts['train']:,}, to validate: "
        f"{counts['validation']:,}, to test: {counts['test']:,}"
    )
    to_beat = job.counted["validation"]
    console.note(
        f"{shape.cell.upper()}, {shape.layers} x {shape.hidden} units, "
        f"{job.trainer.network.parameters.size:,} parameters; to beat: "
        f"n-grams {sum(to_beat.values()):.3f} nats a note"
    )


def _show(
    console: Console,
    job: SoloTraining,
    report: Report,
    *,
    out: Path,
    seconds: float,
) -> None:
    """Say how it came out: curves, losses, advice."""
    from rnnkit.cli import training as loop

    to_beat = sum(report.counted_validation.values())
    history = job.trainer.history
    loop.draw_losses(console, history, baselines={"n-grams": to_beat})
    if console.format != "text":
        results = [_result(report, out=out, seconds=seconds)]
        console.emit(results, seed=job.settings["seed"], model=str(out))
        return
    rows = [
        _row("training", report.train, None),
        _row("validation", report.validation, report.counted_validation),
    ]
    if report.test is not None:
        rows.append(_row("test", report.test, report.counted_test))
    console.table(("nats a note", *report.train, "together", "n-grams"), rows)
    for sentence in report.advice:
        console.out(sentence)
    console.out(f"wrote {out}")


def _row(
    part: str, losses: Mapping[str, float], counted: Mapping[str, float] | None
) -> tuple[str, ...]:
    together = "" if counted is None else f"{sum(counted.values()):.3f}"
    found = [*losses.values(), sum(losses.values())]
    return part, *(f"{loss:.3f}" for loss in found), together


def _result(report: Report, *, out: Path, seconds: float) -> Mapping[str, Any]:
    tested, counted = report.test, report.counted_test
    return {
        "model": str(out),
        "epochs": report.epochs,
        "train_loss": sum(report.train.values()),
        "validation_loss": sum(report.validation.values()),
        "test_loss": None if tested is None else sum(tested.values()),
        "train_losses": report.train,
        "validation_losses": report.validation,
        "test_losses": tested,
        "ngram_validation_losses": report.counted_validation,
        "ngram_test_losses": counted,
        "advice": report.advice,
        "seconds": seconds,
    }
