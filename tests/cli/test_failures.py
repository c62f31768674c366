# SPDX-License-Identifier: Apache-2.0
"""Typing errors: what was typed, what is wrong with it, and what to type instead."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import pytest
import typer

from rnnkit.cli.options import Out
from tests.cli.conftest import Install
from tests.conftest import Runner


class Cell(Enum):
    RNN = "rnn"
    GRU = "gru"


def tool(
    context: typer.Context,
    word: Annotated[str, typer.Argument(metavar="WORD")],
    size: Annotated[int, typer.Option("--size", "-s")] = 1,
    cell: Annotated[Cell, typer.Option("--cell")] = Cell.RNN,
) -> None:
    pass


def need(context: typer.Context, out: Out) -> None:
    pass


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        ("toll", "no command 'toll' in 'rnnkit'", "did you mean 'tool'?"),
        ("Tool try x", "no command 'Tool'", "did you mean 'tool'?"),
        ("tool tri x", "no command 'tri' in 'rnnkit tool'", "did you mean 'try'?"),
        ("to", "no command 'to'", "did you mean 'tool'?"),
        ("try x", "no command 'try'", "did you mean 'rnnkit tool try'?"),
        ("zebra", "no command 'zebra'", "see 'rnnkit --help'"),
        ("--json", "no command was given to 'rnnkit'", "give 'tool'"),
        ("tool -q", "no command was given to 'rnnkit tool'", "give 'try' or 'need'"),
        ("tool try x --siz 3", "no option '--siz'", "did you mean '--size'?"),
        ("tool try x --SIZE 3", "no option '--SIZE'", "did you mean '--size'?"),
        ("tool try x -json", "no option '-json'", "did you mean '--json'"),
        ("-json tool try x", "no option '-json' in 'rnnkit'", "did you mean '--json'"),
        ("tool try x --zebra", "no option '--zebra'", "after --, as in: -- --zebra"),
        ("tool try -- -x -y", "unexpected argument '-y'", "quotes around text"),
        ("--size 3 tool try x", "no option '--size' in 'rnnkit'", "--help"),
        ("tool --size 3 try x", "no option '--size'", "after a command: 'try'"),
        ("tool try", "no argument WORD was given", "rnnkit tool try [OPTIONS] WORD"),
        ("tool need", "no option --out was given", "add --out FILE; see"),
        ("tool try I love you", "unexpected argument 'love'", "quotes around text"),
        ("tool try x --size", "option '--size' needs a value", "tool try --help"),
        ("tool try x -s", "option '-s' needs a value", "tool try --help"),
        ("tool try x --json=1", "option '--json' takes no value", "tool try --help"),
        ("tool try x --size big", "--size: 'big' is not a valid int", "--help"),
        ("tool try x --cell lstm", "--cell: 'lstm' is not", "give 'rnn' or 'gru'"),
        ("tool try \x1b[2J \x07", "unexpected argument '\\x07'", "quotes"),
        ("\x1b[2J", "no command '\\x1b[2J'", "see 'rnnkit --help'"),
    ],
)
def test_typing_errors(
    rnnkit: Runner, install: Install, arguments: str, message: str, hint: str
) -> None:
    install(tool, need=need)
    rnnkit(*arguments.split(" ")).told(2, message, hint)


def test_a_very_long_word_is_shortened(rnnkit: Runner, install: Install) -> None:
    install(tool)
    for arguments in (["x" * 10**6], ["tool", "try", "x", "y" * 10**6]):
        outcome = rnnkit(*arguments)
        outcome.told(2, "…", "")
        assert len(outcome.stderr) < 300


def test_the_nearest_of_all_real_options_is_found(rnnkit: Runner) -> None:
    rnnkit("models", "info", "--jsno").told(2, "'--jsno'", "'--json'")
    rnnkit("--versoin").told(2, "'--versoin'", "did you mean '--version'?")
