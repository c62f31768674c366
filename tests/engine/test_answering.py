# SPDX-License-Identifier: Apache-2.0
"""Answering the quick way is the forward pass, without what only learning needs."""

from __future__ import annotations

import numpy as np
import pytest

from rnnkit.engine import (
    CELLS,
    Category,
    Head,
    NetworkConfig,
    Number,
    Packing,
    Recurrence,
    RecurrentNetwork,
    fast,
)
from rnnkit.engine.answering import Answering
from rnnkit.engine.arrays import Array

INPUTS = (Category("word", 5, dimensions=3), Number("mark", 2))
POOLINGS = [("attention", "max"), ("last",), ("mean", "last")]


def network(
    recurrence: Recurrence, pooling: tuple[str, ...] = ("attention", "max")
) -> RecurrentNetwork:
    config = NetworkConfig(
        INPUTS, (Head("a", 4), Head("b", 3)), recurrence, pooling=pooling
    )
    return RecurrentNetwork(
        config, generator=np.random.default_rng(1), dtype=np.float64
    )


def vocabulary() -> dict[str, Array]:
    """Seven things that can be read at a step."""
    generator = np.random.default_rng(2)
    return {"word": np.arange(7) % 5, "mark": generator.normal(size=(7, 2))}


def assert_same_answers(asked: RecurrentNetwork, lengths: list[int]) -> None:
    packing, given = Packing.of(lengths), vocabulary()
    symbols = np.random.default_rng(3).integers(0, 7, packing.row_count)
    inputs = {name: array[symbols] for name, array in given.items()}
    plainly, _ = asked.forward(inputs, packing)
    answering = Answering.of(asked)
    assert answering is not None
    products = answering.products(given, 7)
    assert products.shape == (7, answering.width)
    logits = answering.logits(products, symbols, packing)
    assert set(logits) == {"a", "b"}
    for name, scores in logits.items():
        np.testing.assert_allclose(scores, plainly.logits[name], 1e-11, 1e-12)


@pytest.mark.parametrize("lengths", [[3, 7, 1, 7, 2], [5], [4, 4, 4]])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_the_quick_way_is_the_plain_way(
    cell: str, bidirectional: bool, layers: int, lengths: list[int]
) -> None:
    recurrence = Recurrence(cell, 4, layers, bidirectional=bidirectional)
    assert_same_answers(network(recurrence), lengths)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_every_kind_of_pooling(pooling: tuple[str, ...]) -> None:
    recurrence = Recurrence("lstm", 4, bidirectional=True)
    assert_same_answers(network(recurrence, pooling), [2, 6, 3])


def test_symbols_alone() -> None:
    config = NetworkConfig(
        (Category("word", 5),), (Head("a", 4),), Recurrence("gru", 4), pooling=("max",)
    )
    asked = RecurrentNetwork(config, generator=np.random.default_rng(1))
    packing, symbols = Packing.of([2, 3]), np.array([0, 4, 1, 1, 3])
    answering = Answering.of(asked)
    assert answering is not None
    products = answering.products({"word": np.arange(5)}, 5)
    plainly, _ = asked.forward({"word": symbols}, packing)
    np.testing.assert_allclose(
        answering.logits(products, symbols, packing)["a"],
        plainly.logits["a"],
        1e-5,
        1e-6,
    )


def test_no_layer_and_no_quick_cell_have_no_quick_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Answering.of(network(Recurrence("lstm", 4, 0))) is None
    monkeypatch.delitem(fast.KERNELS, "gru")
    assert Answering.of(network(Recurrence("gru", 4))) is None


def test_a_network_that_does_not_pool_has_no_one_answer() -> None:
    with pytest.raises(ValueError, match="does not pool"):
        Answering.of(network(Recurrence("lstm", 4), ()))
