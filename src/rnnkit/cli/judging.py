# SPDX-License-Identifier: Apache-2.0
"""`rnnkit jazz score` and `rnnkit jazz inspect`: what a MIDI file holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rnnkit.cli.console import Console
from rnnkit.cli.scorecards import plain_card, rows, summary
from rnnkit.cli.solos import load, plain_chords
from rnnkit.errors import InputError, UsageError, printable, quoted
from rnnkit.files.midi import read_midi
from rnnkit.files.score import Score
from rnnkit.tasks.jazz.hearing import (
    Heard,
    beats_of,
    chords_of,
    hear,
    marked_progression,
)
from rnnkit.tasks.jazz.melody import candidates, melody_track
from rnnkit.tasks.jazz.progression import Progression
from rnnkit.tasks.jazz.scorecard import Scorecard, score
from rnnkit.tasks.jazz.solo import Harmony
from rnnkit.tasks.jazz.swing import HEAVIEST, STRAIGHT
from rnnkit.tasks.jazz.tune import Tune


@dataclass(frozen=True)
class Judged:
    """A solo of a file, and what was found.

    Attributes:
        progression: what it was held to be played over; once, if it was repeated.
    """

    path: Path
    heard: Heard
    progression: Progression
    card: Scorecard


def judge(
    console: Console,
    path: Path,
    tune: Tune | None,
    *,
    track: str | None,
    swing: float | None,
    start: int | None,
    model: str,
) -> Judged:
    """Judge the melody of a MIDI file over a tune, or over the chords marked in it.

    Raises:
        RnnkitError: the file, its chords or an option cannot be used.
    """
    if swing is not None and not STRAIGHT <= swing <= HEAVIEST:
        raise UsageError(
            f"a swing of {swing:g} is out of range",
            hint=f"--swing from {STRAIGHT} (straight) to {HEAVIEST}",
        )
    music = read_midi(path)
    _tell_remarks(console, path, music)
    progression = tune.progression if tune else marked_progression(music)
    if progression is None:
        raise UsageError(
            f"{quoted(path)} has no chords marked in it",
            hint='add them: --chords "Dm7 G7 | Cmaj7", --form blues, or --chart FILE',
        )
    try:
        heard = hear(music, track=track, swing=swing, first_bar=start)
    except InputError as failure:
        raise InputError(
            f"cannot judge {quoted(path)}: {failure.message}", hint=failure.hint
        ) from failure
    bar = Harmony.of(progression.harmony(), beats_a_bar=progression.beats).ticks_a_bar
    if beats_of(music) != progression.beats:
        raise UsageError(
            f"{quoted(path)} has {beats_of(music)} beats a bar, and the chords "
            f"{progression.beats}",
            hint="give chords in the time of the file: --time 3/4 or --time 4/4",
        )
    bars = int(heard.notes[-1, 0]) // bar + 1
    times = max(1, -(-bars // len(progression)))
    whole = progression.repeated(times)
    harmony = Harmony.of(whole.harmony(), beats_a_bar=whole.beats)
    known = load(model).known
    return Judged(path, heard, progression, score(heard.notes, harmony, known=known))


def show_score(console: Console, judged: Judged, *, model: str) -> None:
    """Print the scorecard."""
    heard, card = judged.heard, judged.card
    if console.format != "text":
        result = {
            "file": str(judged.path),
            "track": heard.track,
            "notes": len(heard.notes),
            "swing": round(heard.swing, 4),
            "start": heard.first_bar,
            "chords": plain_chords(judged.progression),
            **plain_card(card),
        }
        console.emit([result], model=model)
        return
    console.note(
        f"{printable(judged.path)}, track '{printable(heard.track)}': "
        f"{len(heard.notes)} notes, swing {heard.swing:.2f}, the form begins in bar "
        f"{heard.first_bar}"
    )
    console.table(("measure", "value", "real solos", "", "counts"), list(rows(card)))
    for gate in card.gates.values():
        verdict = "none" if gate.passed else f"{gate.found:,}"
        console.out(f"{gate.meaning}: {verdict}")
    console.out(summary(card))


def show_file(console: Console, path: Path, track: str | None) -> None:
    """Print what a MIDI file holds.

    Raises:
        InputError: it cannot be read, or has no such track.
    """
    music = read_midi(path)
    found = candidates(music)
    chosen = melody_track(music, track) if track is not None or found else None
    chords = chords_of(music)
    tempo, metre = music.tempos[0], music.metres[0]
    if console.format != "text":
        tracks = [
            {
                "number": each.number,
                "name": each.track.name,
                "channel": each.track.channel + 1,
                "program": each.track.program,
                "notes": len(each.track.notes),
                "alone": round(each.alone, 4),
                "median_pitch": each.middle,
                "points": round(each.points, 4),
            }
            for each in sorted(found, key=lambda each: each.number)
        ]
        result = {
            "file": str(path),
            "title": music.title or None,
            "ticks_per_beat": music.ticks_per_beat,
            "seconds": round(music.seconds(), 3),
            "tempo": round(tempo.beats_a_minute, 3),
            "tempos": len(music.tempos),
            "time": f"{metre.beats}/{metre.unit}",
            "key": music.key or None,
            "chords": len(chords),
            "tracks": tracks,
            "melody": None if chosen is None else chosen.number,
            "remarks": list(music.remarks),
        }
        console.emit([result])
        return
    console.out(
        f"{music.title or path.name}: {music.seconds():.1f} s, "
        f"{tempo.beats_a_minute:.4g} beats a minute, {metre.beats}/{metre.unit}"
        + (f", {music.key}" if music.key else "")
        + f", {len(chords)} chords marked"
    )
    table = [
        (
            each.number,
            each.track.name or "-",
            len(each.track.notes),
            f"{each.alone:.0%}",
            f"{each.middle:g}",
            f"{each.points:.1f}",
            "melody" if chosen is not None and each.number == chosen.number else "",
        )
        for each in sorted(found, key=lambda each: each.number)
    ]
    headers = ("track", "name", "notes", "alone", "middle", "points", "")
    console.table(headers, table)
    drums = sum(each.is_drums for each in music.tracks)
    if drums:
        console.out(f"and {drums} of drums")
    for remark in music.remarks:
        console.out(f"mended: {remark}")


def _tell_remarks(console: Console, path: Path, music: Score) -> None:
    for remark in music.remarks:
        console.note(f"{printable(path)}: {remark}")
