# SPDX-License-Identifier: Apache-2.0
"""The vectors of symbols: one-hot, tied to a head, frozen, or given."""

from __future__ import annotations

import numpy as np
import pytest

from rnnkit.engine import (
    CELLS,
    Category,
    Head,
    NetworkConfig,
    Number,
    Recurrence,
    RecurrentNetwork,
    numerical_gradient,
    relative_error,
)
from tests.engine.examples import GRADIENT_ERROR, ROUNDING, Example


def test_one_hot_input_is_a_linear_layer() -> None:
    recurrence = Recurrence("lstm", hidden=4)
    heads = (Head("next", 3),)
    by_symbol = Example(NetworkConfig((Category("x", 5),), heads, recurrence))
    by_number = Example(NetworkConfig((Number("x", 5),), heads, recurrence))
    by_number.network.load(by_symbol.network.tensors())
    by_number.inputs["x"] = np.eye(5)[by_symbol.inputs["x"]]
    by_number.state, by_number.targets = by_symbol.state, by_symbol.targets
    by_number.final_weights = by_symbol.final_weights
    assert by_symbol.loss() == by_number.loss()
    d_symbol, d_number = by_symbol.backward(), by_number.backward()
    np.testing.assert_array_equal(d_symbol.rows["x"], d_number.rows["x"])
    np.testing.assert_array_equal(
        by_symbol.network.parameters.gradient, by_number.network.parameters.gradient
    )


class TestTiedWeights:
    def examples(self) -> tuple[Example, Example]:
        """The same numbers, tied and not."""
        inputs, recurrence = (Category("x", 5, dimensions=4),), Recurrence("gru", 4)
        tied = Example(NetworkConfig(inputs, (Head("x", 5, tied="x"),), recurrence))
        free = Example(NetworkConfig(inputs, (Head("x", 5),), recurrence))
        vectors = tied.network.parameters["input.x.vectors"]
        free.network.load(tied.network.tensors() | {"head.x.weight": vectors})
        free.inputs, free.targets, free.state = tied.inputs, tied.targets, tied.state
        free.final_weights = tied.final_weights
        return tied, free

    def test_the_vectors_are_the_weights(self) -> None:
        tied, free = self.examples()
        assert "head.x.weight" not in tied.network.tensors()
        assert tied.loss() == free.loss()

    def test_the_gradient_is_the_sum_of_both_uses(self) -> None:
        tied, free = self.examples()
        tied.backward()
        free.backward()
        gradient = tied.network.parameters.gradients["input.x.vectors"]
        uses = free.network.parameters.gradients
        np.testing.assert_allclose(
            gradient, uses["input.x.vectors"] + uses["head.x.weight"], ROUNDING
        )
        vectors = tied.network.parameters["input.x.vectors"]
        measured = numerical_gradient(tied.loss, vectors)
        assert relative_error(measured, gradient) < GRADIENT_ERROR


class TestFrozenVectors:
    vectors = np.arange(15.0).reshape(5, 3) / 10

    def example(self) -> Example:
        config = NetworkConfig(
            (Category("x", 5, dimensions=3, trainable=False),),
            (Head("next", 4),),
            Recurrence("rnn", 3),
        )
        example = Example(config)
        example.network = RecurrentNetwork(
            config,
            generator=np.random.default_rng(1),
            vectors={"x": self.vectors},
            dtype=np.float64,
        )
        return example

    def test_they_are_not_parameters(self) -> None:
        network = self.example().network
        assert "input.x.vectors" not in network.parameters
        sizes = [view.size for _, view in network.parameters.items()]
        assert network.parameters.size == sum(sizes)

    def test_they_belong_to_the_network_all_the_same(self) -> None:
        network = self.example().network
        other = RecurrentNetwork(network.config, dtype=np.float64)
        other.load(network.tensors())
        np.testing.assert_array_equal(other.tensors()["input.x.vectors"], self.vectors)

    def test_they_do_not_move(self) -> None:
        example = self.example()
        example.backward()
        example.network.parameters.values -= example.network.parameters.gradient
        tensors = example.network.tensors()
        np.testing.assert_array_equal(tensors["input.x.vectors"], self.vectors)

    def test_the_gradient_of_what_was_read_is_told(self) -> None:
        example = self.example()
        rows = example.backward().rows["x"]
        as_numbers = Example(
            NetworkConfig((Number("x", 3),), (Head("next", 4),), Recurrence("rnn", 3))
        )
        as_numbers.network.parameters.load(example.network.tensors())
        as_numbers.inputs["x"] = self.vectors[example.inputs["x"]]
        as_numbers.targets, as_numbers.state = example.targets, example.state
        as_numbers.final_weights = example.final_weights
        assert as_numbers.loss() == example.loss()
        measured = numerical_gradient(as_numbers.loss, as_numbers.inputs["x"])
        assert relative_error(measured, rows) < GRADIENT_ERROR


def test_given_vectors_are_where_trainable_ones_start() -> None:
    config = NetworkConfig((Category("x", 2, dimensions=3),), (Head("next", 2),))
    vectors = np.arange(6.0).reshape(2, 3)
    network = RecurrentNetwork(
        config, generator=np.random.default_rng(0), vectors={"x": vectors}
    )
    np.testing.assert_array_equal(network.parameters["input.x.vectors"], vectors)


def test_frozen_vectors_that_are_not_given_are_drawn() -> None:
    config = NetworkConfig(
        (Category("x", 5, dimensions=3, trainable=False),), (Head("y", 2),)
    )
    network = RecurrentNetwork(config, generator=np.random.default_rng(0))
    assert np.unique(network.constants["input.x.vectors"]).size == 15


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("x", (3,)),
        ("x", (3, 2)),
        ("one-hot", (2, 2)),
        ("numbers", (2, 2)),
        ("y", (2, 3)),
    ],
)
def test_vectors_that_no_input_takes(name: str, shape: tuple[int, ...]) -> None:
    inputs = (
        Category("x", 2, dimensions=3),
        Category("one-hot", 2),
        Number("numbers", 2),
    )
    config = NetworkConfig(inputs, (Head("y", 2),))
    with pytest.raises(ValueError, match=f"no input '{name}' has vectors of shape"):
        RecurrentNetwork(config, vectors={name: np.ones(shape)})


LOOKED_UP = {
    "learnt": (Category("x", 5, dimensions=4), None),
    "one-hot": (Category("x", 5), None),
    "frozen": (Category("x", 5, dimensions=4, trainable=False), None),
    "tied": (Category("x", 5, dimensions=4), "x"),
    "many": (Category("x", 500, dimensions=4), None),
}


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("category", "tied"), LOOKED_UP.values(), ids=LOOKED_UP)
def test_gradients_are_the_same_where_nobody_wants_those_of_the_inputs(
    category: Category, tied: str | None, cell: str, bidirectional: bool
) -> None:
    recurrence = Recurrence(cell, 4, 2, bidirectional and tied is None)
    head = Head("next", category.size, tied=tied)
    example = Example(NetworkConfig((category,), (head,), recurrence))
    network = example.network
    outputs, cache = network.forward(example.inputs, example.packing)
    d_logits = {
        "next": np.random.default_rng(0).normal(size=outputs.logits["next"].shape)
    }
    network.parameters.zero_gradient()
    wanted = network.backward(cache, d_logits)
    expected = network.parameters.gradient.copy()
    network.parameters.zero_gradient()
    quick = network.backward(cache, d_logits, of_inputs=False)
    assert set(wanted.rows) == {"x"}
    assert quick.rows == {}
    np.testing.assert_allclose(network.parameters.gradient, expected, 1e-10, 1e-12)
