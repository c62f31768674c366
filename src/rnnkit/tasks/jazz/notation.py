# SPDX-License-Identifier: Apache-2.0
"""Write a solo down: from notes in time to values that a reader can count.

Each beat is divided in four or in three, whichever is nearer to what is played; a long
and a short note in a beat are written as two eighths, because that is how swing is
written. Notes fill small gaps, and what crosses a beat is tied unless it is a plain
half, dotted half or whole note.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from rnnkit.files.score import Note
from rnnkit.files.sheet_music import Value
from rnnkit.tasks.jazz.swing import TICKS

_SMALL_GAP = 6


class _Piece(NamedTuple):
    start: int
    end: int
    pitch: int | None


def written(solo: Iterable[Note], bars: int, beats: int) -> list[list[Value]]:
    """Write a solo down in bars.

    Args:
        solo: notes on the grid of writing; what lies outside the bars is left out.
        bars: how many bars there are.
        beats: beats of a bar.

    Returns:
        For each bar its values, which fill it exactly.
    """
    total = bars * beats * TICKS
    notes = sorted(note for note in solo if 0 <= note.onset < total)
    grids = _grids(notes)
    pieces = _pieces(notes, grids, total)
    return [_bar(pieces, bar * beats * TICKS, beats, grids) for bar in range(bars)]


def _grids(notes: list[Note]) -> dict[int, int]:
    """For each beat with an onset, the ticks of its smallest part."""
    places: dict[int, set[int]] = defaultdict(set)
    for note in notes:
        beat, place = divmod(note.onset, TICKS)
        places[beat].add(place)
    grids = {}
    for beat, found in places.items():
        if found <= {0, 6, 7, 8}:
            grids[beat] = 6
            continue
        quarters = sum(abs(place - 3 * round(place / 3)) for place in found)
        thirds = sum(abs(place - 4 * round(place / 4)) for place in found)
        grids[beat] = 4 if thirds < quarters else 3
    return grids


def _pieces(notes: list[Note], grids: dict[int, int], total: int) -> list[_Piece]:
    """Notes and rests without a gap, on what can be written."""

    def snapped(tick: int, least: int = 0) -> int:
        beat, place = divmod(tick, TICKS)
        grid = grids.get(beat, 6)
        return max(least, beat * TICKS + grid * int(place / grid + 0.5))

    onsets: list[tuple[int, Note]] = []
    for note in notes:
        onset = snapped(note.onset)
        if onset < total and (not onsets or onset > onsets[-1][0]):
            onsets.append((onset, note))
    pieces: list[_Piece] = []
    now = 0
    for number, (onset, note) in enumerate(onsets):
        following = onsets[number + 1][0] if number + 1 < len(onsets) else total
        if onset > now:
            pieces.append(_Piece(now, onset, None))
        end = snapped(note.end)
        if end <= onset or following - end < _SMALL_GAP:
            end = min(following, max(end, _next_part(onset, grids)))
            end = following if following - end < _SMALL_GAP else end
        now = min(end, following)
        pieces.append(_Piece(onset, now, note.pitch))
    if now < total:
        pieces.append(_Piece(now, total, None))
    return pieces


def _next_part(tick: int, grids: dict[int, int]) -> int:
    beat, place = divmod(tick, TICKS)
    grid = grids.get(beat, 6)
    return beat * TICKS + (place // grid + 1) * grid


def _bar(
    pieces: list[_Piece], start: int, beats: int, grids: dict[int, int]
) -> list[Value]:
    end = start + beats * TICKS
    values: list[Value] = []
    for piece in pieces:
        now, stop = max(piece.start, start), min(piece.end, end)
        while now < stop:
            ticks = _longest(now - start, stop - now, beats)
            values.append(
                Value(
                    ticks,
                    piece.pitch,
                    tied=piece.pitch is not None and now + ticks < piece.end,
                    held=piece.pitch is not None and now > piece.start,
                )
            )
            now += ticks
    return _with_triplets(values, start, grids)


def _longest(place: int, left: int, beats: int) -> int:
    """The longest value that can be read from this place in a bar."""
    beat, inside = divmod(place, TICKS)
    if inside:
        return min(left, TICKS - inside)
    for count in (4, 3, 2):
        # Only what begins on the first beat, or a half in the middle of four.
        fits = beat == 0 or (count == 2 and beat % 2 == 0)
        if count * TICKS <= left and fits and beat + count <= beats:
            return count * TICKS
    return min(left, TICKS)


def _with_triplets(
    values: list[Value], start: int, grids: dict[int, int]
) -> list[Value]:
    """Mark the first and the last value of every triplet."""
    marked: list[Value] = []
    now = start
    for value in values:
        marked.append(value)
        in_triplet = grids.get(now // TICKS) == 4 and value.ticks in {4, 8}
        now += value.ticks
        if in_triplet and not now % TICKS:
            count = 0
            filled = 0
            while filled < TICKS:
                count += 1
                filled += marked[-count].ticks
            marked[-count] = marked[-count]._replace(triplet=count)
            marked[-1] = marked[-1]._replace(triplet=-1)
    return marked
