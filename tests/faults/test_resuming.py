# SPDX-License-Identifier: Apache-2.0
"""Checkpoints that cannot be gone on from, and trainings that do not fit them."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from rnnkit.files.weights import load_tensors, save_tensors
from tests.conftest import Runner
from tests.faults.campaign import Case, Prepare, numbered, survive
from tests.small_model import RECIPE

CHECKPOINT = "small.checkpoint.safetensors"
OUT = ("--out", "small.safetensors", *RECIPE)
RESUME = ("train", "dino", "names.txt", *OUT, "--resume", "--force")
ANEW = "--force without --resume to start anew"


def nothing(folder: Path) -> None:
    """Leave the whole checkpoint where it is."""


def gone(folder: Path) -> None:
    (folder / CHECKPOINT).unlink()


def holding(data: bytes) -> Prepare:
    return lambda folder: (folder / CHECKPOINT).write_bytes(data)


def changed(change: Callable[[bytearray], object]) -> Prepare:
    def prepare(folder: Path) -> None:
        data = bytearray((folder / CHECKPOINT).read_bytes())
        change(data)
        (folder / CHECKPOINT).write_bytes(data)

    return prepare


def resaved(change: Callable[[dict[str, Any], dict[str, Any]], object]) -> Prepare:
    """Change arrays and description, and write a file whose digest is right."""

    def prepare(folder: Path) -> None:
        tensors, metadata = load_tensors(folder / CHECKPOINT)
        change(tensors, metadata)
        save_tensors(folder / CHECKPOINT, tensors, metadata, force=True)

    return prepare


def model_instead(folder: Path) -> None:
    (folder / CHECKPOINT).write_bytes((folder / "small.safetensors").read_bytes())


def folder_instead(folder: Path) -> None:
    gone(folder)
    (folder / CHECKPOINT).mkdir()


def longer_list(folder: Path) -> None:
    with open(folder / "names.txt", "a", encoding="utf-8") as names:
        names.write("Rex\n")


CASES = [
    Case(number, about, words, says, hint, prepare=prepare)
    for number, about, words, says, hint, prepare in (
        (
            "R01",
            "no checkpoint",
            RESUME,
            f"there is no checkpoint '{CHECKPOINT}' to resume from",
            "leave out --resume",
            gone,
        ),
        (
            "R02",
            "a checkpoint that nobody asked for",
            ("train", "dino", "names.txt", *OUT),
            f"'{CHECKPOINT}' is left from an earlier training",
            "--resume to go on with it, or --force",
            lambda folder: (folder / "small.safetensors").unlink(),
        ),
        ("R03", "another list", RESUME, "another list of names", ANEW, longer_list),
        (
            "R04",
            "another size",
            (*RESUME, "--hidden", "17"),
            "made with --hidden 16 instead of 17",
            ANEW,
            nothing,
        ),
        (
            "R05",
            "another seed",
            (*RESUME, "--seed", "2"),
            "made with --seed 1 instead of 2",
            ANEW,
            nothing,
        ),
        (
            "R06",
            "several differences",
            (*RESUME, "--cell", "gru", "--batch-size", "9", "--patience", "3"),
            "--cell lstm instead of gru, --batch-size 8 instead of 9, --patience None",
            "give the same options",
            nothing,
        ),
        ("R07", "a model", RESUME, "is not a checkpoint", "--resume", model_instead),
        ("R08", "a folder", RESUME, "is a folder", "", folder_instead),
        ("R09", "an empty file", RESUME, "not a model", "train", holding(b"")),
        (
            "R10",
            "a pickle",
            RESUME,
            "a Python pickle",
            "",
            holding(pickle.dumps({"epoch": 3})),
        ),
        (
            "R11",
            "half a file",
            RESUME,
            "is damaged",
            "",
            changed(lambda data: data.__delitem__(slice(len(data) // 2, None))),
        ),
        (
            "R12",
            "a flipped bit",
            RESUME,
            "digest",
            "",
            changed(lambda data: data.__setitem__(-1, data[-1] ^ 1)),
        ),
        (
            "R13",
            "no settings",
            RESUME,
            "is not a checkpoint",
            "--resume",
            resaved(lambda tensors, metadata: metadata.pop("settings")),
        ),
        (
            "R14",
            "no position",
            RESUME,
            "does not fit this training: 'position'",
            ANEW,
            resaved(lambda tensors, metadata: metadata["trainer"].pop("position")),
        ),
        (
            "R15",
            "no weights",
            RESUME,
            "does not fit this training: its parameters",
            ANEW,
            resaved(lambda tensors, metadata: tensors.pop("parameters")),
        ),
        (
            "R16",
            "fewer weights",
            RESUME,
            "does not fit this training",
            ANEW,
            resaved(
                lambda tensors, metadata: tensors.update(
                    parameters=np.zeros(7, np.float32)
                )
            ),
        ),
        (
            "R17",
            "chance of another kind",
            RESUME,
            "does not fit this training",
            ANEW,
            resaved(
                lambda tensors, metadata: metadata["trainer"]["generator"].update(
                    bit_generator="MT19937"
                )
            ),
        ),
        (
            "R18",
            "a checkpoint of something else",
            RESUME,
            "is not a checkpoint of 'rnnkit train dino'",
            "--resume",
            resaved(lambda tensors, metadata: metadata.update(task="jazz")),
        ),
    )
]


@numbered(CASES)
def test_a_checkpoint_that_does_not_fit(
    case: Case, checkpoint: Path, folder: Path, rnnkit: Runner
) -> None:
    survive(case, folder, rnnkit)


def test_what_was_finished_can_be_resumed(
    checkpoint: Path, folder: Path, rnnkit: Runner
) -> None:
    """The last checkpoint is written before the model: a kill between loses nothing."""
    model = folder / "small.safetensors"
    whole = model.read_bytes()
    model.unlink()
    outcome = rnnkit(*RESUME)
    assert outcome.code == 0, outcome.stderr
    assert "going on after epoch 25" in outcome.stderr
    assert model.read_bytes() == whole


def test_the_seed_need_not_be_repeated(
    checkpoint: Path, folder: Path, rnnkit: Runner
) -> None:
    words = [word for word in RESUME if word not in ("--seed", "1")]
    outcome = rnnkit(*words, "--json")
    assert outcome.code == 0, outcome.stderr
    assert "seed:" not in outcome.stderr
    assert outcome.json["seed"] == 1


def test_force_starts_anew(checkpoint: Path, folder: Path, rnnkit: Runner) -> None:
    """Even over a checkpoint that cannot be read."""
    checkpoint.write_bytes(b"damaged")
    model = folder / "small.safetensors"
    whole = model.read_bytes()
    outcome = rnnkit("train", "dino", "names.txt", *OUT, "--force")
    assert outcome.code == 0, outcome.stderr
    assert "epoch  1 of 25" in outcome.stderr
    assert model.read_bytes() == whole
    assert load_tensors(checkpoint)[1]["kind"] == "checkpoint"


def test_more_epochs_can_be_asked_for(
    checkpoint: Path, folder: Path, rnnkit: Runner
) -> None:
    outcome = rnnkit(*RESUME, "--epochs", "27", "--json")
    assert outcome.code == 0, outcome.stderr
    assert "epoch 26 of 27" in outcome.stderr
    assert outcome.json["results"][0]["epochs"] == 27
