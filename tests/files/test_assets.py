# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from rnnkit.errors import ModelError
from rnnkit.files import assets
from rnnkit.files.assets import Asset, find, manifest, model_path, verify

from .conftest import Told

MODEL = b"weights"


def _entry(**changes: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": "dino",
        "task": "dino",
        "file": "dino/model.safetensors",
        "bytes": len(MODEL),
        "sha256": hashlib.sha256(MODEL).hexdigest(),
        "configuration": {"cell": "lstm", "hidden": 64},
        "metrics": {"test loss": 1.7},
        "licence": "Apache-2.0",
        "made_by": "rnnkit train dino names.txt --seed 1",
        "description": "names of dinosaurs",
    }
    return entry | changes


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The assets of a checkout, from which the package is imported in place."""
    monkeypatch.delenv("RNNKIT_ASSETS", raising=False)
    monkeypatch.setattr(assets, "_PACKAGE", tmp_path / "src" / "rnnkit")
    folder = tmp_path / "assets"
    (folder / "dino").mkdir(parents=True)
    (folder / "dino" / "model.safetensors").write_bytes(MODEL)
    _list(folder, _entry(), _entry(name="bebop", task="jazz"))
    return folder


def _list(folder: Path, *entries: Any) -> None:
    listed = {"schema": 1, "assets": entries}
    (folder / "manifest.json").write_text(json.dumps(listed), "utf-8")


def _put(folder: Path, text: str) -> Path:
    (folder / "dino").mkdir(parents=True)
    path = folder / "dino" / "model.safetensors"
    path.write_text(text, "utf-8")
    return path


# Finding a file


def test_the_environment_comes_before_the_package_and_that_before_the_checkout(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "dino/model.safetensors"
    assert find(name) == checkout / "dino" / "model.safetensors"
    packaged = _put(tmp_path / "src" / "rnnkit" / "assets", "packaged")
    assert find(name) == packaged
    own = _put(tmp_path / "own", "own")
    monkeypatch.setenv("RNNKIT_ASSETS", str(tmp_path / "own"))
    assert find(name) == own
    assert find("manifest.json") == checkout / "manifest.json"


def test_an_installed_package_does_not_look_beside_itself(
    checkout: Path, tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "_PACKAGE", tmp_path / "site-packages" / "rnnkit")
    with told(ModelError, "rnnkit has no asset", "install rnnkit again"):
        find("dino/model.safetensors")


@pytest.mark.parametrize(
    "name",
    [
        "dino/other",
        "dino",
        "../assets/manifest.json",
        "/etc/passwd",
        "a\x00",
        "x" * 999,
    ],
)
def test_an_asset_that_does_not_exist_is_told(
    checkout: Path, told: Told, name: str
) -> None:
    with told(ModelError, "rnnkit has no asset '", "RNNKIT_ASSETS"):
        find(name)


def test_an_environment_variable_that_leads_nowhere_is_told(
    checkout: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNNKIT_ASSETS", "/nowhere")
    with told(ModelError, "RNNKIT_ASSETS is '/nowhere'", "unset RNNKIT_ASSETS"):
        find("manifest.json")


def test_an_empty_environment_variable_is_as_good_as_none(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNNKIT_ASSETS", "")
    assert find("manifest.json") == checkout / "manifest.json"


# The manifest


def test_the_manifest_lists_the_models_in_order(checkout: Path) -> None:
    _list(checkout, _entry(known_to="a newer rnnkit"), _entry(name="bebop"))
    dino, bebop = manifest()
    assert dino == Asset(**_entry())
    assert bebop.name == "bebop"


@pytest.mark.parametrize("field", [field.name for field in fields(Asset)])
@pytest.mark.parametrize("value", [None, ["of no use"]])
def test_an_asset_with_a_missing_or_wrong_field_is_told(
    checkout: Path, told: Told, field: str, value: Any
) -> None:
    _list(checkout, _entry(**{field: value}))
    with told(ModelError, f"an asset has no usable field '{field}'", "install"):
        manifest()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '"\x00"',
        "[" * 99_999,
        '{"schema": 1}',
        '{"schema": 2, "assets": []}',
        '{"schema": 1, "assets": {}}',
        '{"schema": 1, "assets": [1]}',
    ],
)
def test_a_damaged_manifest_is_told(checkout: Path, told: Told, text: str) -> None:
    (checkout / "manifest.json").write_text(text, "utf-8")
    with told(ModelError, "manifest.json' is damaged: ", "install rnnkit again"):
        manifest()


def test_a_manifest_that_is_not_utf8_is_told(checkout: Path, told: Told) -> None:
    (checkout / "manifest.json").write_bytes(b"\xff\xfe\x00")
    with told(ModelError, "manifest.json' is damaged: ", "install rnnkit again"):
        manifest()


# Verifying


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, None),
        ({"file": "dino/other"}, "rnnkit has no asset 'dino/other'"),
        ({"bytes": 8}, "'dino/model.safetensors' has 7 bytes instead of 8"),
        ({"sha256": "0" * 64}, "'dino/model.safetensors' has the sha256 "),
    ],
)
def test_verify_says_what_is_wrong(
    checkout: Path, changes: dict[str, Any], problem: str | None
) -> None:
    found = verify(Asset(**_entry(**changes)))
    if problem is None:
        assert found is None
    else:
        assert found is not None
        assert found.startswith(problem)


# From a name to a file


def test_a_model_is_given_by_its_name_or_as_a_path(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ["my.safetensors", "mine", "dino"]:
        Path(name).write_bytes(MODEL)
    assert model_path("dino", "dino") == checkout / "dino" / "model.safetensors"
    assert model_path("bebop", "jazz") == checkout / "dino" / "model.safetensors"
    assert model_path("mine", "dino") == Path("mine")
    for path in ["./dino", "my.safetensors", str(tmp_path / "mine")]:
        assert model_path(path, "dino").samefile(path)


def test_a_path_needs_no_manifest(checkout: Path, tmp_path: Path) -> None:
    (checkout / "manifest.json").unlink()
    path = tmp_path / "my.safetensors"
    path.write_bytes(MODEL)
    assert model_path(str(path), "dino") == path


@pytest.mark.parametrize(
    ("name", "task", "message", "hint"),
    [
        ("dinno", "dino", "there is no model 'dinno'", "did you mean 'dino'?"),
        ("quetzal", "dino", "there is no model 'quetzal'", "give 'dino', or a file"),
        ("quetzal", "words", "there is no model", "give the name of a file"),
        ("", "dino", "there is no model ''", "give 'dino', or a file"),
        ("a\x00", "dino", "there is no model 'a\\x00'", "give 'dino', or a file"),
        ("x" * 300, "dino", "there is no model 'xxx", "give 'dino', or a file"),
        ("bebop", "dino", "'bebop' is a model for jazz, not for dino", "give 'dino'"),
        ("mu.safetensors", "dino", "there is no file", "did you mean 'my.safetensors"),
        ("./dino", "dino", "there is no file 'dino'", "see which files there are"),
        ("assets", "dino", "there is no model 'assets'", "give 'dino', or a file"),
        ("./assets", "dino", "'assets' is a folder", "a file in it"),
        (".", "dino", "'.' is a folder", "a file in it"),
    ],
)
def test_a_model_that_does_not_exist_is_told(
    checkout: Path,
    tmp_path: Path,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
    *,
    name: str,
    task: str,
    message: str,
    hint: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my.safetensors").write_bytes(MODEL)
    with told(ModelError, message, hint):
        model_path(name, task)
