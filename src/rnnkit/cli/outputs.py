# SPDX-License-Identifier: Apache-2.0
"""The files that a command writes beside what it says: checked before, written after.

    files = Outputs({"svg": svg, "html": html}, force=force)
    files.check(console)
    ...                                    # the work
    files.write({"svg": ..., "html": ...})
    files.tell(console)

Of what cannot be written the work is not even begun, and nothing is written unless all
of it can be made. ``-`` is standard output; then nothing else is said there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rnnkit.cli.console import Console
from rnnkit.errors import UsageError, printable
from rnnkit.files.output import STANDARD_OUTPUT, check_output, write_or_pipe


@dataclass(frozen=True)
class Outputs:
    """The files that are wanted.

    Attributes:
        wanted: by option, without its dashes; None where it was not given.
        force: whether files that exist are replaced.
    """

    wanted: Mapping[str, Path | None]
    force: bool

    @property
    def given(self) -> dict[str, Path]:
        """The files that were asked for, by option."""
        return {name: path for name, path in self.wanted.items() if path is not None}

    @property
    def piped(self) -> bool:
        """Whether one of them goes to standard output."""
        return STANDARD_OUTPUT in self.given.values()

    def check(self, console: Console) -> None:
        """Refuse now what could not be written later.

        Raises:
            UsageError: two options want the same file, or ``-`` meets a terminal or
                ``--json``.
            OutputError: a file exists, or cannot be written.
        """
        homes: dict[Path, str] = {}
        for name, path in self.given.items():
            if path in homes:
                raise UsageError(
                    f"--{homes[path]} and --{name} would both write "
                    f"'{printable(path, 200)}'",
                    hint="give each a file of its own",
                )
            homes[path] = name
        if self.piped and console.format != "text":
            raise UsageError(
                f"--{homes[STANDARD_OUTPUT]} - and --json would both use the standard "
                "output",
                hint="give a file, or leave out --json",
            )
        for path in self.given.values():
            check_output(path, force=self.force)

    def write(self, made: Mapping[str, Callable[[], str | bytes]]) -> None:
        """Make all that is wanted, and then write it.

        Args:
            made: by option, what makes it.

        Raises:
            OutputError: one cannot be written.
        """
        contents = [(path, made[name]()) for name, path in self.given.items()]
        for path, content in contents:
            data = content.encode() if isinstance(content, str) else content
            write_or_pipe(path, data, force=self.force)

    def tell(self, console: Console) -> None:
        """Say what was written."""
        for path in self.given.values():
            if path != STANDARD_OUTPUT:
                console.note(f"wrote {path}")
