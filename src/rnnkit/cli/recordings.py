# SPDX-License-Identifier: Apache-2.0
"""Solos that a training is given: read from MIDI files or from lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnkit.cli.console import Console
from rnnkit.errors import UsageError, alternatives

if TYPE_CHECKING:
    from rnnkit.tasks.jazz.recordings import Collection, Recording
    from rnnkit.tasks.jazz.solo import Solo


def solos_of(console: Console, source: str, *, track: str | None) -> list[Solo]:
    """The solos of a folder of MIDI files, of one of them, or of lines of events.

    Raises:
        InputError: there is none.
        UsageError: a track was named, and these are no MIDI files.
    """
    from rnnkit.files.text import read_lines
    from rnnkit.tasks.jazz.corpus import read_events
    from rnnkit.tasks.jazz.recordings import is_of_recordings, read_recordings

    if is_of_recordings(Path(source)):
        collection = read_recordings(Path(source), track=track)
        _introduce(console, collection)
        return collection.solos
    if track is not None:
        raise UsageError(
            "--track was given, and the solos are not in MIDI files",
            hint="leave out --track, or give a MIDI file or a folder of them",
        )
    return read_events(read_lines(source))


def tell(console: Console, source: str, *, track: str | None) -> None:
    """Print what was found in MIDI files: the tracks of one, or the melodies of many.

    Raises:
        InputError: nothing was.
        UsageError: these are no MIDI files.
    """
    from rnnkit.tasks.jazz.recordings import SUFFIXES, is_of_recordings, read_recordings

    path = Path(source)
    if not is_of_recordings(path):
        raise UsageError(
            "--inspect looks into MIDI files",
            hint=f"give a folder, or a file that ends in {alternatives(SUFFIXES)}",
        )
    collection = read_recordings(path, track=track)
    if console.format != "text":
        console.emit(map(_result, collection.recordings))
    elif path.is_dir():
        console.table(
            ("file", "melody", "notes", "bars", "tempo", "chords"),
            [_row(recording, path) for recording in collection.recordings],
        )
    else:
        _tell_tracks(console, collection.recordings[0])
    for sentence in collection.refused:
        console.note(f"left out: {sentence}")


def _introduce(console: Console, collection: Collection) -> None:
    found = Counter(recording.chords for recording in collection.recordings)
    told = ", ".join(f"{source} in {count}" for source, count in found.most_common())
    files = len(collection.recordings)
    console.note(f"MIDI files: {files}; their chords were {told}")
    for sentence in collection.refused:
        console.note(f"left out: {sentence}")
    for recording in collection.recordings:
        for remark in recording.remarks:
            console.detail(f"{recording.path.name}: {remark}")


def _tell_tracks(console: Console, recording: Recording) -> None:
    console.table(
        ("track", "name", "notes", "alone", "middle", ""),
        [
            (
                one.number,
                one.track.name,
                len(one.track.notes),
                f"{one.alone:.0%}",
                f"{one.middle:g}",
                "the melody" if one.number == recording.chosen.number else "",
            )
            for one in recording.tracks
        ],
    )
    bars, tempo = _bars(recording), recording.solo.tempo
    console.out(
        f"{len(recording.solo.notes)} notes in {bars} bars at {tempo:.0f} beats a "
        f"minute; chords {recording.chords}"
    )
    for remark in recording.remarks:
        console.note(remark)


def _row(recording: Recording, folder: Path) -> tuple[object, ...]:
    chosen = recording.chosen
    name = f" {chosen.track.name}" if chosen.track.name else ""
    return (
        recording.path.relative_to(folder),
        f"{chosen.number}{name}",
        len(recording.solo.notes),
        _bars(recording),
        f"{recording.solo.tempo:.0f}",
        recording.chords,
    )


def _result(recording: Recording) -> Mapping[str, Any]:
    return {
        "file": str(recording.path),
        "melody": recording.chosen.number,
        "notes": len(recording.solo.notes),
        "bars": _bars(recording),
        "tempo": recording.solo.tempo,
        "chords": recording.chords,
        "remarks": list(recording.remarks),
        "tracks": [
            {
                "number": one.number,
                "name": one.track.name,
                "notes": len(one.track.notes),
                "alone": one.alone,
                "middle": one.middle,
            }
            for one in recording.tracks
        ],
    }


def _bars(recording: Recording) -> int:
    ticks = recording.solo.notes[:, 0]
    bar = recording.solo.harmony.ticks_a_bar
    return int(ticks[-1] // bar - ticks[0] // bar) + 1
