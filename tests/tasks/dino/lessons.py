# SPDX-License-Identifier: Apache-2.0
"""Trainings of names that are over in a moment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from rnnkit.tasks.dino import NameModel, NameTraining, Recipe, Shape
from rnnkit.tasks.dino.codec import clean_names

DINOSAURS = clean_names(
    (Path(__file__).parents[3] / "assets/dino/names.txt")
    .read_text(encoding="utf-8")
    .splitlines()
)
SOME = DINOSAURS[::25][:60]
SMALL = Shape(hidden=16, embedding=8)
SHORT = Recipe(epochs=3)


def training(
    names: list[str] = SOME, *, shape: Shape = SMALL, seed: int = 1, **recipe: Any
) -> NameTraining:
    """A training that has not begun."""
    return NameTraining(names, shape=shape, recipe=replace(SHORT, **recipe), seed=seed)


def untrained(*names: str, shape: Shape = SMALL, seed: int = 1) -> NameModel:
    """A model of names, with weights as they are before training."""
    return training(list(names), shape=shape, seed=seed).model()


def run(job: NameTraining, *, mix: float = 0.0) -> NameModel:
    """Train, and keep the best epoch."""
    for _ in job.trainer.run():
        pass
    model, _ = job.finish(mix=mix)
    return model
