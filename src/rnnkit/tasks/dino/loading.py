# SPDX-License-Identifier: Apache-2.0
"""Opening a model of names or of running text, whichever the file holds."""

from __future__ import annotations

from pathlib import Path

from rnnkit.models.storage import load_model
from rnnkit.tasks.dino.model import TASK, NameModel
from rnnkit.tasks.dino.text.codec import KIND
from rnnkit.tasks.dino.text.model import TextModel


def load(path: Path) -> NameModel | TextModel:
    """Read a model file.

    Raises:
        ModelError: it cannot be read, is damaged, or is a model of something else.
    """
    stored = load_model(path, TASK)
    is_text = stored.codec.get("kind") == KIND
    return TextModel.of(stored, path) if is_text else NameModel.of(stored, path)
