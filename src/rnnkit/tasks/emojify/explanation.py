# SPDX-License-Identifier: Apache-2.0
"""Why this emoji: leave out one word at a time, and see what that changes.

That is what the makers of DeepMoji answered when they were asked which words decide. It
needs no knowledge of the model, and counts all its voices. What the attention of the
network looked at stands beside it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.pooling import AttentionCache
from rnnkit.models.classifier import packed
from rnnkit.tasks.emojify.emoji import NONE
from rnnkit.tasks.emojify.model import Answer, EmojiModel
from rnnkit.tasks.emojify.reading import Reading


class WordWeight(NamedTuple):
    """How one word of a sentence counts.

    Attributes:
        word: as it was written.
        meant: what it was taken for; "" if nobody knows it.
        weight: how much likelier the answer is with it than without.
        negated: a negation reaches it.
        attention: the share that the network's attention gives it; none: it has none.
        start: where it begins in the sentence.
        end: where it ends.
    """

    word: str
    meant: str
    weight: float
    negated: bool
    attention: float | None
    start: int
    end: int


def explain(model: EmojiModel, sentence: str, label: str | None) -> list[WordWeight]:
    """What each word does for the answer.

    Args:
        label: the emoji, or none for "no emoji".
    """
    reading = model.reader.read(sentence)
    spans = list(dict.fromkeys((word.start, word.end) for word in reading.words))
    wanted = NONE if label is None else label
    if not spans or wanted not in model.labels:
        return []
    without = [sentence[:start] + " " + sentence[end:] for start, end in spans]
    likely = model.likelihoods([sentence, *without])[:, model.labels.index(wanted)]
    attention = _attention(model, reading)
    found = []
    for number, (start, end) in enumerate(spans, start=1):
        places = [
            place
            for place, word in enumerate(reading.words)
            if (word.start, word.end) == (start, end)
        ]
        found.append(
            WordWeight(
                word=sentence[start:end],
                meant=" ".join(
                    filter(None, (reading.meant[place] for place in places))
                ),
                weight=round(float(likely[0] - likely[number]), 4),
                negated=any(reading.marks.negated[place] for place in places),
                attention=None
                if attention is None
                else round(float(attention[places].sum()), 4),
                start=start,
                end=end,
            )
        )
    return found


def telling_word(
    model: EmojiModel, answer: Answer, sentence: str
) -> tuple[int, int] | None:
    """Where the word stands that tells most for the first emoji of an answer.

    The words of the lexicon, if it has any; else the word without which the emoji is
    least likely.
    """
    reading, emoji = answer.reading, answer.emoji[0]
    lexicon = model.parts.lexicon
    if lexicon is not None:
        number = lexicon.emoji.index(emoji)
        matches = [
            (match.weights[number], -match.start, match)
            for match in lexicon.matches(reading.words, reading.meant)
            if number in match.weights and not reading.marks.negated[match.start]
        ]
        if matches:
            *_, match = max(matches, key=lambda each: each[:2])
            return reading.words[match.start].start, reading.words[match.end - 1].end
    weights = explain(model, sentence, emoji)
    letters = [each for each in weights if each.word.strip("!?")]
    if not letters:
        return None
    best = max(letters, key=lambda each: each.weight)
    return best.start, best.end


def _attention(model: EmojiModel, reading: Reading) -> FloatArray | None:
    """The share of each word, (T,), if the network pools by attention."""
    if "attention" not in model.network.config.pooling:
        return None
    packing, inputs = packed([model.reader.arrays(reading)])
    _, cache = model.network.forward(inputs, packing)
    for kept in cache.pooled:
        if isinstance(kept, AttentionCache):
            return np.asarray(kept.weights)
    return None
