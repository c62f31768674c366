# SPDX-License-Identifier: Apache-2.0
"""Open a file that a user named, whatever it turns out to be.

A path can lead to nothing, to a folder, to a pipe that never ends, to a file that is
larger than memory or to one of another program. Each of these is told in words here,
before a byte is believed, so that the readers above see ordinary files only.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import IO, TypeVar

from rnnkit.errors import InputError, RnnkitError, alternatives, quoted, suggest

Parsed = TypeVar("Parsed")

LARGEST_FILE = 2**30
"""Bytes; a larger file is refused before it is read."""

_PIECE = 2**20
"""Bytes that are read at once."""

HEAD = 512
"""Bytes that `kind_of` needs to see."""

_NEIGHBOURS = 5_000
"""A folder can hold millions of names; this many are enough to find a typing error."""

_SIGNATURES = {
    b"\x1f\x8b": "a gzip file",
    b"BZh91AY&SY": "a bzip2 file",
    b"\xfd7zXZ\x00": "an xz file",
    b"\x28\xb5\x2f\xfd": "a Zstandard file",
    b"PK\x05\x06": "an empty zip archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"%PDF-": "a PDF document",
    b"\x89PNG\r\n\x1a\n": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF87a": "a GIF picture",
    b"GIF89a": "a GIF picture",
    b"MThd\x00\x00\x00\x06": "a MIDI file",
    b"\x89HDF\r\n\x1a\n": "an HDF5 file",
    b"\x93NUMPY": "a NumPy array",
    b"SQLite format 3\x00": "an SQLite database",
    b"\x7fELF": "a program",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"version https://git-lfs.github.com/spec/": "a Git LFS pointer without its file",
}

_PICKLE_PROTOCOLS = range(2, 6)


def kind_of(head: bytes) -> str:
    """Guess from its first `HEAD` bytes what a file is; "" if it could be anything.

    Only signatures that no ordinary text starts with are trusted. Nothing is opened.
    """
    # A length below 2**32 in eight bytes, then JSON. First, because the length can be
    # any number, and some numbers look like the signature of a gzip file or a pickle.
    if head[4:10] == b'\x00\x00\x00\x00{"':
        return "a safetensors file"
    for signature, kind in _SIGNATURES.items():
        if head.startswith(signature):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(head)
    if head[:1] == b"\x80" and head[1:2] and head[1] in _PICKLE_PROTOCOLS:
        return "a Python pickle"
    # Protocol buffers have no signature; an ONNX file starts with these two fields,
    # its version and its producer or its graph.
    if head[:1] == b"\x08" and head[1:2] < b" " and head[2:3] in {b"\x12", b"\x3a"}:
        return "an ONNX model"
    return ""


def _kind_of_zip(head: bytes) -> str:
    """A zip archive names its first member at byte 30."""
    member = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    if member.endswith((b"/data.pkl", b"/.format_version", b"/.data/serialization_id")):
        return "a PyTorch file"
    return "a NumPy archive" if member.endswith(b".npy") else "a zip archive"


@contextmanager
def open_regular(
    path: Path, *, error: type[RnnkitError], limit: int = LARGEST_FILE
) -> Iterator[BufferedReader]:
    """Open an ordinary file of at most `limit` bytes for reading.

    Pipes and devices are refused without being opened: opening alone can hang or have
    an effect. A file that grows while it is read gives no more than `limit` bytes to a
    reader that asks for no more.

    Raises:
        error: with a message and a hint, whatever goes wrong, also while reading.
    """
    try:
        _refuse_irregular(path, error, limit)
        with open(path, "rb") as file:
            yield file
    except OSError as failure:
        message, hint = _explained(path, failure)
        raise error(message, hint=hint) from failure


def read_as(
    path: Path, parse: Callable[[bytes], Parsed], *, limit: int = LARGEST_FILE
) -> Parsed:
    """What a file holds, by a parser of bytes that knows nothing of files.

    Raises:
        InputError: it cannot be read, or what the parser said, with the file's name.
    """
    with open_regular(path, error=InputError, limit=limit) as file:
        data = read_at_most(file, limit)
    try:
        return parse(data)
    except InputError as failure:
        raise InputError(
            f"cannot read {quoted(path)}: {failure.message}", hint=failure.hint
        ) from failure


def read_at_most(file: IO[bytes], limit: int) -> bytes:
    """Read to the end, or to `limit` bytes if there are more.

    In pieces: Python takes the memory for all that is asked for at once, and that would
    be `limit`, however small the file is.
    """
    data = bytearray()
    while piece := file.read(min(_PIECE, limit - len(data))):
        data += piece
    return bytes(data)


def _refuse_irregular(path: Path, error: type[RnnkitError], limit: int) -> None:
    name = quoted(path)
    try:
        status = os.stat(path)
    except ValueError as failure:
        raise error(
            f"{name} cannot be the name of a file",
            hint="check the name for characters that do not belong there",
        ) from failure
    if stat.S_ISDIR(status.st_mode):
        raise error(
            f"{name} is a folder, not a file",
            hint=f"give the name of a file in it; see them with: ls {name}",
        )
    if not stat.S_ISREG(status.st_mode):
        raise error(
            f"{name} is a pipe or a device, not a file",
            hint="save what it holds in an ordinary file and give that file",
        )
    if status.st_size > limit:
        raise error(
            f"{name} has {status.st_size:,} bytes, and at most {limit:,} are read",
            hint="check that this is the right file, or give a part of it",
        )


def _explained(path: Path, failure: OSError) -> tuple[str, str]:
    """The message and the hint for what the operating system said."""
    name = quoted(path)
    match failure.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return f"there is no file {name}", _where_else(path)
        case errno.EACCES | errno.EPERM:
            return (
                f"no permission to read {name}",
                f"see who may read it: ls -l {name}",
            )
        case errno.ELOOP:
            return (
                f"{name} is a symbolic link that leads back to itself",
                "give the file that the link was meant for",
            )
        case errno.ENAMETOOLONG:
            return f"{name} is too long for the name of a file", "check the name"
        case _:
            reason = failure.strerror or type(failure).__name__
            return f"cannot read {name}: {reason}", "check the disk, then try again"


def _where_else(path: Path) -> str:
    """Name the files beside a missing one that look like it."""
    folder = quoted(path.parent)
    try:
        with os.scandir(path.parent) as entries:
            names = [entry.name for entry in islice(entries, _NEIGHBOURS)]
    except OSError:
        return f"check the name of the folder, {folder}"
    near = [str(path.parent / name) for name in suggest(path.name, names)]
    if near:
        return f"did you mean {alternatives(near)}?"
    return f"see which files there are: ls {folder}"
