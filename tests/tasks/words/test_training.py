# SPDX-License-Identifier: Apache-2.0
"""A training as a whole: what it learns, and that it goes on where it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnkit.errors import InputError, ModelError
from rnnkit.files.vectors import store
from rnnkit.models.vectors import WordVectors
from rnnkit.tasks.words.recipe import Corpus, Recipe, Settings
from rnnkit.tasks.words.training import VectorTraining

SETTINGS = Settings(
    dimensions=8, window=3, vocabulary=60, least_count=2, passes=6, x_max=5
)
ANIMALS = ("cat", "dog", "cow", "pig")
TOOLS = ("saw", "axe", "nail", "file")


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """Sentences in which animals eat and tools cut, and nothing does both."""
    random = np.random.default_rng(1)
    lines = []
    for _ in range(800):
        nouns, verbs, things = (
            (ANIMALS, ("eats", "sleeps", "runs"), ("hay", "grass", "meat"))
            if random.random() < 0.5
            else (TOOLS, ("cuts", "breaks", "rusts"), ("wood", "steel", "stone"))
        )
        noun, verb, thing = (random.choice(words) for words in (nouns, verbs, things))
        lines.append(f"The {noun} {verb} near the {thing}.")
    path = tmp_path / "text.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def learnt(recipe: Recipe, folder: Path, *, seed: int = 1) -> WordVectors:
    folder.mkdir(exist_ok=True)
    training = VectorTraining(recipe, folder, seed=seed)
    list(training.learn())
    return WordVectors(training.table(), "test")


def recipe_of(text: Path, **settings: Any) -> Recipe:
    return Recipe((Corpus((str(text),)),), replace(SETTINGS, **settings))


@pytest.mark.parametrize("method", ["glove", "svd", "both"])
def test_words_that_are_used_alike_are_near(
    text: Path, tmp_path: Path, method: str
) -> None:
    recipe = recipe_of(text, method=method, runs=2, remove=0, passes=20)
    vectors = learnt(recipe, tmp_path / "work")
    assert vectors.words[0] == "the"
    assert vectors.dimensions == 8
    for group, others in ((ANIMALS, TOOLS), (TOOLS, ANIMALS)):
        for word in group:
            alike, unlike = (
                [vectors.compare(word, each).cosine for each in nouns if each != word]
                for nouns in (group, others)
            )
            assert np.mean(alike) > np.mean(unlike) + 0.2


def test_what_is_interrupted_goes_on_bit_for_bit(text: Path, tmp_path: Path) -> None:
    recipe = recipe_of(text, runs=2)
    whole = learnt(recipe, tmp_path / "whole")
    events = len(list(VectorTraining(recipe, made(tmp_path / "count"), seed=1).learn()))
    folder = made(tmp_path / "stopped")
    # Each time a few steps further, from the very first to the very last.
    for steps in range(1, events, 3):
        running = VectorTraining(recipe, folder, seed=1).learn()
        for _, _event in zip(range(steps), running, strict=False):
            pass
        running.close()
    assert np.array_equal(learnt(recipe, folder).numbers, whole.numbers)


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_only_what_changed_is_done_again(text: Path, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    learnt(recipe_of(text), folder)
    pairs = folder / "pairs-1.keys.npy"
    before = pairs.stat().st_mtime_ns
    more = recipe_of(text, passes=9, svd_weight=0.7)
    again = learnt(more, folder)
    assert pairs.stat().st_mtime_ns == before
    assert np.array_equal(again.numbers, learnt(more, tmp_path / "new").numbers)
    # Another text is another training.
    with open(text, "a", encoding="utf-8") as file:
        file.write("\nThe cat eats wood.")
    changed = learnt(more, folder)
    assert pairs.stat().st_mtime_ns > before
    assert np.array_equal(changed.numbers, learnt(more, tmp_path / "newer").numbers)
    assert not np.array_equal(changed.numbers, again.numbers)


def test_the_seed_decides(text: Path, tmp_path: Path) -> None:
    recipe = recipe_of(text)
    one, two, other = (
        learnt(recipe, tmp_path / name, seed=seed).numbers
        for name, seed in (("one", 1), ("two", 1), ("other", 2))
    )
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_weights(text: Path, tmp_path: Path) -> None:
    """A text with weight 2 is as good as the same text twice."""
    corpus = Corpus((str(text),), weight=2, glove=2, svd=2)
    heavy = learnt(Recipe((corpus,), SETTINGS), tmp_path / "heavy")
    twice = Recipe((Corpus((str(text), str(text))),), SETTINGS)
    assert np.array_equal(learnt(twice, tmp_path / "twice").numbers, heavy.numbers)
    # What counts nothing for one method still counts for the other.
    silent = replace(recipe_of(text).corpora[0], glove=0)
    both = Recipe((corpus, silent), replace(SETTINGS, method="glove"))
    learnt(both, tmp_path / "both")


def test_counting_in_small_pieces_counts_the_same(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = recipe_of(text)
    whole = learnt(recipe, tmp_path / "whole")
    monkeypatch.setattr("rnnkit.models.word_training.pairs._AT_ONCE", 100)
    monkeypatch.setattr("rnnkit.files.corpus._PIECE", 64)
    monkeypatch.setattr("rnnkit.files.runs._MOST_AT_ONCE", 200)
    monkeypatch.setattr("rnnkit.files.runs._SAMPLE", 5)
    pieces = learnt(recipe, tmp_path / "pieces")
    assert np.array_equal(whole.numbers, pieces.numbers)
    # Nothing of the counting is left but the sums.
    assert not list((tmp_path / "pieces").glob("*.part-*"))


def test_the_file_tells_how_it_was_made(text: Path, tmp_path: Path) -> None:
    training = VectorTraining(recipe_of(text), made(tmp_path / "work"), seed=5)
    list(training.learn())
    path = tmp_path / "vectors.safetensors"
    store.save(path, training.table(), packed=True, description=training.description())
    table = store.load(path)
    told = table.description
    assert told["training"]["seed"] == 5
    assert told["training"]["corpora"][0]["files"] == ["text.txt"]
    assert told["metrics"]["tokens"] == 800 * 6
    # One step for all numbers loses little.
    apart = np.abs(table.numbers - training.table().numbers).max()
    assert apart <= told["packed"]["step"] * 0.51


def test_too_little_text(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("one two three")
    with pytest.raises(InputError, match=r"only 0 different words .* of 3 in all"):
        learnt(recipe_of(path), tmp_path / "work")
    path.write_text("one " + "zzz " * 9 + "one " + "yyy " * 9 + "one")
    with pytest.raises(InputError, match="no two words stand near each other"):
        learnt(recipe_of(path, least_pairs=1e6), tmp_path / "other")


def test_a_damaged_work_folder_is_told(text: Path, tmp_path: Path) -> None:
    folder = made(tmp_path / "work")
    learnt(recipe_of(text), folder)
    checkpoint = folder / "glove-1.safetensors"
    content = bytearray(checkpoint.read_bytes())
    content[-3] ^= 4
    checkpoint.write_bytes(content)
    with pytest.raises(ModelError, match="damaged"):
        learnt(recipe_of(text), folder)
    (folder / "marks.json").write_text("[")
    with pytest.raises(ModelError, match=r"marks.json' is damaged"):
        learnt(recipe_of(text), folder)
