# SPDX-License-Identifier: Apache-2.0
"""The quick cells beside the plain ones: one pass forth and back, H = 128, T = 50."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.clock import in_turn, machine, spread
from rnnkit.engine import CELLS, Packing, fast, recurrent
from rnnkit.engine.recurrent import CellWeights

HIDDEN, TIME, FEATURES, ROUNDS = 128, 50, 27, 9


def main() -> None:
    """Print CPU milliseconds of both: minimum, median, maximum."""
    print(f"A cell forth and back, H = {HIDDEN}, T = {TIME}: CPU ms, of {ROUNDS}")
    print(machine())
    for name in CELLS:
        for batch in (1, 32):
            times = in_turn(_rivals(name, batch), rounds=ROUNDS)
            plain, quick = ([1000 * second for second in found] for found in times)
            print(
                f"  {name:4} batch {batch:2}   plain {spread(plain)}   "
                f"quick {spread(quick)}"
            )


def _rivals(name: str, batch: int) -> list[Callable[[], object]]:
    generator = np.random.default_rng(0)

    def draw(*shape: int) -> np.ndarray:
        return generator.normal(0, 0.1, shape).astype(np.float32)

    cell, packing = CELLS[name], Packing.of([TIME] * batch)
    blocks = len(cell.blocks) * HIDDEN
    weights = CellWeights(
        draw(blocks, FEATURES), draw(blocks, HIDDEN), draw(blocks), draw(blocks)
    )
    rows, d_outputs = draw(TIME * batch, FEATURES), draw(TIME * batch, HIDDEN)
    initial = recurrent.zero_state(cell.state_type, batch, HIDDEN, np.float32)

    def both(forward: Callable[..., Any], backward: Callable[..., object]) -> object:
        *_, cache = forward(weights, rows, packing, initial=initial)
        return backward(weights, cache, packing, d_outputs=d_outputs)

    return [
        partial(
            both, partial(recurrent.forward, cell), partial(recurrent.backward, cell)
        ),
        partial(both, partial(fast.forward, cell), fast.backward),
    ]


if __name__ == "__main__":
    main()
