# SPDX-License-Identifier: Apache-2.0
"""The floors hold: `make check` reports an import that a module must not have.

Each case copies the source, plants one such import and runs the checker on the copy. A
contract with a slip in it would keep silent, and its floor would be only a drawing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CHECKOUT = Path(__file__).parents[2]
CHECKER = Path(sys.executable).parent / "lint-imports"


def checked(folder: Path, planted: dict[str, str]) -> tuple[int, str]:
    """Return exit code and output for a copy with modules planted in it."""
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    shutil.copytree(CHECKOUT / "src", folder / "src")
    for name, line in planted.items():
        module = folder / "src" / "rnnkit" / name
        module.parent.mkdir(exist_ok=True)
        module.write_text(line + "\n", encoding="utf-8")
    done = subprocess.run(
        [CHECKER, "--no-cache", "--no-logo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("name", "line", "broken"),
    [
        ("engine/planted.py", "import rnnkit.files", "floors below its own"),
        ("files/planted.py", "import rnnkit.engine", "floors below its own"),
        ("drawing/planted.py", "import rnnkit.engine", "floors below its own"),
        ("models/planted.py", "import rnnkit.tasks", "floors below its own"),
        ("tasks/planted.py", "import rnnkit.cli", "floors below its own"),
        ("planted.py", "x = 'on no floor'", "floors below its own"),
        ("engine/planted.py", "import json", "arrays in, arrays out"),
        ("engine/planted.py", "def f():\n    import typer", "knows the terminal"),
        ("models/planted.py", "from rich import table", "knows the terminal"),
        ("models/planted.py", "import safetensors.numpy", "file formats"),
        ("files/planted.py", "import pickle", "unpickled"),
        ("cli/planted.py", "import urllib.request", "unasked"),
    ],
)
def test_a_planted_violation_is_reported(
    name: str, line: str, broken: str, tmp_path: Path
) -> None:
    code, output = checked(tmp_path, {name: line})
    assert code == 1, output
    verdicts = [text for text in output.splitlines() if " BROKEN" in text]
    assert any(broken in verdict for verdict in verdicts), output


def test_one_task_may_not_lean_on_another(tmp_path: Path) -> None:
    tasks = {
        "tasks/one/__init__.py": "import rnnkit.tasks.two",
        "tasks/two/__init__.py": "'''The other.'''",
    }
    code, output = checked(tmp_path, tasks)
    assert code == 1, output
    assert "Tasks know nothing of one another BROKEN" in output


def test_the_house_as_it_stands_is_sound(tmp_path: Path) -> None:
    code, output = checked(tmp_path, {})
    assert code == 0, output
