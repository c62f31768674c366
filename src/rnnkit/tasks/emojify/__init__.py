# SPDX-License-Identifier: Apache-2.0
"""The right emoji in the right place, or none.

A sentence goes this way:

1. ``clauses.py``       a line is cut into clauses
2. ``text.py``          a clause into words; ``vocabulary.py`` says what an unknown word
                        is taken for (``shorthand.py``: if it is written short),
                        ``negation.py`` which words a "not" reaches
3. ``reading.py``       words become arrays for the network
4. ``lexicon.py``       telling words, and ``combination.py`` how three voices agree
5. ``model.py``         the answer; ``explanation.py`` says why
6. ``placement.py``     the emoji goes to its place; ``emojifier.py`` is the whole way

``emoji.py`` spells them, ``longtail.py`` has all others by name, ``packing.py`` puts
words and lexicon into the model's file.

``training.py`` makes such a model. ``gathering.py`` brings together what it learns
from: labelled sentences (``labelled.py``), those of another set of emoji
(``folding.py``), weak labels (``weak.py``) and sentences made of others
(``augmentation.py``); ``lessons.py`` says in which order, ``judgement.py`` how many
answers are right. ``course.py`` and ``course_codec.py`` are the lab. Everything between
is shared with the other tasks.
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
