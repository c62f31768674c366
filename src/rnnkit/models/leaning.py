# SPDX-License-Identifier: Apache-2.0
"""A speaker with a leaning: some symbols are likelier than it would say by itself.

    p(w) ~ p_speaker(w) e^{b_w}

To sampling it is a speaker like the one that it stands for. So a wish, such as more
notes in a bar, needs no other network and no other sampler.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rnnkit.engine import Packing, Speaker, Start
from rnnkit.engine.arrays import Array, FloatArray
from rnnkit.engine.sampling import Expectations


class Leaning:
    """A speaker, and what is added to its scores.

    Args:
        speaker: who reads and expects.
        biases: by head, nats for each symbol, (V,).
    """

    def __init__(self, speaker: Speaker, biases: Mapping[str, FloatArray]) -> None:
        self._speaker = speaker
        self._biases = biases

    def forward(
        self, inputs: Mapping[str, Array], packing: Packing, *, state: Any = None
    ) -> tuple[Start, None]:
        """Read sequences as the speaker does."""
        expected, _ = self._speaker.forward(inputs, packing, state=state)
        return self._leaning(expected), None

    def prepare(self) -> Any:
        """What the steps can use again."""
        return self._speaker.prepare()

    def step(self, inputs: Mapping[str, Array], state: Any, *, prepared: Any) -> Start:
        """Read one step of each of B sequences."""
        return self._leaning(self._speaker.step(inputs, state, prepared=prepared))

    def _leaning(self, expected: Expectations) -> Start:
        logits, state = expected
        leaning = {name: logits[name] + bias for name, bias in self._biases.items()}
        return Start(logits | leaning, state)
