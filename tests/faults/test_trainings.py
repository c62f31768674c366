# SPDX-License-Identifier: Apache-2.0
"""Every training: stopped, killed, starved, misled, and gone on with.

`test_interruptions.py` and `test_resuming.py` look closely at one training; here the
same promises are held by all of them. However it was stopped, what goes on from there
ends with the same bytes as a training that nobody stopped.
"""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from rnnkit.cli.progress import Progress
from rnnkit.files.weights import load_tensors
from tests.conftest import Runner
from tests.faults.campaign import Case, Prepare, contents, numbered, survive
from tests.faults.commands import TRAININGS
from tests.faults.conftest import Start
from tests.faults.register import Tally
from tests.faults.test_interruptions import EAGER, read_until

OUT = "out.safetensors"


def words_of(name: str, *, epochs: int = 4) -> tuple[str, ...]:
    """A training of so many epochs, or passes."""
    words = list(TRAININGS[name].words)
    option = "--passes" if name == "train vectors" else "--epochs"
    words[words.index(option) + 1] = str(epochs)
    return tuple(words)


def left(house: Path, before: Mapping[str, object]) -> set[str]:
    """What is there and was not."""
    return {name.split("/")[0] for name in set(contents(house)) - set(before)}


def trained_whole(name: str, house: Path, rnnkit: Runner, *, epochs: int = 4) -> bytes:
    """The bytes of a training that nobody stops."""
    outcome = rnnkit(*words_of(name, epochs=epochs))
    assert outcome.code == 0, outcome.stderr
    whole = (house / OUT).read_bytes()
    (house / OUT).unlink()
    (house / "out.checkpoint.safetensors").unlink(missing_ok=True)
    return whole


@pytest.mark.parametrize(
    ("name", "step"),
    [
        pytest.param(name, step, marks=() if step == 3 else pytest.mark.slow)
        for name in TRAININGS
        for step in (1, 2, 3, 5, 8)
    ],
)
def test_ctrl_c_after_any_step(
    name: str, step: int, house: Path, rnnkit: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = trained_whole(name, house, rnnkit)
    before = contents(house)
    count = 0

    def update(progress: Progress, done: int, message: str = "") -> None:
        nonlocal count
        count += bool(message)
        if count == step:
            signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(Progress, "update", update)
        stopped = rnnkit(*words_of(name))
    if stopped.code == 0:
        # It was over before so many steps.
        assert (house / OUT).read_bytes() == whole
        return
    assert stopped.code == 130, stopped.stderr
    assert stopped.stderr.endswith("interrupted\n")
    kept = left(house, before)
    assert kept <= {"out.work", "out.checkpoint.safetensors"}
    # While it still reads there is nothing to go on with.
    assert kept or "epoch " not in stopped.stderr
    assert bool(kept) == ("--resume" in stopped.stderr)
    outcome = rnnkit(*words_of(name), *(["--resume"] if kept else []))
    assert outcome.code == 0, outcome.stderr
    assert (house / OUT).read_bytes() == whole


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("name", TRAININGS)
def test_a_process_that_is_stopped(
    name: str, stop: signal.Signals, house: Path, start: Start
) -> None:
    """Ctrl-C or SIGTERM at whatever moment it comes: nothing is half written."""
    chance = random.Random(f"{name} {stop}")
    for _ in range(4):
        before = contents(house)
        process = start("-m", "rnnkit", *words_of(name, epochs=3000), "--force")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=chance.uniform(0.2, 2.5))
        process.send_signal(stop)
        printed, told = process.communicate(timeout=60)
        assert printed == ""
        # Before Python has met rnnkit, the signal is the system's, or Python's own.
        assert "Traceback" not in told or "rnnkit" not in told
        # Ctrl-C while Python itself runs text as code ends it by the signal as well.
        codes = {128 + stop, -stop}
        assert process.returncode in codes, told
        assert not (house / OUT).exists()
        assert left(house, before) <= {"out.checkpoint.safetensors", "out.work"}
        assert list(house.glob(".rnnkit-*")) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", TRAININGS)
def test_kill_nine_until_it_is_done(
    name: str, house: Path, rnnkit: Runner, start: Start, tally: Tally
) -> None:
    """Killed again and again while it works, it ends with the bytes of a whole one."""
    whole = trained_whole(name, house, rnnkit, epochs=40)
    chance = random.Random(name)
    checkpoint, work = house / "out.checkpoint.safetensors", house / "out.work"
    kills = 0
    while kills < 10:
        resumable = checkpoint.exists() or (work.exists() and any(work.iterdir()))
        more = ("--resume",) if resumable else ()
        process = start("-c", EAGER, *words_of(name, epochs=40), *more)
        try:
            read_until(process, "" if name == "train vectors" else "epoch ")
            process.wait(timeout=chance.random() / 20)
        except (subprocess.TimeoutExpired, AssertionError):
            process.kill()
        process.communicate(timeout=60)
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
        kills += 1
        assert not (house / OUT).exists()
        if checkpoint.exists():
            assert load_tensors(checkpoint)[1]["kind"] == "checkpoint"
    tally(kills)
    if not (house / OUT).exists():
        outcome = rnnkit(*words_of(name, epochs=40), "--resume")
        assert outcome.code == 0, outcome.stderr
    assert (house / OUT).read_bytes() == whole
    # What a killed program was just writing stays until it is an hour old.
    for stray in house.rglob(".rnnkit-*"):
        stray.unlink()


@pytest.mark.parametrize("name", TRAININGS)
def test_the_disk_is_full_when_it_saves(
    name: str, house: Path, rnnkit: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(house)

    def fail(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)
    outcome = rnnkit(*words_of(name))
    assert outcome.code == 1
    *_, error, hint = outcome.stderr.splitlines()
    assert "the disk is full" in error
    assert "free some space" in hint
    assert left(house, before) <= {"out.work"}
    assert list(house.rglob(".rnnkit-*")) == []


@pytest.mark.parametrize(
    "name", [name for name in TRAININGS if name != "train vectors"]
)
def test_a_loss_that_is_not_finite(name: str, house: Path, rnnkit: Runner) -> None:
    before = contents(house)
    outcome = rnnkit(*words_of(name), "--learning-rate", "1e38")
    assert outcome.code == 1
    *_, error, hint = outcome.stderr.splitlines()
    assert error.startswith("error: ")
    assert "finite" in error or "beyond all bounds" in error
    assert "--learning-rate" in hint
    assert left(house, before) == set()


def test_vectors_of_a_wild_rate(house: Path, rnnkit: Runner) -> None:
    """AdaGrad keeps steps small; whatever is written is finite, or it is told."""
    outcome = rnnkit(*words_of("train vectors"), "--learning-rate", "1")
    assert outcome.code in {0, 1}, outcome.stderr
    assert outcome.code == 1 or load_tensors(house / OUT)[0]
    assert outcome.code == 0 or not (house / OUT).exists()


OTHER = {
    "train dino": ("--hidden", "5"),
    "train dino --text": ("--steps", "10"),
    "train jazz": ("--steps", "15"),
    "train emojify": ("--vectors", "w.txt"),
    "train emojify v2": ("--learning-rate", "0.02"),
    "train vectors": ("--dimensions", "5"),
}


@pytest.mark.parametrize("name", TRAININGS)
def test_going_on_with_other_settings(name: str, house: Path, rnnkit: Runner) -> None:
    """It is refused, or it repeats what is not what it would have been."""
    (house / "w.txt").write_text((house / "v.txt").read_text().replace("2.0", "2.5"))
    other = (*words_of(name), *OTHER[name])
    if name == "train vectors":
        kept = ("--work", "kept")
        assert rnnkit(*words_of(name), *kept).code == 0
        resumed = rnnkit(*other, *kept, "--resume", "--force")
        if resumed.code == 0:
            found = (house / OUT).read_bytes()
            assert rnnkit(*other, "--force").code == 0
            assert (house / OUT).read_bytes() == found
            return
    else:
        assert rnnkit(*words_of(name)).code == 0
        before = contents(house)
        resumed = rnnkit(*other, "--resume", "--force")
        assert contents(house) == before
    assert resumed.code == 1
    *_, error, hint = resumed.stderr.splitlines()
    assert error.startswith("error: ")
    assert "--force" in hint
    assert len(error) < 300


def _file(name: str, text: str) -> Prepare:
    return lambda folder: (folder / name).write_text(text, encoding="utf-8")


_TINY = ("--out", OUT, "--seed", "1", "--epochs", "1")
_SOLO = (
    '{"title": "a", "tempo": 120, "events": [[0, 60, 6]], "chords": [[0, 0, "7"]]}\n'
)
TINY = [
    Case(number, about, ("train", *words), says, hint, prepare=_file(words[1], text))
    for number, about, words, text, says, hint in (
        (
            *("TR-1", "no solo", ("jazz", "s.jsonl", *_TINY), ""),
            *("'s.jsonl' is empty", "one item on each line"),
        ),
        (
            *("TR-2", "a solo of a note", ("jazz", "s.jsonl", *_TINY), _SOLO),
            *("the file has 0 solos", "two or more"),
        ),
        (
            *("TR-3", "solos of a note", ("jazz", "s.jsonl", *_TINY), _SOLO * 3),
            *("the file has 0 solos", "two or more"),
        ),
        (
            *("TR-4", "no JSON", ("jazz", "s.jsonl", *_TINY), "solo\n"),
            *("line 1", "one JSON object a line"),
        ),
        (
            *("TR-5", "one sentence", ("emojify", "a.csv", *_TINY), "I love you,0\n"),
            *("the same label", "two or more labels"),
        ),
        (
            *("TR-6", "no sentence", ("emojify", "a.csv", *_TINY), "\n"),
            *("has no labelled sentences", "I love you"),
        ),
        (
            "TR-7",
            "one word",
            ("vectors", "a.txt", "--out", OUT, "--seed", "1"),
            "word\n",
            "only 0 different words occur often enough",
            "--least-count",
        ),
        (
            "TR-8",
            "no word",
            ("vectors", "a.txt", "--out", OUT, "--seed", "1"),
            "... --- \n",
            "only 0 different words",
            "more text",
        ),
        (
            "TR-9",
            "rare words",
            ("vectors", "a.txt", "--out", OUT, "--seed", "1"),
            "each word comes once\n",
            "of 4 in all",
            "--least-count",
        ),
    )
]


@numbered(TINY)
def test_a_corpus_that_is_too_small(case: Case, house: Path, rnnkit: Runner) -> None:
    survive(case, house, rnnkit)


@pytest.mark.parametrize("lines", [2, 3, 5])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("train dino", "names.txt"),
        ("train jazz", "solos.jsonl"),
        ("train emojify", "mine.csv"),
        ("train emojify v2", "mine.csv"),
    ],
)
def test_a_corpus_that_is_tiny(
    name: str, data: str, lines: int, house: Path, rnnkit: Runner
) -> None:
    """Two things to learn from are enough, or that is told."""
    given = (house / data).read_text(encoding="utf-8").splitlines()
    # The first and the last, so that two labels are among them.
    kept = [*given[: lines - 1], given[-1]]
    (house / data).write_text("\n".join(kept) + "\n", encoding="utf-8")
    outcome = rnnkit(*words_of(name, epochs=1))
    assert outcome.code in {0, 1}, outcome.stderr
    assert (house / OUT).exists() == (outcome.code == 0)
    if outcome.code:
        *_, error, hint = outcome.stderr.splitlines()
        assert error.startswith("error: ")
        assert hint.startswith("hint: ")
