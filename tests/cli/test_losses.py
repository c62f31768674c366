# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rnnkit.cli.console import Console
from rnnkit.cli.losses import draw_losses, picture_of_losses
from rnnkit.cli.outputs import Outputs
from rnnkit.errors import OutputError, UsageError

LOSSES = {"training": [3.0, 2.5, 2.0], "validation": [3.1, 2.7, 2.6]}
BASELINES = {"bigram": 2.2, "Kneser-Ney": 1.5}
NONE = Outputs({"svg": None}, force=False)


class Run:
    """A console, and what was told on it."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self._told = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        self.console = Console(io.StringIO(), self._told, {})

    @property
    def lines(self) -> list[str]:
        self._told.seek(0)
        return self._told.read().splitlines()


@pytest.mark.parametrize(
    ("encoding", "marks"), [("utf-8", "●○▲△"), ("ascii", "ox+*"), ("cp1252", "ox+*")]
)
def test_the_marks_are_those_that_can_be_shown(encoding: str, marks: str) -> None:
    run = Run(encoding)
    draw_losses(run.console, NONE, LOSSES, measure="nats", baselines=BASELINES)
    *picture, legend = run.lines
    names = (*LOSSES, *BASELINES)
    pairs = [pair for pair in zip(marks, names, strict=True)]
    assert legend.split() == [word for pair in pairs for word in pair]
    assert picture[0].split()[0] == "3.100"
    assert any(line.split()[0] == "1.500" for line in picture)


def test_one_epoch() -> None:
    run = Run()
    one = {"training": [2.0], "validation": [2.0]}
    draw_losses(run.console, NONE, one, measure="nats", baselines={"bigram": 2.0})
    assert run.lines


def test_the_same_as_svg(tmp_path: Path) -> None:
    run = Run()
    path = tmp_path / "losses.svg"
    files = picture_of_losses(run.console, tmp_path / "m", path, force=False)
    draw_losses(run.console, files, LOSSES, measure="nats a note", baselines=BASELINES)
    assert run.lines[-1] == f"wrote {path}"
    text = "\n".join(ElementTree.parse(path).getroot().itertext())
    for name in (*LOSSES, *BASELINES, "epoch", "nats a note"):
        assert name in text


def test_where_it_cannot_be_written(tmp_path: Path) -> None:
    console, out = Run().console, tmp_path / "m"
    with pytest.raises(UsageError, match="standard output"):
        picture_of_losses(console, out, Path("-"), force=False)
    with pytest.raises(UsageError, match="--out and --svg would both write"):
        picture_of_losses(console, out, out, force=False)
    (tmp_path / "losses.svg").touch()
    with pytest.raises(OutputError, match="it exists"):
        picture_of_losses(console, out, tmp_path / "losses.svg", force=False)
