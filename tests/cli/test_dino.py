# SPDX-License-Identifier: Apache-2.0
"""What `rnnkit dino` prints for a model of thirty names, and for the one that ships."""

from __future__ import annotations

import functools
import io
import math
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from rnnkit.files import assets
from rnnkit.files.text import read_lines
from rnnkit.tasks.dino import NameModel
from tests import small_model
from tests.conftest import Outcome, Runner


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file of a small model; its name has a blank in it, as those of people do."""
    folder = tmp_path_factory.mktemp("my models")
    return str(small_model.train(folder))


def envelope(outcome: Outcome, command: str, seed: int | None, model: str) -> Any:
    """The results of the one object that `--json` prints, once the rest is checked."""
    assert (outcome.code, outcome.stderr) == (0, "")
    assert outcome.stdout.endswith("}\n")
    assert outcome.stdout.count("\n") == 1
    told = outcome.json
    assert list(told) == ["schema", "command", "seed", "model", "results"]
    head = (told["schema"], told["command"], told["seed"], told["model"])
    assert head == (1, command, seed, model)
    return told["results"]


def assert_names(results: Any) -> None:
    """Every result has the fields of a name, and no others."""
    for result in results:
        assert list(result) == ["text", "nll", "novel"]
        assert isinstance(result["text"], str)
        assert math.isfinite(result["nll"])
        assert result["nll"] > 0
        assert result["novel"] is (result["text"] not in small_model.NAMES)


class TestSample:
    def test_ten_new_names(self, rnnkit: Runner, model: str) -> None:
        outcome = rnnkit("dino", "sample", "--model", model, "--seed", "1")
        assert (outcome.code, outcome.stderr) == (0, "")
        names = outcome.stdout.splitlines()
        assert len(names) == len(set(names)) == 10
        assert not set(names) & set(small_model.NAMES)
        for name in names:
            assert len(name) >= 4
            assert name.isalpha()
            assert name == name.capitalize()

    def test_the_same_in_json(self, rnnkit: Runner, model: str) -> None:
        words = ("dino", "sample", "-m", model, "--seed", "1", "-n", "5")
        results = envelope(rnnkit(*words, "--json"), "dino sample", 1, model)
        assert_names(results)
        assert all(result["novel"] for result in results)
        assert rnnkit(*words, "--jsonl").jsonl == results
        assert rnnkit(*words).stdout.split() == [each["text"] for each in results]

    def test_the_nats_are_those_of_score(self, rnnkit: Runner, model: str) -> None:
        words = ("dino", "sample", "-m", model, "--seed", "1", "-t", "2", "--json")
        for result in rnnkit(*words).json["results"]:
            scored = rnnkit("dino", "score", result["text"], "-m", model, "--json")
            (score,) = scored.json["results"]
            assert score["nll"] == pytest.approx(result["nll"], rel=1e-4)

    def test_same_seed_same_bytes(
        self, rnnkit: Runner, rnnkit_process: Runner, model: str
    ) -> None:
        words = ("dino", "sample", "-m", model, "-n", "40", "--json", "--seed")
        first = rnnkit(*words, "7").stdout
        assert rnnkit(*words, "7").stdout == first
        assert rnnkit(*words, "8").stdout != first
        elsewhere = {"PYTHONHASHSEED": "99"}
        assert rnnkit_process(*words, "7", environ=elsewhere).stdout == first

    def test_without_a_seed_one_is_told(self, rnnkit: Runner, model: str) -> None:
        words = ("dino", "sample", "-m", model, "--json")
        outcome = rnnkit(*words)
        seed = str(outcome.json["seed"])
        assert outcome.stderr == f"seed: {seed} (repeat with --seed {seed})\n"
        assert rnnkit(*words, "--seed", seed).stdout == outcome.stdout
        quiet = rnnkit("dino", "sample", "-m", model, "--quiet")
        assert (len(quiet.stdout.split()), quiet.stderr) == (10, "")

    def test_more_names_begin_with_the_same(self, rnnkit: Runner, model: str) -> None:
        words = ("dino", "sample", "-m", model, "--seed", "3", "-n")
        few, many = rnnkit(*words, "3").stdout, rnnkit(*words, "200").stdout
        assert many.startswith(few)
        assert len(set(many.split())) == 200

    @pytest.mark.parametrize("prefix", ["Tyr", "tyr", "TYR"])
    def test_a_prefix(self, rnnkit: Runner, model: str, prefix: str) -> None:
        words = ("dino", "sample", "-m", model, "--seed", "1", "--prefix", prefix)
        names = rnnkit(*words).stdout.split()
        assert len(names) == 10
        assert all(name.startswith("Tyr") for name in names)

    def test_lengths(self, rnnkit: Runner, model: str) -> None:
        words = ("dino", "sample", "-m", model, "--seed", "1", "-n", "50")
        limits = ("--min-length", "6", "--max-length", "7")
        lengths = {len(name) for name in rnnkit(*words, *limits).stdout.split()}
        assert lengths == {6, 7}

    def test_temperature(self, rnnkit: Runner, model: str) -> None:
        def surprise(temperature: str) -> float:
            words = ("dino", "sample", "-m", model, "--seed", "1", "-n", "50", "--json")
            results = rnnkit(*words, "-t", temperature).json["results"]
            return float(sum(result["nll"] for result in results))

        assert surprise("0.5") < surprise("1") < surprise("2")

    def test_a_known_name_must_be_allowed(self, rnnkit: Runner, model: str) -> None:
        """Nothing but Stegosaurus begins so and has at most eleven letters."""
        only = ("--prefix", "stegosaurus", "--max-length", "11")
        words = ("dino", "sample", "-m", model, "--seed", "1", *only)
        rnnkit(*words).told(1, "no such name to offer", "--allow-known")
        outcome = rnnkit(*words, "--allow-known")
        assert outcome.stdout == "Stegosaurus\n"
        assert outcome.stderr.startswith("only 1 of 10: ")
        (result,) = rnnkit(*words, "--allow-known", "--json").json["results"]
        assert result["novel"] is False

    def test_at_temperature_0_there_is_one(self, rnnkit: Runner, model: str) -> None:
        outcome = rnnkit("dino", "sample", "-m", model, "-t", "0", "--seed", "1")
        assert len(outcome.stdout.split()) == 1
        assert outcome.stderr.startswith("only 1 of 10: ")
        assert "higher --temperature" in outcome.stderr


class TestComplete:
    def test_names_that_begin_so(self, rnnkit: Runner, model: str) -> None:
        words = ("dino", "complete", "stego", "-m", model, "--seed", "1")
        results = envelope(rnnkit(*words, "--json"), "dino complete", 1, model)
        assert_names(results)
        names = [result["text"] for result in results]
        assert len(set(names)) == 10
        assert all(name.startswith("Stego") for name in names)
        assert rnnkit(*words).stdout.split() == names
        assert rnnkit(*words, "--jsonl").jsonl == results

    def test_real_names_may_come_out(self, rnnkit: Runner, model: str) -> None:
        words = ("dino", "complete", "Stegosaurus", "-m", model, "--seed", "1")
        outcome = rnnkit(*words, "-n", "1", "--max-length", "11", "--json")
        (result,) = envelope(outcome, "dino complete", 1, model)
        assert (result["text"], result["novel"]) == ("Stegosaurus", False)

    def test_a_beam_finds_the_likeliest(self, rnnkit: Runner, model: str) -> None:
        words = ("dino", "complete", "Ste", "-m", model, "--beam", "30", "--json")
        outcome = rnnkit(*words)
        results = envelope(outcome, "dino complete", None, model)
        assert_names(results)
        assert len(results) == 10
        # Best first: a name counts as a whole, not by its letters.
        nats = [result["nll"] * (len(result["text"]) + 1) for result in results]
        assert nats == sorted(nats)
        assert rnnkit(*words, "--seed", "2", "-t", "3").json["results"] == results
        # What chance comes upon is not likelier.
        drawn = ("dino", "complete", "Ste", "-m", model, "--seed", "1", "-n", "200")
        for result in rnnkit(*drawn, "--json").json["results"]:
            assert result["nll"] * (len(result["text"]) + 1) > nats[0] - 1e-4


class TestScore:
    def test_json(self, rnnkit: Runner, model: str) -> None:
        words = ("dino", "score", "TYRannosaurus", "Rex", "-m", model)
        results = envelope(rnnkit(*words, "--json"), "dino score", None, model)
        assert [result["text"] for result in results] == ["TYRannosaurus", "Rex"]
        for result in results:
            assert list(result) == ["text", "nll", "characters"]
            characters = result["characters"]
            assert all(list(each) == ["char", "nll"] for each in characters)
            # The last one is the end of the name.
            letters = [each["char"] for each in characters]
            assert letters == [*result["text"].lower(), ""]
            nats = [each["nll"] for each in characters]
            assert min(nats) >= 0
            assert sum(nats) / len(nats) == pytest.approx(result["nll"])
        assert rnnkit(*words, "--jsonl").jsonl == results

    def test_what_it_learnt_surprises_it_less(self, rnnkit: Runner, model: str) -> None:
        outcome = rnnkit(
            "dino", "score", "Stegosaurus", "Rtxgnn", "-m", model, "--json"
        )
        known, noise = outcome.json["results"]
        assert known["nll"] + 1 < noise["nll"]

    def test_in_the_terminal(self, rnnkit: Runner, model: str) -> None:
        outcome = rnnkit("dino", "score", "Rex", "Stegosaurus", "-m", model)
        told = rnnkit("dino", "score", "Rex", "-m", model, "--json").json["results"][0]
        first, letters, bars, second, *_ = outcome.stdout.splitlines()
        assert first == f"Rex  {told['nll']:.3f} nats a character"
        assert letters.split() == ["r", "e", "x", "·"]
        assert len(bars.split()) == 4
        assert second.startswith("Stegosaurus  ")

    def test_lines_from_a_pipe(
        self, rnnkit: Runner, model: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data = io.BytesIO(b"Rex\r\n\n  Stegosaurus \n")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(data))
        outcome = rnnkit("dino", "score", "Agi", "-", "Tyra", "-m", model, "--jsonl")
        texts = [result["text"] for result in outcome.jsonl]
        assert texts == ["Agi", "Rex", "Stegosaurus", "Tyra"]

    def test_a_thousand_are_scored_as_each_alone(
        self, rnnkit: Runner, model: str
    ) -> None:
        names = (small_model.NAMES * 34)[:1000]
        together = rnnkit("dino", "score", *names, "-m", model, "--jsonl").jsonl
        assert [result["text"] for result in together] == names
        alone = rnnkit("dino", "score", names[0], "-m", model, "--jsonl").jsonl[0]
        for result in together[::30]:
            assert result["nll"] == pytest.approx(alone["nll"], rel=1e-5)


class TestInspect:
    def test_json(self, rnnkit: Runner, model: str) -> None:
        outcome = rnnkit("dino", "inspect", "Stego", "-m", model, "--json")
        (seen,) = envelope(outcome, "dino inspect", None, model)
        assert list(seen) == ["text", "characters", "layers"]
        assert seen["text"] == "Stego"
        assert [each["char"] for each in seen["characters"]] == ["", *"stego"]
        for each in seen["characters"]:
            chances = [guess["probability"] for guess in each["expected"]]
            assert chances == sorted(chances, reverse=True)
            assert len(chances) == 3
        (layer,) = seen["layers"]
        gates = {"hidden", "input_gate", "forget_gate", "output_gate", "cell_tanh"}
        assert gates <= set(layer)
        for rows in layer.values():
            assert [len(row) for row in rows] == [16] * 6

    def test_in_the_terminal(self, rnnkit: Runner, model: str) -> None:
        words = ("dino", "inspect", "Stego", "-m", model, "--units", "3")
        lines = rnnkit(*words).stdout.splitlines()
        assert lines[0] == "Stego: layer 1 of 1"
        assert lines[1].split() == ["reads", "·", *"stego"]
        assert lines[2].split()[0] == "surprise"
        assert lines[3].split()[0] == "expects"
        assert lines.count("hidden units") == lines.count("forget gate") == 1
        # Five panels of three units, each under its title.
        assert len(lines) == 4 + 5 * (1 + 3) + 1

    def test_svg(self, rnnkit: Runner, model: str, tmp_path: Path) -> None:
        picture = tmp_path / "gates.svg"
        words = ("dino", "inspect", "Stego", "-m", model, "--svg", str(picture))
        outcome = rnnkit(*words)
        assert outcome.stderr == f"wrote {picture}\n"
        root = ElementTree.fromstring(picture.read_text(encoding="utf-8"))
        assert root.tag.endswith("svg")
        assert "Stego: layer 1 of 1" in "".join(root.itertext())
        before = picture.read_bytes()
        assert rnnkit(*words, "--force", "--json").code == 0
        assert picture.read_bytes() == before

    @pytest.mark.parametrize(
        ("cell", "panels"),
        [("rnn", {"hidden units"}), ("gru", {"reset gate", "update gate"})],
    )
    def test_other_cells(
        self, rnnkit: Runner, tmp_path: Path, cell: str, panels: set[str]
    ) -> None:
        more = ("--cell", cell, "--layers", "2", "--epochs", "1")
        model = str(small_model.train(tmp_path, *more))
        outcome = rnnkit("dino", "inspect", "Stego", "-m", model, "--layer", "2")
        lines = outcome.stdout.splitlines()
        assert lines[0] == "Stego: layer 2 of 2"
        assert panels <= set(lines)
        assert "forget gate" not in lines


@functools.cache
def dinosaurs() -> frozenset[str]:
    """The list that the shipped model was trained on."""
    return frozenset(read_lines(str(assets.find("dino/names.txt"))))


class TestTheShippedModel:
    """`rnnkit dino` without `--model`, from the first process to the last name."""

    def test_the_first_command_anybody_types(self, rnnkit_process: Runner) -> None:
        outcome = rnnkit_process("dino", "sample")
        assert outcome.code == 0
        names = outcome.stdout.split()
        assert len(names) == len(set(names)) == 10
        assert not set(names) & dinosaurs()
        (note,) = outcome.stderr.splitlines()
        seed = note.rpartition(" ")[2].rstrip(")")
        again = rnnkit_process("dino", "sample", "--seed", seed)
        assert (again.stdout, again.stderr) == (outcome.stdout, "")

    def test_a_hundred_names_read_like_dinosaurs(self, rnnkit: Runner) -> None:
        outcome = rnnkit("dino", "sample", "-n", "100", "--seed", "1", "--json")
        results = envelope(outcome, "dino sample", 1, "dino")
        names = [result["text"] for result in results]
        assert len(set(names)) == 100
        assert not set(names) & dinosaurs()
        assert sum(name.endswith("us") for name in names) > 30
        assert 7 < sum(map(len, names)) / 100 < 15
        assert sum(result["nll"] for result in results) / 100 < 2

    def test_it_knows_what_it_was_trained_on(self) -> None:
        model = NameModel.load(assets.model_path("dino", "dino"))
        assert all(model.is_known(name) for name in dinosaurs())
        assert len(model.known) == len(dinosaurs())

    def test_complete(self, rnnkit: Runner) -> None:
        names = rnnkit("dino", "complete", "Tyra", "--seed", "1").stdout.split()
        assert len(names) == 10
        assert all(name.startswith("Tyra") for name in names)
        likeliest = rnnkit("dino", "complete", "Tyrannosa", "--beam", "20").stdout
        assert "Tyrannosaurus" in likeliest.split()

    def test_score(self, rnnkit: Runner) -> None:
        outcome = rnnkit("dino", "score", "Velociraptor", "Qwzkxbnm", "--json")
        real, noise = envelope(outcome, "dino score", None, "dino")
        assert real["nll"] + 2 < noise["nll"]

    def test_inspect(self, rnnkit: Runner) -> None:
        outcome = rnnkit("dino", "inspect", "Tyrannosaurus")
        assert outcome.code == 0
        # After "Tyrannosauru" nothing else is expected.
        expects = next(
            line for line in outcome.stdout.splitlines() if "expects" in line
        )
        assert expects.split()[-2:] == ["s", "·"]

    def test_the_metrics_that_are_told_are_its_own(self) -> None:
        """The manifest repeats what the file says, to the last digit."""
        (asset,) = (each for each in assets.manifest() if each.name == "dino")
        model = NameModel.load(assets.find(asset.file))
        assert asset.metrics == model.stored.metrics
