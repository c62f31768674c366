# SPDX-License-Identifier: Apache-2.0
"""Optimizers beside PyTorch's, and clipping."""

from __future__ import annotations

import numpy as np
import pytest

from rnnkit.engine import (
    OPTIMIZERS,
    Adam,
    AdamW,
    Parameters,
    clip_by_norm,
    clip_by_value,
    optimizers,
)
from rnnkit.engine.arrays import FloatArray
from tests.engine.references import (
    SETTINGS,
    Answer,
    check_clipping,
    check_optimizer,
    stored,
)

PATHS = stored("optimizers")
CLIPPED = stored("clipping")
every_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)


def test_every_optimizer_is_compared() -> None:
    assert {name for name, _ in SETTINGS.values()} == set(OPTIMIZERS)
    assert set(SETTINGS) == set(PATHS)


@pytest.mark.parametrize(("case", "answer"), PATHS.items(), ids=PATHS)
def test_it_goes_where_torch_goes(case: str, answer: Answer) -> None:
    check_optimizer(case, answer)


@pytest.mark.parametrize("answer", CLIPPED.values(), ids=CLIPPED)
def test_clipping_agrees_with_torch(answer: Answer) -> None:
    check_clipping(answer)


def walk(name: str, size: int, dtype: type = np.float32) -> Parameters:
    """Five steps from the same start with the same gradients."""
    parameters = Parameters({"vector": (size,)}, dtype=dtype)
    generator = np.random.default_rng(0)
    parameters.values[:] = generator.normal(size=size)
    optimizer = OPTIMIZERS[name](parameters)
    for _ in range(5):
        parameters.gradient[:] = generator.normal(size=size)
        optimizer.step(0.1)
    assert {memory.dtype for memory in optimizer.memory.values()} == {np.dtype(dtype)}
    return parameters


@every_optimizer
def test_float32_stays_float32(name: str) -> None:
    assert walk(name, 3).values.dtype == np.float32
    assert walk(name, 3, np.float64).values.dtype == np.float64


@every_optimizer
def test_going_piece_by_piece_changes_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = walk(name, 10)
    monkeypatch.setattr(optimizers, "BLOCK", 3)
    assert walk(name, 10).values.tobytes() == whole.values.tobytes()


@every_optimizer
def test_it_finds_the_bottom_of_a_bowl(name: str) -> None:
    parameters = Parameters({"place": (2,)}, dtype=np.float64)
    parameters.values[:] = [3.0, -2.0]
    optimizer = OPTIMIZERS[name](parameters)
    for step in range(300):
        parameters.gradient[:] = parameters.values * [1, 2]
        optimizer.step(0.5 * 0.99**step)
    assert np.abs(parameters.values).max() < 0.05


@every_optimizer
def test_loading_goes_on_from_there(name: str) -> None:
    parameters = Parameters({"place": (4,)})
    copy = Parameters({"place": (4,)})
    first, second = OPTIMIZERS[name](parameters), OPTIMIZERS[name](copy)
    for step in range(6):
        if step == 3:
            second.load(first.steps, first.memory)
            copy.values[:] = parameters.values
        for one in (parameters, copy):
            one.gradient[:] = [1, step, -2, 0.1]
        first.step(0.1)
        if step >= 3:
            second.step(0.1)
    assert copy.values.tobytes() == parameters.values.tobytes()
    assert first.steps == second.steps == 6


def test_only_matrices_decay() -> None:
    parameters = Parameters({"weight": (2, 2), "bias": (2,)})
    parameters.values[:] = 1
    AdamW(parameters, weight_decay=0.5).step(0.1)
    np.testing.assert_allclose(parameters["weight"], 0.95)
    np.testing.assert_array_equal(parameters["bias"], 1)


def test_adam_does_not_decay_unless_told() -> None:
    parameters = Parameters({"weight": (2, 2)})
    parameters.values[:] = 1
    Adam(parameters).step(0.1)
    np.testing.assert_array_equal(parameters.values, 1)


class TestClipping:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    @pytest.mark.parametrize("size", [1e-3, 1.0, 1e10, 1e30])
    def test_by_norm_keeps_the_direction(self, size: float, dtype: type) -> None:
        gradient: FloatArray = np.array([3 * size, -4 * size, 12 * size], dtype)
        norm = clip_by_norm(gradient, 1e-3)
        assert norm == pytest.approx(13 * size)
        np.testing.assert_allclose(gradient, np.array([3, -4, 12]) * 1e-3 / 13, 1e-6)
        assert gradient.dtype == dtype

    def test_by_norm_leaves_a_short_one_alone(self) -> None:
        gradient = np.array([0.3, -0.4])
        assert clip_by_norm(gradient, 0.5) == pytest.approx(0.5)
        assert gradient.tolist() == [0.3, -0.4]

    @pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
    def test_by_norm_tells_that_a_number_is_not_finite(self, bad: float) -> None:
        with np.errstate(invalid="ignore"):
            assert not np.isfinite(clip_by_norm(np.array([1, bad]), 1.0))

    def test_by_value_cuts_each_number(self) -> None:
        gradient = np.array([0.5, -7.0, 3.0])
        clip_by_value(gradient, 2.0)
        assert gradient.tolist() == [0.5, -2, 2]
