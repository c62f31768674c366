# SPDX-License-Identifier: Apache-2.0
"""What a training of emoji is made from, in one short text.

A checkpoint goes on only with what it began with: other vectors or other telling words
would give a model that no training from the beginning gives.
"""

from __future__ import annotations

import hashlib

import numpy as np

from rnnkit.models.vectors import WordVectors
from rnnkit.tasks.emojify.gathering import Sources
from rnnkit.tasks.emojify.lexicon import Lexicon


def material_of(vectors: WordVectors, sources: Sources, lexicon: Lexicon | None) -> str:
    """What tells this material from other; labelled sentences are told apart before."""
    told = (
        list(vectors.words),
        [sources.also, sources.plain, sources.emotions, sources.tune],
        lexicon and [lexicon.emoji, lexicon.entries],
    )
    digest = hashlib.sha256(repr(told).encode("utf-8", "backslashreplace"))
    # Vectors of the same words differ in all their numbers, or in none.
    for some in (vectors.norms, vectors.numbers[:, 0], vectors.numbers[:, -1]):
        digest.update(np.ascontiguousarray(some, "<f4").tobytes())
    return digest.hexdigest()[:16]
