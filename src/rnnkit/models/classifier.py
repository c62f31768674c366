# SPDX-License-Identifier: Apache-2.0
"""One answer for a whole sequence: what learning and asking such a network share.

The network is the one that makes up names, with pooling: it reads all steps and its
head speaks once. An example is what is read and how likely each class should be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np

from rnnkit.engine import Packing, RecurrentNetwork
from rnnkit.engine.activations import softmax
from rnnkit.engine.answering import Answering
from rnnkit.engine.arrays import Array, FloatArray, IntArray
from rnnkit.models.remembering import ROOM, Remembered

if TYPE_CHECKING:
    from rnnkit.engine import Batch

HEAD = "class"
"""How every classifier calls its head."""

_AT_ONCE = 1_024
_STEPS_AT_ONCE = ROOM


class Example(NamedTuple):
    """What is read, and what it should be taken for.

    Attributes:
        inputs: by input, (T, ...).
        target: how likely each class is, (V,).
        weight: how much it counts.
    """

    inputs: Mapping[str, Array]
    target: FloatArray
    weight: float = 1.0


def batch_of(examples: Sequence[Example]) -> Batch:
    """Examples side by side, packed."""
    # Who asks does not wait for what teaches.
    from rnnkit.engine import Batch

    packing, inputs = packed([example.inputs for example in examples])
    return Batch(
        inputs=inputs,
        targets={HEAD: np.array([example.target for example in examples])},
        packing=packing,
        weights=np.array([example.weight for example in examples], np.float32),
    )


def packed(
    items: Sequence[Mapping[str, Array]],
) -> tuple[Packing, dict[str, Array]]:
    """What several items read, side by side."""
    first = next(iter(items[0]))
    packing = Packing.of([len(item[first]) for item in items])
    return packing, {
        name: packing.pack([item[name] for item in items]) for name in items[0]
    }


class Batches(Sequence["Batch"]):
    """Batches that are made when they are asked for.

    Args:
        order: which examples, in which order, (N,).
        size: examples a batch.
        make: the examples of some numbers.
    """

    def __init__(
        self,
        order: IntArray,
        size: int,
        make: Callable[[IntArray], Sequence[Example]],
    ) -> None:
        self._parts = [order[i : i + size] for i in range(0, len(order), size)]
        self._make = make

    def __len__(self) -> int:
        return len(self._parts)

    @overload
    def __getitem__(self, index: int) -> Batch: ...
    @overload
    def __getitem__(self, index: slice) -> list[Batch]: ...
    def __getitem__(self, index: int | slice) -> Batch | list[Batch]:
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        return batch_of(self._make(self._parts[index]))


def logits_of(
    network: RecurrentNetwork, items: Sequence[Mapping[str, Array]]
) -> FloatArray:
    """What the network says of each item, (B, V), in their order.

    Items of one length are read together: few steps are waited for in vain.
    """
    classes = network.config.heads[0].size
    said = np.empty((len(items), classes), network.dtype)
    lengths = np.array([len(next(iter(item.values()))) for item in items], np.intp)
    for rows in parts(lengths):
        packing, inputs = packed([items[row] for row in rows])
        outputs, _ = network.forward(inputs, packing)
        said[rows] = outputs.logits[HEAD]
    return said


class SymbolAnswers:
    """What a network says of sequences of symbols, each of which is read as a whole.

    A symbol stands for all that is read at a step, such as a word and its marks. What
    the first layer makes of it is made once, and remembered.

    Args:
        network: that pools; it must stay as it is.
        count: how many symbols there are.
        inputs: rows by input, (N, ...), of symbols (N,).
    """

    def __init__(
        self,
        network: RecurrentNetwork,
        count: int,
        inputs: Callable[[IntArray], Mapping[str, Array]],
    ) -> None:
        self._network = network
        self._inputs = inputs
        self._answering = answering = Answering.of(network)
        if answering is not None:
            self._products = Remembered(
                count,
                answering.width,
                lambda new: answering.products(inputs(new), len(new)),
            )

    def logits(self, symbols: IntArray, packing: Packing) -> FloatArray:
        """The scores of each sequence, (B, V), in the caller's order.

        Args:
            symbols: packed, (N,).
        """
        if self._answering is None:
            outputs, _ = self._network.forward(self._inputs(symbols), packing)
            return outputs.logits[HEAD]
        places = self._products.places(symbols)
        return self._answering.logits(self._products.rows, places, packing)[HEAD]


def probabilities(logits: FloatArray, temperature: float = 1.0) -> FloatArray:
    """How likely each class is, (B, V)."""
    return softmax(logits / temperature)


def accuracy(chosen: IntArray, right: IntArray) -> float:
    """The share of answers that are right."""
    return float(np.mean(chosen == right)) if len(right) else 0.0


def confusion(chosen: IntArray, right: IntArray, classes: int) -> IntArray:
    """How often each class (row) was taken for each (column), (V, V)."""
    counts = np.zeros((classes, classes), np.intp)
    np.add.at(counts, (right, chosen), 1)
    return counts


def macro_f1(chosen: IntArray, right: IntArray, classes: int) -> float:
    """The mean over classes of the harmonic mean of precision and recall."""
    counts = confusion(chosen, right, classes)
    hits = np.diag(counts)
    sizes = counts.sum(axis=0) + counts.sum(axis=1)
    scores = np.divide(2 * hits, sizes, out=np.zeros(classes), where=sizes > 0)
    return float(scores.mean())


def calibration_error(
    confidences: FloatArray, hits: Iterable[bool], bins: int = 10
) -> float:
    """How far confidence is from truth, on average over ten steps of confidence.

    Source: the expected calibration error of Guo et al. (2017, arXiv:1706.04599).
    """
    right = np.array(list(hits), np.float64)
    if not len(right):
        return 0.0
    places = np.minimum((confidences * bins).astype(np.intp), bins - 1)
    error = 0.0
    for place in range(bins):
        inside = places == place
        if inside.any():
            gap = confidences[inside].mean() - right[inside].mean()
            error += float(abs(gap)) * inside.mean()
    return error


def parts(lengths: IntArray) -> Iterator[IntArray]:
    """Which items, of so many steps (B,), are read together: few, and alike in length.

    No part has more than ``ROOM`` steps, unless it is one long item.
    """
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < len(order):
        longest = int(lengths[order[min(start + _AT_ONCE, len(order)) - 1]])
        size = max(1, min(_AT_ONCE, _STEPS_AT_ONCE // longest))
        yield order[start : start + size]
        start += size
