# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.files.vectors.numbers import PADDING, NumberParser


def parsed(tokens: list[str]) -> tuple[np.ndarray, int | None]:
    """Read tokens that stand behind each other, with a blank between them."""
    text = " ".join(tokens).encode("ascii")
    lengths = np.array([len(token) for token in tokens], np.int64)
    end = np.cumsum(lengths + 1) - 1
    padded = np.frombuffer(text + bytes(PADDING), np.uint8)
    return NumberParser().parse(padded, end - lengths, end)


def assert_as_float(tokens: list[str]) -> None:
    """Every bit is that of float(), rounded to float32; so -0.0 keeps its sign."""
    found, wrong = parsed(tokens)
    assert wrong is None
    expected = np.array([float(token) for token in tokens]).astype(np.float32)
    assert found.view(np.uint32).tolist() == expected.view(np.uint32).tolist()


DIGITS = st.integers(0, 10**8 - 1)


@given(
    st.lists(
        st.builds(
            lambda sign, digit, places, fraction: (
                f"{sign}{digit}.{fraction % 10**places:0{places}}"
            ),
            st.sampled_from(["", "-"]),
            st.integers(0, 9),
            st.integers(1, 16),
            st.integers(0, 10**16 - 1),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_a_digit_and_a_fraction_are_read_as_float_reads_them(tokens: list[str]) -> None:
    assert_as_float(tokens)


@given(
    st.lists(
        st.floats(width=32, allow_nan=False, allow_infinity=False),
        min_size=1,
        max_size=40,
    )
)
def test_whatever_python_writes_is_read_back(numbers: list[float]) -> None:
    assert_as_float([repr(number) for number in numbers])


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1),
    st.sampled_from([".3g", ".6f", ".9g", ".12f"]),
)
def test_other_ways_to_write_numbers(numbers: list[float], form: str) -> None:
    assert_as_float([format(number, form) for number in numbers])


@given(st.lists(st.integers(-(10**10), 10**10), min_size=1))
def test_whole_numbers(numbers: list[int]) -> None:
    assert_as_float([str(number) for number in numbers])


@pytest.mark.parametrize(
    "token", ["0.", ".5", "-.5", "+1.5", "7", "-0", "10.25", "1e-5", "-2.5E+3", "1e-60"]
)
def test_unusual_numbers(token: str) -> None:
    assert_as_float([token, "0.5", token])


@pytest.mark.parametrize(
    "token",
    [
        "nan",
        "inf",
        "-inf",
        "1_0",
        "0x1",
        "1e999",
        "1e39",
        "-3.5e38",
        "",
        "-",
        ".",
        "1.5.2",
        "0.1a",
        "0.a",
        "a.5",
        "0,5",
        "1e",
        "--1",
        "0.12345678a",
        "0.\t5",
        "0.5\r",
    ],
)
def test_what_is_no_number_is_found(token: str) -> None:
    _, wrong = parsed(["0.5", "-1.25", token, "0.25"])
    assert wrong == 2


def test_a_parser_serves_block_after_block() -> None:
    parser = NumberParser()
    for count in (3, 1000, 1, 0, 200):
        tokens = [f"{number / 7:.5f}" for number in range(count)]
        text = " ".join(tokens).encode()
        lengths = np.array([len(token) for token in tokens], np.int64)
        end = np.cumsum(lengths + 1) - 1
        padded = np.frombuffer(text + bytes(PADDING), np.uint8)
        found, wrong = parser.parse(padded, end - lengths, end)
        assert wrong is None
        assert found.tolist() == [np.float32(float(token)) for token in tokens]
