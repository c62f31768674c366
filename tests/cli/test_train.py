# SPDX-License-Identifier: Apache-2.0
"""`rnnkit train dino`: any list of names, in any alphabet."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from rnnkit.files.weights import load_tensors
from rnnkit.tasks.dino import NameModel
from tests.conftest import Outcome, Runner
from tests.small_model import LIST, SIZES

SHORT = (*SIZES, "--epochs", "3", "--seed", "1")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a list of thirty dinosaurs."""
    (tmp_path / "names.txt").write_text(LIST, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def train(rnnkit: Runner, *more: str, out: str = "my.safetensors") -> Outcome:
    """Train a small network on the list; it must succeed."""
    outcome = rnnkit("train", "dino", "names.txt", "--out", out, *SHORT, *more)
    assert outcome.code == 0, outcome.stderr
    return outcome


def test_what_it_tells(folder: Path, rnnkit: Runner) -> None:
    outcome = train(rnnkit)
    names, network, *progress = outcome.stderr.splitlines()
    assert names == (
        "names to learn from: 27, to validate: 3, to test: 0; characters: 21"
    )
    assert network.startswith("LSTM, 1 x 16 units, 2,214 parameters; to beat: bigram ")
    *_, bigram, _, kneser_ney, _, _, _ = network.replace(",", "").split()

    # Every epoch has its losses; samples follow.
    epochs = [line for line in progress if line.startswith("epoch ")]
    assert [line.partition("  ")[0] for line in epochs] == [
        f"epoch {number} of 3" for number in (1, 2, 3)
    ]
    assert "best so far" in epochs[0]
    assert any(line.startswith("    ") and "," in line for line in progress)
    # The picture of both curves, with lines for what counting gets.
    legend = "● training ○ validation ▲ bigram △ Kneser-Ney"
    assert progress[-2].split() == legend.split()
    assert "kept my.checkpoint.safetensors" in progress[-1]

    header, training, validation, *advice, wrote = outcome.stdout.splitlines()
    assert header.split()[3:] == ["network", "bigram", "Kneser-Ney"]
    assert training.split()[0] == "training"
    assert validation.split()[0] == "validation"
    assert validation.split()[2:] == [bigram, kneser_ney]
    # In plain words, and with something to try.
    assert advice
    assert all(line.endswith(".") for line in advice)
    assert "epochs" in " ".join(advice)
    assert wrote == "wrote my.safetensors: rnnkit dino sample --model my.safetensors"


def test_what_it_tells_is_what_can_be_typed(folder: Path, rnnkit: Runner) -> None:
    words = train(rnnkit).stdout.splitlines()[-1].partition(": ")[2].split()
    assert words[0] == "rnnkit"
    assert len(rnnkit(*words[1:], "--seed", "1").stdout.split()) == 10


def test_the_curves_as_svg(folder: Path, rnnkit: Runner) -> None:
    outcome = train(rnnkit, "--svg", "losses.svg")
    assert "wrote losses.svg" in outcome.stderr
    drawn = (folder / "losses.svg").read_text()
    assert drawn.count("<polyline") == 4
    again = ("train", "dino", "names.txt", "--out", "b.safetensors", *SHORT, "--svg")
    rnnkit(*again, "losses.svg").told(1, "it exists", "--force")
    rnnkit(*again, "-").told(2, "cannot be written to standard output", "losses.svg")
    assert not (folder / "b.safetensors").exists()


def test_json(folder: Path, rnnkit: Runner) -> None:
    told = train(rnnkit, "--json").json
    assert list(told) == ["schema", "command", "seed", "model", "results"]
    head = (told["schema"], told["command"], told["seed"], told["model"])
    assert head == (1, "train dino", 1, "my.safetensors")
    (result,) = told["results"]
    promised = {"model", "epochs", "train_loss", "validation_loss", "seconds"}
    beside = {"test_loss", "advice", "mix"}
    for model in ("bigram", "kneser_ney", "network"):
        beside |= {f"{model}_validation_loss", f"{model}_test_loss"}
    assert set(result) == promised | beside | {"network_train_loss"}
    assert (result["model"], result["epochs"]) == ("my.safetensors", 3)
    assert 0 < result["train_loss"] < math.log(22)
    assert result["validation_loss"] > 0
    assert result["seconds"] > 0
    assert result["mix"] == 0
    assert result["network_validation_loss"] == result["validation_loss"]
    for model in ("", "bigram_", "kneser_ney_", "network_"):
        assert result[f"{model}test_loss"] is None
    metrics = NameModel.load(folder / "my.safetensors").stored.metrics
    assert metrics["validation_loss"] == result["validation_loss"]

    result = train(rnnkit, "--jsonl", out="other").jsonl[0]
    assert result["train_loss"] == metrics["train_loss"]


def test_a_test_set_is_looked_at_once(folder: Path, rnnkit: Runner) -> None:
    outcome = train(rnnkit, "--test", "0.2", "--json")
    assert "to validate: 3, to test: 6; " in outcome.stderr
    (result,) = outcome.json["results"]
    assert result["test_loss"] > 0
    assert result["bigram_test_loss"] > 0
    lines = train(rnnkit, "--test", "0.2", out="other").stdout.splitlines()
    assert lines[3].split()[:2] == ["test", f"{result['test_loss']:.3f}"]


def test_a_mixture_with_counting(folder: Path, rnnkit: Runner) -> None:
    outcome = train(rnnkit, "--test", "0.2", "--mix", "0.4")
    header, training, validation, test, *_ = outcome.stdout.splitlines()
    assert header.split()[3:] == ["mixture", "(0.4)", "network", "bigram", "Kneser-Ney"]
    words = ("--test", "0.2", "--mix", "auto", "--json")
    (result,) = train(rnnkit, *words, out="auto").json["results"]
    assert 0 < result["mix"] <= 1
    for part, row in (("validation", validation), ("test", test)):
        told = [f"{result[f'{m}_{part}_loss']:.3f}" for m in ("network", "bigram")]
        assert row.split()[2:4] == told
        assert row.split()[4] == f"{result[f'kneser_ney_{part}_loss']:.3f}"
        # In part as surprised as the one, in part as the other: never more than both.
        parts = result[f"network_{part}_loss"], result[f"kneser_ney_{part}_loss"]
        assert result[f"{part}_loss"] < max(parts)
    assert float(training.split()[1]) < result["network_train_loss"]

    sample = ("dino", "sample", "--seed", "1", "-n", "5", "--json", "--model")
    for name in ("my.safetensors", "auto"):
        found = rnnkit(*sample, name).json["results"]
        texts = [each["text"] for each in found]
        scored = rnnkit("dino", "score", *texts, "--json", "--model", name)
        for one, again in zip(found, scored.json["results"], strict=True):
            assert one["nll"] == pytest.approx(again["nll"], abs=1e-5)


def test_no_mixture_is_a_network_alone(folder: Path, rnnkit: Runner) -> None:
    train(rnnkit)
    train(rnnkit, "--mix", "0", out="zero")
    assert (folder / "zero").read_bytes() == (folder / "my.safetensors").read_bytes()


def test_a_mixture_may_be_wanted_afterwards(folder: Path, rnnkit: Runner) -> None:
    """It has no part in the training, so a checkpoint fits with any."""
    train(rnnkit, "--mix", "0.4")
    expected = (folder / "my.safetensors").read_bytes()
    train(rnnkit, "--force")
    assert (folder / "my.safetensors").read_bytes() != expected
    train(rnnkit, "--mix", "0.4", "--resume", "--force")
    assert (folder / "my.safetensors").read_bytes() == expected


@pytest.mark.parametrize("given", ["-0.1", "1.5", "nan", "half", "", "AUTO"])
def test_what_is_no_share(folder: Path, rnnkit: Runner, given: str) -> None:
    words = ("train", "dino", "names.txt", "--out", "my", *SHORT)
    outcome = rnnkit(*words, "--mix", given)
    assert outcome.code == 2
    error, hint = outcome.stderr.splitlines()
    assert error.startswith("error: --mix")
    assert hint.endswith("--mix 0.4, or --mix auto")


def test_same_seed_same_bytes(
    folder: Path, rnnkit: Runner, rnnkit_process: Runner
) -> None:
    train(rnnkit)
    expected = (folder / "my.safetensors").read_bytes()
    train(rnnkit, "--quiet", out="again")
    assert (folder / "again").read_bytes() == expected
    elsewhere = {"PYTHONHASHSEED": "99"}
    words = ("train", "dino", "names.txt", "--out", "elsewhere", *SHORT)
    assert rnnkit_process(*words, environ=elsewhere).code == 0
    assert (folder / "elsewhere").read_bytes() == expected
    train(rnnkit, "--seed", "2", out="other")
    assert (folder / "other").read_bytes() != expected


def test_without_a_seed_one_is_told(folder: Path, rnnkit: Runner) -> None:
    words = ("train", "dino", "names.txt", *SIZES, "--epochs", "1", "--json")
    outcome = rnnkit(*words, "--out", "one")
    seed = str(outcome.json["seed"])
    note = f"seed: {seed} (repeat with --seed {seed})"
    assert note in outcome.stderr.splitlines()
    assert rnnkit(*words, "--out", "two", "--seed", seed).code == 0
    assert (folder / "one").read_bytes() == (folder / "two").read_bytes()


def test_a_list_from_a_pipe(
    folder: Path, rnnkit: Runner, rnnkit_process: Runner
) -> None:
    train(rnnkit)
    words = ("train", "dino", "-", "--out", "piped", *SHORT)
    outcome = rnnkit_process(*words, input=LIST.encode())
    assert outcome.code == 0, outcome.stderr
    expected = (folder / "my.safetensors").read_bytes()
    assert (folder / "piped").read_bytes() == expected


def test_quiet(folder: Path, rnnkit: Runner) -> None:
    outcome = train(rnnkit, "--quiet")
    assert outcome.stderr == ""
    assert outcome.stdout.startswith("nats a character")


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_the_options_are_obeyed(folder: Path, rnnkit: Runner, cell: str) -> None:
    shape = ("--cell", cell, "--layers", "2", "--hidden", "5", "--embedding", "0")
    outcome = train(rnnkit, *shape, "--dropout", "0.25", "--optimizer", "rmsprop")
    assert f"{cell.upper()}, 2 x 5 units" in outcome.stderr
    model = NameModel.load(folder / "my.safetensors")
    config = model.network.config
    assert (config.recurrence.cell, config.recurrence.layers) == (cell, 2)
    assert config.recurrence.hidden == 5
    assert config.dropout.between == config.dropout.outputs == 0.25
    training = model.stored.training
    assert (training["optimizer"], training["seed"]) == ("rmsprop", 1)
    assert training["names"] == {"train": 27, "validation": 3, "test": 0}


@pytest.mark.parametrize(
    ("optimizer", "schedule"),
    [
        *((each, "cosine") for each in ("sgd", "adagrad", "rmsprop", "adam", "adamw")),
        *(("adamw", each) for each in ("constant", "step", "onecycle")),
    ],
)
def test_every_way_to_learn_learns(
    folder: Path, rnnkit: Runner, optimizer: str, schedule: str
) -> None:
    rate = "1" if optimizer == "sgd" else "0.02"
    ways = ("--optimizer", optimizer, "--schedule", schedule, "--learning-rate", rate)
    (result,) = train(rnnkit, *ways, "--epochs", "5", "--json").json["results"]
    # Better than knowing nothing but which characters there are.
    assert result["train_loss"] < math.log(22) - 0.1


def test_patience(folder: Path, rnnkit: Runner) -> None:
    """A rate that makes nothing better is given up."""
    idle = ("--learning-rate", "1e-30", "--weight-decay", "0", "--epochs", "50")
    (result,) = train(rnnkit, *idle, "--patience", "2", "--json").json["results"]
    assert result["epochs"] == 3


def test_the_advice_fits_the_losses(folder: Path, rnnkit: Runner) -> None:
    def advice(*more: str) -> str:
        (result,) = train(rnnkit, *more, "--force", "--json").json["results"]
        return " ".join(result["advice"])

    long = ("--hidden", "48", "--learning-rate", "0.02", "--epochs", "40")
    memorised = advice(*long)
    assert "It overfits" in memorised
    assert "more --dropout" in memorised
    assert "few epochs" in advice("--epochs", "2")


ALPHABETS = {
    "Cyrillic": ("Анна Мария Ёлка Иван Щукин Объедков Цыганов", str.istitle),
    "Greek": ("Αθηνά Ερμής Άρης Ζεύς Ήρα Δίας", str.isalpha),
    "accents": ("Zoë Åsa René José Šárka Ñuñoa Øyvind Łódź", str.istitle),
    "apostrophes": ("O'Neil D'Arcy N'Golo M'Baye L'Aquila", str.isprintable),
    "Chinese": ("王小明 李白 杜甫 司马相如 诸葛亮", str.isalpha),
    "Arabic": ("محمد فاطمة يوسف زينب خالد", str.isalpha),
    "Hindi": ("आदित्य प्रिया रोहन कावेरी", str.isprintable),
    "emoji": ("👩‍🚀🚀 🦖🦕 👍🏽👍 🇩🇪🇫🇷", str.isascii),
    "small letters": ("anna otto eve bob", str.islower),
    "capitals": ("NATO NASA ESA UNO WHO", str.isupper),
}


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_any_alphabet(folder: Path, rnnkit: Runner, alphabet: str) -> None:
    text, looks_right = ALPHABETS[alphabet]
    names = text.split()
    (folder / "names.txt").write_text("\n".join(names), encoding="utf-8")
    train(rnnkit, "--epochs", "40")
    known = ("--model", "my.safetensors", "--seed", "1", "--min-length", "2", "--json")
    results = rnnkit("dino", "sample", *known).json["results"]
    assert results
    for result in results:
        assert result["text"] not in names
        assert set(result["text"].lower()) <= set(text.lower())
        assert looks_right(result["text"]) != (alphabet == "emoji")
    score = ("dino", "score", *names, "--model", "my.safetensors", "--json")
    scored = rnnkit(*score).json["results"]
    assert [result["text"] for result in scored] == names
    # And on the terminal, in every width.
    inspect = ("dino", "inspect", names[0], "--model", "my.safetensors")
    assert names[0] in rnnkit(*inspect, terminal=True).stdout


def test_names_with_blanks(folder: Path, rnnkit: Runner) -> None:
    towns = "New York\nSan José\nLos Angeles\nDes Moines\nSan Diego\nNew Orleans\n"
    (folder / "names.txt").write_text(towns, encoding="utf-8")
    train(rnnkit, "--epochs", "40")
    words = ("dino", "sample", "--model", "my.safetensors", "--seed", "1", "-n", "30")
    names = rnnkit(*words).stdout.splitlines()
    assert all(name == name.strip() for name in names)
    assert any(" " in name for name in names)
    # Every word begins with a capital, as in the list.
    assert all(part[:1].isupper() for name in names for part in name.split())
    assert rnnkit(*words, "--prefix", "San ", "-n", "1").stdout.startswith("San ")


def test_blanks_and_repeats_in_a_list_mean_nothing(
    folder: Path, rnnkit: Runner
) -> None:
    train(rnnkit)
    lines = [f"  {name} \r\n\r\n" for name in LIST.split()]
    messy = b"\xef\xbb\xbf" + "".join(lines * 2).encode()
    (folder / "names.txt").write_bytes(messy)
    train(rnnkit, out="other")
    expected = (folder / "my.safetensors").read_bytes()
    assert (folder / "other").read_bytes() == expected


def test_two_names_are_enough(folder: Path, rnnkit: Runner) -> None:
    (folder / "names.txt").write_text("a\nb")
    outcome = train(rnnkit)
    assert "to learn from: 1, to validate: 1, " in outcome.stderr
    words = ("dino", "sample", "-m", "my.safetensors", "--min-length", "1", "-n", "1")
    assert set(rnnkit(*words, "--seed", "1").stdout.strip()) <= {"a", "b"}


def test_the_files_it_leaves(folder: Path, rnnkit: Runner) -> None:
    train(rnnkit, out="my.model.safetensors")
    left = {path.name for path in folder.iterdir()} - {"names.txt"}
    assert left == {"my.model.safetensors", "my.model.checkpoint.safetensors"}
    kinds = {name: load_tensors(folder / name)[1]["kind"] for name in left}
    assert sorted(kinds.values()) == ["checkpoint", "model"]


def test_a_progress_bar_on_a_terminal(
    folder: Path, rnnkit: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnnkit.cli.progress.SECONDS_BEFORE_A_BAR", 0.0)
    words = ("train", "dino", "names.txt", "--out", "my.safetensors", *SHORT)
    outcome = rnnkit(*words, terminal=True)
    assert outcome.code == 0
    assert "training" in outcome.stderr
    assert "0/3" in outcome.stderr
    # The bar is erased again, and is not in the data.
    assert "\x1b[2K" in outcome.stderr
    assert "\x1b" not in outcome.stdout
