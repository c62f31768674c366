# SPDX-License-Identifier: Apache-2.0
"""What a recurrent cell is: one step forward, and the same step back.

A cell knows one moment in time and nothing else. It does not know how long a
sequence is, how many layers there are, or which way time runs: ``recurrent.py`` and
``stack.py`` do, and they do it for every cell alike.

Every cell begins with two products: what it reads, ``x W_ih^T + b_ih``, and what it
remembers, ``h W_hh^T + b_hh``. The first does not depend on the step before, so it is
computed for all steps at once and handed in as ``from_input``.

``from_input`` holds the blocks of all gates side by side, in the order in which
PyTorch stores them, which is also the order of the rows of the weights. So a model
trained here can be read there, and its results can be checked against it.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol, TypeAlias

from rnnkit.engine.arrays import FloatArray


class HiddenState(NamedTuple):
    """The memory of a cell that remembers only what it says.

    Attributes:
        hidden: h, shape (B, H).
    """

    hidden: FloatArray


class LSTMState(NamedTuple):
    """The memory of an LSTM.

    Attributes:
        hidden: h, what the cell says, shape (B, H).
        cell: c, what the cell keeps to itself, shape (B, H).
    """

    hidden: FloatArray
    cell: FloatArray


State: TypeAlias = HiddenState | LSTMState


class StepGradients(NamedTuple):
    """What one step back gives.

    Attributes:
        from_input: gradient of ``x W_ih^T + b_ih``, shape (B, G*H).
        from_hidden: gradient of ``h W_hh^T + b_hh``, shape (B, G*H).
        state: gradient of the state before the step.
    """

    from_input: FloatArray
    from_hidden: FloatArray
    state: State


class Cell(Protocol):
    """The interface that every cell fills."""

    @property
    def name(self) -> str:
        """What configurations and files call the cell, such as "lstm"."""

    @property
    def blocks(self) -> tuple[str, ...]:
        """Names of the G gate blocks, in the order of the weights' rows."""

    @property
    def state_type(self) -> type[State]:
        """The named tuple that carries the memory."""

    def forward(
        self,
        from_input: FloatArray,
        *,
        state: Any,
        weight_hh: FloatArray,
        bias_hh: FloatArray,
    ) -> tuple[Any, Any]:
        """One step in time.

        Args:
            from_input: ``x W_ih^T + b_ih``, shape (B, G*H).
            state: the state before the step; every field (B, H).
            weight_hh: W_hh, shape (G*H, H).
            bias_hh: b_hh, shape (G*H,).

        Returns:
            The state after the step, and a named tuple of what ``backward`` needs.
        """

    def backward(
        self, cache: Any, *, d_state: Any, weight_hh: FloatArray
    ) -> StepGradients:
        """The same step back: from the gradient of the state after it.

        Args:
            cache: what ``forward`` returned.
            d_state: gradient of the loss by each field of the state after the step.
            weight_hh: W_hh, shape (G*H, H).
        """
