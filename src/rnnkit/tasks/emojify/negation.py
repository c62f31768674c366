# SPDX-License-Identifier: Apache-2.0
"""What a "not" reaches, and what a "but" takes back.

    i am [not happy with it] but i love you        [ ]: negated
    (i am not happy with it) but i love you        ( ): taken back

A negation reaches over the next words, to the next comma or other sign, or to a word
such as "but", and never further than six words. Some words undo it: "not only", "no
doubt", "can not wait". What never was is negated as well: "could have been happy", "I
wish I were", "used to love". What stands before a "but" counts less than what comes
after, and so does what was before a "now" that begins a clause.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rnnkit.tasks.emojify.shorthand import listed

NEGATORS = frozenset(
    listed(
        "not no never nobody none nothing nor neither hardly without barely scarcely "
        "nowhere rarely seldom n't stopped lacks lacked lacking isn't"
    )
)
CONTRASTS = frozenset(
    listed("but however yet except though although despite nevertheless")
)
_LATER_WINS = frozenset(listed("but however yet nevertheless"))
_GRANTING = frozenset(listed("though although despite"))
_UNDONE = {
    "not": frozenset(listed("only just yet sure until")),
    "no": frozenset(listed("doubt wonder matter problem worries idea way")),
    "nothing": frozenset(listed("but better beats like")),
    "never": frozenset(listed("mind so fail fails failed")),
    "nobody": frozenset(listed("but")),
    "stopped": frozenset(listed("by at in")),
}
_AFTER_CAN_NOT = frozenset(listed("wait stop help believe get"))
_LIVED = frozenset(listed("been felt had seen laughed was were feel"))
_COMPARED = frozenset(listed("so more better such as this that"))
_BETTER = frozenset(listed("better more happier prouder nicer easier kinder"))
_REACH = 6
_PAIRS = frozenset(
    [
        *(("far", "from"), ("anything", "but"), ("used", "to"), ("lack", "of")),
        *(("instead", "of"), ("rather", "than"), ("far", "too"), ("failed", "to")),
        *(("less", "than"), ("refused", "to")),
        *((verb, "have") for verb in ("could", "should", "would", "might")),
    ]
)
_UNREAL = frozenset(listed("could had was were would did knew"))
_UNMARKED = NEGATORS | CONTRASTS | {first for first, _ in _PAIRS} | {"wish", "now"}


class Marks(NamedTuple):
    """What is said about each word of a sentence.

    Attributes:
        negated: a negation reaches it.
        outweighed: a "but" comes later.
    """

    negated: list[bool]
    outweighed: list[bool]


def is_unmarked(texts: Sequence[str]) -> bool:
    """Whether no word can negate or outweigh any, so nothing else is looked for."""
    return _UNMARKED.isdisjoint(texts)


def marks_of(texts: Sequence[str], apart: Sequence[bool]) -> Marks:
    """Find the negated and the outweighed words of a sentence.

    Args:
        texts: its words, in small letters.
        apart: whether a sign, such as a comma, stands before each.
    """
    negated = [False] * len(texts)
    if is_unmarked(texts):
        return Marks(negated, negated)
    left = 0
    start = 0
    for place, text in enumerate(texts):
        may_negate = place >= start and text in _UNMARKED
        negates = may_negate and _words_of_negator(texts, place)
        if negates:
            start, left = place + negates, _REACH
            continue
        if place < start:
            continue
        if apart[place] or text in CONTRASTS or text in "!?":
            left = 0
        if left:
            negated[place] = True
            left -= 1
    return Marks(negated, _outweighed(texts, apart))


def _words_of_negator(texts: Sequence[str], place: int) -> int:
    """How many words from here on negate what follows them; 0: none does."""
    text = texts[place]
    if text in NEGATORS:
        return 0 if _is_undone(texts, place) else 1
    following = texts[place + 1 : place + 3]
    if following and (text, following[0]) in _PAIRS:
        never = text == "failed" and place > 0 and texts[place - 1] == "never"
        return 0 if never else 2
    if text == "wish" and len(following) == 2 and following[1] in _UNREAL:
        return 3
    return 0


def _outweighed(texts: Sequence[str], apart: Sequence[bool]) -> list[bool]:
    """Words before the last "but", if something was said and something follows.

    And the words from an "although" to the next sign, if there is more than these.
    """
    count = len(texts)
    last = max(
        (
            place
            for place, text in enumerate(texts)
            if text in _LATER_WINS or (text == "now" and _begins(texts, apart, place))
        ),
        default=0,
    )
    if last < 2 or count - last < 2:
        last = 0
    outweighed = [place < last for place in range(count)]
    for place, text in enumerate(texts):
        if text in _GRANTING and "now" not in texts[place + 1 : place + 2]:
            signs = (end for end in range(place + 1, count) if apart[end])
            end = next(signs, count)
            if end - place > 1 and (place > 1 or end < count):
                outweighed[place:end] = [True] * (end - place)
    return outweighed


def _begins(texts: Sequence[str], apart: Sequence[bool], place: int) -> bool:
    """Whether a clause begins with this word, and it is not the first clause."""
    return place > 0 and (apart[place] or texts[place - 1] == "and")


def _is_undone(texts: Sequence[str], place: int) -> bool:
    following = texts[place + 1 : place + 4]
    if not following:
        return False
    if following[0] in _UNDONE.get(texts[place], ()):
        return True
    before = texts[place - 1] if place else ""
    if before in ("can", "could") and following[0] in _AFTER_CAN_NOT:
        return True
    # "never been so happy", "could not be happier", "could not have done it better"
    if texts[place] == "never":
        return following[0] in _LIVED and not _COMPARED.isdisjoint(following[1:])
    if before != "could":
        return False
    return following[0] == "be" or not _BETTER.isdisjoint(texts[place + 1 : place + 8])
