# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest

from rnnkit.errors import InputError
from rnnkit.files.score import DRUM_CHANNEL, Note, Score, Track
from rnnkit.tasks.jazz.arrangement import Style, arrange
from rnnkit.tasks.jazz.forms import progression_of
from rnnkit.tasks.jazz.melody import candidates, melody_track

LINE = tuple(Note(60 * n, 65 + n % 7, 55) for n in range(40))


def nameless(score: Score) -> Score:
    tracks = tuple(Track("", t.channel, t.program, t.notes) for t in score.tracks)
    return Score(score.ticks_per_beat, tracks[::-1])


@pytest.mark.parametrize("seed", range(5))
def test_the_solo_is_found_in_a_band_even_without_names(seed: int) -> None:
    solo = [Note(12 * n, 60 + n * 5 % 17, 11) for n in range(40)]
    generator = np.random.default_rng(seed)
    score = arrange(solo, progression_of("blues"), Style(), generator)
    assert melody_track(score).track.name == "Tenor Sax"
    assert melody_track(nameless(score)).track.channel == 0
    assert len(candidates(score)) == 3


def test_a_track_is_found_by_number_or_name() -> None:
    score = Score(120, (Track("Pad", 0, 0, LINE), Track("Lead", 1, 0, LINE)))
    assert melody_track(score).number == 2
    assert melody_track(score, "1").track.name == "Pad"
    assert melody_track(score, "pad").number == 1
    with pytest.raises(InputError, match="no melodic track 'Leed'") as failure:
        melody_track(score, "Leed")
    assert "'Lead'" in failure.value.hint


def test_drums_or_nothing_is_no_melody() -> None:
    for tracks in (
        (),
        (Track("", DRUM_CHANNEL, 0, LINE),),
        (Track("", 0, 0, LINE[:3]),),
    ):
        with pytest.raises(InputError, match="no track that could be"):
            melody_track(Score(120, tracks))
    with pytest.raises(InputError, match="no melodic track"):
        melody_track(Score(120, ()), "1")
