# SPDX-License-Identifier: Apache-2.0
"""Words and the lexicon as arrays, so that a model file is opened in milliseconds.

The words stand one after another with line feeds between them; how many emoji each has,
which, and how much they weigh, are three arrays beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rnnkit.engine.arrays import Array
from rnnkit.tasks.emojify.lexicon import Lexicon

_WORDS, _COUNTS, _EMOJI, _WEIGHTS = (
    f"lexicon.{part}" for part in ("words", "counts", "emoji", "weights")
)


def texts_of(words: Sequence[str]) -> NDArray[np.uint8]:
    """Words as bytes, with line feeds between them."""
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def unpacked_words(blob: Array) -> list[str]:
    """Undo :func:`texts_of`. Raises ValueError if it is not UTF-8."""
    return blob.astype(np.uint8).tobytes().decode().split("\n") if blob.size else []


def packed_lexicon(lexicon: Lexicon) -> dict[str, Array]:
    """The entries as arrays."""
    weights = list(lexicon.entries.values())
    return {
        _WORDS: texts_of(list(lexicon.entries)),
        _COUNTS: np.array([len(each) for each in weights], np.uint8),
        _EMOJI: np.array([emoji for each in weights for emoji in each], np.uint16),
        _WEIGHTS: np.array(
            [weight for each in weights for weight in each.values()], np.float16
        ),
    }


def unpacked_lexicon(arrays: Mapping[str, Array], emoji: Sequence[str]) -> Lexicon:
    """Undo :func:`packed_lexicon`.

    Raises:
        ValueError: the arrays do not fit one another, or the emoji.
    """
    words = unpacked_words(arrays[_WORDS])
    counts, numbers, weights = (arrays[each] for each in (_COUNTS, _EMOJI, _WEIGHTS))
    ends = np.cumsum(counts.astype(np.int64))
    total = int(ends[-1]) if len(ends) else 0
    if len(words) != len(counts) or not total == len(numbers) == len(weights):
        raise ValueError("its lexicon does not fit itself")
    if total and int(numbers.max()) >= len(emoji):
        raise ValueError("its lexicon does not fit its labels")
    pairs = list(zip(numbers.tolist(), weights.tolist(), strict=True))
    bounds = pairwise([0, *ends.tolist()])
    return Lexicon(
        emoji,
        {
            word: dict(pairs[start:end])
            for word, (start, end) in zip(words, bounds, strict=True)
        },
    )
