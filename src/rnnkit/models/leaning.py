# SPDX-License-Identifier: Apache-2.0
"""A speaker with a leaning: some symbols are likelier than it would say by itself.

    p(w) ~ p_speaker(w) e^{b_w}

To sampling it is a speaker like the one that it stands for. So a wish, such as more
notes in a bar, needs no other network and no other sampler. What it leans to may depend
on what is read: on the motif that could be taken up again, say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from rnnkit.engine import Packing, Speaker, Start
from rnnkit.engine.arrays import Array, FloatArray
from rnnkit.engine.sampling import Expectations

Inclination: TypeAlias = Callable[[Mapping[str, Array]], Mapping[str, FloatArray]]
"""From what is read, N rows, to nats for each symbol: by head, (V,) or (N, V)."""


class Leaning:
    """A speaker, and what is added to its scores.

    Args:
        speaker: who reads and expects.
        inclination: what is added.
    """

    def __init__(self, speaker: Speaker, inclination: Inclination) -> None:
        self._speaker = speaker
        self._inclination = inclination

    def forward(
        self, inputs: Mapping[str, Array], packing: Packing, *, state: Any = None
    ) -> tuple[Start, None]:
        """Read sequences as the speaker does."""
        expected, _ = self._speaker.forward(inputs, packing, state=state)
        return self._leaning(expected, inputs), None

    def prepare(self) -> Any:
        """What the steps can use again."""
        return self._speaker.prepare()

    def step(self, inputs: Mapping[str, Array], state: Any, *, prepared: Any) -> Start:
        """Read one step of each of B sequences."""
        expected = self._speaker.step(inputs, state, prepared=prepared)
        return self._leaning(expected, inputs)

    def _leaning(self, expected: Expectations, inputs: Mapping[str, Array]) -> Start:
        logits, state = expected
        biases = self._inclination(inputs)
        leaning = {name: logits[name] + bias for name, bias in biases.items()}
        return Start(logits | leaning, state)
