# SPDX-License-Identifier: Apache-2.0
"""Reading step by step, with and without preparation, is reading."""

from __future__ import annotations

from typing import Any

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

LENGTH, BATCH = 6, 3
INPUTS: dict[str, tuple[Any, ...]] = {
    "one-hot": (Category("letter", 5),),
    "vectors": (Category("letter", 5, dimensions=3),),
    "several": (Category("letter", 5, dimensions=3), Number("position", 2)),
    "numbers": (Number("position", 2),),
}


def network(inputs: tuple[Any, ...], recurrence: Recurrence) -> RecurrentNetwork:
    config = NetworkConfig(inputs, (Head("a", 4), Head("b", 3)), recurrence)
    return RecurrentNetwork(
        config, generator=np.random.default_rng(1), dtype=np.float64
    )


def read_both_ways(read: RecurrentNetwork, *, prepared: bool) -> None:
    generator = np.random.default_rng(2)
    given = {
        "letter": generator.integers(0, 5, (LENGTH, BATCH)),
        "position": generator.normal(size=(LENGTH, BATCH, 2)),
    }
    given = {part.name: given[part.name] for part in read.config.inputs}
    rows = {name: array.reshape(-1, *array.shape[2:]) for name, array in given.items()}
    at_once, _ = read.forward(rows, Packing.of([LENGTH] * BATCH))
    ready = read.prepare() if prepared else None
    state = None
    for step in range(LENGTH):
        inputs = {name: array[step] for name, array in given.items()}
        logits, state = read.step(inputs, state, prepared=ready)
        for name, scores in logits.items():
            expected = at_once.logits[name].reshape(LENGTH, BATCH, -1)[step]
            np.testing.assert_allclose(scores, expected, 1e-12, 1e-13)
    assert state is not None
    for ours, theirs in zip(state, at_once.state, strict=True):
        for field, expected in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(field, expected, 1e-12, 1e-13)


@pytest.mark.parametrize("prepared", [False, True])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("inputs", INPUTS.values(), ids=INPUTS)
@pytest.mark.parametrize("cell", CELLS)
def test_step_by_step_is_all_at_once(
    cell: str, inputs: tuple[Any, ...], layers: int, prepared: bool
) -> None:
    read_both_ways(network(inputs, Recurrence(cell, 4, layers)), prepared=prepared)


def test_a_cell_without_a_quick_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(fast.KERNELS, "gru")
    plain = network(INPUTS["vectors"], Recurrence("gru", 4))
    assert plain.prepare() is None
    read_both_ways(plain, prepared=True)


def test_preparation_does_not_follow_the_parameters() -> None:
    read = network(INPUTS["vectors"], Recurrence("lstm", 4))
    ready = read.prepare()
    inputs = {"letter": np.array([1])}
    before = read.step(inputs, prepared=ready).state
    read.parameters.values[:] += 1
    after = read.step(inputs, prepared=ready).state
    np.testing.assert_array_equal(before[0].hidden, after[0].hidden)


@pytest.mark.parametrize(
    "config",
    [
        NetworkConfig(INPUTS["one-hot"], (Head("a", 4),), pooling=("last",)),
        NetworkConfig(
            INPUTS["one-hot"], (Head("a", 4),), Recurrence(bidirectional=True)
        ),
    ],
    ids=["pooling", "both directions"],
)
def test_what_cannot_go_on_says_so(config: NetworkConfig) -> None:
    with pytest.raises(ValueError, match="cannot go on"):
        RecurrentNetwork(config).prepare()
