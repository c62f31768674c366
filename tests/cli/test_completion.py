# SPDX-License-Identifier: Apache-2.0
"""What the shell offers at a press of Tab, and that asking is cheap."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CALM, Runner

needs_bash = pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")

HEAVY = ("numpy", "pydantic", "rich", "safetensors")


def completed(rnnkit_process: Runner, shell: str, line: str) -> list[str]:
    words = line.split(" ")
    environ = {
        "bash": {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)},
        "zsh": {"_TYPER_COMPLETE_ARGS": line},
    }[shell]
    environ["_RNNKIT_COMPLETE"] = f"complete_{shell}"
    outcome = rnnkit_process(environ=environ)
    assert (outcome.code, outcome.stderr) == (0, "")
    return outcome.stdout.replace('"', " ").split()


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_commands_and_options_are_completed(rnnkit_process: Runner, shell: str) -> None:
    offered = completed(rnnkit_process, shell, "rnnkit models ")
    assert {"list", "info", "path", "verify"} <= set(" ".join(offered).split())
    assert "--json" in completed(rnnkit_process, shell, "rnnkit models list --js")


def test_names_of_models_are_completed(rnnkit_process: Runner, assets: Path) -> None:
    environ = {
        "_RNNKIT_COMPLETE": "complete_bash",
        "COMP_WORDS": "rnnkit models info d",
        "COMP_CWORD": "3",
        "RNNKIT_ASSETS": str(assets),
    }
    assert rnnkit_process(environ=environ).stdout == "dino\n"


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completing_imports_nothing_heavy(shell: str) -> None:
    code = (
        "import sys\n"
        "from rnnkit.cli.main import main\n"
        "assert main([]) == 0\n"
        f"assert not {set(HEAVY)!r} & sys.modules.keys()\n"
    )
    environ = {
        "_RNNKIT_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": "rnnkit ",
        "COMP_WORDS": "rnnkit ",
        "COMP_CWORD": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=CALM | environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "models" in done.stdout


def in_bash(script: str, home: Path) -> str:
    """Run a script in a bash that has `rnnkit`; return what it printed."""
    program = home / "rnnkit"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m rnnkit "$@"\n')
    program.chmod(0o755)
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        env=CALM | {"HOME": str(home), "PATH": f"{home}{os.pathsep}{CALM['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


COMPLETE = """
COMP_WORDS=(rnnkit models ve) COMP_CWORD=2
_rnnkit_completion rnnkit
echo "${COMPREPLY[@]}"
"""


@needs_bash
def test_bash_completes_with_the_script_that_is_shown(tmp_path: Path) -> None:
    shown = 'eval "$(rnnkit --show-completion)"'
    assert in_bash(shown + COMPLETE, tmp_path) == "verify\n"


@needs_bash
def test_completion_is_installed_at_home(tmp_path: Path) -> None:
    in_bash("rnnkit --install-completion; true", tmp_path)
    installed = f"source {tmp_path / '.bashrc'}"
    assert in_bash(installed + COMPLETE, tmp_path) == "verify\n"
