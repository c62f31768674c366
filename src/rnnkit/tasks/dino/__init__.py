# SPDX-License-Identifier: Apache-2.0
"""Inventing names: of dinosaurs, or of whatever the list holds; and writing on.

``codec.py`` turns names into symbols and back, ``training.py`` says which network
learns them and how, ``model.py`` is what one does with it afterwards, and
``inspection.py`` watches it read. Everything between is shared with the other tasks.
``text/`` is the same for running text; ``loading.py`` opens a model of either kind.
"""

from __future__ import annotations

from rnnkit.models.language import Report
from rnnkit.models.recipe import Recipe, Shape
from rnnkit.tasks.dino.codec import NameCodec
from rnnkit.tasks.dino.inspection import Inspection
from rnnkit.tasks.dino.loading import load
from rnnkit.tasks.dino.model import Name, NameModel, ScoredName
from rnnkit.tasks.dino.training import NameTraining

__all__ = [
    "Inspection",
    "Name",
    "NameCodec",
    "NameModel",
    "NameTraining",
    "Recipe",
    "Report",
    "ScoredName",
    "Shape",
    "load",
]
