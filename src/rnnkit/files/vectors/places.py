# SPDX-License-Identifier: Apache-2.0
"""Where vectors lie: in a file, or in a member of an archive."""

from __future__ import annotations

import os
from pathlib import Path

LARGEST_FILE = 2**36
"""Bytes; the largest published vectors take a tenth of it."""


def split(given: str) -> tuple[Path, str | None]:
    """Split "glove.zip:glove.50d.txt" into the file and the member.

    A file that has the whole text as its name comes first.
    """
    path, colon, member = given.rpartition(":")
    if colon and path and member and not os.path.lexists(given):
        return Path(path), member
    return Path(given), None
