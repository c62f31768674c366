# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.engine import RecurrentNetwork, Trainer
from rnnkit.files.vectors.table import Table
from rnnkit.files.vectors.words import WordTable
from rnnkit.models.vectors import WordVectors
from rnnkit.tasks.emojify.course import CourseRecipe, CourseTraining, configuration
from rnnkit.tasks.emojify.course_codec import LENGTH, CourseCodec
from rnnkit.tasks.emojify.labelled import Labelled
from rnnkit.tasks.emojify.reading import VECTOR

WORDS = ["i", "love", "you", "eat", "bread"]
NUMBERS = np.diag([1, 2, 0.5, 3, 1]).astype(np.float32)
VECTORS = WordVectors(Table(WordTable.of(WORDS), NUMBERS, "test"), "test")
SENTENCES = [
    Labelled("I love you", ("❤️",)),
    Labelled("love you", ("❤️",)),
    Labelled("I eat bread", ("🍴",)),
    Labelled("eat bread", ("🍴",)),
]


def training(architecture: str, **settings: int) -> CourseTraining:
    return CourseTraining(
        SENTENCES,
        ["❤️", "🍴"],
        vectors=VECTORS,
        vectors_name=None,
        recipe=CourseRecipe(architecture, **settings),
        seed=1,
    )


def test_sentences_are_read_as_in_the_lab() -> None:
    codec = CourseCodec.of(VECTORS, length=4)
    read = codec.arrays("I zzz LOVE you.")[VECTOR]
    # Unknown words are left out, and zeros fill the sentence up.
    assert read.shape == (4, 5)
    assert (read / LENGTH).argmax(axis=1).tolist() == [0, 1, 2, 0]
    assert not read[3].any()
    # Whatever the length of a vector was, it is the lab's here.
    np.testing.assert_allclose(np.linalg.norm(read, axis=1), [LENGTH] * 3 + [0])
    assert CourseCodec.of(VECTORS, length=0).arrays("zzz")[VECTOR].tolist() == [
        [0.0] * 5
    ]


def test_the_networks_are_those_of_the_lab() -> None:
    first = RecurrentNetwork(configuration("v1", 50, 5))
    assert first.parameters.size == 50 * 5 + 5
    second = RecurrentNetwork(configuration("v2", 50, 5))
    # Keras has one bias a gate, PyTorch and we have two: 4 * 128 more a layer.
    assert second.parameters.size == 223_877 + 2 * 4 * 128


def test_v1_is_the_softmax_of_the_average() -> None:
    job = training("v1", epochs=5)
    for _ in job.trainer.run():
        pass
    parameters = job.network.parameters
    mean = job.codec.arrays("I love you")[VECTOR].mean(axis=0)
    scores = parameters["head.class.weight"] @ mean + parameters["head.class.bias"]
    model, _ = job.finish()
    expected = np.exp(scores) / np.exp(scores).sum()
    np.testing.assert_allclose(
        model.likelihoods(["I love you"])[0], expected, atol=1e-5
    )


def test_of_long_vectors_the_first_numbers_are_read() -> None:
    job = training("v2", epochs=1, dimensions=3)
    for _ in job.trainer.run():
        pass
    model, _ = job.finish()
    assert job.codec.arrays("i eat")[VECTOR].tolist() == [
        [LENGTH, 0, 0],
        *[[0] * 3] * 2,
    ]
    assert model.likelihoods(["i eat"]).shape == (1, 2)


@pytest.mark.parametrize("architecture", ["v1", "v2"])
def test_they_learn(architecture: str) -> None:
    job = training(architecture, epochs=30)
    for _ in job.trainer.run():
        pass
    judged = job.judged(SENTENCES)
    assert judged.accuracy == 1
    assert judged.confusion.tolist() == [[2, 0], [0, 2]]
    assert judged.mistakes == []
    assert type(job.trainer) is Trainer
