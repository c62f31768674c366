# SPDX-License-Identifier: Apache-2.0
"""Bass, piano and drums, over every form and some hard progressions."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest

from rnnkit.files.score import Note
from rnnkit.tasks.jazz import bass, comping, drums
from rnnkit.tasks.jazz.bass import walk
from rnnkit.tasks.jazz.chords import QUALITY, simple_chord
from rnnkit.tasks.jazz.comping import colours, comp, voicing
from rnnkit.tasks.jazz.drums import RIDE, SWIRL, count_in, keep_time
from rnnkit.tasks.jazz.forms import FORMS, progression_of
from rnnkit.tasks.jazz.progression import Progression, read_progression
from rnnkit.tasks.jazz.swing import TICKS
from rnnkit.tasks.jazz.symbols import read_chord

PIECES = {name: progression_of(name) for name in FORMS} | {
    "one chord": read_progression("C"),
    "a chord a beat": read_progression("C7 F#7 B7alt E7sus | Am Db+ G7b9 Cmaj7"),
    "silence": read_progression("N.C. | C / / N.C. | N.C. | G7"),
    "slashes": read_progression("C/G | F/C | Dm7/G | C/E", beats=3),
}


def generator(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture(params=PIECES)
def piece(request: pytest.FixtureRequest) -> Progression:
    return PIECES[request.param]


def by_onset(notes: list[Note]) -> dict[int, list[int]]:
    chords: dict[int, list[int]] = defaultdict(list)
    for note in notes:
        chords[note.onset].append(note.pitch)
    return chords


def test_the_bass_walks_on_every_beat_that_has_a_chord(piece: Progression) -> None:
    notes = walk(piece, generator())
    walked = {note.onset // TICKS for note in notes if not note.onset % TICKS}
    sounding = {b for b, chord in enumerate(piece.each_beat()) if chord is not None}
    assert walked == sounding
    assert all(bass.LOWEST <= note.pitch <= bass.HIGHEST for note in notes)
    assert all(note.end <= after.onset for note, after in pairwise(notes))


def test_the_bass_has_the_lowest_tone_on_every_new_chord(piece: Progression) -> None:
    played = by_onset(walk(piece, generator(2)))
    for beat, chord in piece.changes():
        if chord is not None:
            assert {pitch % 12 for pitch in played[beat * TICKS]} == {chord.bass}


def test_the_bass_approaches_the_chord_that_comes() -> None:
    intervals: list[int] = []
    leaps: list[int] = []
    for seed in range(10):
        notes = walk(progression_of("blues").repeated(2), generator(seed))
        beats = {n.onset // TICKS: n.pitch for n in notes if not n.onset % TICKS}
        changes = [beat for beat, _ in PIECES["blues"].changes() if beat]
        intervals += [(beats[b] - beats[b - 1]) % 12 for b in changes]
        leaps += [abs(beats[b] - beats[b - 1]) for b in range(1, len(beats))]
    near = sum(interval in {1, 2, 5, 10, 11} for interval in intervals)
    assert near > 0.9 * len(intervals)
    # A walk, not a jump: most moves are small, and hardly any is beyond a fifth.
    assert sum(leaps) / len(leaps) < 4
    assert sum(leap > 9 for leap in leaps) < 0.03 * len(leaps)
    assert sum(leap == 0 for leap in leaps) < 0.08 * len(leaps)


def test_chords_lie_in_the_middle_and_do_not_overlap(piece: Progression) -> None:
    notes = comp(piece, generator())
    struck = sorted(by_onset(notes))
    ends = {note.onset: note.end for note in notes}
    assert all(comping.LOWEST <= n.pitch <= comping.HIGHEST for n in notes)
    assert all(ends[now] <= after for now, after in pairwise(struck))
    assert all(1 <= note.velocity <= 127 and note.duration > 0 for note in notes)


def test_what_sounds_belongs_to_the_chord_of_its_time() -> None:
    piece = read_progression("Dm7 G7 | Cmaj7 | Fm7 Bb7 | Ebmaj7")
    beats = piece.each_beat()
    for seed in range(5):
        for tick, pitches in by_onset(comp(piece, generator(seed))).items():
            beat = tick // TICKS + (tick % TICKS >= 6)
            chord = beats[min(beat, len(beats) - 1)] or beats[tick // TICKS]
            assert chord is not None
            steps = {(pitch - chord.root) % 12 for pitch in pitches}
            assert steps <= set(chord.quality.scale)
            third_and_seventh = set(chord.quality.tones) & {3, 4, 10, 11}
            assert third_and_seventh <= steps


@pytest.mark.parametrize("quality", QUALITY)
@pytest.mark.parametrize("root", range(12))
def test_every_chord_can_be_voiced_from_anywhere(root: int, quality: str) -> None:
    chord = simple_chord(root, quality)
    for previous in ((), (50, 53, 57), (62, 65, 69, 72)):
        for shell in (False, True):
            stack = voicing(chord, previous, shell=shell)
            assert len(stack) == (3 if shell else 4)
            assert list(stack) == sorted(set(stack))


def test_voices_move_little() -> None:
    stack: tuple[int, ...] = ()
    for symbol in ["Dm7", "G7", "Cmaj7", "Am7"] * 3:
        before, stack = stack, voicing(read_chord(symbol), stack)
        if before:
            moves = [abs(a - b) for a, b in zip(before, stack, strict=True)]
            assert sum(moves) / 4 <= 2.5


def test_what_is_written_is_played() -> None:
    assert 1 in colours(read_chord("G7b9"))
    assert 3 in colours(read_chord("G7#9"))
    assert 6 in colours(read_chord("G7#11"))
    assert 8 in colours(read_chord("G7b13"))
    assert 0 not in colours(read_chord("G7"))


@pytest.mark.parametrize("brushes", [False, True])
def test_drums_keep_time_in_every_bar(piece: Progression, brushes: bool) -> None:
    notes = keep_time(piece, generator(), brushes=brushes)
    bar = piece.beats * TICKS
    cymbal = SWIRL if brushes else RIDE
    assert {n.onset // bar for n in notes if n.pitch == cymbal} == set(
        range(len(piece))
    )
    assert {n.onset % bar for n in notes if n.pitch == drums.PEDAL} == {12, bar - 12}
    assert all(1 <= note.velocity <= 127 for note in notes)
    assert len({(note.onset, note.pitch) for note in notes}) == len(notes)


def test_a_bar_is_counted() -> None:
    assert [note.onset for note in count_in(4)] == [0, 12, 24, 36]
    assert [note.onset for note in count_in(3)] == [0, 12, 24]


@pytest.mark.parametrize("play", [walk, comp, keep_time])
def test_the_same_seed_plays_the_same_and_another_does_not(play: object) -> None:
    assert callable(play)
    piece = PIECES["rhythm"]
    assert play(piece, generator(3)) == play(piece, generator(3))
    assert play(piece, generator(3)) != play(piece, generator(4))
