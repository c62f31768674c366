# SPDX-License-Identifier: Apache-2.0
"""One cell over time, without layers and directions around it.

That its numbers are right is shown in ``test_stack.py`` and ``test_network.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnkit.engine import CELLS, Packing, recurrent
from rnnkit.engine.cells import Cell
from rnnkit.engine.recurrent import CellWeights
from tests.engine.examples import arrays_in

HIDDEN = 3
PACKING = Packing.of([2, 4, 1])
every_cell = pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)


def given(cell: Cell) -> dict[str, Any]:
    """What a forward pass reads."""
    generator = np.random.default_rng(0)
    height = len(cell.blocks) * HIDDEN
    initial = recurrent.zero_state(cell.state_type, 3, HIDDEN, np.float64)
    for field in initial:
        field[...] = generator.normal(size=field.shape)
    return {
        "weights": CellWeights(
            generator.normal(size=(height, 2)),
            generator.normal(size=(height, HIDDEN)),
            *generator.normal(size=(2, height)),
        ),
        "rows": generator.normal(size=(PACKING.row_count, 2)),
        "packing": PACKING,
        "initial": initial,
    }


@every_cell
def test_the_final_state_is_that_of_the_last_step(cell: Cell) -> None:
    outputs, final, _ = recurrent.forward(cell, **given(cell))
    last = outputs[PACKING.last][PACKING.order]
    np.testing.assert_array_equal(final.hidden, last)


@every_cell
def test_nothing_that_is_given_is_changed(cell: Cell) -> None:
    inputs = given(cell)
    outputs, final, cache = recurrent.forward(cell, **inputs)
    d_outputs, d_final = outputs.copy(), type(final)(*(field.copy() for field in final))
    everything = [inputs, outputs, final, cache, d_outputs, d_final]
    before = [array.copy() for array in arrays_in(everything)]
    for _ in range(2):
        recurrent.backward(
            cell,
            inputs["weights"],
            cache,
            PACKING,
            d_outputs=d_outputs,
            d_final=d_final,
        )
    for array, kept in zip(arrays_in(everything), before, strict=True):
        np.testing.assert_array_equal(array, kept)
