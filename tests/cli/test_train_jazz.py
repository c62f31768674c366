# SPDX-License-Identifier: Apache-2.0
"""`rnnkit train jazz`: solos over chords, one a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnkit.files.midi_writing import midi_bytes, write_midi
from rnnkit.tasks.jazz.model import SoloModel
from tests.conftest import Outcome, Runner
from tests.tasks.jazz.lessons import FILE, harmony, piece

SMALL = ("--hidden", "8", "--steps", "16", "--epochs", "2", "--seed", "1")
SPLIT = ("--validation", "0.2", "--test", "0.2")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a file of twelve solos."""
    (tmp_path / "solos.jsonl").write_text("\n".join(FILE) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def train(rnnkit: Runner, *more: str) -> Outcome:
    return rnnkit(
        "train", "jazz", "solos.jsonl", "--out", "my.safetensors", *SMALL, *SPLIT, *more
    )


def test_what_it_tells(folder: Path, rnnkit: Runner) -> None:
    outcome = train(rnnkit, "--svg", "losses.svg")
    assert "nats a note" in (folder / "losses.svg").read_text()
    assert outcome.code == 0, outcome.stderr
    notes, network, *progress = outcome.stderr.splitlines()
    assert notes.startswith("notes to learn from: ")
    assert "to beat: n-grams" in network
    assert sum(line.startswith("epoch ") for line in progress) == 2
    header, training, validation, test, *advice, wrote = outcome.stdout.splitlines()
    assert header.split()[3:] == [
        "pitch",
        "duration",
        "next",
        "step",
        "together",
        "n-grams",
    ]
    assert [row.split()[0] for row in (training, validation, test)] == [
        "training",
        "validation",
        "test",
    ]
    pitch, duration, step, together, counted = map(float, test.split()[1:])
    assert together == pytest.approx(pitch + duration + step, abs=0.002)
    assert 0 < counted < 10
    assert advice
    assert wrote == "wrote my.safetensors"


def test_the_model_improvises(folder: Path, rnnkit: Runner) -> None:
    train(rnnkit)
    model = SoloModel.load(folder / "my.safetensors")
    assert len(model.improvise(harmony(), seed=1)[0].notes) > 5


def test_json(folder: Path, rnnkit: Runner) -> None:
    outcome = train(rnnkit, "--json")
    (result,) = outcome.json["results"]
    assert result["epochs"] == 2
    assert result["test_loss"] == pytest.approx(sum(result["test_losses"].values()))
    assert result["ngram_test_losses"].keys() == result["test_losses"].keys()


def test_resuming(folder: Path, rnnkit: Runner) -> None:
    train(rnnkit)
    longer = train(rnnkit, "--resume", "--force", "--epochs", "3")
    assert longer.code == 0, longer.stderr
    assert "going on after epoch 2" in longer.stderr


def test_another_collection_is_not_what_was_begun(folder: Path, rnnkit: Runner) -> None:
    train(rnnkit)
    (folder / "solos.jsonl").write_text("\n".join(FILE[1:]), encoding="utf-8")
    outcome = train(rnnkit, "--resume", "--force")
    outcome.told(1, "from another collection of solos", "give the same collection")


def test_a_file_that_holds_no_solos(folder: Path, rnnkit: Runner) -> None:
    (folder / "solos.jsonl").write_text("Rex\nRaptor\n", encoding="utf-8")
    train(rnnkit).told(1, "line 1 does not hold the events of a solo", "JSON object")
    assert not (folder / "my.safetensors").exists()


@pytest.fixture
def recorded(folder: Path) -> Path:
    """A folder of four MIDI files, and three that are broken."""
    midi = folder / "midi"
    midi.mkdir()
    for number in range(4):
        write_midi(midi / f"tune {number}.mid", piece(number))
    (midi / "noise.mid").write_bytes(b"\xff" * 5000)
    (midi / "empty.mid").write_bytes(b"")
    (midi / "half.mid").write_bytes(midi_bytes(piece())[:60])
    return midi


def test_a_folder_of_midi_files(recorded: Path, rnnkit: Runner) -> None:
    outcome = rnnkit("train", "jazz", "midi", "--out", "my.safetensors", *SMALL)
    assert outcome.code == 0, outcome.stderr
    first, *rest = outcome.stderr.splitlines()
    assert first == "MIDI files: 4; their chords were written in it in 4"
    told = [line for line in rest if line.startswith("left out: ")]
    assert [name in " ".join(told) for name in ("noise", "empty", "half")] == [True] * 3
    assert len(told) == 3
    assert "n-grams" in outcome.stdout
    model = SoloModel.load(recorded.parent / "my.safetensors")
    assert model.stored.training["solos"]["validation"] > 0


def test_one_midi_file_cannot_be_split(recorded: Path, rnnkit: Runner) -> None:
    outcome = rnnkit(
        "train", "jazz", "midi/tune 0.mid", "--out", "my.safetensors", "--quiet", *SMALL
    )
    outcome.told(1, "too few tunes: 1", "two tunes or more")


def test_looking_into_midi_files(recorded: Path, rnnkit: Runner) -> None:
    outcome = rnnkit("train", "jazz", "midi", "--inspect")
    assert outcome.code == 0, outcome.stderr
    header, *rows = outcome.stdout.splitlines()
    assert header.split()[:2] == ["file", "melody"]
    assert len(rows) == 4
    assert all("Tenor Sax" in row and "written in it" in row for row in rows)
    assert outcome.stderr.count("left out: ") == 3
    outcome = rnnkit("train", "jazz", "midi/tune 1.mid", "--inspect")
    assert [line.split()[1:2] for line in outcome.stdout.splitlines()[1:3]]
    assert "the melody" in outcome.stdout
    assert "beats a minute; chords written in it" in outcome.stdout


def test_looking_as_json(recorded: Path, rnnkit: Runner) -> None:
    outcome = rnnkit("train", "jazz", "midi", "--inspect", "--track", "bass", "--json")
    results = outcome.json["results"]
    assert [Path(result["file"]).name for result in results] == [
        f"tune {number}.mid" for number in range(4)
    ]
    for result in results:
        names = {track["number"]: track["name"] for track in result["tracks"]}
        assert names[result["melody"]] == "Bass"


def test_what_has_no_tracks(folder: Path, rnnkit: Runner) -> None:
    train(rnnkit, "--track", "2").told(2, "not in MIDI files", "leave out --track")
    outcome = rnnkit("train", "jazz", "solos.jsonl", "--inspect")
    outcome.told(2, "looks into MIDI files", "a folder")
    rnnkit("train", "jazz", "solos.jsonl").told(2, "where to write", "--out")
    (folder / "nothing").mkdir()
    outcome = rnnkit("train", "jazz", "nothing", "--inspect")
    outcome.told(1, "no MIDI file", "a folder")
