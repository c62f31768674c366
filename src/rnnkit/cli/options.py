# SPDX-License-Identifier: Apache-2.0
"""Options that several commands share: spelled, checked and explained once.

A command writes the type, and its own default:

    def sample(context: typer.Context, count: Count = 10, seed: Seed = None) -> None:

For options of one command alone, `whole_number`, `real_number` and `choice` make the
same kind of check. All of them refuse nan and infinity, and say what to type instead.
Flags that every command has (`--json`, `--quiet` ...) are not here: `application` adds
them by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from rnnkit.errors import RnnkitError, UsageError, alternatives, did_you_mean, printable

LARGEST_WHOLE_NUMBER = 2**63 - 1

Parser: TypeAlias = Callable[[Any], Any]


def whole_number(
    option: str,
    *,
    minimum: int,
    maximum: int = LARGEST_WHOLE_NUMBER,
    example: int,
) -> Parser:
    """Make a parser of whole numbers from `minimum` to `maximum`, both included."""
    above = "" if maximum == LARGEST_WHOLE_NUMBER else f" to {maximum}"
    more = " or more" if not above else ""
    hint = f"give a whole number, {minimum}{above}{more}, such as {option} {example}"

    def parse(given: Any) -> int:
        # Typer sends defaults through the parser as well.
        if isinstance(given, int):
            return given
        digits = given.strip().removeprefix("+")
        if not (digits.removeprefix("-").isdecimal() and digits.isascii()):
            raise UsageError(
                f"{option} '{printable(given)}' is not a whole number", hint=hint
            )
        # Python refuses to convert thousands of digits; none of them is in range.
        number = int(digits[:40])
        if number < minimum:
            raise UsageError(f"{option} {printable(given)} is too small", hint=hint)
        if number > maximum:
            raise UsageError(f"{option} {printable(given)} is too large", hint=hint)
        return number

    return parse


def real_number(
    option: str,
    *,
    minimum: float = -math.inf,
    maximum: float = math.inf,
    above: float = -math.inf,
    hint: str,
) -> Parser:
    """Make a parser of finite numbers between limits, of which `above` is excluded."""

    def parse(given: Any) -> float:
        try:
            # Python reads 1_0 as ten; a person who types it means something else.
            number = float(str(given).replace("_", "?"))
        except ValueError:
            raise UsageError(
                f"{option} '{printable(given)}' is not a number", hint=hint
            ) from None
        if not math.isfinite(number):
            raise UsageError(f"{option} {printable(given)} is not finite", hint=hint)
        if number < minimum or number <= above:
            raise UsageError(f"{option} {printable(given)} is too small", hint=hint)
        if number > maximum:
            raise UsageError(f"{option} {printable(given)} is too large", hint=hint)
        return number

    return parse


def choice(option: str, words: Sequence[str], help: str) -> Any:
    """Make an option that takes one of a few words, and completes them in the shell."""

    def parse(given: Any) -> str:
        if given in words:
            return str(given)
        raise UsageError(
            f"{option} '{printable(given)}' is none of {', '.join(words)}",
            hint=did_you_mean(given, words) or f"give {alternatives(words)}",
        )

    return typer.Option(
        option,
        parser=parse,
        metavar="|".join(words),
        autocompletion=lambda: list(words),
        help=help,
    )


def listed(given: list[str] | None) -> list[str]:
    """The words of an option that may be repeated, and may hold commas."""
    return [word for part in given or [] for word in part.split(",") if word]


def known_models() -> list[str]:
    """Return the names that `--model` accepts beside files, for completion."""
    from rnnkit.files import assets

    try:
        return [asset.name for asset in assets.manifest()]
    except RnnkitError:
        # A press of Tab is no moment to report a damaged installation.
        return []


def whole(option: str, help: str, *, minimum: int = 1, maximum: int, usual: int) -> Any:
    """Make an option that takes a whole number; `usual` is an example."""
    parser = whole_number(option, minimum=minimum, maximum=maximum, example=usual)
    return typer.Option(option, parser=parser, metavar="N", help=help)


def share(option: str, help: str, *, example: float) -> Any:
    """Make an option that takes a share, from 0 to 0.9."""
    parser = real_number(
        option,
        minimum=0,
        maximum=0.9,
        hint=f"give a share from 0 to 0.9, such as {option} {example}",
    )
    return typer.Option(option, parser=parser, metavar="X", help=help)


def decay(option: str, help: str, *, example: float) -> Any:
    """Make an option that takes the decay of a moving average, below 1."""
    parser = real_number(
        option,
        minimum=0,
        maximum=0.9999,
        hint=f"give a decay below 1, such as {option} {example}, or 0 for none",
    )
    return typer.Option(option, parser=parser, metavar="X", help=help)


def positive(option: str, help: str, *, example: float) -> Any:
    """Make an option that takes a number above 0."""
    parser = real_number(
        option, above=0, hint=f"give a number above 0, such as {option} {example}"
    )
    return typer.Option(option, parser=parser, metavar="X", help=help)


Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        parser=whole_number("--seed", minimum=0, example=7),
        metavar="N",
        help="Repeat an output: same seed, same version, same model, same bytes.",
    ),
]

Count = Annotated[
    int,
    typer.Option(
        "--count",
        "-n",
        parser=whole_number("--count", minimum=1, example=10),
        metavar="N",
        help="How many.",
    ),
]

Temperature = Annotated[
    float,
    typer.Option(
        "--temperature",
        "-t",
        parser=real_number(
            "--temperature",
            minimum=0,
            hint="give 0 (always the likeliest) or more, such as --temperature 0.8",
        ),
        metavar="X",
        help="Below 1 more usual, above 1 more daring, 0 always the likeliest.",
    ),
]

TopK = Annotated[
    int | None,
    typer.Option(
        "--top-k",
        parser=whole_number("--top-k", minimum=1, example=5),
        metavar="N",
        help="Choose among the N likeliest only.",
    ),
]

TopP = Annotated[
    float | None,
    typer.Option(
        "--top-p",
        parser=real_number(
            "--top-p",
            above=0,
            maximum=1,
            hint="give a share above 0 and up to 1, such as --top-p 0.9",
        ),
        metavar="X",
        help="Choose among the likeliest that make up this share only.",
    ),
]

Model = Annotated[
    str,
    typer.Option(
        "--model",
        "-m",
        autocompletion=known_models,
        metavar="NAME|FILE",
        help="A model that ships (see 'rnnkit models list'), or a file.",
    ),
]

Out = Annotated[
    Path,
    typer.Option("--out", "-o", metavar="FILE", help="Where to write the result."),
]

OutIfTrained = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="FILE", help="Where to write the model."),
]
"""For commands that can also look at data without writing a model."""

# Asking the engine for its cells would bring NumPy, so they are named here again.
Cell = Annotated[str, choice("--cell", ("rnn", "gru", "lstm"), "The kind of cell.")]

Layers = Annotated[int, whole("--layers", "Layers.", maximum=16, usual=1)]

InputDropout = Annotated[
    float, share("--input-dropout", "Share silenced of what is read.", example=0.2)
]

Average = Annotated[
    float,
    decay(
        "--average",
        "Keep a moving average of the weights with this decay; 0: none.",
        example=0.99,
    ),
]

Patience = Annotated[
    int | None,
    whole("--patience", "Stop after N epochs without gain.", maximum=10_000, usual=5),
]

Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with an interrupted training.")
]

Force = Annotated[
    bool,
    typer.Option("--force", "-f", help="Replace the file if it exists."),
]
