# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
from pathlib import Path

import pytest

from rnnkit.cli.console import Console
from rnnkit.cli.outputs import Outputs


def test_nothing_is_written_unless_all_can_be_made(tmp_path: Path) -> None:
    files = Outputs({"a": tmp_path / "a", "b": tmp_path / "b", "c": None}, force=False)

    def fail() -> str:
        raise ValueError("made of nothing")

    with pytest.raises(ValueError, match="made of nothing"):
        files.write({"a": lambda: "a", "b": fail, "c": fail})
    assert list(tmp_path.iterdir()) == []
    files.write({"a": lambda: "ä", "b": lambda: b"\xff", "c": fail})
    assert (tmp_path / "a").read_text("utf-8") == "ä"
    assert (tmp_path / "b").read_bytes() == b"\xff"


def test_what_was_written_is_told(tmp_path: Path) -> None:
    told = io.StringIO()
    files = Outputs({"a": tmp_path / "a", "b": None}, force=False)
    files.tell(Console(io.StringIO(), told, {}))
    assert told.getvalue() == f"wrote {tmp_path / 'a'}\n"
    assert not files.piped
    assert Outputs({"a": Path("-")}, force=False).piped
