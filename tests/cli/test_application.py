# SPDX-License-Identifier: Apache-2.0
"""What all commands share: their flags, their help, and a command as one is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from rnnkit.cli.application import Command, DoingGroup, Group, narrowed
from rnnkit.cli.console import Console
from rnnkit.cli.options import Count, Seed
from rnnkit.cli.program import app
from tests.cli.conftest import Install
from tests.conftest import Runner


def every_command() -> Iterator[tuple[str, Any]]:
    """Yield the path and the object of each command and group of the real program."""

    def below(path: str, command: Any) -> Iterator[tuple[str, Any]]:
        yield path, command
        for name, child in getattr(command, "commands", {}).items():
            yield from below(f"{path} {name}", child)

    return below("rnnkit", typer.main.get_command(app))


PATHS = [path for path, _ in every_command()]


def sample(context: typer.Context, count: Count = 2, seed: Seed = None) -> None:
    """Count upwards.

    Examples:
      rnnkit tool try
      rnnkit tool try --count 3
    """
    console: Console = context.obj
    seed = console.seed(seed)
    numbers = range(seed, seed + count)
    if console.format == "text":
        for number in numbers:
            console.out(str(number))
    else:
        console.emit(({"text": str(n)} for n in numbers), seed=seed, model="dino")


def test_a_whole_command(rnnkit: Runner, install: Install) -> None:
    install(sample)
    assert rnnkit("tool", "try", "--seed", "7").stdout == "7\n8\n"
    assert rnnkit("tool", "try", "--seed", "7", "-n1").stdout == "7\n"
    told = rnnkit("tool", "try", "-n", "1", "--json")
    seed = told.json["seed"]
    assert told.stderr == f"seed: {seed} (repeat with --seed {seed})\n"
    assert told.json == {
        "schema": 1,
        "command": "tool try",
        "seed": seed,
        "model": "dino",
        "results": [{"text": str(seed)}],
    }
    lines = rnnkit("tool", "try", "--jsonl", "--seed", "7")
    assert lines.jsonl == [{"text": "7"}, {"text": "8"}]
    assert lines.stderr == ""


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("flag", ["--json", "--quiet", "-q", "-v", "--no-color"])
def test_flags_are_accepted_before_and_after_the_command(
    rnnkit: Runner, install: Install, flag: str, place: int
) -> None:
    install(sample)
    words = ["tool", "try"]
    words.insert(place, flag)
    outcome = rnnkit(*words)
    assert outcome.code == 0
    assert bool(outcome.stderr) is (flag not in ("-q", "--quiet"))
    assert outcome.stdout.startswith("{") is (flag == "--json")


def test_short_flags_may_be_joined(rnnkit: Runner, install: Install) -> None:
    install(sample)
    assert rnnkit("tool", "try", "-qn1").stderr == ""


@pytest.mark.parametrize("path", PATHS)
def test_both_ways_to_ask_for_help(rnnkit: Runner, path: str) -> None:
    words = path.split()[1:]
    long, short = rnnkit(*words, "--help"), rnnkit(*words, "-h")
    assert (long.code, long.stderr) == (0, "")
    assert short == long
    assert max(map(len, long.stdout.splitlines())) <= 80
    assert "\x1b" not in rnnkit(*words, "-h", environ={"FORCE_COLOR": "1"}).stdout


def test_help_is_shown_whatever_else_is_wrong(rnnkit: Runner, install: Install) -> None:
    install(sample)
    outcome = rnnkit("tool", "try", "--seed", "abc", "--help")
    assert outcome == rnnkit("tool", "try", "--help")


@pytest.mark.parametrize("path", PATHS)
def test_help_begins_with_examples_that_exist(rnnkit: Runner, path: str) -> None:
    first, examples, *_ = rnnkit(*path.split()[1:], "--help").stdout.split("\n\n")
    assert re.fullmatch(r"[A-Z][^\n]*(\n[^\n]+)?\.", first)
    title, *lines = examples.splitlines()
    assert title == "Examples:"
    assert 2 <= len(lines) <= 4
    assert path in lines[0]
    for line in lines:
        assert len(line) <= 80
        named = line[line.index("rnnkit") :].split()
        depth = next(
            n for n in range(len(named), 0, -1) if " ".join(named[:n]) in PATHS
        )
        known = dict(every_command())[" ".join(named[:depth])]
        alone = not isinstance(known, Group) or isinstance(known, DoingGroup)
        assert alone or depth == len(named)
        options = {name for each in known.params for name in each.opts}
        assert {word for word in named[depth:] if word.startswith("-")} <= options | {
            "-"
        }


@pytest.mark.parametrize(
    "path",
    [
        path
        for path, each in every_command()
        if isinstance(each, Group) and each.does_nothing_alone
    ],
)
def test_nothing_given_is_help_on_stderr(rnnkit: Runner, path: str) -> None:
    words = path.split()[1:]
    outcome = rnnkit(*words)
    assert (outcome.code, outcome.stdout) == (2, "")
    assert outcome.stderr == rnnkit(*words, "--help").stdout


def test_every_command_and_group_is_ours() -> None:
    for path, each in every_command():
        assert isinstance(each, Command | Group), path


def test_one_option_has_one_meaning_everywhere() -> None:
    meanings: dict[str, set[str]] = {}
    for _, each in every_command():
        for param in each.params:
            for name in param.opts:
                if name.startswith("-"):
                    meanings.setdefault(name, set()).add(param.name)
    assert {name: known for name, known in meanings.items() if len(known) > 1} == {}


def test_help_fits_a_narrow_terminal(
    rnnkit: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    narrow = rnnkit("--help").stdout
    assert max(map(len, narrow.splitlines())) <= 60


class TestNarrowed:
    def commands(self, *words: str) -> dict[str, set[str]]:
        """What is built for a command line: groups, each with its commands."""
        top: Any = typer.main.get_command(narrowed(app, words))
        return {
            name: set(getattr(each, "commands", ()))
            for name, each in top.commands.items()
        }

    def test_one_command(self) -> None:
        assert self.commands("dino", "sample", "more") == {"dino": {"sample"}}
        assert self.commands("doctor") == {"doctor": set()}

    def test_a_group_alone_keeps_its_commands(self) -> None:
        assert self.commands("dino")["dino"] >= {"sample", "score"}

    def test_a_typing_error_keeps_all_to_choose_from(self) -> None:
        assert self.commands("dnio", "sample") == self.commands()
        assert self.commands("dino", "smaple") == self.commands("dino")

    def test_the_whole_stays_whole(self) -> None:
        before = self.commands()
        self.commands("dino", "sample")
        assert self.commands() == before
        assert len(before) >= 4
