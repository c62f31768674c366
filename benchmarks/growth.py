# SPDX-License-Identifier: Apache-2.0
"""Where the time of a training step goes, how it grows, and how much memory it takes.

One LSTM layer. GEMM is timed by making the same matrix products alone; arithmetic is
counted as 6 * 4 H (H + 1 + V) a character: one product forth and two back.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.case import VOCABULARY, Case
from benchmarks.clock import cpu_seconds, machine
from benchmarks.ours import our_step

ROUNDS = 7
SHARES = tuple(Case("lstm", h, b) for b in (1, 32) for h in (64, 128, 256, 512))
GROWTH = {
    "hidden": tuple(Case("lstm", hidden, 32) for hidden in (32, 64, 128, 256, 512)),
    "length": tuple(
        Case("lstm", 128, 32, time=time) for time in (10, 20, 50, 100, 200)
    ),
    "batch": tuple(Case("lstm", 128, batch) for batch in (1, 4, 16, 64, 256)),
}
MEMORY = (Case("lstm", 128, 32), Case("lstm", 256, 64), Case("lstm", 512, 64))


def main() -> None:
    """Print the three tables."""
    print("Share of matrix products (GEMM) in a training step, T = 50")
    print(machine())
    for case in SHARES:
        step, products = best(our_step(case)), best(matrix_products(case))
        flops = 6 * 4 * case.hidden * (case.hidden + 1 + VOCABULARY) * case.tokens
        print(
            f"  {case!s:28} {1000 * step:8.2f} ms  GEMM {products / step:4.0%}"
            f"  {flops / step / 1e9:5.1f} GFLOP/s in all"
        )
    print("Microseconds a character")
    for name, cases in GROWTH.items():
        costs = [f"{1e6 * best(our_step(case)) / case.tokens:.2f}" for case in cases]
        sizes = [(case.hidden, case.time, case.batch) for case in cases]
        print(f"  by {name} (H, T, B):")
        for size, cost in zip(sizes, costs, strict=True):
            print(f"    {size!s:16} {cost:>8}")
    print("Peak memory of a process that makes ten steps, MB")
    for case in MEMORY:
        ours, theirs = (peak(case, whose) for whose in ("ours", "theirs"))
        print(f"  {case!s:28} rnnkit {ours:5.0f}   PyTorch {theirs:5.0f}")


def best(step: Callable[[], object]) -> float:
    """CPU seconds of a call, at best."""
    step()
    count = max(1, round(0.05 / cpu_seconds(step)))
    return min(cpu_seconds(step, count) for _ in range(ROUNDS)) / count


def matrix_products(case: Case) -> Callable[[], None]:
    """The products of a step, and nothing else."""
    generator = np.random.default_rng(0)
    hidden, batch, steps = case.hidden, case.batch, case.time
    width = hidden + 1 + VOCABULARY

    def draw(*shape: int) -> np.ndarray:
        return generator.normal(size=shape).astype(np.float32)

    weight, column = draw(4 * hidden, width), draw(width, batch)
    gates = draw(4 * hidden, batch)
    weight_hh, q = draw(4 * hidden, hidden), draw(hidden, batch)
    d_gates, columns = draw(4 * hidden, steps * batch), draw(width, steps * batch)
    said, head = draw(steps * batch, hidden), draw(VOCABULARY, hidden)
    d_logits = draw(steps * batch, VOCABULARY)

    def run() -> None:
        for _ in range(steps):
            np.dot(weight, column, gates)
            np.dot(weight_hh.T, gates, q)
        np.dot(d_gates, columns.T)
        np.dot(said, head.T)
        np.dot(d_logits, head)
        np.dot(d_logits.T, said)

    return run


def peak(case: Case, whose: str) -> float:
    """Megabytes, by a process of its own."""
    command = [sys.executable, "-m", "benchmarks.growth", whose, *map(str, case[1:4])]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(found.stdout)


def measure_peak(whose: str, hidden: str, batch: str, time: str) -> None:
    """Make ten steps and print how much memory the process has held at most."""
    case = Case("lstm", int(hidden), int(batch), int(time))
    if whose == "ours":
        step = our_step(case)
    else:
        # Importing PyTorch is part of its price, and none of ours.
        from benchmarks.theirs import their_step

        step = their_step(case)
    for _ in range(10):
        step()
    # Not by getrusage: that counts what the process which started it held as well.
    status = Path("/proc/self/status").read_text()
    (held,) = (line.split()[1] for line in status.splitlines() if "VmHWM" in line)
    print(int(held) / 1024)


if __name__ == "__main__":
    measure_peak(*sys.argv[1:]) if len(sys.argv) > 1 else main()
