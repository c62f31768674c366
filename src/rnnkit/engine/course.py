# SPDX-License-Identifier: Apache-2.0
"""This engine in the notation of Andrew Ng's course "Sequence Models", week 1.

For a learner who has the notebooks open: their functions, with the same names,
arguments and results. Nothing is computed a second time here: each function turns the
arrays over, calls what the rest of the engine calls, and turns the results back.

========================================  =======================================
his functions                             what does the work
========================================  =======================================
rnn_forward, rnn_backward                 ``recurrent`` with an ``RNNCell``
lstm_forward, lstm_backward               ``recurrent`` with an ``LSTMCell``
rnn_cell_forward, lstm_cell_backward ...  the same, one step long
clip, sample                              ``clip_by_value``, ``RNNCell``
optimize                                  ``recurrent``, ``softmax_cross_entropy``
========================================  =======================================

Shapes, with n_x features, n_a hidden units, n_y classes, m examples and T_x steps. A
gradient has the shape of what it is the gradient of.

========================================  =======================================
x; xt                                     (n_x, m, T_x); (n_x, m)
a, c; a0, a_prev, c_prev, a_next, c_next  (n_a, m, T_x); (n_a, m)
y, y_pred; yt_pred                        (n_y, m, T_x); (n_y, m)
Wax; Waa; ba, or b among the dinosaurs    (n_a, n_x); (n_a, n_a); (n_a, 1)
Wf, Wi, Wc, Wo; bf, bi, bc, bo            (n_a, n_a + n_x); (n_a, 1)
Wya or Wy; by                             (n_y, n_a); (n_y, 1)
========================================  =======================================

What the engine writes differently (for names see ``cells/rnn.py``, ``cells/lstm.py``):

========================================  =======================================
examples are columns                      examples are rows
all steps: (n, m, T_x)                    packed rows, (T_x * m, n): all examples
                                          of a step, then those of the next
Wi, Wf, Wc, Wo, acting on [a_prev; xt]    one under the other, i, f, g, o: the
                                          first n_a columns are ``weight_hh``,
                                          the others ``weight_ih``
one bias                                  a sum of two; ``bias_hh`` is zero here
========================================  =======================================

All is float64; lists and other kinds of number are converted. Only :func:`optimize`
changes what is handed in. What is missing or has a wrong shape raises a ``ValueError``
that names it.

The answer for ``lstm_backward`` that the edition of 2018 prints comes from a loop that
carries neither da_prev nor dc_prev from step to step. Here both are carried, as in the
edition of 2021.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, NamedTuple, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike

from rnnkit.engine import activations, embedding, linear, recurrent
from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.cells import Cell, HiddenState, LSTMCell, LSTMState, RNNCell, State
from rnnkit.engine.cells.lstm import LSTMCache
from rnnkit.engine.cells.rnn import RNNCache
from rnnkit.engine.losses import softmax_cross_entropy
from rnnkit.engine.optimizers import clip_by_value
from rnnkit.engine.packing import Packing
from rnnkit.engine.recurrent import CellWeights, RecurrentCache, RecurrentGradients

Named: TypeAlias = Mapping[str, ArrayLike]
Gradients: TypeAlias = dict[str, FloatArray]

GATES = "ifco"  # his letters, in the engine's order
LONGEST_NAME = 50
CLIP_AT = 5


class RNNStep(NamedTuple):
    """His cache of one step."""

    a_next: FloatArray
    a_prev: FloatArray
    xt: FloatArray
    parameters: Named

    def for_engine(self) -> tuple[HiddenState, RNNCache]:
        """The state before the step, and the engine's cache of the step."""
        return HiddenState(hidden=self.a_prev.T), RNNCache(self.a_next.T)


class LSTMStep(NamedTuple):
    """His cache of one step of an LSTM."""

    a_next: FloatArray
    c_next: FloatArray
    a_prev: FloatArray
    c_prev: FloatArray
    ft: FloatArray
    it: FloatArray
    cct: FloatArray
    ot: FloatArray
    xt: FloatArray
    parameters: Named

    def for_engine(self) -> tuple[LSTMState, LSTMCache]:
        """The state before the step, and the engine's cache of the step."""
        gates = (self.it.T, self.ft.T, self.cct.T, self.ot.T)
        kept = LSTMCache(*gates, self.c_prev.T, activations.tanh(self.c_next.T))
        return LSTMState(hidden=self.a_prev.T, cell=self.c_prev.T), kept


def softmax(x: ArrayLike) -> FloatArray:
    """Probabilities from scores: every column of the result sums to 1."""
    return activations.softmax(np.asarray(x, dtype=np.float64).T).T


def rnn_cell_forward(
    xt: ArrayLike, a_prev: ArrayLike, parameters: Named
) -> tuple[FloatArray, FloatArray, RNNStep]:
    """One step: a_next = tanh(Wax xt + Waa a_prev + ba), yt = softmax(Wya a_next + by).

    Returns a_next, yt_pred and the cache (a_next, a_prev, xt, parameters).
    """
    xt, a_prev = _inputs(_rnn_weights(parameters), xt=xt, a_prev=a_prev)
    a, y_pred, (steps, _) = rnn_forward(xt[:, :, None], a_prev, parameters)
    return a[:, :, 0], y_pred[:, :, 0], steps[0]


def rnn_forward(
    x: ArrayLike, a0: ArrayLike, parameters: Named
) -> tuple[FloatArray, FloatArray, tuple[list[RNNStep], FloatArray]]:
    """All steps. Returns a, y_pred and the caches: (a list of one a step, x)."""
    weights = _rnn_weights(parameters)
    x, a0 = _inputs(weights, x=x, a0=a0)
    run, _ = _forward(RNNCell(), weights, x, HiddenState(hidden=a0.T))
    y_pred = softmax(_columns(_scores(parameters, "Wya", run.outputs), x))
    steps: list[RNNStep] = []
    for t, kept in enumerate(run.steps):
        a_prev = steps[-1].a_next if steps else a0
        steps.append(RNNStep(kept.hidden.T, a_prev, x[:, :, t], parameters))
    return _columns(run.outputs, x), y_pred, (steps, x)


def rnn_cell_backward(da_next: ArrayLike, cache: tuple[Any, ...]) -> Gradients:
    """One step back. Returns dxt, da_prev, dWax, dWaa, dba."""
    step = RNNStep(*cache)
    da_next = _array("da_next", da_next, step.a_next.shape)
    back = rnn_backward(da_next[:, :, None], ([step], step.xt))
    return {"dxt": back.pop("dx")[:, :, 0], "da_prev": back.pop("da0"), **back}


def rnn_backward(da: ArrayLike, caches: tuple[Any, ...]) -> Gradients:
    """All steps back. Returns dx, da0, dWax, dWaa, dba.

    ``da`` is the gradient that each a gets from its own step, not from later ones. It
    may cover the first steps of the caches only, and then dx covers as many.
    """
    steps = [RNNStep(*step) for step in caches[0]]
    dx, back = _backward(RNNCell(), _rnn_weights(steps[0].parameters), steps, da)
    return {"dx": dx, "da0": back.initial.hidden.T, **_rnn_gradients(back.weights)}


def lstm_cell_forward(
    xt: ArrayLike, a_prev: ArrayLike, c_prev: ArrayLike, parameters: Named
) -> tuple[FloatArray, FloatArray, FloatArray, LSTMStep]:
    """One step of an LSTM; the equations stand in ``cells/lstm.py``.

    Returns a_next, c_next, yt_pred = softmax(Wy a_next + by) and the cache: (a_next,
    c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters).
    """
    weights = _lstm_weights(parameters)
    xt, a_prev, c_prev = _inputs(weights, xt=xt, a_prev=a_prev, c_prev=c_prev)
    a, y, c, (steps, _) = _lstm_forward(xt[:, :, None], a_prev, c_prev, parameters)
    return a[:, :, 0], c[:, :, 0], y[:, :, 0], steps[0]


def lstm_forward(
    x: ArrayLike, a0: ArrayLike, parameters: Named
) -> tuple[FloatArray, FloatArray, FloatArray, tuple[list[LSTMStep], FloatArray]]:
    """All steps of an LSTM, from a0 and c0 = 0 on.

    Returns a, y, c, in this order, and the caches: (a list of one a step, x).
    """
    x, a0 = _inputs(_lstm_weights(parameters), x=x, a0=a0)
    return _lstm_forward(x, a0, np.zeros_like(a0), parameters)


def _lstm_forward(
    x: FloatArray, a0: FloatArray, c0: FloatArray, parameters: Named
) -> tuple[FloatArray, FloatArray, FloatArray, tuple[list[LSTMStep], FloatArray]]:
    initial = LSTMState(hidden=a0.T, cell=c0.T)
    run, final = _forward(LSTMCell(), _lstm_weights(parameters), x, initial)
    y = softmax(_columns(_scores(parameters, "Wy", run.outputs), x))
    a = [a0, *(rows.T for rows in np.split(run.outputs, x.shape[2]))]
    c = [*(k.previous_cell.T for k in run.steps), cast(LSTMState, final).cell.T]
    steps = []
    for t, kept in enumerate(run.steps):
        i, f, g, o, *_ = (rows.T for rows in kept)
        states = (a[t + 1], c[t + 1], a[t], c[t])
        steps.append(LSTMStep(*states, f, i, g, o, x[:, :, t], parameters))
    return np.stack(a[1:], axis=2), y, np.stack(c[1:], axis=2), (steps, x)


def lstm_cell_backward(
    da_next: ArrayLike, dc_next: ArrayLike, cache: tuple[Any, ...]
) -> Gradients:
    """One step of an LSTM back. Returns dxt, da_prev, dc_prev, dWf, dbf, ..., dbo."""
    step = LSTMStep(*cache)
    weights = _lstm_weights(step.parameters)
    da = _array("da_next", da_next, step.a_next.shape)[:, :, None]
    dc_next = _array("dc_next", dc_next, step.a_next.shape)
    d_final = LSTMState(hidden=np.zeros_like(dc_next.T), cell=dc_next.T)
    dx, back = _backward(LSTMCell(), weights, [step], da, d_final)
    da_prev, dc_prev = (rows.T for rows in back.initial)
    gradients = {"dxt": dx[:, :, 0], "da_prev": da_prev, "dc_prev": dc_prev}
    return gradients | _lstm_gradients(back.weights)


def lstm_backward(da: ArrayLike, caches: tuple[Any, ...]) -> Gradients:
    """All steps of an LSTM back. Returns dx, da0, dWf, dbf, ..., dbo.

    ``da`` is as in :func:`rnn_backward`.
    """
    steps = [LSTMStep(*step) for step in caches[0]]
    dx, back = _backward(LSTMCell(), _lstm_weights(steps[0].parameters), steps, da)
    return {"dx": dx, "da0": back.initial.hidden.T, **_lstm_gradients(back.weights)}


def clip(gradients: Named, max_value: float) -> Gradients:
    """A copy of all gradients, every number cut to -max_value ... max_value."""
    copies: Gradients = {name: np.array(g, float) for name, g in gradients.items()}
    for gradient in copies.values():
        clip_by_value(gradient, max_value)
    return copies


def sample(parameters: Named, char_to_ix: Mapping[str, int], seed: int) -> list[int]:
    r"""The indices of an invented name, up to and with that of "\n".

    As in the notebook, the t-th character, from 0 on, is drawn with a seed of its own,
    ``seed + 2 * t``, and a name of 50 characters is ended. NumPy's global random state
    is left alone.
    """
    n_a, vocabulary = _rnn_weights(parameters, bias="b").weight_ih.shape
    parameters = {**parameters, "ba": parameters["b"]}
    x: FloatArray = np.zeros((vocabulary, 1))
    a_prev: FloatArray = np.zeros((n_a, 1))
    newline = int(char_to_ix["\n"])
    indices: list[int] = []
    while newline not in indices and len(indices) < LONGEST_NAME:
        a_prev, y, _ = rnn_cell_forward(x, a_prev, parameters)
        generator = np.random.RandomState(seed + 2 * len(indices))
        indices.append(int(generator.choice(vocabulary, p=y.ravel())))
        x = np.eye(vocabulary)[:, indices[-1:]]
    return indices if len(indices) < LONGEST_NAME else [*indices, newline]


def optimize(
    X: Sequence[int | None],
    Y: Sequence[int],
    a_prev: ArrayLike,
    parameters: MutableMapping[str, FloatArray],
    learning_rate: float = 0.01,
) -> tuple[float, Gradients, FloatArray]:
    """One step of gradient descent on one name; changes the arrays in ``parameters``.

    X holds the indices of the characters that are read, None (the usual first) being a
    vector of zeros; Y those of the characters that should follow each of them. a_prev
    is (n_a, 1). The parameters are Wax, Waa, b, Wya and by.

    Returns the loss, which is -log p summed over Y; dWax, dWaa, db, dWya and dby, cut
    to -5 ... 5; and the hidden state after the last character.
    """
    weights = _rnn_weights(parameters, bias="b")
    n_a, n_x = weights.weight_ih.shape
    a_prev = _array("a_prev", a_prev, (n_a, 1))
    if not 0 < len(X) == len(Y):
        raise ValueError(f"X has {len(X)} indices, and Y {len(Y)}")
    _check_indices("X", [index for index in X if index is not None], n_x)
    # The last row of the table is the vector of zeros.
    symbols = np.array([n_x if index is None else index for index in X])
    x = embedding.forward(np.eye(n_x + 1, n_x), symbols).T[:, None, :]
    run, final = _forward(RNNCell(), weights, x, HiddenState(hidden=a_prev.T))
    scores = _scores(parameters, "Wya", run.outputs)
    _check_indices("Y", Y, scores.shape[1])
    mean, d_scores = softmax_cross_entropy(scores, np.array(Y))
    head = linear.backward(run.outputs, parameters["Wya"], d_scores * len(Y))
    packing = Packing.of([len(X)])
    back = recurrent.backward(RNNCell(), weights, run, packing, d_outputs=head.x)
    found = {**_rnn_gradients(back.weights, bias="db"), "dWya": head.weight}
    gradients = clip({**found, "dby": head.bias[:, None]}, CLIP_AT)
    # The engine's SGD moves its own flat vector; here his arrays themselves must move.
    for name, gradient in gradients.items():
        parameters[name.removeprefix("d")] -= learning_rate * gradient
    return mean * len(Y), gradients, final.hidden.T


def _array(name: str, value: ArrayLike, shape: tuple[int | str, ...]) -> FloatArray:
    """``value`` in float64, if it has the shape; a letter stands for any size."""
    array = np.asarray(value, dtype=np.float64)
    pairs = zip(array.shape, shape, strict=False)
    fits = all(isinstance(wanted, str) or size == wanted for size, wanted in pairs)
    if not fits or array.ndim != len(shape) or not array.size:
        wanted_shape = ", ".join(map(str, shape))
        raise ValueError(f"{name} has the shape {array.shape}, not ({wanted_shape})")
    return array


def _parameter(parameters: Named, name: str, *shape: int | str) -> FloatArray:
    if name not in parameters:
        raise ValueError(f"the parameter {name} is missing")
    return _array(name, parameters[name], shape)


def _rnn_weights(parameters: Named, bias: str = "ba") -> CellWeights:
    Wax = _parameter(parameters, "Wax", "n_a", "n_x")
    Waa = _parameter(parameters, "Waa", len(Wax), len(Wax))
    b = _parameter(parameters, bias, len(Wax), 1).ravel()
    return CellWeights(Wax, Waa, b, np.zeros_like(b))


def _rnn_gradients(weights: CellWeights, bias: str = "dba") -> Gradients:
    d_bias = weights.bias_ih[:, None]
    return {"dWax": weights.weight_ih, "dWaa": weights.weight_hh, bias: d_bias}


def _lstm_weights(parameters: Named) -> CellWeights:
    n_a, width = _parameter(parameters, "Wf", "n_a", "n_a + n_x").shape
    W = np.vstack([_parameter(parameters, f"W{gate}", n_a, width) for gate in GATES])
    b = np.vstack([_parameter(parameters, f"b{gate}", n_a, 1) for gate in GATES])
    return CellWeights(W[:, n_a:], W[:, :n_a], b.ravel(), np.zeros(b.size))


def _lstm_gradients(weights: CellWeights) -> Gradients:
    dW = np.split(np.hstack([weights.weight_hh, weights.weight_ih]), len(GATES))
    db = np.split(weights.bias_ih[:, None], len(GATES))
    names = [f"d{kind}{gate}" for kind in "Wb" for gate in GATES]
    return dict(zip(names, dW + db, strict=True))


def _inputs(weights: CellWeights, **given: ArrayLike) -> list[FloatArray]:
    """First x or xt, then states, if their shapes fit the weights."""
    n_a, n_x = weights.weight_hh.shape[1], weights.weight_ih.shape[1]
    (name, x), *states = given.items()
    x = _array(name, x, (n_x, "m", "T_x") if name == "x" else (n_x, "m"))
    return [x, *(_array(name, state, (n_a, x.shape[1])) for name, state in states)]


def _check_indices(name: str, given: Sequence[int], size: int) -> None:
    for index in given:
        if index is None or not 0 <= index < size:
            raise ValueError(f"{name} has the index {index}, not one below {size}")


def _scores(parameters: Named, name: str, hidden: FloatArray) -> FloatArray:
    """What softmax takes, in rows."""
    W = _parameter(parameters, name, "n_y", hidden.shape[1])
    return linear.forward(hidden, W, _parameter(parameters, "by", len(W), 1).ravel())


def _rows(columns: FloatArray) -> FloatArray:
    return columns.transpose(2, 1, 0).reshape(-1, len(columns))


def _columns(rows: FloatArray, like: FloatArray) -> FloatArray:
    _, m, steps = like.shape
    return rows.reshape(steps, m, -1).transpose(2, 1, 0)


def _forward(
    cell: Cell, weights: CellWeights, x: FloatArray, initial: State
) -> tuple[RecurrentCache, State]:
    packing = Packing.of([x.shape[2]] * x.shape[1])
    _, final, run = recurrent.forward(cell, weights, _rows(x), packing, initial=initial)
    return run, final


def _backward(
    cell: Cell,
    weights: CellWeights,
    steps: Sequence[RNNStep | LSTMStep],
    da: ArrayLike,
    d_final: State | None = None,
) -> tuple[FloatArray, RecurrentGradients]:
    da = _array("da", da, (*steps[0].a_next.shape, "T_x"))
    if da.shape[2] > len(steps):
        raise ValueError(f"da has {da.shape[2]} steps, and the caches {len(steps)}")
    steps = steps[: da.shape[2]]
    states, kept = zip(*(step.for_engine() for step in steps), strict=True)
    run = RecurrentCache(
        rows=np.vstack([step.xt.T for step in steps]),
        outputs=np.vstack([step.a_next.T for step in steps]),
        initial=states[0],
        steps=list(kept),
    )
    packing = Packing.of([da.shape[2]] * da.shape[1])
    back = recurrent.backward(
        cell, weights, run, packing, d_outputs=_rows(da), d_final=d_final
    )
    return _columns(back.rows, da), back
