# SPDX-License-Identifier: Apache-2.0
"""Printing what ``drawing`` makes: spans become coloured text, if there are colours."""

from __future__ import annotations

from collections.abc import Iterable

from rnnkit.cli.console import Channel
from rnnkit.cli.layout import display_width
from rnnkit.drawing import palette
from rnnkit.drawing.terminal import Span

CAN_DRAW = "▀▁▂▃▄▅▆▇█▏▎▍▌▋▊▉●○▲△└│─·↵←↑→↓↖↗↘↙"
"""The characters of pictures that are not ASCII."""


def paint_spans(channel: Channel, spans: Iterable[Span]) -> list[str]:
    """The pieces of a line, for ``Console.out``."""
    return [
        channel.paint(span.text, _style(span)) if span.background else span.text
        for span in spans
    ]


def is_plain(channel: Channel) -> bool:
    """Whether pictures on this channel have to do with ASCII."""
    return not channel.can_show(CAN_DRAW)


def cells(texts: Iterable[str], width: int) -> str:
    """Short texts in columns of ``width`` characters each."""
    return "".join(text + " " * (width - display_width(text)) for text in texts)


def _style(span: Span) -> str:
    assert span.background is not None
    front = palette.of_terminal(palette.text_on(span.background))
    return f"38;5;{front};48;5;{palette.of_terminal(span.background)}"
