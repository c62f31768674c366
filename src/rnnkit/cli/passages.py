# SPDX-License-Identifier: Apache-2.0
"""What `rnnkit dino` does with a model of running text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from rnnkit.cli.console import Console
from rnnkit.cli.options import whole_number
from rnnkit.errors import UsageError, printable

if TYPE_CHECKING:
    from rnnkit.engine import Choice
    from rnnkit.tasks.dino.text import Passage, Reading, ScoredText, TextModel

_USUAL_LENGTH = 500

_BETWEEN = "-" * 20
"""The line between two passages."""

Length = Annotated[
    int | None,
    typer.Option(
        "--length",
        parser=whole_number("--length", minimum=1, example=1000),
        metavar="N",
        help="Characters to write on, with a model of running text; 500 by default.",
    ),
]
HowMany = Annotated[
    int | None,
    typer.Option(
        "--count",
        "-n",
        parser=whole_number("--count", minimum=1, example=10),
        metavar="N",
        help="How many: 10 names, or 1 passage of text by default.",
    ),
]


def only_for_names(**given: object) -> None:
    """Refuse options that mean nothing where a text is written on.

    Raises:
        UsageError: one was given.
    """
    _refuse(given, "is for names, and this model writes running text", "--length")


def only_for_text(**given: object) -> None:
    """Refuse options that mean nothing where names are made up.

    Raises:
        UsageError: one was given.
    """
    _refuse(given, "is for running text, and this model makes names", "--max-length")


def _refuse(given: dict[str, object], wrong: str, instead: str) -> None:
    for name, value in given.items():
        if value:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(
                f"{option} {wrong}",
                hint=f"leave it out, or give another --model; here there is {instead}",
            )


def write_on(
    console: Console,
    model: TextModel,
    prompt: str,
    *,
    count: int | None,
    length: int | None,
    seed: int | None,
    choice: Choice,
    name: str,
) -> None:
    """Print the prompt and what follows, character by character as it is written.

    Args:
        prompt: as given; - is standard input.
        count: how many continuations; none: one.
        length: how many characters each.
        name: of the model.
    """
    from dataclasses import asdict

    from rnnkit.files.text import read_text
    from rnnkit.tasks.dino.text import Passage

    text = model.codec.fold(read_text("-") if prompt == "-" else prompt)
    reading = _read(console, model.read(text), len(text))
    seed = console.seed(seed)
    length = length or _USUAL_LENGTH

    def passage(number: int) -> Iterator[tuple[str, float]]:
        return model.write(
            reading.start, length=length, seed=seed, number=number, choice=choice
        )

    numbers = range(count or 1)
    if console.format == "text":
        for number in numbers:
            if number:
                console.out(_BETWEEN)
            console.write(text)
            for character, _ in passage(number):
                console.write(character)
            console.write("\n")
        return

    def whole(number: int) -> Passage:
        characters, nats = zip(*passage(number), strict=True)
        nll = (reading.nats + sum(nats)) / (reading.length + length)
        return Passage(text + "".join(characters), nll)

    console.emit((asdict(whole(each)) for each in numbers), seed=seed, model=name)


def score(console: Console, model: TextModel, texts: list[str], *, name: str) -> None:
    """Print how surprising texts are; - is standard input, all of it one text."""
    from dataclasses import asdict

    from rnnkit.cli import inspection
    from rnnkit.files.text import read_text

    def scored() -> Iterator[ScoredText]:
        for text in texts:
            given = read_text("-") if text == "-" else text
            yield model.scored(given, _read(console, model.read(given), len(given)))

    if console.format != "text":
        console.emit((asdict(each) for each in scored()), model=name)
        return
    for each in scored():
        shown = f"{each.length:,} characters" if each.text is None else each.text
        losses = f"{each.nll:.3f} nats ({each.bits:.3f} bits) a character"
        console.out(f"{printable(shown)}  {losses}")
        if each.characters is not None:
            for line in inspection.surprise_lines(each.characters, console.stdout):
                console.out("  ", *line)


def _read(console: Console, readings: Iterator[Reading], length: int) -> Reading:
    """Read to the end; tell how far it is, if that takes long."""
    with console.progress("reading", total=length) as progress:
        for reading in readings:
            progress.update(reading.length)
    return reading
