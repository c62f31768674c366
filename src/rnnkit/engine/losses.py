# SPDX-License-Identifier: Apache-2.0
"""How wrong the predicted probabilities are: softmax and cross-entropy in one.

With logits s, p = softmax(s) and a target distribution q,

    loss = -sum_v w_v q_v log p_v            d loss / d s = p * sum_v(w_v q_v) - w * q

which for a single right answer and no class weights is the familiar p - q. Taking
the two functions together avoids log(0) and makes the gradient this simple.
"""

from __future__ import annotations

import numpy as np

from rnnkit.engine.activations import log_softmax
from rnnkit.engine.arrays import Array, FloatArray, IntArray


def softmax_cross_entropy(
    logits: FloatArray,
    targets: Array,
    *,
    weights: FloatArray | None = None,
    class_weights: FloatArray | None = None,
    label_smoothing: float = 0.0,
) -> tuple[float, FloatArray]:
    """The weighted mean of the cross-entropy over rows, and its gradient.

    Args:
        logits: scores, (N, V).
        targets: the right symbols, integers (N,); or distributions, floats (N, V)
            ("soft targets").
        weights: how much each row counts, (N,); 0 masks a row out.
        class_weights: how much each symbol counts, (V,).
        label_smoothing: this share of every target is spread evenly over all symbols.

    Returns:
        The loss in nats, and its gradient by the logits, (N, V). As in PyTorch, the
        mean divides by the weights of the right symbols, or, with soft targets, by
        the number of rows (their weights, if given).

    Raises:
        ValueError: all rows together have no weight, or the shapes do not fit.
    """
    count, classes = logits.shape
    if len(targets) != count:
        raise ValueError(f"{count} rows of logits, but {len(targets)} targets")
    unweighted = weights is None and class_weights is None and count > 0
    if unweighted and targets.ndim == 1 and not label_smoothing:
        return _plain_cross_entropy(logits, targets)
    row_weights = np.ones(count, logits.dtype) if weights is None else weights
    if targets.ndim == 1:
        wanted = np.zeros_like(logits)
        wanted[np.arange(count), targets] = 1
        if class_weights is None:
            total = row_weights.sum(dtype=np.float64)
        else:
            total = (row_weights * class_weights[targets]).sum(dtype=np.float64)
    else:
        wanted = targets.astype(logits.dtype)
        total = row_weights.sum(dtype=np.float64)
    if not total > 0:
        raise ValueError("the rows have no weight: nothing to learn from")
    if label_smoothing:
        wanted *= 1 - label_smoothing
        wanted += label_smoothing / classes
    if class_weights is not None:
        wanted *= class_weights
    wanted *= (row_weights / total)[:, None].astype(logits.dtype)

    log_p = log_softmax(logits)
    # A symbol that is impossible (log p = -inf) and not wanted costs nothing.
    costs = np.multiply(wanted, log_p, where=wanted != 0, out=np.zeros_like(log_p))
    loss = -float(costs.sum(dtype=np.float64))
    d_logits = np.exp(log_p)
    d_logits *= wanted.sum(axis=1, keepdims=True)
    d_logits -= wanted
    return loss, d_logits


def _plain_cross_entropy(
    logits: FloatArray, targets: IntArray
) -> tuple[float, FloatArray]:
    """The usual case, (p - q) / N, without writing q down."""
    rows = np.arange(len(targets))
    shifted = logits - logits.max(axis=1, keepdims=True)
    wanted = shifted[rows, targets]
    d_logits = np.exp(shifted, out=shifted)
    totals = d_logits.sum(axis=1)
    loss = float((np.log(totals) - wanted).mean(dtype=np.float64))
    d_logits *= np.reciprocal(totals * len(targets))[:, None]
    d_logits[rows, targets] -= 1 / len(targets)
    return loss, d_logits


def surprise(logits: FloatArray, targets: IntArray) -> FloatArray:
    """-log p of the right symbol in each row, in nats: (N,) from (N, V) and (N,)."""
    rows = np.arange(len(targets))
    return -log_softmax(logits.astype(np.float64))[rows, targets]
