# SPDX-License-Identifier: Apache-2.0
"""Word vectors that others have published, and where.

GloVe: Jeffrey Pennington, Richard Socher, Christopher D. Manning, "GloVe: Global
Vectors for Word Representation", 2014; https://nlp.stanford.edu/projects/glove/. The
vectors are under the Public Domain Dedication and License 1.0.
"""

from __future__ import annotations

from typing import NamedTuple

from rnnkit.errors import InputError, did_you_mean, printable

_SERVER = "https://downloads.cs.stanford.edu/nlp/data/"


class Published(NamedTuple):
    """A file of vectors on a server."""

    name: str
    url: str
    bytes: int
    sha256: str
    licence: str
    members: tuple[str, ...]
    about: str


def _glove(
    name: str, size: int, sha256: str, sizes: tuple[int, ...], about: str
) -> Published:
    members = tuple(f"{name}.{each}d.txt" for each in sizes) or (f"{name}.txt",)
    return Published(
        name, f"{_SERVER}{name}.zip", size, sha256, "PDDL-1.0", members, about
    )


PUBLISHED = (
    _glove(
        "glove.6B",
        862_182_613,
        "617afb2fe6cbd085c235baf7a465b96f4112bd7f7ccb2b2cbd649fed9cbcf2fb",
        (50, 100, 200, 300),
        "Wikipedia 2014 and Gigaword 5, 400,000 words",
    ),
    _glove(
        "glove.twitter.27B",
        1_520_408_563,
        "792af52f795d1a32c9842a3240f5f3fe5e941a8ff6df5eb0f9d668092ebc019c",
        (25, 50, 100, 200),
        "2,000 million tweets, 1.2 million words",
    ),
    _glove(
        "glove.42B.300d",
        1_877_800_501,
        "03d5d7fa28e58762ace4b85fb71fe86a345ef0b5ff39f5390c14869da0fc1970",
        (),
        "the web, 1.9 million words in small letters",
    ),
    _glove(
        "glove.840B.300d",
        2_176_768_927,
        "c06db255e65095393609f19a4cfca20bf3a71e20cc53e892aafa490347e3849f",
        (),
        "the web, 2.2 million words",
    ),
)


def find(name: str) -> Published:
    """Return the published vectors of this name.

    Raises:
        InputError: there are none; near names are suggested.
    """
    known = {each.name: each for each in PUBLISHED}
    if name not in known:
        raise InputError(
            f"no published vectors are called '{printable(name)}'",
            hint=did_you_mean(name, known) or f"give one of: {', '.join(known)}",
        )
    return known[name]
