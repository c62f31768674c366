# SPDX-License-Identifier: Apache-2.0
"""Choosing symbols, and letting a network go on by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.engine import (
    CELLS,
    Choice,
    Packing,
    RecurrentNetwork,
    Sampled,
    Start,
    read,
    sample,
    speak,
    surprise,
)
from rnnkit.engine.activations import log_softmax
from rnnkit.engine.arrays import Array, FloatArray, IntArray
from rnnkit.engine.recurrent import take
from tests.engine.speakers import STOP, Letters, opening, speaker

NEVER = -np.inf
SCORES = np.array([[0.0, 2.0, 1.0, 2.0, NEVER], [3.0, NEVER, -1.0, 3.5, 0.0]])
LIKELIEST = [1, 3]

every_choice = pytest.mark.parametrize(
    "choice",
    [
        Choice(),
        Choice(temperature=0),
        Choice(temperature=1e-300),
        Choice(temperature=0.3),
        Choice(temperature=1e300),
        Choice(top_k=2),
        Choice(top_k=100),
        Choice(top_p=0.7),
        Choice(top_p=1e-9),
        Choice(temperature=3.0, top_k=3, top_p=0.9),
    ],
    ids=str,
)


class TestProbabilities:
    @every_choice
    def test_they_are_probabilities(self, choice: Choice) -> None:
        p = choice.probabilities(SCORES)
        np.testing.assert_allclose(p.sum(axis=1), 1)
        assert (p >= 0).all()
        assert (p[SCORES == NEVER] == 0).all()

    def test_by_default_they_are_those_of_the_network(self) -> None:
        expected = np.exp(SCORES) / np.exp(SCORES).sum(axis=1, keepdims=True)
        np.testing.assert_allclose(Choice().probabilities(SCORES), expected)

    def test_temperature_is_a_power(self) -> None:
        p = np.exp(SCORES) ** (1 / 0.25)
        np.testing.assert_allclose(
            Choice(0.25).probabilities(SCORES), p / p.sum(axis=1, keepdims=True)
        )

    @pytest.mark.parametrize("temperature", [0.0, 5e-324, 1e-300, 1e-3])
    def test_cold_takes_the_likeliest(self, temperature: float) -> None:
        scores = SCORES.copy()
        scores[0, 1] += 0.5
        p = Choice(temperature).probabilities(scores)
        np.testing.assert_allclose(p, np.eye(5)[LIKELIEST], atol=1e-100)

    def test_of_two_alike_the_coldest_takes_the_first(self) -> None:
        p = Choice(temperature=0).probabilities(SCORES[:1])
        assert p.tolist() == [[0, 1, 0, 0, 0]]

    @pytest.mark.parametrize("temperature", [1e12, 1e300])
    def test_hot_is_even_among_what_is_possible(self, temperature: float) -> None:
        p = Choice(temperature).probabilities(SCORES)
        np.testing.assert_allclose(p, np.where(SCORES == NEVER, 0, 0.25))

    @pytest.mark.parametrize("k", [1, 2, 3])
    def test_top_k_is_exact_even_if_all_are_alike(self, k: int) -> None:
        p = Choice(top_k=k).probabilities(np.zeros((1, 5)))
        np.testing.assert_allclose(p, [[1 / k] * k + [0] * (5 - k)])

    def test_top_k_keeps_the_proportions(self) -> None:
        p = Choice(top_k=3).probabilities(SCORES)
        np.testing.assert_array_equal(p > 0, [[0, 1, 1, 1, 0], [1, 0, 0, 1, 1]])
        assert p[0, 1] / p[0, 2] == pytest.approx(np.e)

    @pytest.mark.parametrize(
        ("top_p", "kept"),
        [(0.01, 1), (0.49, 1), (0.51, 2), (0.74, 2), (0.76, 3), (0.9, 4), (1, 4)],
    )
    def test_top_p_keeps_the_fewest_that_reach_it(
        self, top_p: float, kept: int
    ) -> None:
        scores = np.log([[0.125, 0.5, 0.125, 0.25]])
        p = Choice(top_p=top_p).probabilities(scores)
        likeliest_first = [1, 3, 0, 2]
        assert np.flatnonzero(p[0]).tolist() == sorted(likeliest_first[:kept])

    def test_top_p_is_a_share_of_what_top_k_left(self) -> None:
        scores = np.log([[0.4, 0.3, 0.2, 0.1]])
        p = Choice(top_k=2, top_p=0.55).probabilities(scores)
        assert p.tolist() == [[1, 0, 0, 0]]

    @settings(derandomize=True, deadline=None)
    @given(
        row=st.lists(st.floats(-20, 20), min_size=1, max_size=9),
        top_p=st.floats(0.001, 1),
        top_k=st.none() | st.integers(1, 9),
    )
    def test_top_p_is_the_smallest_set(
        self, row: list[float], top_p: float, top_k: int | None
    ) -> None:
        scores = np.array([row])
        before = Choice(top_k=top_k).probabilities(scores)[0]
        kept = Choice(top_k=top_k, top_p=top_p).probabilities(scores)[0] > 0
        assert kept[before.argmax()]
        assert before[kept].min() >= before[~kept].max(initial=0)
        assert before[kept].sum() >= top_p - 1e-12
        if kept.sum() > 1:
            assert before[kept].sum() - before[kept].min() < top_p + 1e-12

    def test_float32_scores_are_enough(self) -> None:
        p = Choice(top_p=0.9).probabilities(SCORES.astype(np.float32))
        np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-12)


@every_choice
@pytest.mark.parametrize("row", [[NEVER, NEVER], [np.nan, 0.0], [np.inf, 0.0]])
def test_there_must_be_something_to_draw(choice: Choice, row: list[float]) -> None:
    scores = np.array([[0.0, 0.0], row])
    with pytest.raises(ValueError, match="nothing can be drawn"):
        choice.draw(scores, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"temperature": -1.0}, "temperature"),
        ({"temperature": np.nan}, "temperature"),
        ({"temperature": np.inf}, "temperature"),
        ({"top_k": 0}, "top_k"),
        ({"top_p": 0.0}, "top_p"),
        ({"top_p": 1.1}, "top_p"),
        ({"top_p": np.nan}, "top_p"),
    ],
)
def test_impossible_choices(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Choice(**settings)


class TestDrawing:
    @every_choice
    def test_symbols_come_as_often_as_they_should(self, choice: Choice) -> None:
        draws = 20_000
        p = choice.probabilities(SCORES)
        for row in range(len(SCORES)):
            scores = np.broadcast_to(SCORES[row], (draws, 5))
            drawn, log_p = choice.draw(scores, np.random.default_rng(row))
            np.testing.assert_allclose(log_p, log_softmax(scores)[0, drawn])
            counts = np.bincount(drawn, minlength=5)
            deviation = np.sqrt(draws * p[row] * (1 - p[row]))
            assert (np.abs(counts - draws * p[row]) <= 5 * deviation).all()
            assert not counts[SCORES[row] == NEVER].any()

    def test_no_random_number_draws_what_is_impossible(self) -> None:
        class Extreme:
            """Draws the ends of what a generator can."""

            def random(self, size: int) -> FloatArray:
                return np.resize([0.0, np.nextafter(1, 0)], size)

        generator: Any = Extreme()
        scores = np.array([[NEVER, 0, NEVER, 1e-9, NEVER]] * 2)
        assert Choice().draw(scores, generator)[0].tolist() == [1, 3]

    def test_the_same_seed_draws_the_same(self) -> None:
        scores = np.random.default_rng(0).normal(size=(50, 9))
        first, second, other = (
            Choice().draw(scores, np.random.default_rng(seed))[0] for seed in (1, 1, 2)
        )
        np.testing.assert_array_equal(first, second)
        assert not np.array_equal(first, other)


def say(count: int = 5, *, cell: str = "lstm", **given: Any) -> list[Sampled]:
    """Sequences of at most 30 letters."""
    network = speaker(cell)
    defaults: dict[str, Any] = {
        "choice": Choice(),
        "generator": np.random.default_rng(1),
        "max_steps": 30,
    }
    feedback = given.pop("feedback", Letters())
    return sample(network, opening(network), feedback, count=count, **defaults | given)


def letters(spoken: list[Sampled]) -> list[list[int]]:
    return [one.symbols["letter"].tolist() for one in spoken]


class TestSequences:
    def test_each_ends_by_itself(self) -> None:
        spoken = say(200)
        lengths = {len(one) for one in letters(spoken)}
        assert len(lengths) > 10
        for one, symbols in zip(spoken, letters(spoken), strict=True):
            assert STOP not in symbols[:-1]
            assert one.ended == (symbols[-1] == STOP)
            assert one.ended or len(symbols) == 30
        assert {one.ended for one in spoken} == {True, False}

    @pytest.mark.parametrize("cell", CELLS)
    def test_the_carried_state_is_the_prefix_read_again(self, cell: str) -> None:
        network = speaker(cell)
        for one in say(20, cell=cell):
            symbols = one.symbols["letter"]
            heard = np.array([STOP, *symbols[:-1]])
            outputs, _ = network.forward({"letter": heard}, Packing.of([len(heard)]))
            again = -surprise(outputs.logits["letter"], symbols).sum()
            assert one.log_likelihood == pytest.approx(again, rel=1e-10)

    @pytest.mark.parametrize(
        "given",
        [
            {"choice": Choice(temperature=0.5, top_k=2)},
            {"feedback": Letters(lambda step: np.arange(6) % 2 == 1)},
        ],
        ids=["choice", "rule"],
    )
    def test_the_likelihood_is_the_networks_whatever_was_preferred(
        self, given: dict[str, Any]
    ) -> None:
        network = speaker()
        (one,) = say(1, **given)
        heard = np.array([STOP, *one.symbols["letter"][:-1]])
        outputs, _ = network.forward({"letter": heard}, Packing.of([len(heard)]))
        again = -surprise(outputs.logits["letter"], one.symbols["letter"]).sum()
        assert one.log_likelihood == pytest.approx(again, rel=1e-10)

    def test_a_prefix_that_was_read_is_where_it_goes_on(self) -> None:
        network = speaker()
        whole = letters(say(1, choice=Choice(temperature=0)))[0]
        start = read(network, {"letter": np.array([STOP, *whole[:3]])})
        (rest,) = sample(
            network,
            start,
            Letters(),
            choice=Choice(temperature=0),
            generator=np.random.default_rng(0),
            max_steps=27,
        )
        assert whole[:3] + rest.symbols["letter"].tolist() == whole

    def test_no_temperature_is_argmax_at_each_step(self) -> None:
        network = speaker()
        (symbols,) = letters(say(1, choice=Choice(temperature=0)))
        heard = [STOP]
        for symbol in symbols:
            start = read(network, {"letter": np.array(heard)})
            assert symbol == start.logits["letter"].argmax()
            heard.append(symbol)

    def test_a_thousand_at_once(self) -> None:
        spoken = say(1000)
        assert len(spoken) == 1000
        assert len({tuple(symbols) for symbols in letters(spoken)}) > 500

    def test_the_same_seed_says_the_same(self) -> None:
        assert letters(say(20)) == letters(say(20))
        other = say(20, generator=np.random.default_rng(2))
        assert letters(say(20)) != letters(other)

    def test_what_is_not_allowed_is_never_said(self) -> None:
        allowed = np.array([True, False, True, True, False, True])
        feedback = Letters(lambda step: allowed if step % 2 else None)
        spoken = letters(say(100, feedback=feedback))
        assert not {1, 4} & {s for symbols in spoken for s in symbols[1::2]}
        assert {1, 4} < {s for symbols in spoken for s in symbols[::2]}

    def test_each_sequence_may_have_its_own_rule(self) -> None:
        own = np.eye(6, dtype=bool)[[2, 5, 3]]
        spoken = letters(say(3, feedback=Letters(lambda step: own), max_steps=4))
        assert spoken == [[2] * 4, [5] * 4, [3] * 4]

    def test_nothing_is_said_in_no_steps(self) -> None:
        (one,) = say(1, max_steps=0)
        assert one.symbols["letter"].size == 0
        assert one.log_likelihood == 0
        assert not one.ended

    def test_a_symbol_costs_one_step(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing is read again, and nothing for a sequence that has ended."""
        network = speaker()
        rows: list[int] = []
        step = network.step

        def counting(inputs: Mapping[str, Array], *given: Any, **named: Any) -> Any:
            rows.append(len(inputs["letter"]))
            return step(inputs, *given, **named)

        start = opening(network)
        monkeypatch.setattr(network, "step", counting)
        monkeypatch.delattr(RecurrentNetwork, "forward")
        spoken = sample(
            network,
            start,
            Letters(),
            choice=Choice(),
            generator=np.random.default_rng(1),
            count=50,
            max_steps=1000,
        )
        lengths = [len(symbols) for symbols in letters(spoken)]
        # What is drawn at the end need not be read.
        assert rows == [
            sum(n > step for n in lengths) for step in range(1, max(lengths))
        ]


class TestHeads:
    """Several things are said at each step, as when a note has a pitch and a length."""

    def spoken(self) -> list[Sampled]:
        network = speaker(heads=("letter", "case"))
        return sample(
            network,
            opening(network),
            Letters(),
            choice=Choice(),
            generator=np.random.default_rng(1),
            count=30,
            max_steps=20,
        )

    def test_every_head_speaks_at_every_step(self) -> None:
        for one in self.spoken():
            assert list(one.symbols) == ["letter", "case"]
            assert len(one.symbols["letter"]) == len(one.symbols["case"])

    def test_the_likelihood_is_that_of_all_heads(self) -> None:
        network = speaker(heads=("letter", "case"))
        for one in self.spoken():
            heard = np.array([STOP, *one.symbols["letter"][:-1]])
            outputs, _ = network.forward({"letter": heard}, Packing.of([len(heard)]))
            again = -sum(
                surprise(outputs.logits[head], symbols).sum()
                for head, symbols in one.symbols.items()
            )
            assert one.log_likelihood == pytest.approx(again, rel=1e-10)


def test_a_start_is_what_reading_step_by_step_gives() -> None:
    network = speaker()
    heard: IntArray = np.array([STOP, 3, 1, 4])
    start = read(network, {"letter": heard})
    outputs = network.step({"letter": heard[:1]})
    for symbol in heard[1:]:
        outputs = network.step({"letter": np.array([symbol])}, outputs.state)
    stepped = Start(outputs.logits, outputs.state)
    np.testing.assert_allclose(start.logits["letter"], stepped.logits["letter"])
    for one, other in zip(start.state, stepped.state, strict=True):
        np.testing.assert_allclose(take(one, [0]), take(other, [0]))


def test_what_is_spoken_step_by_step_is_what_is_sampled() -> None:
    network = speaker()
    how: dict[str, Any] = {"choice": Choice(1.5), "count": 5, "max_steps": 30}
    whole = sample(
        network, opening(network), Letters(), generator=np.random.default_rng(4), **how
    )
    said: list[list[int]] = [[] for _ in whole]
    nats = np.zeros(len(whole))
    for spoken in speak(
        network, opening(network), Letters(), generator=np.random.default_rng(4), **how
    ):
        assert spoken.goes_on.tolist() == (spoken.symbols["letter"] != STOP).tolist()
        nats[spoken.running] += spoken.log_likelihood
        for sequence, symbol in zip(
            spoken.running, spoken.symbols["letter"], strict=True
        ):
            said[sequence].append(int(symbol))
    assert said == [each.symbols["letter"].tolist() for each in whole]
    np.testing.assert_allclose(nats, [each.log_likelihood for each in whole])
    assert len({len(each) for each in said}) > 1
