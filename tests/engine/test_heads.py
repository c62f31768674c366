# SPDX-License-Identifier: Apache-2.0
"""Heads whose symbols are counted from somewhere: an interval is one weight."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnkit.engine import (
    Category,
    Frame,
    Head,
    NetworkConfig,
    Packing,
    Recurrence,
    RecurrentNetwork,
    numerical_gradient,
    relative_error,
    softmax_cross_entropy,
)
from rnnkit.engine.arrays import Array
from rnnkit.engine.configuration import from_dict, to_dict
from tests.engine.examples import GRADIENT_ERROR

FRAMES = (Frame("before", 16), Frame("root", 3))
PACKING = Packing.of([3, 2])
INPUTS: dict[str, Array] = {
    "step": np.array([0, 1, 1, 0, 1]),
    "before": np.array([2, 5, 0, 7, 3]),
    "root": np.array([0, 1, 2, 2, 1]),
}
PITCHES = np.array([3, 4, 2, 7, 0])


def network(*frames: Frame, **options: Any) -> RecurrentNetwork:
    config = NetworkConfig(
        inputs=[Category("step", 2)],
        heads=[Head("pitch", 8, frames=frames)],
        recurrence=Recurrence("lstm", 3),
        **options,
    )
    return RecurrentNetwork(
        config, generator=np.random.default_rng(1), dtype=np.float64
    )


def test_gradients_agree_with_differences() -> None:
    pitched = network(*FRAMES)

    def loss() -> float:
        outputs, _ = pitched.forward(INPUTS, PACKING)
        return softmax_cross_entropy(outputs.logits["pitch"], PITCHES)[0]

    outputs, cache = pitched.forward(INPUTS, PACKING)
    _, d_logits = softmax_cross_entropy(outputs.logits["pitch"], PITCHES)
    pitched.parameters.zero_gradient()
    pitched.backward(cache, {"pitch": d_logits}, of_inputs=False)
    expected = numerical_gradient(loss, pitched.parameters.values)
    assert relative_error(pitched.parameters.gradient, expected) < GRADIENT_ERROR


def test_scores_are_sums_over_the_frames() -> None:
    pitched = network(*FRAMES)
    outputs, cache = pitched.forward(INPUTS, PACKING)
    arrays = pitched.tensors()
    for row, scores in enumerate(outputs.logits["pitch"]):
        for pitch in range(8):
            expected = 0.0
            for name, mark in (
                ("pitch", pitch),
                ("pitch.before", (pitch - INPUTS["before"][row]) % 16),
                ("pitch.root", (pitch - INPUTS["root"][row]) % 3),
            ):
                weight = arrays[f"head.{name}.weight"][mark]
                expected += float(weight @ cache.read[row])
                expected += float(arrays[f"head.{name}.bias"][mark])
            assert scores[pitch] == pytest.approx(expected)


def test_steps_say_what_the_whole_says() -> None:
    pitched = network(*FRAMES)
    packing = Packing.of([5])
    outputs, _ = pitched.forward(INPUTS, packing)
    prepared, state = pitched.prepare(), None
    for row in range(5):
        here = {name: rows[row : row + 1] for name, rows in INPUTS.items()}
        said, state = pitched.step(here, state, prepared=prepared)
        assert np.allclose(said["pitch"], outputs.logits["pitch"][row])


def test_moving_all_origins_moves_what_is_expected() -> None:
    pitched = network(*FRAMES)
    for name, values in pitched.parameters.items():
        if name in ("head.pitch.weight", "head.pitch.bias"):
            values[...] = 0
    outputs, _ = pitched.forward(INPUTS, PACKING)
    higher = {**INPUTS, "before": INPUTS["before"] + 1, "root": INPUTS["root"] + 1}
    moved, _ = pitched.forward(higher, PACKING)
    before, after = outputs.logits["pitch"], moved.logits["pitch"]
    assert np.allclose(after[:, 1:], before[:, :-1])


@pytest.mark.parametrize(
    "inputs",
    [
        {name: rows for name, rows in INPUTS.items() if name != "root"},
        {**INPUTS, "root": np.zeros(4, np.intp)},
    ],
    ids=["missing", "too few"],
)
def test_origins_that_do_not_fit_are_refused(inputs: dict[str, Array]) -> None:
    with pytest.raises(ValueError, match="needs 5 origins 'root'"):
        network(*FRAMES).forward(inputs, PACKING)


def test_a_configuration_with_frames_can_be_written_and_read() -> None:
    config = network(*FRAMES).config
    assert from_dict(to_dict(config)) == config
    assert "frames" not in to_dict(network().config)["heads"][0]


@pytest.mark.parametrize(
    ("frames", "options", "message"),
    [
        ([Frame("root", 0)], {}, "at least 1"),
        ([Frame("root", 3), Frame("root", 4)], {}, "same origin"),
        ([Frame("root", 3)], {"pooling": ["last"]}, "no place for frames"),
    ],
)
def test_frames_that_do_not_fit_are_refused(
    frames: list[Frame], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        network(*frames, **options)


WRONG: list[Any] = [None, -1, 0, 0.5, True, "x", [1], {"a": 1}, [[]], [{"size": 3}]]


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_a_description_that_is_damaged_is_refused(wrong: Any) -> None:
    plain = to_dict(network(*FRAMES).config)
    (head,) = plain["heads"]
    frame = head["frames"][0]
    for heads in (
        wrong,
        [wrong],
        [{**head, "frames": wrong or 1}],
        [{**head, "frames": [wrong]}],
        [{**head, "frames": [{**frame, "size": wrong if wrong != 1 else 0}]}],
    ):
        with pytest.raises(ValueError, match=r"."):
            from_dict({**plain, "heads": heads})
