# SPDX-License-Identifier: Apache-2.0
"""The wall: whatever happens, two lines, an exit code, and no traceback."""

from __future__ import annotations

import errno
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from rnnkit import __version__
from rnnkit.cli.main import main
from rnnkit.errors import InputError, UsageError
from tests.conftest import CALM, Runner

Raising = Callable[[BaseException], None]
Start = Callable[..., subprocess.Popen[str]]


@pytest.mark.parametrize(
    ("error", "code", "message", "hint"),
    [
        (InputError("no file 'a'", hint="did you mean 'b'?"), 1, "no file", "'b'"),
        (UsageError("--n 0 is too small", hint="give 1"), 2, "too small", "give 1"),
        (
            FileNotFoundError(errno.ENOENT, "No such file or directory", "a.txt"),
            1,
            "no such file or directory: 'a.txt'",
            "check the path",
        ),
        (OSError(errno.EIO, "Input/output error"), 1, "input/output", "doctor"),
        (OSError("strange"), 1, "strange", "doctor"),
        (MemoryError(), 1, "not enough memory", "ask for less"),
        (ZeroDivisionError("division\nby zero"), 70, "internal error", "--debug"),
        (RecursionError(), 70, "internal error: RecursionError", "--debug"),
        (AssertionError("x" * 9999), 70, "internal error", "--debug"),
    ],
)
def test_every_failure_is_two_lines(
    rnnkit: Runner,
    raising: Raising,
    error: Exception,
    code: int,
    message: str,
    hint: str,
) -> None:
    raising(error)
    outcome = rnnkit("tool", "try")
    outcome.told(code, message, hint)
    assert outcome.stdout == ""
    assert len(outcome.stderr) < 500

    # With --json the same is told on stdout, in one line, whichever format was chosen.
    for flag in ("--json", "--jsonl"):
        outcome = rnnkit("tool", "try", flag)
        assert outcome.stdout.count("\n") == 1
        told = outcome.json["error"]
        assert outcome.json["schema"] == 1
        assert f"error: {told['message']}\nhint: {told['hint']}\n" == outcome.stderr
        assert told["code"] == outcome.code == code


def test_json_after_two_dashes_is_text(rnnkit: Runner, raising: Raising) -> None:
    raising(InputError("it broke", hint="mend it"))
    outcome = rnnkit("tool", "try", "--", "--json")
    outcome.told(2, "unexpected argument '--json'", "quotes")
    assert outcome.stdout == ""


@pytest.mark.parametrize(
    "arguments", [("--debug", "tool", "try"), ("tool", "try", "--debug")]
)
def test_debug_shows_where_it_happened(
    rnnkit: Runner, raising: Raising, arguments: tuple[str, ...]
) -> None:
    raising(ZeroDivisionError("of ours"))
    outcome = rnnkit(*arguments)
    assert outcome.code == 70
    assert "Traceback" in outcome.stderr
    assert "conftest.py" in outcome.stderr
    assert outcome.stderr.splitlines()[-2].startswith("error: internal error")


def test_colour_of_errors(rnnkit: Runner, raising: Raising) -> None:
    raising(InputError("\x1b[2J", hint="mend it"))
    coloured = rnnkit("tool", "try", terminal=True).stderr
    assert coloured.startswith("\x1b[1;31merror:\x1b[0m \\x1b[2J\n")
    plain = rnnkit("tool", "try", "--no-color", terminal=True).stderr
    assert plain == "error: \\x1b[2J\nhint: mend it\n"


def test_an_exit_code_of_typer_is_kept(rnnkit: Runner, raising: Raising) -> None:
    raising(typer.Exit(3))
    assert rnnkit("tool", "try").code == 3


def test_a_closed_pipe_is_silent(rnnkit: Runner, raising: Raising) -> None:
    raising(BrokenPipeError(errno.EPIPE, "Broken pipe"))
    outcome = rnnkit("tool", "try", "--json")
    assert (outcome.code, outcome.stdout, outcome.stderr) == (141, "", "")


def test_ctrl_c_is_130_and_no_error(rnnkit: Runner, raising: Raising) -> None:
    raising(KeyboardInterrupt())
    outcome = rnnkit("tool", "try", "--json")
    assert (outcome.code, outcome.stdout) == (130, "")
    assert outcome.stderr == "interrupted\n"
    assert rnnkit("tool", "try", "--quiet").stderr == ""


def test_the_version(rnnkit_process: Runner) -> None:
    outcome = rnnkit_process("--version")
    assert outcome.stdout == f"rnnkit {__version__}\n"
    assert (outcome.code, outcome.stderr) == (0, "")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_a_signal_lets_the_command_clean_up(
    start: Start, number: signal.Signals, code: int
) -> None:
    process = start(
        "try:\n"
        "    console.out('started'); console.flush(); signal.pause()\n"
        "except KeyboardInterrupt:\n"
        "    console.out('saved'); raise\n"
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    process.send_signal(number)
    printed, told = process.communicate(timeout=20)
    assert (process.returncode, printed, told) == (code, "saved\n", "interrupted\n")


ENDLESS = "while True: console.{call}"


@pytest.mark.parametrize(
    ("call", "flags"),
    [
        ("out('data')", []),
        ("emit(iter(lambda: {'text': 'data'}, 0))", ["--json"]),
        ("emit(iter(lambda: {'text': 'data'}, 0))", ["--jsonl"]),
    ],
)
def test_a_reader_may_leave_early(start: Start, call: str, flags: list[str]) -> None:
    process = start(ENDLESS.format(call=call), *flags)
    assert process.stdout is not None
    assert process.stderr is not None
    assert "data" in process.stdout.read(100)
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=20) == 141
    process.stderr.close()


def test_jsonl_reaches_a_pipe_at_once(start: Start) -> None:
    body = (
        "def results():\n"
        "    yield {'text': 'first'}\n"
        "    signal.pause()\n"
        "console.emit(results())\n"
    )
    with start(body, "--jsonl") as process:
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], 10)[0]
        process.kill()
        assert json.loads(process.stdout.readline()) == {"text": "first"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["models", "-h"]])
def test_a_full_disk_is_told(rnnkit_process: Runner, arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        outcome = rnnkit_process(*arguments, stdout=full)
    outcome.told(1, "the output cannot be written", "free some space")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_for_errors_changes_no_exit_code(rnnkit_process: Runner) -> None:
    with open("/dev/full", "wb") as full:
        outcome = rnnkit_process("--zebra", "--json", stderr=full)
    assert outcome.code == outcome.json["error"]["code"] == 2


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("closed", "code", "printed"), [(">&-", 141, False), ("2>&-", 0, True)]
)
def test_streams_may_be_closed_from_the_start(
    closed: str, code: int, printed: bool
) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"$PYTHON" -m rnnkit --help {closed}'],
        env=CALM | {"PYTHON": sys.executable},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, bool(done.stdout), done.stderr) == (code, printed, b"")


@pytest.mark.parametrize(
    ("encoding", "printed", "told"),
    [
        ("ascii", "?nl? ?? \\udc80", "\\xdcnl\\xfc \\u6050\\u9f8d \\udc80"),
        ("cp1252", "Ünlü ?? \\udc80", "Ünlü \\u6050\\u9f8d \\udc80"),
        ("utf-8", "Ünlü 恐龍 \\udc80", "Ünlü 恐龍 \\udc80"),
    ],
)
def test_output_survives_every_encoding(
    start: Start, encoding: str, printed: str, told: str
) -> None:
    body = (
        "text = 'Ünlü 恐龍 \\udc80'\n"
        "console.note(text)\n"
        "if console.format == 'text': console.out(text)\n"
        "else: console.emit([{'text': text}])\n"
    )
    plain, exact = start(body, encoding=encoding), start(body, "--json")
    assert plain.communicate(timeout=20) == (f"{printed}\n", f"{told}\n")
    data, _ = exact.communicate(timeout=20)
    assert json.loads(data)["results"] == [{"text": "Ünlü 恐龍 \udc80"}]


def test_a_hostile_environment_changes_nothing(rnnkit_process: Runner) -> None:
    calm = rnnkit_process("--help")
    environ = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    environ |= {"TERM": "dumb", "PYTHONOPTIMIZE": "1", "PYTHONWARNINGS": "error"}
    environ |= {"HOME": "/nonexistent"}
    assert rnnkit_process("--help", environ=environ) == calm


def test_a_folder_that_is_gone(rnnkit_process: Runner, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()

    def leave() -> None:
        os.chdir(gone)
        gone.rmdir()

    assert rnnkit_process("--version", preexec_fn=leave).code == 0


def test_main_leaves_the_signals_of_its_caller_alone() -> None:
    before = signal.getsignal(signal.SIGTERM)
    assert main(["--version"]) == 0
    assert signal.getsignal(signal.SIGTERM) is before
