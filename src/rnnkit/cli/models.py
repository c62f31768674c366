# SPDX-License-Identifier: Apache-2.0
"""`rnnkit models`: the trained models that ship, and whether they are whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rnnkit.cli.application import command, group
from rnnkit.cli.console import Console
from rnnkit.cli.options import known_models
from rnnkit.errors import ModelError, did_you_mean, printable

if TYPE_CHECKING:
    from rnnkit.files.assets import Asset

app = group(
    "models",
    """Show the trained models that ship with rnnkit, and check them.

    Examples:
      rnnkit models list
      rnnkit models info dino
      rnnkit models verify
    """,
)

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME", autocompletion=known_models, help="The name of a model."
    ),
]
Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAME...", autocompletion=known_models, help="Only these models."
    ),
]


@command(app, "list")
def show_list(context: typer.Context) -> None:
    """List the models that ship.

    Examples:
      rnnkit models list
      rnnkit models list --json
    """
    from dataclasses import asdict

    from rnnkit.files import assets

    console: Console = context.obj
    known = assets.manifest()
    if console.format == "text":
        rows = [(each.name, each.task, each.bytes, each.description) for each in known]
        console.table(("name", "task", "bytes", "description"), rows)
    else:
        console.emit(asdict(each) for each in known)


@command(app, "info")
def info(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FILE",
            autocompletion=known_models,
            help="The name of a model, or a file of your own.",
        ),
    ],
) -> None:
    """Tell all that is known about one model: sizes, quality, licence, origin.

    Examples:
      rnnkit models info dino
      rnnkit models info dino --json
      rnnkit models info my.safetensors
    """
    from dataclasses import asdict

    console: Console = context.obj
    path = Path(name)
    # As for --model: what has a folder or an ending is a file.
    is_file = path.name != name or path.suffix
    facts = _facts_of(path) if is_file else asdict(_chosen([name])[0])
    if console.format == "text":
        console.table(("field", "value"), _as_rows(facts))
    else:
        console.emit([facts], model=name)


@command(app, "path")
def path(context: typer.Context, name: Name) -> None:
    """Print where the file of a model is.

    Examples:
      rnnkit models path dino
      cp "$(rnnkit models path dino)" mine.safetensors
    """
    from rnnkit.files import assets

    console: Console = context.obj
    (asset,) = _chosen([name])
    place = str(assets.find(asset.file))
    if console.format == "text":
        console.out(place)
    else:
        console.emit([{"path": place}], model=asset.name)


@command(app, "verify")
def verify(context: typer.Context, names: Names = None) -> None:
    """Check that each model is whole: its size, its sha256, and that it loads.

    Examples:
      rnnkit models verify
      rnnkit models verify dino --json
    """
    console: Console = context.obj
    chosen = _chosen(names or known_models())
    problems = {asset.name: problem(asset) for asset in chosen}
    if console.format == "text":
        rows = [(name, wrong or "whole") for name, wrong in problems.items()]
        console.table(("name", "state"), rows)
    else:
        console.emit(
            {"name": name, "ok": wrong is None, "problem": wrong}
            for name, wrong in problems.items()
        )
    damaged = [name for name, wrong in problems.items() if wrong is not None]
    if damaged:
        raise ModelError(
            f"{len(damaged)} of {len(chosen)} models cannot be used: "
            f"{', '.join(damaged)}",
            hint="install rnnkit again: pip install --force-reinstall rnnkit",
        )


def problem(asset: Asset) -> str | None:
    """Return what is wrong with the file of a model, or None if it can be used."""
    from rnnkit.files import assets, weights

    if wrong := assets.verify(asset):
        return wrong
    try:
        weights.load_tensors(assets.find(asset.file))
    except ModelError as error:
        return error.message
    return None


def _chosen(names: list[str]) -> list[Asset]:
    from rnnkit.files import assets

    known = {asset.name: asset for asset in assets.manifest()}
    for name in names:
        if name not in known:
            raise ModelError(
                f"no model '{printable(name)}' ships with rnnkit",
                hint=did_you_mean(name, known) or "see 'rnnkit models list'",
            )
    return [known[name] for name in dict.fromkeys(names)]


def _facts_of(path: Path) -> dict[str, Any]:
    """What a file says of itself, under the names that a shipped model's facts have."""
    import hashlib

    from rnnkit.files import reading, weights

    _, told = weights.load_tensors(path)
    with reading.open_regular(path, error=ModelError) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "file": str(path),
        "task": told.get("task"),
        "bytes": path.stat().st_size,
        "sha256": digest,
        "configuration": told.get("training", told.get("settings", {})),
        "metrics": told.get("metrics", {}),
    }


def _as_rows(facts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Facts as lines of two columns; what lies inside a field is indented."""
    lines: list[tuple[str, Any]] = []
    for field, value in facts.items():
        if isinstance(value, dict):
            lines.append((field, ""))
            lines += [(f"  {name}", str(inner)) for name, inner in value.items()]
        else:
            lines.append((field, str(value)))
    return lines
