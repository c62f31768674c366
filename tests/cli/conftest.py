# SPDX-License-Identifier: Apache-2.0
"""What tests of the command line share: a small program, and a folder of assets."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import typer

from rnnkit.cli.application import command, group
from rnnkit.files.weights import save_tensors
from tests.conftest import CALM

Body = Callable[..., None]
Install = Callable[..., None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Replace the command line by `rnnkit tool try`, which calls the given function.

    Functions given by name become commands beside it.
    """

    def replace(body: Body, **others: Body) -> None:
        tool = group("tool", "Tools for tests.")
        for name, each in {"try": body, **others}.items():
            command(tool, name)(each)
        app = group(None, "A program for tests.", completion=True)
        app.add_typer(tool)
        monkeypatch.setattr("rnnkit.cli.program.app", app)

    return replace


@pytest.fixture
def raising(install: Install) -> Callable[[BaseException], None]:
    """Make `rnnkit tool try` raise the given exception."""

    def replace(error: BaseException) -> None:
        def body(context: typer.Context) -> None:
            raise error

        install(body)

    return replace


PROGRAM = """
import signal, sys, typer
from rnnkit.cli import program
from rnnkit.cli.application import command, group
from rnnkit.cli.main import main
tool = group("tool", "Tools for tests.")
@command(tool, "try")
def body(context: typer.Context) -> None:
    console = context.obj
{body}
program.app = group(None, "A program for tests.")
program.app.add_typer(tool)
sys.exit(main(["tool", "try", *sys.argv[1:]]))
"""


@pytest.fixture
def start() -> Callable[..., subprocess.Popen[str]]:
    """Start `rnnkit tool try` as a process whose command has the given body."""

    def start_process(
        body: str, *arguments: str, encoding: str = "utf-8"
    ) -> subprocess.Popen[str]:
        indented = "".join(f"    {line}\n" for line in body.splitlines())
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(body=indented), *arguments],
            env=CALM | {"PYTHONIOENCODING": encoding},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding=encoding,
        )

    return start_process


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder of assets with two small models, and let rnnkit find it first."""
    folder = tmp_path / "assets"
    entries = []
    for name in ("dino", "jazz"):
        model = folder / name / "model.safetensors"
        model.parent.mkdir(parents=True)
        save_tensors(model, {"weight": np.ones((2, 3), np.float32)}, {"task": name})
        data = model.read_bytes()
        entry = {
            "name": name,
            "task": name,
            "file": f"{name}/model.safetensors",
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "configuration": {"cell": "lstm", "hidden": 96},
            "metrics": {"test_loss": 1.5},
            "licence": "Apache-2.0",
            "made_by": f"rnnkit train {name}",
            "description": f"A model of {name}.",
        }
        entries.append(entry)
    manifest = json.dumps({"schema": 1, "assets": entries})
    (folder / "manifest.json").write_text(manifest)
    monkeypatch.setenv("RNNKIT_ASSETS", str(folder))
    return folder
