# SPDX-License-Identifier: Apache-2.0
"""`rnnkit vectors fetch`: the one command that uses the network, when asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rnnkit.cli.console import Console
from rnnkit.cli.options import Force

_MEGABYTE = 1_000_000


def known_sets() -> list[str]:
    """Return the names that can be fetched, for completion."""
    from rnnkit.files.vectors.published import PUBLISHED

    return [each.name for each in PUBLISHED]


def fetch(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            autocompletion=known_sets,
            help="What to fetch; without it, what there is.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="NAME.zip by default."),
    ] = None,
    force: Force = False,
) -> None:
    """Fetch word vectors that others have published, and check size and sha256.

    Examples:
      rnnkit vectors fetch
      rnnkit vectors fetch glove.6B
      rnnkit vectors fetch glove.6B --out ~/data/glove.6B.zip
    """
    from rnnkit.files import download
    from rnnkit.files.vectors import published

    console: Console = context.obj
    if name is None:
        _list(console)
        return
    chosen = published.find(name)
    path = out or Path(f"{chosen.name}.zip")
    console.note(f"fetching {chosen.bytes:,} bytes from {chosen.url}")
    with console.progress(f"fetching {name} (MB)", chosen.bytes // _MEGABYTE) as bar:
        download.fetch(
            chosen.url,
            path,
            size=chosen.bytes,
            sha256=chosen.sha256,
            force=force,
            progress=lambda done, total: bar.update(done // _MEGABYTE),
        )
    if console.format == "text":
        console.note(f"wrote {path}; its licence is {chosen.licence}. Use it as in:")
        console.note(f"  rnnkit similar king --vectors {path}:{chosen.members[0]}")
    else:
        result = {"out": str(path), "bytes": chosen.bytes, "sha256": chosen.sha256}
        console.emit([{**result, "members": list(chosen.members)}])


def _list(console: Console) -> None:
    from rnnkit.files.vectors.published import PUBLISHED

    if console.format == "text":
        console.table(
            ("name", "MB", "licence", "what"),
            [
                (each.name, each.bytes // _MEGABYTE, each.licence, each.about)
                for each in PUBLISHED
            ],
        )
    else:
        console.emit(each._asdict() for each in PUBLISHED)
