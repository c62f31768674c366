# SPDX-License-Identifier: Apache-2.0
"""The curves of a training: on stderr, and as SVG where that was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rnnkit.cli.console import Console
from rnnkit.cli.outputs import Outputs
from rnnkit.cli.pictures import is_plain
from rnnkit.errors import UsageError


def picture_of_losses(
    console: Console, out: Path, svg: Path | None, *, force: bool
) -> Outputs:
    """Where the curves will be written, after a look at the disk.

    Args:
        out: the model, which is another file.

    Raises:
        UsageError: it is standard output, or the file of the model.
        OutputError: it cannot be written.
    """
    files = Outputs({"svg": svg}, force)
    if files.piped:
        raise UsageError(
            "the curves of a training cannot be written to standard output",
            hint="give the name of a file, such as --svg losses.svg",
        )
    Outputs({"out": out, "svg": svg}, force).check(console)
    return files


def draw_losses(
    console: Console,
    files: Outputs,
    losses: Mapping[str, Sequence[float]],
    *,
    measure: str,
    baselines: Mapping[str, float],
) -> None:
    """Draw curves over the epochs, and at most two baselines as lines.

    Args:
        losses: at most two, by name, one number an epoch.
        measure: what the numbers are, such as "nats a character".
    """
    from rnnkit.drawing import chart, terminal

    epochs = max(map(len, losses.values()))
    level = {name: [loss] * epochs for name, loss in baselines.items()}
    series = {**losses, **level}
    for line in terminal.curves(list(series.items()), plain=is_plain(console.stderr)):
        console.note(line)
    drawn = [
        chart.Curve(name, range(1, len(numbers) + 1), numbers)
        for name, numbers in series.items()
    ]
    files.write({"svg": lambda: chart.curves("Losses", drawn, x="epoch", y=measure)})
    files.tell(console)
