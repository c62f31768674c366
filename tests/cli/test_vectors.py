# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import pytest

from rnnkit.cli import vectors
from rnnkit.files.vectors import store, writing
from tests import tables_of_vectors
from tests.conftest import Runner


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tables_of_vectors.write(tmp_path / "v.txt")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_choices_are_those_of_the_files() -> None:
    assert vectors.FORMATS == writing.NAMES
    assert vectors.KINDS == store.KINDS


def test_info(rnnkit: Runner) -> None:
    (told,) = rnnkit("vectors", "info", "v.txt", "--json").json["results"]
    assert told["format"] == "GloVe text"
    assert (told["words"], told["dimensions"], told["zeros"]) == (9, 3, 1)
    assert told["first"] == ["man", "woman", "king", "queen", "bread"]
    shown = rnnkit("vectors", "info", "v.txt", "--limit", "2").stdout
    assert "words       2\n" in shown


@pytest.mark.parametrize("out", ["o.safetensors", "o.txt", "o.vec", "o.bin"])
def test_convert_there_and_back(rnnkit: Runner, folder: Path, out: str) -> None:
    outcome = rnnkit("vectors", "convert", "v.txt", "--out", out)
    assert (outcome.code, outcome.stdout) == (0, "")
    assert f"wrote {out}: 9 words of 3 numbers" in outcome.stderr
    rnnkit("vectors", "convert", out, "--out", "back.txt", "--format", "glove")
    assert (folder / "back.txt").read_text().split() == [
        f"{float(field):g}" if index % 4 else field
        for index, field in enumerate((folder / "v.txt").read_text().split())
    ]


def test_convert_says_what_it_cannot_do(rnnkit: Runner) -> None:
    asked = ("vectors", "convert", "v.txt", "--out")
    rnnkit(*asked, "o.dat").told(2, "the ending '.dat' does not say", "--format")
    rnnkit(*asked, "o.txt", "--type", "int8").told(2, "glove knows no --type", "rnnkit")
    rnnkit(*asked, "o.vec", "--packed").told(2, "fasttext knows no --packed", "rnnkit")
    rnnkit(*asked, "v.txt").told(1, "it exists", "--force")


def test_evaluate(rnnkit: Runner, folder: Path) -> None:
    (folder / "q.txt").write_text(
        ": family\nman king woman queen\nman woman king queen\nman king boy girl\n"
        ": gram1-none\na b c d\n"
    )
    (folder / "p.txt").write_text("man woman 9\nking queen 8\nman bread 1\nx y 2\n")
    asked = ("vectors", "evaluate", "q.txt", "p.txt", "--vectors", "v.txt")
    first, second, pairs = rnnkit(*asked, "--json").json["results"]
    assert first == {
        "set": "q",
        "section": "family",
        "correct": 2,
        "answered": 2,
        "total": 3,
    }
    assert (second["answered"], second["total"]) == (0, 1)
    assert (pairs["answered"], pairs["total"]) == (3, 4)
    assert -1 <= pairs["spearman"] <= 1
    shown = rnnkit(*asked).stdout.splitlines()
    assert shown[1].split() == ["family", "2", "2", "3", "100.00%"]
    assert shown[5].split() == ["all", "2", "2", "4", "100.00%"]
    assert shown[-1].split()[:3] == ["p", "3", "4"]


def test_the_odd_one(rnnkit: Runner) -> None:
    asked = ("vectors", "odd", "man", "woman", "bread", "queen", "--vectors", "v.txt")
    assert rnnkit(*asked).stdout.splitlines()[1].split()[0] == "bread"
    assert rnnkit(*asked, "--json").json["results"][0]["word"] == "bread"
    rnnkit("vectors", "odd", "man", "woman").told(2, "2 words were given", "odd")


def test_debias_shows_before_and_after_and_saves(rnnkit: Runner, folder: Path) -> None:
    asked = ("vectors", "debias", "--pair", "man:woman", "--vectors", "v.txt")
    given = ("--neutralize", "nurse,engineer", "--equalize", "king:queen")
    outcome = rnnkit(*asked, *given, "--out", "fair.safetensors", "--json")
    found = {each["word"]: each for each in outcome.json["results"]}
    assert list(found) == ["nurse", "engineer", "king", "queen"]
    assert found["nurse"]["before"] > 0.5
    assert abs(found["nurse"]["after"]) < 1e-6
    assert found["king"]["after"] == pytest.approx(-found["queen"]["after"], abs=1e-6)
    again = rnnkit(*asked[:-1], "fair.safetensors", *given[:2], "--json").json
    assert abs(again["results"][0]["before"]) < 1e-6
    shown = rnnkit(*asked, *given).stdout.splitlines()
    assert shown[0].split() == ["word", "before", "after"]
    assert len(shown) == 5
    rnnkit(*asked, *given, "--out", "v.txt").told(1, "it exists", "--force")


def test_debias_measures_weat_with_a_seed(rnnkit: Runner) -> None:
    start = ("vectors", "debias", "--pair", "man:woman", "--vectors", "v.txt")
    sets = ("--target", "nurse,queen", "--target", "engineer,king")
    attributes = ("--attribute", "woman", "--attribute", "man")
    asked = (*start, *sets, *attributes)
    outcome = rnnkit(*asked, "--neutralize", "nurse", "--seed", "1", "--json")
    assert outcome.json["seed"] == 1
    weat = outcome.json["results"][-1]["weat"]
    assert weat["before"]["effect"] > weat["after"]["effect"]
    assert "seed:" in rnnkit(*asked).stderr
    rnnkit(*asked[:-2]).told(2, "2 --target and 1 --attribute", "--attribute")


@pytest.mark.parametrize("given", ["man", "man:", ":woman"])
def test_a_pair_has_a_colon(rnnkit: Runner, given: str) -> None:
    asked = ("vectors", "debias", "--pair", given, "--vectors", "v.txt")
    rnnkit(*asked).told(2, f"--pair '{given}' is no pair", "--pair man:woman")


def test_plot_on_the_terminal_and_to_files(rnnkit: Runner, folder: Path) -> None:
    asked = (
        "vectors",
        "plot",
        "man:woman",
        "king:queen",
        "bread",
        "--vectors",
        "v.txt",
    )
    outcome = rnnkit(*asked)
    for word in ("man", "woman", "king", "queen", "bread"):
        assert word in outcome.stdout
    assert "5 words" in outcome.stderr
    assert len(rnnkit(*asked, "--json").json["results"]) == 5
    for name, start in (("p.svg", "<svg"), ("p.html", "<!doctype html>")):
        assert rnnkit(*asked, "--out", name).stdout == ""
        assert (folder / name).read_text(encoding="utf-8").startswith(start)
        assert (folder / name).read_text(encoding="utf-8").count('class="arrow"') == 2
    rnnkit(*asked, "--out", "p.svg").told(1, "it exists", "--force")
    rnnkit(*asked, "--out", "p.png").told(2, "'.png' is no kind of picture", ".svg")


def test_fetch_lists_what_there_is_and_knows_near_names(rnnkit: Runner) -> None:
    shown = rnnkit("vectors", "fetch").stdout
    assert "glove.6B" in shown
    assert "PDDL-1.0" in shown
    names = [
        each["name"] for each in rnnkit("vectors", "fetch", "--json").json["results"]
    ]
    assert names[0] == "glove.6B"
    rnnkit("vectors", "fetch", "glove.6b").told(1, "'glove.6b'", "'glove.6B'")


def test_fetch_says_how_to_use_what_it_wrote(
    rnnkit: Runner, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetched(url: str, path: Path, **settings: object) -> None:
        assert url.endswith("/glove.6B.zip")
        assert settings["size"] == 862_182_613
        path.write_bytes(b"")

    monkeypatch.setattr("rnnkit.files.download.fetch", fetched)
    outcome = rnnkit("vectors", "fetch", "glove.6B")
    assert outcome.code == 0
    assert "--vectors glove.6B.zip:glove.6B.50d.txt" in outcome.stderr
    (told,) = rnnkit("vectors", "fetch", "glove.6B", "--json").json["results"]
    assert told["members"][0] == "glove.6B.50d.txt"
