# SPDX-License-Identifier: Apache-2.0
"""The right emoji in the right place, or none.

A sentence goes this way:

1. ``clauses.py``       a line is cut into clauses
2. ``text.py``          a clause into words; ``vocabulary.py`` says what an unknown word
                        is taken for, ``negation.py`` which words a "not" reaches
3. ``reading.py``       words become arrays for the network
4. ``lexicon.py``       telling words, and ``combination.py`` how three voices agree
5. ``model.py``         the answer; ``explanation.py`` says why
6. ``placement.py``     the emoji goes to its place; ``emojifier.py`` is the whole way

``training.py`` makes such a model from labelled sentences (``labelled.py``), weak
labels (``weak.py``) and sentences made of others (``augmentation.py``); ``course.py``
is the lab. Everything between is shared with the other tasks.
"""

from __future__ import annotations

from rnnkit.tasks.emojify.emojifier import (
    Candidate,
    ClauseResult,
    Emojifier,
    LineResult,
    Wishes,
)
from rnnkit.tasks.emojify.model import EmojiModel

__all__ = [
    "Candidate",
    "ClauseResult",
    "EmojiModel",
    "Emojifier",
    "LineResult",
    "Wishes",
]
