# SPDX-License-Identifier: Apache-2.0
"""`rnnkit vectors`: look into files of word vectors, convert them, judge them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from rnnkit.cli import debias, fetch, plot
from rnnkit.cli.application import command, group
from rnnkit.cli.console import Console
from rnnkit.cli.options import Force, Out, choice
from rnnkit.cli.words import METHODS, Limit, Vectors, load, look_up
from rnnkit.errors import UsageError

if TYPE_CHECKING:
    from rnnkit.tasks.words.evaluation import Analogies, Similarities

FORMATS = ("rnnkit", "glove", "word2vec", "word2vec-binary", "fasttext")
KINDS = ("float32", "float16", "int8")

app = group(
    "vectors",
    """Look into files of word vectors, convert them, judge them.

    Examples:
      rnnkit vectors info glove.6B.50d.txt
      rnnkit vectors convert glove.6B.zip:glove.6B.50d.txt --out glove.safetensors
      rnnkit vectors odd breakfast lunch dinner stone
    """,
)

File = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME|FILE", help="Vectors that ship, or a file, or FILE.zip:MEMBER."
    ),
]


@command(app, "info")
def info(context: typer.Context, vectors: File = None, limit: Limit = None) -> None:
    """Tell what a file of vectors holds.

    Examples:
      rnnkit vectors info glove.6B.50d.txt
      rnnkit vectors info glove.6B.zip:glove.6B.300d.txt --json
    """
    from rnnkit.files.vectors import cache

    console: Console = context.obj
    loaded = load(console, vectors, limit)
    norms = loaded.norms
    place = None if vectors is None else cache.place(vectors)
    facts: dict[str, Any] = {
        "name": loaded.name,
        "format": loaded.table.format,
        "words": len(loaded),
        "dimensions": loaded.dimensions,
        "first": [loaded.words[row] for row in range(min(5, len(loaded)))],
        "norm_mean": round(float(norms.mean()), 4),
        "norm_least": round(float(norms.min()), 4),
        "norm_most": round(float(norms.max()), 4),
        "zeros": len(loaded.zero_rows),
        "duplicates": loaded.table.duplicates,
        "unreadable": loaded.table.unreadable,
        "cache": str(place) if place is not None and place.exists() else None,
    }
    if console.format == "text":
        facts["first"] = " ".join(facts["first"])
        console.table(("field", "value"), [(k, str(v)) for k, v in facts.items()])
    else:
        console.emit([facts], model=vectors)


@command(app, "convert")
def convert(
    context: typer.Context,
    vectors: Annotated[str, typer.Argument(metavar="NAME|FILE", help="What to read.")],
    out: Out,
    form: Annotated[
        str | None,
        choice("--format", FORMATS, "By default the ending of --out decides."),
    ] = None,
    kind: Annotated[
        str, choice("--type", KINDS, "How rnnkit's own format stores numbers.")
    ] = "float32",
    packed: Annotated[
        bool,
        typer.Option("--packed", help="As small as can be: int8, one scale, deflated."),
    ] = False,
    limit: Limit = None,
    force: Force = False,
) -> None:
    """Write vectors in another format.

    Examples:
      rnnkit vectors convert glove.6B.50d.txt --out glove.safetensors
      rnnkit vectors convert glove.6B.50d.txt --out small.safetensors --type int8
      rnnkit vectors convert GoogleNews.bin.gz --out news.txt --limit 100000
    """
    from rnnkit.files.vectors.writing import format_of, write_vectors

    console: Console = context.obj
    form = form or format_of(out)
    if form != "rnnkit" and (packed or kind != "float32"):
        raise UsageError(
            f"the format {form} knows no {'--packed' if packed else f'--type {kind}'}",
            hint="give --format rnnkit, or a name that ends in .safetensors",
        )
    loaded = load(console, vectors, limit)
    write_vectors(out, loaded.table, form, kind=kind, packed=packed, force=force)
    result = {
        "out": str(out),
        "format": form,
        "words": len(loaded),
        "dimensions": loaded.dimensions,
        "bytes": out.stat().st_size,
    }
    if console.format == "text":
        console.note(
            f"wrote {out}: {result['words']:,} words of {result['dimensions']} numbers,"
            f" {result['bytes']:,} bytes"
        )
    else:
        console.emit([result], model=vectors)


@command(app, "evaluate")
def evaluate(
    context: typer.Context,
    questions: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="Analogies or judged pairs; a folder gives all."
        ),
    ],
    method: Annotated[
        str, choice("--method", METHODS, "How analogies are completed.")
    ] = "add",
    half: Annotated[
        str | None,
        choice("--half", ("1", "2"), "Only analogies whose pairs fall into this half."),
    ] = None,
    limit: Limit = None,
    vectors: Vectors = None,
) -> None:
    """Judge vectors by analogies (share that is right) and by pairs (Spearman).

    Examples:
      rnnkit vectors evaluate questions-words.txt --limit 30000
      rnnkit vectors evaluate questions-words.txt --half 2
      rnnkit vectors evaluate wordsim353.txt simlex999.txt --json
    """
    from dataclasses import asdict

    from rnnkit.tasks.words import evaluation

    console: Console = context.obj
    files = [evaluation.read_questions(each) for each in evaluation.files_of(questions)]
    if half is not None:
        files = [each.half(int(half)) for each in files]
    loaded = load(console, vectors, limit)
    results = (
        result
        for each in files
        for result in evaluation.judge(loaded, each, method=method)
    )
    if console.format != "text":
        console.emit(map(asdict, results), model=vectors)
        return
    found = list(results)
    console.note(f"{len(loaded):,} words, {loaded.dimensions} numbers each")
    _print_analogies(
        console, [each for each in found if isinstance(each, evaluation.Analogies)]
    )
    pairs = [each for each in found if isinstance(each, evaluation.Similarities)]
    _print_pairs(console, pairs)


@command(app, "odd")
def odd(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="WORD...", help="Three words or more.")
    ],
    limit: Limit = None,
    vectors: Vectors = None,
) -> None:
    """Find the word that does not belong to the others.

    Examples:
      rnnkit vectors odd breakfast lunch dinner stone
      rnnkit vectors odd red green blue seven --json
    """
    console: Console = context.obj
    if len(words) < 3:
        raise UsageError(
            f"{len(words)} words were given, and three or more are needed",
            hint="type: rnnkit vectors odd breakfast lunch dinner stone",
        )
    loaded = load(console, vectors, limit)
    found = loaded.odd_one_out([each.word for each in look_up(console, loaded, words)])
    if console.format == "text":
        console.table(
            ("word", "cosine to the mean"),
            [(each.word, f"{each.score:.4f}") for each in found],
        )
    else:
        console.emit((each._asdict() for each in found), model=vectors)


def _print_analogies(console: Console, found: list[Analogies]) -> None:
    if not found:
        return
    parts = {"all": found}
    if any(each.section.startswith("gram") for each in found):
        # The sets that Google published call their syntactic sections so.
        syntactic = [each for each in found if each.section.startswith("gram")]
        semantic = [each for each in found if each not in syntactic]
        parts = {"semantic": semantic, "syntactic": syntactic, "all": found}
    rows: list[tuple[object, ...]] = [
        (each.section, each.correct, each.answered, each.total, _share(each))
        for each in found
    ]
    if len(found) > 1:
        for name, part in parts.items():
            correct, answered, total = (
                sum(getattr(each, field) for each in part)
                for field in ("correct", "answered", "total")
            )
            share = f"{correct / answered:8.2%}" if answered else ""
            rows.append((name, correct, answered, total, share))
    console.table(("section", "correct", "answered", "total", "share"), rows)


def _share(each: Analogies) -> str:
    return f"{each.correct / each.answered:8.2%}" if each.answered else ""


def _print_pairs(console: Console, found: list[Similarities]) -> None:
    if not found:
        return
    rows = [
        (
            each.set,
            each.answered,
            each.total,
            "" if each.spearman is None else f"{each.spearman:8.3f}",
        )
        for each in found
    ]
    console.table(("pairs", "answered", "total", "spearman"), rows)


command(app, "fetch")(fetch.fetch)
command(app, "debias")(debias.debias)
command(app, "plot")(plot.plot)
