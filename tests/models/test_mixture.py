# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

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
from rnnkit.models.mixture import Mixture
from rnnkit.models.sequence import Encoded, Windows, batch_of, batches_of, surprises

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
    product_of_both = by_network ** (1 - share) * by_counting**share
    np.testing.assert_allclose(
        said(mixed, *MELODIES)["next"],
        product_of_both / product_of_both.sum(axis=1, keepdims=True),
        rtol=1e-12,
    )


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


def loss(share: float, melodies: Sequence[tuple[int, ...]]) -> float:
    """What melodies cost a mixture of that share; 0: the network alone."""
    speaker: Speaker = mixture(share) if share else network()
    return float(
        np.concatenate(surprises(speaker, list(map(item, melodies)), "next")).mean()
    )


def test_the_best_share_is_the_one_with_the_lowest_loss() -> None:
    generator = np.random.default_rng(4)
    heard = [tuple(generator.integers(1, SIZE, 4).tolist()) for _ in range(6)]
    melodies = [*TAUGHT, *heard]
    best = mixture(1.0).best_share(batches_of(list(map(item, melodies)), 3))
    assert 0 < best < 1
    losses = {share: loss(share / 100, melodies) for share in range(101)}
    assert best == min(losses, key=lambda share: losses[share]) / 100


def test_who_knows_by_heart_what_comes_gets_all() -> None:
    taught = KneserNey.fit(pairs(*TAUGHT * 50), size=SIZE, order=8)
    mixed = Mixture(network(), taught, 1.0, input="note", head="next")
    items = [item(melody) for melody in TAUGHT]
    assert mixed.best_share(batches_of(items, 4)) == 1


def test_a_network_that_has_counted_itself_needs_no_other() -> None:
    # All that comes is what the network finds likeliest.
    alone = network()
    symbols = np.zeros(1, np.intp)
    for _ in range(40):
        said_so_far = Encoded(
            {"note": symbols, "place": np.zeros((len(symbols), 1))}, {"next": symbols}
        )
        (logits, _), _ = alone.forward(said_so_far.inputs, Packing.of([len(symbols)]))
        symbols = np.append(symbols, logits["next"][-1].argmax())
    inputs = {"note": symbols[:-1], "place": np.zeros((40, 1))}
    one = batch_of([Encoded(inputs, {"next": symbols[1:], "long": symbols[1:] % 2})])
    mixed = Mixture(alone, counted(), 1.0, input="note", head="next")
    assert mixed.best_share([one]) < 0.3


def test_the_best_share_of_a_long_text_read_in_windows() -> None:
    generator = np.random.default_rng(5)
    long = item(tuple(generator.integers(1, SIZE, 200).tolist()))
    # Four streams of 51 steps: the last one reads on into the beginning, unweighed.
    windows = Windows(long, streams=4, steps=7)
    parts = [Windows(long, streams=4, steps=steps) for steps in (7, 51)]
    assert windows[-1].weights is not None
    shares = {mixture(1.0).best_share(part) for part in parts}
    assert len(shares) == 1
