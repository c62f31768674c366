# SPDX-License-Identifier: Apache-2.0
"""One step of each cell, where the answer can be seen without a computer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnkit.engine import CELLS, HiddenState, LSTMState
from rnnkit.engine.cells import Cell, State

HIDDEN = np.array([[0.5, -0.25]])
MEMORY = np.array([[2.0, -3.0]])


def step(cell: Cell, **blocks: float) -> tuple[State, Any]:
    """One step whose input brings the given number to each block; no weights."""
    from_input = np.repeat([blocks.get(name, 0.0) for name in cell.blocks], 2)[None]
    size = from_input.size
    state: State = HiddenState(HIDDEN)
    if cell.state_type is LSTMState:
        state = LSTMState(hidden=HIDDEN, cell=MEMORY)
    return cell.forward(
        from_input, state=state, weight_hh=np.zeros((size, 2)), bias_hh=np.zeros(size)
    )


@pytest.mark.parametrize(("name", "cell"), CELLS.items())
def test_the_table_knows_each_cell_by_its_name(name: str, cell: Cell) -> None:
    assert cell.name == name


def test_an_rnn_says_the_tanh_of_what_it_reads() -> None:
    after, _ = step(CELLS["rnn"], hidden=0.7)
    np.testing.assert_allclose(after.hidden, [[np.tanh(0.7)] * 2])


@pytest.mark.parametrize(
    ("blocks", "cell", "hidden"),
    [
        ({"forget": 99, "input": -99, "output": 99}, MEMORY, np.tanh(MEMORY)),
        ({"forget": -99, "input": -99, "output": 99}, 0 * MEMORY, 0 * MEMORY),
        ({"forget": -99, "input": 99, "candidate": 99}, 1 + 0 * MEMORY, np.tanh(1) / 2),
        ({"forget": 99, "input": -99, "output": -99}, MEMORY, 0 * MEMORY),
        ({}, MEMORY / 2, np.tanh(MEMORY / 2) / 2),
    ],
    ids=["keeps", "forgets", "writes", "keeps to itself", "half open"],
)
def test_the_gates_of_an_lstm(blocks: dict[str, float], cell: Any, hidden: Any) -> None:
    after, _ = step(CELLS["lstm"], **blocks)
    assert isinstance(after, LSTMState)
    np.testing.assert_allclose(after.cell, cell, atol=1e-12)
    np.testing.assert_allclose(
        after.hidden, np.broadcast_to(hidden, (1, 2)), atol=1e-12
    )


@pytest.mark.parametrize(
    ("blocks", "hidden"),
    [
        ({"update": 99, "proposal": 99}, HIDDEN),
        ({"update": -99, "proposal": 0.3}, np.tanh(0.3)),
        ({"proposal": 99}, (1 + HIDDEN) / 2),
    ],
    ids=["keeps", "replaces", "half of each"],
)
def test_the_update_gate_of_a_gru(blocks: dict[str, float], hidden: Any) -> None:
    after, _ = step(CELLS["gru"], **blocks)
    np.testing.assert_allclose(
        after.hidden, np.broadcast_to(hidden, (1, 2)), atol=1e-12
    )


def test_the_reset_gate_of_a_gru_hides_the_past_from_the_proposal() -> None:
    weight_hh = np.zeros((6, 2))
    weight_hh[4:] = np.eye(2)
    for reset, seen in ((99, HIDDEN), (-99, 0 * HIDDEN), (0, HIDDEN / 2)):
        from_input = np.array([[reset, reset, -99, -99, 0.1, 0.1]], float)
        after, _ = CELLS["gru"].forward(
            from_input,
            state=HiddenState(HIDDEN),
            weight_hh=weight_hh,
            bias_hh=np.zeros(6),
        )
        np.testing.assert_allclose(after.hidden, np.tanh(0.1 + seen), atol=1e-12)


def test_a_gradient_comes_back_through_the_memory_as_it_went() -> None:
    """The reason for an LSTM: with the forget gate open, c's gradient is untouched."""
    cell = CELLS["lstm"]
    _, cache = step(cell, forget=99, input=-99)
    d_state = LSTMState(hidden=np.zeros((1, 2)), cell=np.array([[3.0, -4.0]]))
    back = cell.backward(cache, d_state=d_state, weight_hh=np.zeros((8, 2)))
    assert isinstance(back.state, LSTMState)
    np.testing.assert_allclose(back.state.cell, d_state.cell)
