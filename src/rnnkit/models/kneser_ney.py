# SPDX-License-Identifier: Apache-2.0
"""The best that counting can do: an n-gram model with Kneser-Ney smoothing.

It predicts a symbol w from the n - 1 symbols before it, its context h. Long contexts
say most, but most of them came once or never. So every order takes a little from each
of its counts, the discount D, and hands what it took to the next shorter context h',
which is h without its oldest symbol:

    p_n(w|h) = (c(hw) - D(c(hw))) / c(h) + rest(h) p_{n-1}(w|h')
    rest(h)  = sum_w D(c(hw)) / c(h)            c(h) = sum_w c(hw)

Below the first order all symbols are alike, and a context that never came leaves it
all to the shorter one. Two ideas make this hard to beat:

- The longest order counts how often hw came; all others count how many different
  symbols came before it (Kneser and Ney, 1995, "Improved backing-off for m-gram
  language modeling"). The shorter context is only asked where the longer one does not
  know, and there a symbol that follows anything is likelier than one that is frequent
  after a single other.
- What is taken depends on the count, and is itself counted (Chen and Goodman, 1999,
  "An empirical study of smoothing techniques for language modeling"). If n_r n-grams
  of an order have the count r, then with Y = n_1 / (n_1 + 2 n_2)

      D(1) = 1 - 2 Y n_2/n_1
      D(2) = 2 - 3 Y n_3/n_2
      D(r) = 3 - 4 Y n_4/n_3        for r of 3 and more
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnnkit.engine.arrays import Array, FloatArray, IntArray

BEFORE = 0
"""The symbol that stands, as often as needed, before the first of a sequence."""

HIGHEST_ORDER = 8

_USUAL_DISCOUNTS = np.array([0.5, 1.0, 1.5])
"""For an order with too few different counts to tell."""

_GRAMS_AT_ONCE = 2**18


class _Order(NamedTuple):
    """What one order of n-grams knows.

    A context is numbered within its order, and found by its key: the number of h' in
    the order below, times V, plus the symbol that h has and h' has not.

    Attributes:
        contexts: keys, ascending, (M,).
        starts: where the n-grams of each context begin, and G at the end, (M + 1,).
        keys: of the n-grams, ascending: the number of h, times V, plus w, (G,).
        chances: of each of them, (c(hw) - D) / c(h), (G,).
        rest: by context, what the shorter one decides about, (M,).
    """

    contexts: IntArray
    starts: IntArray
    keys: IntArray
    chances: FloatArray
    rest: FloatArray


class KneserNey:
    """Chances of the next symbol, given the symbols before it.

    Make one with :meth:`fit`, or from the arrays of another.

    Attributes:
        size: V, how many symbols there are.
        order: n, how many symbols the longest n-grams have.

    Args:
        grams: the n-grams that came, each once, in the order of reading, (G, n).
        counts: how often each of them came, (G,).
        size: how many symbols there are.

    Raises:
        ValueError: these are not n-grams of so many symbols.
    """

    def __init__(self, grams: IntArray, counts: IntArray, *, size: int) -> None:
        _check(grams, counts, size)
        self.size = size
        self.order = grams.shape[1]
        sorting = np.lexsort(_nearest_last(grams))
        self._grams = grams[sorting].astype(_smallest_type(size - 1))
        self._counts = counts[sorting].astype(np.intp)
        if not _differs(self._grams)[1:].all():
            raise ValueError("its n-grams repeat")
        self._orders = self._smooth()

    @classmethod
    def fit(
        cls, pairs: Sequence[tuple[IntArray, IntArray]], *, size: int, order: int = 6
    ) -> KneserNey:
        """Count symbols (T,) and what followed each of them (T,), for each sequence.

        Raises:
            ValueError: the order is not one from 1 to 8, or there is not one symbol.
        """
        if not 1 <= order <= HIGHEST_ORDER:
            raise ValueError(f"the order must be from 1 to {HIGHEST_ORDER}")
        grams = _grams(pairs, order, size)
        grams = grams[np.lexsort(_nearest_last(grams))]
        first = np.flatnonzero(_differs(grams))
        counts = np.diff(first, append=len(grams))
        return cls(grams[first], counts, size=size)

    def probabilities(self, contexts: IntArray) -> FloatArray:
        """The chances of every symbol to come next.

        Args:
            contexts: the last n - 1 symbols, in the order of reading, (B, n - 1);
                :data:`BEFORE` stands where there were not so many.

        Returns:
            A row a context, float64, (B, V). None is zero, and a row adds up to one.
        """
        p = np.full((len(contexts), self.size), 1 / self.size)
        for order, rows, known in self._orders_that_know(contexts):
            p[rows] *= order.rest[known, None]
            starts = order.starts[known]
            counts = order.starts[known + 1] - starts
            # The entries of all rows, one row's after another's.
            skipped = starts - (np.cumsum(counts) - counts)
            entries = np.arange(counts.sum()) + np.repeat(skipped, counts)
            symbols = order.keys[entries] % self.size
            p[np.repeat(rows, counts), symbols] += order.chances[entries]
        return p

    def expected(self, pairs: Sequence[tuple[IntArray, IntArray]]) -> FloatArray:
        """The chances of every symbol at each step of all sequences, (N, V)."""
        return self.probabilities(_grams(pairs, self.order, self.size)[:, :-1])

    def surprises(self, pairs: Sequence[tuple[IntArray, IntArray]]) -> FloatArray:
        """How unexpected each step of all sequences is, in nats, (N,).

        The same as by ``probabilities``, without those of all other symbols.
        """
        grams = _grams(pairs, self.order, self.size)
        found = np.empty(len(grams))
        for start in range(0, len(grams), _GRAMS_AT_ONCE):
            part = grams[start : start + _GRAMS_AT_ONCE]
            symbols = part[:, -1].astype(np.intp)
            p = np.full(len(part), 1 / self.size)
            for order, rows, known in self._orders_that_know(part[:, :-1]):
                p[rows] *= order.rest[known]
                places, found_here = _find(
                    order.keys, known * self.size + symbols[rows]
                )
                p[rows[found_here]] += order.chances[places[found_here]]
            found[start : start + len(part)] = -np.log(p)
        return found

    def loss(self, pairs: Sequence[tuple[IntArray, IntArray]]) -> float:
        """Mean surprise over all steps of all sequences, in nats."""
        return float(self.surprises(pairs).mean())

    def to_arrays(self) -> dict[str, Array]:
        """All that was counted, for a file: the n-grams and how often each came."""
        counts = self._counts.astype(_smallest_type(int(self._counts.max())))
        return {"grams": self._grams, "counts": counts}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array], *, size: int) -> KneserNey:
        """Undo :meth:`to_arrays`.

        Raises:
            KeyError: an array is missing.
            ValueError: the arrays are not n-grams of so many symbols.
        """
        return cls(arrays["grams"], arrays["counts"], size=size)

    def _orders_that_know(
        self, contexts: IntArray
    ) -> Iterator[tuple[_Order, IntArray, IntArray]]:
        """Each order, shortest first, with the rows whose context it knows.

        Yields:
            The order, the rows (R,), and the numbers of their contexts in it, (R,).
        """
        rows: IntArray = np.arange(len(contexts))
        known: IntArray = np.zeros(len(contexts), np.intp)
        for length, order in enumerate(self._orders):
            if length:
                keys = known * self.size + contexts[rows, -length]
                places, found = _find(order.contexts, keys)
                rows, known = rows[found], places[found]
            yield order, rows, known

    def _smooth(self) -> list[_Order]:
        """The orders, shortest first, from n-grams sorted by their contexts."""
        size, grams = self.size, self._grams
        # Sorted like this, the n-grams with a context in common stand together.
        starts_here = np.zeros(len(grams), bool)
        starts_here[0] = True
        numbers = np.zeros(len(grams), np.intp)
        contexts = [np.zeros(1, np.intp)]
        for length in range(1, self.order):
            symbols = grams[:, -1 - length]
            starts_here[1:] |= symbols[1:] != symbols[:-1]
            first = np.flatnonzero(starts_here)
            contexts.append(numbers[first] * size + symbols[first])
            numbers = np.cumsum(starts_here) - 1

        orders = []
        keys = numbers * size + grams[:, -1]
        counts = self._counts
        for length in reversed(range(self.order)):
            orders.append(_discounted(contexts[length], keys, counts, size))
            # Every different n-gram is one symbol that came before its shorter one.
            shorter = contexts[length][keys // size] // size
            keys, counts = np.unique(shorter * size + keys % size, return_counts=True)
        return orders[::-1]


def discounts(counts: IntArray) -> FloatArray:
    """What is taken from a count of 1, of 2, and of 3 or more: (3,).

    Where n_1 to n_4 give no three numbers above 0, they are 1/2, 1 and 3/2.

    Args:
        counts: of the different n-grams of one order, (G,).
    """
    n = np.bincount(np.minimum(counts, 5), minlength=6).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        y = n[1] / (n[1] + 2 * n[2])
        found = np.array([r - (r + 1) * y * n[r + 1] / n[r] for r in (1, 2, 3)])
    return found if (found > 0).all() else _USUAL_DISCOUNTS


def _find(keys: IntArray, wanted: IntArray) -> tuple[IntArray, Array]:
    """Where each number stands among ascending ones, and whether it is there."""
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return places, keys[places] == wanted


def _discounted(
    contexts: IntArray, keys: IntArray, counts: IntArray, size: int
) -> _Order:
    """One order, from the keys of its n-grams: context * V + symbol, ascending."""
    of_context = keys // size
    taken = discounts(counts)[np.minimum(counts, 3) - 1]
    total = np.bincount(of_context, counts)
    return _Order(
        contexts=contexts,
        starts=np.searchsorted(of_context, np.arange(len(contexts) + 1)),
        keys=keys,
        chances=(counts - taken) / total[of_context],
        rest=np.bincount(of_context, taken) / total,
    )


def _grams(
    pairs: Sequence[tuple[IntArray, IntArray]], order: int, size: int
) -> IntArray:
    """Every symbol with the ``order - 1`` before it, (N, order)."""
    smallest = _smallest_type(size - 1)
    before = np.concatenate([one for one, _ in pairs]).astype(smallest)
    after = np.concatenate([one for _, one in pairs]).astype(smallest)
    lengths = [len(one) for one, _ in pairs]
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    rows = np.arange(len(before))
    grams = np.full((len(rows), order), BEFORE, smallest)
    grams[:, -1] = after
    for back in range(order - 1):
        there = rows - back
        read = there >= starts
        grams[read, -2 - back] = before[there[read]]
    return grams


def _nearest_last(grams: IntArray) -> list[IntArray]:
    """Columns for ``lexsort``: the context counts first, its latest symbol most."""
    return [grams[:, -1], *grams[:, :-1].T]


def _differs(grams: IntArray) -> Array:
    """For each of sorted n-grams whether it differs from the one before it, (G,)."""
    return np.concatenate([[True], (grams[1:] != grams[:-1]).any(axis=1)])


def _smallest_type(largest: int) -> np.dtype[Any]:
    """The smallest type of numbers from 0 to ``largest``: it also sorts fastest."""
    return np.min_scalar_type(largest)


def _check(grams: IntArray, counts: IntArray, size: int) -> None:
    if (
        grams.ndim != 2
        or not 1 <= grams.shape[1] <= HIGHEST_ORDER
        or not len(grams)
        or counts.shape != grams.shape[:1]
        or grams.dtype.kind not in "iu"
        or counts.dtype.kind not in "iu"
        or grams.min() < 0
        or grams.max() >= size
        or counts.min() < 1
        or counts.max() >= 2**53
    ):
        raise ValueError(f"it has no n-grams of {size} symbols")
