# SPDX-License-Identifier: Apache-2.0
"""`rnnkit jazz`: what somebody who wants music notices."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import wave
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from rnnkit.files.midi import read_midi, score_of
from rnnkit.files.score import Note, Score
from tests.conftest import CALM, Outcome, Runner
from tests.faults.campaign import Case, numbered, survive
from tests.files.midi_bytes import meta, note, plain

QUICK = ("--best-of", "1", "--seed", "1")
FOUR = ("--chords", "Dm7 | G7 | Cmaj7 | A7alt", "--choruses", "1")
ABC = "X:1\nT:Blue Study\nM:3/4\nL:1/4\nK:G\n" + '"Am7"A3|"D7"d3|"Gmaj7"g3|"E7"e3|]\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def play(rnnkit: Runner, *more: str) -> dict[str, Any]:
    """Play in JSON; return the result."""
    outcome = rnnkit("jazz", "--json", *QUICK, *more)
    assert outcome.code == 0, outcome.stderr
    (result,) = outcome.json["results"]
    assert isinstance(result, dict)
    return result


def heard(path: str = "solo.mid") -> Score:
    """A file that was written, which must be sound."""
    score = read_midi(Path(path))
    assert score.remarks == ()
    return score


def solo_of(score: Score) -> tuple[Note, ...]:
    return score.tracks[0].notes


def test_alone_it_plays_a_blues_with_a_band(rnnkit: Runner) -> None:
    outcome = rnnkit("jazz", "--seed", "1", "--out", "solo.mid")
    assert outcome.code == 0
    title, soloist, wrote = outcome.stderr.splitlines()
    assert title.startswith("Blues in Bb: 2 x 12 bars, 160 beats a minute")
    assert "measures as in real solos" in soloist
    assert wrote == "wrote solo.mid"
    score = heard()
    names = [track.name for track in score.tracks]
    assert names == ["Tenor Sax", "Piano", "Bass", "Drums"]
    assert len({track.channel for track in score.tracks}) == 4
    assert score.ticks_per_beat % 12 == 0
    assert score.tempos[0].beats_a_minute == pytest.approx(160)
    assert score.title == "Blues in Bb"
    # A bar of counting, two choruses, a bar to end in.
    assert score.end == pytest.approx(26 * 4 * score.ticks_per_beat, rel=0.001)
    bar = 4 * score.ticks_per_beat
    assert {note.onset // bar for note in score.tracks[2].notes} == set(range(1, 26))
    for number, track in enumerate(score.tracks):
        assert min(note.onset for note in track.notes) >= (bar if number < 3 else 0)


def test_the_roll_has_the_chords_above_the_notes(rnnkit: Runner) -> None:
    outcome = rnnkit("jazz", *QUICK, *FOUR)
    first, *rows = outcome.stdout.splitlines()
    assert first.split() == ["Dm7", "G7", "Cmaj7", "A7alt"]
    assert len({len(row) for row in rows}) == 1
    assert sum(row.count("▀") + row.count("▄") + row.count("█") for row in rows) > 20
    assert "nothing was written; --out solo.mid keeps it" in outcome.stderr
    plain = rnnkit("jazz", *QUICK, *FOUR, environ={"LC_ALL": "C"}).stdout
    assert first in plain


def test_json_is_one_object_that_tells_all(rnnkit: Runner) -> None:
    outcome = rnnkit("jazz", "--json", *QUICK, *FOUR, "--out", "solo.mid")
    told = outcome.json
    assert (told["schema"], told["command"], told["seed"]) == (1, "jazz", 1)
    assert told["model"] == "jazz"
    (result,) = told["results"]
    assert result["out"] == "solo.mid"
    assert result["chords"] == [
        [{"beat": 0, "symbol": symbol}] for symbol in ("Dm7", "G7", "Cmaj7", "A7alt")
    ]
    assert result["tempo"] == 160
    assert result["notes"] == len(solo_of(heard()))
    assert len(result["scorecard"]) == 21
    for measure in result["scorecard"].values():
        assert measure.keys() == {"value", "low", "high", "inside"}
        value = measure["value"]
        inside = value is not None and measure["low"] <= value <= measure["high"]
        assert measure["inside"] is inside
    assert result["passed"]
    assert {gate["found"] for gate in result["gates"].values()} == {0}


def test_the_same_seed_gives_the_same_bytes(rnnkit: Runner, folder: Path) -> None:
    told = rnnkit("jazz", *FOUR, "--out", "one.mid").stderr
    seed = re.search(r"--seed (\d+)\)", told)
    assert seed is not None
    rnnkit("jazz", *FOUR, "--out", "two.mid", "--seed", seed[1])
    one, two = (folder / name for name in ("one.mid", "two.mid"))
    assert one.read_bytes() == two.read_bytes()
    rnnkit("jazz", *FOUR, "--out", "three.mid", "--seed", str(int(seed[1]) + 1))
    assert (folder / "three.mid").read_bytes() != one.read_bytes()


def test_alone_the_soloist_begins_with_the_form(rnnkit: Runner) -> None:
    play(rnnkit, *FOUR, "--band", "none", "--out", "solo.mid")
    score = heard()
    assert [track.name for track in score.tracks] == ["Tenor Sax"]
    bar = 4 * score.ticks_per_beat
    assert solo_of(score)[0].onset < bar
    assert score.end <= 4 * bar
    assert [(mark.tick, mark.text) for mark in score.marks] == [
        (bar * number, text)
        for number, text in enumerate(("Dm7", "G7", "Cmaj7", "A7alt"))
    ]


@pytest.mark.parametrize(
    ("band", "names"),
    [
        ("bass", ["Tenor Sax", "Bass", "Drums"]),
        ("drums", ["Tenor Sax", "Drums"]),
        ("piano,bass", ["Tenor Sax", "Piano", "Bass", "Drums"]),
    ],
)
def test_the_band_is_chosen(rnnkit: Runner, band: str, names: list[str]) -> None:
    # Somebody counts in: without a drummer the drums have nothing else to do.
    play(rnnkit, *FOUR, "--band", band, "--out", "solo.mid")
    score = heard()
    assert [track.name for track in score.tracks] == names
    bar = 4 * score.ticks_per_beat
    counting = all(note.onset < bar for note in score.tracks[-1].notes)
    assert counting is ("drums" not in band)


@pytest.mark.parametrize(
    ("form", "key", "first", "bars"),
    [
        ("blues", "F", "F7", 24),
        ("minor-blues", "A", "Am7", 24),
        ("rhythm", "Ab", "Abmaj7", 32),
        ("ii-V-I", "G", "Am7", 24),
        ("bird-blues", "Bb", "Bbmaj7", 24),
        ("modal", "E", "Em7", 32),
        ("waltz", "C", "Cmaj7", 32),
    ],
)
def test_forms_in_any_key(
    rnnkit: Runner, form: str, key: str, first: str, bars: int
) -> None:
    result = play(rnnkit, "--form", form, "--key", key, "--out", "solo.mid")
    assert result["chords"][0][0] == {"beat": 0, "symbol": first}
    assert len(result["chords"]) == bars
    score = heard()
    beats = 3 if form == "waltz" else 4
    assert score.metres[0][1:] == (beats, 4)
    assert score.key.removesuffix("m") == key


@pytest.mark.parametrize("swing", ["0.5", "0.6", "0.667", "0.75"])
def test_swing_moves_the_second_eighths(rnnkit: Runner, swing: str) -> None:
    play(rnnkit, "--swing", swing, "--band", "none", "--out", "solo.mid")
    score = heard()
    places = [note.onset % score.ticks_per_beat for note in solo_of(score)]
    second = round(float(swing) * score.ticks_per_beat)
    assert places.count(second) > len(places) / 10


@pytest.mark.parametrize("tempo", ["40", "97.3", "320"])
def test_the_tempo_is_exact(rnnkit: Runner, tempo: str) -> None:
    result = play(rnnkit, *FOUR, "--tempo", tempo, "--out", "solo.mid")
    assert heard().tempos[0].beats_a_minute == pytest.approx(float(tempo), rel=1e-6)
    assert result["tempo"] == float(tempo)


def test_charts(rnnkit: Runner, folder: Path) -> None:
    (folder / "chart.txt").write_text("title: Ours\nkey: C\ntempo: 90\nDm7 G7 | C6\n")
    result = play(rnnkit, "--chart", "chart.txt")
    assert (result["title"], result["tempo"], result["key"]) == ("Ours", 90, "C")
    moved = play(rnnkit, "--chart", "chart.txt", "--key", "Eb")
    assert [c["symbol"] for c in moved["chords"][0]] == ["Fm7", "Bb7"]
    (folder / "chart.abc").write_text(ABC)
    waltz = play(rnnkit, "--chart", "chart.abc")
    assert (waltz["title"], waltz["beats"]) == ("Blue Study", 3)


def test_what_it_writes_it_reads_as_a_chart(rnnkit: Runner, folder: Path) -> None:
    simple = ("--chords", "Dm7 | G7b9 | Cmaj7 | A7 Am7b5", "--choruses", "1")
    written = play(rnnkit, *simple, "--musicxml", "s.musicxml", "--abc", "s.abc")
    with zipfile.ZipFile(folder / "s.mxl", "w") as packed:
        packed.write(folder / "s.musicxml", "s.musicxml")
    for name in ("s.musicxml", "s.abc", "s.mxl"):
        again = play(rnnkit, "--chart", name, "--choruses", "1")
        assert again["chords"] == written["chords"], name


def test_all_kinds_of_files(rnnkit: Runner, folder: Path) -> None:
    kinds = ("out", "wav", "svg", "musicxml", "abc", "html")
    wanted = [word for kind in kinds for word in (f"--{kind}", f"solo.{kind}")]
    result = play(rnnkit, *FOUR, *wanted, "--title", "Für <Elise> & Co")
    assert result["files"] == {kind: f"solo.{kind}" for kind in kinds}
    assert heard("solo.out").title == "Für <Elise> & Co"
    with wave.open(str(folder / "solo.wav")) as sound:
        assert sound.getnchannels() == 2
        assert sound.getnframes() / sound.getframerate() > result["seconds"]
    picture = ElementTree.parse(folder / "solo.svg").getroot()
    assert "Für <Elise> & Co" in "".join(picture.itertext())
    sheet = ElementTree.parse(folder / "solo.musicxml").getroot()
    assert sheet.findtext("work/work-title") == "Für <Elise> & Co"
    assert len(sheet.findall("part/measure")) == 4
    assert (folder / "solo.abc").read_text("utf-8").startswith("X:1\n")
    page = (folder / "solo.html").read_text("utf-8")
    assert "<Elise>" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_a_transposing_instrument(rnnkit: Runner, folder: Path) -> None:
    play(rnnkit, *FOUR, "--instrument", "alto", "--abc", "s.abc", "--transposed")
    assert '"Bm7"' in (folder / "s.abc").read_text()


def test_nothing_is_replaced_unless_forced(rnnkit: Runner, folder: Path) -> None:
    (folder / "solo.wav").write_text("precious")
    asked = ("jazz", *QUICK, *FOUR, "--out", "solo.mid", "--wav", "solo.wav")
    rnnkit(*asked).told(1, "'solo.wav': it exists", "--force")
    # Refused before anything was written.
    assert [path.name for path in folder.iterdir()] == ["solo.wav"]
    assert rnnkit(*asked, "--force").code == 0
    assert (folder / "solo.wav").stat().st_size > 1000


def test_nothing_is_written_if_one_cannot_be_made(rnnkit: Runner, folder: Path) -> None:
    asked = ("--chords", "C", "--choruses", "160", "--tempo", "40", "--wav", "long.wav")
    outcome = rnnkit("jazz", *QUICK, *asked, "--out", "long.mid")
    outcome.told(1, "the piece lasts 97", "fewer choruses")
    assert list(folder.iterdir()) == []


def test_bytes_go_into_a_pipe(rnnkit: Runner, folder: Path) -> None:
    asked = [sys.executable, "-m", "rnnkit", "jazz", *QUICK, *FOUR, "--out", "-"]
    done = subprocess.run(asked, env=CALM, capture_output=True, check=True)
    rnnkit("jazz", *QUICK, *FOUR, "--out", "solo.mid")
    assert done.stdout == (folder / "solo.mid").read_bytes()
    assert score_of(done.stdout).remarks == ()
    assert b"notes" in done.stderr


def test_a_terminal_gets_no_bytes() -> None:
    ours, theirs = pty.openpty()
    asked = [sys.executable, "-m", "rnnkit", "jazz", *QUICK, *FOUR, "--out", "-"]
    done = subprocess.run(
        asked, env=CALM, stdout=theirs, stderr=subprocess.PIPE, check=False
    )
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2
    assert b"would send bytes to the terminal" in done.stderr


def test_going_on_from_a_phrase(rnnkit: Runner) -> None:
    play(rnnkit, *FOUR, "--band", "none", "--out", "first.mid")
    options = ("--prime", "first.mid", "--band", "none", "--swing", "0.5")
    longer = ("--chords", "Dm7 | G7 | Cmaj7 | A7alt | Dm7 | G7 | C6 | %")
    play(rnnkit, *longer, "--choruses", "1", *options, "--out", "solo.mid")
    begun, solo = heard("first.mid"), heard()
    pitches = [note.pitch for note in solo_of(solo)]
    first = [note.pitch for note in solo_of(begun)]
    assert pitches[: len(first)] == first
    assert len(pitches) > len(first) + 5


def test_a_phrase_that_fills_the_form_makes_it_longer(rnnkit: Runner) -> None:
    chords = ("--chords", "Dm7 | G7 | Cmaj7 | A7alt")
    alone = ("--band", "none", "--swing", "0.5")
    whole = play(rnnkit, *chords, "--choruses", "7", *alone, "--out", "first.mid")
    primed = ("--prime", "first.mid", *alone)
    longer = play(rnnkit, *chords, *primed, "--out", "solo.mid")
    assert whole["choruses"] == 7
    assert longer["choruses"] == 8
    assert longer["notes"] > whole["notes"]
    told = rnnkit("jazz", "--quiet", *QUICK, *chords, "--choruses", "7", *primed)
    told.told(2, "the phrase to go on from fills 28 bars", "more than 28 bars")


def test_trading_leaves_every_other_bars_free(rnnkit: Runner) -> None:
    play(rnnkit, "--trade", "4", "--band", "none", "--out", "solo.mid")
    score = heard()
    bar = 4 * score.ticks_per_beat
    played = {note.onset // bar // 4 for note in solo_of(score)}
    assert played == {0, 2, 4}
    sounding = {(note.end - 1) // bar // 4 for note in solo_of(score)}
    assert sounding == {0, 2, 4}


def test_density_and_range_are_obeyed(rnnkit: Runner) -> None:
    few = play(rnnkit, "--density", "-1.5")["notes"]
    many = play(rnnkit, "--density", "1.5")["notes"]
    assert many > 1.5 * few
    play(rnnkit, "--range", "C4-C5", "--out", "solo.mid")
    assert {note.pitch for note in solo_of(heard())} <= set(range(60, 73))


def test_an_instrument_plays_what_it_can(rnnkit: Runner) -> None:
    play(rnnkit, "--instrument", "trombone", "--out", "solo.mid")
    (trombone, *_) = heard().tracks
    assert trombone.program == 57
    assert max(note.pitch for note in trombone.notes) <= 72


def test_the_classic_way(rnnkit: Runner) -> None:
    asked = ("--classic", "--form", "blues", "--out", "solo.mid")
    outcome = rnnkit("jazz", "--json", "--seed", "1", *asked)
    assert outcome.json["model"] == "classic"
    (result,) = outcome.json["results"]
    assert result["passed"]
    # What it is not: near to real solos.
    modern = play(rnnkit, "--form", "blues")
    assert result["distance"] > 2 * modern["distance"]
    score = heard()
    places = {note.onset % score.ticks_per_beat for note in solo_of(score)}
    assert places <= {0, 120, 240, 360}


def test_a_word_that_is_no_command(rnnkit: Runner) -> None:
    rnnkit("jazz", "scroe").told(
        2, "no command 'scroe' in 'rnnkit jazz'", "did you mean 'score'?"
    )
    rnnkit("jazz", "--out", "x.mid", "score", "y.mid").told(
        2, "--out stands before 'score'", "rnnkit jazz score --help"
    )
    rnnkit("jaz").told(2, "no command 'jaz'", "jazz")


def test_the_scorecard_of_a_file_is_that_of_the_solo(rnnkit: Runner) -> None:
    for number, form in enumerate(("rhythm", "blues", "waltz")):
        name = f"solo{number}.mid"
        played = play(rnnkit, "--form", form, "--seed", "2", "--out", name)
        outcome = rnnkit("jazz", "score", name, "--json")
        (judged,) = outcome.json["results"]
        assert outcome.json["command"] == "jazz score"
        assert judged["notes"] == played["notes"]
        assert judged["swing"] == pytest.approx(played["swing"], abs=0.02)
        assert judged["start"] == 2
        for measure, found in judged["scorecard"].items():
            value = played["scorecard"][measure]["value"]
            assert found["value"] == pytest.approx(value, abs=0.12), measure


def test_a_scorecard_as_people_read_it(rnnkit: Runner) -> None:
    play(rnnkit, "--out", "solo.mid")
    outcome = rnnkit("jazz", "score", "solo.mid")
    header, *rows, overlaps, places, copies, total = outcome.stdout.splitlines()
    assert header.split()[:2] == ["measure", "value"]
    assert len(rows) == 21
    assert overlaps.endswith(": none")
    assert places.endswith(": none")
    assert copies.endswith(": none")
    assert "of 21 measures" in total


def test_chords_fail_the_first_gate(rnnkit: Runner, folder: Path) -> None:
    on = b"".join(bytes([0, 0x90, pitch, 80]) for pitch in (60, 64, 67))
    off = b"".join(bytes([wait, 0x80, 60 + up, 0]) for wait, up in ((96, 0), (0, 4)))
    block = on + off + bytes([0, 0x80, 67, 0])
    (folder / "chords.mid").write_bytes(plain(block * 9))
    outcome = rnnkit("jazz", "score", "chords.mid", "--chords", "C6", "--json")
    (judged,) = outcome.json["results"]
    assert judged["gates"]["one_at_a_time"]["found"] == 18
    assert not judged["passed"]


def test_a_file_that_rnnkit_did_not_write(rnnkit: Runner, folder: Path) -> None:
    tune = b"".join(note(60 + step, length=48) for step in (0, 2, 4, 5, 7, 9, 11, 12))
    (folder / "tune.mid").write_bytes(plain(meta(6, b"A") + tune * 2))
    told = rnnkit("jazz", "score", "tune.mid")
    told.told(2, "'tune.mid' has no chords marked in it", "--chords")
    outcome = rnnkit("jazz", "score", "tune.mid", "--chords", "Cmaj7", "--json")
    (judged,) = outcome.json["results"]
    assert judged["scorecard"]["scale_all"]["value"] == 1
    assert judged["scorecard"]["ct_beat"]["value"] == 1
    assert judged["scorecard"]["ct_off"]["value"] == 0.25
    later = rnnkit("jazz", "score", "tune.mid", "--chords", "F#7", "--start", "1")
    assert later.code == 0
    rnnkit("jazz", "score", "tune.mid", "--form", "waltz").told(2, "4 beats", "--time")


def test_looking_into_a_file(rnnkit: Runner) -> None:
    play(rnnkit, *FOUR, "--out", "solo.mid", "--title", "Four")
    outcome = rnnkit("jazz", "inspect", "solo.mid")
    first, header, solo, *others, drums = outcome.stdout.splitlines()
    assert first.startswith("Four: ")
    assert "4 chords marked" in first
    assert header.split()[0] == "track"
    assert solo.split()[-1] == "melody"
    assert len(others) == 2
    assert drums == "and 1 of drums"
    (seen,) = rnnkit("jazz", "inspect", "solo.mid", "--json").json["results"]
    assert seen["melody"] == 1
    assert [track["name"] for track in seen["tracks"]] == ["Tenor Sax", "Piano", "Bass"]
    (other,) = rnnkit("jazz", "inspect", "solo.mid", "--track", "Bass", "--json").json[
        "results"
    ]
    assert other["melody"] == 3


def test_what_was_mended_is_told(rnnkit: Runner, folder: Path) -> None:
    hanging = plain(note() * 9 + bytes([0, 0x90, 60, 80]))
    (folder / "odd.mid").write_bytes(b"junk" + hanging)
    shown = rnnkit("jazz", "inspect", "odd.mid").stdout
    assert shown.count("mended: ") == 2
    escape = meta(3, b"\x1b[31mred\x07")
    (folder / "red.mid").write_bytes(plain(escape + note() * 9))
    assert "\x1b" not in rnnkit("jazz", "inspect", "red.mid").stdout


def test_it_is_listed_among_the_models(rnnkit: Runner) -> None:
    listed = rnnkit("models", "list", "--json").json["results"]
    (entry,) = [each for each in listed if each["name"] == "jazz"]
    assert entry["task"] == "jazz"
    assert "Weimar Jazz Database" in rnnkit("models", "info", "jazz").stdout


def bad_file(data: bytes) -> Any:
    def prepare(folder: Path) -> None:
        (folder / "bad.mid").write_bytes(data)

    return prepare


def bad_font(folder: Path) -> None:
    (folder / "bad.sf2").write_bytes(b"not a font")


JAZZ = ("jazz", "--seed=1")
SCORE = ("jazz", "score")
FAULTS = [
    Case(number, about, words, says, hint, code)
    for number, about, words, says, hint, code in (
        ("J01", "an unknown chord", ("--chords", "Dm7 | Hm7"), "'Hm7'", "", 1),
        ("J02", "no chord", ("--chords", "| |"), "no chord in it", "Dm7 G7", 1),
        ("J03", "nothing", ("--chords", ""), "no chord in it", "Dm7 G7", 1),
        ("J04", "a full bar", ("--chords", "C D E F G"), "5 chords", "a | between", 1),
        ("J05", "an open repeat", ("--chords", "|: C | F"), "does not end", ":|", 1),
        ("J06", "a form", ("--form", "bluse"), "no form", "'blues'", 2),
        ("J07", "a key", ("--key", "H"), "'H' is no key", "Bb", 2),
        ("J08", "minor", ("--key", "Bbm"), "major key", "--key Bb", 2),
        ("J09", "two tunes", ("--chords", "C", "--form", "blues"), "together", "", 2),
        ("J10", "no chart", ("--chart", "no.txt"), "no file 'no.txt'", "", 1),
        ("J11", "time", ("--time", "5/4", "--chords", "C"), "'5/4'", "3/4", 2),
        ("J12", "time of a form", ("--time", "3/4"), "--time goes with", "leave", 2),
        ("J13", "slow", ("--tempo", "39"), "tempo of 39", "40 to 320", 2),
        ("J14", "fast", ("--tempo", "321"), "tempo of 321", "40 to 320", 2),
        ("J15", "no tempo", ("--tempo", "nan"), "not finite", "--tempo 160", 2),
        ("J16", "zero", ("--tempo", "0"), "tempo of 0", "40 to 320", 2),
        ("J17", "swing", ("--swing", "0.9"), "swing of 0.9", "0.8", 2),
        ("J18", "reversed", ("--swing", "0.3"), "swing of 0.3", "0.5", 2),
        ("J19", "instrument", ("--instrument", "tennor"), "'tennor'", "'tenor'", 2),
        ("J20", "band", ("--band", "bass,tuba"), "'tuba'", "--band", 2),
        ("J21", "density", ("--density", "9"), "density 9", "-2", 2),
        ("J22", "range", ("--range", "high"), "'high' is no range", "G3-G5", 2),
        ("J23", "narrow", ("--range", "C4-E4"), "60 and 64", "an octave", 2),
        ("J24", "out of range", ("--range", "0-127"), "0 and 127", "36 and 96", 2),
        ("J25", "choruses", ("--choruses", "0"), "too small", "--choruses 3", 2),
        ("J26", "long", ("--choruses", "2000"), "2048 bars", "1 to 170", 2),
        ("J27", "takes", ("--best-of", "65"), "too large", "1 to 64", 2),
        ("J28", "nobody", ("--trade", "64"), "nobody to trade", "--trade 4", 2),
        ("J29", "no phrase", ("--prime", "no.mid"), "no file 'no.mid'", "", 1),
        ("J30", "one file", ("-o", "a", "--wav", "a"), "would both write", "own", 2),
        ("J31", "font", ("--soundfont", "x.sf2"), "with --wav alone", "--wav", 2),
        ("J32", "part", ("--transposed",), "with --musicxml", "--musicxml", 2),
        ("J33", "classic", ("--classic", "--trade", "4"), "no --trade", "--trade", 2),
        ("J34", "cold", ("--temperature", "-1"), "too small", "0.9", 2),
        ("J35", "no folder", ("--out", "no/solo.mid"), "no folder 'no'", "mkdir", 1),
        ("J36", "option", ("--chrods", "C"), "no option '--chrods'", "--chords", 2),
        ("J37", "model", ("--model", "jaz"), "'jaz'", "jazz", 1),
        ("J38", "other model", ("--model", "dino"), "'dino'", "", 1),
        ("J39", "steps", ("--temperature", "inf"), "not finite", "0.9", 2),
        ("J40", "long text", ("--chords", "C " * 60_000), "120,000 ch", "shorter", 1),
    )
    for words in [(*JAZZ, *words)]
] + [
    Case(number, about, (*SCORE, "bad.mid", *words), says, hint, code, bad_file(data))
    for number, about, words, says, hint, code, data in (
        ("K01", "empty", (), "it is empty", "", 1, b""),
        ("K02", "text", (), "not a MIDI file", "", 1, b"hello there"),
        ("K03", "0xFF", (), "not a MIDI file", "", 1, b"\xff" * 200_000),
        ("K04", "cut", (), "", "", 1, plain()[:9]),
        ("K05", "no notes", ("--chords", "C"), "no track", "", 1, plain(b"")),
        ("K06", "track", ("--chords", "C", "--track", "9"), "'9'", "", 1, plain()),
        ("K07", "swing", ("--chords", "C", "--swing", "2"), "2", "0.8", 2, plain()),
        ("K08", "no chords", (), "no chords", "--chords", 2, plain(note() * 9)),
    )
]


@numbered(FAULTS)
def test_faults(case: Case, folder: Path, rnnkit: Runner) -> None:
    survive(case, folder, rnnkit)


@pytest.mark.parametrize("size", [10_000, 200_000])
def test_ages_do_not_become_sound(folder: Path, rnnkit: Runner, size: int) -> None:
    # Each of these notes lasts three years.
    long = b"\0\x90\x3c\x50\xff\xff\xff\x7f\x80\x3c\0" * (size // 10)
    (folder / "ages.mid").write_bytes(plain(long))
    outcome = rnnkit("jazz", *QUICK, *FOUR, "--prime", "ages.mid", "--wav", "s.wav")
    assert outcome.code in {1, 2}
    assert outcome.stderr.splitlines()[-2].startswith("error: ")
    assert not (folder / "s.wav").exists()


def test_a_soundfont_needs_fluidsynth(
    rnnkit: Runner, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("jazz", *QUICK, *FOUR, "--wav", "s.wav", "--soundfont", "bad.sf2")
    bad_font(folder)
    monkeypatch.setenv("PATH", str(folder))
    rnnkit(*asked).told(2, "it is not installed", "apt install fluidsynth")
    program = folder / "fluidsynth"
    program.write_text("#!/bin/sh\necho broken >&2; exit 3\n")
    program.chmod(0o755)
    rnnkit(*asked).told(1, "'bad.sf2' is no soundfont", ".sf2")
    (folder / "bad.sf2").write_bytes(b"RIFF\0\0\0\0sfbk")
    rnnkit(*asked).told(1, "FluidSynth failed: broken", "another soundfont")
    assert not (folder / "s.wav").exists()


def test_a_soundfont_is_played(
    rnnkit: Runner, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a program that says which options FluidSynth was given."""
    (folder / "our.sf2").write_bytes(b"RIFF\0\0\0\0sfbk")
    program = folder / "fluidsynth"
    program.write_text(
        f'#!{sys.executable}\nimport sys\ntarget = sys.argv[sys.argv.index("-F") + 1]\n'
        'open(target, "wb").write(open(sys.argv[-1], "rb").read())\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    play(rnnkit, *FOUR, "--wav", "s.wav", "--soundfont", "our.sf2", "--out", "s.mid")
    assert (folder / "s.wav").read_bytes() == (folder / "s.mid").read_bytes()


def test_outcomes_survive_narrow_encodings(rnnkit_process: Runner) -> None:
    asked = ("jazz", *QUICK, *FOUR)
    outcome: Outcome = rnnkit_process(
        *asked, environ={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    )
    assert outcome.code == 0
    assert outcome.stdout.isascii()
    assert re.search(r"^ +\|[ '.=]*['.=]{2}", outcome.stdout, re.MULTILINE)
