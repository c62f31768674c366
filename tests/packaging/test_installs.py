# SPDX-License-Identifier: Apache-2.0
"""What a user installs works far from the checkout, whichever way it was installed.

The assets lie beside ``src/`` in the checkout and inside the package in the wheel, so
each kind of install finds them by another road. Both must end at the same bytes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

import rnnkit

# One process makes the wheel and uses it for all of these.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("installs")]

CHECKOUT = Path(__file__).parents[2]
SAMPLE = ["dino", "sample", "-n", "2", "--seed", "1", "--json"]

# Warnings are errors for rnnkit in `make full`, but those of pip are not ours.
INSTALLING = {
    name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"
}


def run(command: list[str], folder: Path, environment: Mapping[str, str]) -> bytes:
    """Run a command that must succeed; return what it printed."""
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done.stdout


def build(folder: Path, *options: str) -> Path:
    """Build the checkout into ``folder``; return the wheel."""
    command = [sys.executable, "-m", "build", *options, "--outdir", str(folder)]
    run([*command, str(CHECKOUT)], CHECKOUT, INSTALLING)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("direct"), "--wheel")


def installed(folder: Path, *what: str) -> Path:
    """Make an environment in ``folder`` with rnnkit in it; return its programs."""
    run([sys.executable, "-m", "venv", str(folder)], CHECKOUT, INSTALLING)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(programs / "python"), "-m", "pip", "install", "-qq"]
    run([*pip, "-c", "constraints.txt", *what], CHECKOUT, INSTALLING)
    return programs


def sampled(programs: Path, folder: Path) -> bytes:
    """Return what the installed command prints in ``folder``, for a user of no home."""
    environment = {"PATH": os.defpath, "PYTHONWARNINGS": "error"}
    return run([str(programs / "rnnkit"), *SAMPLE], folder, environment)


def test_the_wheel_holds_the_package_and_its_assets(wheel: Path) -> None:
    assert wheel.name == f"rnnkit-{rnnkit.__version__}-py3-none-any.whl"
    assets = {
        f"rnnkit/{path.relative_to(CHECKOUT).as_posix()}": path.read_bytes()
        for path in (CHECKOUT / "assets").rglob("*")
        if path.is_file()
    }
    assert "rnnkit/assets/manifest.json" in assets
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        packed = {name: archive.read(name) for name in names if name in assets}
    assert packed == assets
    assert "rnnkit/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "tools/"))]


def test_the_source_archive_builds_the_very_same_wheel(
    wheel: Path, tmp_path: Path
) -> None:
    assert build(tmp_path).read_bytes() == wheel.read_bytes()


def test_both_kinds_of_install_give_the_same_names(wheel: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    from_wheel = sampled(installed(tmp_path / "wheel", str(wheel)), elsewhere)
    editable = sampled(installed(tmp_path / "editable", "-e", "."), elsewhere)
    results = json.loads(from_wheel)["results"]
    assert len({result["text"] for result in results}) == 2
    assert editable == from_wheel
    assert list(elsewhere.iterdir()) == []
