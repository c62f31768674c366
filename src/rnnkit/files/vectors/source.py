# SPDX-License-Identifier: Apache-2.0
"""A file of vectors as a stream of bytes, packed or not.

    glove.6B.50d.txt
    glove.6B.50d.txt.gz                       also .bz2 and .xz
    glove.6B.zip:glove.6B.50d.txt             one member of an archive

What is packed is known by its first bytes, not by its ending. Nothing is ever unpacked
to the disk. An archive of a few kilobytes can claim to hold terabytes, so what is
unpacked is counted, and a ratio that no text has ends the reading.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from rnnkit.errors import InputError, alternatives, did_you_mean, printable, quoted
from rnnkit.files.reading import HEAD, kind_of, open_regular
from rnnkit.files.vectors.places import LARGEST_FILE, split

_SUSPICIOUS = 2**22
"""Unpacked bytes from which on the ratio is looked at."""

_MOST_UNPACKED = 200
"""Bytes that one packed byte may give. Text of numbers gives three."""

_USUAL_RATIO = 4
_MOST_MEMBERS_NAMED = 4

_DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)


class _Readable(Protocol):
    def read(self, count: int, /) -> bytes: ...


class Source:
    """Bytes of one file or member, from its beginning.

    Attributes:
        name: what messages call it, in quotes.
        head: the first bytes, which `read` gives as well.
        size: how many bytes there will be, roughly; None if nobody knows.
    """

    def __init__(
        self, name: str, stream: _Readable, file: IO[bytes], size: int | None
    ) -> None:
        self.name = name
        self.size = size
        self._stream = stream
        self._file = file
        self._status = os.fstat(file.fileno())
        self._given = 0
        self._packed = stream is not file
        self.head = self._pull(HEAD)
        self._waiting = self.head

    def read(self, count: int) -> bytes:
        """Return up to `count` bytes, none at the end.

        Raises:
            InputError: the file is damaged, or no honest archive.
        """
        if self._waiting:
            given, self._waiting = self._waiting[:count], self._waiting[count:]
            return given
        return self._pull(count)

    @property
    def position(self) -> int:
        """Bytes of the file itself that are read so far; of `file_size`."""
        return self._file.tell()

    @property
    def file_size(self) -> int:
        """Bytes of the file itself."""
        return self._status.st_size

    def _pull(self, count: int) -> bytes:
        try:
            data = self._stream.read(count)
        except _DAMAGE as failure:
            if not self._packed:
                raise
            raise InputError(
                f"{self.name} is damaged or cut short: it cannot be unpacked beyond "
                f"byte {self._given:,}",
                hint="get a new copy of the file",
            ) from failure
        self._given += len(data)
        most = max(_SUSPICIOUS, _MOST_UNPACKED * self.file_size)
        if self._packed and self._given > most:
            raise InputError(
                f"{self.name} unpacks to more than {_MOST_UNPACKED} times its size, "
                "which no vectors do",
                hint="get the file from where it was published",
            )
        return data

    def refuse_changes(self) -> None:
        """Raise InputError if the file is not as it was when it was opened."""
        now = os.fstat(self._file.fileno())
        before = self._status
        if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise InputError(
                f"{self.name} changed while it was read",
                hint="wait until whatever writes it is done, then try again",
            )


@contextmanager
def open_source(given: str) -> Iterator[Source]:
    """Open a file, unpacking it on the way if it is packed.

    Raises:
        InputError: there is no such file or member, it cannot be read, or it is
            damaged; also while reading.
    """
    path, member = split(given)
    with open_regular(path, error=InputError, limit=LARGEST_FILE) as file:
        kind = kind_of(file.peek(HEAD)[:HEAD])
        name = quoted(given)
        size = os.fstat(file.fileno()).st_size
        guess = size * _USUAL_RATIO
        if member is not None and kind != "a zip archive":
            raise InputError(
                f"{quoted(path)} is no zip archive, so it has no {quoted(member)}",
                hint="give the file alone",
            )
        match kind:
            case "a gzip file":
                with gzip.open(file) as stream:
                    yield Source(name, stream, file, guess)
            case "a bzip2 file":
                with bz2.open(file) as stream:
                    yield Source(name, stream, file, guess)
            case "an xz file":
                with lzma.open(file) as stream:
                    yield Source(name, stream, file, guess)
            case "a zip archive":
                with _opened_member(file, path, member) as stream:
                    yield Source(name, stream, file, guess)
            case _:
                yield Source(name, file, file, size)


@contextmanager
def _opened_member(
    file: IO[bytes], path: Path, wanted: str | None
) -> Iterator[IO[bytes]]:
    try:
        archive = zipfile.ZipFile(file)
    except _DAMAGE as failure:
        raise InputError(
            f"{quoted(path)} is a damaged zip archive: {printable(failure)}",
            hint="get a new copy of the file",
        ) from failure
    with archive:
        chosen = _member(archive, path, wanted)
        try:
            stream = archive.open(chosen)
        except (*_DAMAGE, RuntimeError, NotImplementedError) as failure:
            raise InputError(
                f"{quoted(chosen.filename)} in {quoted(path)} cannot be unpacked: "
                f"{printable(failure)}",
                hint="unpack it with another program, and give the file",
            ) from failure
        with stream:
            yield stream


def _member(
    archive: zipfile.ZipFile, path: Path, wanted: str | None
) -> zipfile.ZipInfo:
    """Choose the member: the one that is wanted, or the only one."""
    members = {each.filename: each for each in archive.infolist() if not each.is_dir()}
    if wanted is not None and wanted not in members:
        raise InputError(
            f"{quoted(path)} has no member {quoted(wanted)}",
            hint=did_you_mean(wanted, members) or _choices(path, list(members)),
        )
    if wanted is None and len(members) != 1:
        raise InputError(
            f"{quoted(path)} holds {len(members) or 'no'} files",
            hint=_choices(path, list(members)),
        )
    name = wanted if wanted is not None else next(iter(members))
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise InputError(
            f"{quoted(path)} holds {quoted(name)}, a name that leads out of its folder",
            hint="get the file from where it was published",
        )
    return members[name]


def _choices(path: Path, members: list[str]) -> str:
    if not members:
        return "give an archive that holds a file of vectors"
    named = [f"{path}:{name}" for name in members[:_MOST_MEMBERS_NAMED]]
    more = "" if len(members) <= _MOST_MEMBERS_NAMED else ", or another of its files"
    return f"give {alternatives(named)}{more}"
