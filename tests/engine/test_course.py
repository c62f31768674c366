# SPDX-License-Identifier: Apache-2.0
"""The course's functions against its formulas, against slopes, and against its answers.

The first part of this file is an oracle: the formulas of the course as they are
printed, example by column, gate by gate, step by step, and slow.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
import pytest

from rnnkit.engine import course, numerical_gradient, relative_error
from rnnkit.engine.arrays import FloatArray

Named: TypeAlias = dict[str, Any]
Shapes: TypeAlias = dict[str, tuple[int, ...]]
Sizes: TypeAlias = tuple[int, int, int, int, int]

CASES = [
    pytest.param((3, 5, 2, 10, 4), id="as in the notebook"),
    pytest.param((4, 7, 3, 8, 13), id="longer"),
    pytest.param((4, 3, 2, 1, 6), id="one example"),
    pytest.param((2, 4, 5, 6, 1), id="one step"),
    pytest.param((1, 1, 1, 1, 1), id="one of everything"),
    pytest.param((6, 2, 9, 3, 2), id="narrow"),
]
ALPHABET = "\nabcdefghijklmnopqrstuvwxyz"
LETTERS = {letter: index for index, letter in enumerate(ALPHABET)}


# The oracle. a is a hidden state, c a memory, p the parameters.


def logistic(z: FloatArray) -> FloatArray:
    return 1 / (1 + np.exp(-z))


def column_softmax(z: FloatArray) -> FloatArray:
    return np.exp(z) / np.exp(z).sum(axis=0)


def rnn_step(
    x: FloatArray, a: FloatArray, p: Named, bias: str = "ba"
) -> tuple[FloatArray, FloatArray]:
    a_next = np.tanh(p["Wax"] @ x + p["Waa"] @ a + p[bias])
    return a_next, column_softmax(p["Wya"] @ a_next + p["by"])


def rnn_step_back(
    da: FloatArray, x: FloatArray, a: FloatArray, a_next: FloatArray, p: Named
) -> Named:
    dz = da * (1 - a_next**2)
    return {
        "dxt": p["Wax"].T @ dz,
        "da_prev": p["Waa"].T @ dz,
        "dWax": dz @ x.T,
        "dWaa": dz @ a.T,
        "dba": dz.sum(axis=1, keepdims=True),
    }


def lstm_step(x: FloatArray, a: FloatArray, c: FloatArray, p: Named) -> Any:
    both = np.vstack([a, x])
    f, i, o = (logistic(p[f"W{g}"] @ both + p[f"b{g}"]) for g in "fio")
    candidate = np.tanh(p["Wc"] @ both + p["bc"])
    c_next = f * c + i * candidate
    a_next = o * np.tanh(c_next)
    y = column_softmax(p["Wy"] @ a_next + p["by"])
    return a_next, c_next, y, (f, i, candidate, o)


def lstm_step_back(
    da: FloatArray,
    dc: FloatArray,
    before: tuple[FloatArray, FloatArray, FloatArray],
    c_next: FloatArray,
    gates: tuple[FloatArray, ...],
    p: Named,
) -> Named:
    x, a, c = before
    f, i, candidate, o = gates
    both = np.vstack([a, x])
    dc = dc + da * o * (1 - np.tanh(c_next) ** 2)
    dz = {
        "f": dc * c * f * (1 - f),
        "i": dc * candidate * i * (1 - i),
        "c": dc * i * (1 - candidate**2),
        "o": da * np.tanh(c_next) * o * (1 - o),
    }
    d_both = np.sum([p[f"W{g}"].T @ dz[g] for g in "fico"], axis=0)
    gradients = {
        "dxt": d_both[len(a) :],
        "da_prev": d_both[: len(a)],
        "dc_prev": dc * f,
    }
    for g in "fico":
        gradients[f"dW{g}"] = dz[g] @ both.T
        gradients[f"db{g}"] = dz[g].sum(axis=1, keepdims=True)
    return gradients


def add_up(total: Named, step: Named) -> None:
    """Add the gradients of the parameters."""
    for name, gradient in step.items():
        if name.startswith(("dW", "db")):
            total[name] = total.get(name, 0) + gradient


def dinosaur_loss_and_gradients(
    X: Sequence[int | None], Y: Sequence[int], a_prev: FloatArray, p: Named
) -> tuple[float, Named, FloatArray]:
    xs, states, guesses, loss = [], [a_prev], [], 0.0
    for index, wanted in zip(X, Y, strict=True):
        x = np.zeros((p["Wax"].shape[1], 1))
        if index is not None:
            x[index] = 1
        a, y = rnn_step(x, states[-1], p, "b")
        xs.append(x)
        states.append(a)
        guesses.append(y)
        loss -= np.log(y[wanted, 0])
    total: Named = {}
    from_later: Any = 0
    for t in reversed(range(len(X))):
        dy = guesses[t].copy()
        dy[Y[t]] -= 1
        da = p["Wya"].T @ dy + from_later
        step = rnn_step_back(da, xs[t], states[t], states[t + 1], p)
        from_later = step["da_prev"]
        step["db"] = step.pop("dba")
        add_up(total, step | {"dWya": dy @ states[t + 1].T, "dby": dy})
    return loss, total, states[-1]


def invented(p: Named, newline: int, seed: int) -> list[int]:
    x = np.zeros((p["Wax"].shape[1], 1))
    a: FloatArray = np.zeros((len(p["Waa"]), 1))
    indices: list[int] = []
    for counter in range(50):
        a, y = rnn_step(x, a, p, "b")
        chance = np.random.RandomState(counter + seed)
        seed += 1
        indices.append(int(chance.choice(list(range(len(y))), p=y.ravel())))
        if indices[-1] == newline:
            break
        x = np.zeros_like(x)
        x[indices[-1]] = 1
    return [*indices, newline] if len(indices) == 50 else indices


# What the tests share.


def drawn(seed: int, **shapes: tuple[int, ...]) -> Named:
    """Normal numbers in the order of the names, as np.random.seed and randn gave."""
    stream = np.random.RandomState(seed)
    return {name: stream.randn(*shape) for name, shape in shapes.items()}


def rnn_shapes(n_x: int, n_a: int, n_y: int, *, bias: str = "ba") -> Shapes:
    return {
        "Waa": (n_a, n_a),
        "Wax": (n_a, n_x),
        "Wya": (n_y, n_a),
        bias: (n_a, 1),
        "by": (n_y, 1),
    }


def lstm_shapes(n_x: int, n_a: int, n_y: int) -> Shapes:
    gates: Shapes = {}
    for g in "fioc":
        gates |= {f"W{g}": (n_a, n_a + n_x), f"b{g}": (n_a, 1)}
    return gates | {"Wy": (n_y, n_a), "by": (n_y, 1)}


def dinosaur_parameters(
    n_a: int = 8, vocabulary: int = 27, scale: float = 0.5
) -> Named:
    shapes = rnn_shapes(vocabulary, n_a, vocabulary, bias="b")
    return {name: scale * values for name, values in drawn(5, **shapes).items()}


def assert_same(found: Any, wanted: Any) -> None:
    if isinstance(wanted, dict):
        assert set(found) == set(wanted)
        for name in wanted:
            assert_same(found[name], wanted[name])
        return
    assert found.dtype == np.float64
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max() < 1e-12


@pytest.fixture(autouse=True)
def global_random_state_is_left_alone() -> Iterator[None]:
    # Only who looks at the state can tell that nobody used it.
    before = np.random.get_state()  # noqa: NPY002
    yield
    after = np.random.get_state()  # noqa: NPY002
    assert all(np.array_equal(b, a) for b, a in zip(before, after, strict=True))


# Against the oracle.


@pytest.mark.parametrize("sizes", CASES)
def test_rnn_cell_does_what_the_formulas_say(sizes: Sizes) -> None:
    n_x, n_a, n_y, m, _ = sizes
    p = drawn(1, **rnn_shapes(n_x, n_a, n_y))
    d = drawn(2, xt=(n_x, m), a_prev=(n_a, m), da_next=(n_a, m))
    a_next, y, cache = course.rnn_cell_forward(d["xt"], d["a_prev"], p)
    wanted_a, wanted_y = rnn_step(d["xt"], d["a_prev"], p)
    assert_same(a_next, wanted_a)
    assert_same(y, wanted_y)
    assert isinstance(cache, tuple)
    for kept, wanted in zip(cache[:3], (wanted_a, d["a_prev"], d["xt"]), strict=True):
        assert_same(kept, wanted)
    assert cache[3] is p
    assert_same(
        course.rnn_cell_backward(d["da_next"], cache),
        rnn_step_back(d["da_next"], d["xt"], d["a_prev"], wanted_a, p),
    )


@pytest.mark.parametrize("sizes", CASES)
@pytest.mark.parametrize("left_out", [0, 1, 3])
def test_rnn_does_what_the_formulas_say(sizes: Sizes, left_out: int) -> None:
    n_x, n_a, n_y, m, T = sizes
    covered = max(1, T - left_out)
    p = drawn(1, **rnn_shapes(n_x, n_a, n_y))
    d = drawn(2, x=(n_x, m, T), a0=(n_a, m), da=(n_a, m, covered))
    states, guesses = [d["a0"]], []
    for t in range(T):
        a, y = rnn_step(d["x"][:, :, t], states[-1], p)
        states.append(a)
        guesses.append(y)

    a, y_pred, caches = course.rnn_forward(d["x"], d["a0"], p)
    assert_same(a, np.stack(states[1:], axis=2))
    assert_same(y_pred, np.stack(guesses, axis=2))
    steps, x = caches
    assert_same(x, d["x"])
    assert len(steps) == T
    for t, (a_next, a_prev, xt, parameters) in enumerate(steps):
        assert_same(a_next, states[t + 1])
        assert_same(a_prev, states[t])
        assert_same(xt, d["x"][:, :, t])
        assert parameters is p

    total: Named = {"dx": np.zeros((n_x, m, covered)), "da0": 0}
    for t in reversed(range(covered)):
        da = d["da"][:, :, t] + total["da0"]
        step = rnn_step_back(da, d["x"][:, :, t], states[t], states[t + 1], p)
        total["dx"][:, :, t], total["da0"] = step["dxt"], step["da_prev"]
        add_up(total, step)
    plain = [tuple(step) for step in steps]
    assert_same(course.rnn_backward(d["da"], (plain, x)), total)


@pytest.mark.parametrize("sizes", CASES)
def test_lstm_cell_does_what_the_formulas_say(sizes: Sizes) -> None:
    n_x, n_a, n_y, m, _ = sizes
    p = drawn(1, **lstm_shapes(n_x, n_a, n_y))
    states = {name: (n_a, m) for name in ("a_prev", "c_prev", "da_next", "dc_next")}
    d = drawn(2, xt=(n_x, m), **states)
    before = (d["xt"], d["a_prev"], d["c_prev"])
    a_next, c_next, y, gates = lstm_step(*before, p)

    found = course.lstm_cell_forward(*before, p)
    cache = found[3]
    for given, wanted in zip(found[:3], (a_next, c_next, y), strict=True):
        assert_same(given, wanted)
    assert isinstance(cache, tuple)
    wanted_cache = (a_next, c_next, *before[1:], *gates, before[0])
    for kept, wanted in zip(cache[:9], wanted_cache, strict=True):
        assert_same(kept, wanted)
    assert cache[9] is p
    assert_same(
        course.lstm_cell_backward(d["da_next"], d["dc_next"], cache),
        lstm_step_back(d["da_next"], d["dc_next"], before, c_next, gates, p),
    )


@pytest.mark.parametrize("sizes", CASES)
@pytest.mark.parametrize("left_out", [0, 1, 3])
def test_lstm_does_what_the_formulas_say(sizes: Sizes, left_out: int) -> None:
    n_x, n_a, n_y, m, T = sizes
    covered = max(1, T - left_out)
    p = drawn(1, **lstm_shapes(n_x, n_a, n_y))
    d = drawn(2, x=(n_x, m, T), a0=(n_a, m), da=(n_a, m, covered))
    states, guesses, gates = [(d["a0"], np.zeros((n_a, m)))], [], []
    for t in range(T):
        a, c, y, opened = lstm_step(d["x"][:, :, t], *states[-1], p)
        states.append((a, c))
        guesses.append(y)
        gates.append(opened)

    a, y, c, caches = course.lstm_forward(d["x"], d["a0"], p)
    assert_same(a, np.stack([a for a, _ in states[1:]], axis=2))
    assert_same(c, np.stack([c for _, c in states[1:]], axis=2))
    assert_same(y, np.stack(guesses, axis=2))
    steps, x = caches
    assert_same(x, d["x"])
    assert len(steps) == T
    for t, step in enumerate(steps):
        wanted = (*states[t + 1], *states[t], *gates[t], d["x"][:, :, t])
        for kept, value in zip(step[:9], wanted, strict=True):
            assert_same(kept, value)
        assert step[9] is p

    total: Named = {"dx": np.zeros((n_x, m, covered)), "da0": 0}
    dc: Any = 0
    for t in reversed(range(covered)):
        da, before = d["da"][:, :, t] + total["da0"], (d["x"][:, :, t], *states[t])
        back = lstm_step_back(da, dc, before, states[t + 1][1], gates[t], p)
        total["dx"][:, :, t], total["da0"] = back["dxt"], back["da_prev"]
        dc = back["dc_prev"]
        add_up(total, back)
    plain = [tuple(step) for step in steps]
    assert_same(course.lstm_backward(d["da"], (plain, x)), total)


@pytest.mark.parametrize(
    ("X", "Y"),
    [
        ([None, 20, 1, 26], [20, 1, 26, 0]),
        ([12, 3, 5, 11, 22, 3], [4, 14, 11, 22, 25, 26]),
        ([None], [0]),
        ([3, None, 3], [3, 3, 3]),
    ],
)
@pytest.mark.parametrize("scale", [0.5, 3.0])
def test_optimize_does_what_the_formulas_say(
    X: list[int | None], Y: list[int], scale: float
) -> None:
    p = dinosaur_parameters(scale=scale)
    a_prev = drawn(6, a=(8, 1))["a"]
    arrays, before = dict(p), copy.deepcopy(p)
    loss, gradients, a_last = course.optimize(X, Y, a_prev, p, 0.02)
    wanted, wanted_gradients, wanted_last = dinosaur_loss_and_gradients(
        X, Y, a_prev, before
    )
    assert loss == pytest.approx(wanted, abs=1e-12)
    assert_same(a_last, wanted_last)
    for name, gradient in wanted_gradients.items():
        wanted_gradients[name] = np.minimum(5, np.maximum(-5, gradient))
    assert_same(gradients, wanted_gradients)
    for name, old in before.items():
        assert p[name] is arrays[name]
        assert_same(p[name], old - 0.02 * wanted_gradients[f"d{name}"])


def test_optimize_cuts_gradients_at_5() -> None:
    _, gradients, _ = course.optimize(
        [1] * 9, [2] * 9, np.zeros((8, 1)), dinosaur_parameters(scale=3)
    )
    assert max(np.abs(gradient).max() for gradient in gradients.values()) == 5


def test_optimize_moves_by_a_hundredth_of_the_gradient_unless_told_otherwise() -> None:
    p = dinosaur_parameters()
    before = copy.deepcopy(p)
    _, gradients, _ = course.optimize([None, 1], [1, 0], np.zeros((8, 1)), p)
    assert_same(p["Wya"], before["Wya"] - 0.01 * gradients["dWya"])


@pytest.mark.parametrize("seed", range(12))
def test_sample_draws_as_the_notebook_does(seed: int) -> None:
    # Small numbers, so that rounding cannot change what is drawn.
    p = dinosaur_parameters(scale=0.3)
    indices = course.sample(p, LETTERS, seed)
    assert indices == invented(p, 0, seed)
    assert all(type(index) is int for index in indices)


def test_sample_ends_a_name_of_50_characters() -> None:
    p = dinosaur_parameters(scale=0.0)
    p["by"][0] = -1000  # no newline ever
    indices = course.sample(p, LETTERS, 3)
    assert len(indices) == 51
    assert indices.index(0) == 50


def test_sample_ends_a_name_again_that_ends_with_its_50th_character() -> None:
    p = dinosaur_parameters(scale=0.0)
    p["by"][0] = -1000
    names = (course.sample(p, LETTERS, seed)[:50] for seed in itertools.count())
    seed, name = next((s, n) for s, n in enumerate(names) if n.index(n[-1]) == 49)
    assert course.sample(p, {"\n": name[-1]}, seed) == [*name, name[-1]]


def test_softmax_is_taken_over_columns_and_does_not_overflow() -> None:
    x = drawn(4, x=(5, 3))["x"]
    assert_same(course.softmax(x), column_softmax(x))
    assert_same(course.softmax(x[:, 0]), column_softmax(x[:, 0]))
    assert_same(course.softmax(x + 1000), column_softmax(x))
    assert_same(course.softmax([[1, 2], [1, 2]]), np.full((2, 2), 0.5))


def test_clip_returns_new_arrays_and_takes_any_names() -> None:
    given: Named = {"dWaa": np.array([[-7.0, 2.0]]), "db": np.array([[6]])}
    given["other"] = [9, -1]
    clipped = course.clip(given, 5)
    assert {name: values.tolist() for name, values in clipped.items()} == {
        "dWaa": [[-5, 2]],
        "db": [[5]],
        "other": [5, -1],
    }
    clipped["dWaa"][:] = 0
    assert given["dWaa"].tolist() == [[-7, 2]]
    assert given["db"].tolist() == [[6]]


# Against slopes.


@pytest.mark.parametrize("kind", ["rnn", "lstm"])
@pytest.mark.parametrize("covered", [5, 3])
def test_backward_is_the_slope_of_forward(kind: str, covered: int) -> None:
    n_x, n_a, n_y, m, T = 3, 4, 2, 2, 5
    shapes = {"rnn": rnn_shapes, "lstm": lstm_shapes}[kind](n_x, n_a, n_y)
    forward: Callable[..., Any] = getattr(course, f"{kind}_forward")
    p = drawn(1, **shapes)
    d = drawn(2, x=(n_x, m, T), a0=(n_a, m), da=(n_a, m, covered))

    def loss() -> float:
        a = forward(d["x"], d["a0"], p)[0]
        return float((a[:, :, :covered] * d["da"]).sum())

    caches = forward(d["x"], d["a0"], p)[-1]
    gradients = getattr(course, f"{kind}_backward")(d["da"], caches)
    values = {f"d{name}": array for name, array in (p | d).items()}
    for name, gradient in gradients.items():
        slopes = numerical_gradient(loss, values[name])
        if name == "dx":
            assert not slopes[:, :, covered:].any()
            slopes = slopes[:, :, :covered]
        assert relative_error(gradient, slopes) < 1e-8, name
    assert len(gradients) == {"rnn": 5, "lstm": 10}[kind]


def test_optimize_takes_the_slope_of_its_loss() -> None:
    p, a_prev = dinosaur_parameters(n_a=3, vocabulary=5), np.full((3, 1), 0.2)

    def step() -> Any:
        return course.optimize([None, 2, 4], [2, 4, 0], a_prev, p, 0.0)

    _, gradients, _ = step()
    for name, values in p.items():
        slopes = numerical_gradient(lambda: step()[0], values)
        assert relative_error(gradients[f"d{name}"], slopes) < 1e-8, name


def test_200_steps_of_optimize_lower_the_loss() -> None:
    p = dinosaur_parameters(n_a=20, scale=0.01)
    a_prev: FloatArray = np.zeros((20, 1))
    losses = []
    names = ["tyro", "rexor", "rextor", "tyrex"]
    for name in itertools.islice(itertools.cycle(names), 200):
        read = [LETTERS[letter] for letter in name]
        loss, _, a_prev = course.optimize([None, *read], [*read, 0], a_prev, p)
        losses.append(loss / (len(name) + 1))
    assert np.mean(losses[:4]) == pytest.approx(np.log(27), rel=0.02)
    assert np.mean(losses[-4:]) < 2.5


# Against what the course prints. The order of the draws is part of each answer. Unless
# another edition is named, those of 2018 and 2021 print the same.


def assert_printed(found: Any, answer: str) -> None:
    """Equal to as many digits as were printed."""
    for number, text in zip(np.ravel(found), answer.split(), strict=True):
        decimals = len(text.partition(".")[2])
        assert number == pytest.approx(float(text), abs=10.0**-decimals)


def test_printed_rnn_cell_forward() -> None:
    d = drawn(1, xt=(3, 10), a_prev=(5, 10), **rnn_shapes(3, 5, 2))
    a_next, y, _ = course.rnn_cell_forward(d.pop("xt"), d.pop("a_prev"), d)
    assert_printed(
        a_next[4],
        "0.59584544 0.18141802 0.61311866 0.99808218 0.85016201 "
        "0.99980978 -0.18887155 0.99815551 0.6531151 0.82872037",
    )
    assert_printed(
        y[1],
        "0.9888161 0.01682021 0.21140899 0.36817467 0.98988387 "
        "0.88945212 0.36920224 0.9966312 0.9982559 0.17746526",
    )


def test_printed_rnn_forward() -> None:
    d = drawn(1, x=(3, 10, 4), a0=(5, 10), **rnn_shapes(3, 5, 2))
    a, y, caches = course.rnn_forward(d.pop("x"), d.pop("a0"), d)
    assert_printed(a[4][1], "-0.99999375 0.77911235 -0.99861469 -0.99833267")
    assert_printed(y[1][3], "0.79560373 0.86224861 0.11118257 0.81515947")
    assert_printed(caches[1][1][3], "-1.1425182 -0.34934272 -0.20889423 0.58662319")
    assert len(caches) == 2


def test_printed_rnn_forward_of_the_unit_test_of_2021() -> None:
    d = drawn(17, x=(4, 8, 13), a0=(7, 8), **rnn_shapes(4, 7, 3))
    a, y, _ = course.rnn_forward(d.pop("x"), d.pop("a0"), d)
    assert_printed(a[5, 2, 2:6], "0.99999291 0.99332189 0.9921928 0.99503445")
    assert_printed(y[2, 1, 1:5], "0.19428 0.14292 0.24993 0.00119")


def test_printed_lstm_cell_forward() -> None:
    d = drawn(1, xt=(3, 10), a_prev=(5, 10), c_prev=(5, 10), **lstm_shapes(3, 5, 2))
    before = (d.pop("xt"), d.pop("a_prev"), d.pop("c_prev"))
    a_next, c_next, y, cache = course.lstm_cell_forward(*before, d)
    assert_printed(
        a_next[4],
        "-0.66408471 0.0036921 0.02088357 0.22834167 -0.85575339 "
        "0.00138482 0.76566531 0.34631421 -0.00215674 0.43827275",
    )
    assert_printed(
        c_next[2],
        "0.63267805 1.00570849 0.35504474 0.20690913 -1.64566718 "
        "0.11832942 0.76449811 -0.0981561 -0.74348425 -0.26810932",
    )
    assert_printed(
        y[1],
        "0.79913913 0.15986619 0.22412122 0.15606108 0.97057211 "
        "0.31146381 0.00943007 0.12666353 0.39380172 0.07828381",
    )
    assert_printed(
        cache[1][3],
        "-0.16263996 1.03729328 0.72938082 -0.54101719 0.02752074 "
        "-0.30821874 0.07651101 -1.03752894 1.41219977 -0.37647422",
    )
    assert len(cache) == 10


def test_printed_lstm_cell_forward_of_the_unit_test_of_2021() -> None:
    d = drawn(212, xt=(4, 8), a0=(7, 8), c0=(7, 8), **lstm_shapes(4, 7, 3))
    before = (d.pop("xt"), d.pop("a0"), d.pop("c0"))
    _, _, y, cache = course.lstm_cell_forward(*before, d)
    a_next, c_next, _, _, ft, it, cct, ot, _, _ = cache
    assert_printed(ft[0, :2], "0.32969833 0.0574555")
    assert_printed(it[0, :2], "0.0036446 0.9806943")
    assert_printed(cct[0, :2], "0.99903873 0.57509956")
    assert_printed(c_next[0, :2], "0.1352798 0.39884899")
    assert_printed(ot[0, :2], "0.7477249 0.71588751")
    assert_printed(a_next[0, :2], "0.10053951 0.27129536")
    assert_printed(
        y[1], "0.417098 0.449528 0.223159 0.278376 0.68453 0.419221 0.564025 0.538475"
    )


def test_printed_lstm_forward() -> None:
    d = drawn(1, x=(3, 10, 7), a0=(5, 10), **lstm_shapes(3, 5, 2))
    a, y, c, caches = course.lstm_forward(d.pop("x"), d.pop("a0"), d)
    assert_printed(a[4][3][6], "0.172117767533")
    assert_printed(y[1][4][3], "0.95087346185")
    assert_printed(c[1][2][1], "-0.855544916718")
    assert_printed(
        caches[1][1][1],
        "0.82797464 0.23009474 0.76201118 -0.22232814 "
        "-0.20075807 0.18656139 0.41005165",
    )
    assert len(caches) == 2


def test_printed_lstm_forward_of_the_unit_test_of_2021() -> None:
    d = drawn(45, x=(4, 13, 16), a0=(3, 13), **lstm_shapes(4, 3, 2))
    a, y, c, _ = course.lstm_forward(d.pop("x"), d.pop("a0"), d)
    assert_printed(a[2, 1, 4:6], "-0.01606022 0.0243569")
    assert_printed(c[2, 1, 4:6], "-0.02753855 0.05668358")
    assert_printed(y[1, 1, 4:6], "0.70444592 0.70648935")


def backward_shapes(bias: str) -> Shapes:
    """For the backward passes the course draws Wax before Waa."""
    shapes = rnn_shapes(3, 5, 2, bias=bias)
    return {"Wax": shapes.pop("Wax")} | shapes


def test_printed_rnn_cell_backward_of_2021() -> None:
    shapes = backward_shapes("ba")
    d = drawn(1, xt=(3, 10), a_prev=(5, 10), **shapes, da_next=(5, 10))
    _, _, cache = course.rnn_cell_forward(d.pop("xt"), d.pop("a_prev"), d)
    gradients = course.rnn_cell_backward(d["da_next"], cache)
    assert_printed(gradients["dxt"][1][2], "-1.3872130506")
    assert_printed(gradients["da_prev"][2][3], "-0.152399493774")
    assert_printed(gradients["dWax"][3][1], "0.410772824935")
    assert_printed(gradients["dWaa"][1][2], "1.15034506685")
    assert_printed(gradients["dba"][4], "0.20023491")


def test_printed_rnn_cell_backward_of_2018() -> None:
    # It draws b, but hands over the ba of the cell above it, that of rnn_forward.
    d = drawn(1, xt=(3, 10), a_prev=(5, 10), **backward_shapes("b"), da_next=(5, 10))
    d["ba"] = drawn(1, x=(3, 10, 4), a0=(5, 10), **rnn_shapes(3, 5, 2))["ba"]
    _, _, cache = course.rnn_cell_forward(d.pop("xt"), d.pop("a_prev"), d)
    gradients = course.rnn_cell_backward(d["da_next"], cache)
    assert_printed(gradients["dxt"][1][2], "-0.460564103059")
    assert_printed(gradients["da_prev"][2][3], "0.0842968653807")
    assert_printed(gradients["dWax"][3][1], "0.393081873922")
    assert_printed(gradients["dWaa"][1][2], "-0.28483955787")
    assert_printed(gradients["dba"][4], "0.80517166")


def test_printed_rnn_backward() -> None:
    shapes = backward_shapes("ba")
    d = drawn(1, x=(3, 10, 4), a0=(5, 10), **shapes, da=(5, 10, 4))
    _, _, caches = course.rnn_forward(d.pop("x"), d.pop("a0"), d)
    gradients = course.rnn_backward(d["da"], caches)
    assert_printed(
        gradients["dx"][1][2], "-2.07101689 -0.59255627 0.02466855 0.01483317"
    )
    assert_printed(gradients["da0"][2][3], "-0.314942375127")
    assert_printed(gradients["dWax"][3][1], "11.2641044965")
    assert_printed(gradients["dWaa"][1][2], "2.30333312658")
    assert_printed(gradients["dba"][4], "-0.74747722")


def test_printed_lstm_cell_backward() -> None:
    states = {"a_prev": (5, 10), "c_prev": (5, 10)}
    ahead = {"da_next": (5, 10), "dc_next": (5, 10)}
    d = drawn(1, xt=(3, 10), **states, **lstm_shapes(3, 5, 2), **ahead)
    before = (d.pop("xt"), d.pop("a_prev"), d.pop("c_prev"))
    cache = course.lstm_cell_forward(*before, d)[3]
    gradients = course.lstm_cell_backward(d["da_next"], d["dc_next"], cache)
    assert_printed(gradients["dxt"][1][2], "3.23055911511")
    assert_printed(gradients["da_prev"][2][3], "-0.0639621419711")
    assert_printed(gradients["dc_prev"][2][3], "0.797522038797")
    assert_printed(gradients["dWf"][3][1], "-0.147954838164")
    assert_printed(gradients["dWi"][1][2], "1.05749805523")
    assert_printed(gradients["dWc"][3][1], "2.30456216369")
    assert_printed(gradients["dWo"][1][2], "0.331311595289")
    assert_printed(gradients["dbf"][4], "0.18864637")
    assert_printed(gradients["dbi"][4], "-0.40142491")
    assert_printed(gradients["dbc"][4], "0.25587763")
    assert_printed(gradients["dbo"][4], "0.13893342")


def test_printed_lstm_backward_of_2021() -> None:
    # x has 7 steps, da has 4. The notebook draws neither Wy nor by: they are zeros.
    shapes = lstm_shapes(3, 5, 2)
    shapes = {name: shapes[name] for name in shapes if name not in ("Wy", "by")}
    d = drawn(1, x=(3, 10, 7), a0=(5, 10), **shapes, da=(5, 10, 4))
    d |= {"Wy": np.zeros((2, 5)), "by": np.zeros((2, 1))}
    caches = course.lstm_forward(d.pop("x"), d.pop("a0"), d)[3]
    gradients = course.lstm_backward(d["da"], caches)
    assert_printed(
        gradients["dx"][1][2], "0.00218254 0.28205375 -0.48292508 -0.43281115"
    )
    assert_printed(gradients["da0"][2][3], "0.312770310257")
    assert_printed(gradients["dWf"][3][1], "-0.0809802310938")
    assert_printed(gradients["dWi"][1][2], "0.40512433093")
    assert_printed(gradients["dWc"][3][1], "-0.0793746735512")
    assert_printed(gradients["dWo"][1][2], "0.038948775763")
    assert_printed(gradients["dbf"][4], "-0.15745657")
    assert_printed(gradients["dbi"][4], "-0.50848333")
    assert_printed(gradients["dbc"][4], "-0.42510818")
    assert_printed(gradients["dbo"][4], "-0.17958196")
    assert gradients["dx"].shape == (3, 10, 4)


@pytest.mark.parametrize(
    ("max_value", "db", "dby"), [(10, "10.000", "8.45833407"), (5, "5.000", "5.000")]
)
def test_printed_clip(max_value: int, db: str, dby: str) -> None:
    d = drawn(3, dWax=(5, 3), dWaa=(5, 5), dWya=(2, 5), db=(5, 1), dby=(2, 1))
    clipped = course.clip({name: 10 * g for name, g in d.items()}, max_value)
    assert clipped["dWaa"][1][2] == max_value
    assert clipped["dWax"][3][1] == -max_value
    assert_printed(clipped["dWya"][1][2], "0.29713815361")
    assert_printed(clipped["db"][4], db)
    assert_printed(clipped["dby"][1], dby)


def sample_shapes() -> Shapes:
    return {"Wax": (100, 27), "Waa": (100, 100), "Wya": (27, 100), "b": (100, 1)}


def test_printed_sample_of_2021() -> None:
    indices = course.sample(drawn(24, **sample_shapes(), by=(27, 1)), LETTERS, 0)
    letters = "".join(ALPHABET[index] for index in indices)
    assert letters == "wpzzxcuagxocytfmjhtlb\n"


def test_printed_sample_of_2018() -> None:
    # 100 random units are chaotic: after 43 characters rounding decides, and the
    # notebooks that are published differ among themselves.
    indices = course.sample(drawn(2, **sample_shapes(), by=(27, 1)), LETTERS, 0)
    letters = "".join(ALPHABET[index] for index in indices)
    assert letters[:43] == "lqxnmijvxfmklfuouncbaurxgyfyrjpbcholkgaljbg"


def test_printed_optimize() -> None:
    d = drawn(1, a_prev=(100, 1), **sample_shapes(), by=(27, 1))
    X, Y = [12, 3, 5, 11, 22, 3], [4, 14, 11, 22, 25, 26]
    loss, gradients, a_last = course.optimize(
        X, Y, d.pop("a_prev"), d, learning_rate=0.01
    )
    assert_printed(loss, "126.503975722")
    assert np.argmax(gradients["dWax"]) == 93
    assert_printed(gradients["dWaa"][1][2], "0.194709315347")
    assert_printed(gradients["dWya"][1][2], "-0.007773876032")
    assert_printed(gradients["db"][4], "-0.06809825")
    assert_printed(gradients["dby"][1], "0.01538192")
    assert_printed(a_last[4], "-1.00000000")


# What is handed in.


def everything() -> dict[str, dict[str, Any]]:
    """Arguments that fit, by function."""
    rnn, lstm = drawn(1, **rnn_shapes(3, 5, 2)), drawn(1, **lstm_shapes(3, 5, 2))
    d = drawn(2, x=(3, 4, 6), da=(5, 4, 6), xt=(3, 4), a=(5, 4), c=(5, 4), da_t=(5, 4))
    x, da, xt, a, c, da_t = d.values()
    return {
        "rnn_cell_forward": {"xt": xt, "a_prev": a, "parameters": rnn},
        "rnn_forward": {"x": x, "a0": a, "parameters": rnn},
        "rnn_cell_backward": {
            "da_next": da_t,
            "cache": course.rnn_cell_forward(xt, a, rnn)[-1],
        },
        "rnn_backward": {"da": da, "caches": course.rnn_forward(x, a, rnn)[-1]},
        "lstm_cell_forward": {"xt": xt, "a_prev": a, "c_prev": c, "parameters": lstm},
        "lstm_forward": {"x": x, "a0": a, "parameters": lstm},
        "lstm_cell_backward": {
            "da_next": da_t,
            "dc_next": c,
            "cache": course.lstm_cell_forward(xt, a, c, lstm)[-1],
        },
        "lstm_backward": {"da": da, "caches": course.lstm_forward(x, a, lstm)[-1]},
        "clip": {"gradients": {"dWax": 9 * a}, "max_value": 1},
        "sample": {
            "parameters": dinosaur_parameters(),
            "char_to_ix": LETTERS,
            "seed": 1,
        },
    }


def call(name: str, arguments: dict[str, Any]) -> Any:
    return getattr(course, name)(**arguments)


def flat(value: Any) -> list[Any]:
    """Every array and number inside, in order."""
    if isinstance(value, dict):
        return [part for key in value for part in flat(value[key])]
    if isinstance(value, (list, tuple)):
        return [part for item in value for part in flat(item)]
    return [value]


@pytest.mark.parametrize("name", everything())
def test_what_is_handed_in_stays_as_it_was(name: str) -> None:
    arguments = everything()[name]
    before = copy.deepcopy(arguments)
    results = flat(call(name, arguments))
    for was, stands in zip(flat(before), flat(arguments), strict=True):
        assert np.array_equal(was, stands)
    for result in results[:3]:
        for given in flat(arguments):
            assert not np.shares_memory(result, given)


@pytest.mark.parametrize("name", ["rnn_forward", "lstm_forward"])
def test_changing_what_came_out_does_not_change_the_caches(name: str) -> None:
    *results, caches = call(name, everything()[name])
    before = copy.deepcopy(caches)
    for result in results:
        result += 1
    for was, stands in zip(flat(before), flat(caches), strict=True):
        assert np.array_equal(was, stands)


def converted(value: Any, how: Callable[[FloatArray], Any]) -> Any:
    if isinstance(value, dict):
        return {name: converted(part, how) for name, part in value.items()}
    return how(value)


@pytest.mark.parametrize("name", ["rnn_forward", "lstm_forward"])
def test_lists_and_float32_are_converted(name: str) -> None:
    short = converted(everything()[name], lambda array: array.astype(np.float32))
    long = converted(short, lambda array: array.astype(np.float64))
    lists = converted(short, lambda array: array.tolist())
    *wanted, _ = call(name, long)
    for given in (short, lists):
        *found, _ = call(name, given)
        for result, right in zip(found, wanted, strict=True):
            assert_same(result, right)


def test_optimize_changes_float32_arrays_in_place_too() -> None:
    p = {k: v.astype(np.float32) for k, v in dinosaur_parameters().items()}
    arrays, before = dict(p), copy.deepcopy(p)
    course.optimize([None, 1], [1, 0], np.zeros((8, 1)), p, 0.5)
    for name, array in arrays.items():
        assert p[name] is array
        assert not np.array_equal(array, before[name]), name


@pytest.mark.parametrize(
    ("function", "argument", "message"),
    [
        ("rnn_cell_forward", "xt", r"xt has the shape \(4, 3\), not \(3, m\)"),
        ("rnn_cell_forward", "a_prev", r"a_prev has the shape \(4, 5\), not \(5, 4\)"),
        ("rnn_forward", "x", r"x has the shape \(6, 4, 3\), not \(3, m, T_x\)"),
        ("rnn_forward", "a0", r"a0 has the shape \(4, 5\), not \(5, 4\)"),
        ("rnn_cell_backward", "da_next", r"da_next has the shape \(4, 5\)"),
        ("rnn_backward", "da", r"da has the shape \(6, 4, 5\), not \(5, 4, T_x\)"),
        ("lstm_cell_forward", "c_prev", r"c_prev has the shape \(4, 5\)"),
        ("lstm_forward", "x", r"x has the shape"),
        ("lstm_cell_backward", "dc_next", r"dc_next has the shape \(4, 5\)"),
        ("lstm_backward", "da", r"da has the shape"),
    ],
)
def test_a_wrong_shape_is_named(function: str, argument: str, message: str) -> None:
    arguments = everything()[function]
    arguments[argument] = arguments[argument].T
    with pytest.raises(ValueError, match=message):
        call(function, arguments)


@pytest.mark.parametrize("name", ["rnn_forward", "lstm_forward"])
@pytest.mark.parametrize("shape", [(3, 0, 6), (3, 4, 0)])
def test_no_examples_and_no_steps_are_refused(name: str, shape: Any) -> None:
    arguments = everything()[name] | {"x": np.zeros(shape)}
    with pytest.raises(ValueError, match="x has the shape"):
        call(name, arguments)


@pytest.mark.parametrize(
    ("function", "name"),
    [("rnn_forward", name) for name in ("Wax", "Waa", "Wya", "ba", "by")]
    + [("lstm_cell_forward", f"{kind}{g}") for kind in "Wb" for g in "fico"]
    + [("lstm_forward", name) for name in ("Wy", "by")]
    + [("sample", name) for name in ("Wax", "Waa", "Wya", "b", "by")],
)
def test_a_wrong_or_missing_parameter_is_named(function: str, name: str) -> None:
    arguments = everything()[function]
    parameters = arguments["parameters"]
    parameters[name] = parameters[name][..., None]
    with pytest.raises(ValueError, match=rf"{name} has the shape \(.*, 1\), not \("):
        call(function, arguments)
    del parameters[name]
    with pytest.raises(ValueError, match=f"the parameter {name} is missing"):
        call(function, arguments)


@pytest.mark.parametrize("name", ["rnn_backward", "lstm_backward"])
def test_more_gradients_than_steps_are_refused(name: str) -> None:
    arguments = everything()[name] | {"da": np.zeros((5, 4, 7))}
    with pytest.raises(ValueError, match="da has 7 steps, and the caches 6"):
        call(name, arguments)


@pytest.mark.parametrize(
    ("X", "Y", "message"),
    [
        ([None, 1], [1], "X has 2 indices, and Y 1"),
        ([], [], "X has 0 indices"),
        ([None, 27], [1, 2], "X has the index 27"),
        ([-1], [1], "X has the index -1"),
        ([1], [27], "Y has the index 27"),
        ([1], [None], "Y has the index None"),
    ],
)
def test_optimize_refuses_indices_that_do_not_fit(
    X: list[int | None], Y: list[int], message: str
) -> None:
    p = dinosaur_parameters()
    before = copy.deepcopy(p)
    with pytest.raises(ValueError, match=message):
        course.optimize(X, Y, np.zeros((8, 1)), p)
    with pytest.raises(ValueError, match=r"a_prev has the shape \(8,\), not \(8, 1\)"):
        course.optimize([1], [1], np.zeros(8), p)
    for name, values in before.items():
        assert np.array_equal(p[name], values)
