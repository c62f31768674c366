# SPDX-License-Identifier: Apache-2.0
"""MIDI files from the wild: damaged ones are heard, or refused in words, and quickly.

`tests/files/test_midi_mutations.py` reads such files; here they go the whole way, to
the scorecard, and through the commands.
"""

from __future__ import annotations

import math
import random
import time
from pathlib import Path

import numpy as np
import pytest

from rnnkit.errors import InputError
from rnnkit.files.midi import score_of
from rnnkit.files.midi_writing import midi_bytes
from rnnkit.files.score import Note
from rnnkit.tasks.jazz.arrangement import Style, arrange
from rnnkit.tasks.jazz.forms import progression_of
from rnnkit.tasks.jazz.hearing import hear, marked_progression
from rnnkit.tasks.jazz.melody import candidates
from rnnkit.tasks.jazz.scorecard import score
from rnnkit.tasks.jazz.solo import Harmony
from tests.conftest import Runner
from tests.faults.register import Tally
from tests.files.midi_bytes import note, plain
from tests.files.test_midi_mutations import SEEDS, mutated
from tests.tasks.jazz.lessons import line

C7 = progression_of("blues", "C")


def a_piece() -> bytes:
    """A file as rnnkit writes it, with a band and chords."""
    solo = [Note(*each) for each in line(1)]
    return midi_bytes(arrange(solo, C7, Style(), np.random.default_rng(1)))


FILES = [*SEEDS, plain(b"".join(note(pitch) for pitch in range(50, 80))), a_piece()]


def judged(data: bytes) -> float:
    """Read, hear and score a file.

    Raises:
        InputError: it cannot be.
    """
    music = score_of(data)
    candidates(music)
    progression = marked_progression(music) or C7
    heard = hear(music)
    harmony = Harmony.of(progression.harmony(), beats_a_bar=progression.beats)
    assert len(heard.phrase(progression.beats)) <= len(heard.notes)
    return score(heard.notes, harmony).distance


def survive(count: int, seed: int) -> tuple[int, int, float]:
    """Judge so many mutants: how many were, how many refused, and the longest time."""
    chance = random.Random(seed)
    heard = refused = 0
    longest = 0.0
    for _ in range(count):
        data = mutated(chance.choice(FILES), chance)
        start = time.process_time()
        try:
            distance = judged(data)
        except InputError:
            refused += 1
        else:
            heard += 1
            assert math.isnan(distance) or distance >= 0
        longest = max(longest, time.process_time() - start)
    return heard, refused, longest


def test_some_hundred_mutants_are_judged_or_refused() -> None:
    heard, refused, _ = survive(300, seed=1)
    assert heard > 50
    assert refused > 50


@pytest.mark.slow
def test_twenty_thousand_mutants_are_judged_or_refused(tally: Tally) -> None:
    heard, refused, longest = survive(20_000, seed=2)
    assert heard + refused == 20_000
    tally(20_000)
    print(f"heard {heard:,}, refused {refused:,}, the slowest took {longest:.2f} s")


@pytest.mark.parametrize("command", ["inspect", "score", "prime"])
def test_the_commands_tell_it_in_two_lines(
    command: str, tmp_path: Path, rnnkit: Runner
) -> None:
    chance = random.Random(3)
    path = tmp_path / "mutant.mid"
    out = tmp_path / "solo.mid"
    quick = ("--best-of=1", "--seed=1", "--choruses=1", "--out", str(out), "--force")
    words = {
        "inspect": ("jazz", "inspect", str(path)),
        "score": ("jazz", "score", str(path), "--chords", "C7"),
        "prime": ("jazz", "--prime", str(path), "--chords", "C7 | F7", *quick),
    }[command]
    codes = set()
    for _ in range(30):
        path.write_bytes(mutated(chance.choice(FILES), chance))
        outcome = rnnkit(*words)
        codes.add(outcome.code)
        assert outcome.code in {0, 1, 2}, outcome.stderr
        assert "internal error" not in outcome.stderr
        assert "\x1b" not in outcome.stdout + outcome.stderr
        if outcome.code:
            *_, error, hint = outcome.stderr.splitlines()
            assert error.startswith("error: ")
            assert hint.startswith("hint: ")
    assert len(codes) > 1
