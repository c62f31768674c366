# SPDX-License-Identifier: Apache-2.0
"""Model files that are damaged, foreign, dangerous, or of another time."""

from __future__ import annotations

import copy
import io
import json
import pickle
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from rnnkit.files.weights import load_tensors, save_tensors
from tests.conftest import Runner
from tests.faults.campaign import Case, Prepare, numbered, survive
from tests.faults.privileges import as_ordinary_user

SAMPLE = ("dino", "sample", "--model", "small.safetensors", "--seed", "1")
MODEL = "small.safetensors"
HEADER = 8
"""Bytes at the beginning of a safetensors file that tell how long its header is."""


class Trap:
    """Unpickled, it makes a file: the proof that nobody unpickled it."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, str]]:
        return open, ("trapped", "w")


def holding(data: bytes) -> Prepare:
    return lambda folder: (folder / MODEL).write_bytes(data)


def changed(change: Callable[[bytearray], object]) -> Prepare:
    """Change the bytes of the model file."""

    def prepare(folder: Path) -> None:
        data = bytearray((folder / MODEL).read_bytes())
        change(data)
        (folder / MODEL).write_bytes(data)

    return prepare


def cut_to(share: float) -> Prepare:
    def cut(data: bytearray) -> None:
        del data[int(share * len(data)) :]

    return changed(cut)


def flipped(place: int) -> Prepare:
    def flip(data: bytearray) -> None:
        data[place] ^= 1

    return changed(flip)


def resaved(change: Callable[[dict[str, Any], dict[str, Any]], object]) -> Prepare:
    """Change arrays and description, and write a file whose digest is right."""

    def prepare(folder: Path) -> None:
        tensors, metadata = load_tensors(folder / MODEL)
        change(tensors, metadata)
        save_tensors(folder / MODEL, tensors, metadata, force=True)

    return prepare


def of_schema(schema: int) -> Prepare:
    """The same arrays, as another version of rnnkit might describe them."""

    def prepare(folder: Path) -> None:
        tensors, _ = load_tensors(folder / MODEL)
        entry = json.dumps({"schema": schema, "news": True})
        data = safetensors.numpy.save(tensors, metadata={"rnnkit": entry})
        (folder / MODEL).write_bytes(data)

    return prepare


def archive(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, data in members.items():
            file.writestr(name.replace("__", "/").replace("_", "."), data)
    return packed.getvalue()


def arrays(*, objects: bool) -> bytes:
    packed = io.BytesIO()
    content = np.array([Trap()], dtype=object) if objects else np.ones(3)
    np.savez(packed, weight=content)
    return packed.getvalue()


def foreign() -> bytes:
    return safetensors.numpy.save({"lstm.weight_ih_l0": np.ones((4, 2), np.float32)})


def folder_instead(folder: Path) -> None:
    (folder / MODEL).unlink()
    (folder / MODEL).mkdir()


def checkpoint_instead(folder: Path) -> None:
    def disguise(tensors: dict[str, Any], metadata: dict[str, Any]) -> None:
        metadata["kind"] = "checkpoint"

    resaved(disguise)(folder)


def without(name: str) -> Prepare:
    return resaved(lambda tensors, metadata: tensors.pop(name))


def with_array(name: str, make: Callable[[Any], Any]) -> Prepare:
    def change(tensors: dict[str, Any], metadata: dict[str, Any]) -> None:
        tensors[name] = np.ascontiguousarray(make(tensors.get(name)))

    return resaved(change)


def saying(path: str, value: Any) -> Prepare:
    """Change one entry of the description; `path` is as in "codec.alphabet"."""

    def change(tensors: dict[str, Any], metadata: dict[str, Any]) -> None:
        *outer, last = path.split(".")
        for name in outer:
            metadata = metadata[name]
        metadata[last] = value

    return resaved(change)


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"
WEIGHT = "network.head.next.weight"
TRAINED = "'rnnkit train' made"
COPY = "new copy of the file"

MODELS = [
    Case(number, about, SAMPLE, says, hint, prepare=prepare)
    for number, about, says, hint, prepare in (
        ("M01", "an empty file", "is not a model of rnnkit", TRAINED, holding(b"")),
        ("M02", "a page of text", "is not a model", TRAINED, holding(b"Rex\n" * 99)),
        (
            "M03",
            "a page of the web",
            "is not a model of rnnkit",
            TRAINED,
            holding(b"<!DOCTYPE html><html><title>404</title></html>"),
        ),
        ("M04", "zeros", "is not a model of rnnkit", TRAINED, holding(bytes(9999))),
        ("M05", "half a file", "is damaged", COPY, cut_to(0.5)),
        ("M06", "half a header", "is damaged", COPY, cut_to(0.05)),
        ("M07", "all but a byte", "is damaged", COPY, changed(bytearray.pop)),
        ("M08", "a byte more", "is damaged", COPY, changed(lambda d: d.append(0))),
        ("M09", "a bit in the weights", "its digest", COPY, flipped(-1)),
        ("M10", "a bit in the header", "is damaged", COPY, flipped(HEADER + 99)),
        ("M11", "a bit in the length", "is damaged", COPY, flipped(0)),
        (
            "M12",
            "a header without end",
            "is not a model of rnnkit",
            TRAINED,
            changed(lambda data: data.__setitem__(slice(0, 9), b"\xff" * 9)),
        ),
        (
            "M13",
            "a header larger than memory",
            "is damaged: its header claims 1,099,511,627,776 bytes",
            COPY,
            changed(lambda data: data.__setitem__(slice(0, 8), b"\0\0\0\0\0\1\0\0")),
        ),
        (
            "M14",
            "weights of another program",
            "of another program: it holds lstm.weight_ih_l0",
            TRAINED,
            holding(foreign()),
        ),
        ("M15", "a newer rnnkit", "a newer rnnkit", "--upgrade", of_schema(2)),
        ("M16", "an older format", "is damaged", COPY, of_schema(0)),
        (
            "M17",
            "a pickle",
            "a Python pickle, not a model",
            TRAINED,
            holding(pickle.dumps(Trap())),
        ),
        (
            "M18",
            "a pickle of the oldest kind",
            "is not a model of rnnkit",
            TRAINED,
            holding(pickle.dumps(Trap(), protocol=0)),
        ),
        (
            "M19",
            "a model of PyTorch",
            "a PyTorch file, not a model",
            TRAINED,
            holding(archive(model__data_pkl=pickle.dumps(Trap()))),
        ),
        ("M20", "npz", "a NumPy archive", TRAINED, holding(arrays(objects=False))),
        (
            "M21",
            "npz of objects",
            "NumPy archive",
            TRAINED,
            holding(arrays(objects=True)),
        ),
        ("M22", "npy", "a NumPy array", TRAINED, holding(b"\x93NUMPY\1\0")),
        ("M23", "zip", "a zip archive", TRAINED, holding(archive(readme_txt=b"hello"))),
        ("M24", "HDF5", "an HDF5 file", TRAINED, holding(b"\x89HDF\r\n\x1a\n" + b"\0")),
        ("M25", "ONNX", "an ONNX model", TRAINED, holding(b"\x08\x08\x12\x07pytorch")),
        ("M26", "gzip", "a gzip file", TRAINED, holding(b"\x1f\x8b\x08\0")),
        ("M27", "LFS", "a Git LFS pointer", "", holding(LFS)),
        ("M28", "a folder", "is a folder, not a file", "ls", folder_instead),
        (
            "M29",
            "missing",
            "no file 'small.safetensors'",
            "did you mean 'smell.safetensors'?",
            lambda folder: (folder / MODEL).rename(folder / "smell.safetensors"),
        ),
        (
            "M30",
            "a checkpoint",
            "a checkpoint of an unfinished training",
            "--resume",
            checkpoint_instead,
        ),
        (
            "M31",
            "a model of something else",
            "is a model for jazz, not for dino",
            "leave out --model",
            saying("task", "jazz"),
        ),
        (
            "M32",
            "a missing array",
            "does not hold a whole network: head.next.weight is",
            "rnnkit train dino",
            without(WEIGHT),
        ),
        (
            "M33",
            "an array too many",
            "does not hold a whole network",
            "rnnkit train dino",
            with_array("network.more", lambda _: np.ones(3, np.float32)),
        ),
        (
            "M34",
            "a transposed array",
            "does not hold a whole network",
            "rnnkit train dino",
            with_array(WEIGHT, np.transpose),
        ),
        (
            "M35",
            "half precision",
            "not all float32",
            "rnnkit train dino",
            with_array(WEIGHT, lambda weight: weight.astype(np.float16)),
        ),
        (
            "M36",
            "whole numbers for weights",
            "not all float32",
            "rnnkit train dino",
            with_array(WEIGHT, lambda weight: weight.astype(np.int32)),
        ),
        (
            "M37",
            "no list of known names",
            "is not a model of names",
            "rnnkit train dino",
            without("extra.known"),
        ),
        (
            "M38",
            "an alphabet of other letters",
            "its network and its alphabet disagree",
            "rnnkit train dino",
            saying("codec.alphabet", "abc"),
        ),
        (
            "M39",
            "a letter twice in the alphabet",
            "alphabet",
            "rnnkit train dino",
            saying("codec.alphabet", "a" * 21),
        ),
        (
            "M40",
            "more layers than memory",
            "does not hold a whole network",
            "rnnkit train dino",
            saying("network.recurrence.layers", 10**12),
        ),
        (
            "M41",
            "more units than memory",
            "does not hold a whole network",
            "rnnkit train dino",
            saying("network.recurrence.hidden", 10**12),
        ),
        (
            "M42",
            "another cell",
            "does not hold a whole network",
            "rnnkit train dino",
            saying("network.recurrence.cell", "gru"),
        ),
        (
            "M43",
            "no cell that there is",
            "cell must be one of",
            "rnnkit train dino",
            saying("network.recurrence.cell", "transformer"),
        ),
        (
            "M44",
            "weights whose sums overflow",
            "its weights grew beyond all bounds",
            "rnnkit train dino",
            with_array(WEIGHT, lambda weight: weight * np.float32(1e30)),
        ),
    )
]


@numbered(MODELS)
def test_a_model_that_cannot_be_used(case: Case, folder: Path, rnnkit: Runner) -> None:
    survive(case, folder, rnnkit)
    assert not (folder / "trapped").exists()


@pytest.mark.parametrize(
    "words",
    [("complete", "Ste"), ("score", "Ste"), ("inspect", "Ste", "--svg", "a.svg")],
    ids=lambda words: words[0],
)
def test_every_command_refuses_it(
    folder: Path, rnnkit: Runner, words: tuple[str, ...]
) -> None:
    case = Case("", "", ("dino", *words, "--model", MODEL), "digest", COPY)
    flipped(-1)(folder)
    survive(case, folder, rnnkit)


def test_a_model_that_nobody_may_read(folder: Path, rnnkit_process: Runner) -> None:
    (folder / MODEL).chmod(0o000)
    outcome = rnnkit_process(*SAMPLE, preexec_fn=as_ordinary_user)
    outcome.told(1, "no permission to read 'small.safetensors'", "ls -l")
    assert outcome.stdout == ""


def survivors(folder: Path, rnnkit: Runner, damaged: Iterator[bytes]) -> list[int]:
    """Which of many damaged files were not refused in two lines."""
    found = []
    for number, data in enumerate(damaged):
        (folder / MODEL).write_bytes(data)
        outcome = rnnkit(*SAMPLE, "-n", "1")
        lines = [line.partition(" ")[0] for line in outcome.stderr.splitlines()]
        if outcome.code != 1 or outcome.stdout or lines != ["error:", "hint:"]:
            found.append(number)
    return found


def flips(whole: bytes, count: int) -> Iterator[bytes]:
    chance = random.Random(1)
    # Half of them in the header: it is small, but its bits are not all alike.
    header = HEADER + int.from_bytes(whole[:HEADER], "little")
    for number in range(count):
        data = bytearray(whole)
        data[chance.randrange(header if number % 2 else len(data))] ^= (
            1 << chance.randrange(8)
        )
        yield bytes(data)


def cuts(whole: bytes, step: int) -> Iterator[bytes]:
    for percent in range(0, 100, step):
        yield whole[: len(whole) * percent // 100]


def deletions(whole: bytes, count: int) -> Iterator[bytes]:
    chance = random.Random(2)
    for _ in range(count):
        start = chance.randrange(len(whole))
        yield whole[:start] + whole[start + chance.randint(1, 64) :]


class TestDamage:
    """No damage passes in silence, wherever it is."""

    def test_some(self, folder: Path, rnnkit: Runner) -> None:
        whole = (folder / MODEL).read_bytes()
        assert survivors(folder, rnnkit, flips(whole, 20)) == []
        assert survivors(folder, rnnkit, cuts(whole, 20)) == []
        assert survivors(folder, rnnkit, deletions(whole, 5)) == []

    @pytest.mark.slow
    def test_a_thousand_flipped_bits(self, folder: Path, rnnkit: Runner) -> None:
        whole = (folder / MODEL).read_bytes()
        assert survivors(folder, rnnkit, flips(whole, 1000)) == []

    @pytest.mark.slow
    def test_cut_at_every_percent(self, folder: Path, rnnkit: Runner) -> None:
        whole = (folder / MODEL).read_bytes()
        assert survivors(folder, rnnkit, cuts(whole, 1)) == []

    @pytest.mark.slow
    def test_bytes_taken_out(self, folder: Path, rnnkit: Runner) -> None:
        whole = (folder / MODEL).read_bytes()
        assert survivors(folder, rnnkit, deletions(whole, 300)) == []


STRANGE: tuple[Any, ...] = (None, -1, 0, 10**9, 0.5, True, "x", [], [1], {}, {"a": 1})


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every entry of a description, and to every entry of those."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


@pytest.mark.parametrize("strange", STRANGE, ids=repr)
def test_any_description_is_used_or_refused(
    folder: Path, rnnkit: Runner, strange: Any
) -> None:
    """Whoever can compute the digest can write anything, and must not get far."""
    tensors, whole = load_tensors(folder / MODEL)
    for path in places({name: whole[name] for name in ("codec", "network", "task")}):
        metadata = copy.deepcopy(whole)
        *outer, last = path
        inner = metadata
        for key in outer:
            inner = inner[key]
        inner[last] = strange
        save_tensors(folder / MODEL, tensors, metadata, force=True)
        outcome = rnnkit(*SAMPLE, "-n", "1", "--max-length", "20")
        assert outcome.code in (0, 1), (path, outcome.stderr)
