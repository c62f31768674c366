# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnkit.errors import InputError, OutputError
from rnnkit.files import weights
from rnnkit.files.vectors import store
from rnnkit.files.vectors.opening import open_vectors
from rnnkit.files.vectors.table import Table
from rnnkit.files.vectors.words import WordTable
from tests.files.conftest import Told


@pytest.fixture
def table() -> Table:
    generator = np.random.default_rng(1)
    numbers = generator.normal(size=(50, 7)).astype(np.float32)
    numbers[9] = 0
    words = ["", "é", "a b", "a\nb", *[f"w{number}" for number in range(46)]]
    return Table(WordTable.of(words), numbers, "GloVe text", duplicates=3)


@pytest.mark.parametrize(
    ("kind", "error"), [("float32", 0), ("float16", 2e-3), ("int8", 0.02)]
)
def test_what_is_saved_is_opened(
    tmp_path: Path, table: Table, kind: str, error: float
) -> None:
    path = tmp_path / "v.safetensors"
    store.save(path, table, kind=kind, description={"source": {"bytes": 5}})
    found = store.load(path)
    assert list(found.words) == list(table.words)
    assert found.words.find("a\nb") == 3
    np.testing.assert_allclose(found.numbers, table.numbers, atol=error, rtol=0)
    assert found.numbers.dtype == np.float32
    assert not found.numbers[9].any()
    np.testing.assert_allclose(
        found.norms if found.norms is not None else 0,
        np.linalg.norm(found.numbers, axis=1),
        rtol=1e-6,
    )
    assert found.duplicates == 3
    assert found.description["source"] == {"bytes": 5}
    assert found.words.index[0].tolist() == table.words.index[0].tolist()


def test_a_packed_file_is_small_and_close(tmp_path: Path) -> None:
    generator = np.random.default_rng(1)
    numbers = generator.normal(0, 0.02, size=(2000, 50)).astype(np.float32)
    words = WordTable.of([f"word{number}" for number in range(2000)])
    path = tmp_path / "v.safetensors"
    store.save(path, Table(words, numbers, "test"), packed=True)
    assert path.stat().st_size < 2000 * 50
    found = store.load(path)
    assert list(found.words) == list(words)
    step = float(np.abs(numbers).max()) / 127
    np.testing.assert_allclose(found.numbers, numbers, atol=step / 2 * 1.001, rtol=0)


@pytest.mark.parametrize("packed", [False, True])
def test_it_is_a_file_of_weights_with_the_same_digest(
    tmp_path: Path, packed: bool
) -> None:
    words = WordTable.of(["a", "b"])
    path = tmp_path / "v.safetensors"
    store.save(path, Table(words, np.eye(2, dtype=np.float32), "test"), packed=packed)
    tensors, told = weights.load_tensors(path)
    assert told["task"] == "words"
    if not packed:
        assert tensors["columns"].tolist() == [[1, 0], [0, 1]]


def test_the_same_vectors_are_the_same_bytes(tmp_path: Path, table: Table) -> None:
    for name in "ab":
        store.save(tmp_path / name, table)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    with pytest.raises(OutputError, match="it exists"):
        store.save(tmp_path / "a", table)


def test_every_flipped_bit_of_the_arrays_is_noticed(
    tmp_path: Path, table: Table
) -> None:
    path = tmp_path / "v.safetensors"
    store.save(path, table)
    whole = path.read_bytes()
    start = 8 + int.from_bytes(whole[:8], "little")
    for place in range(start, len(whole), 23):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        with pytest.raises(InputError, match="is damaged"):
            store.load(path)


def test_no_damage_to_the_header_is_an_error_of_ours(
    tmp_path: Path, table: Table
) -> None:
    path = tmp_path / "v.safetensors"
    store.save(path, table)
    whole = path.read_bytes()
    start = 8 + int.from_bytes(whole[:8], "little")
    for place in range(start):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 7
        path.write_bytes(damaged)
        try:
            found = store.load(path)
        except InputError:
            continue
        # A description may change unnoticed, but never what it is the description of.
        np.testing.assert_array_equal(found.numbers, table.numbers)


@pytest.mark.parametrize("kept", [0, 5, 8, 100, -1])
def test_a_file_that_is_cut_short(
    tmp_path: Path, table: Table, told: Told, kept: int
) -> None:
    path = tmp_path / "v.safetensors"
    store.save(path, table)
    path.write_bytes(path.read_bytes()[:kept])
    with told(InputError, "", ""):
        store.load(path)


def test_a_model_is_no_file_of_vectors(tmp_path: Path, told: Told) -> None:
    path = tmp_path / "m.safetensors"
    weights.save_tensors(path, {"w": np.ones(3)}, {"task": "dino"})
    with told(InputError, "is a model for dino, not a file of vectors", "convert"):
        open_vectors(str(path))


def test_numbers_too_large_for_float16_are_told(tmp_path: Path, told: Told) -> None:
    numbers = np.full((2, 2), 1e6, np.float32)
    with told(InputError, "above 65,504", "float32"):
        store.save(
            tmp_path / "v", Table(WordTable.of(["a", "b"]), numbers, ""), kind="float16"
        )


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("dimensions", [1, 3, 7, 9])
def test_the_first_numbers_alone(
    tmp_path: Path, table: Table, packed: bool, dimensions: int
) -> None:
    plain = Table(WordTable.of(list("xyz")), table.numbers[:3], "test")
    path = tmp_path / "v.safetensors"
    store.save(path, plain, packed=packed)
    whole = open_vectors(str(path))
    found = open_vectors(str(path), dimensions=dimensions)
    assert found.numbers.tolist() == whole.numbers[:, :dimensions].tolist()
    assert list(found.words) == list("xyz")
    both = open_vectors(str(path), dimensions=dimensions, limit=2)
    assert both.numbers.tolist() == whole.numbers[:2, :dimensions].tolist()
