# SPDX-License-Identifier: Apache-2.0
"""Write a file so that whoever looks finds the old one or the whole new one.

A program can be killed, a disk can be full, two programs can write the same name. So
the bytes go to a temporary file in the same folder, are forced to the disk, and take
their final name in one step of the file system. A half-written file never carries the
name that was asked for.

    rename   replaces what is there: used when the user said so (`force=True`)
    link     fails if anything is there, even if it came a microsecond ago: used else

A program that is killed leaves its temporary file behind. The next write into that
folder sweeps away those older than an hour; younger ones may still be in use.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from rnnkit.errors import OutputError, quoted

# Short and independent of the final name, which may be as long as a name can be.
_PREFIX = ".rnnkit-"
_SUFFIX = ".tmp"
_RANDOM_BYTES = 8
_STRAY_SECONDS = 3600

_REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space, or write to another disk"),
    errno.EDQUOT: (
        "your share of the disk is used up",
        "free some space, or write to another disk",
    ),
    errno.EFBIG: (
        "the file is larger than this system allows",
        "raise the limit ('ulimit -f unlimited'), or write to another disk",
    ),
    errno.EROFS: (
        "the disk is read-only",
        "write to a folder of your own, for example your home folder",
    ),
    errno.EACCES: (
        "no permission to write in this folder",
        "write to a folder of your own, for example your home folder",
    ),
    errno.ENOTDIR: (
        "a part of the path is a file, not a folder",
        "check the folders in the path",
    ),
    errno.ENAMETOOLONG: ("the name is too long", "give a shorter name"),
    errno.ELOOP: (
        "it is a symbolic link that leads back to itself",
        "give the file that the link was meant for",
    ),
    errno.EEXIST: ("it exists", "add --force to replace it, or give another name"),
}
_REASONS[errno.EPERM] = _REASONS[errno.EACCES]


def write_bytes(path: Path, data: bytes, *, force: bool = False) -> None:
    """Write `data` to `path`, whole or not at all.

    A new file gets the permissions that the user's umask gives; a replaced file keeps
    its own. A symbolic link stays, and the file it leads to is written. When this
    returns, the bytes are on the disk.

    Raises:
        OutputError: `path` exists and `force` is false, or it cannot be written. What
            was there before is untouched, and no temporary file is left.
    """
    with writing(path, force=force) as file:
        file.write(data)


@contextmanager
def writing(
    path: Path, *, force: bool = False, sync: bool = True
) -> Iterator[BinaryIO]:
    """Give the block a file to write to, which becomes `path` when the block is done.

    For what is too large to be in memory twice. All that `write_bytes` promises holds;
    if the block raises, nothing is written.

    Args:
        sync: wait until the bytes are on the disk. What can be made again, and proves
            by itself that it is whole, need not wait.

    Raises:
        OutputError: as `write_bytes`.
    """
    with _explained(path):
        target, mode = _destination(path, force=force)
        _sweep(target.parent)
        with _temporary_file(target.parent, mode) as (temporary, file):
            yield file
            file.flush()
            if sync:
                os.fsync(file.fileno())
            file.close()
            if force:
                os.replace(temporary, target)
            else:
                _publish_new(temporary, target)
        if sync:
            _sync_folder(target.parent)


def check_writable(path: Path, *, force: bool = False) -> None:
    """Raise now what `write_bytes` would raise later; for use before a long training.

    A temporary file is made and removed, because only trying tells the truth about a
    folder. A disk that fills up afterwards cannot be foreseen.

    Raises:
        OutputError: as `write_bytes` would.
    """
    with _explained(path):
        target, mode = _destination(path, force=force)
        with _temporary_file(target.parent, mode):
            pass


def _destination(path: Path, *, force: bool) -> tuple[Path, int | None]:
    """Find the file to write and, if it is there already, the permissions to keep."""
    try:
        target = Path(os.path.realpath(path))
    except ValueError as failure:
        raise OutputError(
            f"{quoted(path)} cannot be the name of a file",
            hint="give a name of ordinary letters and digits",
        ) from failure
    try:
        mode = target.lstat().st_mode
    except FileNotFoundError:
        return target, None
    if stat.S_ISDIR(mode):
        raise OutputError(
            f"cannot write {quoted(path)}: it is a folder",
            hint=f"give the name of a file, for example {quoted(path / 'NAME')}",
        )
    # A link whose end cannot be found, because it leads back to itself.
    if stat.S_ISLNK(mode):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    # Renaming over a device would put a file in its place, for every program.
    if not stat.S_ISREG(mode):
        raise OutputError(
            f"cannot write {quoted(path)}: it is a pipe or a device, not a file",
            hint="give the name of an ordinary file",
        )
    if not force:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    return target, mode & 0o777


@contextmanager
def _temporary_file(folder: Path, mode: int | None) -> Iterator[tuple[Path, BinaryIO]]:
    """Make a file of our own in `folder`; remove it, unless it was renamed."""
    path = folder / f"{_PREFIX}{os.urandom(_RANDOM_BYTES).hex()}{_SUFFIX}"

    # Never readable by more people than the finished file, not even while it is empty.
    def opener(name: str, flags: int) -> int:
        return os.open(name, flags, 0o666 if mode is None else mode)

    try:
        with open(path, "xb", opener=opener) as file:
            if mode is not None:
                path.chmod(mode)
            yield path, file
    finally:
        # What cannot be removed now is swept later; an earlier failure is told.
        with suppress(OSError):
            path.unlink()


def _publish_new(temporary: Path, target: Path) -> None:
    """Give the file its name, unless that name is taken."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems have no links. There the name is taken by an empty file
        # first, which fails if it exists; a crash right here would leave that file.
        with open(target, "xb"):
            pass
        try:
            os.replace(temporary, target)
        except BaseException:
            target.unlink()
            raise


def _sync_folder(folder: Path) -> None:
    """Force the new name to the disk too."""
    # The file is whole either way, and not every system lets a folder be opened.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sweep(folder: Path) -> None:
    """Remove temporary files that killed programs left in `folder`."""
    length = len(_PREFIX) + 2 * _RANDOM_BYTES + len(_SUFFIX)
    oldest = time.time() - _STRAY_SECONDS
    # Another program may be sweeping here at the same moment.
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if (
                len(entry.name) == length
                and entry.name.startswith(_PREFIX)
                and entry.name.endswith(_SUFFIX)
                and entry.is_file(follow_symlinks=False)
                and entry.stat(follow_symlinks=False).st_mtime < oldest
            ):
                os.unlink(entry)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what the operating system says into an `OutputError`."""
    try:
        yield
    except OSError as failure:
        reason, hint = _reason(path, failure)
        message = f"cannot write {quoted(path)}: {reason}"
        raise OutputError(message, hint=hint) from failure


def _reason(path: Path, failure: OSError) -> tuple[str, str]:
    if failure.errno == errno.ENOENT:
        folder = quoted(path.parent)
        if path.parent.exists():
            return "its folder was deleted", "change to a folder that exists ('cd')"
        return f"there is no folder {folder}", f"make it first: mkdir -p {folder}"
    reason = failure.strerror or type(failure).__name__
    return _REASONS.get(failure.errno or 0, (reason, "write to another folder"))
