# SPDX-License-Identifier: Apache-2.0
"""Measure real solos, to write the table of ``tasks/jazz/scorecard.py``.

    python tools/measure_solos.py SOLOS.jsonl

The file is one that ``rnnkit train jazz`` reads. Printed are the mean, the standard
deviation, and the 5th and 95th percentile of each measure over all solos.
"""

from __future__ import annotations

import sys

import numpy as np

from rnnkit.files.text import read_lines
from rnnkit.tasks.jazz.corpus import read_events
from rnnkit.tasks.jazz.measures import MEANINGS, MORE_MEANINGS, measure


def main(path: str) -> None:
    """Print a line of the table for each measure."""
    measured = [
        measure(solo.notes, solo.harmony) for solo in read_events(read_lines(path))
    ]
    for name in [*MEANINGS, *MORE_MEANINGS]:
        values = np.array([each[name] for each in measured])
        low, high = np.nanpercentile(values, [5, 95])
        figures = (np.nanmean(values), np.nanstd(values), low, high)
        told = ", ".join(f"{figure:.4f}" for figure in figures)
        print(f'    "{name}": Band({told}),')


if __name__ == "__main__":
    main(sys.argv[1])
