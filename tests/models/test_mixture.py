# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest

from rnnkit.engine import (
    Category,
    Choice,
    Head,
    NetworkConfig,
    Number,
    Packing,
    Recurrence,
    RecurrentNetwork,
    Speaker,
    beam_search,
    read,
    sample,
)
from rnnkit.engine.activations import softmax
from rnnkit.engine.arrays import Array, BoolArray, FloatArray, IntArray
from rnnkit.models.kneser_ney import KneserNey
from rnnkit.models.mixture import Mixture, best_share
from rnnkit.models.sequence import Encoded, batch_of, surprises

SIZE = 5
STOP = 0
TAUGHT = [(1, 2, 3), (1, 2, 4), (2, 2, 1), (3, 4), (1, 2, 3, 3, 4), (4, 1, 2), (2,)]


def item(symbols: tuple[int, ...]) -> Encoded:
    """A melody: the note before, a number beside it; the next note, and its length."""
    return Encoded(
        inputs={
            "note": np.array([STOP, *symbols]),
            "place": np.arange(len(symbols) + 1.0)[:, None] / 4,
        },
        targets={
            "next": np.array([*symbols, STOP]),
            "long": np.array([*symbols, STOP]) % 2,
        },
    )


def pairs(*melodies: tuple[int, ...]) -> list[tuple[IntArray, IntArray]]:
    items = map(item, melodies)
    return [(one.inputs["note"], one.targets["next"]) for one in items]


def network(size: int = SIZE) -> RecurrentNetwork:
    config = NetworkConfig(
        (Category("note", size), Number("place", 1)),
        (Head("next", size), Head("long", 2)),
        Recurrence("lstm", hidden=6, layers=2),
    )
    made = RecurrentNetwork(
        config, generator=np.random.default_rng(5), dtype=np.float64
    )
    made.parameters.values *= 3
    return made


def counted(order: int = 3, size: int = SIZE) -> KneserNey:
    return KneserNey.fit(pairs(*TAUGHT), size=size, order=order)


def mixture(share: float = 0.4, *, order: int = 3) -> Mixture:
    return Mixture(network(), counted(order), share, input="note", head="next")


def said(speaker: Speaker, *melodies: tuple[int, ...]) -> dict[str, FloatArray]:
    """What is expected at each step of melodies: chances by head, packed rows."""
    batch = batch_of([item(melody) for melody in melodies])
    (logits, _), _ = speaker.forward(batch.inputs, batch.packing)
    return {name: softmax(scores) for name, scores in logits.items()}


MELODIES = ((1, 2, 3, 4, 1), (), (2, 2), (4, 4, 4, 4), (3,))


@pytest.mark.parametrize("share", [0.01, 0.4, 1.0])
@pytest.mark.parametrize("order", [1, 2, 3, 8])
def test_chances_lie_between_those_of_the_parts(share: float, order: int) -> None:
    mixed = mixture(share, order=order)
    read_before = [
        np.array(
            [
                (8 * [0] + [0, *melody[:step]])[10 + step - order :]
                for step in range(len(melody) + 1)
            ]
        )
        for melody in MELODIES
    ]
    packing = Packing.of([len(melody) + 1 for melody in MELODIES])
    contexts = packing.pack(read_before)
    by_counting = mixed.counted.probabilities(contexts)
    by_network = said(mixed.network, *MELODIES)["next"]
    np.testing.assert_allclose(
        said(mixed, *MELODIES)["next"],
        (1 - share) * by_network + share * by_counting,
        rtol=1e-12,
    )


def test_scores_are_logarithms_of_chances() -> None:
    batch = batch_of([item(melody) for melody in MELODIES])
    (logits, _), _ = mixture().forward(batch.inputs, batch.packing)
    np.testing.assert_allclose(np.exp(logits["next"]).sum(axis=1), 1)


def test_other_heads_speak_for_themselves() -> None:
    mixed = mixture()
    np.testing.assert_array_equal(
        said(mixed, *MELODIES)["long"], said(mixed.network, *MELODIES)["long"]
    )


@pytest.mark.parametrize("order", [1, 2, 5])
@pytest.mark.parametrize("quick", [False, True])
def test_step_by_step_it_says_the_same(order: int, quick: bool) -> None:
    mixed = mixture(order=order)
    prepared = mixed.prepare() if quick else None
    melodies = ((1, 2, 3, 4), (2, 2, 1, 1), (4, 3, 2, 1))
    batch = batch_of([item(melody) for melody in melodies])
    (together, _), _ = mixed.forward(batch.inputs, batch.packing)
    rows = {name: batch.packing.unpack(r) for name, r in together.items()}

    inputs = {n: batch.packing.unpack(r) for n, r in batch.inputs.items()}

    def at(step: int) -> dict[str, Array]:
        return {n: np.stack([one[step] for one in each]) for n, each in inputs.items()}

    (logits, state), _ = mixed.forward(at(0), Packing.of([1] * 3))
    for step in range(5):
        if step:
            logits, state = mixed.step(at(step), state, prepared=prepared)
        for name, scores in logits.items():
            expected = np.stack([one[step] for one in rows[name]])
            np.testing.assert_allclose(scores, expected, rtol=1e-12)


@pytest.mark.parametrize("order", [1, 2, 5])
@pytest.mark.parametrize("cut", [1, 2])
def test_reading_on_from_a_state(order: int, cut: int) -> None:
    """Of sequences of unequal lengths, the shorter first."""
    mixed = mixture(order=order)
    items = [item((1, 2)), item((4, 3, 2, 1)), item((3, 3, 1))]
    both = batch_of(items)
    (whole, _), _ = mixed.forward(both.inputs, both.packing)
    head = batch_of([part(one, slice(cut)) for one in items])
    tail = batch_of([part(one, slice(cut, None)) for one in items])
    (_, state), _ = mixed.forward(head.inputs, head.packing)
    (rest, _), _ = mixed.forward(tail.inputs, tail.packing, state=state)
    for one, expected in zip(
        tail.packing.unpack(rest["next"]),
        both.packing.unpack(whole["next"]),
        strict=True,
    ):
        np.testing.assert_allclose(one, expected[cut:], rtol=1e-12)


def part(one: Encoded, steps: slice) -> Encoded:
    return Encoded(
        {name: rows[steps] for name, rows in one.inputs.items()},
        {name: rows[steps] for name, rows in one.targets.items()},
    )


# Speaking


class Notes:
    """The note that was drawn, until STOP; the numbers beside it go on."""

    def allowed(self, head: str, step: int) -> BoolArray | None:
        return None

    def follow(
        self, drawn: Mapping[str, IntArray], step: int
    ) -> tuple[Mapping[str, Array], BoolArray]:
        goes_on = drawn["next"] != STOP
        notes = drawn["next"][goes_on]
        place = np.full((len(notes), 1), (step + 1) / 4)
        return {"note": notes, "place": place}, goes_on


def opening() -> dict[str, Array]:
    return {"note": np.array([STOP]), "place": np.zeros((1, 1))}


def test_what_is_drawn_is_as_frequent_as_the_mixture_says() -> None:
    mixed, count = mixture(0.6), 20_000
    drawn = sample(
        mixed,
        read(mixed, opening()),
        Notes(),
        choice=Choice(),
        generator=np.random.default_rng(1),
        count=count,
        max_steps=2,
    )
    found = np.zeros((SIZE, SIZE))
    for one in drawn:
        first, second = [*one.symbols["next"].tolist(), STOP][:2]
        found[first, second] += 1
    p_first = said(mixed, ())["next"][0]
    expected = np.zeros((SIZE, SIZE))
    expected[STOP, STOP] = p_first[STOP]
    for note in range(1, SIZE):
        expected[note] = p_first[note] * said(mixed, (note,))["next"][1]
    # Four standard deviations, in each of 21 cells.
    deviation = np.sqrt(expected * (1 - expected) / count)
    assert (np.abs(found / count - expected) <= 4 * deviation).all()
    # The parts alone would be far off.
    by_network = said(mixed.network, ())["next"][0]
    assert np.abs(found.sum(axis=1) / count - by_network).max() > 0.05


def test_likelihoods_of_what_was_drawn_are_those_of_the_mixture() -> None:
    mixed = mixture()
    drawn = sample(
        mixed,
        read(mixed, opening()),
        Notes(),
        choice=Choice(temperature=0.5, top_k=3),
        generator=np.random.default_rng(1),
        count=50,
        max_steps=30,
    )
    for one in drawn:
        notes = one.symbols["next"]
        as_item = Encoded(item(tuple(notes[:-1].tolist())).inputs, one.symbols)
        nats = [surprises(mixed, [as_item], head)[0].sum() for head in ("next", "long")]
        assert one.log_likelihood == pytest.approx(-sum(nats))


def test_beam_search_finds_the_likeliest_of_the_mixture() -> None:
    config = NetworkConfig(
        (Category("note", SIZE),), (Head("next", SIZE),), Recurrence("gru", hidden=5)
    )
    alone = RecurrentNetwork(config, generator=np.random.default_rng(2))
    mixed = Mixture(alone, counted(), 0.5, input="note", head="next")

    class Plain(Notes):
        def follow(
            self, drawn: Mapping[str, IntArray], step: int
        ) -> tuple[Mapping[str, Array], BoolArray]:
            inputs, goes_on = super().follow(drawn, step)
            return {"note": inputs["note"]}, goes_on

    start = read(mixed, {"note": np.array([STOP])})
    found = beam_search(mixed, start, Plain(), width=400, max_steps=4)
    every = [m for n in range(4) for m in product(range(1, SIZE), repeat=n)]
    items = [
        Encoded(
            {"note": np.array([STOP, *melody])}, {"next": np.array([*melody, STOP])}
        )
        for melody in every
    ]
    nats = [costs.sum() for costs in surprises(mixed, items, "next")]
    best = [every[i] for i in np.argsort(nats)[:10]]
    assert [tuple(f.symbols["next"][:-1].tolist()) for f in found if f.ended][:10] == (
        best
    )


# The best share


def test_of_two_that_err_in_turn_each_gets_half() -> None:
    one = np.array([0.1, 3.0] * 50)
    assert best_share(one, one[::-1]) == 0.5


def test_who_is_always_worse_gets_nothing() -> None:
    good, bad = np.full(9, 1.0), np.full(9, 1.1)
    assert best_share(good, bad) == 0
    assert best_share(bad, good) == 1


def test_the_share_is_the_one_with_the_lowest_loss() -> None:
    generator = np.random.default_rng(4)
    network_nats, counted_nats = generator.gamma(2, size=(2, 500))

    def loss(share: float) -> float:
        p = (1 - share) * np.exp(-network_nats) + share * np.exp(-counted_nats)
        return float(-np.log(p).mean())

    best = best_share(network_nats, counted_nats)
    assert 0 < best < 1
    assert all(loss(best) <= loss(share / 100) for share in range(1, 100))


def test_a_network_gone_astray_is_left_alone() -> None:
    assert best_share(np.full(9, 5000.0), np.full(9, 1.0)) == 1


# What fits together, and files


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, float("nan")])
def test_a_share_is_above_nothing_and_at_most_all(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        mixture(share)


@pytest.mark.parametrize(("of_network", "of_counted"), [(5, 6), (6, 5)])
def test_both_have_the_same_symbols(of_network: int, of_counted: int) -> None:
    with pytest.raises(ValueError, match="symbols"):
        Mixture(
            network(of_network),
            counted(size=of_counted),
            0.5,
            input="note",
            head="next",
        )


def restored(arrays: Mapping[str, Any]) -> Mixture | None:
    return Mixture.from_arrays(network(), arrays, input="note", head="next")


def test_it_comes_back_from_arrays() -> None:
    arrays = mixture(0.3).to_arrays()
    again = restored(arrays | {"known": np.arange(3)})
    assert again is not None
    assert again.share == 0.3
    np.testing.assert_array_equal(
        said(again, *MELODIES)["next"], said(mixture(0.3), *MELODIES)["next"]
    )


def test_without_arrays_there_is_none() -> None:
    assert restored({"known": np.arange(3)}) is None


@pytest.mark.parametrize("name", mixture().to_arrays())
def test_an_array_is_missing(name: str) -> None:
    arrays = mixture().to_arrays()
    del arrays[name]
    with pytest.raises(KeyError, match=name.rpartition(".")[2]):
        restored(arrays)


@pytest.mark.parametrize(
    "share",
    [
        np.array([0.0]),
        np.array([2.0]),
        np.array([0.5, 0.5]),
        np.array(0.5),
        np.array([1]),
        np.array([0.5], np.float32),
    ],
    ids=repr,
)
def test_what_is_no_share_is_refused(share: Array) -> None:
    with pytest.raises(ValueError, match="share"):
        restored(mixture().to_arrays() | {"kneser_ney.share": share})
