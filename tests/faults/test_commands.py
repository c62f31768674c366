# SPDX-License-Identifier: Apache-2.0
"""Every command in every environment: what must not matter, and what must be told.

The table of commands times the table of environments; a part of it runs in `make test`.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Outcome, Runner
from tests.faults.commands import COMMANDS, WRITERS, Command
from tests.faults.privileges import as_ordinary_user

SILENT = 141
"""The exit code when nobody reads what is printed."""


def results_of(outcome: Outcome) -> Any:
    """What `--json` gave, but for how long it took and what the machine is like."""
    told = outcome.json
    if told["command"] == "doctor":
        return len(told["results"])
    for result in told["results"]:
        result.pop("seconds", None)
    return told


def made_by(command: Command, folder: Path) -> dict[str, bytes]:
    return {
        name: (folder / name).read_bytes()
        for name in command.makes
        if (folder / name).exists()
    }


@dataclass(frozen=True)
class Surroundings:
    """Something around a process that must not change what it does."""

    environ: Mapping[str, str] = field(default_factory=dict)
    interpreter: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


PLAIN_C = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
NO_HOME = {"HOME": "/nonexistent", "XDG_CACHE_HOME": "", "LOGNAME": "nobody"}
SMALL_TERMINAL = {"COLUMNS": "1", "LINES": "1", "NO_COLOR": "1", "TERM": "dumb"}
STRICT = {"PYTHONHASHSEED": "12345", "PYTHONWARNINGS": "error", "PYTHONDEVMODE": ""}

YESTERDAY = "import time, sys; time.time = lambda: 0.0; sys.argv[0] = 'rnnkit'"
"""The clock was set back, before every file that there is."""


def no_streams() -> None:
    """Neither somebody who types nor somebody who reads errors."""
    os.close(0)
    os.close(2)


HARMLESS = {
    "all at once": Surroundings(PLAIN_C | NO_HOME | SMALL_TERMINAL | STRICT, ("-O",)),
    "cp1252": Surroundings({"PYTHONIOENCODING": "cp1252", "COLUMNS": "3000"}, ("-OO",)),
    "FORCE_COLOR": Surroundings({"FORCE_COLOR": "1"}, ("-W", "error")),
    "stdin and stderr closed": Surroundings(settings={"preexec_fn": no_streams}),
}


@pytest.mark.parametrize(
    ("about", "name"),
    [
        pytest.param(
            about,
            name,
            id=f"{name}, {about}",
            marks=() if about == "all at once" else pytest.mark.slow,
        )
        for about in HARMLESS
        for name in COMMANDS
    ],
)
def test_what_must_not_matter(
    about: str, name: str, house: Path, rnnkit: Runner, rnnkit_process: Runner
) -> None:
    command, around = COMMANDS[name], HARMLESS[about]
    calm = rnnkit(*command.words, "--json")
    assert calm.code == 0, calm.stderr
    made = made_by(command, house)
    assert set(made) == set(command.makes)
    force = ("--force",) if command.makes else ()
    outcome = rnnkit_process(
        *command.words,
        "--json",
        *force,
        environ=around.environ,
        interpreter=around.interpreter,
        **around.settings,
    )
    assert outcome.code == 0, outcome.stderr
    assert results_of(outcome) == results_of(calm)
    assert made_by(command, house) == made
    assert "Warning" not in outcome.stderr
    assert "Traceback" not in outcome.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_plain_words_in_ascii(name: str, house: Path, rnnkit_process: Runner) -> None:
    """Without --json: pictures and emoji, too, come out somehow."""
    environ = {"PYTHONIOENCODING": "ascii", "COLUMNS": "1"}
    outcome = rnnkit_process(*COMMANDS[name].words, environ=environ)
    assert outcome.code == 0, outcome.stderr
    assert bool(outcome.stdout) == COMMANDS[name].speaks
    assert "\x1b" not in outcome.stdout + outcome.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_clock_that_was_set_back(
    name: str, house: Path, rnnkit: Runner, rnnkit_process: Runner
) -> None:
    command = COMMANDS[name]
    calm = rnnkit(*command.words, "--json")
    made = made_by(command, house)
    (house / "early.py").write_text(YESTERDAY)
    program = "import early, runpy; runpy.run_module('rnnkit', run_name='__main__')"
    (house / "rnnkit_then.py").write_text(program)
    for path in house.iterdir():
        os.utime(path, (4e9, 4e9))
    force = ("--force",) if command.makes else ()
    outcome = rnnkit_process(
        *command.words,
        "--json",
        *force,
        interpreter=(),
        environ={},
        module="rnnkit_then",
    )
    assert outcome.code == 0, outcome.stderr
    assert results_of(outcome) == results_of(calm)
    assert made_by(command, house) == made


def whole_or_absent(command: Command, house: Path, calm: dict[str, bytes]) -> None:
    """No file is half written, and none under a name of its own."""
    made = made_by(command, house)
    for name in made:
        assert made[name] == calm[name], f"{name} is not what it should be"
    assert list(house.glob(".rnnkit-*")) == []


def nobody_reads() -> int:
    """The end of a pipe whose reader has left."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def closed_stdout() -> None:
    os.close(1)


Stdout = Callable[[], dict[str, Any]]

READERS: dict[str, tuple[Stdout, int]] = {
    "closed": (lambda: {"preexec_fn": closed_stdout, "stdout": None}, SILENT),
    "broken": (lambda: {"stdout": nobody_reads()}, SILENT),
    "full": (lambda: {"stdout": os.open("/dev/full", os.O_WRONLY)}, 1),
}


@pytest.mark.parametrize(
    ("reader", "name"),
    [
        pytest.param(
            reader,
            name,
            id=f"{name}, {reader}",
            marks=() if name in {"jazz", "emojify"} else pytest.mark.slow,
        )
        for reader in READERS
        for name in COMMANDS
    ],
)
def test_nobody_hears_what_it_says(
    reader: str, name: str, house: Path, rnnkit: Runner, rnnkit_process: Runner
) -> None:
    """stdout is closed, a pipe without a reader, or on a full disk."""
    command = COMMANDS[name]
    calm = rnnkit(*command.words)
    made = made_by(command, house)
    for each in made:
        (house / each).unlink()
    make, code = READERS[reader] if command.speaks else (READERS[reader][0], 0)
    settings = make()
    outcome = rnnkit_process(*command.words, **settings)
    if isinstance(settings.get("stdout"), int):
        os.close(settings["stdout"])
    assert outcome.code == code, (calm.stdout, outcome.stderr)
    assert "Traceback" not in outcome.stderr
    assert "Exception ignored" not in outcome.stderr
    assert ("error: " in outcome.stderr) == (code == 1)
    whole_or_absent(command, house, made)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_the_folder_was_deleted(
    name: str, house: Path, rnnkit: Runner, rnnkit_process: Runner, tmp_path: Path
) -> None:
    """With names of files that begin at the root, nothing is missed."""
    command = COMMANDS[name]
    gone = tmp_path / "gone"
    gone.mkdir()

    def leave() -> None:
        os.chdir(gone)
        gone.rmdir()

    calm = rnnkit(*command.words, "--json")
    made = made_by(command, house)
    words = [
        str(house / word) if (house / word).exists() else word for word in command.words
    ]
    force = ("--force",) if command.makes else ()
    outcome = rnnkit_process(*words, "--json", *force, preexec_fn=leave)
    assert outcome.code == 0, outcome.stderr
    results, told = results_of(outcome), results_of(calm)
    assert len(str(results)) >= len(str(told))
    # A model of emoji tells the path of its vectors.
    assert made_by(command, house) == made or "emojify" in name


@pytest.mark.slow
@pytest.mark.parametrize("megabytes", [120, 250])
@pytest.mark.parametrize("name", COMMANDS)
def test_little_memory(
    name: str, megabytes: int, house: Path, rnnkit: Runner, rnnkit_process: Runner
) -> None:
    """`ulimit -v`: it is enough, or that is told."""
    command = COMMANDS[name]
    rnnkit(*command.words)
    made = made_by(command, house)
    for each in made:
        (house / each).unlink()

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20,) * 2)

    outcome = rnnkit_process(*command.words, preexec_fn=limit)
    if outcome.code:
        assert outcome.code == 1, outcome.stderr
        *_, error, hint = ["", *outcome.stderr.splitlines()]
        # NumPy's library ends the process by itself when it has no room to work in.
        if not hint.startswith("OpenBLAS error: Memory allocation"):
            assert error.startswith("error: ")
            assert hint.startswith("hint: ")
    assert "Traceback" not in outcome.stderr
    whole_or_absent(command, house, made)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=() if name in {"jazz", "vectors convert"} else pytest.mark.slow,
        )
        for name in WRITERS
    ],
)
def test_a_disk_without_room(name: str, house: Path, rnnkit_process: Runner) -> None:
    """A limit on the size of files stops the writing in its middle, as a full disk."""
    command = WRITERS[name]

    def limit() -> None:
        # Room for the two lines on stderr, which is a file here, too.
        resource.setrlimit(resource.RLIMIT_FSIZE, (400, 400))

    outcome = rnnkit_process(
        *command.words,
        "--quiet",
        environ={"PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=limit,
    )
    assert outcome.code == 1, outcome.stderr
    *_, error, hint = outcome.stderr.splitlines()
    assert error.startswith("error: ")
    assert "larger than this system allows" in error
    assert "ulimit -f" in hint
    assert made_by(command, house) == {}
    assert list(house.glob(".rnnkit-*")) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITERS)
def test_a_folder_that_may_only_be_read(
    name: str, house: Path, rnnkit_process: Runner
) -> None:
    command = WRITERS[name]
    house.chmod(0o555)
    outcome = rnnkit_process(*command.words, preexec_fn=as_ordinary_user)
    house.chmod(0o755)
    assert outcome.code == 1, outcome.stderr
    *_, error, hint = outcome.stderr.splitlines()
    assert "no permission to write" in error
    assert hint.startswith("hint: ")
    assert made_by(command, house) == {}


@pytest.mark.parametrize("name", WRITERS)
def test_what_exists_is_kept(name: str, house: Path, rnnkit: Runner) -> None:
    """Without --force, whatever is there stays, and the command says so first."""
    command = WRITERS[name]
    for each in command.makes:
        (house / each).write_text("precious")
    outcome = rnnkit(*command.words)
    assert outcome.code == 1, outcome.stderr
    assert outcome.stdout == ""
    *_, error, hint = outcome.stderr.splitlines()
    assert error.startswith("error: ")
    assert "--force" in hint
    for each in command.makes:
        assert (house / each).read_text() == "precious"
