# SPDX-License-Identifier: Apache-2.0
"""Names for the kinds of array that the engine passes around.

Shapes are written with these letters everywhere:

====  =======================================================
B     batch: how many sequences
T     time: steps of the longest sequence
N     rows: all steps of all sequences together, no padding
V     vocabulary: how many symbols
E     embedding: numbers a symbol
D     any number of features
H     hidden units of one direction of one layer
G     gate blocks of a cell: 1 (RNN), 3 (GRU), 4 (LSTM)
====  =======================================================
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
FloatArray: TypeAlias = NDArray[np.floating[Any]]
IntArray: TypeAlias = NDArray[np.integer[Any]]
BoolArray: TypeAlias = NDArray[np.bool_]
