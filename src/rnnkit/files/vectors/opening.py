# SPDX-License-Identifier: Apache-2.0
"""Open vectors by name, whatever form the file has, and read no text twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rnnkit.errors import InputError, RnnkitError
from rnnkit.files.reading import HEAD, kind_of, open_regular
from rnnkit.files.vectors import cache, store
from rnnkit.files.vectors.places import LARGEST_FILE, split
from rnnkit.files.vectors.table import Table

if TYPE_CHECKING:
    from rnnkit.files.vectors.source import Source
    from rnnkit.files.vectors.text import Progress

Tell = Callable[[str], None]

_FORMS = (
    "give GloVe or word2vec text, word2vec binary, fastText .vec, or a file that "
    "'rnnkit vectors convert' made"
)


def open_vectors(
    given: str,
    *,
    limit: int | None = None,
    dimensions: int | None = None,
    threads: int = 1,
    cached: bool = True,
    tell: Tell | None = None,
    progress: Progress | None = None,
) -> Table:
    """Read the vectors of a file, or of a member of an archive: "FILE.zip:MEMBER".

    Args:
        limit: only that many words, from the first.
        dimensions: only that many numbers of each word, from the first.
        threads: how many read a text together.
        cached: whether a large text may be read from its cache, and leave one.
        tell: called with a sentence if a cache was damaged or cannot be made.
        progress: called with the bytes that are read, and with all there are.

    Raises:
        InputError: there is no such file, or it cannot be read to its end.
    """
    path, member = split(given)
    with open_regular(path, error=InputError, limit=LARGEST_FILE) as file:
        head = file.read(HEAD)
    if member is None and kind_of(head) == "a safetensors file":
        return _part(store.load(path, dimensions=dimensions), limit, dimensions)
    large = cached and path.stat().st_size >= cache.SMALLEST
    place = cache.place(given) if large else None
    if place is None:
        table = _read(given, limit=limit, threads=threads, progress=progress)
        return _part(table, limit, dimensions)
    tell = tell or (lambda sentence: None)
    before = cache.fingerprint(given)
    try:
        found = cache.load(place, before)
    except InputError:
        found = None
        tell(f"the cache of {given} was damaged, and is made again")
    if found is not None:
        return _part(found, limit, dimensions)
    table = _read(given, limit=limit, threads=threads, progress=progress)
    if limit is None:
        try:
            cache.save(place, table, before)
            # As the next process will see them: mapped, and quicker to ask.
            table = cache.load(place, before) or table
        except RnnkitError as failure:
            tell(f"the vectors are not cached: {failure.message}")
    return _part(table, limit, dimensions)


def _read(
    given: str,
    *,
    limit: int | None,
    threads: int,
    progress: Progress | None,
) -> Table:
    # Whoever opens one of our own files does not wait for what reads the others.
    from rnnkit.files.vectors import binary
    from rnnkit.files.vectors.source import open_source
    from rnnkit.files.vectors.text import read_text

    with open_source(given) as source:
        _refuse_others(source)
        if binary.is_binary(source.head):
            return binary.read_binary(source, limit=limit, progress=progress)
        return read_text(source, limit=limit, threads=threads, progress=progress)


def _refuse_others(source: Source) -> None:
    kind = kind_of(source.head)
    if kind == "UTF-16 text":
        raise InputError(
            f"{source.name} is UTF-16 text, not UTF-8",
            hint="convert it: iconv -f UTF-16 -t UTF-8 OLD.txt > NEW.txt",
        )
    if kind:
        raise InputError(f"{source.name} is {kind}, not word vectors", hint=_FORMS)


def _part(table: Table, limit: int | None, dimensions: int | None) -> Table:
    """The first words, and of each the first numbers."""
    count, width = table.numbers.shape
    count = count if limit is None else min(limit, count)
    kept = width if dimensions is None else min(dimensions, width)
    if (count, kept) == table.numbers.shape:
        return table
    norms = table.norms[:count] if table.norms is not None and kept == width else None
    return Table(
        table.words.head(count),
        table.numbers[:count, :kept],
        table.format,
        table.duplicates,
        table.unreadable,
        norms,
        table.description,
    )
