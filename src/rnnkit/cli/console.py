# SPDX-License-Identifier: Apache-2.0
"""The console: everything a command says, and everything it knows about who listens.

One `Console` is made by `main` and handed to every command as `context.obj`. Data goes
to stdout, everything else to stderr. A test makes a console on streams of its own.

    console: Console = context.obj
    seed = console.seed(seed)              drawn and told, unless --seed was given
    if console.format == "text":
        console.out("Velocirex")           one line of data
    else:
        console.emit(results, seed=seed)   --json or --jsonl
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, Literal, TextIO

from rnnkit.cli.layout import (
    ERROR,
    HINT,
    painted,
    table_lines,
    visible,
    visible_text,
)
from rnnkit.errors import OutputError, UsageError

if TYPE_CHECKING:
    from rnnkit.cli.progress import Progress

Format = Literal["text", "json", "jsonl"]

SCHEMA = 1
"""The version of everything that `--json` prints."""

_USUAL_WIDTH = 80


class Channel:
    """One output stream, with what it can show.

    A stream that is missing (Python starts with `sys.stdout = None` when the shell
    closed it) counts as a closed pipe.
    """

    def __init__(self, stream: TextIO | None, environ: Mapping[str, str]) -> None:
        self._stream = stream
        self._environ = environ
        self.is_terminal = stream is not None and stream.isatty()
        self.colour = _has_colour(self.is_terminal, environ)
        self.can_move_cursor = self.is_terminal and environ.get("TERM") != "dumb"
        self.encoding: str = getattr(stream, "encoding", None) or "utf-8"

    @property
    def stream(self) -> TextIO:
        """The stream itself. Raises BrokenPipeError when there is none."""
        if self._stream is None:
            raise BrokenPipeError("the stream is closed")
        return self._stream

    @property
    def width(self) -> int:
        """Columns of the terminal; 80 where there is none. COLUMNS overrules both."""
        told = self._environ.get("COLUMNS", "")
        if told.isdecimal() and int(told) > 0:
            return int(told)
        # Not every stream has a file descriptor, and not every descriptor a terminal.
        with suppress(OSError, ValueError, AttributeError):
            return os.get_terminal_size(self.stream.fileno()).columns or _USUAL_WIDTH
        return _USUAL_WIDTH

    def can_show(self, text: str) -> bool:
        """Tell whether the stream's encoding has every character of `text`."""
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def paint(self, text: str, style: str) -> str:
        """Colour `text` if this stream shows colours. Styles stand in `layout`."""
        return painted(text, style) if self.colour else visible(text)

    def write(self, text: str) -> None:
        """Write `text` as it is: the caller has made it safe."""
        self.stream.write(text)

    def write_bytes(self, data: bytes) -> bool:
        """Write bytes as they are, unless the stream shows them or recodes them."""
        buffer = getattr(self.stream, "buffer", None)
        is_utf8 = self.encoding.lower().replace("-", "") == "utf8"
        if buffer is None or self.is_terminal or not is_utf8:
            return False
        self.stream.flush()
        buffer.write(data)
        return True

    def flush(self) -> None:
        """Hand everything written so far to the system."""
        if self._stream is not None:
            self._stream.flush()

    def abandon(self) -> None:
        """Send what is still buffered nowhere.

        Python flushes its streams once more when it ends. After a full disk or a closed
        pipe that would fail again, with a traceback and another exit code.
        """
        with suppress(OSError, ValueError, AttributeError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            try:
                os.dup2(nowhere, self.stream.fileno())
            finally:
                os.close(nowhere)


class Console:
    """Streams, colours, format and volume of one run of `rnnkit`.

    Attributes a command reads: `format`, `quiet`, `verbose`, and the channels `stdout`
    and `stderr` for their width, colours and `can_show`.
    """

    def __init__(
        self,
        stdout: TextIO | None,
        stderr: TextIO | None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        environ = os.environ if environ is None else environ
        self.stdout = Channel(stdout, environ)
        self.stderr = Channel(stderr, environ)
        self.format: Format = "text"
        self.quiet = False
        self.verbose = False
        self.debug = False
        self.command = ""
        self._fails_in_json = False
        self._unfinished_line = False
        self._has_emitted = False
        self._progress: Progress | None = None

    @classmethod
    def of_process(cls) -> Console:
        """Make the console of this process, with streams that can write anything.

        Where the encoding lacks a character, plain text on stdout shows `?` for it and
        stderr an escape. `--json` is ASCII, so it is exact everywhere.
        """
        for stream, errors in (
            (sys.stdout, "replace"),
            (sys.stderr, "backslashreplace"),
        ):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors=errors)
        return cls(sys.stdout, sys.stderr)

    # How the flags that every command has are obeyed.

    def foresee(self, arguments: Sequence[str]) -> None:
        """Obey `--debug`, `--no-color` and `--json` before the arguments are parsed.

        If parsing them fails, that too is told as they ask.
        """
        if "--debug" in arguments:
            self.debug = True
        if "--no-color" in arguments:
            self.stdout.colour = self.stderr.colour = False
        self._fails_in_json = "--json" in arguments or "--jsonl" in arguments

    def choose_format(self, chosen: Format) -> None:
        """Print results as `chosen`. Raises UsageError if another format is too."""
        if self.format not in ("text", chosen):
            raise UsageError(
                "--json and --jsonl were both given",
                hint="give one: --json for one object, --jsonl for one object a line",
            )
        self.format = chosen

    def choose_volume(self, chosen: Literal["quiet", "verbose"]) -> None:
        """Say less or more on stderr. Raises UsageError if both are asked for."""
        self.quiet = self.quiet or chosen == "quiet"
        self.verbose = self.verbose or chosen == "verbose"
        if self.quiet and self.verbose:
            raise UsageError("--quiet and --verbose were both given", hint="give one")

    # Data, on stdout.

    def out(self, *parts: str) -> None:
        """Print one line of data: the parts, joined without a gap.

        Control characters in it are escaped, except in what `stdout.paint` has made.
        """
        self._write("".join(map(visible, parts)) + "\n")

    def write(self, text: str) -> None:
        """Print a piece of running text, with its own line breaks and no others.

        On a terminal it is seen at once, however short it is.
        """
        self._write(visible_text(text))
        if self.stdout.is_terminal:
            self.flush()

    def pass_on(self, data: bytes) -> None:
        """Print UTF-8 text that must come out as it went in, byte for byte.

        On a terminal, what could steer it is escaped all the same, and where a stream
        is in another encoding, the text is put into that.
        """
        with _explained(), self._above_the_bar(self.stdout):
            if not self.stdout.write_bytes(data):
                self.stdout.write(visible_text(data.decode("utf-8", "replace")))
        if self.stdout.is_terminal:
            self.flush()

    def table(self, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Print aligned columns, the same on a terminal and in a pipe.

        Programs read `--json` instead.
        """
        for line in table_lines(headers, rows):
            self.out(line)

    def emit(
        self,
        results: Iterable[Mapping[str, Any]],
        *,
        seed: int | None = None,
        model: str | None = None,
    ) -> None:
        """Print the results as `--json` or `--jsonl` asks, each as soon as it is known.

        Nothing is kept, so a million results take no more memory than one. NaN and
        infinity are not JSON and raise ValueError: a result must not hold them.
        """
        if self.format == "jsonl":
            for result in results:
                self._write(f"{_json(result)}\n")
                self.flush()
            return
        head = {"schema": SCHEMA, "command": self.command, "seed": seed, "model": model}
        before = f'{_json(head)[:-1]}, "results": ['
        for result in results:
            self._write(before + _json(result))
            self._unfinished_line = True
            before = ", "
        ending = "]}\n" if self._unfinished_line else f"{before}]}}\n"
        self._write(ending)
        self._unfinished_line = False
        self._has_emitted = True

    def flush(self) -> None:
        """Hand the data to whoever reads it. Raises OutputError if that fails."""
        with _explained():
            self.stdout.flush()

    # Everything else, on stderr.

    def note(self, *parts: str) -> None:
        """Tell the person one line that is not data. `--quiet` silences it."""
        if not self.quiet:
            self.tell(*parts)

    def detail(self, *parts: str) -> None:
        """Tell the person one line that only `--verbose` asks for."""
        if self.verbose:
            self.note(*parts)

    def seed(self, given: int | None) -> int:
        """Return the seed of this run: the given one, or a new one that is told.

        Without a seed nobody could have the same output again.
        """
        if given is not None:
            return given
        drawn = int.from_bytes(os.urandom(4))
        self.note(f"seed: {drawn} (repeat with --seed {drawn})")
        return drawn

    @contextmanager
    def progress(self, label: str, total: int | None = None) -> Iterator[Progress]:
        """Show how far a long piece of work is, while the block runs.

        with console.progress("training", total=len(batches)) as progress:
            for done, batch in enumerate(batches, start=1):
                progress.update(done, f"loss {train(batch):.3f}")
        """
        from rnnkit.cli.progress import Progress

        progress = self._progress = Progress(self, label, total)
        try:
            yield progress
        finally:
            self._progress = None
            progress.close()

    def fail(self, message: str, hint: str, code: int) -> None:
        """Tell a failure: two lines on stderr, and with `--json` one object on stdout.

        After a whole `--json` object nothing more is printed, so that stdout stays one
        object; after half of one, the error is a line of its own.
        """
        self.tell(self.stderr.paint("error:", ERROR), " ", message)
        self.tell(self.stderr.paint("hint:", HINT), " ", hint)
        if self._fails_in_json and not self._has_emitted:
            error = {"message": message, "hint": hint, "code": code}
            start = "\n" if self._unfinished_line else ""
            # What made the command fail may be stdout itself.
            with suppress(OSError):
                self.stdout.write(
                    f"{start}{_json({'schema': SCHEMA, 'error': error})}\n"
                )
                self.stdout.flush()

    def _write(self, text: str) -> None:
        with _explained(), self._above_the_bar(self.stdout):
            self.stdout.write(text)

    def tell(self, *parts: str) -> None:
        """Print one line on stderr, whatever `--quiet` says."""
        # Who closed stderr does not want to know, and has no way to.
        with suppress(OSError), self._above_the_bar(self.stderr):
            self.stderr.write("".join(map(visible, parts)) + "\n")
            self.stderr.flush()

    @contextmanager
    def _above_the_bar(self, channel: Channel) -> Iterator[None]:
        if self._progress is None or not channel.is_terminal:
            yield
            return
        with self._progress.hidden():
            yield


@contextmanager
def _explained() -> Iterator[None]:
    """Turn a failure to write the data into an error that a person understands."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(
            f"the output cannot be written: {error.strerror or error}",
            hint="free some space, or send the output somewhere else",
        ) from error


def _json(value: Mapping[str, Any]) -> str:
    import json

    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def _has_colour(is_terminal: bool, environ: Mapping[str, str]) -> bool:
    """Decide on colours in the order that Python itself follows."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return is_terminal and environ.get("TERM") != "dumb"
