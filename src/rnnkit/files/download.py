# SPDX-License-Identifier: Apache-2.0
"""Fetch one file that the user asked for, and believe it only when its digest is right.

This is the only module that knows the network, and only `rnnkit vectors fetch` calls
it; the contract "promises" in pyproject.toml makes this one exception.

What is fetched grows in a file of its own beside the goal, `NAME.part`. If the fetching
is interrupted, the next one asks the server for the rest. The file gets its name when
its size and its sha256 are those that are expected, and not before.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

from rnnkit.errors import InputError, OutputError, quoted
from rnnkit.files.atomic import check_writable

PIECE = 2**20
_SECONDS = 30.0
_SOME_ROOM = 2**24

Progress = Callable[[int, int], None]
"""Called with the bytes that are there, and with all there will be."""


def fetch(
    url: str,
    path: Path,
    *,
    size: int,
    sha256: str,
    force: bool = False,
    progress: Progress | None = None,
) -> None:
    """Fetch a file, or the rest of it if a part is there already.

    Args:
        size: how many bytes it must have.
        sha256: the digest it must have.

    Raises:
        InputError: the server cannot be reached, or what it sends is another file.
        OutputError: the file exists and `force` is false, or the disk has no room.
    """
    check_writable(path, force=force)
    part = path.with_name(path.name + ".part")
    done = part.stat().st_size if part.exists() else 0
    if done > size:
        part.unlink()
        done = 0
    _refuse_full_disk(path, size - done)
    try:
        if done < size:
            _append(url, part, done, size, progress)
    except (HTTPException, OSError) as failure:
        if isinstance(failure, urllib.error.HTTPError):
            failure.close()
        reason = getattr(failure, "reason", None) or failure
        raise InputError(
            f"cannot fetch {url}: {reason}",
            hint="check the connection, then run the same command again to go on",
        ) from failure
    _refuse_others(url, part, size, sha256)
    os.replace(part, path)


def _append(
    url: str, part: Path, done: int, size: int, progress: Progress | None
) -> None:
    request = urllib.request.Request(url)
    if done:
        request.add_header("Range", f"bytes={done}-")
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
        # A server that knows nothing of ranges sends the whole file again.
        goes_on = answer.status == 206
        with open(part, "ab" if goes_on else "wb") as file:
            done = done if goes_on else 0
            while done <= size and (piece := answer.read(PIECE)):
                file.write(piece)
                done += len(piece)
                if progress is not None:
                    progress(done, size)


def _refuse_others(url: str, part: Path, size: int, sha256: str) -> None:
    there = part.stat().st_size
    if there < size:
        raise InputError(
            f"{url} ended after {there:,} of {size:,} bytes",
            hint="run the same command again to go on",
        )
    with open(part, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if there > size or digest != sha256:
        part.unlink()
        raise InputError(
            f"{url} is not the file that was published: its sha256 is {digest} "
            f"instead of {sha256}",
            hint="try again; if it happens twice, the server has another file",
        )


def _refuse_full_disk(path: Path, needed: int) -> None:
    free = shutil.disk_usage(path.resolve().parent).free
    if needed + _SOME_ROOM > free:
        raise OutputError(
            f"cannot write {quoted(path)}: {needed:,} bytes are needed, and the disk "
            f"has {free:,}",
            hint="free some space, or write to another disk with --out",
        )
