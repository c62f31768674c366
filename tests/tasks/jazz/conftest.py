# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from rnnkit.tasks.jazz.model import SoloModel
from tests.tasks.jazz.lessons import training


@pytest.fixture(scope="session")
def model() -> SoloModel:
    """A model that has heard some solos twice."""
    job = training()
    for _ in job.trainer.run():
        pass
    finished, _ = job.finish()
    return finished
