# SPDX-License-Identifier: Apache-2.0
"""Sentences made from others, so that a network learns what "not" and "but" do.

A few thousand sentences hold few pairs such as "I am happy" and "I am not happy". Here
they are made: a negation is put into a sentence whose feeling hangs on one word, two
clauses of opposite feeling are joined with "but", and telling nouns are denied. The
sentence it was made from stays in the lessons, so that the "not" alone makes the
difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from rnnkit.tasks.emojify.emoji import NONE
from rnnkit.tasks.emojify.shorthand import listed

Target = Mapping[str, float]

GOOD, BAD = "😄", "😞"

GLAD = listed(
    "happy glad good great fun funny excited proud pleased nice wonderful lucky ok "
    "satisfied fair kind friendly beautiful amazing safe calm easy helpful impressed "
    "interesting delicious comfortable well fine welcome polite healthy confident "
    "delighted cheerful thrilled clever smart brave popular successful perfect"
)
SORRY = listed(
    "sad angry bad unhappy upset terrible awful boring bored tired lonely afraid mad "
    "worried disappointed sick horrible nervous difficult hard stupid rude mean ugly "
    "ashamed jealous annoyed miserable depressed hopeless hurt scared lost wrong "
    "dangerous painful late guilty broken poor"
)
_LIKING = listed("love like enjoy adore trust want laugh smile win understand care")

_TURNABLE = frozenset(
    word + sign
    for word in (*GLAD, *SORRY, *_LIKING)
    for sign in ("", ".", ",", "!", "?")
)
"""Most sentences have none of these, and are passed by."""

_BE = r"(?P<be>\b(?:am|is|are|was|were|be)|(?<=\w)['\u2019](?:m|s|re))"
_HOW = r"(?P<how>so |very |really |quite |pretty |too )?"
_BEING = re.compile(
    rf"{_BE} {_HOW}(?P<adjective>{'|'.join([*GLAD, *SORRY])})\b", re.IGNORECASE
)
_FEELING = re.compile(
    r"\b(?P<who>i|you|we|they) (?P<feel>feel|look|seem) "
    rf"{_HOW}(?P<adjective>{'|'.join([*GLAD, *SORRY])})\b",
    re.IGNORECASE,
)
_LIKED = re.compile(
    rf"\b(?P<who>i|you|we|they) (?P<verb>{'|'.join(_LIKING)})\b", re.IGNORECASE
)
_NEGATED = re.compile(
    r"\b(?:not|no|never|nobody|nothing|without)\b|n['\u2019]t\b", re.I
)
_NOT = ("not", "never", "no longer", "not very", "not really", "not at all", "far from")
_DO_NOT = ("do not", "don't", "never", "no longer", "can not", "did not", "didn't")
_SO = ("not", "not very", "not feeling", "not so", "never", "no longer", "far from",
       "anything but", "not exactly", "hardly", "not even", "not at all", "isn't",
       "wasn't", "not that", "not really")  # fmt: skip
_PLAINLY = ("", "very", "feeling", "so", "really", "just", "quite", "that was")
_DENIALS = (
    "no {}", "no {} for me", "there is no {}", "I don't have a {}", "not a fan of {}",
    "we don't need {}", "I never have {}", "he doesn't like {}", "we have no {}",
    "without {}", "I can't stand {}", "I don't want {}", "she never liked {}",
    "there was no {} at all", "not a {} in sight", "I haven't got any {}",
)  # fmt: skip
_FRAMES = (
    "{a} but {b}", "{a}, but {b}", "{a} but now {b}", "{a}, but then {b}",
    "{a}, yet {b}", "{a}, but in the end {b}", "{a}, although now {b}",
    "although {a}, {b}", "even though {a}, {b}", "{b}, even though {a}",
    "{b} although {a}", "at first {a}, then {b}", "first {a}, now {b}",
    "{a} back then, now {b}", "{a} before, today {b}", "last year {a}, this year {b}",
)  # fmt: skip
"""Two clauses, of which b is what the sentence means."""

_OPENINGS = ("", "i am ", "she was ", "we were ", "he is ", "it was ", "they are ")
DENIED: Target = {NONE: 0.65, BAD: 0.35}
"""What a sentence says that denies a thing: nothing, or that it is missed."""

RELIEVED: Target = {GOOD: 0.8, NONE: 0.2}


def negations(
    sentence: str, generator: np.random.Generator
) -> Iterator[tuple[str, Target]]:
    """The sentence with a negation in it, and what it then says."""
    if not _TURNABLE.intersection(sentence.lower().split()):
        return
    if _NEGATED.search(sentence):
        return
    match = _BEING.search(sentence)
    if match:
        negator = _NOT[int(generator.integers(len(_NOT)))]
        how = match["how"] or ""
        changed = f"{match['be']} {negator} {how}{match['adjective']}"
        yield _exchanged(sentence, match, changed), turned(match["adjective"])
    match = _FEELING.search(sentence)
    if match:
        changed = f"{match['who']} do not {match['feel']} {match['adjective']}"
        yield _exchanged(sentence, match, changed), turned(match["adjective"])
    match = _LIKED.search(sentence)
    if match:
        negator = _DO_NOT[int(generator.integers(len(_DO_NOT)))]
        changed = f"{match['who']} {negator} {match['verb']}"
        yield _exchanged(sentence, match, changed), {BAD: 1.0}


def turned(adjective: str) -> Target:
    """What is said of somebody who is not so."""
    return {BAD: 1.0} if adjective.lower() in GLAD else RELIEVED


def fragments(generator: np.random.Generator) -> Iterator[tuple[str, Target]]:
    """Every adjective with and without a negation, with few words around it."""
    for adjective in (*GLAD, *SORRY):
        good = adjective in GLAD
        for negator in _SO:
            opening = _OPENINGS[int(generator.integers(len(_OPENINGS)))]
            yield f"{opening}{negator} {adjective}", turned(adjective)
        for how in _PLAINLY:
            yield f"{how} {adjective}".strip(), {GOOD if good else BAD: 1.0}
        yield f"never been so {adjective}", {GOOD if good else BAD: 1.0}
        yield f"could not be more {adjective}", {GOOD if good else BAD: 1.0}


def denials(
    nouns: Sequence[str], generator: np.random.Generator, count: int = 3
) -> Iterator[tuple[str, Target]]:
    """Telling nouns, each denied in a few ways."""
    for noun in nouns:
        for number in generator.choice(len(_DENIALS), count, replace=False):
            yield _DENIALS[number].format(noun), DENIED


def contrasts(
    clauses: Sequence[tuple[str, Target]], count: int, generator: np.random.Generator
) -> Iterator[tuple[str, Target]]:
    """Sentences of two clauses with unlike labels, which mean what one of them means.

    Every other one is of opposite feelings, if there are such clauses.

    Args:
        clauses: sentences that have an emoji, and how likely each is.
    """
    first = [max(target, key=target.__getitem__) for _, target in clauses]
    feelings = [n for n, label in enumerate(first) if label in (GOOD, BAD)]
    made = 0
    while made < count and len(set(first)) > 1:
        opposite = made % 2 == 0 and len({first[n] for n in feelings}) > 1
        among = feelings if opposite else range(len(clauses))
        outweighed, meant = (among[n] for n in generator.integers(len(among), size=2))
        if first[outweighed] == first[meant]:
            continue
        made += 1
        frame = _FRAMES[int(generator.integers(len(_FRAMES)))]
        a, b = (clauses[n][0].rstrip(".!? ") for n in (outweighed, meant))
        yield frame.format(a=_small(a), b=_small(b)), clauses[meant][1]


def _exchanged(sentence: str, match: re.Match[str], text: str) -> str:
    return sentence[: match.start()] + text + sentence[match.end() :]


def _small(sentence: str) -> str:
    if sentence[:2] in ("I ", "I'"):
        return sentence
    return sentence[:1].lower() + sentence[1:]
