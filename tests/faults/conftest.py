# SPDX-License-Identifier: Apache-2.0
"""A folder with a list of names and a model of them, for every fault a new one."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import typer

from tests import small_model
from tests.conftest import CALM
from tests.faults.commands import furnish

Start = Callable[..., subprocess.Popen[str]]

_built = functools.cache(typer.main.get_command)


@pytest.fixture(autouse=True)
def built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build the commands once: for hundreds of faults that is most of the time."""
    monkeypatch.setattr("typer.main.get_command", _built)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the real command has trained a small model."""
    folder = tmp_path_factory.mktemp("trained")
    small_model.train(folder)
    return folder


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything that any command reads."""
    return furnish(tmp_path_factory.mktemp("furnished"))


@pytest.fixture
def house(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, furnished."""
    folder = tmp_path / "house"
    shutil.copytree(furnished, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def folder(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with `names.txt` and `small.safetensors` and no more."""
    for name in ("names.txt", "small.safetensors"):
        shutil.copy(trained / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def checkpoint(folder: Path, trained: Path) -> Path:
    """The checkpoint that lies beside the model when its training is over."""
    return Path(
        shutil.copy(
            trained / "small.checkpoint.safetensors",
            folder / "small.checkpoint.safetensors",
        )
    )


@pytest.fixture
def start() -> Iterator[Start]:
    """Start `python ...` as a process that does not outlive the test.

    `shell` is what a shell does before, and `stdin` is as in `subprocess`.
    """
    with ExitStack() as running:

        def begin(
            *words: str, shell: str = "", stdin: int | None = None
        ) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                ["sh", "-c", f'{shell} exec "$@"', "sh", sys.executable, *words],
                env=CALM,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
            )
            running.enter_context(process)
            running.callback(process.kill)
            return process

        yield begin
