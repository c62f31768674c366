# SPDX-License-Identifier: Apache-2.0
"""Find the trained models and the data that come with rnnkit.

An asset is looked for in three places, and the first that has it wins:

    1. the folder that the environment variable RNNKIT_ASSETS names
    2. `assets` inside the installed package
    3. `assets` at the top of the checkout, for an editable install: there the package
       is imported from `src`, and nothing was copied into it

`manifest.json` beside the assets lists the models:

    {"schema": 1, "assets": [{"name": "dino", "task": "dino",
                              "file": "dino/model.safetensors", ...}]}

with one field for each field of `Asset`.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any

from rnnkit.errors import ModelError, alternatives, did_you_mean, printable, quoted
from rnnkit.files.reading import open_regular

ENVIRONMENT_VARIABLE = "RNNKIT_ASSETS"
_PACKAGE = Path(__file__).resolve().parents[1]
_FIELD_TYPES: dict[str, type] = {"bytes": int, "configuration": dict, "metrics": dict}
_REINSTALL = "install rnnkit again: pip install --force-reinstall rnnkit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One trained model that ships, and what is known about it."""

    name: str
    """What a user types after `--model`."""
    task: str
    """What it is for: "dino", "jazz", "emojify" ..."""
    file: str
    """Where it lies below `assets`, with forward slashes."""
    bytes: int
    sha256: str
    configuration: dict[str, Any]
    """The sizes and settings it was trained with."""
    metrics: dict[str, Any]
    """How good it is, by name."""
    licence: str
    made_by: str
    """The command that makes it again."""
    description: str


def find(name: str) -> Path:
    """Return the path of an asset, for example of "dino/model.safetensors".

    Raises:
        ModelError: no place has it, or RNNKIT_ASSETS is not a folder.
    """
    relative = PurePosixPath(name)
    if not relative.is_absolute() and ".." not in relative.parts:
        for folder in _folders():
            if os.path.isfile(folder / relative):
                return folder / relative
    raise ModelError(
        f"rnnkit has no asset {quoted(name)}",
        hint=f"{_REINSTALL}, or set {ENVIRONMENT_VARIABLE} to the folder that has it",
    )


def _folders() -> list[Path]:
    folders = [_PACKAGE / "assets"]
    if _PACKAGE.parent.name == "src":
        folders.append(_PACKAGE.parents[1] / "assets")
    own = os.environ.get(ENVIRONMENT_VARIABLE)
    if not own:
        return folders
    if not Path(own).is_dir():
        raise ModelError(
            f"{ENVIRONMENT_VARIABLE} is {quoted(own)}, which is not a folder",
            hint=f"unset {ENVIRONMENT_VARIABLE}, or set it to a folder of assets",
        )
    return [Path(own), *folders]


def manifest() -> list[Asset]:
    """Return the models that come with rnnkit, in the order of the manifest.

    Raises:
        ModelError: there is no manifest, or it is damaged.
    """
    path = find("manifest.json")
    with open_regular(path, error=ModelError) as file:
        text = file.read()
    try:
        match json.loads(text):
            case {"schema": 1, "assets": [*entries]}:
                return [_asset(entry) for entry in entries]
        raise ValueError("it is not a list of assets of schema 1")
    except (ValueError, RecursionError) as failure:
        raise ModelError(
            f"{quoted(path)} is damaged: {printable(failure)}",
            hint=_REINSTALL,
        ) from failure


def _asset(entry: Any) -> Asset:
    """Build an asset; fields that only a newer rnnkit knows are passed over."""
    if not isinstance(entry, dict):
        raise ValueError("an asset is not an object")
    values: dict[str, Any] = {
        field.name: entry.get(field.name) for field in fields(Asset)
    }
    for name, value in values.items():
        if not isinstance(value, _FIELD_TYPES.get(name, str)):
            raise ValueError(f"an asset has no usable field '{name}'")
    return Asset(**values)


def verify(asset: Asset) -> str | None:
    """Return what is wrong with the file of an asset, or None if it is as it was."""
    try:
        with open_regular(find(asset.file), error=ModelError) as file:
            size = os.fstat(file.fileno()).st_size
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except ModelError as error:
        return error.message
    if size != asset.bytes:
        return f"'{asset.file}' has {size:,} bytes instead of {asset.bytes:,}"
    if digest != asset.sha256:
        return f"'{asset.file}' has the sha256 {digest} instead of {asset.sha256}"
    return None


def model_path(name_or_path: str, task: str) -> Path:
    """Return the file of a model, given as the name of one that ships or as a path.

    Anything with a folder or an ending is a path ("./dino", "my.safetensors"); a bare
    word is a name in the manifest, or else a file in the current folder.

    Raises:
        ModelError: there is no such model or file, or it is for another task.
    """
    path = Path(name_or_path)
    if path.name != name_or_path or path.suffix:
        with open_regular(path, error=ModelError):
            return path
    assets = {asset.name: asset for asset in manifest()}
    names = [name for name, asset in assets.items() if asset.task == task]
    if name_or_path in names:
        return find(assets[name_or_path].file)
    if name_or_path in assets:
        raise ModelError(
            f"'{name_or_path}' is a model for {assets[name_or_path].task}, "
            f"not for {task}",
            hint=_choice(names),
        )
    if os.path.isfile(path):
        return path
    raise ModelError(
        f"there is no model {quoted(name_or_path)}",
        hint=did_you_mean(name_or_path, names) or _choice(names),
    )


def _choice(names: list[str]) -> str:
    known = alternatives(names)
    return f"give {known}, or a file" if known else "give the name of a file"
