# SPDX-License-Identifier: Apache-2.0
"""What a "not" reaches, and what a "but" takes back.

    i am [not happy with it] but i love you        [ ]: negated
    (i am not happy with it) but i love you        ( ): taken back

A negation reaches over the next words, to the next comma or other sign, or to a word
such as "but", and never further than six words. Some words undo it: "not only", "no
doubt", "can not wait". What stands before a "but" counts less than what comes after.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rnnkit.tasks.emojify.shorthand import listed
from rnnkit.tasks.emojify.text import Word

NEGATORS = frozenset(
    listed(
        "not no never nobody none nothing nor neither hardly without barely scarcely "
        "nowhere rarely seldom n't stopped lacks lacked lacking isn't"
    )
)
CONTRASTS = frozenset(listed("but however yet except though although nevertheless"))
_LATER_WINS = frozenset(listed("but however yet nevertheless"))
_UNDONE = {
    "not": frozenset(listed("only just yet sure until")),
    "no": frozenset(listed("doubt wonder matter problem worries one longer idea way")),
    "nothing": frozenset(listed("but better beats like")),
    "never": frozenset(listed("mind")),
    "nobody": frozenset(listed("but")),
    "stopped": frozenset(listed("by at in")),
}
_AFTER_CAN_NOT = frozenset(listed("wait stop help believe get"))
_COMPARED = frozenset(listed("so more better such as this that"))
_REACH = 6
_UNMARKED = NEGATORS | CONTRASTS


class Marks(NamedTuple):
    """What is said about each word of a sentence.

    Attributes:
        negated: a negation reaches it.
        outweighed: a "but" comes later.
    """

    negated: list[bool]
    outweighed: list[bool]


def marks_of(words: Sequence[Word]) -> Marks:
    """Find the negated and the outweighed words of a sentence."""
    texts = [word.text for word in words]
    negated = [False] * len(words)
    if _UNMARKED.isdisjoint(texts):
        return Marks(negated, negated)
    left = 0
    for place, text in enumerate(texts):
        if words[place].apart or text in CONTRASTS or text in "!?":
            left = 0
        if text in NEGATORS:
            left = 0 if _is_undone(texts, place) else _REACH + 1
        elif left:
            negated[place] = True
        left = max(0, left - 1)
    return Marks(negated, _outweighed(texts))


def _outweighed(texts: Sequence[str]) -> list[bool]:
    """Words before the last "but", if something was said and something follows."""
    last = max(
        (place for place, text in enumerate(texts) if text in _LATER_WINS), default=0
    )
    if last < 2 or len(texts) - last < 2:
        last = 0
    return [place < last for place in range(len(texts))]


def _is_undone(texts: Sequence[str], place: int) -> bool:
    following = texts[place + 1 : place + 4]
    if not following:
        return False
    if following[0] in _UNDONE.get(texts[place], ()):
        return True
    before = texts[place - 1] if place else ""
    if before in ("can", "could") and following[0] in _AFTER_CAN_NOT:
        return True
    # "never been so happy", "could not be happier"
    if texts[place] == "never":
        return following[0] in ("been", "felt", "had", "seen", "laughed") and any(
            each in _COMPARED for each in following[1:]
        )
    return before == "could" and following[0] == "be"
