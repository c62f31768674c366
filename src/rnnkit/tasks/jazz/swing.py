# SPDX-License-Identifier: Apache-2.0
"""Time: the grid on which jazz is written, and how it is played.

Notes are written on a grid of `TICKS` a beat, where an eighth is 6 and a triplet 4.
Players make the first eighth of a beat longer. How much is the swing: the share of the
beat that it takes, 0.5 for straight and 2/3 for triplets. Players swing less the faster
they play (Friberg and Sundström 2002, "Swing ratios and ensemble timing").
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from statistics import median

from rnnkit.files.score import Note

TICKS = 12
"""Ticks of a beat on the grid of writing."""

FINE = 480
"""Ticks of a beat in a finished score: enough for any swing."""

STRAIGHT, HEAVIEST = 0.5, 0.8
"""The least and the greatest swing."""

_SLOW, _FAST = (120.0, 0.667), (300.0, 0.54)
_TRIPLETS = (2, 4, 8, 10)
_EARLY, _EARLIEST_SECOND, _LATEST_SECOND = 0.1, 0.45, 0.82
_FEWEST, _CANDIDATES = 6, 4

_LEEWAY = 0.05
"""Ticks that a note may lie off the grid, because a file has whole ticks."""


def usual_swing(tempo: float) -> float:
    """The swing that suits a tempo in beats a minute."""
    (slow, most), (fast, least) = _SLOW, _FAST
    share = min(max((tempo - slow) / (fast - slow), 0.0), 1.0)
    return most + share * (least - most)


def played(notes: Iterable[Note], swing: float) -> list[Note]:
    """Move notes from the grid of writing to the ticks at which they are played.

    A beat with a triplet in it is played as written; in all others what lies before
    the middle is stretched and what lies behind it is shortened. So the order of
    onsets stays. A note that ended before another began still does.

    Args:
        notes: on a grid of `TICKS` a beat.
        swing: share of the beat that the first eighth takes, 0.5 to 0.8.

    Returns:
        The notes on a grid of `FINE` a beat, in the same order.
    """
    written = list(notes)
    triplets = {note.onset // TICKS for note in written if _in_triplet(note.onset)}

    def moved(tick: int) -> int:
        beat, place = divmod(tick, TICKS)
        share = place / TICKS
        if beat not in triplets:
            if share <= 0.5:
                share = share / 0.5 * swing
            else:
                share = swing + (share - 0.5) / 0.5 * (1 - swing)
        return beat * FINE + round(share * FINE)

    finished = []
    for note in written:
        onset = moved(note.onset)
        duration = max(1, moved(note.end) - onset)
        finished.append(note._replace(onset=onset, duration=duration))
    return finished


def heard_swing(notes: Iterable[Note], ticks_per_beat: int) -> float | None:
    """The swing that somebody plays with: where in a beat the second eighth begins.

    It is looked for in the beats that have one note at most before their middle, at
    the beginning, and one after. Triplets begin there, too; so of the places that are
    most common, and their median, the one is taken that brings most notes to the grid
    of writing. None if there are too few to tell.
    """
    given = list(notes)
    # Players begin a beat a little early as well.
    shift = _EARLY * ticks_per_beat
    beats = _by_beat((note.onset + shift for note in given), ticks_per_beat)
    seconds = [
        places[-1] / TICKS - _EARLY
        for places in map(sorted, beats.values())
        if all(place / TICKS < 2 * _EARLY for place in places[:-1])
        and _EARLIEST_SECOND <= places[-1] / TICKS - _EARLY <= _LATEST_SECOND
    ]
    if len(seconds) < _FEWEST:
        return None
    common = Counter(round(second, 3) for second in seconds).most_common(_CANDIDATES)
    found = [median(seconds), *(second for second, _ in common)]
    written = _by_beat((note.onset for note in given), ticks_per_beat).values()

    def off(swing: float) -> float:
        return sum(_off_beat(places, swing) for places in written)

    return min((min(max(each, STRAIGHT), HEAVIEST) for each in found), key=off)


def straightened(
    notes: Iterable[Note], ticks_per_beat: int, swing: float
) -> list[Note]:
    """Undo :func:`played`: put notes back on the grid of writing.

    Args:
        notes: as somebody plays them.
        ticks_per_beat: of their onsets and durations.
        swing: with which they are played, 0.5 to 0.8.

    Returns:
        The notes on a grid of `TICKS` a beat, by onset; each lasts a tick at least.
    """
    given = list(notes)
    beats = _by_beat((note.onset for note in given), ticks_per_beat)
    as_played = {beat for beat, places in beats.items() if _is_plain(places, swing)}

    def moved(tick: int) -> int:
        beat, place = divmod(tick * TICKS / ticks_per_beat, TICKS)
        if beat not in as_played:
            place = _stretched(place, swing)
        return int(beat) * TICKS + round(place)

    finished = []
    for note in given:
        onset = moved(note.onset)
        duration = max(1, moved(note.end) - onset)
        finished.append(note._replace(onset=onset, duration=duration))
    return sorted(finished)


def _stretched(place: float, swing: float) -> float:
    """A tick of a swung beat, 0 to 12, as it is written."""
    share = place / TICKS
    if share <= swing:
        return share / swing * 0.5 * TICKS
    return (0.5 + (share - swing) / (1 - swing) * 0.5) * TICKS


def _by_beat(onsets: Iterable[float], ticks_per_beat: int) -> dict[int, list[float]]:
    """Onsets by beat, as ticks of the grid of writing within it."""
    beats: dict[int, list[float]] = defaultdict(list)
    for onset in onsets:
        beat, place = divmod(onset * TICKS / ticks_per_beat, TICKS)
        beats[int(beat)].append(place)
    return beats


def _off_beat(places: list[float], swing: float) -> float:
    """How far the notes of a beat are from the grid, read as is better."""
    if not _is_plain(places, swing):
        places = [_stretched(place, swing) for place in places]
    return sum(map(_off_grid, places))


def _is_plain(places: list[float], swing: float) -> bool:
    """Whether a beat is read as it stands, because it was not swung.

    A triplet is not, but with a swing of 2/3 it sounds like a sixteenth and an eighth;
    then the triplet is taken, which is far more common.
    """
    leeway = _LEEWAY * len(places)
    plain = sum(map(_off_grid, places))
    swung = sum(_off_grid(_stretched(place, swing)) for place in places)
    third = any(abs(place - TICKS / 3) < _LEEWAY for place in places)
    return plain + leeway < swung or (third and plain < leeway)


def _off_grid(place: float) -> float:
    return abs(place - round(place))


def _in_triplet(tick: int) -> bool:
    return tick % TICKS in _TRIPLETS
