# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from rnnkit.errors import InputError
from rnnkit.files.score import DRUM_CHANNEL, Note, Score, Tempo, Track, tempo_of
from rnnkit.files.sound import wav_bytes
from rnnkit.tasks.jazz.arrangement import Style, arrange
from rnnkit.tasks.jazz.forms import progression_of
from rnnkit.tasks.jazz.sound import LONGEST_SECONDS, render, reverberated
from rnnkit.tasks.jazz.timbres import RATE, Samples, drum, timbre_of, tone


def score_of(*notes: Note, program: int = 66, channel: int = 0) -> Score:
    track = Track("", channel, program, notes)
    return Score(12, (track,), (tempo_of(120),))


def hertz_of(samples: Samples) -> float:
    """The strongest frequency below 2 kHz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return (
        float(np.argmax(spectrum[: 2000 * len(samples) // RATE])) * RATE / len(samples)
    )


@pytest.mark.parametrize("program", range(0, 128, 8))
@pytest.mark.parametrize("pitch", [45, 57, 69])
def test_a_tone_has_its_pitch_and_does_not_clip(program: int, pitch: int) -> None:
    sound = tone(timbre_of(program), pitch, 1.0)
    low = 440 * 2 ** ((pitch - 69) / 12)
    ratio = hertz_of(sound[: RATE // 2]) / low
    assert ratio == pytest.approx(max(1, round(ratio)), abs=0.03)
    assert ratio < 3.1
    assert np.isfinite(sound).all()
    assert 0.1 < np.abs(sound).max() < 2.5


def test_notes_sound_when_they_should_and_end() -> None:
    samples = render(score_of(Note(12, 69, 12, 100), Note(48, 69, 6, 100)))
    loud = np.abs(samples).mean(axis=1)
    energy = np.convolve(loud, np.ones(441) / 441, "same")
    assert energy[: RATE // 2 - 500].max() < 0.001
    assert energy[RATE // 2 + 2000] > 0.1
    assert energy[int(1.6 * RATE)] < 0.2 * energy[RATE // 2 + 2000]
    assert energy[2 * RATE + 2000] > 0.1


def test_a_change_of_tempo_moves_what_follows() -> None:
    track = Track("", 0, 0, (Note(0, 60, 6, 90), Note(24, 72, 6, 90)))
    tempos = (Tempo(0, 500_000), Tempo(12, 1_000_000))
    samples = np.abs(render(Score(12, (track,), tempos))).sum(axis=1)
    begin = int(1.5 * RATE)
    assert samples[begin - 400 : begin - 10].max() < 0.1 * samples[begin:].max()


def test_a_whole_band_is_balanced() -> None:
    progression = progression_of("blues")
    solo = [Note(tick, 60 + tick // 6 % 12, 6, 85) for tick in range(0, 500, 6)]
    score = arrange(solo, progression, Style(), np.random.default_rng(1))
    samples = render(score)
    assert samples.shape[1] == 2
    assert np.abs(samples).max() == pytest.approx(0.89, abs=1e-3)
    assert 0.05 < np.sqrt((samples**2).mean()) < 0.3
    assert np.abs(samples.mean(axis=0)).max() < 0.003
    left, right = np.sqrt((samples**2).mean(axis=0))
    assert left == pytest.approx(right, rel=0.2)
    assert len(samples) / RATE == pytest.approx(score.seconds() + 1.6, abs=0.01)
    # It dies away; it is not cut off.
    assert np.abs(samples[-100:]).max() < 0.02


def test_the_same_score_sounds_the_same() -> None:
    score = score_of(Note(0, 69, 12), program=72)
    assert np.array_equal(render(score), render(score))


def test_drums_are_short_and_different() -> None:
    ride, kick = drum(51), drum(36)
    assert np.abs(ride[-10:]).max() < 0.01
    crossings = [np.mean(np.diff(np.sign(sound[:4000])) != 0) for sound in (ride, kick)]
    assert crossings[0] > 5 * crossings[1]
    assert np.abs(drum(99)).max() > 0
    assert render(score_of(Note(0, 36, 3), channel=DRUM_CHANNEL)).any()


def test_the_room_is_quiet_and_dies_away() -> None:
    click = np.zeros(3 * RATE, np.float32)
    click[0] = 1
    room = reverberated(click)
    assert not np.array_equal(room[0], room[1])
    assert np.abs(room[:, RATE : RATE + 2000]).max() < np.abs(room[:, :8000]).max() / 20
    assert np.abs(room[:, -1000:]).max() < 1e-4


def test_silence_is_silent_and_ages_are_refused() -> None:
    assert not render(score_of()).any()
    with pytest.raises(InputError, match=f"at most {LONGEST_SECONDS}"):
        render(score_of(Note(0, 60, 10**7)))


def test_a_wav_file_holds_the_samples() -> None:
    samples = np.array([[0, 1], [-1, 0.5], [7, -7]], np.float32)
    with wave.open(io.BytesIO(wav_bytes(samples, RATE))) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (2, 2)
        assert (file.getframerate(), file.getnframes()) == (RATE, 3)
        numbers = np.frombuffer(file.readframes(3), "<i2").tolist()
    assert numbers == [0, 32767, -32767, 16384, 32767, -32767]
