# SPDX-License-Identifier: Apache-2.0
"""The models that ship answer as their networks and voices do, and sooner."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnkit.files.assets import model_path
from rnnkit.models.classifier import logits_of
from rnnkit.tasks.emojify import EmojiModel
from rnnkit.tasks.emojify.combination import combined
from rnnkit.tasks.emojify.model import _largest

SENTENCES = Path(__file__).parents[2] / "data" / "emojify" / "tune"
STRANGE = ["", "...", "?!", "soooo haaappy", "qwxyz", "i can't wait, but no", "x " * 99]


def sentences() -> list[str]:
    found = list(STRANGE)
    for name in ("plain", "pairs", "wide_context"):
        lines = (SENTENCES / f"{name}.tsv").read_text("utf-8").splitlines()
        found += [line.partition("\t")[0] for line in lines]
    return found


@pytest.mark.parametrize("name", ["five", "wide"])
def test_the_quick_way_is_the_plain_way(name: str) -> None:
    model = EmojiModel.load(model_path(name, "emojify"))
    assert model.voices is not None
    assert model.parts.weights is not None
    asked = sentences()
    readings = [model.reader.read(sentence) for sentence in asked]
    logits = logits_of(model.network, [model.reader.arrays(each) for each in readings])
    expected = combined(model.voices.heard(readings, logits), model.parts.weights)
    together = model.likelihoods(asked)
    np.testing.assert_allclose(together, expected, atol=1e-5)
    for number in (0, 1, 4, 40, 90):
        alone = model.likelihoods([asked[number]])[0]
        np.testing.assert_allclose(alone, expected[number], atol=1e-5)


@pytest.mark.parametrize("top", [1, 3, 5, 20, None])
def test_the_likeliest_come_first_and_ties_keep_their_order(top: int | None) -> None:
    likely = np.array([[0.1, 0.4, 0.1, 0.4], [0, 0, 1, 0]], np.float32)
    order = [[1, 3, 0, 2], [2, 0, 1, 3]]
    assert _largest(likely, top).tolist() == [row[:top] for row in order]
