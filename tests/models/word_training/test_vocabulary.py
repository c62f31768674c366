# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from rnnkit.models.word_training.vocabulary import WordCounts, choose


def counted(*texts: tuple[str, float], most: int = 1000) -> WordCounts:
    counts = WordCounts(most)
    for text, weight in texts:
        counts.add(text.encode().split())
        counts.finish(weight)
    return counts


def test_the_most_frequent_first_and_ties_by_letter() -> None:
    counts = counted(("b a c a d d", 1), ("c", 3))
    assert choose(counts, 3).words == (b"c", b"a", b"d")
    assert choose(counts, 9).counts == (4, 2, 2, 1)
    assert counts.total == 7


def test_rare_words_and_long_numbers_are_left_out() -> None:
    counts = counted(("a a 7 7 12 12 365 365 1999 1999 10000 10000 b", 1))
    assert choose(counts, 99, least=2).words == (b"12", b"1999", b"7", b"a")


def test_required_words_replace_the_rarest_others() -> None:
    counts = counted(("a a a a b b b c c d e e", 1))
    chosen = choose(counts, 3, required=[b"d", b"a", b"zzz"])
    assert chosen.words == (b"a", b"b", b"d")
    assert choose(counts, 3, required=[b"d"], least_required=2).words[-1] == b"c"
    # Also where nearly all are required.
    required = [b"c", b"d", b"e"]
    assert sorted(choose(counts, 3, required=required).words) == sorted(required)


def test_memory_is_bounded() -> None:
    counts = WordCounts(100)
    for start in range(0, 10_000, 50):
        rare = [b"w%d" % number for number in range(start, start + 50)]
        counts.add([*rare, b"often"])
        assert len(counts._now) <= 100
    counts.finish(1)
    chosen = choose(counts, 5)
    assert (chosen.words[0], chosen.counts[0]) == (b"often", 200)
