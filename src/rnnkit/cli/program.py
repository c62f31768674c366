# SPDX-License-Identifier: Apache-2.0
"""The table of all commands. A new task adds its lines here and nowhere else."""

from __future__ import annotations

from typing import Annotated

import typer

from rnnkit import __version__
from rnnkit.cli import (
    dino,
    doctor,
    emojify,
    jazz,
    models,
    train,
    train_emojify,
    train_jazz,
    train_vectors,
    vectors,
    words,
)
from rnnkit.cli.application import PROGRAM, command, group
from rnnkit.cli.console import Console

app = group(
    None,
    """Recurrent networks in NumPy, and what people do with them.

    Examples:
      rnnkit dino sample
      rnnkit jazz --out solo.mid
      rnnkit analogy italy italian spain
      rnnkit train dino names.txt --out my.safetensors
    """,
    completion=True,
)

app.add_typer(dino.app)
app.add_typer(jazz.app)
command(app, "similar")(words.similar)
command(app, "analogy")(words.analogy)
command(app, "emojify")(emojify.emojify)
app.add_typer(vectors.app)
app.add_typer(train.app)
command(train.app, "emojify")(train_emojify.emojify)
command(train.app, "vectors")(train_vectors.vectors)
command(train.app, "jazz")(train_jazz.jazz)
app.add_typer(models.app)
command(app, "doctor")(doctor.doctor)


def _print_version(context: typer.Context, given: bool) -> None:
    if given and not context.resilient_parsing:
        console: Console = context.obj
        console.out(f"{PROGRAM} {__version__}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version",
        callback=_print_version,
        expose_value=False,
        is_eager=True,
        help="Print the version.",
    ),
]


@app.callback()
def _top(version: Version = False) -> None:
    """Accept what stands before a command. Typer takes the options from here."""
