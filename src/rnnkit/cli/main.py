# SPDX-License-Identifier: Apache-2.0
"""The entry to the command line, and the wall around everything it does.

`main` is what the `rnnkit` command calls. Between it and the commands stands one wall,
`run`: whatever a command raises becomes two lines on stderr and an exit code (they are
listed in `failures`), and never a traceback unless `--debug` asks for one.

Typer is imported inside the wall: Ctrl-C in the first tenth of a second is met as well.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from rnnkit.cli.console import Console
from rnnkit.cli.failures import (
    DONE,
    INTERRUPTED,
    MISUSED,
    PIPE_CLOSED,
    TERMINATED,
    NothingGivenError,
    Terminated,
    explain,
)

_OBJECTS_BETWEEN_COLLECTIONS = 20_000
"""Python looks for cycles after every 700 new objects, and while it imports it makes
many and finds next to none: that takes a thirtieth of a short command's time."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `rnnkit` with the arguments of this process, or others; return the exit code.

    SIGTERM is met as Ctrl-C is: what is half done is saved or cleaned up first.
    """
    _use_one_blas_thread()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        with _sigterm_raised():
            given = sys.argv[1:] if arguments is None else arguments
            return run(given, Console.of_process())
    except KeyboardInterrupt as interruption:
        # A second signal, while the first was being answered.
        return _code_of(interruption)


def _use_one_blas_thread() -> None:
    """Keep BLAS from starting threads, unless the user has said how many it may use.

    Networks of this size are products of small matrices: several threads spend more
    time waiting for each other than they save, and starting them costs every command.
    BLAS reads the variables when NumPy is first imported.
    """
    told = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    if not any(name in os.environ for name in told):
        os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"


def run(arguments: Sequence[str], console: Console) -> int:
    """Run one command line on the given console; return the exit code."""
    words = list(arguments)
    flags = words[: words.index("--")] if "--" in words else words
    console.foresee(flags)
    try:
        code = _invoke(words, console)
        # A failing flush can be explained here; when Python itself ends, it cannot.
        console.flush()
    except BrokenPipeError:
        code = PIPE_CLOSED
    except NothingGivenError as wanted:
        for line in wanted.text.splitlines():
            console.tell(line)
        code = MISUSED
    except KeyboardInterrupt as interruption:
        console.note("interrupted")
        code = _code_of(interruption)
    except Exception as error:
        if console.debug:
            import traceback

            for line in "".join(traceback.format_exception(error)).splitlines():
                console.tell(line)
        failure = explain(error, flags)
        console.fail(*failure)
        code = failure.code
    _settle(console)
    return code


def _invoke(arguments: list[str], console: Console) -> int:
    import typer

    from rnnkit.cli.application import PROGRAM, narrowed
    from rnnkit.cli.program import app

    completing = f"_{PROGRAM.upper()}_COMPLETE" in os.environ
    words = [] if completing else [a for a in arguments if not a.startswith("-")]
    program = typer.main.get_command(narrowed(app, words))
    try:
        if completing:
            # The shell asks what could come next; Typer answers and exits.
            program.main(args=arguments, prog_name=PROGRAM, obj=console)
        # Not `program.main`: it would answer some failures itself.
        with program.make_context(PROGRAM, [*arguments], obj=console) as context:
            program.invoke(context)
    except typer.Exit as leaving:
        return leaving.exit_code
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else DONE
    return DONE


def _settle(console: Console) -> None:
    """Make sure that nothing is left to fail when Python flushes its streams."""
    for channel in (console.stdout, console.stderr):
        try:
            channel.flush()
        except OSError:
            channel.abandon()


def _code_of(interruption: KeyboardInterrupt) -> int:
    return TERMINATED if isinstance(interruption, Terminated) else INTERRUPTED


@contextmanager
def _sigterm_raised() -> Iterator[None]:
    """Raise Terminated in the block when SIGTERM comes, unless it is ignored."""

    def terminate(number: int, frame: FrameType | None) -> None:
        raise Terminated

    before = signal.getsignal(signal.SIGTERM)
    if before is signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
