# SPDX-License-Identifier: Apache-2.0
"""One vector, and the same vector by name."""

from __future__ import annotations

import numpy as np
import pytest

from rnnkit.engine import Parameters

SHAPES: dict[str, tuple[int, ...]] = {"weight": (2, 3), "bias": (2,), "scale": ()}


def test_views_share_the_memory_of_the_vector() -> None:
    parameters = Parameters(SHAPES)
    parameters["bias"][...] = [7, 8]
    parameters.gradients["weight"][1, 2] = 9
    assert parameters.values.tolist() == [0, 0, 0, 0, 0, 0, 7, 8, 0]
    assert parameters.gradient.tolist() == [0, 0, 0, 0, 0, 9, 0, 0, 0]
    parameters.values[:] = 1
    assert all((view == 1).all() for _, view in parameters.items())
    assert parameters.size == 9


def test_names_keep_their_order_and_shapes() -> None:
    parameters = Parameters(SHAPES)
    assert list(parameters) == list(SHAPES)
    assert {name: view.shape for name, view in parameters.items()} == SHAPES
    assert {name: view.shape for name, view in parameters.gradients.items()} == SHAPES


def test_the_gradient_is_forgotten_in_place() -> None:
    parameters = Parameters(SHAPES)
    parameters.gradient[:] = 5
    parameters.zero_gradient()
    assert not parameters.gradients["weight"].any()


def test_a_mask_marks_some_of_the_numbers() -> None:
    mask = Parameters(SHAPES).mask(lambda name, view: view.ndim == 2)
    assert mask.tolist() == [1, 1, 1, 1, 1, 1, 0, 0, 0]
    assert mask.dtype == np.float32


def test_load_takes_what_has_the_right_names_and_shapes() -> None:
    parameters = Parameters(SHAPES)
    arrays = {name: np.full(shape, 3.0) for name, shape in SHAPES.items()}
    parameters.load(arrays | {"more": np.zeros(1)})
    assert parameters.values.tolist() == [3] * 9
    assert parameters.values.dtype == np.float32


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"scale": None}, "'scale' is missing"),
        ({"scale": np.zeros(1)}, r"'scale' should have the shape \(\), not \(1,\)"),
    ],
)
def test_load_changes_nothing_if_something_does_not_fit(
    change: dict[str, np.ndarray | None], problem: str
) -> None:
    parameters = Parameters(SHAPES)
    arrays = {name: np.ones(shape) for name, shape in SHAPES.items()} | change
    with pytest.raises(ValueError, match=problem):
        parameters.load({n: a for n, a in arrays.items() if a is not None})
    assert not parameters.values.any()
