# SPDX-License-Identifier: Apache-2.0
"""A store for each text that was read, so that it is read once.

The caches lie in the user's own folder for such things, never beside the file: that
folder may be read-only, or belong to somebody else. A cache is named after the path it
was made from, and knows the size and the time of that file and a digest of pieces of
it. If any of them differs, the cache counts for nothing and is made again. It appears
under its name in one step, so two programs can make it at the same time.

    RNNKIT_CACHE              a folder of your own; an empty value turns caching off
    XDG_CACHE_HOME/rnnkit     or ~/.cache/rnnkit
    ~/Library/Caches/rnnkit   macOS
    %LOCALAPPDATA%/rnnkit     Windows
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rnnkit.errors import InputError, RnnkitError
from rnnkit.files.reading import open_regular
from rnnkit.files.vectors import store
from rnnkit.files.vectors.places import LARGEST_FILE, split
from rnnkit.files.vectors.table import Table

ENVIRONMENT_VARIABLE = "RNNKIT_CACHE"
VERSION = 3
"""Raised when readers change what they make of a file."""

SMALLEST = 2**22
"""Bytes; a smaller file is read again as quickly as its cache is opened."""

_SAMPLES = 16
_SAMPLE_BYTES = 4096
_FOLDER = "vectors"


def folder() -> Path | None:
    """Where caches lie, or None if there is no such place. It need not exist yet."""
    own = os.environ.get(ENVIRONMENT_VARIABLE)
    if own is not None:
        return Path(own) / _FOLDER if own else None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    # Without a home, "~" stays what it is.
    return Path(base) / "rnnkit" / _FOLDER if os.path.isabs(base) else None


def place(given: str) -> Path | None:
    """The cache of a file or a member, whether or not it exists."""
    within = folder()
    path, member = split(given)
    key = f"{os.path.abspath(path)}\0{member or ''}"
    digest = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
    return within and within / f"{digest[:32]}.safetensors"


def fingerprint(given: str) -> dict[str, Any]:
    """What must be equal for a cache to be of this very file.

    Raises:
        InputError: the file cannot be read.
    """
    path, member = split(given)
    with open_regular(path, error=InputError, limit=LARGEST_FILE) as file:
        status = os.fstat(file.fileno())
        digest = hashlib.sha256()
        for sample in range(_SAMPLES):
            file.seek(sample * max(status.st_size - _SAMPLE_BYTES, 0) // (_SAMPLES - 1))
            digest.update(file.read(_SAMPLE_BYTES))
    return {
        "path": os.path.abspath(path),
        "member": member,
        "bytes": status.st_size,
        "modified": status.st_mtime_ns,
        "samples": digest.hexdigest(),
        "version": VERSION,
    }


def load(path: Path, of: Mapping[str, Any]) -> Table | None:
    """Open a cache if it is of the file with this fingerprint; None if it is not.

    Raises:
        InputError: the cache is damaged.
    """
    if not path.exists():
        return None
    found = store.load(path)
    if found.description.get("source") != of:
        return None
    return Table(
        found.words,
        found.numbers,
        str(found.description.get("format", found.format)),
        found.duplicates,
        found.unreadable,
        found.norms,
    )


def save(path: Path, table: Table, of: Mapping[str, Any]) -> None:
    """Make a cache.

    Raises:
        RnnkitError: its folder cannot be made, or the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as failure:
        raise RnnkitError(
            f"the folder of caches cannot be made: {failure.strerror}",
            hint=f"set {ENVIRONMENT_VARIABLE} to a folder that can be written to",
        ) from failure
    # Pieces of the path may be no UTF-8; JSON writes them as escapes.
    told = {"source": dict(of), "format": table.format}
    store.save(path, table, description=told, force=True, sync=False)
