# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from rnnkit.tasks.emojify.lessons import Lessons, Sampling
from rnnkit.tasks.emojify.reading import Reader

WORDS = ["i", "love", "the", "table"]
READER = Reader(WORDS, np.eye(4, dtype=np.float32))


def lessons(further: Sequence[str] = ()) -> Lessons:
    made = Lessons(["❤️", *further, "-"])
    made.add(READER.read("I love"), {"❤️": 1.0})
    made.add(READER.read("the table"), {"-": 1.0})
    made.add(READER.read("the table, the table"), {"❤️": 1.0}, weight=0.5, weak=True)
    return made


@pytest.mark.parametrize(("labels", "weights"), [(2, [1, 1, 0.5]), (100, [1, 2, 0.5])])
def test_none_counts_more_among_many_labels(labels: int, weights: list[float]) -> None:
    further = [chr(0x1F400 + number) for number in range(labels - 2)]
    (batch,) = lessons(further).all(READER)
    assert batch.weights is not None
    assert batch.weights.tolist() == weights


def test_an_epoch_depends_on_its_number_and_the_seed_alone() -> None:
    sampling = Sampling(batch_size=3, repeats=2, hidden_words=0.5)

    def drawn(seed: int, epoch: int) -> list[list[list[float]]]:
        batches = lessons().epoch(READER, sampling, seed=seed)(epoch)
        return [batch.inputs["vector"].tolist() for batch in batches]

    assert len(drawn(1, 0)) == 2
    assert drawn(1, 0) == drawn(1, 0)
    assert drawn(1, 0) != drawn(1, 1)
    assert drawn(1, 0) != drawn(2, 0)
