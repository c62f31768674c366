# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.engine import Category, Number
from rnnkit.errors import InputError
from rnnkit.tasks.jazz.codec import (
    DURATION,
    HEADS,
    PITCH,
    PITCHES,
    STEP,
    SoloCodec,
)
from rnnkit.tasks.jazz.listening import (
    DURATIONS,
    INPUTS,
    ORIGINS,
    STEPS,
    Listener,
    Outlook,
    duration_class,
    duration_of,
    interval_class,
    step_class,
)
from rnnkit.tasks.jazz.solo import LOWEST_PITCH, Solo
from tests.tasks.jazz.lessons import SOLOS, harmony, solo

CODEC = SoloCodec()


def test_every_input_is_there_and_within_bounds() -> None:
    item = CODEC.encode(solo())
    for part in INPUTS:
        rows = item.inputs[part.name]
        assert len(rows) == item.steps == len(solo().notes) - 2
        if isinstance(part, Category):
            assert rows.min() >= 0
            assert rows.max() < part.size
        if isinstance(part, Number):
            assert rows.shape[1] == part.size
            assert np.isfinite(rows).all()
    for head in HEADS:
        assert item.targets[head.name].min() >= 0
        assert item.targets[head.name].max() < head.size


def test_what_is_said_is_what_comes_next() -> None:
    notes = solo().notes
    item = CODEC.encode(solo())
    assert (item.targets[PITCH] + LOWEST_PITCH).tolist() == notes[1:-1, 1].tolist()
    steps = [STEPS[symbol] for symbol in item.targets[STEP]]
    assert steps == np.diff(notes[:, 0])[1:].tolist()
    assert item.inputs["place"].tolist() == (notes[1:-1, 0] % 48).tolist()


def test_nothing_that_is_read_knows_what_is_to_be_said() -> None:
    """Change the end of a solo: no row before it may change, in any input."""
    whole = solo()
    for changed in range(5, len(whole.notes) - 3):
        notes = whole.notes.copy()
        notes[changed:, 1] += 5
        notes[changed - 1 :, 2] = 1
        notes[changed + 1 :, 0] += 7
        before = CODEC.encode(whole).inputs
        after = CODEC.encode(replace(whole, notes=notes)).inputs
        for name, rows in before.items():
            # Row r is read when note r + 1 is due.
            assert np.array_equal(rows[:changed], after[name][:changed]), name


def test_a_row_knows_the_chord_that_the_next_note_meets() -> None:
    listener = Listener(Outlook(harmony()), 160, 40, 62)
    row = listener.expect(48)
    assert row["root"] == 7  # G7, from the second bar on
    assert row["degree"] == (62 - 7) % 12
    assert row["root motion"] == 5
    assert row["ahead"] == 4
    assert listener.expect(8 * 48)["ahead"] == 0


def test_a_motif_is_known_again() -> None:
    listener = Listener(Outlook(harmony()), 160, 0, 60)
    for number, pitch in enumerate([62, 64, 67, 60, 65, 67, 69], start=1):
        listener.hear(6 * number, pitch, 3)
        row = listener.expect(6 * number + 6)
    # Up two, up two: last time it went up three.
    assert row["motif"] == 1
    assert row["motif pitch"] == 72 - LOWEST_PITCH
    assert row["motif interval"] == interval_class(3)


def test_habits_fade() -> None:
    """What was played of late counts most, and tones count from the chord's root."""
    listener = Listener(Outlook(harmony()), 160, 0, 62)
    for number in range(1, 40):
        listener.hear(6 * number, 62 if number < 20 else 64, 3)
    row = listener.expect(6 * 40)
    tones = row["tones of late"]
    assert isinstance(tones, tuple)
    assert row["root"] == (7 - LOWEST_PITCH) % 12
    d, e = tones[(62 - 7) % 12], tones[(64 - 7) % 12]
    assert e > d > 0 == tones[0]
    places, steps = row["places of late"], row["steps of late"]
    assert isinstance(places, tuple)
    assert isinstance(steps, tuple)
    assert places[0] == pytest.approx(places[6], rel=0.1)
    assert [number for number, share in enumerate(steps) if share] == [4]


def test_in_another_key_only_the_heights_differ() -> None:
    item = CODEC.encode(solo())
    for semitones in CODEC.keys(item):
        moved = CODEC.encode(solo().transposed(semitones))
        quick = CODEC.transposed(item, semitones)
        for name, rows in moved.inputs.items():
            if name == "root":
                assert ((rows - quick.inputs[name]) % 12 == 0).all()
            else:
                assert np.allclose(rows, quick.inputs[name], atol=1e-5), name
            if name not in {*ORIGINS, "register"}:
                assert np.array_equal(rows, item.inputs[name]), name
        for name, symbols in moved.targets.items():
            assert np.array_equal(symbols, quick.targets[name])


def test_keys_stay_in_range() -> None:
    for each in SOLOS:
        item = CODEC.encode(each)
        keys = list(CODEC.keys(item))
        assert 0 in keys
        for key in keys:
            moved = item.targets[PITCH] + key
            assert moved.min() >= 0
            assert moved.max() < PITCHES


@given(st.integers(1, 400))
def test_a_step_is_told_by_the_nearest_class(ticks: int) -> None:
    told = STEPS[step_class(ticks)]
    assert abs(told - min(ticks, 96)) == min(abs(s - min(ticks, 96)) for s in STEPS)


@given(st.integers(0, DURATIONS - 1), st.integers(8, 96))
def test_durations_come_back(symbol: int, step: int) -> None:
    ticks = duration_of(symbol, step)
    assert 1 <= ticks <= step
    assert duration_class(ticks, step) == symbol


def test_large_intervals_are_folded() -> None:
    assert interval_class(25) == interval_class(13)
    assert interval_class(-60) == interval_class(-24)
    assert interval_class(24) == 48


def test_a_solo_of_a_few_notes_is_refused() -> None:
    short = replace(solo(), notes=solo().notes[:5])
    with pytest.raises(InputError, match="5 notes"):
        CODEC.encode(short)


def test_the_codec_as_plain_data() -> None:
    SoloCodec.from_dict(CODEC.to_dict())
    with pytest.raises(ValueError, match="not one of solos"):
        SoloCodec.from_dict({"kind": "text"})


def test_a_duration_is_told_a_row_after_it_was_said() -> None:
    item = CODEC.encode(solo())
    assert np.array_equal(item.inputs["held"][1:], item.targets[DURATION][:-1])


STEPPED = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(40, 90), st.integers(1, 96)),
    min_size=8,
    max_size=40,
)


@given(notes=STEPPED, start=st.integers(0, 47), tempo=st.integers(20, 500))
def test_any_solo_comes_back(
    notes: list[tuple[int, int, int]], start: int, tempo: int
) -> None:
    steps = np.array([step for step, _, _ in notes])
    ticks = start + np.cumsum(steps) - steps
    held = [min(step, duration) for step, _, duration in notes]
    pitches = [pitch for _, pitch, _ in notes]
    whole = Solo("", np.array([ticks, pitches, held]).T, harmony(80), float(tempo))
    item = CODEC.encode(whole)
    assert (item.targets[PITCH] + LOWEST_PITCH).tolist() == pitches[1:-1]
    assert [STEPS[symbol] for symbol in item.targets[STEP]] == steps[1:-1].tolist()
    for symbol, step, ticks_held in zip(
        item.targets[DURATION].tolist(), steps, held, strict=False
    ):
        assert duration_class(duration_of(symbol, step), step) == symbol
        assert duration_class(ticks_held, step) == symbol
    for part in INPUTS:
        assert np.isfinite(item.inputs[part.name]).all()
