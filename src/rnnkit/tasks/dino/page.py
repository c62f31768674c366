# SPDX-License-Identifier: Apache-2.0
"""Gates over time as a web page: a slider goes from letter to letter.

The page is `gates.html`, with what was seen put in as data.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rnnkit.drawing import palette
from rnnkit.drawing.page import page
from rnnkit.drawing.svg import hexadecimal, valid
from rnnkit.engine.arrays import FloatArray
from rnnkit.tasks.dino.inspection import KINDS, Inspection, by_variation

_TONES = 41
"""Colours of a scale; an odd number, so that it has a middle."""

_UNSEEN = {"": "·", "\n": "↵", " ": "␣"}


def page_of(seen: Inspection, *, layer: int = 1) -> str:
    """Return the page.

    Args:
        layer: the one that is shown first.
    """
    data = {
        "title": valid(seen.text),
        "characters": [_sign(character) for character in seen.characters],
        "surprise": [round(nats, 3) for nats in seen.surprise.tolist()],
        "expected": [
            [[_sign(character), round(chance, 4)] for character, chance in likeliest]
            for likeliest in seen.expected
        ],
        "layers": [_layer(arrays) for arrays in seen.layers],
        "layer": layer - 1,
        "colours": {"light": _scales(on_black=False), "dark": _scales(on_black=True)},
    }
    title = " ".join(seen.text.split())
    return page(Path(__file__).with_name("gates.html"), title, data)


def _layer(arrays: dict[str, FloatArray]) -> dict[str, Any]:
    """What a layer did: hundredths, (kinds, T, H), and the units that vary first."""
    return {
        "kinds": [
            {
                "title": kind.title,
                "signed": kind.low < 0,
                "values": (arrays[name] * 100).round().astype(int).tolist(),
            }
            for name, kind in KINDS.items()
            if name in arrays
        ],
        "varying": by_variation(arrays["hidden"]),
    }


def _scales(*, on_black: bool) -> dict[str, list[tuple[str, str]]]:
    """The colours of both scales, each with the colour that can be read on it."""
    shares = [tone / (_TONES - 1) for tone in range(_TONES)]
    scales = {
        "signed": [palette.diverging(share, on_black=on_black) for share in shares],
        "open": [palette.sequential(share) for share in shares],
    }
    return {
        name: [
            (hexadecimal(colour), hexadecimal(palette.text_on(colour)))
            for colour in colours
        ]
        for name, colours in scales.items()
    }


def _sign(character: str) -> str:
    """A character as it can be seen: the border, a blank and a new line have signs."""
    return _UNSEEN.get(character, valid(character))
