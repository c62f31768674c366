# SPDX-License-Identifier: Apache-2.0
"""`rnnkit doctor`: whether all that rnnkit needs is here, and calculates rightly.

A doctor must outlive the illness: whatever a check raises becomes its finding. Only
what concerns rnnkit is looked at, so that the output can be pasted into a report.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

import typer

from rnnkit.cli.console import Channel, Console
from rnnkit.cli.layout import ERROR, GOOD, WARNING
from rnnkit.errors import RnnkitError, printable

State = Literal["ok", "warning", "problem"]

PACKAGES = ("emoji", "mido", "numpy", "rich", "safetensors", "typer")
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

_STYLES: dict[State, str] = {"ok": GOOD, "warning": WARNING, "problem": ERROR}
_LARGEST_GRADIENT_ERROR = 1e-6
_REINSTALL = "pip install --force-reinstall"


class Finding(NamedTuple):
    """What one check has found; `advice` says what to do about it."""

    check: str
    state: State
    detail: str
    advice: str = ""


def doctor(context: typer.Context) -> None:
    """Check this installation and this machine, and say what to do about problems.

    Examples:
      rnnkit doctor
      rnnkit doctor --json
    """
    console: Console = context.obj
    findings = list(examine(console))
    if console.format == "text":
        for finding in findings:
            _print(console, finding)
    else:
        console.emit(finding._asdict() for finding in findings)
    problems = [each.check for each in findings if each.state == "problem"]
    if problems:
        raise RnnkitError(
            f"{len(problems)} of {len(findings)} checks found a problem: "
            f"{', '.join(problems)}",
            hint="do what stands beside each problem, then run 'rnnkit doctor' again",
        )


def examine(console: Console) -> Iterator[Finding]:
    """Run every check, in the order in which one depends on another."""
    checks: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("packages", _packages),
        ("threads", _threads),
        ("arithmetic", _arithmetic),
        ("gradients", _gradients),
        ("terminal", lambda: _terminal(console)),
        ("models", _models),
        ("folder", _folder),
    )
    for name, check in checks:
        try:
            yield from check()
        except RnnkitError as error:
            yield Finding(name, "problem", error.message, error.hint)
        except Exception as error:
            reason = printable(f"{type(error).__name__}: {error}", 200)
            yield Finding(name, "problem", reason, f"{_REINSTALL} rnnkit")


def _print(console: Console, finding: Finding) -> None:
    state = console.stdout.paint(f"{finding.state:8}", _STYLES[finding.state])
    console.out(state, f"{finding.check:12}", finding.detail)
    if finding.advice:
        console.out(" " * 20, finding.advice)


def _packages() -> Iterator[Finding]:
    from importlib import import_module
    from importlib.metadata import PackageNotFoundError, version

    from rnnkit import __version__

    yield Finding("rnnkit", "ok", __version__)
    yield Finding("python", "ok", f"{sys.version.split()[0]} on {sys.platform}")
    for name in PACKAGES:
        try:
            import_module(name)
            yield Finding(name, "ok", version(name))
        except (ImportError, PackageNotFoundError) as error:
            reason = printable(error, 200)
            yield Finding(name, "problem", reason, f"{_REINSTALL} {name}")


def _threads() -> Iterator[Finding]:
    import numpy as np

    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    yield Finding("blas", "ok", f"{blas.get('name')} {blas.get('version', '')}".strip())
    limits = {name: os.environ[name] for name in THREAD_VARIABLES if name in os.environ}
    for name, value in limits.items():
        if not (value.isdecimal() and int(value) > 0):
            yield Finding(
                "threads",
                "warning",
                f"{name} is '{printable(value)}', which is no number of threads",
                f"unset {name}, or export {name}=1",
            )
            return
    told = ", ".join(f"{name}={value}" for name, value in limits.items())
    yield Finding("threads", "ok", told or f"not limited, {_cores()} cores")


def _cores() -> int:
    # A container or `taskset` may leave fewer than the machine has.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _arithmetic() -> Iterator[Finding]:
    """Compare float32 products with exact ones.

    Whole numbers below 2**24 are exact in float32, so a right BLAS gives the very same
    numbers in any order of summation.
    """
    import numpy as np

    left = np.arange(96 * 64).reshape(96, 64) % 17 - 8
    right = np.arange(64 * 80).reshape(64, 80) % 13 - 6
    product = left.astype(np.float32) @ right.astype(np.float32)
    if product.dtype == np.float32 and np.array_equal(product, left @ right):
        yield Finding("arithmetic", "ok", "a float32 matrix product is exact")
    else:
        yield Finding(
            "arithmetic",
            "problem",
            "a float32 matrix product is wrong",
            f"{_REINSTALL} numpy",
        )


def _gradients() -> Iterator[Finding]:
    """Compare the gradients of small networks with slopes that are measured."""
    from rnnkit.engine import CELLS
    from rnnkit.engine.self_check import gradient_error

    worst = max(gradient_error(cell) for cell in CELLS)
    detail = f"{', '.join(CELLS)}: relative error {worst:.0e} against measured slopes"
    if worst < _LARGEST_GRADIENT_ERROR:
        yield Finding("gradients", "ok", detail)
    else:
        yield Finding("gradients", "problem", detail, f"{_REINSTALL} numpy rnnkit")


def _terminal(console: Console) -> Iterator[Finding]:
    for name, channel in (("stdout", console.stdout), ("stderr", console.stderr)):
        told = _describe(channel)
        if channel.can_show("é█❤"):
            yield Finding(name, "ok", told)
        else:
            yield Finding(
                name,
                "warning",
                f"{told}; it cannot show every letter",
                "export PYTHONUTF8=1, or choose a UTF-8 locale",
            )


def _describe(channel: Channel) -> str:
    kind = "terminal" if channel.is_terminal else "no terminal"
    colours = "colours" if channel.colour else "no colours"
    return f"{kind}, {colours}, {channel.encoding}, {channel.width} columns"


def _models() -> Iterator[Finding]:
    from rnnkit.cli.models import problem
    from rnnkit.files import assets

    for asset in assets.manifest():
        wrong = problem(asset)
        if wrong is None:
            place = str(assets.find(asset.file))
            yield Finding(f"model {asset.name}", "ok", place)
        else:
            advice = f"{_REINSTALL} rnnkit"
            yield Finding(f"model {asset.name}", "problem", wrong, advice)


def _folder() -> Iterator[Finding]:
    """Write where results would be written: permissions alone do not tell."""
    from tempfile import TemporaryFile

    try:
        folder = os.getcwd()
        with TemporaryFile(dir=folder) as file:
            file.write(b"rnnkit")
    except OSError as error:
        yield Finding(
            "folder",
            "warning",
            f"the current folder cannot be written to: {error.strerror}",
            "go to another folder, or give one with --out",
        )
    else:
        yield Finding("folder", "ok", f"{folder} can be written to")
