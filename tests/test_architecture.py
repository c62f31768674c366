# SPDX-License-Identifier: Apache-2.0
"""One machine for every task: dinosaurs go through the engine, not around it.

import-linter holds the floors. Here is what it cannot see: that a task uses the very
functions of the engine, has none of its own, and that another codec finds the same
machine.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import rnnkit
from rnnkit.engine import (
    Adam,
    Category,
    Choice,
    Head,
    NetworkConfig,
    Recurrence,
    RecurrentNetwork,
    Trainer,
    TrainingSettings,
    losses,
    network,
    optimizers,
    read,
    sample,
    sampling,
    schedules,
)
from rnnkit.engine import training as engine_training
from rnnkit.engine.arrays import Array, BoolArray, IntArray
from rnnkit.models import language, learning, recipe, sequence, storage
from rnnkit.models.alphabet import HEAD, INPUT
from rnnkit.models.sequence import Encoded, batches_of, shuffled_batches, surprises
from rnnkit.tasks.dino import NameTraining, Recipe, Shape, model, text
from rnnkit.tasks.dino.text import TextRecipe, TextTraining
from rnnkit.tasks.jazz import model as soloist
from tests.tasks.jazz import lessons as jazz_lessons

SOURCE = Path(rnnkit.__file__).parent
BRIEF = TextRecipe(epochs=1, steps=8)
NAMES = ["Rex", "Raptor", "Stego", "Bronto"]

MACHINERY = {
    "backward",
    "evaluate",
    "fit",
    "forward",
    "gradient",
    "run",
    "softmax",
    "step",
}
"""What only the engine may define, and counting may do in models/ngram.py."""


_SEEN_AT_A_GLANCE = 4


@pytest.mark.parametrize(
    ("user", "name", "home"),
    [
        (model, "Choice", sampling),
        (model, "beam_search", sampling),
        (model, "sample", sampling),
        (model, "surprise", losses),
        (text.model, "speak", sampling),
        (text.model, "surprise", losses),
        (soloist, "speak", sampling),
        (recipe, "OPTIMIZERS", optimizers),
        (recipe, "WarmupCosine", schedules),
        (learning, "RecurrentNetwork", network),
        (learning, "Trainer", engine_training),
        (language, "evaluate", engine_training),
        (sequence, "Batch", engine_training),
        (sequence, "surprise", losses),
        (storage, "RecurrentNetwork", network),
        (storage, "Trainer", engine_training),
    ],
    ids=lambda part: getattr(part, "__name__", part),
)
def test_tasks_use_the_very_functions_of_the_engine(
    user: ModuleType, name: str, home: ModuleType
) -> None:
    assert getattr(user, name) is getattr(home, name)


def test_a_training_is_the_engines_training_of_the_engines_network() -> None:
    job = NameTraining(NAMES, shape=Shape(hidden=4), recipe=Recipe(epochs=1), seed=1)
    assert type(job.trainer) is Trainer
    assert type(job.trainer.network) is RecurrentNetwork
    assert job.model().network is job.trainer.network


def test_a_book_is_learnt_as_a_list_of_names_is() -> None:
    book = TextTraining("to be or not " * 9, shape=Shape(), recipe=BRIEF, seed=1)
    names = NameTraining(NAMES, shape=Shape(hidden=4), recipe=BRIEF, seed=1)
    for part in ("finish", "stored", "is_bounded"):
        assert getattr(TextTraining, part) is getattr(NameTraining, part)
    assert type(book.trainer) is type(names.trainer) is Trainer
    assert type(book.trainer.network) is type(names.trainer.network)
    assert book.trainer.network.config.inputs[0].name == INPUT
    assert book.trainer.network.config.heads[0].name == HEAD


def test_a_solo_is_learnt_by_the_same_machine_as_a_name() -> None:
    jazz = jazz_lessons.training()
    names = NameTraining(NAMES, shape=Shape(hidden=4), recipe=BRIEF, seed=1)
    assert type(jazz.trainer) is type(names.trainer) is Trainer
    assert type(jazz.trainer.network) is type(names.trainer.network)
    config = jazz.trainer.network.config
    assert [head.name for head in config.heads] == ["pitch", "duration", "next step"]
    # From here on only the configuration tells them apart.
    assert config.recurrence == Recurrence("lstm", 12)
    assert RecurrentNetwork(config).parameters.values.shape == (
        jazz.trainer.network.parameters.values.shape
    )


def test_the_configuration_is_all_that_makes_the_network_one_for_names() -> None:
    shape = Shape("gru", hidden=4, layers=2, embedding=3)
    job = NameTraining(NAMES, shape=shape, recipe=Recipe(epochs=1), seed=1)
    config = job.trainer.network.config
    assert config.inputs == (Category("character", job.codec.size, dimensions=3),)
    assert config.heads == (Head("next", job.codec.size),)
    assert config.recurrence == Recurrence("gru", 4, 2)
    assert RecurrentNetwork(config).parameters.values.shape == (
        job.trainer.network.parameters.values.shape
    )


@pytest.mark.parametrize(
    "path", sorted(SOURCE.glob("tasks/**/*.py")), ids=lambda path: path.stem
)
def test_tasks_have_no_machinery_of_their_own(path: Path) -> None:
    defined = {
        node.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    assert not defined & MACHINERY


@pytest.mark.parametrize(
    "package",
    [each for each in sorted(SOURCE.glob("**/__init__.py")) if each.parent != SOURCE],
    ids=lambda path: path.parent.relative_to(SOURCE).as_posix(),
)
def test_a_package_says_what_its_modules_are_for(package: Path) -> None:
    told = ast.get_docstring(ast.parse(package.read_text(encoding="utf-8"))) or ""
    modules = {path.stem for path in package.parent.glob("*.py")} - {"__init__"}
    if len(modules) > _SEEN_AT_A_GLANCE:
        assert modules - set(re.findall(r"\w+", told)) == set()


class Counting:
    """Another task in a few lines: count upwards, two digits at once."""

    def encode(self, start: int) -> Encoded:
        digits = (start + np.arange(7)) % 5
        return Encoded(
            inputs={"digit": digits[:-1]},
            targets={"next": digits[1:], "even": (digits[1:] % 2 == 0).astype(np.intp)},
        )

    def allowed(self, head: str, step: int) -> BoolArray | None:
        return None

    def follow(
        self, drawn: Mapping[str, IntArray], step: int
    ) -> tuple[Mapping[str, Array], BoolArray]:
        goes_on = np.full(len(drawn["next"]), step < 5)
        return {"digit": drawn["next"][goes_on]}, goes_on


def test_another_codec_and_configuration_make_another_task() -> None:
    codec = Counting()
    items = [codec.encode(start) for start in range(5)]
    taught = RecurrentNetwork(
        NetworkConfig(
            inputs=(Category("digit", 5),),
            heads=(Head("next", 5), Head("even", 2)),
            recurrence=Recurrence("rnn", hidden=12),
        ),
        generator=np.random.default_rng(1),
    )
    trainer = Trainer(
        taught,
        Adam(taught.parameters),
        TrainingSettings(epochs=60, learning_rate=0.03),
        batches=shuffled_batches(items, 2, seed=1),
        validation=batches_of(items, 5),
        generator=np.random.default_rng(2),
    )
    for _ in trainer.run():
        pass
    trainer.adopt_best()
    assert max(nats.max() for nats in surprises(taught, items, "next")) < 0.2
    (solo,) = sample(
        taught,
        read(taught, {"digit": np.array([2])}),
        codec,
        choice=Choice(temperature=0),
        generator=np.random.default_rng(3),
        max_steps=9,
    )
    assert solo.symbols["next"].tolist() == [3, 4, 0, 1, 2, 3]
    assert solo.symbols["even"].tolist() == [0, 1, 1, 0, 1, 0]
    assert solo.ended
