# SPDX-License-Identifier: Apache-2.0
"""The vectors that ship: what they must know, read from the very file."""

from __future__ import annotations

import pytest

from rnnkit.files import assets
from rnnkit.models.softening import softened
from rnnkit.models.vector_files import load
from rnnkit.models.vectors import WordVectors

ANALOGIES = """
italy italian spain spanish
france paris italy rome
man woman king queen
man woman boy girl
father mother uncle aunt
small smaller large larger
india delhi japan tokyo
germany berlin england london
good better bad worse
walk walking swim swimming
cat cats dog dogs
boy girl brother sister
"""

NEIGHBOURS = {
    "happy": {"glad", "cheerful"},
    "sad": {"depressing", "melancholy"},
    "love": {"loved", "enjoy"},
    "delicious": {"tasted", "sweet"},
    "funny": {"hilarious", "cute"},
    "baseball": {"pitcher", "basketball"},
    "hungry": {"eat", "thirsty"},
    "coffee": {"tea", "cocoa"},
    "italian": {"french", "spanish"},
}


@pytest.fixture(scope="module")
def vectors() -> WordVectors:
    return load()


def test_size(vectors: WordVectors) -> None:
    (asset,) = (each for each in assets.manifest() if each.task == "words")
    assert asset.bytes <= 4_500_000
    assert assets.find(asset.file).stat().st_size == asset.bytes
    assert len(vectors) == 30_000


@pytest.mark.parametrize("question", ANALOGIES.split("\n")[1:-1])
def test_analogies(vectors: WordVectors, question: str) -> None:
    a, b, c, d = question.split()
    assert vectors.analogy(a, b, c, 1)[0].word == d


@pytest.mark.parametrize("word", NEIGHBOURS)
def test_neighbours(vectors: WordVectors, word: str) -> None:
    near = {each.word for each in softened(vectors).similar(word, 10)}
    assert near >= NEIGHBOURS[word]
