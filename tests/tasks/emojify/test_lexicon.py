# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.errors import InputError
from rnnkit.files import assets
from rnnkit.files.text import read_lines
from rnnkit.tasks.emojify.emoji import bare
from rnnkit.tasks.emojify.folding import FIVE, FOLDED
from rnnkit.tasks.emojify.lexicon import Lexicon
from rnnkit.tasks.emojify.negation import marks_of
from rnnkit.tasks.emojify.packing import packed_lexicon, unpacked_lexicon
from rnnkit.tasks.emojify.text import words_of

LINES = ["🍰\tcake, cup cake | oven", "😎\tpiece of cake, cool", "❤️\tlove | cake"]


def told(lexicon: Lexicon, sentence: str) -> dict[str, float]:
    words = words_of(sentence)
    texts = [word.text for word in words]
    marks = marks_of(texts, [word.apart for word in words])
    scores = lexicon.scores(lexicon.matches(words, texts), marks)
    return {
        emoji: round(float(score), 2)
        for emoji, score in zip(lexicon.emoji, scores, strict=True)
        if score
    }


@pytest.mark.parametrize(
    ("sentence", "scores"),
    [
        ("I love cakes", {"🍰": 1, "❤️": 1.4}),
        ("a piece of cake", {"😎": 1.3}),
        ("no cake for me", {"🍰": -1.5, "❤️": -0.6}),
        ("so cool, but I love it", {"😎": 0.5, "❤️": 1}),
        ("the oven", {"🍰": 0.4}),
        ("nothing here", {}),
        ("", {}),
    ],
)
def test_what_words_tell(sentence: str, scores: dict[str, float]) -> None:
    assert told(Lexicon.parse(LINES), sentence) == scores


def test_among_other_labels_the_entries_fold() -> None:
    five = Lexicon.parse(LINES).among(FIVE)
    assert told(five, "I love cakes") == {"❤️": 1.4, "🍴": 1}
    # It speaks for none of the five but one, and still hides the cake in it.
    assert told(five, "a piece of cake") == {"😄": 1.3}


def test_in_a_file_it_is_the_same() -> None:
    lexicon = Lexicon.parse(LINES)
    again = unpacked_lexicon(packed_lexicon(lexicon), lexicon.emoji)
    assert told(again, "I love a piece of cake") == told(
        lexicon, "I love a piece of cake"
    )
    with pytest.raises(ValueError, match="does not fit its labels"):
        unpacked_lexicon(packed_lexicon(lexicon), ["❤️"])


@pytest.mark.parametrize("line", ["no tabulator", "❤️\t "])
def test_lines_that_are_no_entries(line: str) -> None:
    with pytest.raises(InputError, match="line 1 of the lexicon has no words"):
        Lexicon.parse([line])


def test_centres_are_the_mean_of_telling_words() -> None:
    rows = {"cake": 0, "cool": 1, "love": 2}
    vectors = np.eye(3, dtype=np.float32)
    lexicon = Lexicon.parse(["🍰\tcake, gateau", "😎\tcool", "❤️\tlove, cake"])
    centres, added = lexicon.centres(rows, vectors)
    np.testing.assert_allclose(centres[2], [0.5**0.5, 0, 0.5**0.5], atol=1e-6)
    assert added == {"gateau": 0}


def test_the_lexicon_that_ships() -> None:
    lexicon = Lexicon.parse(read_lines(str(assets.find("emojify/lexicon.tsv"))))
    assert len(lexicon.emoji) == len(set(map(bare, lexicon.emoji))) >= 60
    assert set(FOLDED) <= set(map(bare, lexicon.emoji))
