# SPDX-License-Identifier: Apache-2.0
"""How emoji are spelled: with the variation selector where a picture is meant.

❤ and ❤️ are the same emoji, the first as a sign of a font, the second as a picture.
People, files and other programs write either. Here they are compared without the
selector (U+FE0F), and written as the label that was given spells them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

SELECTORS = "\ufe0e\ufe0f"
_DROPPED = dict.fromkeys(map(ord, SELECTORS))

NONE = "-"
"""How files of sentences write that no emoji fits."""


def bare(emoji: str) -> str:
    """An emoji without variation selectors: what can be compared."""
    return emoji.strip().translate(_DROPPED)


def spellings(emoji: Iterable[str]) -> Mapping[str, str]:
    """How each emoji is written, by its bare form; the first spelling wins."""
    found: dict[str, str] = {}
    for each in emoji:
        found.setdefault(bare(each), each)
    return found
