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
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from rnnkit.errors import InputError, printable, quoted
from rnnkit.files.midi import read_midi
from rnnkit.files.score import Note, Score
from rnnkit.tasks.jazz.chords import Chord
from rnnkit.tasks.jazz.codec import FEWEST_NOTES
from rnnkit.tasks.jazz.changes import heard_harmony
from rnnkit.tasks.jazz.melody import Candidate, candidates, melody_track, one_voice
from rnnkit.tasks.jazz.solo import TICKS_A_BEAT, Harmony, Solo, one_at_a_time
from rnnkit.tasks.jazz.symbols import read_chord

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
    beats_a_bar = _beats_a_bar(score, remarks)
    voice = one_voice(chosen.track, score.ticks_per_beat)
    if len(voice) < FEWEST_NOTES:
        raise InputError(
            f"its melody has {len(voice)} notes: too few",
            hint=f"name a track of at least {FEWEST_NOTES} notes with --track",
        )
    score = score.rescaled(TICKS_A_BEAT)
    if score.end > _MOST_BEATS * TICKS_A_BEAT:
        raise InputError(
            f"it lasts more than {_MOST_BEATS:,} beats",
            hint="give a file of one piece",
        )
    harmony, source = _harmony(score, chosen, voice, beats_a_bar)
    tempo = score.tempos[0].beats_a_minute
    return Recording(
        path=path,
        solo=Solo(
            title=title,
            notes=one_at_a_time([note[:3] for note in voice]),
            harmony=harmony,
            tempo=min(max(tempo, _SLOWEST), _FASTEST),
        ),
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


def _beats_a_bar(score: Score, remarks: list[str]) -> int:
    """Quarters of a bar, 4 or 3: two bars of two make one of four."""
    metre = score.metres[0]
    quarters = 4 * metre.beats / metre.unit
    if quarters not in (2, 3, 4):
        raise InputError(
            f"it is in {metre.beats}/{metre.unit}",
            hint="give files in 4/4 or 3/4",
        )
    if any(each[1:] != metre[1:] for each in score.metres):
        remarks.append(
            f"its metre changes; {metre.beats}/{metre.unit} is taken for all"
        )
    return 3 if quarters == 3 else 4


def _harmony(
    score: Score, chosen: Candidate, voice: Sequence[Note], beats_a_bar: int
) -> tuple[Harmony, str]:
    written = _written(score, beats_a_bar)
    if written is not None:
        return written, WRITTEN
    others = [
        note
        for number, track in enumerate(score.tracks, 1)
        if number != chosen.number and not track.is_drums
        for note in track.notes
    ]
    if others:
        return heard_harmony(others, beats_a_bar=beats_a_bar), BAND
    return heard_harmony(voice, beats_a_bar=beats_a_bar, with_bass=False), MELODY


def _written(score: Score, beats_a_bar: int) -> Harmony | None:
    """The chords that stand in the file as text; none if there are too few."""
    chords: dict[int, Chord] = {}
    for mark in score.marks:
        try:
            chord = read_chord(mark.text)
        except InputError:
            continue
        chords[(mark.tick + TICKS_A_BEAT // 2) // TICKS_A_BEAT] = chord
    bars = score.end / (beats_a_bar * TICKS_A_BEAT)
    if not chords or len(chords) < bars / _SPARSEST:
        return None
    if 2 * len(chords) < len(score.marks):
        return None
    first, last = min(chords), min(max(chords), _MOST_BEATS)
    sounding, each_beat = chords[first], []
    for beat in range(first, last + 1):
        sounding = chords.get(beat, sounding)
        each_beat.append(sounding)
    return replace(Harmony.of(each_beat, beats_a_bar=beats_a_bar), first=first)
