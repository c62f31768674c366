# SPDX-License-Identifier: Apache-2.0
"""The folder that a training of vectors counts in, and leaves for --resume."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from rnnkit.errors import ModelError, OutputError, UsageError, quoted
from rnnkit.files.atomic import write_bytes

_OURS = ("*.npy", "*.safetensors", "*.json")
_SEED = "seed.json"


class WorkFolder:
    """A folder that is empty, or that holds the training to go on with.

    Args:
        out: the vectors that will be written.
        work: the folder that was asked for; else one beside ``out``.

    Attributes:
        path: where it is.

    Raises:
        UsageError: the result would lie in it.
        OutputError: it holds something else, or cannot be made.
        ModelError: there is no training in it to resume.
    """

    def __init__(
        self, out: Path, work: Path | None, *, resume: bool, force: bool
    ) -> None:
        name = f"{out.name.removesuffix('.safetensors')}.work"
        self.path = path = work or out.with_name(name)
        if path.exists() and not path.is_dir():
            raise OutputError(
                f"{quoted(path)} is a file, and a folder to count in is needed",
                hint="give another folder: --work FOLDER",
            )
        used = path.is_dir() and any(path.iterdir())
        if used and not (path / _SEED).exists():
            raise OutputError(
                f"{quoted(path)} holds files that are not from a training",
                hint="give an empty folder: --work FOLDER",
            )
        if path.resolve() == out.resolve().parent:
            # What a training leaves there is removed; the result must not be.
            raise UsageError(
                f"{quoted(out)} lies in the folder to count in",
                hint="give another folder: --work FOLDER",
            )
        if resume and not used:
            raise ModelError(
                f"there is no training in {quoted(path)} to go on with",
                hint="leave out --resume to start anew",
            )
        if used and not resume:
            if not force:
                raise OutputError(
                    f"{quoted(path)} is left from an earlier training",
                    hint="give --resume to go on with it, or --force to start anew",
                )
            self.clear()
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as failure:
            raise OutputError(
                f"cannot make the folder {quoted(path)}: {failure.strerror}",
                hint="give a folder that can be written to: --work FOLDER",
            ) from failure

    @property
    def seed(self) -> int | None:
        """The seed of the training that is gone on with."""
        with suppress(OSError, ValueError):
            return int((self.path / _SEED).read_text("ascii"))
        return None

    def begin(self, seed: int) -> None:
        """Remember the seed, which also marks the folder as ours.

        Raises:
            OutputError: it cannot be written.
        """
        write_bytes(self.path / _SEED, str(seed).encode(), force=True)

    def clear(self) -> None:
        """Remove what a training leaves, and the folder if nothing else is in it."""
        for pattern in _OURS:
            for path in self.path.glob(pattern):
                path.unlink(missing_ok=True)
        with suppress(OSError):
            self.path.rmdir()
