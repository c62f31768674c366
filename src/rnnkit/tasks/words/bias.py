# SPDX-License-Identifier: Apache-2.0
r"""Find a bias in word vectors, measure it, and take it out of chosen words.

Bolukbasi and others (2016), as Andrew Ng's course teaches it; g is the bias axis:

    axis        g = mean of (e_b - e_a) over pairs such as man:woman
    neutralize  e' = e - (e . g / |g|^2) g
    equalize    for a pair of length 1, with mu = (e_1 + e_2) / 2:
                nu = mu - mu_B, where x_B = (x . g / |g|^2) g
                e_i' = nu + sqrt(1 - |nu|^2) (e_iB - mu_B) / |e_iB - mu_B|

A neutral word is then equally near to both words of an equalized pair. The pair keeps
its mean length, since files of vectors rarely hold unit vectors.

WEAT (Caliskan, Bryson, Narayanan 2017) measures how two sets of targets X, Y lean
towards two sets of attributes A, B:

    s(w)        mean of cos(w, a) over A - mean of cos(w, b) over B
    effect      (mean of s over X - mean of s over Y) / deviation of s over both
    p           share of equal partitions of X and Y together whose difference is larger
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, islice
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import InputError, UsageError, printable
from rnnkit.models.vectors import WordVectors

_PARTITIONS = 10_000
"""Partitions that are tried; if there are more, as many are drawn."""

_NOTHING = 1e-6
"""Shares of a length below which a vector counts as none."""

Pair = tuple[str, str]
Floats = NDArray[np.float64]


class Weat(NamedTuple):
    """How strongly two sets of words lean towards two others."""

    effect: float
    p: float


def bias_axis(vectors: WordVectors, pairs: Sequence[Pair]) -> Floats:
    """The direction from the first words of some pairs to the second, (D,).

    Raises:
        InputError: a word is unknown, or the pairs have no direction in common.
    """
    first, second = (
        vectors.vectors([pair[side] for pair in pairs]).astype(np.float64)
        for side in (0, 1)
    )
    axis = (second - first).mean(axis=0)
    if np.linalg.norm(axis) <= _NOTHING * np.linalg.norm(first):
        raise InputError(
            "the pairs have no direction in common",
            hint="give words that differ in one thing, as in: --pair man:woman",
        )
    return axis


def leaning(vectors: WordVectors, axis: Floats, words: Sequence[str]) -> list[float]:
    """The cosine of each word with the axis: how far it leans, and to which side."""
    unit = _unit(vectors, words)
    return [float(cosine) for cosine in unit @ axis / np.linalg.norm(axis)]


def debiased(
    vectors: WordVectors,
    axis: Floats,
    *,
    neutral: Sequence[str] = (),
    equal: Sequence[Pair] = (),
) -> WordVectors:
    """Copy vectors with some words neutralized and some pairs equalized.

    Raises:
        InputError: a word is unknown, or a pair does not differ along the axis.
    """
    numbers = np.array(vectors.numbers, np.float32)
    for word in neutral:
        row = vectors.find(word).row
        numbers[row] = _rest(numbers[row].astype(np.float64), axis)
    for pair in equal:
        rows = [vectors.find(word).row for word in pair]
        numbers[rows] = _equalized(numbers[rows].astype(np.float64), axis, pair)
    table = replace(vectors.table, numbers=numbers, norms=None, description={})
    return WordVectors(table, vectors.name, threads=vectors.threads)


def _along(vector: Floats, axis: Floats) -> Floats:
    return (vector @ axis / (axis @ axis))[..., None] * axis


def _rest(vector: Floats, axis: Floats) -> Floats:
    return vector - _along(vector, axis)


def _equalized(both: Floats, axis: Floats, pair: Pair) -> Floats:
    lengths = np.linalg.norm(both, axis=1, keepdims=True)
    unit = both / np.where(lengths > 0, lengths, 1)
    mean = unit.mean(axis=0)
    nu = _rest(mean, axis)
    lean = _along(unit, axis) - _along(mean, axis)
    sizes = np.linalg.norm(lean, axis=1, keepdims=True)
    if not sizes.min() > _NOTHING:
        raise InputError(
            f"'{printable(pair[0])}' and '{printable(pair[1])}' do not differ along "
            "the bias axis",
            hint="equalize words that do, as in: --equalize actor:actress",
        )
    return (nu + np.sqrt(max(0.0, 1 - float(nu @ nu))) * lean / sizes) * lengths.mean()


def weat(
    vectors: WordVectors,
    targets: tuple[Sequence[str], Sequence[str]],
    attributes: tuple[Sequence[str], Sequence[str]],
    *,
    generator: np.random.Generator,
) -> Weat:
    """Measure how the first targets lean to the first attributes, against the second.

    Raises:
        InputError: a word is unknown.
        UsageError: the targets are not equally many, or fewer than two each.
    """
    x, y = targets
    if len(x) != len(y) or len(x) < 2 or not all(attributes):
        raise UsageError(
            f"the targets are {len(x)} and {len(y)} words, the attributes "
            f"{len(attributes[0])} and {len(attributes[1])}",
            hint="give equally many targets, two or more, and one attribute or more",
        )
    words = _unit(vectors, [*x, *y])
    a, b = (_unit(vectors, part) for part in attributes)
    s = (words @ a.T).mean(axis=1) - (words @ b.T).mean(axis=1)
    difference = s[: len(x)].mean() - s[len(x) :].mean()
    spread = float(s.std(ddof=1))
    effect = float(difference) / spread if spread else 0.0
    return Weat(effect, _share_above(s, len(x), generator))


def _share_above(s: Floats, half: int, generator: np.random.Generator) -> float:
    """The share of partitions in which the first half sums to more."""
    observed = s[:half].sum()
    if comb(len(s), half) <= _PARTITIONS:
        chosen = np.array(list(islice(combinations(range(len(s)), half), _PARTITIONS)))
    else:
        orders = generator.random((_PARTITIONS, len(s)))
        chosen = np.argsort(orders, axis=1)[:, :half]
    return float((s[chosen].sum(axis=1) > observed + 1e-12).mean())


def _unit(vectors: WordVectors, words: Sequence[str]) -> Floats:
    rows = vectors.vectors(words).astype(np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)
