# SPDX-License-Identifier: Apache-2.0
"""Lead sheets: the chords of a song, bar by bar, as files of several formats hold them.

Chord symbols are texts here; what they mean is known further up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from rnnkit.errors import InputError

_MOST_BARS = 4096


class Placed(NamedTuple):
    """A chord symbol, and where in its bar it stands, in quarter notes."""

    place: Fraction
    symbol: str


@dataclass
class Measure:
    """A bar as it is written.

    Attributes:
        chords: by place.
        length: quarter notes that it lasts.
        begins: whether a repeat begins with it.
        times: how often the repeat that ends with it is played; 1 if none does.
        endings: in which rounds it is played; empty for every round.
    """

    chords: list[Placed] = field(default_factory=list)
    length: Fraction = Fraction(0)
    begins: bool = False
    times: int = 1
    endings: frozenset[int] = frozenset()


@dataclass(frozen=True)
class LeadSheet:
    """The chords of a song as they are written.

    Attributes:
        measures: every bar, with its repeats; `played_order` writes them out.
        metre: beats of a bar and their unit, such as 3 and 4.
        title: "" if unknown.
        key: such as ``Bb`` or ``F#m``; "" if unknown.
        tempo: quarter notes a minute; None if unknown.
    """

    measures: tuple[Measure, ...]
    metre: tuple[int, int] = (4, 4)
    title: str = ""
    key: str = ""
    tempo: float | None = None


def played_order(measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """Write out the repeats.

    Raises:
        InputError: that would be more than a few thousand bars.
    """
    order: list[Measure] = []
    place = start = 0
    round_number = 1
    while place < len(measures):
        measure = measures[place]
        if measure.begins and place != start:
            start, round_number = place, 1
        if not measure.endings or round_number in measure.endings:
            order.append(measure)
            if measure.times > round_number:
                round_number += 1
                place = start
                continue
            if measure.times > 1:
                start, round_number = place + 1, 1
        if len(order) > _MOST_BARS:
            raise InputError(
                f"it has more than {_MOST_BARS} bars with its repeats",
                hint="give a shorter piece",
            )
        place += 1
    return tuple(order)
