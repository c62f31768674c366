# SPDX-License-Identifier: Apache-2.0
"""Solos to learn from: read from a file of events, and split by tune.

A line of the file is a JSON object: ``title``, ``tempo`` in beats a minute, ``events``
(lists of tick, MIDI pitch and duration in ticks, 12 a beat) and ``chords`` (lists of
beat, pitch class of the root, and quality as in ``chords.py``). The solos of the
Weimar Jazz Database are published in the R package jazzodata;
``tools/solos_of_jazzodata.py`` writes them so.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import md5
from typing import Any

import numpy as np

from rnnkit.errors import InputError
from rnnkit.tasks.jazz.chords import QUALITY
from rnnkit.tasks.jazz.codec import FEWEST_NOTES
from rnnkit.tasks.jazz.solo import Harmony, Solo, one_at_a_time

_SLOWEST, _FASTEST = 20, 500


def read_events(lines: Iterable[str]) -> list[Solo]:
    """The solos of a file of events.

    Raises:
        InputError: a line is not one, or there are fewer than two solos.
    """
    solos = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            solo = _solo(json.loads(line))
        except (
            LookupError,
            TypeError,
            ValueError,
            OverflowError,
            RecursionError,
        ) as bad:
            raise InputError(
                f"line {number} does not hold the events of a solo",
                hint="give one JSON object a line, with title, tempo, events, chords",
            ) from bad
        if len(solo.notes) >= FEWEST_NOTES:
            solos.append(solo)
    if len(solos) < 2:
        plural = "" if len(solos) == 1 else "s"
        raise InputError(
            f"the file has {len(solos)} solo{plural} of {FEWEST_NOTES} notes or more: "
            "nothing to learn from",
            hint="give a file with two or more solos, one a line",
        )
    return solos


def split(
    solos: Sequence[Solo], *, validation: float, test: float
) -> Mapping[str, list[Solo]]:
    """Solos by part, "train", "validation" and "test": all of a tune in one.

    A tune's part depends on its title alone, so it is the same with every seed. Of few
    tunes it can be that chance gives none to learn from, or to validate; then the part
    with most gives one up.

    Raises:
        InputError: there is one tune alone, or none.
    """
    parts_of = {
        title: _part(title, validation=validation, test=test)
        for title in sorted({solo.title.lower() for solo in solos})
    }
    if len(parts_of) < 2:
        raise InputError(
            f"there are too few tunes: {len(parts_of)}",
            hint="give solos over two tunes or more, one of them to judge by",
        )
    for wanted in ("train", "validation"):
        given = Counter(parts_of.values())
        if not given[wanted]:
            # Of equal ones the test gives way: one can do without it.
            richest = max(given, key=lambda part: (given[part], part == "test"))
            first = next(t for t, part in parts_of.items() if part == richest)
            parts_of[first] = wanted
    parts: dict[str, list[Solo]] = {"train": [], "validation": [], "test": []}
    for solo in solos:
        parts[parts_of[solo.title.lower()]].append(solo)
    return parts


def _part(title: str, *, validation: float, test: float) -> str:
    """The part that chance, which is the hash of its title, gives a tune to."""
    told = title.encode(errors="surrogatepass")
    digest = md5(told, usedforsecurity=False).hexdigest()
    place = int(digest, 16) % 100 / 100
    if place < test:
        return "test"
    return "validation" if place < test + validation else "train"


def _solo(plain: Mapping[str, Any]) -> Solo:
    tempo = float(plain["tempo"])
    if not _SLOWEST <= tempo <= _FASTEST:
        raise ValueError("the tempo is out of all bounds")
    events = [(int(t), int(p), int(d)) for t, p, d in plain["events"]]
    if any(not 0 <= pitch <= 127 or abs(tick) > 2**24 for tick, pitch, _ in events):
        raise ValueError("a note is out of all bounds")
    return Solo(
        title=str(plain["title"]),
        notes=one_at_a_time(events),
        harmony=_harmony(plain["chords"]),
        tempo=tempo,
    )


def _harmony(chords: Sequence[tuple[int, int, str]]) -> Harmony:
    beats = np.array([int(beat) for beat, _, _ in chords])
    roots = np.array([int(root) % 12 for _, root, _ in chords])
    qualities = np.array([QUALITY[quality].index for _, _, quality in chords])
    if (np.diff(beats) <= 0).any() or beats[-1] - beats[0] > 2**16:
        raise ValueError("the beats of the chords do not ascend")
    # A chord sounds until the next.
    rows = np.searchsorted(beats, np.arange(beats[0], beats[-1] + 1), "right") - 1
    return Harmony(roots[rows], qualities[rows], first=int(beats[0]))
