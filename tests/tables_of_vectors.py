# SPDX-License-Identifier: Apache-2.0
"""A few vectors of which every answer is plain to see."""

from __future__ import annotations

from pathlib import Path

ROWS = {
    "man": (1.0, 0.1, 0.0),
    "woman": (1.0, 0.1, 1.0),
    "king": (1.0, 2.0, 0.0),
    "queen": (1.1, 2.0, 1.0),
    "bread": (0.2, -1.0, -1.5),
    "nothing": (0.0, 0.0, 0.0),
    "Paris": (-1.0, -2.0, 0.3),
    "nurse": (0.3, -0.5, 0.9),
    "engineer": (0.4, -0.6, -0.7),
}


def write(path: Path) -> Path:
    """Write them as GloVe would."""
    lines = (" ".join((word, *map(str, row))) for word, row in ROWS.items())
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
