# SPDX-License-Identifier: Apache-2.0
"""The cells again, quick: the same equations, laid out for the machine.

Read ``cells/`` first: it says what is computed. Here it is computed with fewer and
larger passes over memory, and a test holds the two equal.

-   The gates of all steps lie in one array, filled with what the input contributes
    before time begins to run. A step adds what the state contributes, in place.
-   All sigmoids and tanhs of a step are one pass. With s(z) = 1 / (1 + exp(-z)),
    tanh(z) = 2 s(2z) - 1; so a copy of the weights, in which the rows of sigmoid gates
    are multiplied by -1 and those of tanh gates by -2, needs only one exp, one sum and
    one reciprocal for the whole block.
-   What every gate's gradient will be multiplied by does not depend on the way back,
    so it is computed for all steps together, before it begins.

A cell that has no quick version runs as ``recurrent.py`` runs it.
"""

from __future__ import annotations

from rnnkit.engine.fast.gru import GRURun
from rnnkit.engine.fast.lstm import LSTMRun
from rnnkit.engine.fast.rnn import RNNRun
from rnnkit.engine.fast.scan import Run

RUNS: dict[str, type[Run]] = {"rnn": RNNRun, "gru": GRURun, "lstm": LSTMRun}

__all__ = ["RUNS", "Run"]
