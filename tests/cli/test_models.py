# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests import small_model
from tests.conftest import Runner

FIELDS = {
    "name",
    "task",
    "file",
    "bytes",
    "sha256",
    "configuration",
    "metrics",
    "licence",
    "made_by",
    "description",
}


def test_list(rnnkit: Runner, assets: Path) -> None:
    lines = rnnkit("models", "list").stdout.splitlines()
    assert lines[0].split() == ["name", "task", "bytes", "description"]
    assert [line.split()[0] for line in lines[1:]] == ["dino", "jazz"]
    results = rnnkit("models", "list", "--json").json["results"]
    assert [each["name"] for each in results] == ["dino", "jazz"]
    assert set(results[0]) == FIELDS
    assert rnnkit("models", "list", "--jsonl").jsonl == results


def test_info(rnnkit: Runner, assets: Path) -> None:
    text = rnnkit("models", "info", "dino").stdout
    assert "sha256" in text
    assert "  test_loss" in text
    told = rnnkit("models", "info", "dino", "--json").json
    assert told["command"] == "models info"
    assert told["model"] == "dino"
    assert told["results"][0]["configuration"] == {"cell": "lstm", "hidden": 96}


def test_info_about_a_file_of_ones_own(rnnkit: Runner, tmp_path: Path) -> None:
    model = small_model.train(tmp_path, "--epochs", "1")
    rows = dict(
        line.split(maxsplit=1)
        for line in rnnkit("models", "info", str(model)).stdout.splitlines()
        if len(line.split()) > 1
    )
    assert rows["task"] == "dino"
    assert rows["hidden"] == "16"
    assert float(rows["validation_loss"]) > 0
    (told,) = rnnkit("models", "info", str(model), "--json").json["results"]
    assert told["bytes"] == len(model.read_bytes())
    assert told["sha256"] == hashlib.sha256(model.read_bytes()).hexdigest()
    assert told["metrics"]["epochs"] == 1
    checkpoint = tmp_path / "small.checkpoint.safetensors"
    (told,) = rnnkit("models", "info", str(checkpoint), "--json").json["results"]
    assert told["configuration"]["epochs"] == 1


def test_info_about_a_file_that_is_none(rnnkit: Runner, tmp_path: Path) -> None:
    missing = rnnkit("models", "info", str(tmp_path / "none.safetensors"))
    missing.told(1, "none.safetensors", "")
    (tmp_path / "text.txt").write_text("Rex\n")
    foreign = rnnkit("models", "info", str(tmp_path / "text.txt"))
    foreign.told(1, "text.txt", "")


def test_path(rnnkit: Runner, assets: Path) -> None:
    place = assets / "dino" / "model.safetensors"
    assert rnnkit("models", "path", "dino").stdout == f"{place}\n"
    told = rnnkit("models", "path", "dino", "--json").json
    assert told["results"] == [{"path": str(place)}]


@pytest.mark.parametrize("command", ["info", "path", "verify"])
def test_an_unknown_name_is_told_with_a_near_one(
    rnnkit: Runner, assets: Path, command: str
) -> None:
    near = rnnkit("models", command, "dimo")
    near.told(1, "no model 'dimo'", "did you mean 'dino'?")
    rnnkit("models", command, "zebra").told(1, "'zebra'", "rnnkit models list")


def test_whole_models_are_verified(rnnkit: Runner, assets: Path) -> None:
    outcome = rnnkit("models", "verify")
    assert outcome.code == 0
    lines = [line.split() for line in outcome.stdout.splitlines()]
    assert lines == [["name", "state"], ["dino", "whole"], ["jazz", "whole"]]
    told = rnnkit("models", "verify", "dino", "--json").json
    assert told["results"] == [{"name": "dino", "ok": True, "problem": None}]


def damage(assets: Path, kind: str) -> None:
    model = assets / "dino" / "model.safetensors"
    data = bytearray(model.read_bytes())
    if kind == "missing":
        model.unlink()
        return
    if kind == "truncated":
        del data[-1]
    if kind == "flipped":
        data[-1] ^= 1
    model.write_bytes(data)


@pytest.mark.parametrize("kind", ["missing", "truncated", "flipped"])
def test_a_damaged_model_is_named(rnnkit: Runner, assets: Path, kind: str) -> None:
    damage(assets, kind)
    outcome = rnnkit("models", "verify")
    outcome.told(1, "1 of 2 models cannot be used: dino", "--force-reinstall")
    assert "jazz  whole" in outcome.stdout
    assert rnnkit("models", "verify", "jazz").code == 0

    # The results are the one object on stdout; the failure is told beside it.
    outcome = rnnkit("models", "verify", "--json")
    assert outcome.code == 1
    assert [each["ok"] for each in outcome.json["results"]] == [False, True]


def test_a_model_that_matches_its_digest_must_load_as_well(
    rnnkit: Runner, assets: Path
) -> None:
    import hashlib
    import json

    (assets / "dino" / "model.safetensors").write_bytes(b"not a model")
    manifest = json.loads((assets / "manifest.json").read_text())
    manifest["assets"][0]["bytes"] = len(b"not a model")
    manifest["assets"][0]["sha256"] = hashlib.sha256(b"not a model").hexdigest()
    (assets / "manifest.json").write_text(json.dumps(manifest))
    outcome = rnnkit("models", "verify", "dino", "--json")
    assert outcome.code == 1
    assert outcome.json["results"][0]["problem"]


def test_a_damaged_manifest_is_told(rnnkit: Runner, assets: Path) -> None:
    (assets / "manifest.json").write_text("{")
    rnnkit("models", "list").told(1, "damaged", "pip install")
    rnnkit("models", "verify").told(1, "damaged", "pip install")
