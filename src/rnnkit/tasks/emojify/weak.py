# SPDX-License-Identifier: Apache-2.0
"""Labels for sentences that nobody has labelled.

Three sources, each wrong now and then, which is why their sentences weigh less than
those that people have labelled:

-   telling words: a sentence with "umbrella" gets 🌧️, unless a negation reaches it
-   the emotions of GoEmotions (Demszky et al. 2020), each as one or two emoji
-   nothing telling, nothing negated, no emotion: no emoji
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rnnkit.engine.arrays import FloatArray
from rnnkit.errors import InputError, printable
from rnnkit.tasks.emojify.emoji import NONE, bare
from rnnkit.tasks.emojify.folding import FOLDED, HAPPY, SAD
from rnnkit.tasks.emojify.lexicon import TELLS, Lexicon, Match
from rnnkit.tasks.emojify.negation import NEGATORS
from rnnkit.tasks.emojify.reading import Reading
from rnnkit.tasks.emojify.shorthand import listed

Target = Mapping[str, float]
"""Shares of emoji, or of ``NONE``, by label."""

_NEARLY = 0.75
_LONGEST = 16
_SHORTEST = 2

EMOTIONS = listed(
    "admiration amusement anger annoyance approval caring confusion curiosity desire "
    "disappointment disapproval disgust embarrassment excitement fear gratitude grief "
    "joy love nervousness optimism pride realization relief remorse sadness surprise "
    "neutral"
)
"""The labels of GoEmotions, in the order of their numbers."""

EMOJI_OF: dict[str, Target] = {
    "admiration": {"👏": 0.5, "😍": 0.3, "👍": 0.2},
    "amusement": {"😂": 1.0},
    "anger": {"😡": 1.0},
    "annoyance": {"😡": 0.5, "🙄": 0.5},
    "approval": {"👍": 1.0},
    "caring": {"🤗": 0.6, "❤️": 0.4},
    "confusion": {"🤔": 1.0},
    "curiosity": {"🤔": 1.0},
    "disappointment": {"😞": 1.0},
    "disapproval": {"👎": 1.0},
    "disgust": {"🤢": 1.0},
    "embarrassment": {"😳": 1.0},
    "excitement": {"🎉": 0.5, "😄": 0.5},
    "fear": {"😱": 0.6, "😟": 0.4},
    "gratitude": {"🙏": 1.0},
    "grief": {"😢": 0.7, "😭": 0.3},
    "joy": {"😄": 1.0},
    "love": {"❤️": 0.7, "😍": 0.3},
    "nervousness": {"😟": 1.0},
    "optimism": {"🤞": 1.0},
    "pride": {"👏": 0.6, "😄": 0.4},
    "relief": {"😅": 1.0},
    "remorse": {"😞": 0.6, "🙏": 0.4},
    "sadness": {"😢": 0.6, "😞": 0.4},
    "surprise": {"😮": 1.0},
    "neutral": {NONE: 1.0},
}

_FOLDED_EMOTIONS = {
    "love": "❤️",
    **dict.fromkeys(
        listed("joy amusement excitement pride gratitude admiration relief optimism"),
        "😄",
    ),
    **dict.fromkeys(
        listed(
            "sadness disappointment anger annoyance disgust grief remorse "
            "embarrassment disapproval fear nervousness"
        ),
        "😞",
    ),
    "neutral": NONE,
}


def emotions_of(lines: Sequence[str]) -> list[tuple[str, int]]:
    """The sentences of a file of GoEmotions that have one emotion, and its number.

    Raises:
        InputError: a line is not text, tabulator, numbers.
    """
    found = []
    for place, line in enumerate(lines, start=1):
        columns = line.split("\t")
        numbers = columns[1].split(",") if len(columns) > 1 else []
        if not numbers or not all(
            each.isdecimal() and int(each) < len(EMOTIONS) for each in numbers
        ):
            raise InputError(
                f"line {place} has no emotions: {printable(line)}",
                hint="give a file of GoEmotions: text, tabulator, numbers of emotions",
            )
        # Names are blackened in that collection.
        if len(numbers) == 1 and "[" not in columns[0]:
            found.append((columns[0], int(numbers[0])))
    return found


def of_emotion(number: int, labels: Sequence[str]) -> Target | None:
    """The emoji of an emotion, as far as they are among the labels."""
    emotion = EMOTIONS[number]
    if emotion in EMOJI_OF and set(EMOJI_OF[emotion]) <= set(labels):
        return EMOJI_OF[emotion]
    folded = _FOLDED_EMOTIONS.get(emotion, "")
    return {folded: 1.0} if folded in labels else None


def of_words(
    reading: Reading, matches: Sequence[Match], lexicon: Lexicon
) -> Target | None:
    """The emoji of the telling words; ``NONE`` where nothing tells; or no label."""
    if not _SHORTEST <= len(reading.words) <= _LONGEST:
        return None
    texts = [word.text for word in reading.words]
    if not matches:
        return None if NEGATORS.intersection(texts) else {NONE: 1.0}
    said: dict[str, float] = {}
    for match in matches:
        if max(match.weights.values()) < TELLS:
            continue
        negated = reading.marks.negated[match.start]
        for number, weight in match.weights.items():
            emoji = lexicon.emoji[number]
            if negated:
                if bare(emoji) in HAPPY and weight >= TELLS:
                    said["😞"] = max(said.get("😞", 0), weight)
                elif bare(emoji) in SAD:
                    return None
                continue
            if not reading.marks.outweighed[match.start]:
                said[emoji] = said.get(emoji, 0) + weight
    if not said:
        return None
    best = max(said.values())
    kept = {emoji: weight for emoji, weight in said.items() if weight >= _NEARLY * best}
    if len(kept) > 3:
        return None
    return {emoji: weight / sum(kept.values()) for emoji, weight in kept.items()}


def folded(target: Target, labels: Sequence[str]) -> Target | None:
    """The same among other labels: among the five, all sports are ⚾.

    None if the label of more than half of it is not among them.
    """
    known = {bare(label): label for label in labels}
    shares: dict[str, float] = {}
    for emoji, share in target.items():
        label = known.get(bare(emoji)) or known.get(bare(FOLDED.get(bare(emoji), "")))
        if label is not None:
            shares[label] = shares.get(label, 0) + share
    total = sum(shares.values())
    if total <= 0.5:
        return None
    return {label: share / total for label, share in shares.items()}


def distribution(target: Target, labels: Sequence[str]) -> FloatArray:
    """The shares in the order of the labels, (V,)."""
    return np.array([target.get(label, 0.0) for label in labels], np.float32)
