# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.files.score import Note
from rnnkit.tasks.jazz.bass import walk
from rnnkit.tasks.jazz.changes import heard_harmony
from rnnkit.tasks.jazz.chords import QUALITIES
from rnnkit.tasks.jazz.comping import comp
from rnnkit.tasks.jazz.forms import FORMS, progression_of
from rnnkit.tasks.jazz.progression import read_progression
from rnnkit.tasks.jazz.solo import Harmony


def named(harmony: Harmony) -> list[tuple[int, str]]:
    qualities = [QUALITIES[quality].name for quality in harmony.qualities.tolist()]
    return list(zip(harmony.roots.tolist(), qualities, strict=True))


def block(beat: int, beats: int, *pitches: int) -> list[Note]:
    return [Note(12 * beat, pitch, 12 * beats) for pitch in pitches]


def test_block_chords() -> None:
    notes = [
        *block(0, 4, 50, 53, 57, 60),
        *block(4, 4, 43, 53, 59, 62),
        *block(8, 8, 48, 52, 59, 67),
    ]
    assert named(heard_harmony(notes)) == (
        [(2, "m7")] * 4 + [(7, "7")] * 4 + [(0, "maj7")] * 8
    )


def test_two_chords_in_a_bar_and_a_waltz() -> None:
    notes = [*block(0, 2, 50, 53, 57, 60), *block(2, 2, 43, 53, 59, 62)]
    assert named(heard_harmony(notes)) == [(2, "m7")] * 2 + [(7, "7")] * 2
    notes = [*block(0, 3, 45, 48, 52), *block(3, 3, 43, 47, 50)]
    assert (
        named(heard_harmony(notes, beats_a_bar=3)) == [(9, "m")] * 3 + [(7, "maj")] * 3
    )


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_band_is_understood(form: str) -> None:
    """Most roots, though the bass walks and the piano leaves them out."""
    progression = progression_of(form)
    generator = np.random.default_rng(1)
    band = [*walk(progression, generator), *comp(progression, generator)]
    harmony = heard_harmony(band, beats_a_bar=progression.beats)
    meant = Harmony.of(progression.harmony(), beats_a_bar=progression.beats)
    beats = min(len(harmony.roots), len(meant.roots))
    assert beats >= len(meant.roots) - 1
    right = harmony.roots[:beats] == meant.roots[:beats]
    assert right.mean() > 0.5


def test_a_melody_alone() -> None:
    """Arpeggios say their chords."""
    progression = read_progression("Dm7 | G7 | Cmaj7 | Cmaj7")
    notes = []
    for beat, chord in enumerate(progression.harmony()):
        for half in range(2):
            tone = chord.quality.tones[(2 * beat + half) % 4]
            notes.append(Note(12 * beat + 6 * half, 60 + (chord.root + tone) % 12, 6))
    heard = heard_harmony(notes, with_bass=False)
    meant = Harmony.of(progression.harmony())
    assert (heard.roots == meant.roots).mean() > 0.7


def test_silence_keeps_the_chord() -> None:
    notes = [*block(0, 1, 48, 52, 55, 59), *block(12, 4, 48, 52, 55, 59)]
    assert set(named(heard_harmony(notes))) == {(0, "maj7")}
