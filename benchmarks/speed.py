# SPDX-License-Identifier: Apache-2.0
"""rnnkit beside PyTorch: training and sampling, tokens a CPU second, on one thread.

The two take turns in short bursts, and the ratio is taken within each turn, so that a
machine that is now quick and now slow does not spoil it. Everything is measured twice:
with OpenBLAS choosing its kernels itself, and with those for AVX2, which it is told by
``OPENBLAS_CORETYPE=Haswell``. PyTorch does not listen to that.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence

import torch

from benchmarks.case import Case, names
from benchmarks.clock import cpu_seconds, machine
from benchmarks.ours import our_sampling, our_step
from benchmarks.theirs import their_sampling, their_step

TRAINING = (
    *(Case("lstm", hidden, 1) for hidden in (64, 128, 256, 512)),
    *(Case("lstm", hidden, b) for hidden in (64, 128, 256, 512) for b in (32, 64)),
    *(Case("lstm", hidden, 32, layers=2) for hidden in (128, 256)),
    *(Case("lstm", hidden, 64, lengths=names(64)) for hidden in (64, 128, 256)),
    *(Case("gru", *size) for size in ((64, 1), (128, 1), (128, 32), (256, 32))),
    Case("rnn", 50, 1, time=12),
    *(Case("rnn", hidden, 32) for hidden in (64, 128, 256)),
)
SAMPLING = (
    *(Case("lstm", hidden, 1, time=100) for hidden in (64, 128, 256, 512)),
    *(Case("lstm", hidden, 256, time=10) for hidden in (64, 128)),
)
TURNS, SECONDS_A_BURST = 21, 0.02


def main() -> None:
    """Print both tables, each with both settings of OpenBLAS."""
    for core in (None, "Haswell"):
        environment = {k: v for k, v in os.environ.items() if "OPENBLAS_CORE" not in k}
        environment |= {"OPENBLAS_CORETYPE": core} if core else {}
        subprocess.run(
            [sys.executable, "-m", "benchmarks.speed", "--here"],
            env=environment,
            check=True,
        )
        print()


def here() -> None:
    """Print both tables with the BLAS as it is in this process."""
    torch.set_num_threads(1)
    print(f"{machine()}, PyTorch {torch.__version__}")
    print("tokens a CPU second, at best; the ratio of each turn: quartiles of", TURNS)
    print(f"  {'training':32} {'rnnkit':>9} {'PyTorch':>9}  ratio")
    for case in TRAINING:
        compare(case, [our_step(case), their_step(case)], case.tokens)
    print(f"  {'sampling':32} {'rnnkit':>9} {'PyTorch':>9}  ratio")
    for case in SAMPLING:
        rivals = [our_sampling(case)]
        rivals += [their_sampling(case, by_cell=by_cell) for by_cell in (True, False)]
        compare(case, rivals, case.tokens)


def compare(case: Case, rivals: Sequence[Callable[[], None]], tokens: int) -> None:
    """One line: the first rival beside the best of the others."""
    calls = []
    for rival in rivals:
        rival()
        calls.append(max(1, round(SECONDS_A_BURST / cpu_seconds(rival))))
    turns = [
        [
            cpu_seconds(rival, count) / count
            for rival, count in zip(rivals, calls, strict=True)
        ]
        for _ in range(TURNS)
    ]
    ours, *theirs = (min(seconds) for seconds in zip(*turns, strict=True))
    best = 1 + theirs.index(min(theirs))
    low, middle, high = statistics.quantiles(turn[best] / turn[0] for turn in turns)
    print(
        f"  {case!s:32} {tokens / ours:9,.0f} {tokens / min(theirs):9,.0f}"
        f"  {low:.2f} / {middle:.2f} / {high:.2f}",
        flush=True,
    )


if __name__ == "__main__":
    here() if "--here" in sys.argv else main()
