# SPDX-License-Identifier: Apache-2.0
"""Word vectors by name: those that come with rnnkit, or a file of one's own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from rnnkit.errors import InputError, ModelError, alternatives, did_you_mean, quoted
from rnnkit.files import assets
from rnnkit.files.vectors.opening import open_vectors
from rnnkit.models.vectors import WordVectors

TASK = "words"
"""What the manifest calls vectors."""

_GIVE_A_FILE = "give a file, as in: --vectors glove.6B.50d.txt"


def load(
    name_or_path: str | os.PathLike[str] | None = None,
    *,
    limit: int | None = None,
    dimensions: int | None = None,
    threads: int = 1,
    cached: bool = True,
    tell: Callable[[str], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> WordVectors:
    """Load word vectors.

    Args:
        name_or_path: the name of vectors that come with rnnkit, or a file: GloVe or
            word2vec text, word2vec binary, fastText .vec, one that rnnkit wrote, any
            of the texts packed (.gz, .bz2, .xz), or a member of a zip archive
            ("glove.6B.zip:glove.6B.50d.txt"). By default, the first that come with
            rnnkit.
        limit: only that many words, from the first; files begin with frequent words.
        dimensions: only that many numbers of each word, from the first; in the vectors
            that come with rnnkit these say most, and fewer are read sooner.
        threads: how many read a text and answer many questions together.
        cached: whether a large text may be read from the user's cache, and leave one.
        tell: called with a sentence if a cache was damaged or cannot be made.
        progress: called with the bytes that are read, and with all there are.

    Raises:
        InputError: there is no such file, or it holds something else; the message has
            the line.
        ModelError: there are no vectors of that name.
    """
    given = None if name_or_path is None else os.fspath(name_or_path)
    place = _place(given)
    table = open_vectors(
        place,
        limit=limit,
        dimensions=dimensions,
        threads=threads,
        cached=cached,
        tell=tell,
        progress=progress,
    )
    return WordVectors(table, given or place, threads=threads)


def names() -> list[str]:
    """The names of the vectors that come with rnnkit."""
    return [asset.name for asset in assets.manifest() if asset.task == TASK]


def _place(given: str | None) -> str:
    """The file of vectors that are given by name, by path, or not at all."""
    shipped = {each.name: each for each in assets.manifest() if each.task == TASK}
    if given is None:
        if not shipped:
            raise ModelError("no word vectors come with this rnnkit", hint=_GIVE_A_FILE)
        return str(assets.find(next(iter(shipped.values())).file))
    if given in shipped:
        return str(assets.find(shipped[given].file))
    path = Path(given)
    if path.name == given and not path.suffix and not os.path.lexists(path):
        known = alternatives(list(shipped))
        raise InputError(
            f"there are no vectors {quoted(given)}",
            hint=did_you_mean(given, shipped)
            or (f"give {known}, or a file" if known else "give the name of a file"),
        )
    return given
