# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.errors import TrainingError
from rnnkit.models.word_training.glove import Glove, GloveSettings
from tests.models.word_training.conftest import Counts, Written

SETTINGS = GloveSettings(dimensions=3, passes=4, x_max=10)


def cost_of(glove: Glove, counts: Counts) -> float:
    """The mean cost by the formula of the paper."""
    places = glove.tiles.layout.places
    W, H = glove.words[places].astype(float), glove.contexts[places].astype(float)
    one, other = np.nonzero(counts)
    x = counts[one, other]
    product = (W[one, :-2] * H[other, :-2]).sum(1) + W[one, -2] + H[other, -1]
    weights = np.minimum(1, (x / glove.settings.x_max) ** glove.settings.alpha)
    return float(0.5 * (weights * (product - np.log(x)) ** 2).mean())


def test_the_cost_is_that_of_the_paper(written: Written, counts: Counts) -> None:
    settings = GloveSettings(dimensions=3, passes=1, learning_rate=1e-9, x_max=10)
    glove = Glove(written(counts), settings, seed=1)
    assert [*glove.run()][-1] == 1
    assert glove.costs[-1] == pytest.approx(cost_of(glove, counts), rel=1e-4)


def test_a_step_goes_down_the_gradient(written: Written, counts: Counts) -> None:
    """One tile: what AdaGrad takes from each number is rate g / sqrt(1 + g^2)."""
    small = counts[:7, :7]
    settings = GloveSettings(dimensions=3, passes=1, x_max=10)
    glove = Glove(written(small), settings, seed=1)
    entries = np.count_nonzero(small)
    before = {name: array.copy() for name, array in glove.arrays().items()}
    list(glove.run())
    after = {name: array.copy() for name, array in glove.arrays().items()}
    for name in ("words", "contexts"):
        moved = (before[name] - after[name]) / settings.learning_rate
        for row in range(len(moved)):
            for column in range(moved.shape[1]):
                slopes = []
                for nudge in (1e-3, -1e-3):
                    for key, array in before.items():
                        glove.arrays()[key][:] = array
                    glove.arrays()[name][row, column] += nudge
                    slopes.append(cost_of(glove, small) * entries)
                g = (slopes[0] - slopes[1]) / 2e-3
                # The column of ones is no parameter.
                fixed = column == moved.shape[1] - (1 if name == "words" else 2)
                wanted = 0 if fixed else g / np.sqrt(1 + g * g)
                assert moved[row, column] == pytest.approx(wanted, abs=2e-3)


def test_it_finds_what_explains_the_counts(written: Written, counts: Counts) -> None:
    settings = GloveSettings(dimensions=4, passes=300, x_max=1)
    glove = Glove(written(counts), settings, seed=1)
    list(glove.run())
    assert glove.costs[-1] < 0.002
    assert glove.vectors.shape == (20, 4)


def test_going_on_is_as_not_having_stopped(written: Written, counts: Counts) -> None:
    tiles = written(counts)
    whole = Glove(tiles, SETTINGS, seed=3)
    list(whole.run())
    first = Glove(tiles, GloveSettings(dimensions=3, passes=2, x_max=10), seed=3)
    list(first.run())
    second = Glove(tiles, SETTINGS, seed=3)
    second.restore(first.arrays(), first.costs)
    list(second.run())
    assert np.array_equal(whole.vectors, second.vectors)
    other = Glove(tiles, SETTINGS, seed=4)
    list(other.run())
    assert not np.array_equal(whole.vectors, other.vectors)
    with pytest.raises(ValueError, match="words is"):
        Glove(tiles, GloveSettings(dimensions=5), seed=3).restore(first.arrays(), [0.0])


def test_a_rate_that_is_too_high_is_told(written: Written, counts: Counts) -> None:
    settings = GloveSettings(dimensions=3, passes=50, learning_rate=1e30)
    with (
        pytest.raises(TrainingError, match="no longer a finite number"),
        np.errstate(all="ignore"),
    ):
        list(Glove(written(counts), settings, seed=1).run())


def test_biases_begin_where_counts_are(written: Written, counts: Counts) -> None:
    """Without vectors, b + c explain how frequent two words are, as well as can be."""
    glove = Glove(written(counts), SETTINGS, seed=1)
    places = glove.tiles.layout.places
    b = glove.words[places, -2].astype(float)
    assert np.array_equal(glove.words[:, -2], glove.contexts[:, -1])
    with np.errstate(divide="ignore"):
        logs = np.where(counts > 0, np.log(counts), 0)
    f = np.minimum(1, (counts / SETTINGS.x_max) ** SETTINGS.alpha)
    means = (f * logs).sum(axis=1) / f.sum(axis=1)
    overall = (f * logs).sum() / f.sum()
    np.testing.assert_allclose(b, means - overall / 2, rtol=1e-4)
