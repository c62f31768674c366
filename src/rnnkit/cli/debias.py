# SPDX-License-Identifier: Apache-2.0
"""`rnnkit vectors debias`: measure a bias, take it out, and show before and after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rnnkit.cli.console import Console
from rnnkit.cli.options import Force, Seed, listed
from rnnkit.cli.words import Limit, Vectors, load, look_up
from rnnkit.errors import UsageError, printable

if TYPE_CHECKING:
    from rnnkit.models.vectors import WordVectors
    from rnnkit.tasks.words.bias import Pair, Weat


def _words(option: str, metavar: str, help: str) -> Any:
    return typer.Option(option, metavar=metavar, help=f"{help} (repeat, or commas).")


def debias(
    context: typer.Context,
    pair: Annotated[
        list[str], _words("--pair", "A:B", "The bias axis goes from A to B")
    ],
    neutralize: Annotated[
        list[str] | None, _words("--neutralize", "WORD", "Words to take it out of")
    ] = None,
    equalize: Annotated[
        list[str] | None,
        _words("--equalize", "A:B", "Pairs to make equally far from neutral words"),
    ] = None,
    target: Annotated[
        list[str] | None,
        typer.Option("--target", metavar="WORDS", help="WEAT: two lists with commas."),
    ] = None,
    attribute: Annotated[
        list[str] | None,
        typer.Option("--attribute", metavar="WORDS", help="WEAT: two more lists."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="Where to write the debiased vectors."
        ),
    ] = None,
    seed: Seed = None,
    limit: Limit = None,
    vectors: Vectors = None,
    force: Force = False,
) -> None:
    """Show how words lean along a bias axis, and take the bias out of some.

    Examples:
      rnnkit vectors debias --pair man:woman --neutralize nurse,engineer
      rnnkit vectors debias --pair man:woman --equalize king:queen --out fair.vec
      rnnkit vectors debias --pair he:she --target math,art --attribute he,she
    """
    from rnnkit.files.atomic import check_writable
    from rnnkit.files.vectors.writing import format_of, write_vectors
    from rnnkit.tasks.words import bias

    console: Console = context.obj
    pairs, equal = _pairs("--pair", pair), _pairs("--equalize", equalize)
    neutral = listed(neutralize)
    sets = _sets(target, attribute)
    form = ""
    if out is not None:
        form = format_of(out)
        check_writable(out, force=force)
    before = load(console, vectors, limit)
    shown = list(dict.fromkeys([*neutral, *(word for two in equal for word in two)]))
    shown = shown or [word for two in pairs for word in two]
    look_up(console, before, shown)
    axis = bias.bias_axis(before, pairs)
    after = bias.debiased(before, axis, neutral=neutral, equal=equal)
    leanings = list(
        zip(
            shown,
            bias.leaning(before, axis, shown),
            bias.leaning(after, axis, shown),
            strict=True,
        )
    )
    seed = console.seed(seed) if sets else None
    measured = None if seed is None else _weat(seed, (before, after), sets)
    if out is not None:
        write_vectors(out, after.table, form, force=force)
    if console.format != "text":
        console.emit(_results(leanings, measured), seed=seed, model=vectors)
        return
    console.table(
        ("word", "before", "after"),
        [(word, f"{one:7.4f}", f"{two:7.4f}") for word, one, two in leanings],
    )
    if measured:
        console.table(
            ("WEAT", "effect", "p"),
            [
                (name, f"{found.effect:7.4f}", f"{found.p:.4f}")
                for name, found in zip(("before", "after"), measured, strict=True)
            ],
        )
    if out is not None:
        console.note(f"wrote {out}")


def _results(
    leanings: list[tuple[str, float, float]], measured: list[Weat] | None
) -> Iterator[dict[str, Any]]:
    for word, before, after in leanings:
        yield {"word": word, "before": before, "after": after}
    if measured:
        first, last = (found._asdict() for found in measured)
        yield {"weat": {"before": first, "after": last}}


def _weat(
    seed: int,
    vectors: tuple[WordVectors, WordVectors],
    sets: list[list[str]],
) -> list[Weat]:
    import numpy as np

    from rnnkit.tasks.words import bias

    x, y, a, b = sets
    return [
        bias.weat(each, (x, y), (a, b), generator=np.random.default_rng(seed))
        for each in vectors
    ]


def _pairs(option: str, given: list[str] | None) -> list[Pair]:
    pairs = []
    for text in listed(given):
        first, colon, second = text.partition(":")
        if not (first and colon and second):
            raise UsageError(
                f"{option} '{printable(text)}' is no pair of words",
                hint=f"put a colon between them: {option} man:woman",
            )
        pairs.append((first, second))
    if option == "--pair" and not pairs:
        raise UsageError(
            "--pair names no words", hint="type, for example: --pair man:woman"
        )
    return pairs


def _sets(target: list[str] | None, attribute: list[str] | None) -> list[list[str]]:
    given = [*(target or []), *(attribute or [])]
    if not given:
        return []
    if len(target or []) != 2 or len(attribute or []) != 2:
        raise UsageError(
            f"{len(target or [])} --target and {len(attribute or [])} --attribute were "
            "given, and WEAT compares two with two",
            hint="type: --target math,physics --target art,poetry "
            "--attribute he,man --attribute she,woman",
        )
    return [listed([each]) for each in given]
