# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rnnkit import __version__
from rnnkit.cli import doctor
from rnnkit.cli.console import Console
from tests.conftest import Runner

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def findings(console: Console | None = None) -> dict[str, doctor.Finding]:
    console = console or Console(io.StringIO(), io.StringIO(), {})
    return {finding.check: finding for finding in doctor.examine(console)}


@pytest.fixture(autouse=True)
def _unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in doctor.THREAD_VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_a_healthy_machine(rnnkit: Runner, assets: Path) -> None:
    outcome = rnnkit("doctor")
    assert (outcome.code, outcome.stderr) == (0, "")
    states = {line.split()[0] for line in outcome.stdout.splitlines()}
    assert states == {"ok"}
    told = rnnkit("doctor", "--json").json
    checks = {each["check"]: each["detail"] for each in told["results"]}
    assert checks["rnnkit"] == __version__
    assert checks["numpy"] == np.__version__
    assert checks["model dino"] == str(assets / "dino" / "model.safetensors")


def test_a_problem_is_exit_1_and_named(rnnkit: Runner, assets: Path) -> None:
    (assets / "dino" / "model.safetensors").write_bytes(b"damaged")
    outcome = rnnkit("doctor")
    outcome.told(1, "found a problem: model dino", "run 'rnnkit doctor' again")
    lines = outcome.stdout.splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("problem"))
    assert "model dino" in lines[place]
    assert "--force-reinstall rnnkit" in lines[place + 1]
    assert rnnkit("doctor", "--json").json["results"]


def test_missing_assets_are_a_problem_with_advice(
    assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNNKIT_ASSETS", str(assets / "nowhere"))
    found = findings()["models"]
    assert found.state == "problem"
    assert "RNNKIT_ASSETS" in found.detail + found.advice


def test_a_wrong_product_is_found(
    assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(np, "array_equal", lambda *_: False)
    assert findings()["arithmetic"].state == "problem"


def test_the_doctor_outlives_every_illness(
    assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("no BLAS\nat all")

    monkeypatch.setattr(np, "show_config", broken)
    found = findings()
    assert found["threads"].state == "problem"
    assert found["threads"].detail == "RuntimeError: no BLAS\\nat all"
    assert found["folder"].state == "ok"


def test_every_package_that_rnnkit_needs_is_looked_for() -> None:
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    needed = {re.split("[<>=!~]", line)[0] for line in project["dependencies"]}
    assert set(doctor.PACKAGES) == needed


def test_a_package_that_does_not_import_is_named(
    assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("numpy", "no_such_package"))
    found = findings()
    assert found["numpy"].state == "ok"
    assert found["no_such_package"].state == "problem"
    assert "pip install" in found["no_such_package"].advice


@pytest.mark.parametrize(
    ("value", "state"), [("1", "ok"), ("0", "warning"), ("many", "warning")]
)
def test_thread_limits_are_shown(
    assets: Path, monkeypatch: pytest.MonkeyPatch, value: str, state: str
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", value)
    found = findings()["threads"]
    assert found.state == state
    assert "OMP_NUM_THREADS" in found.detail


def test_other_variables_are_nobodys_business(
    rnnkit: Runner, assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNNKIT_SECRET_TOKEN", "opensesame")
    for flags in ([], ["--json"], ["--verbose"]):
        outcome = rnnkit("doctor", *flags)
        assert "opensesame" not in outcome.stdout + outcome.stderr


def test_an_encoding_that_lacks_letters_is_a_warning(assets: Path) -> None:
    ascii_stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    found = findings(Console(ascii_stream, io.StringIO(), {}))
    assert (found["stdout"].state, found["stderr"].state) == ("warning", "ok")
    assert "UTF-8" in found["stdout"].advice


def test_a_closed_folder_is_a_warning(
    assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert findings()["folder"].state == "warning"


def test_the_doctor_leaves_nothing_behind(
    rnnkit: Runner, assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def names(folder: Path) -> Iterator[str]:
        return (path.name for path in folder.iterdir())

    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    rnnkit("doctor")
    assert list(names(empty)) == []
