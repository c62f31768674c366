# SPDX-License-Identifier: Apache-2.0
"""Writing on: the same as for names, with a whole book in the place of a list.

``codec.py``, ``training.py`` and ``model.py`` stand beside those for names, and differ
where a book does: it is one long item, so it is learnt by windows with the state
carried from each to the next, and a passage has no end of its own.
"""

from __future__ import annotations

from rnnkit.tasks.dino.text.codec import TextCodec
from rnnkit.tasks.dino.text.model import Passage, Reading, ScoredText, TextModel
from rnnkit.tasks.dino.text.training import TextRecipe, TextShape, TextTraining

__all__ = [
    "Passage",
    "Reading",
    "ScoredText",
    "TextCodec",
    "TextModel",
    "TextRecipe",
    "TextShape",
    "TextTraining",
]
