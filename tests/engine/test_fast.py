# SPDX-License-Identifier: Apache-2.0
"""The quick cells are the plain cells: the same numbers, forth and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from rnnkit.engine import CELLS, Packing, fast, recurrent
from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.cells import State
from rnnkit.engine.fast.lstm import LSTMKernel
from rnnkit.engine.recurrent import CellWeights, RecurrentGradients

HIDDEN, FEATURES = 7, 5
TOLERANCES: dict[Any, float] = {np.float64: 1e-13, np.float32: 2e-5}
LENGTHS = {"alone": [4], "equal": [5] * 9, "unequal": [3, 5, 1, 5, 2], "short": [1, 1]}

ONLY_PLAIN: dict[str, str] = {}
"""Cells that have no quick version, and why they are not worth one."""


class Given:
    """A cell's weights, input, states and gradients, at random."""

    def __init__(self, name: str, lengths: list[int], dtype: Any, size: float) -> None:
        self.generator = np.random.default_rng(len(lengths))
        self.dtype = dtype
        self.cell = CELLS[name]
        self.packing = Packing.of(lengths)
        block_rows = len(self.cell.blocks) * HIDDEN
        self.weights = CellWeights(
            *(
                size * self.draw(*shape)
                for shape in (
                    (block_rows, FEATURES),
                    (block_rows, HIDDEN),
                    (block_rows,),
                    (block_rows,),
                )
            )
        )
        self.rows = self.draw(self.packing.row_count, FEATURES)
        self.initial, self.d_final = self.state(), self.state()
        self.d_outputs = self.draw(self.packing.row_count, HIDDEN)

    def draw(self, *shape: int) -> FloatArray:
        return self.generator.normal(size=shape).astype(self.dtype)

    def state(self) -> State:
        kind = self.cell.state_type
        batch = self.packing.batch_size
        return kind(*(self.draw(batch, HIDDEN) for _ in kind._fields))


def arrays(gradients: RecurrentGradients) -> Iterator[FloatArray]:
    yield gradients.rows
    yield from gradients.weights
    yield from gradients.initial


@pytest.mark.parametrize("size", [0.3, 30.0], ids=["usual", "saturated"])
@pytest.mark.parametrize("with_final", [True, False])
@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("lengths", LENGTHS.values(), ids=LENGTHS)
@pytest.mark.parametrize("name", [*fast.KERNELS, "lstm, wide"])
def test_quick_and_plain_agree(
    name: str,
    lengths: list[int],
    dtype: Any,
    with_final: bool,
    size: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, _, wide = name.partition(", ")
    monkeypatch.setattr(LSTMKernel, "narrow_below", 0 if wide else 10**9)
    given = Given(name, lengths, dtype, size)
    tolerance = TOLERANCES[dtype] * max(1.0, size)
    d_final = given.d_final if with_final else None
    common = (given.weights, given.rows, given.packing)
    outputs, final, cache = recurrent.forward(
        given.cell, *common, initial=given.initial
    )
    quick = fast.forward(CELLS[name], *common, initial=given.initial)
    np.testing.assert_allclose(quick[0], outputs, rtol=0, atol=tolerance)
    for ours, theirs in zip(quick[1], final, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance)
    back = recurrent.backward(
        given.cell,
        given.weights,
        cache,
        given.packing,
        d_outputs=given.d_outputs,
        d_final=d_final,
    )
    # Twice: the way back leaves what the way forth has made.
    for _ in range(2):
        quick_back = fast.backward(
            given.weights,
            quick[2],
            given.packing,
            d_outputs=given.d_outputs,
            d_final=d_final,
        )
        for ours, theirs in zip(arrays(quick_back), arrays(back), strict=True):
            assert ours.dtype == dtype
            scale = max(1.0, float(np.abs(theirs).max()))
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance * scale)


@pytest.mark.parametrize("name", fast.KERNELS)
def test_the_gates_can_be_watched(name: str) -> None:
    given = Given(name, [3, 2], np.float64, 0.5)
    common = (given.weights, given.rows, given.packing)
    *_, plain = recurrent.forward(given.cell, *common, initial=given.initial)
    *_, quick = fast.forward(CELLS[name], *common, initial=given.initial)
    kept = plain.watch()
    for gate, values in quick.watch().items():
        np.testing.assert_allclose(values, kept[gate], rtol=0, atol=1e-14)
    assert quick.watch().keys() <= kept.keys()


def test_every_cell_has_a_quick_version() -> None:
    assert CELLS.keys() == fast.KERNELS.keys() | ONLY_PLAIN.keys()


@pytest.mark.parametrize("name", fast.KERNELS)
def test_huge_numbers_saturate_without_a_warning(name: str) -> None:
    given = Given(name, [3, 3], np.float32, 1e8)
    common = (given.weights, given.rows, given.packing)
    outputs, *_ = fast.forward(CELLS[name], *common, initial=given.initial)
    assert np.isfinite(outputs).all()
