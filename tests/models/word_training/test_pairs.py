# SPDX-License-Identifier: Apache-2.0
"""Counted pairs against the definition, however the text is cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rnnkit.files.runs import Run, merge, save_run
from rnnkit.models.word_training import pairs, tiles
from rnnkit.models.word_training.pairs import Layout, PairCounter, drop_rare
from rnnkit.models.word_training.tiles import Tiles, write_tiles

WORDS = tuple(b"w%d" % number for number in range(20))


def text_of(seed: int, lines: int = 30) -> bytes:
    random = np.random.default_rng(seed)
    # w20 to w24 are unknown; they take a place in the window all the same.
    numbers = random.zipf(1.5, (lines, 9)) % 25
    return b"\n".join(b" ".join(b"w%d" % n for n in line) for line in numbers)


def by_definition(
    texts: list[list[bytes]], window: int, layout: Layout
) -> NDArray[np.float64]:
    """The whole matrix, both halves, in the order of the layout."""
    rows = dict(zip(WORDS, layout.places.tolist(), strict=True))
    matrix = np.zeros((layout.rows, layout.rows))
    for text in texts:
        for place, word in enumerate(text):
            for distance in range(1, window + 1):
                if place < distance or not {word, text[place - distance]} <= set(rows):
                    continue
                one, other = rows[word], rows[text[place - distance]]
                matrix[one, other] += 1 - (distance - 1) / window
                matrix[other, one] += 1 - (distance - 1) / window
    return matrix


def counted(
    folder: Path, pieces: list[bytes], layout: Layout, window: int, *, apart: bool
) -> NDArray[np.float64]:
    counter = PairCounter(layout, WORDS, window=window, lines_apart=apart, at_once=50)
    found = [run for piece in pieces for run in counter.add(piece)]
    found += counter.finish()
    runs = []
    for number, (keys, counts) in enumerate(found):
        assert (np.diff(keys) > 0).all()
        runs.append(Run(folder, f"run-{number}"))
        save_run(runs[-1], keys, counts)
    sums = drop_rare(layout, merge(runs, [1 / window] * len(runs)), 0)
    write_tiles(layout, folder, "all", sums)
    return dense(Tiles(layout, folder, "all"))


def dense(matrix: Tiles) -> NDArray[np.float64]:
    whole = np.zeros((matrix.layout.rows, matrix.layout.rows))
    for one, other in matrix.pairs:
        places, values = matrix.entries(one, other)
        tile = matrix.scratch()
        tile.reshape(-1)[places] = values
        whole[matrix.rows(one), matrix.rows(other)] = tile
        whole[matrix.rows(other), matrix.rows(one)] = tile.T
    return whole


@pytest.mark.parametrize("side", [7, 512])
@pytest.mark.parametrize("window", [1, 3, 8])
def test_counts_are_those_of_the_definition(
    tmp_path: Path, window: int, side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "LARGEST_SIDE", side)
    layout = Layout(len(WORDS))
    assert layout.groups == (3 if side == 7 else 1)
    text = text_of(1)
    pieces = text.splitlines(keepends=True)
    expected = by_definition([text.split()], window, layout)
    for number, cut in enumerate((pieces, [text])):
        folder = tmp_path / str(number)
        folder.mkdir()
        found = counted(folder, cut, layout, window, apart=False)
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_lines_apart(tmp_path: Path) -> None:
    layout = Layout(len(WORDS))
    text = text_of(2)
    expected = by_definition([line.split() for line in text.split(b"\n")], 4, layout)
    found = counted(tmp_path, text.splitlines(True), layout, 4, apart=True)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_no_window_reaches_into_the_next_text() -> None:
    layout = Layout(2)
    counter = PairCounter(layout, [b"a", b"b"], window=2)
    assert list(counter.add(b"a")) == []
    assert list(counter.finish()) == []
    counter.end()
    assert list(counter.add(b"b")) == []
    assert list(counter.finish()) == []


def test_rare_pairs_are_dropped() -> None:
    layout = Layout(2)
    first, second = layout.terms
    keys = first[[0, 0, 1]] + second[[0, 1, 1]]
    # A pair of equal words counts twice: once from each side.
    ((kept, counts),) = drop_rare(layout, [(keys, np.array([0.3, 0.3, 0.2]))], 0.5)
    assert (kept.tolist(), counts.tolist()) == ([keys[0]], [0.6])


def test_every_word_has_a_place_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for words in (1, 2, 511, 512, 513, 1025, 30_000):
        layout = Layout(words)
        assert len(set(layout.places.tolist())) == words
        assert layout.places.max() < layout.rows
        assert layout.side <= pairs.LARGEST_SIDE


def test_a_matrix_of_other_words_is_refused(tmp_path: Path) -> None:
    write_tiles(Layout(5), tmp_path, "it", [])
    assert tiles.paths(tmp_path, "it")[0].exists()
    Tiles(Layout(5), tmp_path, "it")
    with pytest.raises(Exception, match="made for other words"):
        Tiles(Layout(2000), tmp_path, "it")
