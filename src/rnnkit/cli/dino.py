# SPDX-License-Identifier: Apache-2.0
"""`rnnkit dino`: make up names, complete them, judge them, watch the network read.

A model of running text obeys the same commands: what is special to it stands in
`passages`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rnnkit.cli import passages
from rnnkit.cli.application import command, group
from rnnkit.cli.console import Console
from rnnkit.cli.options import (
    Force,
    Model,
    Seed,
    Temperature,
    TopK,
    TopP,
    whole_number,
)
from rnnkit.errors import InputError, ModelError, UsageError, printable

if TYPE_CHECKING:
    from rnnkit.tasks.dino import Name, NameModel
    from rnnkit.tasks.dino.text import TextModel

app = group(
    "dino",
    """Invent names of dinosaurs, or of whatever a model was trained on.

    Examples:
      rnnkit dino sample
      rnnkit dino complete Tyra
      rnnkit dino score Velociraptor Qwzkx
      rnnkit dino inspect Tyrannosaurus
    """,
)

_MOST_BEAMS = 10_000
"""All candidates are kept in memory, so their number has a limit."""


def _length(option: str, help: str) -> Any:
    return typer.Option(
        option,
        parser=whole_number(option, minimum=1, maximum=100_000, example=6),
        metavar="N",
        help=help,
    )


MinLength = Annotated[
    int | None,
    _length(
        "--min-length",
        "Characters of the shortest name; 4 by default, or what the list has.",
    ),
]
MaxLength = Annotated[
    int | None,
    _length(
        "--max-length",
        "Characters of the longest name; half more than the list's longest by default.",
    ),
]


@command(app, "sample")
def sample(
    context: typer.Context,
    count: passages.HowMany = None,
    seed: Seed = None,
    temperature: Temperature = 0.8,
    top_k: TopK = None,
    top_p: TopP = None,
    prefix: Annotated[
        str, typer.Option("--prefix", metavar="TEXT", help="How all names begin.")
    ] = "",
    min_length: MinLength = None,
    max_length: MaxLength = None,
    allow_known: Annotated[
        bool,
        typer.Option("--allow-known", help="Give names of the training list, too."),
    ] = False,
    length: passages.Length = None,
    model: Model = "dino",
) -> None:
    """Make up names that are not in the training list, each of them once.

    Examples:
      rnnkit dino sample
      rnnkit dino sample -n 5 --prefix Tyr --seed 7
      rnnkit dino sample --temperature 1.2 --json
      rnnkit dino sample --model my.safetensors -n 1000 > names.txt
    """
    from rnnkit.engine import Choice
    from rnnkit.tasks.dino.text import TextModel

    console: Console = context.obj
    names, choice = _load(model), Choice(temperature, top_k, top_p)
    if isinstance(names, TextModel):
        passages.only_for_names(
            min_length=min_length, max_length=max_length, allow_known=allow_known
        )
        much = {"count": count, "length": length, "seed": seed}
        passages.write_on(console, names, prefix, **much, choice=choice, name=model)
        return
    passages.only_for_text(length=length)
    count = count or 10
    seed = console.seed(seed)
    found = names.sample(
        count,
        seed=seed,
        choice=choice,
        prefix=prefix,
        min_length=min_length or min(names.codec.shortest, max_length or 4, 4),
        max_length=max_length,
        allow_known=allow_known,
    )
    _print_names(console, found, count=count, seed=seed, model=model)


@command(app, "complete")
def complete(
    context: typer.Context,
    beginning: Annotated[
        str,
        typer.Argument(
            metavar="TEXT",
            help="How all names begin, or what to write on from (- reads it from "
            "stdin).",
        ),
    ],
    count: passages.HowMany = None,
    seed: Seed = None,
    temperature: Temperature = 0.8,
    top_k: TopK = None,
    top_p: TopP = None,
    beam: Annotated[
        int | None,
        typer.Option(
            "--beam",
            parser=whole_number("--beam", minimum=1, maximum=_MOST_BEAMS, example=20),
            metavar="N",
            help="Search the likeliest names, following N at once; needs no seed.",
        ),
    ] = None,
    min_length: MinLength = None,
    max_length: MaxLength = None,
    length: passages.Length = None,
    model: Model = "dino",
) -> None:
    """Complete the beginning of a name (real ones may come out, too), or of a text.

    Examples:
      rnnkit dino complete Tyra
      rnnkit dino complete Velo --beam 20
      rnnkit dino complete "ROMEO:" --model book.safetensors
      rnnkit dino complete - --model book.safetensors < chapter.txt
    """
    from rnnkit.engine import Choice
    from rnnkit.tasks.dino.text import TextModel

    console: Console = context.obj
    names, choice = _load(model), Choice(temperature, top_k, top_p)
    if isinstance(names, TextModel):
        passages.only_for_names(beam=beam, min_length=min_length, max_length=max_length)
        much = {"count": count, "length": length, "seed": seed}
        passages.write_on(console, names, beginning, **much, choice=choice, name=model)
        return
    passages.only_for_text(length=length)
    count = count or 10
    if beam is not None:
        if count > _MOST_BEAMS:
            raise UsageError(
                f"--count {count} is too large for --beam",
                hint=f"give at most {_MOST_BEAMS}, or leave out --beam to sample",
            )
        found: Iterable[Name] = names.likeliest(
            count,
            width=max(beam, count),
            prefix=beginning,
            min_length=min_length or 1,
            max_length=max_length,
        )
        seed = None
    else:
        seed = console.seed(seed)
        found = names.sample(
            count,
            seed=seed,
            choice=choice,
            prefix=beginning,
            min_length=min_length or 1,
            max_length=max_length,
            allow_known=True,
        )
    _print_names(console, found, count=count, seed=seed, model=model)


@command(app, "score")
def score(
    context: typer.Context,
    texts: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME...", help="Names to judge; - reads them as lines, or a text."
        ),
    ],
    model: Model = "dino",
) -> None:
    """Tell how surprising names or texts are, character by character.

    Examples:
      rnnkit dino score Tyrannosaurus Smith
      rnnkit dino score - < names.txt --jsonl
      rnnkit dino score - --model book.safetensors < chapter.txt
    """
    from rnnkit.cli import inspection
    from rnnkit.tasks.dino.text import TextModel

    console: Console = context.obj
    names = _load(model)
    if isinstance(names, TextModel):
        passages.score(console, names, texts, name=model)
        return
    scored = names.score(_given(texts))
    if console.format != "text":
        results = (
            {
                "text": each.text,
                "nll": each.nll,
                "characters": [{"char": c, "nll": nats} for c, nats in each.characters],
            }
            for each in scored
        )
        console.emit(results, model=model)
        return
    for each in scored:
        console.out(f"{each.text}  {each.nll:.3f} nats a character")
        for line in inspection.surprise_lines(each.characters, console.stdout):
            console.out("  ", *line)


@command(app, "inspect")
def inspect(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="NAME", help="A name to read.")],
    layer: Annotated[
        int,
        typer.Option(
            "--layer",
            parser=whole_number("--layer", minimum=1, example=1),
            metavar="N",
            help="Which layer to show, from 1.",
        ),
    ] = 1,
    units: Annotated[
        int,
        typer.Option(
            "--units",
            parser=whole_number("--units", minimum=1, example=6),
            metavar="N",
            help="How many units to show: those that vary most over the name.",
        ),
    ] = 6,
    svg: Annotated[
        Path | None,
        typer.Option("--svg", metavar="FILE", help="Write the picture as SVG, too."),
    ] = None,
    force: Force = False,
    model: Model = "dino",
) -> None:
    """Watch the network read a name: hidden units and gates, step by step.

    Examples:
      rnnkit dino inspect Tyrannosaurus
      rnnkit dino inspect Triceratops --units 16 --svg gates.svg
    """
    from rnnkit.cli import inspection
    from rnnkit.files.atomic import check_writable, write_bytes

    console: Console = context.obj
    names = _load(model)
    if svg is not None:
        check_writable(svg, force=force)
    seen = names.inspect(text)
    drawn = ""
    if svg is not None:
        drawn = inspection.as_svg(seen, layer=layer, units=units)
    if console.format == "text":
        for line in inspection.as_text(
            seen, layer=layer, units=units, channel=console.stdout
        ):
            console.out(*line)
    else:
        console.emit([inspection.as_json(seen)], model=model)
    if svg is not None:
        write_bytes(svg, drawn.encode(), force=force)
        console.note(f"wrote {svg}")


def _load(model: str) -> NameModel | TextModel:
    from rnnkit.files.assets import model_path
    from rnnkit.tasks.dino import load

    return load(model_path(model, "dino"))


def _given(texts: list[str]) -> Iterator[str]:
    from rnnkit.files.text import read_lines

    for text in texts:
        if text != "-":
            yield text
            continue
        names = list(filter(None, map(str.strip, read_lines("-"))))
        if not names:
            raise InputError(
                "standard input has only blank lines", hint="give one name a line"
            )
        yield from names


def _print_names(
    console: Console,
    names: Iterable[Name],
    *,
    count: int,
    seed: int | None,
    model: str,
) -> None:
    """Print names as they come; say so if there are fewer than were wanted."""
    from dataclasses import asdict

    waiting = iter(names)
    first = next(waiting, None)
    if first is None:
        raise ModelError(
            "the model has no such name to offer",
            hint="try a higher --temperature, another --prefix, or --allow-known",
        )
    found = 0

    def counted() -> Iterator[Name]:
        nonlocal found
        for name in chain((first,), waiting):
            found += 1
            yield name

    if console.format == "text":
        for name in counted():
            console.out(name.text)
    else:
        console.emit((asdict(n) for n in counted()), seed=seed, model=model)
    if found < count:
        console.note(
            f"only {found} of {count}: the model '{printable(model)}' has no more such "
            "names (try a higher --temperature, or other lengths)"
        )
