# SPDX-License-Identifier: Apache-2.0
"""A scorecard as people read it, and as programs do."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from rnnkit.tasks.jazz.scorecard import Measured, Scorecard


def summary(card: Scorecard) -> str:
    """A scorecard on one line."""
    judged = [each for each in card.measures.values() if each.judged]
    line = f"{card.inside} of {len(judged)} measures as in real solos"
    if not math.isnan(card.distance):
        line += f" (mean |z| {card.distance:.2f})"
    broken = [gate.meaning for gate in card.gates.values() if not gate.passed]
    return line + "".join(f"; but: {meaning}" for meaning in broken)


def rows(card: Scorecard) -> Iterator[tuple[str, ...]]:
    """The measures that count, a row each: name, value, band, verdict, meaning."""
    for name, each in card.measures.items():
        if each.judged:
            band = f"{each.low:.2f} to {each.high:.2f}"
            yield name, _shown(each.value), band, _verdict(each), each.meaning


def plain_card(card: Scorecard) -> dict[str, Any]:
    """A scorecard as JSON holds it; what could not be counted is null."""
    measures = {
        name: {
            "value": _number(each.value),
            "low": each.low,
            "high": each.high,
            "inside": each.inside,
        }
        for name, each in card.measures.items()
        if each.judged
    }
    return {
        "scorecard": measures,
        "gates": {
            name: {"found": gate.found, "passed": gate.passed}
            for name, gate in card.gates.items()
        },
        "inside": card.inside,
        "distance": _number(card.distance),
        "passed": card.passed,
    }


def _verdict(each: Measured) -> str:
    if math.isnan(each.value):
        return "-"
    if each.inside:
        return "inside"
    return "low" if each.value < each.low else "high"


def _shown(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 6)
