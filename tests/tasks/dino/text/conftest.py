# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from rnnkit.tasks.dino.text import TextModel
from tests.tasks.dino.text.lessons import run, training


@pytest.fixture(scope="session")
def model() -> TextModel:
    """A model that has read a rhyme."""
    return run(training())


@pytest.fixture(scope="session")
def mixed() -> TextModel:
    """The same, and half of what it says is counted."""
    return run(training(), mix=0.5)
