# SPDX-License-Identifier: Apache-2.0
"""Timing two rivals in turn, and telling how far the rounds were apart."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np


def in_turn(
    rivals: Sequence[Callable[[], object]], *, rounds: int
) -> list[list[float]]:
    """CPU seconds of each rival in each round; a first round is not counted."""
    seconds: list[list[float]] = [[] for _ in rivals]
    for counted in range(-1, rounds):
        for rival, found in zip(rivals, seconds, strict=True):
            spent = cpu_seconds(rival)
            if counted >= 0:
                found.append(spent)
    return seconds


def cpu_seconds(rival: Callable[[], object], count: int = 1) -> float:
    """Of so many calls together."""
    start = time.process_time()
    for _ in range(count):
        rival()
    return time.process_time() - start


def cpu_of_process(command: Sequence[str]) -> float:
    """CPU seconds, user and system, of a whole process from start to end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def print_processes(
    title: str, commands: Mapping[str, Sequence[str]], *, rounds: int
) -> None:
    """Run commands in turn; print the CPU seconds of each: minimum, median, maximum."""
    print(f"{title}, CPU seconds, min / median / max of {rounds}")
    print(machine())
    found: dict[str, list[float]] = {name: [] for name in commands}
    for counted in range(-1, rounds):
        for name, command in commands.items():
            seconds = cpu_of_process(command)
            if counted >= 0:
                found[name].append(seconds)
    for name, seconds_of_all in found.items():
        print(f"  {name:<28} {spread(seconds_of_all)}")


def spread(values: Sequence[float]) -> str:
    """Minimum, median and maximum."""
    return f"{min(values):.3f} / {statistics.median(values):.3f} / {max(values):.3f}"


def machine() -> str:
    """What the figures were measured on."""
    core = os.environ.get("OPENBLAS_CORETYPE", "left alone")
    return (
        f"{platform.machine()}, Python {platform.python_version()}, "
        f"NumPy {np.__version__}, OPENBLAS_CORETYPE {core}"
    )
