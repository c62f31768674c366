# SPDX-License-Identifier: Apache-2.0
"""Words out of a sentence as people type it, each with the place where it stands.

    I can't WAIT, sooo happy :)    i can not wait sooo happy smile

Words come in small letters and compatible form (NFKC), contractions are written out, so
that "not" is a word of its own, and a smiley made of signs is the word it stands for.
Code, links, handles and emoji that are there already are not read. What a word is taken
for that nobody has heard of is another question: ``vocabulary.py``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from rnnkit.tasks.emojify.shorthand import CONTRACTIONS, PRONOUNS, SHORTHAND, SMILEYS

LONGEST_WORD = 40
"""Letters; what is longer is no word, and looking for one like it takes long."""

# Ranges of what is drawn as a picture; joiners, selectors and skin tones belong to it.
_PICTURES = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff"
    "\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff\U000e0020-\U000e007f"
)
_EMOJI = f"[{_PICTURES}][{_PICTURES}\u200d\ufe0e\ufe0f\u20e3]*"
# Each begins where no part of the same could begin before, so that a long word is
# looked at once, and not once from each of its letters.
_MAIL = r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+"
_LINK = rf"(?:https?://|ftp://|www\.)[^\s<>\"'`]+|{_MAIL}"
_BARE_LINK = (
    r"(?<![\w-])(?<![\w-]\.)[\w-]+(?:\.[\w-]+)*\."
    r"(?:com|org|net|edu|gov|io|co|uk|de|fr)\b(?:/\S*)?"
)
_CODE = r"(?<!`)(?P<ticks>`++).{0,2000}?(?<!`)(?P=ticks)(?!`)"
_TAG = r"</?[A-Za-z][^<>\n]{0,200}>|<!--.{0,2000}?-->"
_HANDLE = r"(?<![\w@])@\w+"
_SHORTCODE = r"(?<![\w:]):[a-z0-9_+-]{2,40}:(?![\w:])"

_PROTECTED = f"{_CODE}|{_TAG}|{_LINK}|{_BARE_LINK}|{_HANDLE}|{_SHORTCODE}"
_SMILEY = "|".join(re.escape(each) for each in sorted(SMILEYS, key=len, reverse=True))
_WORD = r"[^\W_]+(?:['\u2019\u02bc\uff07\u00b4`][^\W_]+)*"
_TOKEN = (
    f"(?P<protected>{_PROTECTED})|(?P<emoji>{_EMOJI})"
    rf"|(?<![^\W_])(?P<smiley>{_SMILEY})(?![^\W_])|(?P<word>{_WORD})"
    r"|(?P<tone>[!?]+)|(?P<break>[.,;:…()\[\]\u2013\u2014]|--|\n)"
)
_NOT_SIMPLE = re.compile(r"[^A-Za-z0-9 ,!?'\".-]|['\"]['\"]|\.[A-Za-z0-9]|www\.")
_SIMPLE_TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*|[!?]+|[.,]+|--")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u02bc\uff07\u00b4`", "'"))
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


# Patterns that most sentences do not need, each made when first used.


@cache
def protected() -> re.Pattern[str]:
    """What is neither read nor cut into pieces."""
    return re.compile(_PROTECTED, re.DOTALL)


@cache
def emoji() -> re.Pattern[str]:
    """One or more emoji that stand together."""
    return re.compile(_EMOJI)


@cache
def _token() -> re.Pattern[str]:
    return re.compile(_TOKEN, re.DOTALL)


class Word(NamedTuple):
    """One word of a sentence.

    Attributes:
        text: as it is read.
        start: where it begins in the sentence.
        end: where it ends.
        apart: a sign that separates, such as a comma, stands before it.
    """

    text: str
    start: int
    end: int
    apart: bool = False


def is_simple(text: str) -> bool:
    """Whether there is nothing in it but letters, digits and the commonest signs.

    So no link, no smiley, no code; a dot inside a word may be a link.
    """
    return _NOT_SIMPLE.search(text) is None


def words_of(sentence: str) -> list[Word]:
    """The words of a sentence; "!" and "?" count as words, other signs do not."""
    if is_simple(sentence):
        return _simple_words(sentence.lower())
    found: list[Word] = []
    apart = False
    for match in _token().finditer(sentence):
        kind = match.lastgroup
        if kind == "ticks":
            kind = "protected"
        if kind in ("break", "protected", "emoji"):
            apart = apart or kind == "break"
            continue
        start, end = match.span()
        if kind == "tone":
            texts = ["!" if "!" in match.group() else "?"]
        elif kind == "smiley":
            texts = [SMILEYS[match.group()]]
        else:
            # A lone apostrophe may be a letter to Unicode, and is no word.
            texts = list(filter(None, _written_out(plain(match.group()))))
        for text in texts:
            found.append(Word(text, start, end, apart))
            apart = False
    return found


def tokens_of(text: str) -> list[str] | None:
    """The tokens of a text in small letters, if it is simple: most of it is.

    None reaches over a blank, and what is simple between all blanks is simple.
    """
    return _SIMPLE_TOKEN.findall(text) if is_simple(text) else None


def texts_of(token: str) -> list[str]:
    """The words that a token is read as; none if it separates words."""
    first = token[0]
    if first in ".,-":
        return []
    if first in "!?":
        return ["!" if "!" in token else "?"]
    return _written_out(token)


def _simple_words(sentence: str) -> list[Word]:
    """As :func:`words_of`, token by token."""
    found: list[Word] = []
    apart = False
    for match in _SIMPLE_TOKEN.finditer(sentence):
        texts = texts_of(match.group())
        for text in texts:
            found.append(Word(text, *match.span(), apart))
            apart = False
        apart = apart or not texts
    return found


def plain(word: str) -> str:
    """A word in small letters, in compatible form, without marks nobody sees."""
    if word.isascii():
        return word.lower().replace("`", "'")
    word = unicodedata.normalize("NFKC", _INVISIBLE.sub("", word))
    return word.translate(_APOSTROPHES).casefold()


def without_accents(word: str) -> str:
    """The letters of a word alone: café is cafe."""
    parts = unicodedata.normalize("NFKD", word)
    return "".join(each for each in parts if not unicodedata.combining(each))


def _written_out(word: str) -> list[str]:
    """The words that a contraction or an abbreviation stands for."""
    if word in SHORTHAND:
        return SHORTHAND[word].split()
    stem, mark, ending = word.rpartition("'")
    if not mark:
        return [word]
    if ending == "s":
        return [stem, "is"] if stem in PRONOUNS else [stem]
    if ending == "t" and stem.endswith("n"):
        return [CONTRACTIONS.get(word, stem[:-1]), "not"]
    if ending in _ENDINGS:
        return [stem, _ENDINGS[ending]]
    return [word.replace("'", "")]


_ENDINGS = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}
