# SPDX-License-Identifier: Apache-2.0
"""A piece as one web page that plays it: no network, no other file.

The page is `player.html`, with the music put in as data. The sounds are made in the
browser by Web Audio.
"""

from __future__ import annotations

from pathlib import Path

from rnnkit.drawing.page import page
from rnnkit.files.score import Score, Track

_KINDS = {1: "piano", 2: "bass"}


def page_of(score: Score) -> str:
    """Return the page that plays a score."""
    resolution = score.ticks_per_beat
    pitches = [
        note.pitch
        for track in score.tracks
        if not track.is_drums
        for note in track.notes
    ] or [60]
    music = {
        "title": score.title,
        "tempo": score.tempos[0].beats_a_minute,
        "beats": score.metres[0].beats,
        "length": score.end / resolution,
        "lowest": min(pitches),
        "highest": max(pitches),
        "chords": [[one.tick / resolution, one.text] for one in score.marks],
        "parts": [
            {
                "name": track.name,
                "kind": _kind(track),
                "notes": [
                    [
                        round(note.onset / resolution, 4),
                        round(note.duration / resolution, 4),
                        note.pitch,
                        note.velocity,
                    ]
                    for note in track.notes
                ],
            }
            for track in score.tracks
        ],
    }
    return page(Path(__file__).with_name("player.html"), score.title, music)


def _kind(track: Track) -> str:
    return "drums" if track.is_drums else _KINDS.get(track.channel, "solo")
