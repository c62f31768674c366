# SPDX-License-Identifier: Apache-2.0
"""Solos to learn from, out of anybody's MIDI files.

The melody is the track that is most like one (``melody.py``), or the one that was
named. Its chords are the symbols that the file has as text; where it has none they are
heard from what the other tracks play, and at worst from the melody itself
(``changes.py``). One file in a folder that cannot be used is told, and left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rnnkit.errors import InputError, printable, quoted
from rnnkit.files.midi import read_midi
from rnnkit.files.score import Score
from rnnkit.tasks.jazz.changes import heard_harmony
from rnnkit.tasks.jazz.codec import FEWEST_NOTES
from rnnkit.tasks.jazz.hearing import beats_of, chords_of, hear, marked_progression
from rnnkit.tasks.jazz.melody import Candidate, candidates, melody_track
from rnnkit.tasks.jazz.solo import TICKS_A_BEAT, Harmony, Solo, one_at_a_time

SUFFIXES = (".mid", ".midi", ".kar", ".rmi", ".smf")
MOST_FILES = 20_000

WRITTEN, BAND, MELODY = "written in it", "heard from the band", "heard from the melody"
"""Where chords come from."""

_MOST_BEATS = 2**14
_LONGEST_TITLE = 1000
_SLOWEST, _FASTEST = 20.0, 500.0
_SPARSEST = 4
"""Bars a chord symbol; words that are rarer are names of parts."""


@dataclass(frozen=True)
class Recording:
    """A solo that was found in a MIDI file.

    Attributes:
        path: of the file.
        solo: what the melody plays, and over which chords.
        chosen: the track that is the melody.
        tracks: all that could have been, the best first.
        chords: where they come from.
        remarks: what had to be mended or passed over, one sentence each.
    """

    path: Path
    solo: Solo
    chosen: Candidate
    tracks: Sequence[Candidate]
    chords: str
    remarks: Sequence[str]


@dataclass(frozen=True)
class Collection:
    """What was found in a folder.

    Attributes:
        recordings: by path.
        refused: why files were left out, one sentence each.
    """

    recordings: Sequence[Recording]
    refused: Sequence[str]

    @property
    def solos(self) -> list[Solo]:
        """The solos to learn from."""
        return [recording.solo for recording in self.recordings]


def is_of_recordings(path: Path) -> bool:
    """Whether it is a folder, or a file that is called as MIDI files are."""
    return path.is_dir() or path.suffix.lower() in SUFFIXES


def read_recordings(path: Path, *, track: str | None = None) -> Collection:
    """The solos of a MIDI file, or of all MIDI files in a folder and below it.

    Args:
        track: the number of the melody's track in each file, from 1, or its name; none:
            it is found.

    Raises:
        InputError: there is no MIDI file, or none that can be used.
    """
    if not path.is_dir():
        return Collection([read_recording(path, track=track)], [])
    paths = list(islice(_midi_files(path), MOST_FILES + 1))
    if not paths:
        raise InputError(
            f"{quoted(path)} has no MIDI file in it",
            hint=f"give a folder with files that end in {SUFFIXES[0]} or {SUFFIXES[1]}",
        )
    if len(paths) > MOST_FILES:
        raise InputError(
            f"{quoted(path)} has more than {MOST_FILES:,} MIDI files in it",
            hint="give a smaller folder",
        )
    found, refused = [], []
    for each in paths:
        try:
            found.append(read_recording(each, track=track, folder=path))
        except InputError as failure:
            refused.append(failure.message)
    if not found:
        more = f", and {len(refused) - 1} more like it" if len(refused) > 1 else ""
        raise InputError(
            f"no MIDI file can be used: {refused[0]}{more}",
            hint="--inspect one of the files tells what is in it",
        )
    return Collection(found, refused)


def read_recording(
    path: Path, *, track: str | None = None, folder: Path | None = None
) -> Recording:
    """The solo of a MIDI file.

    Args:
        folder: what its title is told from: its path in there, without the ending.

    Raises:
        InputError: it cannot be read, or has no melody that can be used.
    """
    score = read_midi(path)
    place = path.relative_to(folder) if folder else Path(path.name)
    title = printable(str(place.with_suffix("")), _LONGEST_TITLE)
    try:
        return _recording(path, title, score, track)
    except InputError as failure:
        raise InputError(
            f"{quoted(path)}: {failure.message}", hint=failure.hint
        ) from failure


def _recording(path: Path, title: str, score: Score, track: str | None) -> Recording:
    tracks, chosen = candidates(score), melody_track(score, track)
    remarks = list(score.remarks)
    if len({each[1:] for each in score.metres}) > 1:
        remarks.append("its metre changes; the first is taken for all")
    if score.end > _MOST_BEATS * score.ticks_per_beat:
        raise InputError(
            f"it lasts more than {_MOST_BEATS:,} beats",
            hint="give a file of one piece",
        )
    progression = marked_progression(score)
    enough = progression and score.end <= _SPARSEST * len(chords_of(score)) * (
        beats_of(score) * score.ticks_per_beat
    )
    written = progression if enough else None
    heard = hear(score, track=track, first_bar=None if written else 1)
    notes = one_at_a_time([(t, p, d) for t, p, d in heard.notes.tolist()])
    if len(notes) < FEWEST_NOTES:
        raise InputError(
            f"its melody has {len(notes)} notes: too few",
            hint=f"name a track of at least {FEWEST_NOTES} notes with --track",
        )
    if written:
        harmony = Harmony.of(written.harmony(), beats_a_bar=written.beats)
        source = WRITTEN
    else:
        harmony, source = _inferred(score, chosen)
    tempo = score.tempos[0].beats_a_minute
    return Recording(
        path=path,
        solo=Solo(title, notes, harmony, min(max(tempo, _SLOWEST), _FASTEST)),
        chosen=chosen,
        tracks=tracks,
        chords=source,
        remarks=remarks,
    )


def _midi_files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if Path(name).suffix.lower() in SUFFIXES:
                yield Path(place, name)


def _inferred(score: Score, chosen: Candidate) -> tuple[Harmony, str]:
    """The chords of a score that has none in writing."""
    tracks = score.rescaled(TICKS_A_BEAT).tracks
    band = [
        note
        for number, track in enumerate(tracks, 1)
        if number != chosen.number and not track.is_drums
        for note in track.notes
    ]
    notes = band or tracks[chosen.number - 1].notes
    harmony = heard_harmony(notes, beats_a_bar=beats_of(score), with_bass=bool(band))
    return harmony, BAND if band else MELODY
