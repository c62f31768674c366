# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from rnnkit.errors import OutputError, UsageError
from rnnkit.files.output import write_or_pipe
from tests.files.conftest import Told


class Stream(io.TextIOWrapper):
    """A standard output that is or is not a terminal."""

    terminal = False

    def isatty(self) -> bool:
        return self.terminal


def test_bytes_go_into_a_pipe_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", Stream(pipe))
    data = bytes(range(256))
    write_or_pipe(Path("-"), data)
    assert pipe.getvalue() == data


def test_a_terminal_is_spared(monkeypatch: pytest.MonkeyPatch, told: Told) -> None:
    stream = Stream(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", stream)
    stream.terminal = True
    with told(UsageError, "to the terminal", "> FILE"):
        write_or_pipe(Path("-"), b"\1")


def test_no_standard_output_is_told(
    monkeypatch: pytest.MonkeyPatch, told: Told
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with told(UsageError, "closed", "name of a file"):
        write_or_pipe(Path("-"), b"\1")


def test_a_file_is_written_whole_and_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "solo.mid"
    write_or_pipe(path, b"one")
    with pytest.raises(OutputError, match="it exists"):
        write_or_pipe(path, b"two")
    write_or_pipe(path, b"two", force=True)
    assert path.read_bytes() == b"two"
