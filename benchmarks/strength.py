# SPDX-License-Identifier: Apache-2.0
"""How well are names predicted that nobody has seen? On public lists, over five seeds.

    python -m benchmarks.strength makemore names.txt
    python -m benchmarks.strength course dinos.txt

``makemore``: https://github.com/karpathy/makemore, names.txt, 32,033 names with
repeats, of which its own split keeps 1,000 for the test. 153 of these are in the
training part, too, so the loss on the others is told beside it. ``course``: dinos.txt
of the course's notebook, repeats removed, a tenth for the test.

Settings were chosen on parts of the training names. Here, a first training with a
tenth of them held out tells the best share of counting; a second one learns from all
of them, for as many epochs, and is judged on the test names, once.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnkit.engine import Speaker
from rnnkit.models.alphabet import HEAD, INPUT
from rnnkit.models.mixture import Mixture
from rnnkit.models.recipe import Recipe, Shape
from rnnkit.models.sequence import surprises
from rnnkit.tasks.dino.codec import NameCodec
from rnnkit.tasks.dino.training import NameTraining

SEEDS = range(1, 6)


class Contest(NamedTuple):
    """A list, and how it is learnt.

    Attributes:
        split: names to learn from and to judge by, from the lines of the file.
        recipes: by name.
    """

    split: Callable[[list[str]], tuple[list[str], list[str]]]
    recipes: dict[str, tuple[Shape, Recipe]]


def makemore(lines: list[str]) -> tuple[list[str], list[str]]:
    """As makemore.py does it."""
    import torch

    torch.manual_seed(3407)
    names = [lines[i] for i in torch.randperm(len(lines)).tolist()]
    return names[:-1000], names[-1000:]


def course(lines: list[str]) -> tuple[list[str], list[str]]:
    """Without repeats, and shuffled."""
    names = sorted(set(lines))
    random.Random(0).shuffle(names)
    tenth = len(names) // 10
    return names[tenth:], names[:tenth]


CONTESTS = {
    "makemore": Contest(
        makemore,
        {
            "--distill 0.15": (
                Shape(hidden=256, embedding=64, dropout=0.3, variational=True),
                Recipe(
                    epochs=10,
                    batch_size=64,
                    learning_rate=0.008,
                    weight_decay=0.03,
                    average=0.995,
                    distill=0.15,
                ),
            ),
        },
    ),
    "course": Contest(
        course,
        {
            "--distill 0.3": (
                Shape(hidden=256, embedding=128, dropout=0.5, variational=True),
                Recipe(
                    epochs=12,
                    learning_rate=0.01,
                    weight_decay=0.02,
                    average=0.99,
                    distill=0.3,
                ),
            ),
            "no --distill": (
                Shape(hidden=256, embedding=128, dropout=0.6, variational=True),
                Recipe(epochs=16, learning_rate=0.01, weight_decay=0.02, average=0.99),
            ),
        },
    ),
}


class Losses(NamedTuple):
    """Nats a character: of all test names, and of those not in the training part."""

    all: float
    unseen: float

    def __str__(self) -> str:
        return f"{self.all:.4f} / {self.unseen:.4f}"


def main(name: str, file: str) -> None:
    """Print a table for each recipe."""
    contest = CONTESTS[name]
    lines = [line.strip().lower() for line in Path(file).read_text().splitlines()]
    train, test = contest.split([line for line in lines if line])
    unseen = [one not in set(train) for one in test]
    print(
        f"{len(train):,} names to learn from, {len(test):,} to judge by, of which "
        f"{sum(unseen):,} are not among the others; nats a character: all / these"
    )
    for recipe_name, (shape, recipe) in contest.recipes.items():
        print(f"  {recipe_name:14} {'network':>17} {'Kneser-Ney':>17} {'mixture':>17}")
        rows = []
        for seed in SEEDS:
            start = time.process_time()
            share = best_share(train, shape, recipe, seed)
            middle = time.process_time()
            speakers = learn(train, shape, recipe, seed, share)
            seconds = time.process_time() - middle
            rows.append([judge(*speaker, test, unseen) for speaker in speakers])
            print(
                f"  seed {seed}         {table_row(rows[-1])}   share {share:.2f}, "
                f"{seconds:.0f} CPU s, and {middle - start:.0f} to choose the share",
                flush=True,
            )
        for statistic in (statistics.mean, statistics.stdev):
            columns = zip(*rows, strict=True)
            found = [Losses(*map(statistic, zip(*c, strict=True))) for c in columns]
            print(f"  {statistic.__name__:14} {table_row(found)}")


def table_row(losses: Sequence[Losses]) -> str:
    """Of network, counting and mixture."""
    return " ".join(f"{loss!s:>17}" for loss in losses)


def best_share(train: list[str], shape: Shape, recipe: Recipe, seed: int) -> float:
    """Of counting in the mixture, by a tenth of the training names."""
    job = NameTraining(train, shape=shape, recipe=recipe, seed=seed)
    run(job)
    return job.finish(mix="auto")[1].mix


def learn(
    train: list[str], shape: Shape, recipe: Recipe, seed: int, share: float
) -> list[tuple[NameCodec, Speaker]]:
    """Network, counting and mixture, of all training names."""
    # Validated on names that it learns from, training keeps the last epochs.
    parts = {"train": train, "validation": train[:500], "test": []}
    job = NameTraining(train, shape=shape, recipe=recipe, seed=seed, parts=parts)
    run(job)
    job.trainer.adopt_best()
    network, counted = job.trainer.network, job.counted
    mixtures = [
        Mixture(network, counted, weight, input=INPUT, head=HEAD)
        for weight in (1.0, share)
    ]
    speakers: list[Speaker] = [network, *mixtures]
    return [(job.codec, speaker) for speaker in speakers]


def run(job: NameTraining) -> None:
    """Train to the end."""
    for _ in job.trainer.run():
        pass


def judge(
    codec: NameCodec, speaker: Speaker, test: list[str], unseen: list[bool]
) -> Losses:
    """What test names cost."""
    nats = surprises(speaker, [codec.encode(name) for name in test], HEAD)
    new = [one for one, is_new in zip(nats, unseen, strict=True) if is_new]
    return Losses(*(float(np.concatenate(each).mean()) for each in (nats, new)))


if __name__ == "__main__":
    main(*sys.argv[1:])
