# SPDX-License-Identifier: Apache-2.0
"""A network that pools, asked and no longer taught: nothing is kept for a gradient.

Three things are saved. What the first layer makes of what it reads is linear, so who
reads the same symbols again and again keeps it (:meth:`Answering.products`) and looks
it up. The directions of a layer are stacked and go through time in one loop: the
backward one reads each sequence from its end, so at every step as many run in both.
And nothing is written down but what each step says.

A test holds it equal to :meth:`RecurrentNetwork.forward`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rnnkit.engine import fast, heads, pooling
from rnnkit.engine.arrays import Array, FloatArray, IntArray
from rnnkit.engine.cells import State
from rnnkit.engine.embedding import Lookup
from rnnkit.engine.fast import Prepared
from rnnkit.engine.network import RecurrentNetwork
from rnnkit.engine.packing import Packing


class Answering:
    """A network ready to answer; it does not follow if its parameters change.

    Attributes:
        width: numbers that the first layer makes of what is read at a step,
            directions * G * H.
    """

    def __init__(self, network: RecurrentNetwork, layers: list[Prepared]) -> None:
        self._network = network
        self._cell = network.stack.cell
        self._layers = layers
        self.width = layers[0].bias.size

    @classmethod
    def of(cls, network: RecurrentNetwork) -> Answering | None:
        """Make a network ready; none: it has no recurrent layer, or no quick cell.

        Raises:
            ValueError: it does not pool, so it has no answer to a whole sequence.
        """
        if not network.config.pooling:
            raise ValueError("a network that does not pool has no one answer")
        stack, arrays = network.stack, network.parameters
        runs = stack.prepare({each: arrays[f"stack.{each}"] for each in stack.shapes()})
        if not runs:
            return None
        count = stack.directions
        return cls(
            network,
            [_side_by_side(runs[i : i + count]) for i in range(0, len(runs), count)],
        )

    def products(self, inputs: Mapping[str, Array], count: int) -> FloatArray:
        """What the first layer makes of rows by themselves, (N, width).

        Args:
            inputs: rows by input, as :meth:`RecurrentNetwork.forward` takes them.
            count: N.
        """
        _, rows = self._network.read(inputs, count)
        return _products(
            self._layers[0], rows.rows() if isinstance(rows, Lookup) else rows
        )

    def logits(
        self, products: FloatArray, rows: IntArray, packing: Packing
    ) -> dict[str, FloatArray]:
        """The scores of all heads, (B, V) each, in the caller's order.

        Args:
            products: of anything that was read, (M, width).
            rows: which of the products each packed row has, (N,).
        """
        said = self._through_time(self._layers[0], products, rows, packing)
        for layer in self._layers[1:]:
            everything = np.arange(packing.row_count)
            said = self._through_time(
                layer, _products(layer, said), everything, packing
            )
        network = self._network
        read, _ = pooling.forward(
            network.config.pooling,
            said,
            packing,
            directions=network.stack.directions,
            query=network.query(),
        )
        return {
            head.name: heads.forward(read, head, network.parameters, {})
            for head in network.config.heads
        }

    def _through_time(
        self, layer: Prepared, products: FloatArray, rows: IntArray, packing: Packing
    ) -> FloatArray:
        """What a layer says at every step, (N, directions * H)."""
        directions, hidden, blocks = layer.recur.shape
        # The place of each product among those of one direction, (N, directions).
        places = np.empty((len(rows), directions), np.intp)
        places[:, 0] = rows
        if directions > 1:
            places[:, 1] = rows[packing.reversal]
        places *= directions
        places += np.arange(directions)
        table = products.reshape(-1, blocks)
        kind, step = self._cell.state_type, fast.KERNELS[self._cell.name].step
        shape = (len(kind._fields), directions, packing.batch_size, hidden)
        state: State = kind(*np.zeros(shape, products.dtype))
        said: list[FloatArray] = []
        with np.errstate(over="ignore"):
            for start, steps, count in packing.stretches:
                here = places[start : start + steps * count]
                here = here.reshape(steps, count, directions).transpose(0, 2, 1)
                state = kind(*(field[:, :count] for field in state))
                for given in table.take(here, axis=0):
                    state = step(layer, given, state)
                    said.append(state.hidden)
        both = np.concatenate(said, axis=1)
        if directions == 1:
            return both[0]
        return np.concatenate([both[0], both[1][packing.reversal]], axis=1)


def _side_by_side(runs: list[Prepared]) -> Prepared:
    """The directions of a layer as one, each array with an axis before the others."""
    first = runs[0]
    return first._replace(
        weight_ih=np.stack([run.weight_ih for run in runs]),
        bias=np.stack([run.bias for run in runs]),
        recur=np.stack([run.recur for run in runs]),
        recur_bias=np.stack([run.recur_bias[None] for run in runs]),
    )


def _products(layer: Prepared, rows: FloatArray) -> FloatArray:
    """What a layer makes of what it reads, (N, directions * G * H)."""
    weight: Any = layer.weight_ih.reshape(-1, layer.weight_ih.shape[2])
    products: FloatArray = rows @ weight.T
    products += layer.bias.ravel()
    return products
