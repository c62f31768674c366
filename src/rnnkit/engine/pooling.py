# SPDX-License-Identifier: Apache-2.0
"""From one vector a step to one vector a sequence.

============  =============================================================
last          what was said when everything had been read: the last step of
              the forward direction, the first step of the backward one
mean          the average over the sequence
max           each feature's largest value over the sequence
attention     an average whose weights are learnt: a = softmax over time of
              w . tanh(o), pooled = sum of a * o
============  =============================================================

Every kind takes packed rows (N, D) and gives (B, D) in the caller's order. Several
can stand side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnkit.engine.activations import softmax_backward, tanh, tanh_backward
from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.packing import Packing

KINDS = ("last", "mean", "max", "attention")


def last(rows: FloatArray, packing: Packing, *, directions: int) -> FloatArray:
    """The final output of each direction."""
    ends = (packing.last, packing.first)
    halves = np.split(rows, directions, axis=1)
    return np.concatenate(
        [half[end] for half, end in zip(halves, ends, strict=False)], axis=1
    )


def last_backward(
    d_pooled: FloatArray, packing: Packing, *, directions: int
) -> FloatArray:
    """Gradient of the rows: all of it falls on the steps that were read off."""
    d_rows = np.zeros((packing.row_count, d_pooled.shape[1]), dtype=d_pooled.dtype)
    ends = (packing.last, packing.first)
    for d_half, d_end, end in zip(
        np.split(d_rows, directions, axis=1),
        np.split(d_pooled, directions, axis=1),
        ends,
        strict=False,
    ):
        d_half[end] = d_end
    return d_rows


def mean(rows: FloatArray, packing: Packing) -> FloatArray:
    """The average over each sequence's own length."""
    totals: FloatArray = packing.reduced(rows, np.add)
    return totals / packing.lengths[:, None].astype(rows.dtype)


def mean_backward(d_pooled: FloatArray, packing: Packing) -> FloatArray:
    """Gradient of the rows: an equal share for every step."""
    shares = d_pooled / packing.lengths[:, None].astype(d_pooled.dtype)
    return shares[packing.sequence]


def maximum(rows: FloatArray, packing: Packing) -> FloatArray:
    """Each feature's largest value."""
    return packing.reduced(rows, np.maximum)


def maximum_backward(
    d_pooled: FloatArray, packing: Packing, rows: FloatArray
) -> FloatArray:
    """Gradient of the rows: all of it falls on those that were the largest."""
    step = packing.unpack_padded(rows, padding=-np.inf).argmax(axis=1)
    winners = packing.offsets[step] + packing.first[:, None]
    d_rows = np.zeros_like(rows)
    d_rows[winners, np.arange(d_pooled.shape[1])] = d_pooled
    return d_rows


class AttentionCache(NamedTuple):
    """What :func:`attention` leaves.

    Attributes:
        rows: its input, (N, D).
        squashed: tanh of it.
        weights: how much each step counts, (N,); 1 in all over a sequence.
    """

    rows: FloatArray
    squashed: FloatArray
    weights: FloatArray


def attention(
    rows: FloatArray, packing: Packing, query: FloatArray
) -> tuple[FloatArray, AttentionCache]:
    """A learnt weighted average; ``query`` is w, shape (D,)."""
    squashed = tanh(rows)
    scores = squashed @ query
    scores -= packing.reduced(scores, np.maximum)[packing.sequence]
    weights = np.exp(scores)
    weights /= packing.reduced(weights, np.add)[packing.sequence]
    pooled = packing.reduced(rows * weights[:, None], np.add)
    return pooled, AttentionCache(rows, squashed, weights)


def attention_backward(
    d_pooled: FloatArray, packing: Packing, query: FloatArray, cache: AttentionCache
) -> tuple[FloatArray, FloatArray]:
    """Gradients of the rows (N, D) and of the query (D,).

    A row counts twice: by what it adds to the average, and by how it moves its own
    weight.
    """
    d_average = d_pooled[packing.sequence]
    d_weights = (d_average * cache.rows).sum(axis=1)
    d_scores = packing.pack_padded(
        softmax_backward(
            packing.unpack_padded(cache.weights), packing.unpack_padded(d_weights)
        )
    )
    d_squashed = d_scores[:, None] * query
    d_rows = d_average * cache.weights[:, None]
    d_rows += tanh_backward(cache.squashed, d_squashed)
    return d_rows, cache.squashed.T @ d_scores


def forward(
    kinds: Sequence[str],
    rows: FloatArray,
    packing: Packing,
    *,
    directions: int,
    query: FloatArray | None,
) -> tuple[FloatArray, list[Any]]:
    """Pool in several ways at once.

    Args:
        kinds: among ``KINDS``.
        rows: packed, (N, D).
        directions: of the last layer, 1 or 2.
        query: w of attention, (D,).

    Returns:
        What each kind gives, side by side, (B, len(kinds) * D), and what each keeps.
    """
    pooled, caches = [], []
    for kind in kinds:
        kept: Any = None
        if kind == "last":
            one = last(rows, packing, directions=directions)
        elif kind == "mean":
            one = mean(rows, packing)
        elif kind == "max":
            one, kept = maximum(rows, packing), rows
        else:
            assert query is not None
            one, kept = attention(rows, packing, query)
        pooled.append(one)
        caches.append(kept)
    return np.concatenate(pooled, axis=1), caches


def backward(
    kinds: Sequence[str],
    d_pooled: FloatArray,
    packing: Packing,
    caches: Sequence[Any],
    *,
    directions: int,
    query: FloatArray | None,
) -> tuple[FloatArray, FloatArray | None]:
    """Gradients of the rows (N, D) and of the query (D,), if there is one."""
    parts = np.split(d_pooled, len(kinds), axis=1)
    d_rows = np.zeros((packing.row_count, parts[0].shape[1]), dtype=d_pooled.dtype)
    d_query = None
    for kind, d_one, kept in zip(kinds, parts, caches, strict=True):
        if kind == "last":
            d_rows += last_backward(d_one, packing, directions=directions)
        elif kind == "mean":
            d_rows += mean_backward(d_one, packing)
        elif kind == "max":
            d_rows += maximum_backward(d_one, packing, kept)
        else:
            assert query is not None
            d_part, d_query = attention_backward(d_one, packing, query, kept)
            d_rows += d_part
    return d_rows, d_query
