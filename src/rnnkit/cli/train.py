# SPDX-License-Identifier: Apache-2.0
"""`rnnkit train`: train a model on one's own data."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rnnkit.cli import train_vectors
from rnnkit.cli.application import command, group
from rnnkit.cli.console import Console
from rnnkit.cli.options import Force, Out, Seed, choice, real_number, whole_number
from rnnkit.errors import TrainingError

if TYPE_CHECKING:
    from rnnkit.tasks.dino import Report

app = group(
    "train",
    """Train a model on one's own data.

    Examples:
      rnnkit train dino names.txt --out my.safetensors
      rnnkit train dino names.txt --out my.safetensors --resume
      rnnkit train vectors text.txt --out my.safetensors
    """,
)


def _whole(
    option: str, help: str, *, minimum: int = 1, maximum: int, usual: int
) -> Any:
    parser = whole_number(option, minimum=minimum, maximum=maximum, example=usual)
    return typer.Option(option, parser=parser, metavar="N", help=help)


def _share(option: str, help: str, *, example: float) -> Any:
    parser = real_number(
        option,
        minimum=0,
        maximum=0.9,
        hint=f"give a share from 0 to 0.9, such as {option} {example}",
    )
    return typer.Option(option, parser=parser, metavar="X", help=help)


def _positive(option: str, help: str, *, example: float) -> Any:
    parser = real_number(
        option, above=0, hint=f"give a number above 0, such as {option} {example}"
    )
    return typer.Option(option, parser=parser, metavar="X", help=help)


def _share_or_auto(option: str, help: str, *, example: float) -> Any:
    number = real_number(
        option,
        minimum=0,
        maximum=1,
        hint=f"give a share from 0 to 1, such as {option} {example}, or {option} auto",
    )

    def parse(given: Any) -> float | str:
        return "auto" if given == "auto" else number(given)

    return typer.Option(option, parser=parse, metavar="X|auto", help=help)


@command(app, "dino")
def dino(
    context: typer.Context,
    names: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="Names, one a line; - reads them from stdin."
        ),
    ],
    out: Out,
    cell: Annotated[
        str, choice("--cell", ("rnn", "gru", "lstm"), "The kind of cell.")
    ] = "lstm",
    hidden: Annotated[
        int, _whole("--hidden", "Units a layer.", maximum=8192, usual=128)
    ] = 128,
    layers: Annotated[int, _whole("--layers", "Layers.", maximum=16, usual=1)] = 1,
    embedding: Annotated[
        int,
        _whole(
            "--embedding",
            "Numbers a character is turned into; 0: one-hot.",
            minimum=0,
            maximum=4096,
            usual=64,
        ),
    ] = 64,
    dropout: Annotated[
        float,
        _share("--dropout", "Share of each layer's output silenced.", example=0.5),
    ] = 0.5,
    input_dropout: Annotated[
        float,
        _share("--input-dropout", "Share silenced of what is read.", example=0.2),
    ] = 0.0,
    variational: Annotated[
        bool,
        typer.Option("--variational", help="Silence the same throughout a name."),
    ] = False,
    epochs: Annotated[
        int,
        _whole("--epochs", "Times through the list.", maximum=100_000, usual=20),
    ] = 20,
    batch_size: Annotated[
        int, _whole("--batch-size", "Names a step.", maximum=65_536, usual=32)
    ] = 32,
    learning_rate: Annotated[
        float, _positive("--learning-rate", "The peak rate.", example=0.005)
    ] = 0.005,
    optimizer: Annotated[
        str,
        choice(
            "--optimizer",
            ("sgd", "adagrad", "rmsprop", "adam", "adamw"),
            "How the weights are moved.",
        ),
    ] = "adamw",
    schedule: Annotated[
        str,
        choice(
            "--schedule",
            ("constant", "step", "cosine", "onecycle"),
            "How the rate changes.",
        ),
    ] = "cosine",
    weight_decay: Annotated[
        float, _share("--weight-decay", "Pull towards zero (adamw).", example=0.05)
    ] = 0.05,
    clip: Annotated[
        float, _positive("--clip", "Longest gradient of a step.", example=1)
    ] = 1.0,
    label_smoothing: Annotated[
        float,
        _share(
            "--label-smoothing",
            "Share of each target spread over all characters.",
            example=0.05,
        ),
    ] = 0.0,
    average: Annotated[
        float,
        typer.Option(
            "--average",
            parser=real_number(
                "--average",
                minimum=0,
                maximum=0.9999,
                hint="give a decay below 1, such as --average 0.995, or 0 for none",
            ),
            metavar="X",
            help="Keep a moving average of the weights with this decay; 0: none.",
        ),
    ] = 0.0,
    patience: Annotated[
        int | None,
        _whole(
            "--patience", "Stop after N epochs without gain.", maximum=10_000, usual=5
        ),
    ] = None,
    validation: Annotated[
        float,
        _share(
            "--validation", "Share of names to choose the best epoch on.", example=0.1
        ),
    ] = 0.1,
    test: Annotated[
        float,
        _share("--test", "Share of names to judge the result on, once.", example=0.1),
    ] = 0.0,
    mix: Annotated[
        Any,
        _share_or_auto(
            "--mix",
            "Share of counting (Kneser-Ney) in the finished model; auto: the best.",
            example=0.4,
        ),
    ] = 0.0,
    seed: Seed = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with an interrupted training.")
    ] = False,
    force: Force = False,
) -> None:
    """Learn to make up names like those of a list, in any alphabet.

    Examples:
      rnnkit train dino names.txt --out my.safetensors
      rnnkit train dino towns.txt -o towns.safetensors --cell gru --mix auto
      rnnkit train dino names.txt -o my.safetensors --resume
      rnnkit dino sample --model my.safetensors
    """
    from rnnkit.cli import training as loop
    from rnnkit.engine import Choice
    from rnnkit.files.text import read_lines
    from rnnkit.models.storage import save_checkpoint
    from rnnkit.tasks.dino import NameTraining, Recipe, Shape
    from rnnkit.tasks.dino.codec import clean_names

    console: Console = context.obj
    started = time.monotonic()
    saved_in = loop.checkpoint_path(out, data=names, force=force)
    checkpoint = loop.find_checkpoint(saved_in, task="dino", resume=resume, force=force)
    if checkpoint is not None and seed is None:
        seed = checkpoint.settings.get("seed")
    job = NameTraining(
        clean_names(read_lines(names)),
        shape=Shape(
            cell, hidden, layers, embedding, dropout, input_dropout, variational
        ),
        recipe=Recipe(
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            optimizer=optimizer,
            schedule=schedule,
            weight_decay=weight_decay,
            patience=patience,
            clip=clip,
            label_smoothing=label_smoothing,
            average=average,
            validation=validation,
            test=test,
        ),
        seed=console.seed(seed),
    )
    if checkpoint is not None:
        loop.check_same(job.settings, checkpoint)
        checkpoint.restore(job.trainer)
        console.note(f"going on after epoch {job.trainer.epoch}")
    _introduce(console, job)

    def save() -> Path:
        save_checkpoint(saved_in, job.trainer, task="dino", settings=job.settings)
        return saved_in

    def samples() -> list[str]:
        if not job.is_bounded():
            return []
        # One batch is enough: a network that has not learnt yet seldom ends a name.
        made_up = next(job.model().draws(seed=job.trainer.epoch, choice=Choice()))
        return list(dict.fromkeys(name.text for name in made_up if name.novel))[:5]

    reason = loop.run(console, job.trainer, save=save, samples=samples)
    if job.trainer.best_values is None:
        raise TrainingError(
            "the loss is no longer a finite number, and no epoch was finished",
            hint=f"try a lower --learning-rate than {learning_rate:g}",
        )
    model, report = job.finish(mix=mix)
    model.save(out, force=force)
    result = {
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
        "seconds": round(time.monotonic() - started, 3),
    }
    baselines = {
        "bigram": report.bigram_validation,
        "Kneser-Ney": report.kneser_ney_validation,
    }
    loop.draw_losses(console, job.trainer.history, baselines=baselines)
    if console.format == "text":
        _print_losses(console, report)
        for sentence in report.advice:
            console.out(sentence)
        console.out(f"wrote {out}: rnnkit dino sample --model {shlex.quote(str(out))}")
        console.note(f"kept {saved_in}: --resume with more --epochs goes on from it")
    else:
        console.emit([result], seed=job.settings["seed"], model=str(out))
    if reason == "diverged":
        raise TrainingError(
            "the loss is no longer a finite number; the best epoch before was kept",
            hint=f"try a lower --learning-rate than {learning_rate:g}",
        )


def _print_losses(console: Console, report: Report) -> None:
    """A row for each part of the names, a column for each model."""
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


def _introduce(console: Console, job: Any) -> None:
    """Say what will be trained on what, before it begins."""
    counts = {part: len(names) for part, names in job.names.items()}
    shape = job.trainer.network.config.recurrence
    console.note(
        f"names to learn from: {counts['train']:,}, to validate: "
        f"{counts['validation']:,}, to test: {counts['test']:,}; "
        f"characters: {job.codec.size - 1}"
    )
    console.note(
        f"{shape.cell.upper()}, {shape.layers} x {shape.hidden} units, "
        f"{job.trainer.network.parameters.size:,} parameters; "
        f"to beat: bigram {job.bigram['validation']:.3f}, Kneser-Ney "
        f"{job.kneser_ney['validation']:.3f} nats a character"
    )


command(app, "vectors")(train_vectors.vectors)
