# SPDX-License-Identifier: Apache-2.0
"""`rnnkit vectors plot`: words in a plane, on the terminal or in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rnnkit.cli.console import Console
from rnnkit.cli.options import Force
from rnnkit.cli.words import Limit, Vectors, load, look_up
from rnnkit.errors import UsageError, printable

_ENDINGS = (".svg", ".html")


def plot(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORD...", help="Words; A:B draws an arrow from A to B."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="A picture (.svg) or a page (.html)."
        ),
    ] = None,
    limit: Limit = None,
    vectors: Vectors = None,
    force: Force = False,
) -> None:
    """Draw words in the plane in which they differ most (two principal components).

    Examples:
      rnnkit vectors plot man:woman king:queen boy:girl
      rnnkit vectors plot coffee tea bread cake rain snow --out food.svg
      rnnkit vectors plot france:paris italy:rome japan:tokyo --out towns.html
    """
    from rnnkit.cli.pictures import is_plain
    from rnnkit.drawing import scatter
    from rnnkit.files.atomic import check_writable, write_bytes
    from rnnkit.tasks.words.plane import principal_plane

    console: Console = context.obj
    names, arrows = _split(words)
    if out is not None:
        if out.suffix.lower() not in _ENDINGS:
            raise UsageError(
                f"'{printable(out.suffix)}' is no kind of picture that is drawn here",
                hint="give a name that ends in .svg or .html",
            )
        check_writable(out, force=force)
    loaded = load(console, vectors, limit)
    found = [each.word for each in look_up(console, loaded, names)]
    plane = principal_plane(loaded, found)
    points = [
        scatter.Point(name, float(x), float(y))
        for name, (x, y) in zip(found, plane.places, strict=True)
    ]
    first, second = plane.shares
    title = f"{len(found)} words, {first:.0%} and {second:.0%} of their variance"
    if out is not None:
        draw = scatter.svg if out.suffix.lower() == ".svg" else scatter.page
        write_bytes(out, draw(title, points, arrows).encode(), force=force)
        console.note(f"wrote {out}")
    if console.format != "text":
        console.emit((point._asdict() for point in points), model=vectors)
    elif out is None:
        width = min(console.stdout.width, 100)
        drawn = scatter.in_terminal(
            points, arrows, width=width, height=24, plain=is_plain(console.stdout)
        )
        for line in drawn:
            console.out(line)
        console.note(title)


def _split(words: list[str]) -> tuple[list[str], list[tuple[int, int]]]:
    """The words without repeats, and the arrows between them by their places."""
    names: dict[str, int] = {}
    arrows = []
    for text in words:
        one, colon, other = text.partition(":")
        if colon and one and other:
            places = [names.setdefault(each, len(names)) for each in (one, other)]
            arrows.append((places[0], places[1]))
        else:
            names.setdefault(text, len(names))
    return list(names), arrows
