# SPDX-License-Identifier: Apache-2.0
"""Send bytes where the user said: into a file, or with ``-`` into a pipe."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO

from rnnkit.errors import UsageError
from rnnkit.files.atomic import check_writable, write_bytes

STANDARD_OUTPUT = Path("-")


def write_or_pipe(path: Path, data: bytes, *, force: bool = False) -> None:
    """Write `data` to a file, whole or not at all, or to standard output for ``-``.

    Raises:
        UsageError: ``-`` is given and standard output is a terminal, which bytes would
            only confuse, or closed.
        OutputError: the file exists and `force` is false, or it cannot be written.
    """
    if path != STANDARD_OUTPUT:
        write_bytes(path, data, force=force)
        return
    stream = _pipe()
    stream.flush()
    stream.buffer.write(data)
    stream.buffer.flush()


def check_output(path: Path, *, force: bool = False) -> None:
    """Raise now what `write_or_pipe` would raise later.

    Raises:
        UsageError: as `write_or_pipe` would.
        OutputError: as `write_or_pipe` would.
    """
    if path == STANDARD_OUTPUT:
        _pipe()
    else:
        check_writable(path, force=force)


def _pipe() -> TextIO:
    """Standard output, if bytes can go there."""
    # A program can be started without any standard output; then Python has none.
    stream = sys.stdout
    if stream is None or stream.closed:
        raise UsageError("standard output is closed", hint="give the name of a file")
    if stream.isatty():
        raise UsageError(
            "'-' would send bytes to the terminal",
            hint="lead them elsewhere, as in '- > FILE', or give the name of a file",
        )
    return stream
