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
from rnnkit.cli.options import Force, Out, Resume, Seed, choice, real_number, whole
from rnnkit.errors import ModelError, OutputError, UsageError, printable, quoted

if TYPE_CHECKING:
    from rnnkit.files.vectors.table import Table
    from rnnkit.tasks.words.recipe import Recipe
    from rnnkit.tasks.words.training import VectorTraining

METHODS = ("glove", "svd", "both")
TYPES = ("float32", "float16", "int8", "packed")

_OURS = ("*.npy", "*.safetensors", "*.json")
_SEED = "seed.json"
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
    folder = _work_folder(out, work, resume=resume, force=force)
    drawn = console.seed(_seed_of(folder, seed))
    training = VectorTraining(asked, folder, seed=drawn)
    _run(console, training)
    table = training.table()
    _save(out, table, training.description(), kind, force=force)
    if work is None:
        _clear(folder)
    result = {
        "model": str(out),
        "epochs": asked.settings.passes,
        "train_loss": training.costs[-1] if training.costs else None,
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


def _work_folder(out: Path, work: Path | None, *, resume: bool, force: bool) -> Path:
    """The folder to count in. An interrupted training leaves it, for --resume."""
    folder = work or out.with_name(f"{out.name.removesuffix('.safetensors')}.work")
    if folder.exists() and not folder.is_dir():
        raise OutputError(
            f"{quoted(folder)} is a file, and a folder to count in is needed",
            hint="give another folder: --work FOLDER",
        )
    used = folder.is_dir() and any(folder.iterdir())
    if used and not (folder / _SEED).exists():
        raise OutputError(
            f"{quoted(folder)} holds files that are not from a training",
            hint="give an empty folder: --work FOLDER",
        )
    if folder.resolve() == out.resolve().parent:
        # What a training leaves there is removed; the result must not be.
        raise UsageError(
            f"{quoted(out)} lies in the folder to count in",
            hint="give another folder: --work FOLDER",
        )
    if resume and not used:
        raise ModelError(
            f"there is no training in {quoted(folder)} to go on with",
            hint="leave out --resume to start anew",
        )
    if used and not resume:
        if not force:
            raise OutputError(
                f"{quoted(folder)} is left from an earlier training",
                hint="give --resume to go on with it, or --force to start anew",
            )
        _clear(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise OutputError(
            f"cannot make the folder {quoted(folder)}: {failure.strerror}",
            hint="give a folder that can be written to: --work FOLDER",
        ) from failure
    return folder


def _seed_of(folder: Path, given: int | None) -> int | None:
    """The seed of the training that is gone on with, if none is given."""
    path = folder / _SEED
    if given is None and path.exists():
        with suppress(OSError, ValueError):
            return int(path.read_text("ascii"))
    return given


def _clear(folder: Path) -> None:
    """Remove what a training leaves, and the folder if nothing else is in it."""
    for pattern in _OURS:
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()


def _run(console: Console, training: VectorTraining) -> None:
    """Go through all stages, each with a bar of its own and a line at its end."""
    from rnnkit.files.atomic import write_bytes

    write_bytes(training.folder / _SEED, str(training.seed).encode(), force=True)
    try:
        for stage, events in groupby(training.learn(), key=lambda event: event.stage):
            news = ""
            with console.progress(stage, total=100) as bar:
                for event in events:
                    bar.update(int(100 * event.share), event.message)
                    news = event.message
            console.note(f"{stage}: {news or 'done'}")
    except BaseException as failure:
        if not training.has_begun:
            _clear(training.folder)
        elif isinstance(failure, KeyboardInterrupt):
            console.note(
                f"what is done is in {training.folder}: the same command with --resume "
                "goes on"
            )
        raise


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
