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
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rnnkit.cli.console import Console
from rnnkit.cli.main import run

pytest_plugins = ["tests.faults.register"]

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
def rnnkit(request: pytest.FixtureRequest) -> Runner:
    """Run rnnkit in this process: `rnnkit(*arguments, terminal=False, environ={})`."""
    from tests.faults.register import note_end

    def run_inside(
        *arguments: str,
        terminal: bool = False,
        environ: Mapping[str, str] | None = None,
    ) -> Outcome:
        make = Terminal if terminal else io.StringIO
        stdout, stderr = make(), make()
        code = run(arguments, Console(stdout, stderr, environ or {}))
        note_end(request, code, stderr.getvalue())
        return Outcome(code, stdout.getvalue(), stderr.getvalue())

    return run_inside


@pytest.fixture
def rnnkit_process(request: pytest.FixtureRequest) -> Runner:
    """Run `python -m rnnkit` as a process: `rnnkit_process(*arguments, environ={})`.

    Whatever else `subprocess.Popen` takes can be given as well: `cwd`, `stdout` ... And
    `input`, bytes for its stdin; `interpreter`, options of Python; `module`, what runs.
    """
    from tests.faults.register import megabytes, note, note_end

    def run_outside(
        *arguments: str,
        environ: Mapping[str, str] | None = None,
        interpreter: tuple[str, ...] = (),
        module: str = "rnnkit",
        input: bytes | None = None,
        timeout: float = 60,
        **settings: Any,
    ) -> Outcome:
        with ExitStack() as files:
            # Files and not pipes, so that the process itself can be waited for: only
            # then does the system tell how much memory it took.
            streams = [files.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
            given, printed, told = streams
            if input is not None:
                given.write(input)
                given.seek(0)
                settings["stdin"] = given
            process = subprocess.Popen(
                [sys.executable, *interpreter, "-m", module, *arguments],
                env=CALM | dict(environ or {}),
                **{"stdout": printed, "stderr": told, **settings},
            )
            late = threading.Timer(timeout, process.kill)
            late.start()
            _, status, used = os.wait4(process.pid, 0)
            late.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
            assert process.returncode != -signal.SIGKILL, "it took too long"
            written = []
            for stream in (printed, told):
                stream.seek(0)
                written.append(stream.read().decode("utf-8", "surrogateescape"))
        note(request, megabytes=megabytes(used.ru_maxrss))
        note_end(request, process.returncode, written[1])
        return Outcome(process.returncode, *written)

    return run_outside
