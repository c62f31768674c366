# SPDX-License-Identifier: Apache-2.0
"""How instruments sound: tones made of harmonics, drums made of noise.

A tone is a sum of harmonics h = 1, 2, 3..., each with its weight and its own decay:

    tone(t) = sum_h  w_h exp(-t (d + e h)) sin(h phase(t))

The sines of the harmonics follow from the first by sin(h x) = 2 cos(x) sin((h-1) x) -
sin((h-2) x), which costs a multiplication instead of a sine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE = 44_100
"""Frames a second."""

_HIGHEST_HERTZ = 16_000.0
_DRUM_LEVEL = 1.8


@dataclass(frozen=True)
class Timbre:
    """A kind of instrument.

    Attributes:
        weights: how strong each harmonic is.
        attack: seconds until it has its full strength.
        release: seconds in which it dies away when a note ends.
        decay: how quickly it fades while it is held, a second; 0 for wind.
        brightness_decay: how much more quickly each further harmonic does.
        vibrato: depth in semitones; it sets in after a moment.
        breath: how much noise of air there is.
        level: how loud it is beside the others.
    """

    weights: tuple[float, ...]
    attack: float = 0.005
    release: float = 0.08
    decay: float = 0.0
    brightness_decay: float = 0.0
    vibrato: float = 0.0
    breath: float = 0.0
    level: float = 1.0


def _falling(count: int, power: float) -> tuple[float, ...]:
    return tuple(h**-power for h in range(1, count + 1))


_PIANO = Timbre(_falling(9, 1.5), 0.004, 0.12, 0.9, 0.55, level=0.5)
_BELL = Timbre((1, 0, 0, 0.35, 0, 0, 0, 0, 0, 0.06), 0.002, 0.3, 1.1, 0.25, level=0.8)
_PLUCK = Timbre(_falling(8, 1.3), 0.004, 0.06, 1.6, 0.6, level=0.8)
_BASS = Timbre((1, 0.65, 0.38, 0.2, 0.12, 0.07), 0.007, 0.07, 1.3, 0.9, level=0.95)
_BRASS = Timbre(
    (0.8, 1, 0.85, 0.6, 0.42, 0.3, 0.2, 0.13, 0.08), 0.03, 0.06, 0.15, 0.1, 0.12, 0.004,
    level=0.55,
)  # fmt: skip
_REED = Timbre(
    (1, 0.75, 0.62, 0.3, 0.28, 0.14, 0.1, 0.05), 0.022, 0.06, 0.1, 0.06, 0.16, 0.01,
    level=0.65,
)  # fmt: skip
_FLUTE = Timbre((1, 0.32, 0.14, 0.03), 0.04, 0.08, 0, 0.05, 0.14, 0.02, level=0.9)

_FAMILIES = (
    _PIANO, _BELL, _FLUTE, _PLUCK, _BASS, _REED, _REED, _BRASS, _REED, _FLUTE,
)  # fmt: skip


def timbre_of(program: int) -> Timbre:
    """The timbre for a General MIDI program, by its family of eight."""
    family = program // 8
    return _FAMILIES[family] if family < len(_FAMILIES) else _PIANO


def tone(timbre: Timbre, pitch: int, seconds: float) -> Samples:
    """A held tone, shape (frames,), with a peak of `timbre.level` at most."""
    frames = max(1, math.ceil(seconds * RATE))
    time = np.arange(frames, dtype=np.float32) / np.float32(RATE)
    hertz = 440.0 * 2 ** ((pitch - 69) / 12)
    # In double precision and wrapped: a phase in single precision drifts audibly.
    turns = hertz * np.arange(frames) / RATE
    if timbre.vibrato:
        depth = hertz * (2 ** (timbre.vibrato / 12) - 1) / (2 * np.pi * 5.2)
        turns += (
            depth * np.clip((time - 0.3) / 0.4, 0, 1) * np.sin(2 * np.pi * 5.2 * time)
        )
    phase = (2 * np.pi * np.mod(turns, 1)).astype(np.float32)
    double_cosine = 2 * np.cos(phase)
    before, sine = np.zeros_like(phase), np.sin(phase)
    fading = np.exp(-np.float32(timbre.brightness_decay) * time)
    strength = np.exp(-np.float32(timbre.decay) * time)
    total = np.zeros(frames, np.float32)
    for number, weight in enumerate(timbre.weights, 1):
        if number * hertz > _HIGHEST_HERTZ:
            break
        strength *= fading
        if weight:
            total += np.float32(weight) * strength * sine
        before, sine = sine, double_cosine * sine - before
    total *= timbre.level / sum(timbre.weights) * 2
    if timbre.breath:
        generator = np.random.default_rng(pitch)
        total += timbre.breath * generator.standard_normal(frames, dtype=np.float32)
    rise = min(frames, math.ceil(timbre.attack * RATE))
    total[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    return total


def drum(pitch: int) -> Samples:
    """A stroke on one of General MIDI's drums, shape (frames,)."""
    kind = _DRUMS.get(pitch, _Drum(0.12, 0.6))
    frames = math.ceil(kind.seconds * RATE)
    time = np.arange(frames, dtype=np.float32) / np.float32(RATE)
    noise = np.random.default_rng(pitch).standard_normal(frames + 2, dtype=np.float32)
    if kind.bright:
        # The second difference leaves the highest frequencies.
        noise = noise[2:] - 2 * noise[1:-1] + noise[:-2]
        noise /= 2.4
    else:
        noise = (noise[2:] + noise[1:-1] + noise[:-2]) / 1.7
    fade = np.exp(-time * np.float32(kind.fade))
    sound = noise * np.float32(kind.noise) * fade
    for hertz, weight in kind.partials:
        # A struck skin falls in pitch; a cymbal does not.
        fall = 0.02 * (1 - np.exp(-30 * time)) if kind.skin else time * 0
        cycles = np.float32(hertz) * (time - fall)
        sound += np.float32(weight) * fade * np.sin(2 * np.pi * cycles)
    rise = min(frames, math.ceil(kind.attack * RATE))
    sound[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    tail = min(frames, RATE // 50)
    sound[frames - tail :] *= np.linspace(1, 0, tail, dtype=np.float32)
    return (_DRUM_LEVEL * kind.level * sound).astype(np.float32)


@dataclass(frozen=True)
class _Drum:
    seconds: float
    noise: float
    fade: float = 12.0
    bright: bool = False
    skin: bool = False
    attack: float = 0.001
    partials: tuple[tuple[float, float], ...] = ()
    level: float = 0.35


_METAL = ((3170.0, 0.10), (4310.0, 0.12), (5230.0, 0.1), (6790.0, 0.08), (9100.0, 0.05))

_DRUMS = {
    35: _Drum(0.25, 0.05, 16, skin=True, partials=((58.0, 1.0),), level=0.9),
    36: _Drum(0.25, 0.05, 16, skin=True, partials=((58.0, 1.0),), level=0.9),
    37: _Drum(0.08, 0.25, 60, partials=((1720.0, 0.6), (2450.0, 0.3)), level=0.4),
    38: _Drum(0.2, 0.5, 20, skin=True, partials=((190.0, 0.4),), level=0.35),
    39: _Drum(0.16, 0.45, 26, level=0.35),
    40: _Drum(0.6, 0.4, 4, bright=True, attack=0.15, level=0.12),
    42: _Drum(0.08, 0.5, 55, bright=True, level=0.22),
    44: _Drum(0.09, 0.5, 45, bright=True, level=0.25),
    46: _Drum(0.4, 0.5, 8, bright=True, level=0.2),
    49: _Drum(2.4, 0.4, 2.2, bright=True, partials=_METAL, level=0.25),
    51: _Drum(0.9, 0.16, 5.5, bright=True, partials=_METAL, level=0.28),
    53: _Drum(0.9, 0.1, 5, bright=True, partials=((2610.0, 0.5), *_METAL), level=0.3),
}
