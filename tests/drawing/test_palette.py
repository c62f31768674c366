# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.drawing import palette
from rnnkit.drawing.palette import Colour

Scale = Callable[[float], Colour]

SHARES = [step / 200 for step in range(201)]
LEVELS = (0, 95, 135, 175, 215, 255)
"""What xterm and its heirs paint for the 216 colours from 16 on."""

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)

either_scale = pytest.mark.parametrize("scale", [palette.diverging, palette.sequential])


def painted(number: int) -> Colour:
    """The colour that a terminal shows for a number."""
    number -= 16
    return LEVELS[number // 36], LEVELS[number // 6 % 6], LEVELS[number % 6]


def distance(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def luminance(colour: Colour) -> float:
    """Relative luminance as WCAG 2 defines it."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@either_scale
@settings(derandomize=True, deadline=None)
@given(share=st.floats(allow_nan=False))
def test_any_number_has_a_colour(scale: Scale, share: float) -> None:
    colour = scale(share)
    assert all(0 <= part <= 255 for part in colour)
    if not 0 <= share <= 1:
        assert colour == scale(min(max(share, 0), 1))


def test_negative_is_blue_positive_is_orange_and_the_middle_is_neither() -> None:
    red, _, blue = palette.diverging(0)
    assert blue > red + 100
    red, _, blue = palette.diverging(1)
    assert red > blue + 100
    assert max(palette.diverging(0.5)) - min(palette.diverging(0.5)) < 10


def test_more_is_lighter() -> None:
    light = [luminance(palette.sequential(share)) for share in SHARES]
    assert all(before <= after for before, after in pairwise(light))
    assert light[-1] > 10 * light[0]


@either_scale
def test_near_numbers_have_near_colours(scale: Scale) -> None:
    for before, after in pairwise(SHARES):
        assert distance(scale(before), scale(after)) < 100


@settings(derandomize=True, deadline=None)
@given(COLOURS)
def test_terminals_get_the_nearest_of_their_colours(colour: Colour) -> None:
    number = palette.of_terminal(colour)
    assert 16 <= number <= 231
    nearest = min(distance(colour, painted(other)) for other in range(16, 232))
    assert distance(colour, painted(number)) == nearest


@pytest.mark.parametrize("number", [16, 21, 52, 123, 196, 231])
def test_colours_of_terminals_stay_as_they_are(number: int) -> None:
    assert palette.of_terminal(painted(number)) == number


@either_scale
def test_text_can_be_read_on_every_colour(scale: Scale) -> None:
    for share in SHARES:
        colour = scale(share)
        text = palette.text_on(colour)
        assert contrast(colour, text) >= 4.5
        assert contrast(painted(palette.of_terminal(colour)), text) >= 3


@settings(derandomize=True, deadline=None)
@given(COLOURS)
def test_text_is_black_or_white(colour: Colour) -> None:
    text = palette.text_on(colour)
    assert text in ((0, 0, 0), (255, 255, 255))
    assert contrast(colour, text) > 4.4
