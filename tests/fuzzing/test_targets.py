# SPDX-License-Identifier: Apache-2.0
"""What the fuzzer found stays repaired, and its targets stay fit to be fed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.files.test_midi_mutations import mutated
from tests.fuzzing.targets import TARGETS

FOUND = sorted(Path(__file__).parent.glob("found/*/*"))


@pytest.mark.parametrize(
    "path", FOUND, ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_what_was_found_once_is_met_now(path: Path) -> None:
    TARGETS[path.parent.name].feed(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_some_mutants(name: str) -> None:
    """Without coverage to guide it, but wherever the tests run."""
    chance = random.Random(1)
    seeds = TARGETS[name].seeds()
    for data in seeds:
        TARGETS[name].feed(data)
    for _ in range(60):
        TARGETS[name].feed(mutated(chance.choice(seeds), chance))
