# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import math
from collections.abc import Iterator

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
)
from rnnkit.models.sequence import (
    Encoded,
    batch_of,
    batches_of,
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
