# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import pytest
import typer

from rnnkit.cli.options import (
    Count,
    Force,
    Model,
    Out,
    Seed,
    Temperature,
    TopK,
    TopP,
    choice,
    known_models,
)
from rnnkit.engine import CELLS, OPTIMIZERS
from rnnkit.files.vectors import store, writing
from rnnkit.models import vectors
from rnnkit.models.recipe import SCHEDULES
from rnnkit.tasks.emojify import placement
from rnnkit.tasks.words import recipe
from tests.cli.conftest import Install
from tests.cli.test_application import every_command
from tests.conftest import Outcome, Runner

Cell = Annotated[str, choice("--cell", ["rnn", "gru", "lstm"], "The cell.")]


def options(
    context: typer.Context,
    count: Count = 10,
    seed: Seed = None,
    temperature: Temperature = 1.0,
    top_k: TopK = None,
    top_p: TopP = None,
    model: Model = "dino",
    out: Out = Path("out.txt"),
    force: Force = False,
    cell: Cell = "lstm",
) -> None:
    given = (count, seed, temperature, top_k, top_p, model, out, force, cell)
    context.obj.out(repr(given))


@pytest.fixture
def given(rnnkit: Runner, install: Install) -> Runner:
    install(options)
    return lambda *arguments: rnnkit("tool", "try", *arguments)


def test_defaults(given: Runner) -> None:
    default = (10, None, 1.0, None, None, "dino", Path("out.txt"), False, "lstm")
    assert given().stdout == f"{default!r}\n"


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        ("-n 3", "(3,"),
        ("--count +3", "(3,"),
        ("--count 9223372036854775807", "(9223372036854775807,"),
        ("--seed 0", "(10, 0,"),
        ("--temperature 0", "None, 0.0,"),
        ("-t 1e-300", "None, 1e-300,"),
        ("--top-k 1", "1.0, 1, None"),
        ("--top-p 1", "None, 1.0, 'dino'"),
        ("-m my.safetensors", "'my.safetensors'"),
        ("-o a.txt -f", "Path('a.txt'), True"),
        ("--cell gru", "'gru'"),
    ],
)
def test_good_values(given: Runner, arguments: str, value: str) -> None:
    outcome: Outcome = given(*arguments.split())
    assert value in outcome.stdout, outcome.stderr


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        ("--count 0", "--count 0 is too small", "1 or more, such as --count 10"),
        ("-n -1", "--count -1 is too small", "such as --count 10"),
        ("-n 1_0", "--count '1_0' is not a whole number", "such as --count 10"),
        ("-n ten", "--count 'ten' is not a whole number", "such as --count 10"),
        ("-n 1.5", "--count '1.5' is not a whole number", "such as --count 10"),
        ("-n ٣", "--count '٣' is not a whole number", "such as --count 10"),
        ("-n 9223372036854775808", "is too large", "such as --count 10"),
        (f"--seed {'9' * 5000}", "is too large", "0 or more, such as --seed 7"),
        ("--seed -1", "--seed -1 is too small", "0 or more"),
        ("--seed abc", "--seed 'abc' is not a whole number", "such as --seed 7"),
        ("--seed --", "--seed '--' is not a whole number", "such as --seed 7"),
        ("-t -0.1", "--temperature -0.1 is too small", "--temperature 0.8"),
        ("-t nan", "--temperature nan is not finite", "--temperature 0.8"),
        ("-t inf", "--temperature inf is not finite", "--temperature 0.8"),
        ("-t -inf", "--temperature -inf is not finite", "--temperature 0.8"),
        ("-t 1e999", "--temperature 1e999 is not finite", "--temperature 0.8"),
        ("-t 1_0", "--temperature '1_0' is not a number", "--temperature 0.8"),
        ("-t hot", "--temperature 'hot' is not a number", "--temperature 0.8"),
        ("--top-k 0", "--top-k 0 is too small", "--top-k 5"),
        ("--top-p 0", "--top-p 0 is too small", "above 0 and up to 1"),
        ("--top-p 1.1", "--top-p 1.1 is too large", "above 0 and up to 1"),
        ("--top-p nan", "--top-p nan is not finite", "above 0 and up to 1"),
        ("--cell lstn", "--cell 'lstn' is none of", "did you mean 'lstm'?"),
        ("--cell x", "none of rnn, gru, lstm", "give 'rnn', 'gru' or 'lstm'"),
    ],
)
def test_bad_values(given: Runner, arguments: str, message: str, hint: str) -> None:
    given(*arguments.split(" ")).told(2, message, hint)


def test_an_empty_value_is_told(given: Runner) -> None:
    given("--seed", "").told(2, "--seed '' is not a whole number", "--seed 7")
    given("-t", " ").told(2, "--temperature ' ' is not a number", "0.8")


def test_help_names_values_and_defaults(given: Runner) -> None:
    text = given("--help").stdout
    assert "-n, --count N" in text
    assert "[default: 10]" in text
    assert "--cell rnn|gru|lstm" in text


def test_known_models(assets: Path) -> None:
    assert known_models() == ["dino", "jazz"]
    (assets / "manifest.json").write_text("{")
    assert known_models() == []


@pytest.mark.parametrize(
    ("command", "option", "known"),
    [
        ("train dino", "cell", CELLS),
        ("train dino", "optimizer", OPTIMIZERS),
        ("train dino", "schedule", SCHEDULES),
        ("train jazz", "cell", CELLS),
        ("train emojify", "cell", CELLS),
        ("train vectors", "method", recipe.METHODS),
        ("train vectors", "type", (*store.KINDS, "packed")),
        ("vectors convert", "format", writing.NAMES),
        ("vectors convert", "type", store.KINDS),
        ("analogy", "method", vectors.METHODS),
        ("emojify", "place", placement.PLACES),
    ],
)
def test_what_help_offers_is_what_there_is(
    command: str, option: str, known: Iterable[str]
) -> None:
    """Help must not import what knows them, so the words stand in two places."""
    found = dict(every_command())[f"rnnkit {command}"]
    (offered,) = (each.metavar for each in found.params if f"--{option}" in each.opts)
    assert offered.split("|") == [*known]
