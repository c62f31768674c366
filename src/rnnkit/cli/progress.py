# SPDX-License-Identifier: Apache-2.0
"""How far a long piece of work is: a bar on a terminal, a line now and then in a log.

The engine has no clock and prints nothing; a command passes on what the engine yields,
and this module decides whether it is time to show it. Work that is done within half a
second shows nothing at all, and does not pay for importing rich.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rnnkit.cli.layout import visible

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

    from rnnkit.cli.console import Console

SECONDS_BEFORE_A_BAR = 0.5
SECONDS_BETWEEN_LINES = 10.0


class Progress:
    """The progress of one piece of work. Made by `Console.progress`.

    The bar is drawn on stderr and erased at the end; a log gets a line at most every
    ten seconds. `--quiet` shows neither.
    """

    def __init__(
        self,
        console: Console,
        label: str,
        total: int | None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = console
        self._label = label
        self._total = total
        self._clock = clock
        self._started = self._last_line = clock()
        self._bar: RichProgress | None = None

    def update(self, done: int, message: str = "") -> None:
        """Say that `done` of the total is finished, with a few words of news."""
        if self._console.quiet:
            return
        now = self._clock()
        if self._console.stderr.can_move_cursor:
            if self._bar is None and now - self._started >= SECONDS_BEFORE_A_BAR:
                self._bar = self._new_bar()
            if self._bar is not None:
                task = self._bar.task_ids[0]
                self._bar.update(task, completed=done, message=visible(message))
        elif now - self._last_line >= SECONDS_BETWEEN_LINES:
            self._last_line = now
            so_far = f"{done}" if self._total is None else f"{done} of {self._total}"
            self._console.note(f"{self._label}: {so_far}  {message}".rstrip())

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Take the bar away while the block writes lines to the same terminal."""
        if self._bar is None:
            yield
            return
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()

    def close(self) -> None:
        """Erase the bar."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _new_bar(self) -> RichProgress:
        from rich.console import Console as RichConsole
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        channel = self._console.stderr
        screen = RichConsole(
            file=channel.stream,
            force_terminal=True,
            no_color=not channel.colour,
            width=channel.width,
        )
        bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[message]}", markup=False),
            console=screen,
            transient=True,
        )
        bar.add_task(visible(self._label), total=self._total, message="")
        bar.start()
        return bar
