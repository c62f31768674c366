# SPDX-License-Identifier: Apache-2.0
"""Heads: what the network says, from the vector that it has made of what it read.

A plain head scores each of its symbols v by itself:

    s[v] = w[v] . h + b[v]

Where symbols lie on a line, such as pitches, the same symbol is also so many steps
above something that is already there: the note before, or the root of the chord. A
head with frames says that as well. A frame f is a ruler of its own weights, laid beside
the symbols with its zero at the origin o, and bent into a circle of S_f marks:

    s[v] = w[v] . h + b[v]  +  sum_f ( w_f[k] . h + b_f[k] )    k = (v - o_f) mod S_f

So "a third up" is one weight, wherever the note before was; and with S = 12, "the
seventh of the chord" is one weight in every octave. The origins come with the inputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from rnnkit.engine import linear
from rnnkit.engine.arrays import Array, FloatArray, IntArray
from rnnkit.engine.configuration import Frame, Head
from rnnkit.engine.parameters import Parameters


def array_names(head: Head) -> tuple[str, str]:
    """What the weights and the bias of a plain head are called."""
    weight = f"input.{head.tied}.vectors" if head.tied else f"head.{head.name}.weight"
    return weight, f"head.{head.name}.bias"


def frame_names(head: Head, frame: Frame) -> tuple[str, str]:
    """What the weights and the bias of a frame are called."""
    name = f"head.{head.name}.{frame.origin}"
    return f"{name}.weight", f"{name}.bias"


def shapes(head: Head, width: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The names and shapes of all that a head learns.

    Args:
        width: D, numbers that it reads.
    """
    weight, bias = array_names(head)
    if head.tied is None:
        yield weight, (head.size, width)
    yield bias, (head.size,)
    for frame in head.frames:
        weight, bias = frame_names(head, frame)
        yield weight, (frame.size, width)
        yield bias, (frame.size,)


def forward(
    read: FloatArray,
    head: Head,
    arrays: Mapping[str, FloatArray] | Parameters,
    inputs: Mapping[str, Array],
) -> FloatArray:
    """Scores (N, V).

    Args:
        read: what the head reads, (N, D).
        arrays: by name, what it learns.
        inputs: the origins of its frames, (N,) each; others may be among them.

    Raises:
        ValueError: the origins of a frame are missing, or not one a row.
    """
    weight, bias = array_names(head)
    scores = linear.forward(read, arrays[weight], arrays[bias])
    for frame in head.frames:
        weight, bias = frame_names(head, frame)
        marks = linear.forward(read, arrays[weight], arrays[bias])
        places = _places(head, frame, inputs, len(read))
        scores += marks.ravel().take(places)
    return scores


class HeadGradients(NamedTuple):
    """Gradients of what a head reads, (N, D), and by name of what it learns."""

    read: FloatArray
    arrays: dict[str, FloatArray]


def backward(
    read: FloatArray,
    head: Head,
    arrays: Mapping[str, FloatArray] | Parameters,
    inputs: Mapping[str, Array],
    d_scores: FloatArray,
) -> HeadGradients:
    """Gradients from those of the scores, (N, V)."""
    weight, bias = array_names(head)
    back = linear.backward(read, arrays[weight], d_scores)
    d_read, gradients = back.x, {weight: back.weight, bias: back.bias}
    for frame in head.frames:
        weight, bias = frame_names(head, frame)
        places = _places(head, frame, inputs, len(read))
        # A mark of a small circle stands beside several symbols.
        sums = np.bincount(
            places.ravel(), d_scores.ravel(), minlength=len(read) * frame.size
        )
        d_marks = sums.reshape(len(read), frame.size).astype(d_scores.dtype)
        back = linear.backward(read, arrays[weight], d_marks)
        d_read = d_read + back.x
        gradients |= {weight: back.weight, bias: back.bias}
    return HeadGradients(d_read, gradients)


def _places(
    head: Head, frame: Frame, inputs: Mapping[str, Array], count: int
) -> IntArray:
    """The mark beside each symbol, among the marks of all rows, (N, V)."""
    origins = inputs.get(frame.origin)
    if origins is None or origins.shape != (count,):
        raise ValueError(
            f"the head {head.name!r} needs {count} origins {frame.origin!r}"
        )
    marks = (np.arange(head.size) - origins[:, None]) % frame.size
    return marks + frame.size * np.arange(count)[:, None]
