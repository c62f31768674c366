# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import subprocess
import sys

import pytest

from rnnkit.cli.console import Console
from rnnkit.cli.progress import Progress
from tests.conftest import CALM, Terminal


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def working(stderr: io.StringIO, **environ: str) -> tuple[Console, Progress, Clock]:
    console, clock = Console(io.StringIO(), stderr, environ), Clock()
    return console, Progress(console, "training", 100, clock=clock), clock


def test_a_log_gets_a_line_every_ten_seconds() -> None:
    stderr = io.StringIO()
    _, progress, clock = working(stderr)
    for step in range(1, 31):
        clock.now = float(step)
        progress.update(step, f"loss {1 / step:.2f}")
    progress.close()
    assert stderr.getvalue().splitlines() == [
        "training: 10 of 100  loss 0.10",
        "training: 20 of 100  loss 0.05",
        "training: 30 of 100  loss 0.03",
    ]


def test_a_dumb_terminal_gets_lines() -> None:
    stderr = Terminal()
    _, progress, clock = working(stderr, TERM="dumb")
    clock.now = 10.0
    progress.update(5)
    assert stderr.getvalue() == "training: 5 of 100\n"


def test_quick_work_shows_nothing() -> None:
    stderr = Terminal()
    _, progress, clock = working(stderr)
    clock.now = 0.4
    progress.update(99)
    progress.close()
    assert stderr.getvalue() == ""


@pytest.mark.parametrize("terminal", [True, False])
def test_quiet_shows_nothing(terminal: bool) -> None:
    stderr = Terminal() if terminal else io.StringIO()
    console, progress, clock = working(stderr)
    console.choose_volume("quiet")
    clock.now = 60.0
    progress.update(50, "loss 1.0")
    progress.close()
    assert stderr.getvalue() == ""


def test_long_work_shows_a_bar_and_erases_it() -> None:
    stderr = Terminal()
    _, progress, clock = working(stderr, COLUMNS="100")
    clock.now = 0.6
    progress.update(50, "loss [1.0]\x1b[2J")
    progress.close()
    drawn = stderr.getvalue()
    assert "training" in drawn
    assert "50/100" in drawn
    assert "loss [1.0]\\x1b[2J" in drawn
    assert drawn.endswith("\x1b[2K")


def test_lines_are_printed_above_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnnkit.cli.progress.SECONDS_BEFORE_A_BAR", 0.0)
    screen = Terminal()
    console = Console(screen, screen, {"COLUMNS": "100"})
    with console.progress("training", total=3) as progress:
        progress.update(1)
        console.out("Velocirex")
        console.note("half way")
        progress.update(2)
    # Each line stands on a row of its own: the bar before it has been erased.
    for line in ("Velocirex", "half way"):
        assert f"\x1b[2K{line}\n" in screen.getvalue()


def test_the_bar_is_erased_when_the_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnnkit.cli.progress.SECONDS_BEFORE_A_BAR", 0.0)
    screen = Terminal()
    console = Console(screen, screen, {"NO_COLOR": "1"})

    def work() -> None:
        with console.progress("training") as progress:
            progress.update(1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    console.fail("it broke", "mend it", 1)
    assert screen.getvalue().endswith("\x1b[2Kerror: it broke\nhint: mend it\n")


def test_rich_is_imported_only_for_a_bar() -> None:
    code = (
        "import io, sys\n"
        "from rnnkit.cli.console import Console\n"
        "with Console(io.StringIO(), io.StringIO(), {}).progress('x', 2) as progress:\n"
        "    progress.update(1)\n"
        "assert 'rich' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], env=CALM, check=True)
