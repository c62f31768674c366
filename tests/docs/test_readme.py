# SPDX-License-Identifier: Apache-2.0
"""What the README and the pages show is what the program does."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from tests.conftest import Runner

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "docs/models/dino.md")


def page(name: str) -> str:
    """The text of a page."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """The code blocks of a page that are marked with a language."""
    return re.findall(
        rf"^```{language}\n(.*?)^```", page(name), re.MULTILINE | re.DOTALL
    )


def shown_commands() -> list[tuple[str, str]]:
    """Commands with a seed or without chance, and the output that follows them."""
    found = []
    for name in PAGES:
        for block in blocks(name, "console"):
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                if output.strip():
                    found.append((command, output))
    return found


def test_the_pages_show_commands() -> None:
    assert len(shown_commands()) >= 2


@pytest.mark.parametrize(
    ("command", "output"), shown_commands(), ids=[c for c, _ in shown_commands()]
)
def test_a_shown_command_prints_what_is_shown(
    command: str, output: str, rnnkit: Runner
) -> None:
    program, *arguments = shlex.split(command)
    assert program == "rnnkit"
    assert rnnkit(*arguments).stdout.rstrip() == output.rstrip()


def test_the_page_of_jazz_shows_what_happens(
    rnnkit: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    compared = 0
    for block in blocks("docs/jazz.md", "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            outcome = rnnkit(*shlex.split(command)[1:])
            printed = f"{outcome.stdout}{outcome.stderr}".splitlines()
            if shown.strip():
                assert shown.splitlines() == [line.rstrip() for line in printed]
                compared += 1
            else:
                assert outcome.code == 0
    assert compared >= 4


def test_the_hundred_names_that_were_read(rnnkit: Runner) -> None:
    (shown,) = blocks("docs/models/dino.md", "names")
    command = re.search(
        r"`rnnkit (dino sample -n 100 [^`]*)`", page("docs/models/dino.md")
    )
    assert command is not None
    assert rnnkit(*shlex.split(command[1])).stdout.split() == shown.split()


def test_the_training_loop_of_the_readme_learns() -> None:
    (loop,) = blocks("README.md", "python")
    code = [line for line in loop.splitlines() if line and not line.startswith("#")]
    assert len([line for line in code if "import" not in line]) <= 15
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(loop, "README.md", "exec"), {})  # the page runs as it stands
    losses = [float(line.split()[-1]) for line in printed.getvalue().splitlines()]
    assert losses[0] > 2
    assert losses[-1] < 0.2
