# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from rnnkit.engine import (
    Batch,
    Category,
    Head,
    NetworkConfig,
    Number,
    Recurrence,
    RecurrentNetwork,
    evaluate,
)
from rnnkit.models.sequence import (
    Encoded,
    Windows,
    batch_of,
    batches_of,
    costs,
    shifted_windows,
    shuffled_batches,
    surprises,
)

LENGTHS = (3, 1, 5, 2, 5, 4, 1)


def items() -> list[Encoded]:
    """Sequences of all lengths, with two inputs and two heads."""
    generator = np.random.default_rng(1)
    return [
        Encoded(
            inputs={
                "note": generator.integers(6, size=length),
                "place": generator.normal(size=(length, 2)),
            },
            targets={
                "next": generator.integers(6, size=length),
                "long": generator.integers(3, size=length),
            },
        )
        for length in LENGTHS
    ]


def network(*, zero: bool = False) -> RecurrentNetwork:
    config = NetworkConfig(
        inputs=(Category("note", 6, dimensions=3), Number("place", 2)),
        heads=(Head("next", 6), Head("long", 3)),
        recurrence=Recurrence("gru", hidden=4),
    )
    generator = None if zero else np.random.default_rng(2)
    return RecurrentNetwork(config, generator=generator, dtype=np.float64)


def unpacked(batches: list[Batch]) -> Iterator[tuple[list[int], list[int]]]:
    """Notes and next notes of every item of some batches, in their order."""
    for batch in batches:
        notes = batch.packing.unpack(batch.inputs["note"])
        following = batch.packing.unpack(batch.targets["next"])
        for one, other in zip(notes, following, strict=True):
            yield one.tolist(), other.tolist()


def listed(given: list[Encoded]) -> list[tuple[list[int], list[int]]]:
    return [(i.inputs["note"].tolist(), i.targets["next"].tolist()) for i in given]


def test_an_item_knows_its_steps() -> None:
    assert tuple(item.steps for item in items()) == LENGTHS


def test_a_batch_holds_every_input_and_target_of_its_items() -> None:
    batch = batch_of(items())
    assert batch.packing.lengths.tolist() == list(LENGTHS)
    for kind in ("inputs", "targets"):
        for name, rows in getattr(batch, kind).items():
            parts = batch.packing.unpack(rows)
            for part, item in zip(parts, items(), strict=True):
                np.testing.assert_array_equal(part, getattr(item, kind)[name])
    assert set(batch.inputs) == {"note", "place"}
    assert set(batch.targets) == {"next", "long"}


@pytest.mark.parametrize(("size", "sizes"), [(3, [3, 3, 1]), (7, [7]), (100, [7])])
def test_batches_keep_the_order(size: int, sizes: list[int]) -> None:
    batches = batches_of(items(), size)
    assert [batch.packing.batch_size for batch in batches] == sizes
    assert list(unpacked(batches)) == listed(items())


def test_every_epoch_goes_through_all_items_in_another_order() -> None:
    batches = shuffled_batches(items(), 3, seed=1)
    epochs = [list(unpacked(batches(epoch))) for epoch in range(4)]
    for epoch in epochs:
        assert sorted(epoch) == sorted(listed(items()))
    assert len({str(epoch) for epoch in epochs}) == 4


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    first, second = (shuffled_batches(items(), 3, seed=1) for _ in range(2))
    other = shuffled_batches(items(), 3, seed=2)
    first(0)
    first(1)
    assert list(unpacked(first(2))) == list(unpacked(second(2)))
    assert list(unpacked(first(2))) != list(unpacked(other(2)))


def test_surprise_of_a_network_that_knows_nothing() -> None:
    for name, symbols in (("next", 6), ("long", 3)):
        for nats, length in zip(
            surprises(network(zero=True), items(), name), LENGTHS, strict=True
        ):
            assert nats == pytest.approx([math.log(symbols)] * length)


def test_many_are_as_surprising_as_each_alone() -> None:
    reader = network()
    for head in ("next", "long"):
        alone = [surprises(reader, [item], head)[0] for item in items()]
        for size in (1, 2, 256):
            together = surprises(reader, items(), head, size=size)
            for one, other in zip(together, alone, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-12)


def test_nothing_is_surprising_where_nothing_is_read() -> None:
    assert surprises(network(), [], "next") == []


# One long item


def book(length: int) -> Encoded:
    """A long item with two inputs; what should come next is its place."""
    generator = np.random.default_rng(length)
    return Encoded(
        inputs={
            "note": generator.integers(6, size=length),
            "place": generator.normal(size=(length, 2)),
        },
        targets={
            "next": np.arange(length) % 6,
            "long": generator.integers(3, size=length),
        },
    )


def numbered(length: int) -> Encoded:
    return Encoded({"note": np.arange(length)}, {"next": np.arange(length)})


def test_the_picture_of_windows() -> None:
    first, second = Windows(numbered(12), streams=2, steps=3)
    streams = [batch.packing.unpack(batch.inputs["note"]) for batch in (first, second)]
    assert [[part.tolist() for part in each] for each in streams] == [
        [[0, 1, 2], [6, 7, 8]],
        [[3, 4, 5], [9, 10, 11]],
    ]
    assert (first.continues, second.continues) == (False, True)
    assert first.weights is second.weights is None
    assert first.packing is second.packing


@pytest.mark.parametrize("offset", [0, 5])
@pytest.mark.parametrize(
    ("length", "streams", "steps"),
    [(12, 2, 3), (13, 2, 3), (13, 4, 2), (7, 7, 9), (5, 4, 1), (50, 1, 7), (9, 1, 99)],
)
def test_every_step_counts_once(
    length: int, streams: int, steps: int, offset: int
) -> None:
    item = numbered(length)
    windows = Windows(item, streams=streams, steps=steps, offset=offset)
    read: list[list[int]] = [[] for _ in range(streams)]
    counted = []
    for batch in windows:
        assert batch.packing.batch_size == streams
        counts = slice(None) if batch.weights is None else batch.weights > 0
        counted += batch.targets["next"][counts].tolist()
        for stream, part in zip(
            read, batch.packing.unpack(batch.inputs["note"]), strict=True
        ):
            assert len(part) <= steps
            stream += part.tolist()
    assert sorted(counted) == list(range(length))
    # Within a stream each step follows the one before, around the ring.
    assert read[0][0] == offset % length
    for stream in read:
        assert all((b - a) % length == 1 % length for a, b in pairwise(stream))


def test_windows_are_a_sequence() -> None:
    windows = Windows(numbered(10), streams=2, steps=2)
    assert len(windows) == 3
    assert windows[-1].inputs["note"].tolist() == windows[2].inputs["note"].tolist()
    assert [len(batch.inputs["note"]) for batch in windows[1:]] == [4, 2]
    with pytest.raises(IndexError):
        windows[3]


def test_every_epoch_is_cut_elsewhere() -> None:
    item = numbered(101)
    first, second = (shifted_windows(item, streams=3, steps=5, seed=1) for _ in "ab")
    begins = [first(epoch)[0].inputs["note"][0] for epoch in range(5)]
    assert len(set(begins)) > 2
    assert begins == [second(epoch)[0].inputs["note"][0] for epoch in range(5)]
    other = shifted_windows(item, streams=3, steps=5, seed=2)
    assert begins != [other(epoch)[0].inputs["note"][0] for epoch in range(5)]


def test_windows_change_nothing_when_the_state_is_carried() -> None:
    reader, item = network(), book(60)
    (alone,) = surprises(reader, [item], "next")
    for steps in (1, 7, 60):
        read = costs(reader, Windows(item, streams=1, steps=steps), "next")
        np.testing.assert_allclose(read, alone, rtol=1e-9)
        loss = evaluate(reader, Windows(item, streams=1, steps=steps))["next"]
        assert loss == pytest.approx(alone.mean())


def test_what_weighs_nothing_costs_nothing() -> None:
    reader, item = network(), book(31)
    windows = Windows(item, streams=4, steps=3)
    read = costs(reader, windows, "next")
    assert len(read) == 31
    assert evaluate(reader, windows)["next"] == pytest.approx(read.mean())
