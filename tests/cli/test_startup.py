# SPDX-License-Identifier: Apache-2.0
"""Asking for help or for the version imports little, so that it is quick.

Modules are counted because times are noisy: typer with plain help takes about 145
modules, with rich help 310, with pydantic 260. A number that jumps is an import that
slipped out of a function.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.test_application import PATHS
from tests.conftest import CALM

MODULES_ALLOWED = 170
HEAVY = {"mido", "numpy", "pydantic", "rich", "safetensors"}

PROBE = """
import sys
from rnnkit.cli.main import main
for words in sys.argv[1:]:
    code = main(words.split())
    assert code == 0, words
print(*sys.modules, file=sys.stderr)
"""


def modules_after(*command_lines: str) -> set[str]:
    """Run these command lines in one new process; return the modules it has."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *command_lines],
        env=CALM,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "command_lines",
    [["--help"], ["--version"], [f"{path} --help"[7:] for path in PATHS]],
    ids=["help", "version", "help of every command"],
)
def test_help_imports_little(command_lines: list[str]) -> None:
    modules = modules_after(*command_lines)
    assert {name.partition(".")[0] for name in modules} & HEAVY == set()
    assert len(modules) <= MODULES_ALLOWED


def test_importing_the_package_imports_nothing_of_it() -> None:
    code = "import sys, rnnkit; print(*(n for n in sys.modules if 'rnnkit' in n))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=CALM,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "rnnkit\n"


def test_an_emoji_waits_for_nothing_that_teaches_or_plays() -> None:
    modules = modules_after("emojify love")
    assert "rnnkit.engine.answering" in modules
    unneeded = {"emoji", "mido", "numpy.ma", "numpy.random", "rnnkit.engine.course"}
    unneeded |= {"rnnkit.engine.training", "rnnkit.engine.sampling"}
    assert not modules & unneeded
