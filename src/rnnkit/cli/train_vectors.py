# SPDX-License-Identifier: Apache-2.0
"""`rnnkit train vectors`: word vectors from one's own texts."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rnnkit.cli.console import Console
from rnnkit.cli.options import (
    Curves,
    Force,
    Out,
    Resume,
    Seed,
    choice,
    real_number,
    whole,
)
from rnnkit.errors import InputError, UsageError, printable, quoted

if TYPE_CHECKING:
    from rnnkit.cli.outputs import Outputs
    from rnnkit.cli.work_folder import WorkFolder
    from rnnkit.files.vectors.table import Table
    from rnnkit.tasks.words.recipe import Recipe
    from rnnkit.tasks.words.training import VectorTraining

METHODS = ("glove", "svd", "both")
TYPES = ("float32", "float16", "int8", "packed")

_NO_CORPUS = "type: rnnkit train vectors text.txt --out my.safetensors"


def _whole(option: str, help: str, *, usual: int, maximum: int) -> Any:
    return whole(option, f"{help} Usually {usual}.", maximum=maximum, usual=usual)


def _real(option: str, help: str, *, usual: float, positive: bool = True) -> Any:
    parser = real_number(
        option,
        **({"above": 0} if positive else {"minimum": 0}),
        maximum=1e9,
        hint=f"give a number {'above 0' if positive else '0 or more'}, such as "
        f"{option} {usual:g}",
    )
    return typer.Option(
        option, parser=parser, metavar="X", help=f"{help} Usually {usual:g}."
    )


def vectors(
    context: typer.Context,
    out: Out,
    corpora: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CORPUS...",
            help="Texts, also .gz, .bz2, .xz or FILE.zip:MEMBER; FILE:3 counts thrice.",
        ),
    ] = None,
    recipe: Annotated[
        Path | None,
        typer.Option(
            "--recipe", metavar="FILE", help="A TOML file with texts and settings."
        ),
    ] = None,
    texts: Annotated[
        Path | None,
        typer.Option(
            "--texts", metavar="FOLDER", help="Where the texts of a recipe lie."
        ),
    ] = None,
    method: Annotated[
        str | None,
        choice("--method", METHODS, "How to learn. Usually both, joined."),
    ] = None,
    dimensions: Annotated[
        int | None, _whole("--dimensions", "Numbers a word.", usual=100, maximum=4096)
    ] = None,
    window: Annotated[
        int | None,
        _whole("--window", "Words seen to each side.", usual=8, maximum=64),
    ] = None,
    vocabulary: Annotated[
        int | None,
        _whole(
            "--vocabulary", "Words, the most frequent.", usual=30_000, maximum=1_000_000
        ),
    ] = None,
    least_count: Annotated[
        float | None, _real("--least-count", "Lowest count of a word.", usual=5)
    ] = None,
    least_pairs: Annotated[
        float | None,
        _real(
            "--least-pairs",
            "Lowest count of a pair of words.",
            usual=0.5,
            positive=False,
        ),
    ] = None,
    passes: Annotated[
        int | None,
        _whole("--passes", "Passes of GloVe.", usual=10, maximum=10_000),
    ] = None,
    runs: Annotated[
        int | None,
        _whole("--runs", "Trainings of GloVe that are joined.", usual=1, maximum=16),
    ] = None,
    learning_rate: Annotated[
        float | None, _real("--learning-rate", "Rate of GloVe.", usual=0.15)
    ] = None,
    x_max: Annotated[
        float | None,
        _real("--x-max", "Count from which a pair counts fully.", usual=20),
    ] = None,
    svd_weight: Annotated[
        float | None,
        _real("--svd-weight", "Share of eigenvectors beside GloVe.", usual=0.4),
    ] = None,
    flatten: Annotated[
        float | None,
        _real(
            "--flatten",
            "How far the joined directions are made equal, 0 to 1.",
            usual=0.25,
            positive=False,
        ),
    ] = None,
    shift: Annotated[
        float | None,
        _real("--shift", "k of the shifted mutual information.", usual=1),
    ] = None,
    lines_apart: Annotated[
        bool,
        typer.Option("--lines-apart", help="No window reaches over a line's end."),
    ] = False,
    kind: Annotated[
        str, choice("--type", TYPES, "How numbers are stored; packed is smallest.")
    ] = "float32",
    work: Annotated[
        Path | None,
        typer.Option(
            "--work",
            metavar="FOLDER",
            help="Where to count, and to keep what is counted. Else beside --out.",
        ),
    ] = None,
    seed: Seed = None,
    svg: Curves = None,
    resume: Resume = False,
    force: Force = False,
) -> None:
    """Learn word vectors from texts: GloVe, eigenvectors of PPMI, or both joined.

    Examples:
      rnnkit train vectors text.txt --out my.safetensors
      rnnkit train vectors news.txt.gz mails.txt:3 -o my.safetensors --dimensions 50
      rnnkit train vectors --recipe recipe.toml --texts texts/ -o my.safetensors
      rnnkit similar coffee --vectors my.safetensors
    """
    import shlex
    from dataclasses import replace

    from rnnkit.cli.losses import picture_of_losses
    from rnnkit.cli.work_folder import WorkFolder
    from rnnkit.tasks.words.training import VectorTraining

    console: Console = context.obj
    started = time.monotonic()
    asked = _recipe(corpora or [], recipe, texts, lines_apart=lines_apart)
    given: dict[str, Any] = {
        "method": method,
        "dimensions": dimensions,
        "window": window,
        "vocabulary": vocabulary,
        "least_count": least_count,
        "least_pairs": least_pairs,
        "passes": passes,
        "runs": runs,
        "learning_rate": learning_rate,
        "x_max": x_max,
        "svd_weight": svd_weight,
        "flatten": flatten,
        "shift": shift,
    }
    said = {name: value for name, value in given.items() if value is not None}
    asked = replace(asked, settings=replace(asked.settings, **said))
    _check_out(out, asked, force=force)
    if svg is not None and asked.settings.method == "svd":
        raise UsageError(
            "--method svd has no losses to draw",
            hint="leave out --svg, or give --method both",
        )
    picture = picture_of_losses(console, out, svg, force=force)
    folder = WorkFolder(out, work, resume=resume, force=force)
    drawn = console.seed(folder.seed if seed is None else seed)
    training = VectorTraining(asked, folder.path, seed=drawn)
    _run(console, training, folder)
    table = training.table()
    _save(out, table, training.description(), kind, force=force)
    if work is None:
        folder.clear()
    _draw(console, training, picture)
    result = {
        "model": str(out),
        "epochs": asked.settings.passes,
        "train_loss": training.costs[-1][-1] if training.costs else None,
        "validation_loss": None,
        "words": len(table.words),
        "dimensions": table.numbers.shape[1],
        "tokens": training.tokens,
        "bytes": out.stat().st_size,
        "seconds": round(time.monotonic() - started, 3),
    }
    if console.format == "text":
        console.out(
            f"{result['words']:,} words of {result['dimensions']} numbers, "
            f"{result['bytes']:,} bytes, from {result['tokens']:,} words of text"
        )
        console.out(
            f"wrote {out}: rnnkit similar {table.words[len(table.words) // 2]} "
            f"--vectors {shlex.quote(str(out))}"
        )
    else:
        console.emit([result], seed=drawn, model=str(out))


def _recipe(
    corpora: list[str], path: Path | None, texts: Path | None, *, lines_apart: bool
) -> Recipe:
    from rnnkit.tasks.words.recipe import Corpus, Recipe, read_recipe

    if path is not None:
        if corpora or lines_apart:
            raise UsageError(
                "a recipe names its texts itself",
                hint="leave out the texts and --lines-apart, or leave out --recipe",
            )
        return read_recipe(path, texts)
    if texts is not None:
        raise UsageError(
            "--texts is for the texts of a recipe",
            hint="give --recipe FILE too, or name the texts themselves",
        )
    if not corpora:
        raise UsageError("no text was given to learn from", hint=_NO_CORPUS)
    if "-" in corpora:
        raise UsageError(
            "texts are read twice, and standard input can be read once",
            hint="save it in a file, and give the file",
        )
    weighted = [_weighted(each) for each in corpora]
    return Recipe(
        tuple(
            Corpus((file,), Path(file).name, weight, weight, weight, lines_apart)
            for file, weight in weighted
        )
    )


def _weighted(given: str) -> tuple[str, float]:
    """Split "mails.txt:3" into the file and its weight."""
    file, colon, number = given.rpartition(":")
    if colon and file and not os.path.lexists(given):
        with suppress(ValueError):
            weight = float(number.replace("_", "?"))
            if 0 < weight < 1e9:
                return file, weight
            raise UsageError(
                f"the weight of '{printable(given)}' is not above 0",
                hint=f"give a number above 0, as in: {file}:3",
            )
    return given, 1.0


def _check_out(out: Path, recipe: Recipe, *, force: bool) -> None:
    from rnnkit.files.atomic import check_writable

    if str(out) == "-":
        raise UsageError(
            "vectors cannot be written to standard output",
            hint="give the name of a file, such as --out my.safetensors",
        )
    for corpus in recipe.corpora:
        for file in corpus.files:
            with suppress(OSError):
                if out.samefile(file):
                    raise UsageError(
                        f"{quoted(out)} is a text to learn from",
                        hint="give another --out, such as --out my.safetensors",
                    )
    check_writable(out, force=force)


def _run(console: Console, training: VectorTraining, folder: WorkFolder) -> None:
    """Go through all stages, each with a bar of its own and a line at its end."""
    folder.begin(training.seed)
    goes_on = training.has_begun
    try:
        for stage, events in groupby(training.learn(), key=lambda event: event.stage):
            news = ""
            with console.progress(stage, total=100) as bar:
                for event in events:
                    bar.update(int(100 * event.share), event.message)
                    news = event.message
            console.note(f"{stage}: {news or 'done'}")
    except BaseException as failure:
        # From a text that cannot be used there is nothing to go on with.
        useless = isinstance(failure, InputError) and not goes_on
        if useless or not training.has_begun:
            folder.clear()
        elif isinstance(failure, KeyboardInterrupt):
            console.note(
                f"what is done is in {folder.path}: the same command with --resume "
                "goes on"
            )
        raise


def _draw(console: Console, training: VectorTraining, picture: Outputs) -> None:
    """Draw the cost of GloVe, of which there is none for eigenvectors alone."""
    from rnnkit.cli.losses import draw_losses

    if not training.costs:
        return
    runs = len(training.costs)
    mean = [sum(costs) / runs for costs in zip(*training.costs, strict=True)]
    name = "training" if runs == 1 else f"training, mean of {runs} runs"
    draw_losses(console, picture, {name: mean}, measure="cost of a pair", baselines={})


def _save(
    out: Path, table: Table, description: dict[str, Any], kind: str, *, force: bool
) -> None:
    from rnnkit.files.vectors import store
    from rnnkit.files.vectors.writing import FORMATS, write_vectors

    form = FORMATS.get(out.suffix.lower(), "rnnkit")
    if form != "rnnkit":
        write_vectors(out, table, form, force=force)
        return
    packed = kind == "packed"
    store.save(
        out,
        table,
        kind="int8" if packed else kind,
        packed=packed,
        description=description,
        force=force,
    )
