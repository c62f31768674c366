# SPDX-License-Identifier: Apache-2.0
"""Packing loses nothing, invents nothing, and knows where every step stands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.engine import Packing
from rnnkit.engine.arrays import Array

any_lengths = st.lists(st.integers(1, 7), min_size=1, max_size=7)
with_any_lengths = given(lengths=any_lengths)
always_the_same = settings(derandomize=True, deadline=None)


def sequences_of(lengths: list[int]) -> list[Array]:
    """Sequences of pairs (sequence, time), which tell every step from every other."""
    return [np.array([(i, t) for t in range(n)]) for i, n in enumerate(lengths)]


def assert_equal_sequences(some: list[Array], others: list[Array]) -> None:
    assert len(some) == len(others)
    for one, other in zip(some, others, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_picture_on_its_page() -> None:
    packing = Packing.of([4, 3, 1])
    rows = packing.pack([np.array(list(text)) for text in ("abcd", "efg", "h")])
    assert "".join(rows) == "aehbfcgd"
    assert packing.counts.tolist() == [3, 2, 2, 1]
    assert list(packing.steps()) == [(0, 3), (3, 2), (5, 2), (7, 1)]


@always_the_same
@with_any_lengths
def test_unpack_undoes_pack(lengths: list[int]) -> None:
    packing, sequences = Packing.of(lengths), sequences_of(lengths)
    rows = packing.pack(sequences)
    assert len(rows) == packing.row_count == sum(lengths)
    assert_equal_sequences(packing.unpack(rows), sequences)


@always_the_same
@with_any_lengths
def test_padded_arrays_hold_the_same(lengths: list[int]) -> None:
    packing, sequences = Packing.of(lengths), sequences_of(lengths)
    rows = packing.pack(sequences)
    padded = packing.unpack_padded(rows, padding=-1)
    assert padded.shape == (len(lengths), max(lengths), 2)
    assert_equal_sequences(
        [line[:n] for line, n in zip(padded, lengths, strict=True)], sequences
    )
    beyond = np.arange(max(lengths)) >= np.array(lengths)[:, None]
    assert (padded[beyond] == -1).all()
    np.testing.assert_array_equal(packing.pack_padded(padded), rows)


@always_the_same
@with_any_lengths
def test_it_knows_where_each_row_belongs(lengths: list[int]) -> None:
    packing = Packing.of(lengths)
    rows = packing.pack(sequences_of(lengths))
    np.testing.assert_array_equal(packing.sequence, rows[:, 0])
    np.testing.assert_array_equal(packing.time, rows[:, 1])
    np.testing.assert_array_equal(packing.order[packing.place], rows[:, 0])
    np.testing.assert_array_equal(packing.previous, _rows_before(rows))
    np.testing.assert_array_equal(
        rows[packing.first], [(i, 0) for i in range(len(lengths))]
    )
    np.testing.assert_array_equal(
        rows[packing.last], [(i, n - 1) for i, n in enumerate(lengths)]
    )


def _rows_before(rows: Array) -> list[int]:
    steps = [tuple(row) for row in rows.tolist()]
    return [steps.index((i, t - 1)) for i, t in steps if t > 0]


@always_the_same
@with_any_lengths
def test_the_longest_comes_first_and_ties_keep_their_order(lengths: list[int]) -> None:
    packing = Packing.of(lengths)
    by_length = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    assert packing.order.tolist() == by_length


@always_the_same
@with_any_lengths
def test_reversal_turns_every_sequence_around(lengths: list[int]) -> None:
    packing, sequences = Packing.of(lengths), sequences_of(lengths)
    rows = packing.pack(sequences)
    turned = rows[packing.reversal]
    assert_equal_sequences(packing.unpack(turned), [s[::-1] for s in sequences])
    np.testing.assert_array_equal(turned[packing.reversal], rows)


@pytest.mark.parametrize("lengths", [[], [0], [3, 0], [2, -1], [[1, 2]]])
def test_impossible_lengths(lengths: list[int]) -> None:
    with pytest.raises(ValueError, match="lengths"):
        Packing.of(lengths)


def test_sequences_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="lengths of this packing"):
        Packing.of([2, 1]).pack([np.zeros(1), np.zeros(2)])


@always_the_same
@with_any_lengths
def test_rows_of_a_sequence_brought_to_one(lengths: list[int]) -> None:
    packing, sequences = Packing.of(lengths), sequences_of(lengths)
    rows = packing.pack(sequences)
    for by in (np.add, np.maximum):
        expected = [by.reduce(sequence, axis=0) for sequence in sequences]
        np.testing.assert_array_equal(packing.reduced(rows, by), expected)


def test_sequences_that_are_joined_already() -> None:
    packing, sequences = Packing.of([2, 3]), sequences_of([2, 3])
    joined = packing.pack_joined(np.concatenate(sequences))
    np.testing.assert_array_equal(joined, packing.pack(sequences))


@pytest.mark.parametrize("steps", [1, 5, 500])
def test_one_sequence(steps: int) -> None:
    kept, anew = Packing.of_one(steps), Packing.of([steps])
    for name in ("lengths", "order", "counts", "offsets", "reversal"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(anew, name))
    assert Packing.of_one(steps) is kept
