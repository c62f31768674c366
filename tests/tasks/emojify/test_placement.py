# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from rnnkit.cli.emojify import PLACES as CHOICES
from rnnkit.tasks.emojify.placement import PLACES, Placed, placed

LINE = "I want pizza, now.  Love you!\t"
CHOSEN = [Placed("🍕", 18, (7, 12)), Placed("❤️", 29, None)]


def test_the_choices_are_the_places() -> None:
    assert CHOICES == PLACES


@pytest.mark.parametrize(
    ("place", "output"),
    [
        ("clause", "I want pizza, now. 🍕  Love you! ❤️\t"),
        ("word", "I want pizza 🍕, now.  Love you! ❤️\t"),
        ("replace", "I want 🍕, now.  Love you! ❤️\t"),
        ("only", "🍕 ❤️"),
    ],
)
def test_places(place: str, output: str) -> None:
    assert placed(LINE, CHOSEN, place) == output


def test_without_emoji_nothing_changes() -> None:
    assert placed(LINE, [], "clause") == LINE
