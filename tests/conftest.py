# SPDX-License-Identifier: Apache-2.0
"""Two ways to run the command line: as a user does, and quickly.

`rnnkit_process("models", "list")` starts a process, for streams, signals and encodings.
`rnnkit("models", "list")` runs the same arguments in this process, in milliseconds.
Both return what was printed and the exit code.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rnnkit.cli.console import Console
from rnnkit.cli.main import run

SOURCE = Path(__file__).parents[1] / "src"

UNWANTED = {"COLUMNS", "FORCE_COLOR", "NO_COLOR", "RNNKIT_ASSETS", "TERM"}
UNWANTED |= {"PYTHONIOENCODING", "PYTHONUNBUFFERED", "PYTHONUTF8"}
"""What a terminal or a shell may have set, and must not decide a test."""

CALM = {name: value for name, value in os.environ.items() if name not in UNWANTED}
"""The environment of every process that a test starts; it finds this rnnkit."""
_inherited = CALM.get("PYTHONPATH", "").split(os.pathsep)
CALM["PYTHONPATH"] = os.pathsep.join(
    os.path.abspath(folder) for folder in [*_inherited, str(SOURCE)] if folder
)


@dataclass(frozen=True)
class Outcome:
    """What one run of rnnkit gave."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """The one object that `--json` printed."""
        return json.loads(self.stdout)

    @property
    def jsonl(self) -> list[Any]:
        """The objects that `--jsonl` printed, one a line."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    def told(self, code: int, message: str, hint: str) -> None:
        """Assert that a failure was told in two lines, which hold these words."""
        lines = self.stderr.splitlines()
        assert self.code == code, self.stderr
        assert [line.partition(" ")[0] for line in lines] == ["error:", "hint:"], lines
        assert message in lines[0]
        assert hint in lines[1]


class Terminal(io.StringIO):
    """A stream in memory that says it is a terminal."""

    def isatty(self) -> bool:
        return True


Runner = Callable[..., Outcome]


@pytest.fixture
def rnnkit() -> Runner:
    """Run rnnkit in this process: `rnnkit(*arguments, terminal=False, environ={})`."""

    def run_inside(
        *arguments: str,
        terminal: bool = False,
        environ: Mapping[str, str] | None = None,
    ) -> Outcome:
        make = Terminal if terminal else io.StringIO
        stdout, stderr = make(), make()
        code = run(arguments, Console(stdout, stderr, environ or {}))
        return Outcome(code, stdout.getvalue(), stderr.getvalue())

    return run_inside


@pytest.fixture
def rnnkit_process() -> Runner:
    """Run `python -m rnnkit` as a process: `rnnkit_process(*arguments, environ={})`.

    Whatever else `subprocess.run` takes can be given as well: `cwd`, `stdout` ...
    """

    def run_outside(
        *arguments: str, environ: Mapping[str, str] | None = None, **settings: Any
    ) -> Outcome:
        settings = {
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "timeout": 60,
            **settings,
        }
        done = subprocess.run(
            [sys.executable, "-m", "rnnkit", *arguments],
            env=CALM | dict(environ or {}),
            check=False,
            **settings,
        )
        printed, told = (
            (stream or b"").decode("utf-8", "surrogateescape")
            for stream in (done.stdout, done.stderr)
        )
        return Outcome(done.returncode, printed, told)

    return run_outside
