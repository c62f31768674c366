# SPDX-License-Identifier: Apache-2.0
"""The inside of a network while it reads a text, drawn for the eye.

The characters that were read stand above the columns; below them what surprised the
network, what it expected next, and then its units: those that vary most, since a unit
that never changes tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rnnkit.cli.console import Channel
from rnnkit.cli.pictures import cells, is_plain, paint_spans
from rnnkit.drawing.svg import Panel, heat_map
from rnnkit.drawing.terminal import bars, heat_row, letters
from rnnkit.errors import UsageError, printable
from rnnkit.tasks.dino.inspection import KINDS, Inspection, by_variation
from rnnkit.tasks.dino.page import page_of

_SURPRISED = 6.0
"""Nats at which the scale of surprise ends: one in four hundred."""

_LEFT_TO_PAGE = {"candidate", "proposal"}
"""What the memory or the hidden units tell as well, a moment later."""

_LABEL_WIDTH = 10
_COLUMN_WIDTH = 2


def surprise_lines(
    characters: Sequence[tuple[str, float]], channel: Channel
) -> Iterator[list[str]]:
    """A text whose every character shows how surprising it was.

    With colours it is one line, the brighter the more surprising; without, a line of
    characters with a line of bars below.
    """
    plain = is_plain(channel)
    shown = [_sign(character, plain) for character, _ in characters]
    nats = [nats for _, nats in characters]
    if channel.colour:
        spans = letters(shown, [each / _SURPRISED for each in nats])
        yield paint_spans(channel, spans)
        return
    yield [cells(shown, _COLUMN_WIDTH).rstrip()]
    yield [cells(bars(nats, highest=_SURPRISED, plain=plain), _COLUMN_WIDTH).rstrip()]


def as_text(
    seen: Inspection, *, layer: int, units: int, channel: Channel
) -> Iterator[list[str]]:
    """Lines of pieces for ``Console.out``; long texts are cut into several blocks.

    Raises:
        UsageError: there is no such layer.
    """
    panels = _panels(seen, layer=layer, units=units)
    plain = is_plain(channel)
    read = _columns(seen, plain=plain)
    expected = [_sign(likeliest[0][0], plain) for likeliest in seen.expected]
    fitting = max(8, (channel.width - _LABEL_WIDTH) // _COLUMN_WIDTH)
    yield [f"{printable(seen.text)}: layer {layer} of {len(seen.layers)}"]
    for start in range(0, len(read), fitting):
        part = slice(start, start + fitting)
        surprise = bars(seen.surprise[part].tolist(), highest=_SURPRISED, plain=plain)
        for label, texts in (
            ("reads", read[part]),
            ("surprise", list(surprise)),
            ("expects", expected[part]),
        ):
            yield [_label(label), cells(texts, _COLUMN_WIDTH).rstrip()]
        for panel in panels:
            yield [panel.title]
            for label, row in zip(panel.labels, panel.rows, strict=True):
                spans = heat_row(
                    row[part],
                    low=panel.low,
                    high=panel.high,
                    width=_COLUMN_WIDTH,
                    coloured=channel.colour,
                )
                yield [_label(label), *paint_spans(channel, spans)]
    if not channel.colour:
        yield [
            "= and - are negative, + and # positive; gates: the denser, the more open"
        ]
    else:
        yield [
            "negative ",
            *paint_spans(channel, heat_row([-1, -0.5, 0, 0.5, 1], low=-1, high=1)),
            " positive    gate shut ",
            *paint_spans(channel, heat_row([0, 0.25, 0.5, 0.75, 1], low=0, high=1)),
            " open",
        ]


def as_svg(seen: Inspection, *, layer: int, units: int) -> str:
    """The same picture as SVG.

    Raises:
        UsageError: there is no such layer.
    """
    surprise = Panel(
        "surprise (nats)", [""], [seen.surprise.tolist()], low=0, high=_SURPRISED
    )
    panels = [surprise, *_panels(seen, layer=layer, units=units)]
    return heat_map(
        f"{printable(seen.text)}: layer {layer} of {len(seen.layers)}",
        _columns(seen, plain=False),
        panels,
    )


def as_page(seen: Inspection, *, layer: int) -> str:
    """All units of all layers as a page, on which one goes from letter to letter.

    Raises:
        UsageError: there is no such layer.
    """
    check_layer(seen, layer)
    return page_of(seen, layer=layer)


def check_layer(seen: Inspection, layer: int) -> None:
    """Refuse a layer that the model does not have.

    Raises:
        UsageError: there is no such layer.
    """
    if layer > len(seen.layers):
        raise UsageError(
            f"--layer {layer}: the model has {len(seen.layers)}",
            hint=f"give a layer from 1 to {len(seen.layers)}",
        )


def as_json(seen: Inspection) -> dict[str, Any]:
    """Everything that was seen, all units of all layers."""
    return {
        "text": seen.text,
        "characters": [
            {
                "char": character,
                "nll": surprise,
                "expected": [{"char": c, "probability": p} for c, p in expected],
            }
            for character, surprise, expected in zip(
                seen.characters, seen.surprise.tolist(), seen.expected, strict=True
            )
        ],
        "layers": [
            {name: values.tolist() for name, values in layer.items()}
            for layer in seen.layers
        ],
    }


def _panels(seen: Inspection, *, layer: int, units: int) -> list[Panel]:
    check_layer(seen, layer)
    arrays = seen.layers[layer - 1]
    chosen = sorted(by_variation(arrays["hidden"])[:units])
    return [
        Panel(
            kind.title,
            [f"{unit}" for unit in chosen],
            [arrays[name][:, unit].tolist() for unit in chosen],
            low=kind.low,
            high=1.0,
        )
        for name, kind in KINDS.items()
        if name in arrays and name not in _LEFT_TO_PAGE
    ]


def _columns(seen: Inspection, *, plain: bool) -> list[str]:
    return [_sign(character, plain) for character in seen.characters]


def _sign(character: str, plain: bool) -> str:
    """A character as a column can show it: with signs for borders and line breaks."""
    signs = {"": ".", "\n": "/"} if plain else {"": "·", "\n": "↵"}
    return signs.get(character, character)


def _label(text: str) -> str:
    return f"{text:>{_LABEL_WIDTH - 2}}  "
