# SPDX-License-Identifier: Apache-2.0
"""Small texts of vectors, read with no cache but one of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rnnkit.files.vectors import cache
from rnnkit.files.vectors.opening import open_vectors
from rnnkit.files.vectors.table import Table

Opened = Callable[..., Table]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let caches lie below the folder of the test."""
    folder = tmp_path / "caches"
    monkeypatch.setenv(cache.ENVIRONMENT_VARIABLE, str(folder))
    return folder


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Write bytes to a file and open it: `opened(b"a 1 2", limit=1)`."""

    def write_and_open(
        content: bytes, name: str = "v.txt", **settings: object
    ) -> Table:
        path = tmp_path / name
        path.write_bytes(content)
        return open_vectors(str(path), **settings)  # type: ignore[arg-type]

    return write_and_open
