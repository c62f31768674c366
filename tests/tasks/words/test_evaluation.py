# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnkit.errors import InputError
from rnnkit.files.vectors.table import Table
from rnnkit.files.vectors.words import WordTable
from rnnkit.models.vectors import METHODS, WordVectors
from rnnkit.tasks.words import evaluation


@pytest.fixture
def vectors() -> WordVectors:
    numbers = np.random.default_rng(2).normal(size=(300, 5)).astype(np.float32)
    numbers[17] = 0
    words = WordTable.of([f"w{number}" for number in range(300)])
    return WordVectors(Table(words, numbers, "test"))


@pytest.mark.parametrize("method", METHODS)
def test_many_analogies_have_the_answers_of_each(
    vectors: WordVectors, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So little room that the questions are cut into several groups.
    monkeypatch.setattr(evaluation, "_ROOM", 300 * 7)
    rows = np.random.default_rng(3).permuted(
        np.tile(np.arange(20, 60), (40, 1)), axis=1
    )
    found = evaluation.first_answers(vectors, rows[:, :3], method)
    for question, row in zip(rows[:, :3], found, strict=True):
        a, b, c = (vectors.words[each] for each in question)
        assert vectors.analogy(a, b, c, 1, method=method)[0].word == vectors.words[row]


def test_what_cannot_be_asked_is_not_counted_as_wrong(
    vectors: WordVectors, tmp_path: Path
) -> None:
    path = tmp_path / "q.txt"
    best = vectors.analogy("w1", "w2", "w3", 1)[0].word
    path.write_text(
        f": one\nw1 w2 w3 {best}\nW1 W2 w3 {best}\nw1 w2 w3 unknown\nw1 w2 w3 w17\n"
        "\n# a remark\n: two\nw1 w2 w3 w1\n"
    )
    one, two = evaluation.judge(vectors, evaluation.read_questions(str(path)))
    assert one == evaluation.Analogies("q", "one", 2, 2, 4)
    assert two == evaluation.Analogies("q", "two", 0, 1, 1)


@pytest.mark.parametrize("mark", [" ", "\t", ", ", ";"])
def test_pairs_in_every_usual_form(
    vectors: WordVectors, tmp_path: Path, mark: str
) -> None:
    path = tmp_path / "pairs.csv"
    lines = [("Word1", "Word2", "Mean")] if mark == "\t" else []
    cosines = {}
    for number in range(1, 9):
        cosines[number] = vectors.compare("w0", f"w{number}").cosine
        lines.append(("w0", f"W{number}", str(cosines[number] ** 3 + 5)))
    path.write_text("\n".join(mark.join(line) for line in lines) + f"\nx{mark}y{mark}3")
    (found,) = evaluation.judge(vectors, evaluation.read_questions(str(path)))
    assert isinstance(found, evaluation.Similarities)
    assert (found.answered, found.total) == (8, 9)
    assert found.spearman == pytest.approx(1)


def test_spearman_shares_ranks() -> None:
    one = np.array([1.0, 2.0, 2.0, 3.0])
    assert evaluation.spearman(one, one) == pytest.approx(1)
    assert evaluation.spearman(one, -one) == pytest.approx(-1)
    # By hand: ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4 give 4.5 / sqrt(4.5 * 5).
    other = np.array([1.0, 2.0, 3.0, 4.0])
    assert evaluation.spearman(one, other) == pytest.approx(0.9486833)
    assert evaluation.spearman(one[:1], one[:1]) is None
    assert evaluation.spearman(one * 0, one) is None


def test_files_that_hold_no_questions(tmp_path: Path) -> None:
    path = tmp_path / "q.txt"
    for text, message in (
        (": only a heading\n", "holds no questions"),
        ("a b c d\na b c\n", "line 2 of .* is no question: 'a b c'"),
        ("a b 3\na b c d\n", "line 2"),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match=message):
            evaluation.read_questions(str(path))


def test_a_folder_gives_its_files_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt"):
        (tmp_path / name).write_text("a b c d\n")
    found = evaluation.files_of([str(tmp_path), "other.txt"])
    assert [Path(each).name for each in found] == ["a.txt", "b.txt", "other.txt"]


def test_halves_share_no_pair_of_words(tmp_path: Path) -> None:
    pairs = [f"country{number} city{number}" for number in range(30)]
    path = tmp_path / "capitals.txt"
    path.write_text(
        "\n".join(f"{one} {other}" for one in pairs for other in pairs if one != other)
    )
    whole = evaluation.read_questions(str(path))
    used = []
    for half in (1, 2):
        fours = whole.half(half).sections["capitals"]
        assert 50 < len(fours) < 400
        used.append({tuple(four[:2]) for four in fours})
        assert used[-1] == {tuple(four[2:]) for four in fours}
    assert not used[0] & used[1]
    assert len(used[0] | used[1]) == 30
    assert whole.half(1) == whole.half(1)
