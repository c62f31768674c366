# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from rnnkit.tasks.dino import NameModel
from tests.tasks.dino.lessons import run, training


@pytest.fixture(scope="session")
def model() -> NameModel:
    """A model that has seen sixty dinosaurs three times."""
    return run(training())


@pytest.fixture(scope="session")
def mixed() -> NameModel:
    """The same, and half of what it says is counted."""
    return run(training(), mix=0.5)
