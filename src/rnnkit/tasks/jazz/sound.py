# SPDX-License-Identifier: Apache-2.0
"""Play a score: from notes to samples, in stereo, with a little room around it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import InputError
from rnnkit.files.score import Note, Score, Track
from rnnkit.tasks.jazz.timbres import RATE, Samples, Timbre, drum, timbre_of, tone

LONGEST_SECONDS = 900
"""What a piece may last to be played; damaged files claim ages."""

_TAIL = 1.6
_PEAK = 0.89
_LONGEST_NOTE = 6.0
_PLACES = (0.5, 0.36, 0.52, 0.62)
"""Where the first tracks stand between left (0) and right (1); all others: middle."""

_ROOM = 0.11
# Schroeder's reverberator (1962): combs whose echoes never coincide, then two filters
# that scatter them. Delays are frames at 44,100 a second.
_COMBS = ((1557, 0.80), (1617, 0.79), (1491, 0.81), (1422, 0.82))
_SCATTER = ((225, 0.6), (556, 0.6))
_SPREAD = 23


def render(score: Score) -> NDArray[np.float32]:
    """Play a score.

    Returns:
        Samples, shape (frames, 2), `RATE` frames a second, with a peak of 0.89. A score
        without notes is a moment of silence.

    Raises:
        InputError: it lasts longer than `LONGEST_SECONDS`.
    """
    seconds = score.seconds()
    if not seconds <= LONGEST_SECONDS:
        raise InputError(
            f"the piece lasts {seconds:,.0f} seconds, and at most {LONGEST_SECONDS} "
            "are played",
            hint="give a shorter piece, or fewer choruses",
        )
    frames = math.ceil((seconds + _TAIL) * RATE)
    mix = np.zeros((2, frames), np.float32)
    for number, track in enumerate(score.tracks):
        part = np.zeros(frames, np.float32)
        _play(part, score, track)
        place = _PLACES[number] if number < len(_PLACES) else 0.5
        mix[0] += np.float32(math.cos(place * math.pi / 2) * math.sqrt(2)) * part
        mix[1] += np.float32(math.sin(place * math.pi / 2) * math.sqrt(2)) * part
    mix += _ROOM * reverberated(mix.mean(axis=0))
    peak = float(np.abs(mix).max())
    if peak > 0:
        mix *= np.float32(_PEAK / peak)
    return np.ascontiguousarray(mix.T)


def reverberated(dry: Samples) -> Samples:
    """The echo of a room, shape (2, frames), a little different on either side."""
    wet = np.empty((2, len(dry)), np.float32)
    for side in (0, 1):
        echoes = np.zeros(len(dry), np.float32)
        for delay, strength in _COMBS:
            echoes += _comb(dry, delay + side * _SPREAD, strength)
        for delay, strength in _SCATTER:
            echoes = _all_pass(echoes, delay + side * _SPREAD, strength)
        wet[side] = echoes / len(_COMBS)
    return wet


def _play(part: Samples, score: Score, track: Track) -> None:
    """Add every note of a track to its samples."""
    sounds: dict[int, Samples] = {}
    timbre = timbre_of(track.program)
    times = _frames_of(score, track.notes)
    longest: dict[int, int] = {}
    for note, (begin, end) in zip(track.notes, times, strict=True):
        longest[note.pitch] = max(longest.get(note.pitch, 0), end - begin)
    for note, (begin, end) in zip(track.notes, times, strict=True):
        if note.pitch not in sounds:
            held = min(longest[note.pitch] / RATE, _LONGEST_NOTE) + timbre.release
            sounds[note.pitch] = (
                drum(note.pitch) if track.is_drums else tone(timbre, note.pitch, held)
            )
        sound = sounds[note.pitch]
        if not track.is_drums:
            sound = _released(sound, end - begin, timbre)
        stop = min(begin + len(sound), len(part))
        loudness = np.float32((note.velocity / 127) ** 1.6)
        part[begin:stop] += loudness * sound[: stop - begin]


def _frames_of(score: Score, notes: tuple[Note, ...]) -> list[tuple[int, int]]:
    """The frames at which notes begin and end."""
    if len(score.tempos) == 1:
        scale = score.seconds(1) * RATE
        return [(round(note.onset * scale), round(note.end * scale)) for note in notes]
    ticks = sorted({tick for note in notes for tick in (note.onset, note.end)})
    places = {tick: round(score.seconds(tick) * RATE) for tick in ticks}
    return [(places[note.onset], places[note.end]) for note in notes]


def _released(sound: Samples, frames: int, timbre: Timbre) -> Samples:
    """A tone that is let go after so many frames."""
    release = math.ceil(timbre.release * RATE)
    cut = sound[: frames + release].copy()
    fade = min(release, len(cut))
    cut[len(cut) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32) ** 2
    return cut


def _comb(dry: Samples, delay: int, strength: float) -> Samples:
    """y[n] = x[n] + g y[n - D], a block of D frames at a time."""
    wet = dry.copy()
    for start in range(delay, len(wet), delay):
        block = wet[start : start + delay]
        block += np.float32(strength) * wet[start - delay : start - delay + len(block)]
    return wet


def _all_pass(dry: Samples, delay: int, strength: float) -> Samples:
    """y[n] = -g x[n] + x[n - D] + g y[n - D], a block of D frames at a time."""
    wet = np.float32(-strength) * dry
    wet[delay:] += dry[:-delay]
    for start in range(delay, len(wet), delay):
        block = wet[start : start + delay]
        block += np.float32(strength) * wet[start - delay : start - delay + len(block)]
    return wet
