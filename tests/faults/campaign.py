# SPDX-License-Identifier: Apache-2.0
"""One fault, one command, and everything that must hold whatever the fault is.

A table lists numbered cases. `survive` runs one of them twice, the second time with
`--json`, and holds it to the promises: the exit code, one `error:` and one `hint:`
line on stderr, no traceback, the same failure as one JSON object on stdout, nothing
left over in the folder, and nothing changed that was there before.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Outcome, Runner

NOTES = re.compile(
    r"seed: \d+ \(repeat with --seed \d+\)"
    r"|names to learn from: .*"
    r"|(RNN|GRU|LSTM), \d+ x \d+ units, .*"
    r"|epoch +\d+ of \d+ .*"
    r"|going on after epoch \d+"
    r"|    \S.*"
)
"""Lines that may stand on stderr before the error: the seed, and how far it came."""

Prepare = Callable[[Path], object]


def nothing(folder: Path) -> None:
    """Leave the folder as it is: `names.txt` and `small.safetensors` are in it."""


@dataclass(frozen=True)
class Case:
    """A fault: what is wrong, what is typed, and what must be told."""

    number: str
    about: str
    words: tuple[str, ...]
    says: str
    """A part of the error line."""
    hint: str = ""
    """A part of the hint line."""
    code: int = 1
    prepare: Prepare = nothing


def numbered(cases: list[Case]) -> pytest.MarkDecorator:
    """Run a test for each case of a table, under its number."""
    numbers = [case.number for case in cases]
    assert len(set(numbers)) == len(numbers), "two cases have the same number"
    names = [f"{case.number} {case.about}" for case in cases]
    return pytest.mark.parametrize("case", cases, ids=names)


def contents(folder: Path) -> dict[str, Any]:
    """Everything in a folder: the bytes of files, and of the rest what it is."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        kind = stat.S_IFMT(status.st_mode)
        regular = kind == stat.S_IFREG and os.access(path, os.R_OK)
        found[str(path.relative_to(folder))] = (
            (path.read_bytes(), status.st_mtime_ns) if regular else kind
        )
    return found


def assert_told(outcome: Outcome, case: Case) -> None:
    """The failure is told in two lines that hold the words, and as nothing else."""
    assert outcome.code == case.code, outcome.stderr
    *notes, error, hint = outcome.stderr.splitlines()
    assert error.startswith("error: "), outcome.stderr
    assert hint.startswith("hint: "), outcome.stderr
    assert case.says in error
    assert case.hint in hint
    assert [note for note in notes if not NOTES.fullmatch(note)] == []
    # One line each, that a person can read to its end.
    assert len(error) < 500
    assert len(hint) < 500


def survive(case: Case, folder: Path, run: Runner) -> None:
    """Hold one case to all promises."""
    case.prepare(folder)
    before = contents(folder)
    outcome = run(*case.words)
    assert_told(outcome, case)
    assert outcome.stdout == ""
    assert contents(folder) == before

    outcome = run(*case.words[:2], "--json", *case.words[2:])
    assert_told(outcome, case)
    assert contents(folder) == before
    assert outcome.stdout.count("\n") == 1
    told = outcome.json
    assert told["schema"] == 1
    assert told["error"]["code"] == case.code
    *_, error, hint = outcome.stderr.splitlines()
    assert (error, hint) == (
        f"error: {told['error']['message']}",
        f"hint: {told['error']['hint']}",
    )
