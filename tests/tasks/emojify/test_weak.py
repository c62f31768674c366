# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.errors import InputError
from rnnkit.tasks.emojify import augmentation, weak
from rnnkit.tasks.emojify.folding import FIVE
from rnnkit.tasks.emojify.lexicon import Lexicon
from rnnkit.tasks.emojify.reading import Reader

LEXICON = Lexicon.parse(
    [
        *("❤️\tlove", "😄\thappy", "😞\tsad", "🍕\tpizza | oven", "⚽\tsoccer"),
        "-\tsad oven",
    ]
)
WORDS = "i am not happy sad but love pizza the oven is here soccer we play".split()  # noqa: SIM905
READER = Reader(WORDS, np.ones((len(WORDS), 2), np.float32))


def label(sentence: str) -> dict[str, float] | None:
    reading = READER.read(sentence)
    matches = LEXICON.matches(reading.words, reading.meant)
    target = weak.of_words(reading, matches, LEXICON)
    return None if target is None else {k: round(v, 2) for k, v in target.items()}


@pytest.mark.parametrize(
    ("sentence", "target"),
    [
        ("I love pizza", {"❤️": 0.5, "🍕": 0.5}),
        ("I am not happy", {"😞": 1}),
        ("I am not sad", None),
        ("I am sad but happy", {"😄": 1}),
        ("the oven is here", None),
        ("the sad oven is here", {"-": 1}),
        ("I am here", {"-": 1}),
        ("I am not here", None),
        ("happy", None),
    ],
)
def test_weak_labels(sentence: str, target: dict[str, float] | None) -> None:
    assert label(sentence) == target


def test_folding() -> None:
    five = [*FIVE, "-"]
    assert weak.folded({"🍕": 1.0}, five) == {"🍴": 1.0}
    assert weak.folded({"⚽": 0.6, "😄": 0.4}, five) == {"⚾": 0.6, "😄": 0.4}
    assert weak.folded({"🐶": 0.6, "😄": 0.4}, five) is None
    assert weak.folded({"-": 1.0}, five) == {"-": 1.0}
    assert weak.distribution({"🍴": 0.5, "-": 0.5}, five).tolist() == [
        0, 0, 0, 0, 0.5, 0.5,
    ]  # fmt: skip


def test_emotions() -> None:
    found = weak.emotions_of(["I love it\t18\tid", "both\t1,2\tid", "[NAME] is\t18\tx"])
    assert found == [("I love it", 18)]
    assert weak.of_emotion(18, ["❤️", "😍"]) == {"❤️": 0.7, "😍": 0.3}
    assert weak.of_emotion(18, list(FIVE)) == {"❤️": 1.0}
    assert weak.of_emotion(4, list(FIVE)) is None
    with pytest.raises(InputError, match="line 1 has no emotions"):
        weak.emotions_of(["I love it"])


def test_negations_turn_a_sentence_around() -> None:
    generator = np.random.default_rng(1)
    ((text, target),) = augmentation.negations("Tom is happy today.", generator)
    assert text != "Tom is happy today."
    assert "happy today." in text
    assert target == {"😞": 1.0}
    ((text, target),) = augmentation.negations("I love it", generator)
    assert target == {"😞": 1.0}
    assert not list(augmentation.negations("Tom is not happy.", generator))
    assert not list(augmentation.negations("Tom is here.", generator))


def test_contrasts_mean_what_outweighs() -> None:
    generator = np.random.default_rng(1)
    clauses = [("I won.", {"😄": 1.0}), ("I lost.", {"😞": 1.0})]
    made = list(augmentation.contrasts(clauses, 60, generator))
    assert len(made) == 60
    for text, target in made:
        won = text.index("I won") > text.index("I lost")
        # "b although a" alone names first what is meant.
        meant_first = "though I" in text[1:] and not text.startswith(("al", "even"))
        assert target == ({"😄": 1.0} if won != meant_first else {"😞": 1.0})
    assert not list(augmentation.contrasts(clauses[:1], 4, generator))
