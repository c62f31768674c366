# SPDX-License-Identifier: Apache-2.0
"""The inside of a network as text, SVG and JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from xml.etree import ElementTree

import numpy as np
import pytest

from rnnkit.cli import inspection
from rnnkit.cli.console import Channel
from rnnkit.errors import UsageError
from rnnkit.tasks.dino import Inspection


def channel(
    encoding: str = "utf-8", environ: Mapping[str, str] | None = None
) -> Channel:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    return Channel(stream, environ or {})


COLOURED = {"FORCE_COLOR": "1"}


def seen(text: str = "Rex", units: int = 3) -> Inspection:
    """Unit 0 never moves, unit 1 a little, unit 2 from one end to the other."""
    steps = len(text) + 1
    course = np.linspace(-1, 1, steps)
    hidden = np.zeros((steps, units))
    hidden[:, 1] = 0.1 * course
    hidden[:, 2] = course
    gate = np.tile(np.linspace(0, 1, steps)[:, None], units)
    return Inspection(
        text=text,
        characters=["", *text.lower()],
        surprise=np.arange(steps, dtype=float),
        expected=[[("x", 0.75), ("", 0.25)]] * steps,
        layers=[{"hidden": hidden, "forget_gate": gate}],
    )


def text(
    one: Inspection, where: Channel, *, layer: int = 1, units: int = 2
) -> list[str]:
    lines = inspection.as_text(one, layer=layer, units=units, channel=where)
    return ["".join(pieces) for pieces in lines]


class TestText:
    def test_the_picture(self) -> None:
        # The columns are named by what is read; the units that move most are shown.
        assert text(seen(), channel()) == [
            "Rex: layer 1 of 1",
            "   reads  · r e x",
            "surprise  ▁ ▂ ▃ ▅",
            " expects  x x x x",
            "hidden units",
            "       1          ",
            "       2  ==--++##",
            "forget gate",
            "       1    ..++##",
            "       2    ..++##",
            "= and - are negative, + and # positive; gates: the denser, the more open",
        ]

    def test_in_ascii(self) -> None:
        lines = text(seen(), channel("ascii"))
        assert all(line.isascii() for line in lines)
        assert lines[1] == "   reads  . r e x"

    def test_in_colours(self) -> None:
        lines = text(seen(), channel(environ=COLOURED))
        assert lines[1] == "   reads  · r e x"
        # Each number has a colour of its own: the two ends look different.
        moving = lines[6]
        assert moving.count("\x1b[38;") == 4
        assert len(set(moving.split("\x1b[0m")[:4])) == 4
        assert "negative" in lines[-1]
        assert "\x1b[" in lines[-1]

    def test_a_long_text_goes_on_below(self) -> None:
        where = channel(environ={"COLUMNS": "30"})
        lines = text(seen("abcdefghijkl"), where)
        reads = [line for line in lines if "reads" in line]
        assert reads == ["   reads  · a b c d e f g h i", "   reads  j k l"]
        assert max(map(len, lines[:-1])) <= 30

    def test_no_more_units_than_there_are(self) -> None:
        lines = text(seen(), channel(), units=100)
        assert [line.split()[0] for line in lines[5:8]] == ["0", "1", "2"]

    @pytest.mark.parametrize("layer", [2, 99])
    def test_no_such_layer(self, layer: int) -> None:
        with pytest.raises(UsageError, match=f"--layer {layer}: the model has 1"):
            text(seen(), channel(), layer=layer)
        with pytest.raises(UsageError):
            inspection.as_svg(seen(), layer=layer, units=2)


class TestSurprise:
    CHARACTERS = (("r", 0.0), ("e", 3.0), ("x", 99.0), ("", 1.0))

    def lines(self, where: Channel) -> list[str]:
        found = inspection.surprise_lines(self.CHARACTERS, where)
        return ["".join(pieces) for pieces in found]

    def test_bars(self) -> None:
        assert self.lines(channel()) == ["r e x ·", "▁ ▅ █ ▂"]
        assert self.lines(channel("ascii")) == ["r e x .", "_ = # ."]

    def test_colours(self) -> None:
        (line,) = self.lines(channel(environ=COLOURED))
        shown = [piece for piece in line.split("\x1b[0m") if piece]
        assert [piece.rpartition("m")[2].strip() for piece in shown] == list("rex·")
        assert len({piece.partition("m")[0] for piece in shown}) == 4


def test_svg() -> None:
    drawn = inspection.as_svg(seen("<&>"), layer=1, units=2)
    root = ElementTree.fromstring(drawn)
    words = "".join(root.itertext())
    # Characters of XML are characters of a name.
    assert "<&>: layer 1 of 1" in words
    for title in ("surprise (nats)", "hidden units", "forget gate"):
        assert title in words
    assert drawn == inspection.as_svg(seen("<&>"), layer=1, units=2)


def test_json() -> None:
    told = json.loads(json.dumps(inspection.as_json(seen()), allow_nan=False))
    assert told["text"] == "Rex"
    assert told["characters"][1] == {
        "char": "r",
        "nll": 1.0,
        "expected": [
            {"char": "x", "probability": 0.75},
            {"char": "", "probability": 0.25},
        ],
    }
    (layer,) = told["layers"]
    assert set(layer) == {"hidden", "forget_gate"}
    assert np.shape(layer["hidden"]) == (4, 3)
    assert layer["hidden"][3] == [0.0, 0.1, 1.0]
