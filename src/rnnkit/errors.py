# SPDX-License-Identifier: Apache-2.0
"""The errors a user can meet, and the words they are told in.

Every failure that a person can cause or repair is an `RnnkitError`. It carries two
short sentences, and the command line prints exactly these two lines::

    error: no file 'nmaes.txt'
    hint: did you mean 'names.txt'?

The message says what was given and what is wrong with it; the hint says what to type
next. Anything that is not an `RnnkitError` is a bug of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

_LONGEST_WORD = 255
"""Longer texts are not typing errors, and comparing them takes quadratic time."""

_LONGEST_PATH = 200
"""Characters of a path that a message shows; nearly every path is shorter."""

_JOINERS = "\u200c\u200d"
"""Invisible, but emoji and several scripts are spelled with them."""


class RnnkitError(Exception):
    """A failure that the message explains and the hint helps to repair.

    `message` starts in lower case and has no full stop; `hint` says what to type.
    Both are one line. Quote a user's own text in them with `printable`.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        # A library user sees notes under the traceback, so the hint reaches them too.
        self.add_note(f"hint: {hint}")


class UsageError(RnnkitError):
    """An option or an argument has a value that cannot be used."""

    exit_code = 2


class InputError(RnnkitError):
    """A data file cannot be used: a list of names, a text, a MIDI file."""


class ModelError(RnnkitError):
    """A model or a checkpoint cannot be used: missing, damaged, foreign, too new."""


class OutputError(RnnkitError):
    """A file cannot be written: it exists, the disk is full, the folder is closed."""


class TrainingError(RnnkitError):
    """A training cannot go on, for example because the loss is no longer finite."""


def suggest(given: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Return at most `limit` words of `known` that look like `given`, best first.

    Upper and lower case count as equal. The words come back as they are in `known`.
    """
    # Imported late: it loads `re`, and most runs have nothing to suggest.
    import difflib

    if len(given) > _LONGEST_WORD:
        return []
    spellings: dict[str, list[str]] = {}
    for word in dict.fromkeys(known):
        spellings.setdefault(word.casefold(), []).append(word)
    near = difflib.get_close_matches(given.casefold(), spellings, n=limit)
    return [word for folded in near for word in spellings[folded]][:limit]


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return "did you mean 'sample'?", or "" if no known word looks like `given`."""
    near = suggest(given, known)
    return f"did you mean {alternatives(near)}?" if near else ""


def alternatives(words: Sequence[str]) -> str:
    """Write words as a choice: "'a'", "'a' or 'b'", "'a', 'b' or 'c'"."""
    shown = [quoted(word) for word in words]
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if shown[1:] else shown)


def quoted(path: object) -> str:
    """Return the name of a file, a model or a command as it stands in a message."""
    return f"'{printable(path, _LONGEST_PATH)}'"


def printable(text: object, limit: int = 60) -> str:
    """Return `text` as it can stand in a one-line message, whatever it holds.

    Control characters, line breaks, lone surrogates and invisible marks are escaped.
    A text of more than `limit` characters keeps its beginning and its end, with … in
    between; so the name of a file survives at the end of a long path.
    """
    shown = str(text)
    if len(shown) > limit:
        tail = limit // 3
        shown = f"{shown[: limit - tail - 1]}…{shown[len(shown) - tail :]}"
    return "".join(
        character
        if character.isprintable() or character in _JOINERS
        else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        for character in shown
    )
