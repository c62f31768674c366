# SPDX-License-Identifier: Apache-2.0
"""Terminals that can do little, encodings that have few letters, odd interpreters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Runner

SMALL = ("--model", "small.safetensors")
COMMANDS: dict[str, tuple[str, ...]] = {
    "sample": ("dino", "sample", *SMALL, "--seed", "1"),
    "complete": ("dino", "complete", "Ste", *SMALL, "--seed", "1"),
    "score": ("dino", "score", "Stegosaurus", "rtxgn", *SMALL),
    "inspect": ("dino", "inspect", "Pachycephalosaurus", *SMALL),
    "train": (
        "train",
        "dino",
        "names.txt",
        "-o",
        "out",
        "--epochs",
        "2",
        "--seed",
        "1",
    ),
}

HOSTILE = {
    "COLUMNS": "1",
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONHASHSEED": "12345",
    "PYTHONUTF8": "0",
    "PYTHONWARNINGS": "error",
    "TERM": "dumb",
}


def without_time(told: Any) -> Any:
    """The results, but for how long they took."""
    for result in told["results"]:
        result.pop("seconds", None)
    return told


@pytest.mark.parametrize("command", COMMANDS)
def test_a_hostile_environment_changes_nothing(
    folder: Path, rnnkit: Runner, rnnkit_process: Runner, command: str
) -> None:
    """No home, no UTF-8, every warning an error: the same results."""
    words = (*COMMANDS[command], "--json")
    calm = rnnkit(*words)
    if command == "train":
        calm_model = (folder / "out").read_bytes()
        words = (*words, "--force")
    outcome = rnnkit_process(*words, environ=HOSTILE)
    assert outcome.code == 0, outcome.stderr
    assert "Warning" not in outcome.stderr
    assert without_time(outcome.json) == without_time(calm.json)
    if command == "train":
        assert (folder / "out").read_bytes() == calm_model


def test_without_assertions(
    folder: Path, rnnkit: Runner, rnnkit_process: Runner
) -> None:
    colour = {"FORCE_COLOR": "1"}
    outcome = rnnkit_process(
        *COMMANDS["inspect"], environ=colour | {"PYTHONOPTIMIZE": "1"}
    )
    assert outcome == rnnkit(*COMMANDS["inspect"], environ=colour)


@pytest.mark.parametrize(
    ("encoding", "command"),
    [*(("ascii", command) for command in COMMANDS), ("cp1252", "inspect")],
)
def test_pictures_survive_every_encoding(
    folder: Path, rnnkit_process: Runner, command: str, encoding: str
) -> None:
    environ = {"PYTHONIOENCODING": encoding}
    outcome = rnnkit_process(*COMMANDS[command], environ=environ)
    assert outcome.code == 0, outcome.stderr
    # Nothing had to be replaced: where there are no blocks, ASCII draws.
    assert outcome.stdout.isascii()
    assert outcome.stderr.isascii()
    assert "?" not in outcome.stdout
    assert "\\u" not in outcome.stderr


@pytest.mark.parametrize(
    ("terminal", "environ", "coloured"),
    [
        (False, {}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (True, {}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {"COLUMNS": "1"}, True),
    ],
)
@pytest.mark.parametrize("command", ["score", "inspect"])
def test_colours_are_for_those_who_see_them(
    folder: Path,
    rnnkit: Runner,
    command: str,
    terminal: bool,
    environ: dict[str, str],
    coloured: bool,
) -> None:
    outcome = rnnkit(*COMMANDS[command], terminal=terminal, environ=environ)
    assert outcome.code == 0
    assert ("\x1b[" in outcome.stdout) == coloured
    # What is opened is closed: the shell's own lines keep their colours.
    for line in outcome.stdout.splitlines():
        assert line.count("\x1b[38;") == line.count("\x1b[0m")
    switched_off = rnnkit(*COMMANDS[command], "--no-color", environ=environ)
    assert "\x1b" not in switched_off.stdout


@pytest.mark.parametrize("command", ["sample", "score"])
def test_data_is_the_same_on_every_terminal(
    folder: Path, rnnkit: Runner, command: str
) -> None:
    words = (*COMMANDS[command], "--json")
    plain = rnnkit(*words)
    assert rnnkit(*words, terminal=True, environ={"COLUMNS": "1"}) == plain
    assert rnnkit(*words, environ={"FORCE_COLOR": "1", "TERM": "dumb"}) == plain


@pytest.mark.parametrize("columns", ["1", "20", "80", "1000"])
def test_inspect_fits_the_width(folder: Path, rnnkit: Runner, columns: str) -> None:
    """A long name goes on in a block below."""
    outcome = rnnkit(*COMMANDS["inspect"], environ={"COLUMNS": columns})
    *picture, _ = outcome.stdout.splitlines()
    read = [line for line in picture if line.lstrip().startswith("reads")]
    letters = "".join("".join(line.split()[1:]) for line in read)
    assert letters == "·pachycephalosaurus"
    # Eight characters are shown even where they do not fit.
    widest = max(int(columns), 10 + 8 * 2)
    assert all(len(line) <= widest for line in picture[1:])


def test_a_broken_installation_is_told(
    folder: Path, rnnkit: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "manifest.json").write_text(json.dumps({"schema": 9}))
    monkeypatch.setenv("RNNKIT_ASSETS", str(tmp_path / "assets"))
    outcome = rnnkit("dino", "sample", "--seed", "1")
    outcome.told(1, "manifest.json' is damaged", "install rnnkit again")
    # A model of one's own needs no assets.
    assert rnnkit(*COMMANDS["sample"]).code == 0
