# SPDX-License-Identifier: Apache-2.0
"""All other emoji, by their names: a crocodile is 🐊, Portugal is 🇵🇹.

The package ``emoji`` keeps the names of the Unicode standard. Most of them name a thing
that can be drawn, and where a text names it, too, the emoji fits. Words that mean
something else more often than what is drawn ("back", "top", "free") do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from rnnkit.tasks.emojify.lexicon import TELLS, Lexicon
from rnnkit.tasks.emojify.reading import Reading
from rnnkit.tasks.emojify.shorthand import listed
from rnnkit.tasks.emojify.vocabulary import shortened

_LONGEST_NAME = 3
_FULLY_QUALIFIED = 2
_MEANT_OTHERWISE = frozenset(
    listed(
        "back end on soon top up down left right new cool free ok id sos first last "
        "no one two three man woman person boy girl child adult people men women "
        "old play pause record stop minus plus multiply divide infinity check mark "
        "button symbol face hand eye eyes ear nose mouth tongue foot leg arm brain "
        "heart love letter white black red blue green yellow orange purple brown "
        "pink grey square circle triangle diamond small large medium open closed "
        "light dark high low fast slow watch hole bubble sign station place passing "
        "part point bar chart index divider clip pin link chains label name badge "
        "warning restricted wave dash collision dizzy anger sweat star glowing rose "
        "fist victory call rock pinch crossed raised waving folded cut scissors "
        "spiral cloud fog wind droplets fire spark key lock game die seal family "
        "couple kiss mirror window door bed chair bucket tip hook box package file "
        "cap bow ring bell tram mobile atm water passport customs baggage litter "
        "prohibited turkey china us jordan chad georgia guinea cook guam reunion "
        "jersey"
    )
)


@cache
def _names() -> dict[str, str]:
    """Emoji by name, in words with blanks between them."""
    import emoji

    found: dict[str, str] = {}
    for picture, told in emoji.EMOJI_DATA.items():
        if told["status"] != _FULLY_QUALIFIED or "skin_tone" in told["en"]:
            continue
        words = told["en"].strip(":").replace("-", " ").replace("_", " ").lower()
        if not words.replace(" ", "").isalpha() or words in _MEANT_OTHERWISE:
            continue
        if words.count(" ") < _LONGEST_NAME and len(words) > 2:
            found.setdefault(words, picture)
            found.setdefault(words.removesuffix(" face"), picture)
    return found


class Named(NamedTuple):
    """An emoji, and where the name of it begins and ends in the sentence."""

    emoji: str
    start: int
    end: int


def named(reading: Reading, lexicon: Lexicon | None) -> Named | None:
    """The emoji of a thing that a sentence names, if its lexicon does not know it.

    What is negated is not there. Longer names win, then the last.
    """
    texts = [word.text for word in reading.words]
    best: tuple[int, Named] | None = None
    for place in range(len(texts)):
        if reading.marks.negated[place]:
            continue
        for length in range(min(_LONGEST_NAME, len(texts) - place), 0, -1):
            words = texts[place : place + length]
            if length == 1 and lexicon is not None:
                known = lexicon.look_up(words[0])
                if known is not None and max(known.values(), default=0.0) >= TELLS:
                    continue
            picture = next(filter(None, map(_names().get, _forms(words))), None)
            if picture is not None and (best is None or length >= best[0]):
                first, last = reading.words[place], reading.words[place + length - 1]
                best = (length, Named(picture, first.start, last.end))
    return best[1] if best else None


@cache
def name_of(picture: str) -> str:
    """How an emoji is called between colons: ❤️ is :heart:."""
    import emoji

    return emoji.demojize(picture, language="alias")


def _forms(words: list[str]) -> Iterator[str]:
    """A name as it stands there, and with its last word without an ending."""
    yield " ".join(words)
    if len(words[-1]) > 3:
        for form in shortened(words[-1]):
            if len(form) > 2 and words[-1].endswith("s"):
                yield " ".join([*words[:-1], form])
