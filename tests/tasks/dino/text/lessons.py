# SPDX-License-Identifier: Apache-2.0
"""Trainings of text that are over in a moment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rnnkit.tasks.dino import Shape
from rnnkit.tasks.dino.text import TextModel, TextRecipe, TextTraining

RHYME = """\
This is the house that Jack built.
This is the malt that lay in the house that Jack built.
This is the rat that ate the malt that lay in the house that Jack built.
This is the cat that killed the rat that ate the malt that lay in the house.
"""
TEXT = RHYME * 8
SMALL = Shape(hidden=16, embedding=8, dropout=0.1)
SHORT = TextRecipe(epochs=3, steps=20, batch_size=4, learning_rate=0.02)


def training(
    text: str = TEXT, *, shape: Shape = SMALL, seed: int = 1, **recipe: Any
) -> TextTraining:
    """A training that has not begun."""
    return TextTraining(text, shape=shape, recipe=replace(SHORT, **recipe), seed=seed)


def run(job: TextTraining, *, mix: float = 0.0) -> TextModel:
    """Train, and keep the best epoch."""
    for _ in job.trainer.run():
        pass
    model, _ = job.finish(mix=mix)
    return model
