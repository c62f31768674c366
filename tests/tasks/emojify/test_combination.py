# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np

from rnnkit.tasks.emojify.combination import VOICES, Voices, combined, fitted
from rnnkit.tasks.emojify.lexicon import Lexicon
from rnnkit.tasks.emojify.reading import Reader, packed_symbols

WORDS = ["the", "love", "heart", "pizza", "bread", "dough", "adore"]
NUMBERS = np.array(
    [[0.1, 0.1], [1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9], [0.1, 1], [1, 0.1]], np.float32
)


def voices() -> tuple[Reader, Voices]:
    lexicon = Lexicon.parse(["❤️\tlove, heart", "🍕\tpizza, bread"])
    reader = Reader(WORDS, NUMBERS)
    centres, _ = lexicon.centres({w: n for n, w in enumerate(WORDS)}, NUMBERS)
    return reader, Voices(lexicon, centres, reader.vectors, has_none=True)


def heard(sentence: str) -> dict[str, list[float]]:
    reader, all_voices = voices()
    logits = np.zeros((1, 3), np.float32)
    said = all_voices.heard([reader.read(sentence)], logits)[0]
    return dict(zip(VOICES, said.T.tolist(), strict=True))


def test_words_that_the_lexicon_knows() -> None:
    said = heard("the pizza")
    assert said["lexicon"] == [0, 1, 0]
    assert said["meaning"][1] > said["meaning"][0]
    assert said["none"] == [0, 0, 1]
    assert said["silent"] == [0, 0, 1]


def test_words_that_only_their_vectors_know() -> None:
    said = heard("dough")
    assert said["lexicon"] == [0, 0, 0]
    assert said["likest"][1] > said["likest"][0]


def test_what_is_negated_speaks_against() -> None:
    said = heard("not pizza, adore")
    assert said["lexicon"][1] < 0
    assert said["meaning"][0] > said["meaning"][1]


def test_nothing_is_said_of_nothing() -> None:
    said = heard("")
    assert not any(said["meaning"])
    assert not any(said["likest"])


def test_all_voices_at_once_are_what_they_say_one_by_one() -> None:
    reader, all_voices = voices()
    sentences = ["not pizza, adore", "", "dough but love", "the the bread!", "xyzzy"]
    readings = [reader.read(sentence) for sentence in sentences]
    logits = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    weights = np.array([0.7, 1.1, 0.9, 2, -0.3, -0.6, -0.4], np.float32)
    packing, symbols = packed_symbols(readings)
    at_once = all_voices.likelihoods(readings, logits, symbols, packing, weights)
    expected = combined(all_voices.heard(readings, logits), weights)
    np.testing.assert_allclose(at_once, expected, atol=1e-6)


def test_a_sentence_is_as_like_an_emoji_as_its_words() -> None:
    reader, all_voices = voices()
    reading = reader.read("the dough not pizza")
    said = all_voices.heard([reading], np.zeros((1, 3), np.float32))[0]
    mean = all_voices.centres.mean(axis=0)
    directions = all_voices.centres - mean
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    words = np.array([NUMBERS[WORDS.index(word)] for word in ("the", "dough")]) - mean
    words /= np.linalg.norm(words, axis=1, keepdims=True)
    # Of the words, "not" is unknown and "pizza" negated; rare ones count more.
    words *= np.array([[1 / 301], [6 / 306]])
    total = words.sum(axis=0)
    meaning = directions @ total / max(np.linalg.norm(total), 0.3)
    likest = np.maximum((words @ directions.T).max(axis=0), 0)
    np.testing.assert_allclose(said[:2, VOICES.index("meaning")], meaning, atol=1e-6)
    np.testing.assert_allclose(said[:2, VOICES.index("likest")], likest, atol=1e-6)


def test_a_voice_that_is_right_is_heard() -> None:
    generator = np.random.default_rng(1)
    right = generator.integers(3, size=500)
    targets = np.eye(3)[right]
    said = np.zeros((500, 3, 2), np.float32)
    # The first voice guesses, the second is right in four of five.
    said[:, :, 0] = generator.normal(size=(500, 3))
    wrong = generator.random(500) < 0.2
    told = np.where(wrong, generator.integers(3, size=500), right)
    said[:, :, 1] = np.eye(3)[told]
    weights = fitted(said, targets)
    assert abs(weights[0]) < 0.3
    likely = combined(said, weights)
    np.testing.assert_allclose(likely.sum(axis=1), 1, atol=1e-5)
    confidence, hits = likely.max(axis=1), likely.argmax(axis=1) == right
    assert abs(confidence.mean() - hits.mean()) < 0.05
