# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.tasks.emojify import reading as reading_module
from rnnkit.tasks.emojify.negation import marks_of
from rnnkit.tasks.emojify.reading import (
    LENGTH,
    LONGEST,
    MARKS,
    VECTOR,
    WORD,
    Reader,
    packed_symbols,
    unfolded,
)

WORDS = ["i", "love", "you", "not", "but", "so"]
NUMBERS = np.arange(12, dtype=np.float32).reshape(6, 2) + 1


def test_what_the_network_reads() -> None:
    reader = Reader(WORDS, NUMBERS, ["you", "!"], {"gateau": np.array([9.0, 9.0])})
    reading = reader.read("I do not lovve gateau, but you!")
    assert list(reading.meant) == ["i", "", "not", "love", "gateau", "but", "you", "!"]
    arrays = reader.arrays(reading)
    assert arrays[VECTOR].shape == (8, 2)
    assert not arrays[VECTOR][1].any()
    assert arrays[VECTOR][3].tolist() == (LENGTH * NUMBERS[1]).tolist()
    assert arrays[VECTOR][4].tolist() == [45, 45]
    assert arrays[WORD].tolist() == [0, 0, 0, 0, 0, 0, 1, 2]
    assert arrays[MARKS][:, 0].tolist() == [0, 0, 0, 1, 1, 0, 0, 0]
    assert arrays[MARKS][:, 1].tolist() == [1, 1, 1, 1, 1, 0, 0, 0]


def test_nothing_to_read_is_one_step_of_zeros() -> None:
    reader = Reader(WORDS, NUMBERS)
    reading = reader.read("...")
    assert not reading.has_words
    arrays = reader.arrays(reading)
    assert set(arrays) == {VECTOR, MARKS}
    assert arrays[VECTOR].tolist() == [[0, 0]]


def test_of_a_long_sentence_the_end_is_read() -> None:
    reader = Reader(WORDS, NUMBERS)
    reading = reader.read("so " * 1000 + "love")
    assert len(reading.rows) == LONGEST
    assert reading.meant[-1] == "love"
    assert not reader.read("?!").has_words


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *[*WORDS, "can't", "lovve", "loveyou", ",", "!!", "...", "--", "it's"],
                *[
                    "XD",
                    "not",
                    "but",
                    "although",
                    "so,",
                    "--love",
                    "I!Love",
                    "",
                    "a.b",
                    "\u212a",
                ],
            ]
        ),
        max_size=LONGEST + 6,
    ).map(" ".join)
)
def test_simple_sentences_are_read_as_all_others_are(sentence: str) -> None:
    reader = Reader(WORDS, NUMBERS)
    reading = reader.read(sentence)
    pairs = reader.words_of(sentence)
    words = [word for word, _ in pairs]
    assert reading.words == words
    assert list(reading.texts) == [word.text for word in words]
    assert list(reading.meant) == [meant for _, meant in pairs]
    assert reading.marks == marks_of(reading.texts, [word.apart for word in words])
    rows = [WORDS.index(meant) + 1 if meant in WORDS else 0 for _, meant in pairs]
    known = reader.vocabulary.rows
    assert [row if row <= len(WORDS) else 0 for row in reading.rows] == rows
    assert all(
        row == (known[meant] + 1 if meant else 0)
        for row, meant in zip(reading.rows, reading.meant, strict=True)
    )


def test_a_symbol_is_a_word_and_its_marks() -> None:
    reader = Reader(WORDS, NUMBERS, ["you"])
    readings = [
        reader.read("i love you"),
        reader.read(""),
        reader.read("not so, but i"),
    ]
    packing, symbols = packed_symbols(readings)
    assert packing.lengths.tolist() == [3, 1, 4]
    for reading, mine in zip(readings, packing.unpack(symbols), strict=True):
        rows, negated, outweighed = unfolded(mine)
        assert rows.tolist() == (list(reading.rows) or [0])
        assert negated.tolist() == (reading.marks.negated or [False])
        assert outweighed.tolist() == (reading.marks.outweighed or [False])
        for name, array in reader.arrays(reading).items():
            np.testing.assert_array_equal(reader.arrays_of(mine)[name], array)


def test_pieces_are_forgotten_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading_module, "_CACHED", 2)
    reader = Reader(WORDS, NUMBERS)
    for sentence in ("i love you", "so you love i", "i love you"):
        assert list(reader.read(sentence).texts) == sentence.split()
