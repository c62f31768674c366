# SPDX-License-Identifier: Apache-2.0
"""`rnnkit train vectors`: from texts to a file that `similar` and `analogy` take."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnkit.models.word_training.glove import Glove
from tests.conftest import Outcome, Runner

SMALL = ("--dimensions", "6", "--passes", "2", "--least-count", "2", "--seed", "1")
RECIPE = """
dimensions = 6
passes = 2
least_count = 2
required = ["zebra"]

[[corpus]]
name = "words"
files = ["text.txt"]
weight = 2
svd = 0
lines_apart = true

[[corpus]]
files = ["more.txt"]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with two texts."""
    random = np.random.default_rng(1)
    for name, words in (("text.txt", "abcdefghij"), ("more.txt", "efghijklmn")):
        letters = [" ".join(random.choice([*words], 9)) for _ in range(60)]
        (tmp_path / name).write_text(".\n".join(letters), encoding="utf-8")
    (tmp_path / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def train(rnnkit: Runner, *more: str, out: str = "my.safetensors") -> Outcome:
    """Train on the first text; it must succeed."""
    texts = () if "--recipe" in more else ("text.txt",)
    outcome = rnnkit("train", "vectors", *texts, "--out", out, *SMALL, *more)
    assert outcome.code == 0, outcome.stderr
    return outcome


def test_what_it_tells(folder: Path, rnnkit: Runner) -> None:
    outcome = train(rnnkit)
    lines = outcome.stderr.splitlines()
    assert [line.partition(":")[0] for line in lines[:6]] == [
        "words",
        "pairs 1",
        "matrix for glove",
        "glove 1",
        "matrix for svd",
        "svd",
    ]
    # The cost of GloVe, pass after pass, as a picture.
    assert lines[-1].split()[1:] == ["training"]
    summary, wrote = outcome.stdout.splitlines()
    assert summary.startswith("10 words of 6 numbers, ")
    assert summary.endswith(" from 540 words of text")
    words = wrote.partition(": ")[2].split()
    assert words[:2] == ["rnnkit", "similar"]
    assert rnnkit(*words[1:]).code == 0
    # The counts are gone, the vectors are there.
    assert not (folder / "my.work").exists()


def test_json(folder: Path, rnnkit: Runner) -> None:
    told = train(rnnkit, "--json").json
    assert (told["command"], told["seed"]) == ("train vectors", 1)
    (result,) = told["results"]
    assert (result["words"], result["dimensions"], result["epochs"]) == (10, 6, 2)
    assert result["train_loss"] > 0
    assert result["bytes"] == (folder / "my.safetensors").stat().st_size


def test_same_seed_same_bytes(folder: Path, rnnkit: Runner) -> None:
    for kind in ("float32", "packed"):
        one, two = f"1{kind}.safetensors", f"2{kind}.safetensors"
        train(rnnkit, "--type", kind, out=one)
        train(rnnkit, "--type", kind, out=two)
        assert (folder / one).read_bytes() == (folder / two).read_bytes()


def test_the_cost_as_svg(folder: Path, rnnkit: Runner) -> None:
    outcome = train(rnnkit, "--svg", "cost.svg", "--runs", "2", "--method", "glove")
    assert "wrote cost.svg" in outcome.stderr
    drawn = (folder / "cost.svg").read_text()
    assert "cost of a pair" in drawn
    assert "training, mean of 2 runs" in drawn
    again = ("train", "vectors", "text.txt", *SMALL, "--out", "b.safetensors", "--svg")
    rnnkit(*again, "cost.svg").told(1, "it exists", "--force")
    rnnkit(*again, "a.svg", "--method", "svd").told(2, "no losses to draw", "--svg")
    assert not (folder / "b.safetensors").exists()


def test_the_picture_of_a_training_gone_on_with(folder: Path, rnnkit: Runner) -> None:
    """It shows the passes before the interruption, too."""
    train(rnnkit, "--svg", "whole.svg", "--passes", "4")
    train(rnnkit, "--work", "work", out="b.safetensors")
    more = ("--work", "work", "--resume", "--passes", "4", "--svg", "again.svg")
    train(rnnkit, *more, "--force", out="b.safetensors")
    assert (folder / "again.svg").read_text() == (folder / "whole.svg").read_text()


def test_other_forms(folder: Path, rnnkit: Runner) -> None:
    train(rnnkit, "--method", "svd", out="my.txt")
    first = (folder / "my.txt").read_text().splitlines()[0].split()
    assert len(first) == 7


def test_weights_of_texts(folder: Path, rnnkit: Runner) -> None:
    def told(*texts: str) -> str:
        outcome = rnnkit("train", "vectors", *texts, "-o", "w.vec", *SMALL, "--force")
        assert outcome.code == 0, outcome.stderr
        return (folder / "w.vec").read_text()

    assert told("text.txt:2", "more.txt") == told("text.txt", "text.txt", "more.txt")
    assert told("text.txt:2", "more.txt") != told("text.txt", "more.txt")


def test_a_recipe(folder: Path, rnnkit: Runner) -> None:
    (folder / "texts").mkdir()
    for name in ("text.txt", "more.txt"):
        (folder / name).rename(folder / "texts" / name)
    more = folder / "texts" / "more.txt"
    more.write_text(more.read_text() + " zebra e zebra")
    (result,) = train(
        rnnkit,
        "--recipe",
        "recipe.toml",
        "--texts",
        "texts",
        "--json",
        "--vocabulary",
        "9",
    ).json["results"]
    # What is said on the command line counts more than the recipe.
    assert result["words"] == 9
    assert rnnkit("similar", "zebra", "--vectors", "my.safetensors").code == 0
    (told,) = rnnkit("vectors", "info", "my.safetensors", "--json").json["results"]
    assert told["dimensions"] == 6


@pytest.mark.parametrize("passes", [1, 2])
def test_an_interrupted_training_goes_on(
    folder: Path, rnnkit: Runner, passes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(rnnkit, out="whole.safetensors")
    go = Glove.run

    def interrupted(self: Glove):  # type: ignore[no-untyped-def]
        for share in go(self):
            yield share
            if self.done == passes:
                raise KeyboardInterrupt

    monkeypatch.setattr(Glove, "run", interrupted)
    given = ("train", "vectors", "text.txt", "--out", "my.safetensors")
    outcome = rnnkit(*given, *SMALL)
    assert outcome.code == 130
    assert "the same command with --resume goes on" in outcome.stderr
    assert not (folder / "my.safetensors").exists()
    monkeypatch.setattr(Glove, "run", go)

    # Without a word about it, nothing is thrown away.
    rnnkit(*given, *SMALL).told(1, "left from an earlier training", "--resume")
    # The seed is that of the training that was interrupted.
    outcome = rnnkit(*given, *SMALL[:-2], "--resume")
    assert outcome.code == 0, outcome.stderr
    whole = (folder / "whole.safetensors").read_bytes()
    assert (folder / "my.safetensors").read_bytes() == whole
    rnnkit(*given, *SMALL, "--force", "--resume").told(1, "no training in", "--resume")


def test_a_work_folder_is_kept(folder: Path, rnnkit: Runner) -> None:
    train(rnnkit, "--work", "counts")
    assert (folder / "counts" / "pairs-1.keys.npy").exists()
    train(rnnkit, "--work", "counts", "--resume", "--svd-weight", "1", out="b.vec")
    train(rnnkit, "--svd-weight", "1", out="c.vec")
    assert (folder / "b.vec").read_bytes() == (folder / "c.vec").read_bytes()


def given(*arguments: str) -> tuple[str, ...]:
    return ("train", "vectors", *arguments, "--out", "my.safetensors")


@pytest.mark.parametrize(
    ("arguments", "code", "message", "hint"),
    [
        (given(), 2, "no text was given", "type: rnnkit train vectors"),
        (given("-"), 2, "standard input can be read once", "save it"),
        (given("nix.txt"), 1, "there is no file 'nix.txt'", "text.txt"),
        (given("."), 1, "'.' is a folder", "a file in it"),
        (given("text.txt:0"), 2, "weight of 'text.txt:0' is not", "text.txt:3"),
        (given("text.txt", "--texts", "."), 2, "--texts is for", "--recipe"),
        (
            given("text.txt", "--recipe", "recipe.toml"),
            2,
            "names its texts itself",
            "leave out",
        ),
        (given("text.txt", "--window", "0"), 2, "--window 0 is too small", "1 to 64"),
        (given("text.txt", "--method", "word2vec"), 2, "is none of", "give"),
        (given("text.txt", "--least-count", "900"), 1, "only 0 different", "lower"),
        (given("text.txt", "--least-pairs", "9e5"), 1, "no two words", "lower"),
        (given("text.txt", "--resume"), 1, "there is no training", "leave out"),
        (given("text.txt", "--work", "text.txt"), 1, "is a file, and a", "--work"),
        (given("text.txt", "--work", "."), 1, "not from a training", "empty folder"),
        (
            ("train", "vectors", "text.txt", "--out", "text.txt", "--force"),
            2,
            "is a text to learn from",
            "another --out",
        ),
        (("train", "vectors", "text.txt", "--out", "-"), 2, "standard output", "name"),
        (
            ("train", "vectors", "text.txt", "--out", "no/my.vec"),
            1,
            "no",
            "",
        ),
    ],
)
def test_what_cannot_be_done(
    folder: Path,
    rnnkit: Runner,
    arguments: tuple[str, ...],
    code: int,
    message: str,
    hint: str,
) -> None:
    before = sorted(folder.iterdir())
    outcome = rnnkit(*arguments, "--quiet", "--seed", "1")
    outcome.told(code, message, hint)
    left = [path for path in sorted(folder.iterdir()) if path.name != "my.work"]
    assert left == before


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        ("[", "is no recipe", "TOML"),
        ("dimensions = 5", "names no [[corpus]]", "[[corpus]]"),
        ("[[corpus]]\nname = 'x'", "names no files", "[[corpus]]"),
        ("dimension = 5\n[[corpus]]\nfiles = ['a']", "says 'dimension'", "dimensions"),
        ("dimensions = 'x'\n[[corpus]]\nfiles = ['a']", "dimensions as x", "a whole"),
        ("passes = true\n[[corpus]]\nfiles = ['a']", "passes as True", "a whole"),
        ("x_max = nan\n[[corpus]]\nfiles = ['a']", "x_max as nan", "a number"),
        ("[[corpus]]\nfiles = ['a']\nglove = -1", "glove as -1", "0 or more"),
        ("[[corpus]]\nfiles = ['a']\nweigth = 1", "says 'weigth'", "weight"),
        ("required = 'a'\n[[corpus]]\nfiles = ['a']", "required as a", "a list"),
    ],
)
def test_recipes_that_are_none(
    folder: Path, rnnkit: Runner, content: str, message: str, hint: str
) -> None:
    (folder / "recipe.toml").write_text(content)
    outcome = rnnkit(*given("--recipe", "recipe.toml"))
    outcome.told(1, message, hint)


def test_what_failed_at_once_leaves_nothing(folder: Path, rnnkit: Runner) -> None:
    (folder / "late.txt").write_bytes(b"a b a b\n" * 9 + b"\xff")
    for text in ("late.txt", "nix.txt"):
        outcome = rnnkit(*given("text.txt", text), "--quiet", "--seed", "1")
        assert outcome.code == 1
        assert not (folder / "my.work").exists()
    train(rnnkit)
