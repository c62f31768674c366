# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.models.word_training.spectrum import Spectrum, SpectrumSettings
from tests.models.word_training.conftest import Counts, Written


def information(counts: Counts, settings: SpectrumSettings) -> Counts:
    """M by its definition."""
    p = counts / counts.sum()
    s = settings.smoothing
    q = p.sum(axis=1) ** ((1 + s) / 2) / np.sqrt((p.sum(axis=1) ** s).sum())
    with np.errstate(divide="ignore"):
        return np.maximum(0, np.log(p) - np.log(np.outer(q, q) * settings.shift))


@pytest.mark.parametrize("shift", [1.0, 1.5])
def test_eigenvectors(written: Written, counts: Counts, shift: float) -> None:
    settings = SpectrumSettings(
        dimensions=3, spare=17, products=2, shift=shift, power=0.5
    )
    spectrum = Spectrum(written(counts), settings, seed=1)
    assert [*spectrum.run()][-1] == 1
    values, vectors = np.linalg.eigh(information(counts, settings))
    order = np.argsort(-np.abs(values))[:3]
    expected = vectors[:, order] * np.abs(values[order]) ** 0.5
    found = spectrum.vectors
    signs = np.sign((found * expected).sum(axis=0))
    np.testing.assert_allclose(found * signs, expected, atol=1e-4)


def test_going_on_is_as_not_having_stopped(written: Written, counts: Counts) -> None:
    tiles = written(counts)
    settings = SpectrumSettings(dimensions=3, spare=2, products=3)
    whole = Spectrum(tiles, settings, seed=1)
    list(whole.run())
    first = Spectrum(tiles, settings, seed=1)
    steps = first.run()
    while first.done < 2:
        next(steps)
    second = Spectrum(tiles, settings, seed=1)
    second.restore(first.arrays(), done=2)
    list(second.run())
    assert np.array_equal(whole.vectors, second.vectors)


def test_a_word_without_pairs_gets_zeros(written: Written, counts: Counts) -> None:
    counts[4] = counts[:, 4] = 0
    settings = SpectrumSettings(dimensions=2, spare=6)
    spectrum = Spectrum(written(counts), settings, seed=1)
    list(spectrum.run())
    assert np.isfinite(spectrum.vectors).all()
    np.testing.assert_allclose(spectrum.vectors[4], 0, atol=1e-6)
