# SPDX-License-Identifier: Apache-2.0
"""`rnnkit train`: train a model on one's own data."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rnnkit.cli.application import command, group
from rnnkit.cli.console import Console
from rnnkit.cli.options import (
    Average,
    Cell,
    Force,
    InputDropout,
    Layers,
    Out,
    Patience,
    Resume,
    Seed,
    choice,
    positive,
    real_number,
    share,
    whole,
)
from rnnkit.errors import UsageError, printable

if TYPE_CHECKING:
    from rnnkit.tasks.dino import NameTraining
    from rnnkit.tasks.dino.text import TextTraining

app = group(
    "train",
    """Train a model on one's own data.

    Examples:
      rnnkit train dino names.txt --out my.safetensors
      rnnkit train dino names.txt --out my.safetensors --resume
      rnnkit train vectors text.txt --out my.safetensors
    """,
)


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
    out: Out,
    names: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE", help="Names, one a line; - reads them from stdin."
        ),
    ] = None,
    text: Annotated[
        str | None,
        typer.Option(
            "--text",
            metavar="FILE",
            help="Learn running text instead of names; - reads it from stdin.",
        ),
    ] = None,
    cell: Cell = "lstm",
    hidden: Annotated[
        int | None,
        whole("--hidden", "Units a layer: 128, or 256.", maximum=8192, usual=128),
    ] = None,
    layers: Layers = 1,
    embedding: Annotated[
        int,
        whole(
            "--embedding",
            "Numbers a character is turned into; 0: one-hot.",
            minimum=0,
            maximum=4096,
            usual=64,
        ),
    ] = 64,
    dropout: Annotated[
        float | None,
        share(
            "--dropout",
            "Share of each layer's output silenced: 0.5, or 0.2.",
            example=0.5,
        ),
    ] = None,
    input_dropout: InputDropout = 0.0,
    variational: Annotated[
        bool,
        typer.Option("--variational", help="Silence the same throughout a name."),
    ] = False,
    epochs: Annotated[
        int | None,
        whole(
            "--epochs", "Times through it all: 20, or 10.", maximum=100_000, usual=20
        ),
    ] = None,
    batch_size: Annotated[
        int,
        whole(
            "--batch-size",
            "Names a step, or at most so many places of the text side by side.",
            maximum=65_536,
            usual=32,
        ),
    ] = 32,
    steps: Annotated[
        int | None,
        whole(
            "--steps",
            "Characters of text between truncations: 128.",
            maximum=65_536,
            usual=128,
        ),
    ] = None,
    learning_rate: Annotated[
        float | None,
        positive("--learning-rate", "The peak rate: 0.005, or 0.004.", example=0.005),
    ] = None,
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
        float | None,
        share(
            "--weight-decay",
            "Pull towards zero (adamw): 0.05, or 0.01.",
            example=0.05,
        ),
    ] = None,
    clip: Annotated[
        float, positive("--clip", "Longest gradient of a step.", example=1)
    ] = 1.0,
    label_smoothing: Annotated[
        float,
        share(
            "--label-smoothing",
            "Share of each target spread over all characters.",
            example=0.05,
        ),
    ] = 0.0,
    distill: Annotated[
        float,
        share(
            "--distill",
            "Share of each target that counting (Kneser-Ney) decides on; for names.",
            example=0.3,
        ),
    ] = 0.0,
    average: Average = 0.0,
    patience: Patience = None,
    validation: Annotated[
        float,
        share("--validation", "Share of it to choose the best epoch on.", example=0.1),
    ] = 0.1,
    test: Annotated[
        float,
        share("--test", "Share of it to judge the result on, once.", example=0.1),
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
    resume: Resume = False,
    force: Force = False,
) -> None:
    """Learn to make up names like those of a list, or to write on as a text does.

    Examples:
      rnnkit train dino names.txt --out my.safetensors
      rnnkit train dino towns.txt -o towns.safetensors --cell gru --mix auto
      rnnkit train dino names.txt -o my.safetensors --resume
      rnnkit train dino --text book.txt --out book.safetensors

    Where two defaults are told, the second is for --text.
    """
    from rnnkit.cli import report as report_of
    from rnnkit.cli.training import Session

    console: Console = context.obj
    data = _one_of(names, text, steps)
    session = Session(
        console, out, task="dino", data=data, seed=seed, resume=resume, force=force
    )
    shape = _given(
        cell=cell,
        hidden=hidden,
        layers=layers,
        embedding=embedding,
        dropout=dropout,
        input_dropout=input_dropout,
        variational=variational,
    )
    recipe = _given(
        epochs=epochs,
        batch_size=batch_size,
        steps=steps,
        learning_rate=learning_rate,
        optimizer=optimizer,
        schedule=schedule,
        weight_decay=weight_decay,
        patience=patience,
        clip=clip,
        label_smoothing=label_smoothing,
        distill=distill,
        average=average,
        validation=validation,
        test=test,
    )
    learn = _names if text is None else _text
    job = learn(data, shape, recipe, lambda: console.seed(session.seed))
    session.go_on_with(job)
    report_of.introduce(console, job)
    session.train(job, samples=job.glimpse)
    model, report = job.finish(mix=mix)
    model.save(out, force=force)
    report_of.show(console, job, model, report, out=out, seconds=session.seconds)
    session.close()


def _one_of(names: str | None, text: str | None, steps: int | None) -> str:
    """The file to learn from: of names, or of text.

    Raises:
        UsageError: there is none, or both, or an option that is for text.
    """
    if names is None and text is None:
        raise UsageError(
            "no argument FILE was given, and no --text FILE",
            hint="give a list of names, or a text: rnnkit train dino --text FILE",
        )
    if names is not None and text is not None:
        raise UsageError(
            f"a list of names ('{printable(names)}') and --text were both given",
            hint="give one of them",
        )
    if steps is not None and text is None:
        raise UsageError(
            "--steps is for running text, and this is a list of names",
            hint="leave it out, or give the text with --text",
        )
    return str(text if names is None else names)


def _given(**options: Any) -> dict[str, Any]:
    """The options without those that were left to their default."""
    return {name: value for name, value in options.items() if value is not None}


def _names(
    file: str, shape: dict[str, Any], recipe: dict[str, Any], seed: Callable[[], int]
) -> NameTraining:
    from rnnkit.files.text import read_lines
    from rnnkit.tasks.dino import NameTraining, Recipe, Shape
    from rnnkit.tasks.dino.codec import clean_names

    names = clean_names(read_lines(file))
    return NameTraining(
        names, shape=Shape(**shape), recipe=Recipe(**recipe), seed=seed()
    )


def _text(
    file: str, shape: dict[str, Any], recipe: dict[str, Any], seed: Callable[[], int]
) -> TextTraining:
    from rnnkit.files.text import read_text
    from rnnkit.tasks.dino.text import TextRecipe, TextShape, TextTraining
    from rnnkit.tasks.dino.text.codec import clean_text

    text = clean_text(read_text(file))
    return TextTraining(
        text, shape=TextShape(**shape), recipe=TextRecipe(**recipe), seed=seed()
    )
