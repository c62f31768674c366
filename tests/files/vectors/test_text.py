# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.errors import InputError
from rnnkit.files.vectors import text
from tests.files.conftest import Told
from tests.files.vectors.conftest import Opened

PLAIN = b"the 0.5 -1.25\nof 2.0 0.125\ncat -0.75 3e-2\n"
NUMBERS = [[0.5, -1.25], [2.0, 0.125], [-0.75, 0.03]]


def assert_plain(table: object) -> None:
    assert list(table.words) == ["the", "of", "cat"]  # type: ignore[attr-defined]
    np.testing.assert_array_equal(
        table.numbers,  # type: ignore[attr-defined]
        np.array(NUMBERS, np.float32),
    )


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN[:-1],
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.replace(b"\n", b"\r\n"),
        PLAIN.replace(b"\n", b" \n"),
        PLAIN + b"\n\n",
        b"3 2\n" + PLAIN,
        b"3 2\r\n" + PLAIN.replace(b"\n", b" \r\n"),
    ],
    ids=["plain", "cut", "mark", "crlf", "blanks", "empty lines", "header", "all"],
)
@pytest.mark.parametrize("threads", [1, 2])
def test_all_ways_to_write_it(opened: Opened, content: bytes, threads: int) -> None:
    assert_plain(opened(content, threads=threads))


@pytest.mark.parametrize(
    "word",
    [
        "\u00a0",
        "\u0085",
        "\u2028",
        "a\u00a0b",
        "\x1c",
        "\tx",
        ". . .",
        "at a@b.com",
        "\u3000",
    ],
)
def test_only_blanks_and_line_feeds_separate(opened: Opened, word: str) -> None:
    row = f"{word} 0.25 1.5\n".encode()
    for content in (PLAIN + row, row + PLAIN, PLAIN + row + b"dog 1.0 1.0\n" + row):
        table = opened(content)
        place = table.words.find(word)
        assert place is not None
        assert table.numbers[place].tolist() == [0.25, 1.5]
        assert table.words.find("cat") is not None


def test_the_first_of_equal_words_counts(opened: Opened) -> None:
    table = opened(PLAIN + b"of 9.0 9.0\nthe 8.0 8.0\ndog 1.0 1.0\n")
    assert list(table.words) == ["the", "of", "cat", "dog"]
    assert table.duplicates == 2
    assert table.numbers[1].tolist() == [2.0, 0.125]
    assert [table.words.find(word) for word in table.words] == [0, 1, 2, 3]


def test_a_few_words_that_are_not_utf8_are_left_out_and_counted(opened: Opened) -> None:
    rows = b"".join(b"w%d 0.5 0.5\n" % number for number in range(300))
    table = opened(rows + b"d\xe9j\xe0 1.0 1.0\n" + PLAIN)
    assert (len(table.words), table.unreadable) == (303, 1)
    assert table.numbers[table.words.find("cat")].tolist() == [
        *NUMBERS[2][:1],
        float(np.float32(0.03)),
    ]


def test_halves_of_a_letter_at_neighbouring_words_are_no_letter(opened: Opened) -> None:
    rows = b"".join(b"w%d 0.5 0.5\n" % number for number in range(300))
    table = opened(rows + b"\xc3 1.0 1.0\n\xa9 2.0 2.0\n")
    assert (len(table.words), table.unreadable) == (300, 2)


def test_a_limit_reads_the_first_words_only(opened: Opened) -> None:
    rest = b"this is not looked at\n" * 100_000
    assert list(opened(PLAIN + rest[:0], limit=2).words) == ["the", "of"]
    many = b"".join(b"w%d 0.5 0.5\n" % number for number in range(50_000))
    assert list(opened(many + rest, limit=3).words) == ["w0", "w1", "w2"]


@pytest.mark.parametrize("threads", [1, 2])
def test_many_blocks_are_read_in_order(opened: Opened, threads: int) -> None:
    count = 3 * text.BLOCK // 20
    rows = [b"w%d %.5f -%.4f" % (n, n % 977 / 977, n % 10) for n in range(count)]
    table = opened(b"\n".join(rows), threads=threads)
    assert list(table.words) == [f"w{number}" for number in range(count)]
    assert table.numbers[:, 1].tolist() == [-(n % 10) for n in range(count)]
    with pytest.raises(InputError, match=rf"line {count - 5 + 1:,} of .* no vector"):
        opened(b"\n".join([*rows[: count - 5], b"w 0.1", *rows[:9]]), threads=threads)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n\n", "is empty"),
        (b"word\n", "holds no vectors: its first line is 'word'"),
        (PLAIN + b"dog 0.1\n", "line 4 of 'v.txt' is no vector: it has 1 numbers"),
        (PLAIN + b"dog\n", "'dog' has no numbers after it, and 2 are needed"),
        (PLAIN + b"dog 0.1 0.2 0.3\n", "line 4 of 'v.txt' is no vector: it has 3 num"),
        (PLAIN + b"dog nan 0.2\n", "line 4 of 'v.txt' is no vector: 'nan' is not a"),
        (b"2 2\n" + PLAIN, "promises 2 words, and there are 3"),
        (b"3 5\n" + PLAIN, "promises 5 numbers a word, and line 2 has 2"),
        (PLAIN + b"d\0g 0.1 0.2\n", "line 4 of 'v.txt' is no vector: it holds a zero"),
        (b"a" * 10**7, "line 1 of 'v.txt' has more than 1,048,576 bytes"),
        (PLAIN + b"a" * 10**7, "line 4 of 'v.txt' is no vector: it has more than"),
        ("é 0.1 0.2\nà 0.3 0.4\n".encode("latin-1"), "2 of 2 words are not"),
        (b"the quick brown fox\njumps over the dog\n", "'quick' is not a number"),
        ("the 0.5 0.25\n".encode("utf-16"), "UTF-16"),
        (b"MThd\x00\x00\x00\x06\x00\x01", "is a MIDI file, not word vectors"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    opened: Opened,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: object,
    content: bytes,
    message: str,
) -> None:
    monkeypatch.chdir(str(tmp_path))
    opened(PLAIN)
    with told(InputError, message, ""):
        from rnnkit.files.vectors.opening import open_vectors

        with open("v.txt", "wb") as file:
            file.write(content)
        open_vectors("v.txt")
