# SPDX-License-Identifier: Apache-2.0
"""Find the melody in a score: the track that is most like one.

A melody has one note at a time, many notes, lies above the bass, and is often called
so. Each track is given points for these, and the best one is taken; whoever knows
better names a track.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import median

from rnnkit.errors import InputError, alternatives, did_you_mean, printable
from rnnkit.files.score import Score, Track

_NAMES = re.compile(
    r"melod|lead|solo|head|vocal|voice|sax|trumpet|tenor|alto|flute|clarinet", re.I
)
_OTHERS = re.compile(r"bass|drum|perc|chord|comp|pad|string|piano.?l", re.I)
_FEWEST = 8


@dataclass(frozen=True)
class Candidate:
    """A track, and what makes it a melody or not.

    Attributes:
        number: its place in the score, from 1.
        track: the track.
        points: how much it is like a melody; the highest is taken.
        alone: share of its notes that begin when no other of its notes sounds.
        middle: its median pitch.
    """

    number: int
    track: Track
    points: float
    alone: float
    middle: float


def candidates(score: Score) -> list[Candidate]:
    """Every track that could be a melody, the best first."""
    most = max((len(track.notes) for track in score.tracks), default=0)
    found = [
        _judged(number, track, most)
        for number, track in enumerate(score.tracks, 1)
        if track.notes and not track.is_drums
    ]
    return sorted(found, key=lambda one: -one.points)


def melody_track(score: Score, wanted: str | None = None) -> Candidate:
    """The track that is the melody.

    Args:
        score: what to look in.
        wanted: the number of a track, from 1, or its name; None to choose the best.

    Raises:
        InputError: there is no such track, or none that could be a melody.
    """
    found = candidates(score)
    if wanted is None:
        if not found or len(found[0].track.notes) < _FEWEST:
            raise InputError(
                "it has no track that could be a melody",
                hint=f"give a file with at least {_FEWEST} notes that are not drums",
            )
        return found[0]
    for one in found:
        if wanted == str(one.number) or wanted.lower() == one.track.name.lower():
            return one
    names = [one.track.name or str(one.number) for one in found]
    near = did_you_mean(wanted, names)
    raise InputError(
        f"it has no melodic track '{printable(wanted)}'",
        hint=near
        or (f"choose {alternatives(names[:8])}" if names else "no track has notes"),
    )


def _judged(number: int, track: Track, most: int) -> Candidate:
    notes = track.notes
    end = -1
    alone = 0
    for note in notes:
        # Players let notes overlap a little; a quarter of a note is no chord.
        alone += note.onset + note.duration // 4 >= end
        end = max(end, note.end)
    share = alone / len(notes)
    middle = median(note.pitch for note in notes)
    points = 3 * share + len(notes) / most
    points += 1.0 if 55 <= middle <= 88 else -1.0
    points += 1.5 * bool(_NAMES.search(track.name))
    points -= 1.5 * bool(_OTHERS.search(track.name))
    points -= 2.0 * (len(notes) < _FEWEST)
    return Candidate(number, track, points, share, middle)
