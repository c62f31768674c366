# SPDX-License-Identifier: Apache-2.0
"""Colours for numbers.

Numbers that have a middle (a tanh unit, from -1 to 1) go from blue through grey to
orange; numbers that only grow (a gate, a surprise) from dark blue to yellow. Both
scales can be told apart by people who do not see red and green as different.
"""

from __future__ import annotations

from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

_CUBE = (0, 95, 135, 175, 215, 255)
"""How strong red, green and blue can be in the colours of terminals."""

_DIVERGING: tuple[Colour, ...] = (
    (24, 79, 163),
    (76, 139, 211),
    (158, 194, 228),
    (228, 228, 224),
    (246, 190, 128),
    (229, 129, 41),
    (166, 79, 3),
)
_DIVERGING_ON_BLACK: tuple[Colour, ...] = (
    (116, 178, 255),
    (63, 121, 196),
    (46, 78, 120),
    (50, 49, 56),
    (123, 74, 34),
    (201, 113, 35),
    (255, 174, 84),
)
_SEQUENTIAL: tuple[Colour, ...] = (
    (38, 41, 92),
    (62, 77, 137),
    (82, 121, 153),
    (108, 163, 143),
    (172, 196, 104),
    (247, 222, 82),
)


def diverging(share: float, *, on_black: bool = False) -> Colour:
    """The colour of a number between its lowest (0), its middle (.5), its highest.

    Where the page is black the middle is dark, so that the ends stand out there too.
    """
    return _between(_DIVERGING_ON_BLACK if on_black else _DIVERGING, share)


def sequential(share: float) -> Colour:
    """The colour of a number between nothing (0) and its highest (1)."""
    return _between(_SEQUENTIAL, share)


def of_terminal(colour: Colour) -> int:
    """The nearest of the 216 colours that nearly every terminal has, 16 to 231."""
    red, green, blue = (
        min(range(len(_CUBE)), key=lambda step: abs(_CUBE[step] - part))
        for part in colour
    )
    return 16 + 36 * red + 6 * green + blue


def text_on(colour: Colour) -> Colour:
    """Black or white, whichever can be read on this background."""
    red, green, blue = ((part / 255) ** 2.2 for part in colour)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    # At 0.18 both stand out equally: 1.05 / 0.23 is about 0.23 / 0.05 (WCAG 2).
    return (0, 0, 0) if luminance > 0.18 else (255, 255, 255)


def _between(stops: tuple[Colour, ...], share: float) -> Colour:
    place = min(max(share, 0.0), 1.0) * (len(stops) - 1)
    below = min(int(place), len(stops) - 2)
    way = place - below
    red, green, blue = (
        round(low + way * (high - low))
        for low, high in zip(stops[below], stops[below + 1], strict=True)
    )
    return red, green, blue
