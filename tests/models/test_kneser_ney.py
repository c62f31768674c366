# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.engine.arrays import Array, IntArray
from rnnkit.models import kneser_ney
from rnnkit.models.kneser_ney import KneserNey, discounts
from rnnkit.models.ngram import Bigram

# Symbols: 0 is the border, 1 is a, 2 is b. The names are "ab", "aa" and "a".
AB, AA, A = (0, 1, 2, 0), (0, 1, 1, 0), (0, 1, 0)
ORDERS = range(1, 9)

Pairs = list[tuple[IntArray, IntArray]]


def pairs(*names: Sequence[int]) -> Pairs:
    return [(np.array(name[:-1]), np.array(name[1:])) for name in names]


def dinosaurs(*, every: int) -> Pairs:
    """Some of the shipped names, small letters as 1 to 26."""
    path = Path(__file__).parents[2] / "assets/dino/names.txt"
    names = path.read_text(encoding="utf-8").lower().split()[::every]
    return pairs(*([0, *(ord(letter) - 96 for letter in name), 0] for name in names))


def chances(model: KneserNey, *context: int) -> Array:
    """Of every symbol after a context, which is filled up with borders."""
    length = model.order - 1
    filled = [*[0] * length, *context][len(context) :]
    return model.probabilities(np.array([filled], dtype=np.intp))[0]


def any_contexts(model: KneserNey, count: int = 300) -> IntArray:
    shape = (count, model.order - 1)
    return np.random.default_rng(1).integers(model.size, size=shape)


# Discounts


def test_discounts_counted_by_hand() -> None:
    # Four came once, two twice, one three times, one four times: Y = 4 / (4 + 2 * 2).
    counts = np.array([1, 1, 1, 1, 2, 2, 3, 4, 9])
    expected = [1 - 2 * 0.5 * 2 / 4, 2 - 3 * 0.5 * 1 / 2, 3 - 4 * 0.5 * 1 / 1]
    assert discounts(counts).tolist() == expected


@pytest.mark.parametrize(
    "counts",
    [
        [7],  # nothing came once
        [1, 1],  # nothing came twice
        [1, 2, 2],  # nothing came three times
        [1, 2, 3, 3, 3],  # D(2) would be below 0
        [1, 1, 2, 3, 3],  # D(2) would be 0: nothing would be left for other symbols
        [1, 2, 3, 4, 4, 4],  # D(3) would be below 0
    ],
    ids=str,
)
def test_too_few_counts_have_the_usual_discounts(counts: list[int]) -> None:
    assert discounts(np.array(counts)).tolist() == [0.5, 1.0, 1.5]


@settings(derandomize=True, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=60))
def test_no_more_is_taken_than_was_counted(counts: list[int]) -> None:
    taken = discounts(np.array(counts))
    assert (taken > 0).all()
    assert (taken <= [1, 2, 3]).all()


# Chances


def test_chances_counted_by_hand() -> None:
    model = KneserNey.fit(pairs(AB, AA, A), size=3, order=2)
    # The border came after two symbols, a after two, b after one: too few to tell, so
    # 1 is taken from each 2 and 1/2 from the 1, and 2.5 of 5 are left for all alike.
    first = np.array([1 / 5, 1 / 5, 0.5 / 5]) + 2.5 / 5 / 3
    # Of pairs, three came once, one twice, one three times: Y = 3 / (3 + 2).
    once, twice, thrice = 1 - 2 * 0.6 * 1 / 3, 2 - 3 * 0.6 * 1 / 1, 3
    after_border = np.array([0, 3 - thrice, 0]) / 3 + thrice / 3 * first
    after_a = np.array([2 - twice, 1 - once, 1 - once]) / 4
    after_a += (twice + 2 * once) / 4 * first
    after_b = np.array([1 - once, 0, 0]) + once * first
    np.testing.assert_allclose(
        model.probabilities(np.array([[0], [1], [2]])),
        [after_border, after_a, after_b],
        rtol=1e-14,
    )


class Plainly:
    """The same equations, one chance at a time, with dictionaries."""

    def __init__(self, data: Pairs, *, size: int, order: int) -> None:
        self.size, self.order = size, order
        longest: Counter[tuple[int, ...]] = Counter()
        for before, after in data:
            read = [0] * (order - 1) + before.tolist()
            for step, symbol in enumerate(after.tolist()):
                context = read[step + 1 : step + order] if order > 1 else []
                longest[(*context, symbol)] += 1
        self.counts = {order: longest}
        for length in range(order - 1, 0, -1):
            self.counts[length] = Counter(g[1:] for g in self.counts[length + 1])
        self.taken = {
            length: discounts(np.array(list(counts.values())))
            for length, counts in self.counts.items()
        }
        self.after: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for counts in self.counts.values():
            for gram, count in counts.items():
                self.after[gram[:-1]].append(count)

    def chance(self, gram: tuple[int, ...]) -> float:
        if not gram:
            return 1 / self.size
        shorter = self.chance(gram[1:])
        counts = self.after.get(gram[:-1])
        if counts is None:
            return shorter
        taken = self.taken[len(gram)]
        rest = sum(taken[min(count, 3) - 1] for count in counts)
        count = self.counts[len(gram)][gram]
        kept = count - taken[min(count, 3) - 1] if count else 0
        return (kept + rest * shorter) / sum(counts)


@pytest.mark.parametrize("order", ORDERS)
def test_it_agrees_with_the_equations_written_plainly(order: int) -> None:
    data = dinosaurs(every=30)
    model = KneserNey.fit(data, size=27, order=order)
    plainly = Plainly(data, size=27, order=order)
    contexts = any_contexts(model, 20)
    seen = [gram[:-1] for gram in list(plainly.counts[order])[::40]]
    contexts = np.concatenate([contexts, np.array(seen, dtype=np.intp)])
    expected = [
        [plainly.chance((*context, symbol)) for symbol in range(27)]
        for context in contexts.tolist()
    ]
    np.testing.assert_allclose(model.probabilities(contexts), expected, rtol=1e-12)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=7), min_size=1),
    st.integers(1, 8),
)
def test_chances_add_up_to_one_and_nothing_is_impossible(
    names: list[list[int]], order: int
) -> None:
    data = pairs(*([0, *name, 0] for name in names))
    model = KneserNey.fit(data, size=6, order=order)
    p = model.probabilities(any_contexts(model))
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=0, atol=1e-14)
    assert (p > 0).all()


def test_chances_add_up_to_one_after_many_names() -> None:
    model = KneserNey.fit(dinosaurs(every=1), size=27)
    p = model.probabilities(any_contexts(model, 3000))
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=0, atol=1e-14)


def test_what_never_came_before_is_not_asked() -> None:
    model = KneserNey.fit(pairs(AB, AA, A), size=5, order=4)
    # No name has b before a, and none has the symbols 3 and 4 at all.
    np.testing.assert_array_equal(chances(model, 2, 1), chances(model, 4, 3, 1))
    np.testing.assert_array_equal(chances(model, 4), chances(model, 1, 2, 3))
    assert not np.array_equal(chances(model, 0, 1), chances(model, 2, 1))


def test_a_symbol_that_never_came_is_possible_everywhere() -> None:
    model = KneserNey.fit(pairs(AB, AA, A), size=5, order=3)
    assert (model.probabilities(any_contexts(model))[:, 3:] > 0).all()


def test_long_memory_tells_beginnings_apart() -> None:
    """An order longer than any name still knows how each of them goes on."""
    model = KneserNey.fit(pairs((0, 1, 2, 3, 0), (0, 2, 2, 1, 0)), size=4, order=8)
    assert chances(model, 0, 1, 2).argmax() == 3
    assert chances(model, 0, 2, 2).argmax() == 1
    # Borders stand before a name, as many as are needed.
    np.testing.assert_array_equal(chances(model, 0), chances(model, 0, 0, 0))


def test_rows_do_not_depend_on_one_another() -> None:
    model = KneserNey.fit(dinosaurs(every=10), size=27)
    contexts = any_contexts(model, 50)
    alone = [model.probabilities(contexts[i : i + 1])[0] for i in range(50)]
    np.testing.assert_array_equal(model.probabilities(contexts), alone)
    assert model.probabilities(contexts[:0]).shape == (0, 27)


def test_the_order_of_the_names_plays_no_part() -> None:
    data = dinosaurs(every=10)
    one = KneserNey.fit(data, size=27).to_arrays()
    other = KneserNey.fit(data[::-1], size=27).to_arrays()
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name])


@pytest.mark.parametrize("size", [1, 2, 256, 257, 70_000])
def test_few_symbols_and_many(size: int) -> None:
    last = size - 1
    model = KneserNey.fit(pairs((0, last, 0), (0, last, last, 0)), size=size, order=3)
    p = chances(model, 0)
    assert p.shape == (size,)
    assert p.sum() == pytest.approx(1)
    assert p.argmax() == last


@pytest.mark.parametrize("order", [-1, 0, 9])
def test_orders_are_from_one_to_eight(order: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 8"):
        KneserNey.fit(pairs(AB), size=3, order=order)


# Losses


def test_loss_is_the_mean_over_all_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    model = KneserNey.fit(pairs(AB, AA, A), size=3, order=3)
    steps = [((), 1), ((1,), 2), ((1, 2), 0), ((), 1), ((1,), 0)]
    nats = [-math.log(chances(model, 0, *h)[w]) for h, w in steps]
    assert model.surprises(pairs(AB, A)) == pytest.approx(nats)
    assert model.loss(pairs(AB, A)) == pytest.approx(sum(nats) / 5)
    monkeypatch.setattr(kneser_ney, "_GRAMS_AT_ONCE", 2)
    assert model.surprises(pairs(AB, A)) == pytest.approx(nats)


def test_it_is_much_better_than_a_bigram_and_best_at_length_six() -> None:
    data = dinosaurs(every=1)
    learnt, new = data[::2] + data[1::4], data[3::4]
    losses = {
        order: KneserNey.fit(learnt, size=27, order=order).loss(new)
        for order in range(2, 7)
    }
    assert sorted(losses.values(), reverse=True) == list(losses.values())
    assert losses[6] < Bigram(27).fit(learnt).loss(new) - 0.5


# Files


@pytest.mark.parametrize("order", ORDERS)
def test_it_comes_back_from_arrays(order: int) -> None:
    model = KneserNey.fit(dinosaurs(every=30), size=27, order=order)
    arrays = model.to_arrays()
    assert {name: array.dtype.kind for name, array in arrays.items()} == {
        "grams": "u",
        "counts": "u",
    }
    again = KneserNey.from_arrays(arrays, size=27)
    contexts = any_contexts(model)
    np.testing.assert_array_equal(
        again.probabilities(contexts), model.probabilities(contexts)
    )
    for name, array in again.to_arrays().items():
        np.testing.assert_array_equal(array, arrays[name])
        assert array.dtype == arrays[name].dtype


def test_the_arrays_are_small() -> None:
    arrays = KneserNey.fit(dinosaurs(every=1), size=27).to_arrays()
    assert sum(array.nbytes for array in arrays.values()) < 100_000


GRAMS = np.array([[0, 1], [1, 0]], dtype=np.uint8)
COUNTS = np.array([1, 2], dtype=np.uint8)


@pytest.mark.parametrize(
    "change",
    [
        {"grams": GRAMS[:, 0]},
        {"grams": GRAMS[:, :0]},
        {"grams": GRAMS[:0], "counts": COUNTS[:0]},
        {"grams": np.zeros((2, 9), np.uint8)},
        {"grams": GRAMS.astype(np.float32)},
        {"grams": GRAMS + np.uint8(1)},
        {"grams": GRAMS.astype(np.int8) - np.int8(1)},
        {"grams": GRAMS[[0, 0]]},
        {"counts": COUNTS[:1]},
        {"counts": COUNTS[:, None]},
        {"counts": COUNTS - np.uint8(1)},
        {"counts": COUNTS.astype(np.float32)},
        {"counts": np.array([1, 2**64 - 1], dtype=np.uint64)},
    ],
    ids=lambda change: ", ".join(f"{n} {a.dtype}{a.shape}" for n, a in change.items()),
)
def test_arrays_that_are_no_counts_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="n-grams"):
        KneserNey.from_arrays({"grams": GRAMS, "counts": COUNTS} | change, size=2)


def test_missing_arrays_are_named() -> None:
    with pytest.raises(KeyError, match="counts"):
        KneserNey.from_arrays({"grams": GRAMS}, size=2)
