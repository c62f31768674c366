# SPDX-License-Identifier: Apache-2.0
"""Where the emoji go. All that was written before stays as it was.

=======  ==================================================================
clause   after each clause
end      one for the whole text, at its end
word     beside the word that tells most
replace  in the place of that word
only     the emoji alone
=======  ==================================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

PLACES = ("clause", "end", "word", "replace", "only")


class Placed(NamedTuple):
    """An emoji for a clause.

    Attributes:
        emoji: what is put there.
        end: where the clause ends in the line.
        word: where the word that tells most begins and ends; none: there is none.
    """

    emoji: str
    end: int
    word: tuple[int, int] | None = None


def placed(line: str, chosen: Sequence[Placed], place: str) -> str:
    """The line with its emoji."""
    if place == "only":
        return " ".join(each.emoji for each in chosen)
    pieces = []
    reached = 0
    for each in chosen:
        start = end = each.end
        if each.word is not None and place in ("word", "replace"):
            start, end = each.word
        if place != "replace" or each.word is None:
            start = end
        pieces.append(line[reached:start])
        pieces.append(each.emoji if start < end else f" {each.emoji}")
        reached = end
    return "".join([*pieces, line[reached:]])
