# SPDX-License-Identifier: Apache-2.0
"""The best of many scores, for one question and for a thousand.

Sorting 400,000 scores to see ten of them takes longer than calculating them. A bound
below which nothing can be among the best is cheap to have, and few scores pass it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

_GROUP = 512
_FIRST_TILE = 2**14
_TILE = 2**12
_QUERIES = 128
_WORD = 8
"""Flags that are looked at together, as one integer."""


def best(scores: NDArray[np.floating], count: int) -> Rows:
    """Return the rows of the `count` highest scores, (<= count,), best first.

    Of equal scores the lower row comes first; rows of minus infinity never come.
    """
    whole = len(scores) // _GROUP * _GROUP
    if whole // _GROUP > 2 * count:
        # As many groups as are asked for reach this bound, so as many scores do.
        highest = scores[:whole].reshape(-1, _GROUP).max(axis=1)
        bound = np.partition(highest, len(highest) - count)[len(highest) - count]
        rows = np.flatnonzero(scores >= bound)
    else:
        rows = np.arange(len(scores))
    rows = rows[scores[rows] > -np.inf]
    return rows[np.argsort(-scores[rows], kind="stable")[:count]]


def search(
    matrix: Floats,
    factors: Floats | None,
    queries: Floats,
    count: int,
    *,
    threads: int = 1,
) -> list[tuple[Rows, Floats]]:
    """Find the rows of a matrix that have the highest products with many queries.

    Args:
        matrix: (V, D).
        factors: what each product is multiplied by, (V,); rows of factor 0 never come.
        queries: (Q, D).
        count: how many rows for each query.
        threads: how many share the queries.

    Returns:
        For each query its rows and their scores, best first, (<= count,).
    """
    share = max(1, -(-len(queries) // threads))
    parts = [queries[i : i + share] for i in range(0, len(queries), share)]
    if len(parts) == 1:
        return _search(matrix, factors, queries, count)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        found = pool.map(lambda part: _search(matrix, factors, part, count), parts)
        return [each for part in found for each in part]


def _search(
    matrix: Floats, factors: Floats | None, queries: Floats, count: int
) -> list[tuple[Rows, Floats]]:
    """The first rows give each query a bound; of the rest, what is above it is kept."""
    bounds = np.full(len(queries), -np.inf, np.float32)
    kept: list[tuple[NDArray[Any], ...]] = []
    first = 0
    scores = np.empty(_QUERIES * max(_FIRST_TILE, _TILE), np.float32)
    flags = np.empty(_QUERIES * _TILE, np.bool_)
    while first < len(matrix):
        tile = matrix[first : first + (_TILE if first else _FIRST_TILE)]
        if factors is not None:
            scale = factors[first : first + len(tile)]
            tile = tile * scale[:, None]
        for start in range(0, len(queries), _QUERIES):
            some = queries[start : start + _QUERIES]
            room = scores[: len(some) * len(tile)].reshape(len(some), len(tile))
            np.matmul(some, tile.T, out=room)
            if factors is not None and not scale.all():
                room[:, scale == 0] = -np.inf
            bound = bounds[start : start + len(some)]
            if first:
                flag = flags[: room.size].reshape(room.shape)
                found = _flagged(np.greater_equal(room, bound[:, None], out=flag))
            else:
                found = _first_ones(room, count, bound)
            query, column = np.divmod(found, len(tile))
            values = room.reshape(-1)[found]
            kept.append((query + start, column + first, values))
        first += len(tile)
    return _sorted(kept, len(queries), count)


def _first_ones(scores: Floats, count: int, bound: Floats) -> Rows:
    """The best of the first tile, as flat places; sets the bound of each query."""
    rows, columns = scores.shape
    if columns > count:
        chosen = np.argpartition(scores, columns - count, axis=1)[:, columns - count :]
        bound[:] = np.take_along_axis(scores, chosen, axis=1).min(axis=1)
        # All that are as good as the last one, so that the lower row can win.
        return np.flatnonzero(scores >= bound[:, None])
    return np.arange(rows * columns)


def _flagged(flags: NDArray[np.bool_]) -> Rows:
    """The flat places that are True, of which there are few."""
    flat = flags.reshape(-1)
    if flat.size % _WORD:
        return np.flatnonzero(flat)
    words = np.flatnonzero(flat.view(np.uint64))
    places = (words[:, None] * _WORD + np.arange(_WORD)).reshape(-1)
    return places[flat[places]]


def _sorted(
    kept: Sequence[tuple[NDArray[Any], ...]], queries: int, count: int
) -> list[tuple[Rows, Floats]]:
    query, row, score = (np.concatenate(part) for part in zip(*kept, strict=True))
    sound = score > -np.inf
    query, row, score = query[sound], row[sound], score[sound]
    order = np.lexsort((row, -score, query))
    query, row, score = query[order], row[order], score[order]
    starts = np.searchsorted(query, np.arange(queries + 1))
    return [
        (row[start : min(start + count, end)], score[start : min(start + count, end)])
        for start, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    ]
