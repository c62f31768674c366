# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from subprocess import run
from sys import executable
from tempfile import TemporaryDirectory

import pytest

from rnnkit.errors import RnnkitError

Told = Callable[[type[RnnkitError], str, str], AbstractContextManager[None]]


@pytest.fixture
def told() -> Told:
    """Expect an error whose two lines are fit to be shown and say what is given."""

    @contextmanager
    def expect(kind: type[RnnkitError], message: str, hint: str) -> Iterator[None]:
        with pytest.raises(RnnkitError) as caught:
            yield
        error = caught.value
        assert type(error) is kind
        for line in (error.message, error.hint):
            assert len(line.splitlines()) == 1
            assert line.isprintable()
            assert not line.endswith(".")
            assert len(line) < 500
        assert not error.message[0].isupper() or error.message.startswith("RNNKIT_")
        assert message in error.message
        assert hint in error.hint

    return expect


class Unprivileged:
    """A folder that anyone can enter, and a way to run a program as an ordinary user.

    Permission bits do not bind the superuser, so a program that runs as root gives up
    its rights, after its imports, where it says {give_up_rights}.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, program: str, *arguments: Path) -> str:
        rights = "import os\nif not os.geteuid(): os.setgroups([]); os.setuid(65534)"
        program = program.replace("{give_up_rights}", rights)
        done = run(
            [executable, "-c", program, *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.stderr
        return done.stdout


@pytest.fixture
def unprivileged() -> Iterator[Unprivileged]:
    # Not below tmp_path, which only its owner can enter.
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield Unprivileged(folder)
