# SPDX-License-Identifier: Apache-2.0
"""Files that were damaged at random are read, or refused in words."""

from __future__ import annotations

import random

import pytest

from rnnkit.errors import InputError
from rnnkit.files.midi import score_of
from rnnkit.files.midi_writing import midi_bytes
from tests.faults.register import Tally
from tests.files.midi_bytes import header, meta, note, plain, track

SEEDS = [
    plain(),
    header(form=0) + track(note(60) + note(40, channel=1) + note(35, channel=9)),
    plain(
        meta(3, b"Head")
        + meta(0x51, (400_000).to_bytes(3, "big"))
        + meta(0x58, bytes([3, 2, 24, 8]))
        + meta(0x59, bytes([254, 0]))
        + meta(6, b"Dm7"),
        b"".join(note(pitch, wait=pitch % 7) for pitch in range(40, 90)),
        b"\0\xc0\x05\0\xf0\3\1\2\xf7" + note() * 30 + b"\0\xe0\1\2\0\xd0\1",
    ),
]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change, remove, double or move some bytes."""
    mutant = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        here, there = sorted(chance.randrange(len(mutant) + 1) for _ in range(2))
        match chance.randrange(6):
            case 0:
                mutant[here : here + 1] = chance.randbytes(1)
            case 1:
                mutant[here : here + 1] = bytes([chance.choice((0, 127, 128, 255))])
            case 2:
                del mutant[here : min(there, here + 20)]
            case 3:
                mutant[there:there] = mutant[here : min(there, here + 200)]
            case 4:
                del mutant[there:]
            case 5:
                mutant[here:here] = chance.randbytes(chance.randint(1, 8))
        if not mutant:
            break
    return bytes(mutant)


def survive(count: int, seed: int) -> tuple[int, int]:
    """Read so many mutants; return how many were read and how many refused."""
    chance = random.Random(seed)
    read = refused = 0
    for _ in range(count):
        data = mutated(chance.choice(SEEDS), chance)
        try:
            score = score_of(data)
        except InputError:
            refused += 1
            continue
        read += 1
        # What was read can be trusted: a sound file says the same without remarks.
        assert score.seconds() < 1e6
        if read % 4:
            continue
        grid = score.rescaled(24)
        again = score_of(midi_bytes(grid))
        assert again.remarks == ()
        assert sum(1 for _ in again.notes()) <= sum(1 for _ in grid.notes())
    return read, refused


def test_some_hundred_mutants() -> None:
    read, refused = survive(400, seed=1)
    assert read > refused > 0


@pytest.mark.slow
def test_twenty_thousand_mutants(tally: Tally) -> None:
    read, refused = survive(20_000, seed=2)
    assert read + refused == 20_000
    tally(20_000)
