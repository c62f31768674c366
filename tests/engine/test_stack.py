# SPDX-License-Identifier: Apache-2.0
"""Layers and directions: PyTorch's numbers, PyTorch's names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnkit.engine import CELLS, Dropout, Packing, Parameters
from rnnkit.engine.stack import RecurrentStack
from tests.engine.references import Answer, check_recurrent, stored

ANSWERS = stored("recurrent")

NOT_IN_TORCH: dict[str, str] = {}
"""Cells that PyTorch does not have, and where they come from."""


def test_every_cell_is_compared() -> None:
    compared = {case.split()[0] for case in ANSWERS}
    assert set(CELLS) == compared | NOT_IN_TORCH.keys()


@pytest.mark.parametrize(("case", "answer"), ANSWERS.items(), ids=ANSWERS)
def test_it_agrees_with_torch(case: str, answer: Answer) -> None:
    check_recurrent(case, answer)


def test_parameters_have_the_names_and_shapes_of_torch() -> None:
    stack = RecurrentStack("lstm", input_size=5, hidden=3, layers=2, bidirectional=True)
    shapes = {
        f"{name}_l{layer}{direction}": shape
        for layer, width in enumerate([5, 6])
        for direction in ("", "_reverse")
        for name, shape in {
            "weight_ih": (12, width),
            "weight_hh": (12, 3),
            "bias_ih": (12,),
            "bias_hh": (12,),
        }.items()
    }
    assert stack.shapes() == shapes
    assert list(stack.shapes()) == list(shapes)


def test_an_lstm_starts_out_remembering() -> None:
    stack = RecurrentStack("lstm", input_size=2, hidden=4, layers=2, bidirectional=True)
    parameters = Parameters(stack.shapes())
    stack.initialise(dict(parameters.items()), np.random.default_rng(0))
    for suffix in stack.suffixes():
        biases = parameters[f"bias_ih{suffix}"] + parameters[f"bias_hh{suffix}"]
        np.testing.assert_array_equal(biases[4:8], 1)
        assert (np.abs(np.delete(biases, np.s_[4:8])) < 1).all()


def test_each_place_is_silenced_by_its_own_share() -> None:
    stack = RecurrentStack("rnn", input_size=100, hidden=100, layers=3)
    packing = Packing.of([50])
    _, _, cache = stack.forward(
        np.ones((50, 100)),
        packing,
        dict(Parameters(stack.shapes(), dtype=np.float64).items()),
        initial=stack.zero_state(1, np.float64),
        dropout=Dropout(inputs=0.2, between=0.5, outputs=0.8),
        generator=np.random.default_rng(0),
    )
    shares = [np.mean(mask == 0) for mask in cache.masks if mask is not None]
    assert shares == pytest.approx([0.2, 0.5, 0.5, 0.8], abs=0.04)


@pytest.mark.parametrize("where", ["inputs", "between", "outputs"])
@pytest.mark.parametrize("rate", [-0.1, 1.0, 1.5, np.nan])
def test_impossible_dropout(where: str, rate: float) -> None:
    rates: dict[str, Any] = {where: rate}
    with pytest.raises(ValueError, match=f"dropout of {where}"):
        Dropout(**rates)
