# SPDX-License-Identifier: Apache-2.0
"""One table of networks, and what holds for every one of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from rnnkit.engine import (
    CELLS,
    Category,
    Head,
    NetworkConfig,
    Packing,
    Recurrence,
    RecurrentNetwork,
    numerical_gradient,
    relative_error,
    softmax_cross_entropy,
)
from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.recurrent import take
from tests.engine.examples import (
    CONFIGURATIONS,
    GRADIENT_ERROR,
    HIDDEN,
    ROUNDING,
    WITHOUT_DROPOUT,
    Example,
    arrays_in,
    configuration,
    fields,
)

every_network = pytest.mark.parametrize(
    "config", CONFIGURATIONS.values(), ids=CONFIGURATIONS
)
every_network_without_dropout = pytest.mark.parametrize(
    "config", WITHOUT_DROPOUT.values(), ids=WITHOUT_DROPOUT
)
every_cell = pytest.mark.parametrize("cell", CELLS)


@every_network
def test_shapes(config: NetworkConfig) -> None:
    example = Example(config)
    outputs, _ = example.forward()
    gradients = example.backward()
    rows, batch = example.packing.row_count, example.packing.batch_size
    said = batch if config.pooling else rows
    assert {name: s.shape for name, s in outputs.logits.items()} == {
        "next": (said, 4),
        "length": (said, 3),
    }
    assert {name: dx.shape for name, dx in gradients.rows.items()} == {
        "letter": (rows, 3),
        "beat": (rows, 2),
        "position": (rows, 2),
    }
    recurrence = config.recurrence
    runs = recurrence.layers * (2 if recurrence.bidirectional else 1)
    state_type = CELLS[recurrence.cell].state_type
    for state in (outputs.state, gradients.state):
        assert len(state) == runs
        assert {type(part) for part in state} <= {state_type}
        assert {values.shape for values in fields(state)} <= {(batch, HIDDEN)}


def slopes(
    example: Example, arrays: Sequence[FloatArray], gradients: Sequence[FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """The slope of the loss along three random ways: measured, and by the gradients."""
    generator = np.random.default_rng(3)
    starts = [array.copy() for array in arrays]
    size = sum(array.size for array in arrays) ** 0.5
    ways = [generator.normal(size=(3, *array.shape)) / size for array in arrays]
    position = np.zeros(3)

    def loss() -> float:
        for array, start, way in zip(arrays, starts, ways, strict=True):
            array[...] = start + np.tensordot(position, way, 1)
        return example.loss()

    told = sum(
        np.tensordot(way, gradient, gradient.ndim)
        for way, gradient in zip(ways, gradients, strict=True)
    )
    measured = numerical_gradient(loss, position)
    loss()
    return measured, np.asarray(told)


@every_network
def test_gradients_are_the_slopes_of_the_loss(config: NetworkConfig) -> None:
    example = Example(config)
    gradients = example.backward()
    parameters, position = example.network.parameters, example.inputs["position"]
    measured, told = slopes(
        example,
        [parameters.values, position, *fields(example.state)],
        [
            parameters.gradient.copy(),
            gradients.rows["position"],
            *fields(gradients.state),
        ],
    )
    assert relative_error(measured, told) < GRADIENT_ERROR


def assert_every_gradient(config: NetworkConfig) -> None:
    example = Example(config)
    gradients = example.backward()
    parameters = example.network.parameters
    pairs = {
        name: (view, parameters.gradients[name]) for name, view in parameters.items()
    }
    pairs["position"] = (example.inputs["position"], gradients.rows["position"])
    for place, both in enumerate(
        zip(fields(example.state), fields(gradients.state), strict=True)
    ):
        pairs[f"state {place}"] = both
    for name, (values, gradient) in pairs.items():
        measured = numerical_gradient(example.loss, values)
        assert relative_error(measured, gradient) < GRADIENT_ERROR, name


@pytest.mark.parametrize(
    "name",
    [
        "rnn 2 both, no dropout, every step",
        "gru 1 both, dropout, mean",
        "lstm 1 forward, no dropout, last",
        "lstm 1 both, variational, attention+max",
    ],
)
def test_every_single_gradient_of_some(name: str) -> None:
    assert_every_gradient(CONFIGURATIONS[name])


@pytest.mark.slow
@every_network
def test_every_single_gradient(config: NetworkConfig) -> None:
    assert_every_gradient(config)


@every_network
def test_float32_stays_float32(config: NetworkConfig) -> None:
    example = Example(config, dtype=np.float32)
    outputs, cache = example.forward()
    gradients = example.backward()
    network = example.network
    for array in arrays_in(
        [
            outputs,
            [cache.symbols, cache.stack, cache.pooled, cache.read],
            gradients,
            network.tensors(),
            network.parameters.gradients,
        ]
    ):
        assert array.dtype in (np.float32, np.intp)


@every_network_without_dropout
def test_a_batch_is_its_sequences_one_by_one(config: NetworkConfig) -> None:
    example = Example(config)
    outputs, cache = example.forward()
    generator = np.random.default_rng(4)
    d_logits = {
        name: generator.normal(size=logits.shape)
        for name, logits in outputs.logits.items()
    }
    network, packing = example.network, example.packing
    network.parameters.zero_gradient()
    together = network.backward(cache, d_logits, d_state=example.final_weights)
    gradient_together = network.parameters.gradient.copy()

    def of(sequence: int, rows: FloatArray) -> FloatArray:
        if config.pooling:
            return rows[[sequence]]
        return packing.unpack(rows)[sequence]

    network.parameters.zero_gradient()
    for i in range(packing.batch_size):
        inputs, one, state = example.alone(i)
        alone, cache = network.forward(inputs, one, state=state)
        gradients = network.backward(
            cache,
            {name: of(i, d) for name, d in d_logits.items()},
            d_state=tuple(take(part, [i]) for part in example.final_weights),
        )
        for name, logits in alone.logits.items():
            np.testing.assert_allclose(of(i, outputs.logits[name]), logits, ROUNDING)
        for name, rows in gradients.rows.items():
            np.testing.assert_allclose(
                packing.unpack(together.rows[name])[i], rows, ROUNDING, ROUNDING
            )
        for both in ((outputs.state, alone.state), (together.state, gradients.state)):
            for many, single in zip(*map(fields, both), strict=True):
                np.testing.assert_allclose(many[[i]], single, ROUNDING, ROUNDING)
    np.testing.assert_allclose(
        gradient_together, network.parameters.gradient, ROUNDING, ROUNDING
    )


def test_padding_is_never_read() -> None:
    example = Example(configuration(Recurrence("lstm", hidden=3)))
    packing = example.packing
    expected = example.loss()
    for name, rows in example.inputs.items():
        padded = packing.unpack_padded(rows, padding=-1)
        beyond = np.arange(padded.shape[1]) >= packing.lengths[:, None]
        padded[beyond] = 10**6 if name in ("letter", "beat") else np.nan
        example.inputs[name] = packing.pack_padded(padded)
    assert example.loss() == expected


@every_cell
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("pieces", [(7,), (3, 4), (1, 1, 5), (1,) * 7])
def test_reading_in_pieces_changes_nothing(
    cell: str, layers: int, pieces: tuple[int, ...]
) -> None:
    example = Example(configuration(Recurrence(cell, 3, layers)), lengths=(7, 7))
    network, whole = example.network, example.packing
    outputs, cache = example.forward()
    d_logits = {name: np.cos(logits) for name, logits in outputs.logits.items()}
    network.parameters.zero_gradient()
    expected = network.backward(cache, d_logits, d_state=example.final_weights)
    expected_gradient = network.parameters.gradient.copy()

    state, caches, starts = example.state, [], np.cumsum([0, *pieces])
    for start, steps in zip(starts, pieces, strict=False):
        here = slice(2 * start, 2 * (start + steps))
        piece, cache = network.forward(
            {name: rows[here] for name, rows in example.inputs.items()},
            Packing.of([steps, steps]),
            state=state,
        )
        state = piece.state
        caches.append((here, cache))
        for name, logits in piece.logits.items():
            np.testing.assert_allclose(outputs.logits[name][here], logits, ROUNDING)
    for values, final in zip(fields(state), fields(outputs.state), strict=True):
        np.testing.assert_allclose(values, final, ROUNDING)

    # Back through the pieces, last first: the state's gradient is carried as well.
    network.parameters.zero_gradient()
    d_state = example.final_weights
    for here, cache in reversed(caches):
        d_piece = {name: d[here] for name, d in d_logits.items()}
        d_state = network.backward(cache, d_piece, d_state=d_state).state
    for values, first in zip(fields(d_state), fields(expected.state), strict=True):
        np.testing.assert_allclose(values, first, ROUNDING, ROUNDING)
    np.testing.assert_allclose(
        network.parameters.gradient, expected_gradient, ROUNDING, ROUNDING
    )
    assert whole.row_count == 2 * sum(pieces)


@every_cell
def test_step_reads_one_step_of_each_sequence(cell: str) -> None:
    example = Example(configuration(Recurrence(cell, 3, 2)), lengths=(1, 1, 1))
    expected, _ = example.forward()
    stepped = example.network.step(example.inputs, example.state)
    for one, other in zip(arrays_in(stepped), arrays_in(expected), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("batch", [1, 3])
def test_the_state_of_another_number_of_sequences(batch: int) -> None:
    example = Example(configuration(Recurrence("lstm", 3)), lengths=(4, 2))
    state = example.network.stack.zero_state(batch, np.float64)
    with pytest.raises(ValueError, match="not one of 2 sequences"):
        example.network.forward(example.inputs, example.packing, state=state)


def test_the_same_seed_gives_the_same_bytes() -> None:
    config = configuration(Recurrence("lstm"), pooling=["attention"])
    first, second, other = (
        RecurrentNetwork(config, generator=np.random.default_rng(seed)).parameters
        for seed in (5, 5, 6)
    )
    assert first.values.tobytes() == second.values.tobytes()
    assert first.values.tobytes() != other.values.tobytes()


def test_every_parameter_is_drawn() -> None:
    config = configuration(Recurrence("gru", 8, 2, True), pooling=["attention", "max"])
    network = RecurrentNetwork(config, generator=np.random.default_rng(0))
    for name, array in network.tensors().items():
        if not name.startswith("head.") or name.endswith("weight"):
            assert np.unique(array).size == array.size, name


def test_without_a_generator_nothing_is_silenced() -> None:
    name = "lstm 2 forward, dropout, every step"
    example = Example(CONFIGURATIONS[name])
    silenced, _ = example.forward()
    outputs, cache = example.network.forward(
        example.inputs, example.packing, state=example.state
    )
    assert cache.stack.masks == [None, None, None]
    assert not np.allclose(outputs.logits["next"], silenced.logits["next"])


def test_heads_without_a_gradient_are_left_alone() -> None:
    example = Example(configuration(Recurrence("rnn", 3)))
    outputs, cache = example.forward()
    example.network.backward(cache, {"next": outputs.logits["next"]})
    gradients = example.network.parameters.gradients
    assert not gradients["head.length.weight"].any()
    assert gradients["head.next.weight"].any()


def test_gradients_add_up_until_they_are_forgotten() -> None:
    example = Example(configuration(Recurrence("rnn", 3)))
    outputs, cache = example.forward()
    d_logits = softmax_cross_entropy(outputs.logits["next"], example.targets["next"])[1]
    parameters = example.network.parameters
    example.network.backward(cache, {"next": d_logits})
    once = parameters.gradient.copy()
    example.network.backward(cache, {"next": d_logits})
    np.testing.assert_array_equal(parameters.gradient, 2 * once)


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ({}, "the input 'x' is missing"),
        ({"x": np.zeros(3, int)}, "'x' has 3 rows instead of 2"),
    ],
)
def test_inputs_that_do_not_fit(inputs: dict[str, FloatArray], problem: str) -> None:
    network = RecurrentNetwork(NetworkConfig((Category("x", 2),), (Head("y", 2),)))
    with pytest.raises(ValueError, match=problem):
        network.forward(inputs, Packing.of([2]))


def test_arrays_of_another_network_are_refused_whole() -> None:
    config = NetworkConfig(
        (Category("x", 2, dimensions=3, trainable=False),), (Head("y", 2),)
    )
    network = RecurrentNetwork(config, generator=np.random.default_rng(0))
    before = {name: array.copy() for name, array in network.tensors().items()}
    wrong = {name: np.ones_like(array) for name, array in before.items()}
    for name in before:
        with pytest.raises(ValueError, match=name):
            network.load({n: a for n, a in wrong.items() if n != name})
        with pytest.raises(ValueError, match=name):
            network.load(wrong | {name: np.ones((7, 7))})
    for name, array in network.tensors().items():
        np.testing.assert_array_equal(array, before[name])
