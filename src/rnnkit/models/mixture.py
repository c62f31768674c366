# SPDX-License-Identifier: Apache-2.0
"""A network and counting, speaking together.

    p(w) ~ p_network(w)^(1 - share) * p_counted(w)^share

which is a mean of logarithms: a symbol is likely if both find it likely. (A mean of
the chances themselves, where one is enough, is surprised a little more often.) The two
err in different ways: counting knows by heart what it saw and nothing of what
is alike; the network is the other way round. Where one is at a loss, the other seldom
is, so their mixture is less surprised than either.

To sampling, scoring and beam search a mixture is a speaker like a network. Its state
is the network's, and the last symbols, which is all that counting remembers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from rnnkit.engine import Batch, Packing, RecurrentNetwork, Start
from rnnkit.engine.activations import log_softmax
from rnnkit.engine.arrays import Array, FloatArray, IntArray
from rnnkit.models.kneser_ney import BEFORE, KneserNey

_ARRAYS = "kneser_ney."
_SHARE = "share"

_ENOUGH_STEPS = 50_000
"""So many tell the best share well enough."""


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
        logits, contexts, after = self._read(inputs, packing, state)
        return Start(self._mixed(logits, contexts), after), None

    def _read(
        self,
        inputs: Mapping[str, Array],
        packing: Packing,
        state: tuple[Any, ...] | None,
    ) -> tuple[dict[str, FloatArray], IntArray, tuple[Any, ...]]:
        """What the network says, what stood before each step, and the state after."""
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
        after = (*outputs.state, History(contexts[packing.last]))
        return outputs.logits, contexts, after

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
        """The mixed scores in the place of those of the mixed head."""
        network, counted = self._both(logits, contexts)
        network *= 1 - self.share
        network += self.share * counted
        return logits | {self._head: network}

    def _both(
        self, logits: dict[str, FloatArray], contexts: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """Logarithms of the chances by the network and by counting, (N, V) each."""
        network = log_softmax(logits[self._head].astype(np.float64))
        return network, np.log(self.counted.probabilities(contexts))

    def best_share(self, batches: Iterable[Batch]) -> float:
        """The share, in hundredths, at which it is surprised least by what came.

        The mean surprise is convex in the share, so the search can go downhill.

        Args:
            batches: to judge by; steps without weight are left out, and of very many
                only some are looked at.
        """
        found: list[tuple[FloatArray, FloatArray, IntArray]] = []
        state, seen = None, 0
        for batch in batches:
            before = state if batch.continues else None
            logits, contexts, state = self._read(batch.inputs, batch.packing, before)
            rows = np.arange(batch.packing.row_count)
            if batch.weights is not None:
                rows = rows[batch.weights > 0]
            network, counted = self._both(
                {self._head: logits[self._head][rows]}, contexts[rows]
            )
            found.append((network, counted, batch.targets[self._head][rows]))
            seen += len(rows)
            if seen > _ENOUGH_STEPS:
                break
        network, counted, targets = map(np.concatenate, zip(*found, strict=True))
        here = np.arange(len(targets))

        def loss(hundredths: int) -> float:
            share = hundredths / 100
            mixed = log_softmax((1 - share) * network + share * counted)
            return -float(mixed[here, targets].mean())

        low, high = 0, 100
        while high - low > 2:
            third = (high - low) // 3
            if loss(low + third) <= loss(high - third):
                high -= third
            else:
                low += third
        return min(range(low, high + 1), key=loss) / 100
