# SPDX-License-Identifier: Apache-2.0
"""Beam search between its two ends: greedy, and looking at everything."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import pytest

from rnnkit.engine import (
    CELLS,
    Choice,
    Packing,
    RecurrentNetwork,
    Sampled,
    beam_search,
    sample,
    surprise,
)
from tests.engine.speakers import STOP, Letters, opening, speaker

SIZE = 3
MAX_STEPS = 4
EVERYTHING = SIZE**MAX_STEPS

every_cell = pytest.mark.parametrize("cell", CELLS)
every_penalty = pytest.mark.parametrize("length_penalty", [0.0, 0.7, 1.0])


Said = tuple[int, ...]


def brief_speaker(cell: str = "lstm") -> RecurrentNetwork:
    """A network that may well stop early."""
    network = speaker(cell, size=SIZE)
    network.parameters["head.letter.bias"][STOP] += 2
    return network


@cache
def likelihoods(cell: str) -> dict[Said, float]:
    """The log likelihood of all that can be said in four steps, finished or not."""
    network = brief_speaker(cell)
    found: dict[Said, float] = {(): 0.0}
    for steps in range(1, MAX_STEPS + 1):
        for symbols in product(range(SIZE), repeat=steps):
            if STOP not in symbols[:-1]:
                heard = {"letter": np.array([STOP, *symbols[:-1]])}
                outputs, _ = network.forward(heard, Packing.of([steps]))
                rows = surprise(outputs.logits["letter"], np.array(symbols))
                found[symbols] = -float(rows.sum())
    return found


def rank(cell: str, symbols: Said, length_penalty: float) -> float:
    return likelihoods(cell)[symbols] / len(symbols) ** length_penalty


def plainly(cell: str, width: int, length_penalty: float) -> list[Said]:
    """Beam search as it is told, with every likelihood looked up."""
    running: list[Said] = [()]
    done: list[Said] = []
    for _ in range(MAX_STEPS):
        longer = [(*symbols, s) for symbols in running for s in range(SIZE)]
        longer.sort(key=lambda symbols: -likelihoods(cell)[symbols])
        done += [symbols for symbols in longer[:width] if symbols[-1] == STOP]
        running = [symbols for symbols in longer[:width] if symbols[-1] != STOP]
    found = done + running
    return sorted(found, key=lambda symbols: -rank(cell, symbols, length_penalty))[
        :width
    ]


def search(
    network: RecurrentNetwork, width: int, *, length_penalty: float = 0.0
) -> list[Sampled]:
    return beam_search(
        network,
        opening(network),
        Letters(),
        width=width,
        max_steps=MAX_STEPS,
        length_penalty=length_penalty,
    )


def said(one: Sampled) -> Said:
    return tuple(one.symbols["letter"].tolist())


@every_cell
@every_penalty
@pytest.mark.parametrize("width", [1, 2, 3, 4, 6, 9])
def test_a_beam_finds_what_it_should(
    cell: str, length_penalty: float, width: int
) -> None:
    network = brief_speaker(cell)
    found = search(network, width, length_penalty=length_penalty)
    assert [said(one) for one in found] == plainly(cell, width, length_penalty)
    for one in found:
        assert one.log_likelihood == pytest.approx(likelihoods(cell)[said(one)])
        assert one.ended == (said(one)[-1] == STOP)


@every_cell
@every_penalty
def test_a_wide_beam_sees_everything(cell: str, length_penalty: float) -> None:
    network = brief_speaker(cell)
    found = search(network, EVERYTHING, length_penalty=length_penalty)
    whole = [s for s in likelihoods(cell) if len(s) == MAX_STEPS or s[-1:] == (STOP,)]
    whole.sort(key=lambda symbols: -rank(cell, symbols, length_penalty))
    assert [said(one) for one in found] == whole


def test_unless_asked_for_nothing_is_done_for_long_ones() -> None:
    network = brief_speaker()
    start = opening(network)
    found = beam_search(
        network, start, Letters(), width=EVERYTHING, max_steps=MAX_STEPS
    )
    likely = [one.log_likelihood for one in found]
    assert likely == sorted(likely, reverse=True)
    per_letter = search(network, EVERYTHING, length_penalty=1.0)
    assert [*map(said, found)] != [*map(said, per_letter)]


@every_cell
def test_the_narrowest_beam_is_greedy(cell: str) -> None:
    network = speaker(cell)
    (greedy,) = sample(
        network,
        opening(network),
        Letters(),
        choice=Choice(temperature=0),
        generator=np.random.default_rng(0),
        max_steps=20,
    )
    (found,) = beam_search(network, opening(network), Letters(), width=1, max_steps=20)
    assert said(found) == said(greedy)
    assert found.log_likelihood == pytest.approx(greedy.log_likelihood)
    assert found.ended == greedy.ended


def test_what_is_not_allowed_is_never_found() -> None:
    network = brief_speaker()
    feedback = Letters(lambda step: np.array([step > 0, True, False]))
    found = beam_search(
        network, opening(network), feedback, width=EVERYTHING, max_steps=MAX_STEPS
    )
    assert {said(one) for one in found} == {
        (1, *[1] * ones, *stop)
        for ones, stop in [(0, [0]), (1, [0]), (2, [0]), (3, [])]
    }
    assert np.isfinite([one.log_likelihood for one in found]).all()


def test_what_is_impossible_is_never_found() -> None:
    network = brief_speaker()
    network.parameters["head.letter.bias"][2] = -np.inf
    for one in search(network, EVERYTHING):
        assert 2 not in said(one)
        assert np.isfinite(one.log_likelihood)


def test_a_wide_beam_finds_what_greedy_misses() -> None:
    """The likeliest first letter need not begin the likeliest sequence."""
    gains = []
    for cell in CELLS:
        greedy, best = (
            search(brief_speaker(cell), width)[0].log_likelihood
            for width in (1, EVERYTHING)
        )
        gains.append(best - greedy)
    assert min(gains) > -1e-12
    assert max(gains) > 0.1
