# SPDX-License-Identifier: Apache-2.0
"""Decimal numbers out of text, a whole block of them at once, rounded as float() does.

Python's ``float`` reads one number a call, which takes seconds for the millions that a
file of word vectors holds. Nearly all of them look alike, as -0.57746: a sign or none,
one digit, a dot, one to eight digits. Of those, NumPy reads a hundred thousand at once,
eight characters in one 64-bit integer, least significant byte first:

    "57746..."  xor "00000000"     each byte is now a digit: 5 7 7 4 6 and rubbish
                shift by 3 bytes   the rubbish falls out, leading zeros come in
                x * 10 + (x >> 8)  in every second byte a pair of digits: 0..99
                the same by 100    in every fourth byte four digits: 0..9999
                the same by 10000  the number: 57746

Then -0.57746 = -(0 * 10^5 + 57746) / 10^5. Both are whole numbers below 2^53, which
float64 holds exactly, so the division rounds once, and correctly: the result is the one
that ``float`` gives. What looks otherwise (exponents, long fractions, larger numbers)
is noticed by the same few operations and read by ``float`` itself.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

PADDING = 24
"""Bytes that must stand behind the text, since windows reach beyond its end."""

_WIDTH = 8
_U8 = np.uint64(8)
_ZEROS = np.uint64(0x3030303030303030)
_DIGIT_AND_DOT = np.uint64(ord("0") | ord(".") << 8)
_HIGH_BITS = np.uint64(0x8080808080808080)
_TO_HIGH_BIT = np.uint64(0x7676767676767676)
"""Added to a byte, it sets the highest bit if the byte is above 9."""

_STEPS = tuple(
    (np.uint64(factor), np.uint64(bits), np.uint64(mask))
    for factor, bits, mask in (
        (10, 8, 0x00FF00FF00FF00FF),
        (100, 16, 0x0000FFFF0000FFFF),
        (10000, 32, 0x00000000FFFFFFFF),
    )
)
_POWERS = 10.0 ** np.arange(16)
_WHOLE_POWERS = 10 ** np.arange(16, dtype=np.uint64)
_EXACT = np.uint64(2**53)

NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
"""What counts as a number. float() would take 1_0, nan and infinity as well."""

U64 = NDArray[np.uint64]


class NumberParser:
    """Reads numbers, block after block, in the same few arrays.

    Fresh arrays would cost more than the arithmetic: the system hands out every page
    of them anew, block after block. A parser serves one thread at a time.
    """

    def __init__(self) -> None:
        self._arrays: dict[str, NDArray[np.uint8]] = {}

    def parse(
        self, text: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], int | None]:
        """Read the numbers that stand at `text[start[i]:end[i]]`.

        Args:
            text: the characters, followed by at least `PADDING` others.

        Returns:
            The numbers, float32 and as many as there are starts, each what
            `np.float32(float(...))` gives; and the index of the first that is no finite
            number in float32, or None. The next call overwrites neither.
        """
        count = len(start)
        one, two, three = (self._room(name, count, np.uint64) for name in "abc")
        value = self._room("value", count, np.float64)
        scale = self._room("scale", count, np.float64)
        first = self._room("first", count, np.int64)
        odd = self._room("odd", count, np.bool_)
        some = self._room("some", count, np.bool_)
        sign = self._room("sign", count, np.uint8)
        window = self._windows(text)

        text.take(start, out=sign, mode="clip")
        negative = np.equal(sign, ord("-"), out=sign.view(np.bool_))
        np.add(start, negative, out=first)
        places = np.subtract(end, first, out=one.view(np.int64)).view(np.uint64)
        places -= np.uint64(2)
        np.subtract(places, np.uint64(1), out=two)
        np.greater_equal(two, _U8, out=odd)
        _POWERS.take(places.view(np.int64), out=scale, mode="clip")

        # Below 10 only if the first character is a digit and the second one a dot.
        head = window.take(first, out=two, mode="clip")
        head -= _DIGIT_AND_DOT
        head &= np.uint64(0xFFFF)
        odd |= np.greater(head, np.uint64(9), out=some)
        np.multiply(head, scale, out=value)

        first += 2
        fraction = window.take(first, out=two, mode="clip")
        fraction ^= _ZEROS
        shift = np.subtract(_U8, places, out=three)
        shift <<= np.uint64(3)
        fraction <<= shift
        above_nine = np.add(fraction, _TO_HIGH_BIT, out=three)
        above_nine |= fraction
        above_nine &= _HIGH_BITS
        odd |= np.not_equal(above_nine, np.uint64(0), out=some)
        value += _eight_digits(fraction, three)
        value /= scale
        others = np.flatnonzero(odd)
        if len(others) > count // 8:
            others = _long_fractions(window, first, places, value, others)
            others = _whole_numbers(window, first, places, value, others)
        np.multiply(negative, -2.0, out=scale)
        scale += 1.0
        value *= scale
        wrong = _one_by_one(text, start, end, value, others)
        with np.errstate(over="ignore"):
            return value.astype(np.float32), wrong

    def _room(self, name: str, count: int, dtype: type[np.generic]) -> NDArray[Any]:
        size = count * np.dtype(dtype).itemsize
        if name not in self._arrays or len(self._arrays[name]) < size:
            self._arrays[name] = np.empty(size + size // 8, np.uint8)
        return self._arrays[name][:size].view(dtype)

    def _windows(self, text: NDArray[np.uint8]) -> U64:
        """The eight bytes from each place on, as one integer.

        Copied, because from a view NumPy reads unaligned integers one by one, and each
        number is read from twice.
        """
        rows = len(text) - _WIDTH + 1
        window: U64 = self._room("window", rows, np.uint64)
        np.copyto(window, np.ndarray((rows,), "<u8", text, strides=(1,)))
        return window


def _eight_digits(digits: U64, scratch: U64) -> U64:
    """Eight bytes of 0..9, the first one lowest, become the number that they write."""
    for factor, bits, mask in _STEPS:
        np.right_shift(digits, bits, out=scratch)
        digits *= factor
        digits += scratch
        digits &= mask
    return digits


def _one_by_one(
    text: NDArray[np.uint8],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    value: NDArray[np.float64],
    others: NDArray[np.intp],
) -> int | None:
    """Read some numbers with float(); return the index of one that is none."""
    content = text.tobytes() if len(others) else b""
    places = zip(others, start[others].tolist(), end[others].tolist(), strict=True)
    for index, first, last in places:
        token = content[first:last]
        if not NUMBER.fullmatch(token):
            return int(index)
        value[index] = float(token)
    with np.errstate(over="ignore"):
        wrong = others[~np.isfinite(value[others].astype(np.float32))]
    return int(wrong[0]) if len(wrong) else None


def _long_fractions(
    window: U64,
    after: NDArray[np.int64],
    places: U64,
    value: NDArray[np.float64],
    others: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Read fractions of nine to fifteen digits; return the indices that are left.

    Some programs write every digit that a float32 needs. Then the usual numbers of the
    file are these.
    """
    behind, digits = after[others], places[others]
    head = window.take(behind - 2) - _DIGIT_AND_DOT
    digit = head & np.uint64(0xFFFF)
    front = window.take(behind) ^ _ZEROS
    back = window.take(behind + _WIDTH, mode="clip") ^ _ZEROS
    back <<= (np.uint64(2 * _WIDTH) - digits) << np.uint64(3)
    odd = ((front + _TO_HIGH_BIT) | front | (back + _TO_HIGH_BIT) | back) & _HIGH_BITS
    right = (odd == 0) & (digit <= np.uint64(9))
    right &= (digits > _U8) & (digits < np.uint64(2 * _WIDTH))
    power = digits.view(np.int64)
    whole = _eight_digits(front, odd)
    whole *= _WHOLE_POWERS.take(power - _WIDTH, mode="clip")
    whole += _eight_digits(back, odd)
    whole += digit * _WHOLE_POWERS.take(power, mode="clip")
    right &= whole <= _EXACT
    found = whole / _POWERS.take(power, mode="clip")
    value[others[right]] = found[right]
    return others[~right]


def _whole_numbers(
    window: U64,
    after: NDArray[np.int64],
    places: U64,
    value: NDArray[np.float64],
    others: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Read numbers of one to eight digits and nothing else; return the rest."""
    digits = places[others] + np.uint64(2)
    whole = window.take(after[others] - 2) ^ _ZEROS
    whole <<= (_U8 - digits) << np.uint64(3)
    odd = ((whole + _TO_HIGH_BIT) | whole) & _HIGH_BITS
    right = (odd == 0) & (digits > np.uint64(0)) & (digits <= _U8)
    found = _eight_digits(whole, odd)
    value[others[right]] = found[right]
    return others[~right]
