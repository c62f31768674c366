# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np

from rnnkit.tasks.emojify.reading import LENGTH, LONGEST, MARKS, VECTOR, WORD, Reader

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
