# SPDX-License-Identifier: Apache-2.0
"""Hear a solo in a score: its notes on the grid of writing, and the chords below it.

Whoever plays swings, and whoever counts in begins later than the file. So the swing is
heard and undone, and the form begins where the first chord is marked, unless somebody
says better. Files of rnnkit have their chords as marks; of others they must be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnkit.engine.arrays import IntArray
from rnnkit.errors import InputError, RnnkitError
from rnnkit.files.score import Mark, Note, Score
from rnnkit.tasks.jazz.chords import NO_CHORD, Chord
from rnnkit.tasks.jazz.melody import melody_track
from rnnkit.tasks.jazz.progression import MOST_BARS, Change, Progression
from rnnkit.tasks.jazz.solo import TICKS_A_BEAT, one_at_a_time
from rnnkit.tasks.jazz.swing import STRAIGHT, heard_swing, straightened
from rnnkit.tasks.jazz.symbols import read_chord

_MOST_NOTES = 100_000
_MOST_MARKS = 10_000


@dataclass(frozen=True)
class Heard:
    """A melody that was heard.

    Attributes:
        notes: tick, pitch and duration, (N, 3), by tick; tick 0 is where the form
            begins. Notes may sound together, as they do in the file.
        track: the name of its track, or its number.
        swing: with which it is played, 0.5 to 0.8.
        first_bar: of the file, from 1, in which the form begins.
    """

    notes: IntArray
    track: str
    swing: float
    first_bar: int

    def phrase(self, beats: int) -> IntArray:
        """The notes as a phrase to go on from, (N, 3): one at a time, from bar one.

        Args:
            beats: of a bar of the form.
        """
        rows = [(tick, pitch, length) for tick, pitch, length in self.notes.tolist()]
        notes = one_at_a_time(rows)
        bar = beats * TICKS_A_BEAT
        notes[:, 0] -= notes[0, 0] // bar * bar
        return notes


def hear(
    score: Score,
    *,
    track: str | None = None,
    swing: float | None = None,
    first_bar: int | None = None,
) -> Heard:
    """Hear the melody of a score.

    Args:
        track: its name or number; None for the one that is most like a melody.
        swing: with which it is played; None to hear it.
        first_bar: in which the form begins, from 1; None for the bar of the first
            chord that is marked, or else the first.

    Raises:
        InputError: there is no such track, or no melody, or far too much of it.
    """
    melody = melody_track(score, track)
    notes = melody.track.notes
    if len(notes) > _MOST_NOTES:
        raise InputError(
            f"its melody has {len(notes):,} notes", hint="give a file of one piece"
        )
    share = _swing(score, notes) if swing is None else swing
    written = straightened(notes, score.ticks_per_beat, share)
    bar = beats_of(score) * TICKS_A_BEAT
    if first_bar is None:
        marked = chords_of(score)
        ticks = marked[0].tick * TICKS_A_BEAT // score.ticks_per_beat if marked else 0
        first_bar = ticks // bar + 1
    rows = [(note.onset, note.pitch, note.duration) for note in written]
    heard = np.array(rows, np.intp)
    heard[:, 0] -= (first_bar - 1) * bar
    name = melody.track.name or str(melody.number)
    return Heard(heard, name, share, first_bar)


def beats_of(score: Score) -> int:
    """The beats of a bar, 3 or 4.

    Raises:
        InputError: it is in another time.
    """
    metre = score.metres[0]
    if (metre.beats, metre.unit) == (2, 2):
        return 4
    if metre.beats not in {3, 4} or metre.unit != 4:
        raise InputError(
            f"its time is {metre.beats}/{metre.unit}", hint="give one in 4/4 or 3/4"
        )
    return metre.beats


def chords_of(score: Score) -> list[Mark]:
    """The marks of a score that are chords.

    Parts of a form are called A and B, and words of a song can look like chords, too.
    So most marks have to be chords, and one of them more than a letter.
    """
    if len(score.marks) > _MOST_MARKS:
        return []
    known = {text: _is_chord(text) for text in {mark.text for mark in score.marks}}
    found = [mark for mark in score.marks if known[mark.text]]
    sure = any(len(mark.text) > 1 for mark in found)
    return found if sure and 2 * len(found) > len(score.marks) else []


def marked_progression(score: Score) -> Progression | None:
    """The chords that are marked in a score; None if there are none.

    It begins with the bar of the first one and ends with the bar of the last note or
    chord.

    Raises:
        InputError: it is in another time than 4/4 or 3/4, or far too long.
    """
    marks = chords_of(score)
    if not marks:
        return None
    beats = beats_of(score)
    bar = beats * score.ticks_per_beat
    start = marks[0].tick // bar
    count = max(score.end - 1, marks[-1].tick) // bar + 1 - start
    if count > MOST_BARS:
        raise InputError(
            f"it has {count:,} bars with chords", hint="give a file of one piece"
        )
    bars: list[dict[int, Chord | None]] = [{} for _ in range(count)]
    for mark in marks:
        number, place = divmod(mark.tick, bar)
        chord = None if mark.text == NO_CHORD else read_chord(mark.text)
        bars[number - start][place // score.ticks_per_beat] = chord
    last: Chord | None = None
    finished = []
    for changes in bars:
        changes.setdefault(0, last)
        finished.append(tuple(Change(beat, changes[beat]) for beat in sorted(changes)))
        last = finished[-1][-1].chord
    return Progression(tuple(finished), beats)


def _swing(score: Score, melody: Sequence[Note]) -> float:
    """The swing of the melody; where it has too few notes, that of another track."""
    for notes in (melody, *(track.notes for track in score.tracks)):
        heard = heard_swing(notes, score.ticks_per_beat)
        if heard is not None:
            return heard
    return STRAIGHT


def _is_chord(text: str) -> bool:
    if text == NO_CHORD:
        return True
    try:
        read_chord(text)
    except RnnkitError:
        return False
    return True
