# SPDX-License-Identifier: Apache-2.0
"""The one network: inputs, a recurrent stack, pooling if wanted, heads.

    symbols -> vectors -+
                        +-> recurrent stack -> [pooling] -> head, head, ...
    numbers ------------+

Naming dinosaurs, playing jazz and choosing an emoji differ in what goes in and what
comes out. This class is what they share.

It keeps nothing between calls but its parameters: the forward pass returns what the
backward pass needs, and the state of the recurrent stack goes in and comes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from rnnkit.engine import embedding, fast, heads, linear, pooling, recurrent
from rnnkit.engine.arrays import Array, FloatArray, IntArray
from rnnkit.engine.configuration import Category, NetworkConfig
from rnnkit.engine.embedding import Lookup
from rnnkit.engine.packing import Packing
from rnnkit.engine.parameters import Parameters
from rnnkit.engine.shapes import array_shapes, stack_of, table_name
from rnnkit.engine.stack import StackCache, StackState


class Outputs(NamedTuple):
    """What the forward pass says.

    Attributes:
        logits: scores by head: (N, V), or (B, V) when the network pools.
        state: the recurrent state after each sequence's last step, in the caller's
            order; hand it in again to read on.
    """

    logits: dict[str, FloatArray]
    state: StackState


class NetworkCache(NamedTuple):
    """What the forward pass leaves for the backward pass, and for inspection.

    Attributes:
        packing: of the sequences.
        symbols: the category inputs, each (N,).
        stack: what the recurrent stack kept: gates and states of every step.
        pooled: what each kind of pooling kept.
        read: what the heads read.
        inputs: all that was given, for the frames of the heads.
    """

    packing: Packing
    symbols: dict[str, IntArray]
    stack: StackCache
    pooled: list[Any]
    read: FloatArray
    inputs: Mapping[str, Array]


class Prepared(NamedTuple):
    """What single steps have in common as long as the parameters do not change.

    Attributes:
        layers: the weights of each layer as its quick version wants them.
        products: what the first layer makes of each symbol, (V, G*H), if one category
            is all that is read.
    """

    layers: list[fast.Prepared]
    products: FloatArray | None


class InputGradients(NamedTuple):
    """Gradients of what went in.

    Attributes:
        rows: by input: of the vectors or numbers that were read, (N, width).
        state: of the state before the first step, in the caller's order.
    """

    rows: dict[str, FloatArray]
    state: StackState


class RecurrentNetwork:
    """A recurrent network as its configuration describes it.

    Attributes:
        config: what it is made of.
        parameters: everything that is learnt.
        constants: vectors that are not learnt, by name.
        stack: the recurrent part.

    Args:
        config: what to build.
        generator: draws the first values of the parameters; none: all are zero, to be
            loaded (``network.parameters.load``).
        vectors: for a category input, the vectors to start from, (V, E).
        dtype: ``numpy.float32``, or ``numpy.float64`` to check gradients.

    Raises:
        ValueError: there are vectors for an input that takes none of that shape.
    """

    def __init__(
        self,
        config: NetworkConfig,
        *,
        generator: np.random.Generator | None = None,
        vectors: Mapping[str, FloatArray] | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.config = config
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        self.stack = stack_of(config)
        learnt, fixed = array_shapes(config)
        self.parameters = Parameters(learnt, dtype=self.dtype)
        self.constants = {name: np.zeros(fixed[name], self.dtype) for name in fixed}
        # Views, which stay the same however the parameters change.
        self._weights = self._of_stack(self.parameters)
        self._weight_gradients = self._of_stack(self.parameters.gradients)
        categories = [part for part in config.inputs if isinstance(part, Category)]
        self._tables = {part.name: self._table(part) for part in categories}
        if generator is not None:
            self._initialise(generator)
        for name, given in (vectors or {}).items():
            table = self.tensors().get(table_name(name))
            if table is None or table.shape != given.shape:
                raise ValueError(
                    f"no input {name!r} has vectors of shape {given.shape}"
                )
            table[...] = given

    def forward(
        self,
        inputs: Mapping[str, Array],
        packing: Packing,
        *,
        state: StackState | None = None,
        generator: np.random.Generator | None = None,
    ) -> tuple[Outputs, NetworkCache]:
        """Read sequences.

        Args:
            inputs: packed rows by input: symbols (N,), numbers (N, D); and by origin,
                if a head has frames: symbols (N,).
            packing: how the rows make sequences.
            state: to read on from, in the caller's order; none: nothing read yet.
            generator: given while training, and draws what dropout silences.

        Raises:
            ValueError: an input is missing, or has another number of rows; or the
                state is of another number of sequences.
        """
        symbols, rows = self.read(inputs, packing.row_count)
        if state is None:
            initial = self.stack.zero_state(packing.batch_size, self.dtype)
        elif any(len(part.hidden) != packing.batch_size for part in state):
            raise ValueError(f"the state is not one of {packing.batch_size} sequences")
        else:
            initial = tuple(recurrent.take(part, packing.order) for part in state)
        said, final, stack_cache = self.stack.forward(
            rows,
            packing,
            self._weights,
            initial=initial,
            dropout=self.config.dropout,
            generator=generator,
        )
        read, pooled = said, list[Any]()
        if self.config.pooling:
            read, pooled = pooling.forward(
                self.config.pooling,
                said,
                packing,
                directions=self.stack.directions,
                query=self.query(),
            )
        logits = self._speak(read, inputs)
        # `first` is where each sequence stands among the places: it undoes `order`.
        after = tuple(recurrent.take(part, packing.first) for part in final)
        cache = NetworkCache(packing, symbols, stack_cache, pooled, read, inputs)
        return Outputs(logits, after), cache

    def backward(
        self,
        cache: NetworkCache,
        d_logits: Mapping[str, FloatArray],
        *,
        d_state: StackState | None = None,
        of_inputs: bool = True,
    ) -> InputGradients:
        """Add the gradient of the loss to ``parameters.gradient``.

        Args:
            cache: what ``forward`` returned.
            d_logits: gradients of the logits, of the heads that have any.
            d_state: gradient of the final state, in the caller's order; none: zero.
            of_inputs: False if nobody wants the gradients of the inputs' rows, which
                saves the time to make them: they are then left out.

        Returns:
            The gradients of what went in.
        """
        gradients = self.parameters.gradients
        packing = cache.packing
        d_reads: list[FloatArray] = []
        for head in self.config.heads:
            if head.name not in d_logits:
                continue
            back = heads.backward(
                cache.read, head, self.parameters, cache.inputs, d_logits[head.name]
            )
            d_reads.append(back.read)
            for name, gradient in back.arrays.items():
                gradients[name] += gradient
        d_read = sum(d_reads[1:], d_reads[0]) if d_reads else np.zeros_like(cache.read)

        d_said = d_read
        if self.config.pooling:
            d_said, d_query = pooling.backward(
                self.config.pooling,
                d_read,
                packing,
                cache.pooled,
                directions=self.stack.directions,
                query=self.query(),
            )
            if d_query is not None:
                gradients["pooling.query"] += d_query

        d_final = None
        if d_state is not None:
            d_final = tuple(recurrent.take(part, packing.order) for part in d_state)
        d_rows, d_initial = self.stack.backward(
            cache.stack,
            packing,
            self._weights,
            self._weight_gradients,
            d_rows=d_said,
            d_final=d_final,
            of_table=not of_inputs,
        )
        state = tuple(recurrent.take(part, packing.first) for part in d_initial)
        if not of_inputs and cache.stack.reads_table:
            (part,) = self.config.inputs
            if table_name(part.name) in gradients:
                gradients[table_name(part.name)] += d_rows
            return InputGradients({}, state)
        widths = np.cumsum([part.width for part in self.config.inputs])
        by_input = dict(
            zip(
                (part.name for part in self.config.inputs),
                np.split(d_rows, widths[:-1], axis=1),
                strict=True,
            )
        )
        for part in self.config.inputs:
            if isinstance(part, Category) and part.learns:
                table = gradients[table_name(part.name)]
                embedding.backward(table, cache.symbols[part.name], by_input[part.name])
        return InputGradients(by_input if of_inputs else {}, state)

    def prepare(self) -> Prepared | None:
        """What :meth:`step` can use again as long as the parameters stay as they are.

        None if the cell has no quick version.

        Raises:
            ValueError: the network pools, or reads in both directions: it cannot go on
                step by step.
        """
        if self.config.pooling or self.stack.directions > 1:
            raise ValueError("a network that pools, or reads backward, cannot go on")
        layers = self.stack.prepare(self._weights)
        if not layers:
            return None
        first, products = self.config.inputs[0], None
        if len(self.config.inputs) == 1 and isinstance(first, Category):
            table = self._tables[first.name][0]
            products = linear.forward(table, layers[0].weight_ih, layers[0].bias)
        return Prepared(layers, products)

    def step(
        self,
        inputs: Mapping[str, Array],
        state: StackState | None = None,
        *,
        prepared: Prepared | None = None,
    ) -> Outputs:
        """Read one step of each of B sequences: symbols (B,), numbers (B, D).

        Args:
            state: to read on from; none: nothing read yet.
            prepared: what :meth:`prepare` gave, to save time over many steps.
        """
        count = len(next(iter(inputs.values())))
        if prepared is None:
            outputs, _ = self.forward(inputs, Packing.of([1] * count), state=state)
            return outputs
        if prepared.products is not None:
            symbols = inputs[self.config.inputs[0].name]
            products = np.take(prepared.products, symbols, axis=0)
        else:
            first = prepared.layers[0]
            _, rows = self.read(inputs, count)
            products = linear.forward_of_lookup(rows, first.weight_ih, first.bias)
        if state is None:
            state = self.stack.zero_state(count, self.dtype)
        said, after = self.stack.step(prepared.layers, products, state)
        return Outputs(self._speak(said, inputs), after)

    def tensors(self) -> dict[str, FloatArray]:
        """Every array of the network by name, learnt or not: what a file holds."""
        return dict(self.parameters.items()) | self.constants

    def load(self, tensors: Mapping[str, FloatArray]) -> None:
        """Take all arrays from ``tensors``: undoes :meth:`tensors`.

        Raises:
            ValueError: a name is missing, or a shape differs.
        """
        for name, constant in self.constants.items():
            given = tensors.get(name)
            if given is None or given.shape != constant.shape:
                raise ValueError(f"the vectors {name!r} are missing or of another size")
        self.parameters.load(tensors)
        for name, constant in self.constants.items():
            constant[...] = tensors[name]

    def _initialise(self, generator: np.random.Generator) -> None:
        """Vectors from N(0, 0.5^2), the stack as it likes, heads within 1/sqrt(D)."""
        bound = self.config.head_width**-0.5
        for name, view in self.parameters.items():
            if name.startswith("input."):
                view[...] = generator.normal(0, 0.5, view.shape)
            elif name.endswith(".weight") or name == "pooling.query":
                view[...] = generator.uniform(-bound, bound, view.shape)
        for constant in self.constants.values():
            constant[...] = generator.normal(0, 0.5, constant.shape)
        self.stack.initialise(self._weights, generator)

    def _speak(
        self, read: FloatArray, inputs: Mapping[str, Array]
    ) -> dict[str, FloatArray]:
        """The logits of all heads."""
        return {
            head.name: heads.forward(read, head, self.parameters, inputs)
            for head in self.config.heads
        }

    def read(
        self, inputs: Mapping[str, Array], count: int
    ) -> tuple[dict[str, IntArray], FloatArray | Lookup]:
        """What is read as symbols, and the N rows that the stack reads, (N, D)."""
        symbols: dict[str, IntArray] = {}
        columns: list[FloatArray] = []
        for part in self.config.inputs:
            if part.name not in inputs:
                raise ValueError(f"the input {part.name!r} is missing")
            given = inputs[part.name]
            if len(given) != count:
                raise ValueError(
                    f"{part.name!r} has {len(given)} rows instead of {count}"
                )
            if isinstance(part, Category):
                symbols[part.name] = given
                table, one_hot = self._tables[part.name]
                if len(self.config.inputs) == 1:
                    return symbols, Lookup(table, given, one_hot)
                columns.append(embedding.forward(table, given))
            else:
                columns.append(given.astype(self.dtype, copy=False))
        return symbols, np.concatenate(columns, axis=1)

    def _table(self, part: Category) -> tuple[FloatArray, bool]:
        """The table of a category input, and whether it is the identity matrix."""
        name = table_name(part.name)
        if name in self.constants:
            return self.constants[name], False
        if name in self.parameters:
            return self.parameters[name], False
        return np.eye(part.size, dtype=self.dtype), True

    def query(self) -> FloatArray | None:
        """What attention compares with, (D,), if the network pools by it."""
        attends = "attention" in self.config.pooling
        return self.parameters["pooling.query"] if attends else None

    def _of_stack(
        self, arrays: Mapping[str, FloatArray] | Parameters
    ) -> dict[str, FloatArray]:
        return {name: arrays[f"stack.{name}"] for name in self.stack.shapes()}
