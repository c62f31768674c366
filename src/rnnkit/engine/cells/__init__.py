# SPDX-License-Identifier: Apache-2.0
"""The cells, by name. A new cell is a new file here and a line in this table.

``cell.py`` says what a cell is; read ``rnn.py`` first, then ``gru.py`` and ``lstm.py``.
"""

from __future__ import annotations

from rnnkit.engine.cells.cell import Cell, HiddenState, LSTMState, State, StepGradients
from rnnkit.engine.cells.gru import GRUCell
from rnnkit.engine.cells.lstm import LSTMCell
from rnnkit.engine.cells.rnn import RNNCell

CELLS: dict[str, Cell] = {
    cell.name: cell for cell in (RNNCell(), GRUCell(), LSTMCell())
}

__all__ = [
    "CELLS",
    "Cell",
    "GRUCell",
    "HiddenState",
    "LSTMCell",
    "LSTMState",
    "RNNCell",
    "State",
    "StepGradients",
]
