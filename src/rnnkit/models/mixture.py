# SPDX-License-Identifier: Apache-2.0
"""A network and counting, speaking together.

    p(w) = (1 - share) p_network(w) + share p_counted(w)

The two err in different ways: counting knows by heart what it saw and nothing of what
is alike; the network is the other way round. Where one is at a loss, the other seldom
is, so their mixture is less surprised than either.

To sampling, scoring and beam search a mixture is a speaker like a network. Its state
is the network's, and the last symbols, which is all that counting remembers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from rnnkit.engine import Packing, RecurrentNetwork, Start
from rnnkit.engine.activations import softmax
from rnnkit.engine.arrays import Array, FloatArray, IntArray
from rnnkit.models.kneser_ney import BEFORE, KneserNey

_ARRAYS = "kneser_ney."
_SHARE = "share"


class History(NamedTuple):
    """What an n-gram model remembers.

    Attributes:
        symbols: the last n - 1 of each sequence, in the order of reading, (B, n - 1).
    """

    symbols: IntArray


class Mixture:
    """A network whose chances are mixed with those of an n-gram model.

    Attributes:
        network: it reads all inputs, and its other heads speak for themselves.
        counted: the n-gram model.
        share: how much of the mixture is the n-gram model's, above 0 and at most 1.

    Args:
        input: whose symbols the n-gram model reads.
        head: what is mixed: what comes next in that input.

    Raises:
        ValueError: the share is not one, or the two have not the same symbols.
    """

    def __init__(
        self,
        network: RecurrentNetwork,
        counted: KneserNey,
        share: float,
        *,
        input: str,
        head: str,
    ) -> None:
        if not 0 < share <= 1:
            raise ValueError("a share must be above 0 and at most 1")
        sizes = {part.name: part.size for part in network.config.inputs}
        sizes_said = {part.name: part.size for part in network.config.heads}
        if not sizes[input] == sizes_said[head] == counted.size:
            raise ValueError("the network and the n-grams have not the same symbols")
        self.network = network
        self.counted = counted
        self.share = share
        self._input = input
        self._head = head

    def forward(
        self,
        inputs: Mapping[str, Array],
        packing: Packing,
        *,
        state: tuple[Any, ...] | None = None,
    ) -> tuple[Start, None]:
        """Read sequences as the network does, on from a state if there is one."""
        before = None if state is None else state[:-1]
        outputs, _ = self.network.forward(inputs, packing, state=before)
        length = self.counted.order - 1
        if state is None:
            history = np.full((packing.batch_size, length), BEFORE)
        else:
            history = state[-1].symbols[packing.order]
        symbols: IntArray = inputs[self._input]
        contexts = np.empty((packing.row_count, length), np.intp)
        for column in reversed(range(length)):
            contexts[:, column] = symbols
            # One step earlier, or what had been read before the first step.
            symbols = np.concatenate([history[:, column], symbols[packing.previous]])
        said = self._mixed(outputs.logits, contexts)
        return Start(said, (*outputs.state, History(contexts[packing.last]))), None

    def prepare(self) -> Any:
        """What the network's steps can use again."""
        return self.network.prepare()

    def step(
        self,
        inputs: Mapping[str, Array],
        state: tuple[Any, ...],
        *,
        prepared: Any = None,
    ) -> Start:
        """Read one step of each of B sequences, on from a state."""
        outputs = self.network.step(inputs, state[:-1], prepared=prepared)
        symbols = inputs[self._input][:, None]
        contexts = np.concatenate([state[-1].symbols, symbols], axis=1)[:, 1:]
        said = self._mixed(outputs.logits, contexts)
        return Start(said, (*outputs.state, History(contexts)))

    def to_arrays(self) -> dict[str, Array]:
        """What a file holds of a mixture besides the network."""
        arrays = self.counted.to_arrays() | {_SHARE: np.array([self.share])}
        return {_ARRAYS + name: array for name, array in arrays.items()}

    @classmethod
    def from_arrays(
        cls,
        network: RecurrentNetwork,
        arrays: Mapping[str, Array],
        *,
        input: str,
        head: str,
    ) -> Mixture | None:
        """Undo :meth:`to_arrays`; none: the network speaks alone.

        Args:
            arrays: of a file; others may be among them.

        Raises:
            KeyError: an array is missing.
            ValueError: the arrays are not those of a mixture with this network.
        """
        own = {
            name.removeprefix(_ARRAYS): array
            for name, array in arrays.items()
            if name.startswith(_ARRAYS)
        }
        if not own:
            return None
        share = own[_SHARE]
        if share.shape != (1,) or share.dtype != np.float64:
            raise ValueError("the share of its n-grams is not a number")
        size = next(part.size for part in network.config.heads if part.name == head)
        counted = KneserNey.from_arrays(own, size=size)
        return cls(network, counted, float(share[0]), input=input, head=head)

    def _mixed(
        self, logits: dict[str, FloatArray], contexts: IntArray
    ) -> dict[str, FloatArray]:
        """Logarithms of the mixed chances in place of the scores of the mixed head."""
        p = softmax(logits[self._head].astype(np.float64))
        p *= 1 - self.share
        p += self.share * self.counted.probabilities(contexts)
        return logits | {self._head: np.log(p)}


def best_share(network: FloatArray, counted: FloatArray) -> float:
    """The share, in hundredths, at which a mixture is surprised least.

    Args:
        network: what each step costs the network, in nats, (N,).
        counted: what it costs the n-gram model, (N,).
    """
    shares = np.arange(101) / 100
    with np.errstate(divide="ignore"):
        of_network, of_counted = np.log(1 - shares), np.log(shares)
    losses = [
        -np.logaddexp(one - network, other - counted).mean()
        for one, other in zip(of_network, of_counted, strict=True)
    ]
    return float(shares[np.argmin(losses)])
