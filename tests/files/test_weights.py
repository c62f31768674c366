# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import pickle
import random
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rnnkit.errors import ModelError, OutputError
from rnnkit.files import weights
from rnnkit.files.weights import Array, load_tensors, save_tensors

from .conftest import Told

TENSORS: dict[str, Array] = {
    "layers.0.weight_ih": np.arange(6, dtype=np.float32).reshape(2, 3) / 7,
    "layers.0.bias": np.array([0.5, -2.0]),
    "half": np.array([[1.5]], np.float16),
    "step": np.array(7),
    "empty": np.zeros((0, 3), np.uint8),
}
METADATA: dict[str, Any] = {
    "task": "dino",
    "alphabet": ["a", "é", "л", "🦖", "\n", "\x00", '"', "\\"],
    "configuration": {"hidden": 64, "dropout": 0.1, "tied": False, "seed": None},
    "random_state": 2**127 + 1,
    "loss": 1e-07,
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


@pytest.fixture
def whole(path: Path) -> bytes:
    """The bytes of a sound file, which lies at `path`."""
    save_tensors(path, TENSORS, METADATA)
    return path.read_bytes()


def _refusal(path: Path, data: bytes) -> str:
    """Why a file with these bytes is refused; "" if it is accepted."""
    path.write_bytes(data)
    try:
        load_tensors(path)
    except ModelError as error:
        return error.message
    return ""


def _flipped(data: bytes, bit: int) -> bytes:
    place, mask = bit // 8, 1 << bit % 8
    return data[:place] + bytes([data[place] ^ mask]) + data[place + 1 :]


def _file(header: Any, body: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def _with_entry(entry: Any) -> bytes:
    text = entry if isinstance(entry, str) else weights.canonical(entry)
    return safetensors.numpy.save({"a": np.zeros(2)}, {"rnnkit": text})


# What is saved comes back


def test_arrays_and_description_come_back_as_they_were(
    path: Path, whole: bytes
) -> None:
    tensors, metadata = load_tensors(path)
    assert metadata == METADATA
    assert list(tensors) == sorted(TENSORS)
    for name, tensor in tensors.items():
        assert tensor.dtype == TENSORS[name].dtype
        assert tensor.shape == TENSORS[name].shape
        np.testing.assert_array_equal(tensor, TENSORS[name], strict=True)
        assert tensor.flags.writeable
        assert tensor.flags.aligned
        assert tensor.flags.c_contiguous


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None)),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
    max_leaves=8,
)
STORABLE = hnp.arrays(
    st.one_of(
        hnp.floating_dtypes(endianness="?", sizes=(16, 32, 64)),
        hnp.integer_dtypes(endianness="?"),
        hnp.unsigned_integer_dtypes(endianness="?"),
    ),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    elements={"allow_nan": False, "allow_infinity": False},
)


# Each example is forced to the disk, which takes as long as the disk likes.
@settings(deadline=None, max_examples=25)
@given(
    st.dictionaries(
        st.text(st.characters(min_codepoint=32, max_codepoint=126)), STORABLE
    ),
    st.dictionaries(st.text(), JSON_VALUES),
    st.booleans(),
)
def test_any_arrays_and_description_come_back(
    tmp_path_factory: pytest.TempPathFactory,
    tensors: dict[str, Array],
    metadata: dict[str, Any],
    transposed: bool,
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    tensors.pop("__metadata__", None)
    if transposed:
        tensors = {name: tensor.T for name, tensor in tensors.items()}
    save_tensors(path, tensors, metadata, force=True)
    loaded, description = load_tensors(path)
    assert description == metadata
    assert loaded.keys() == tensors.keys()
    for name, tensor in loaded.items():
        assert tensor.dtype == tensors[name].dtype.newbyteorder("=")
        assert tensor.shape == tensors[name].shape
        np.testing.assert_array_equal(tensor, tensors[name])


def test_a_description_of_any_length_comes_back(path: Path) -> None:
    """The length of the header comes first, and its bytes can look like anything."""
    lengths = set()
    for size in [*range(350, 1_450, 8), *range(35_400, 35_500, 8)]:
        save_tensors(path, {}, {"text": "x" * size}, force=True)
        assert load_tensors(path)[1] == {"text": "x" * size}
        lengths.add(path.read_bytes()[:2])
    # The starts of pickles of protocols 2 to 5.
    assert {b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"} <= lengths


def test_the_same_content_is_the_same_bytes(path: Path, whole: bytes) -> None:
    tensors = {name: TENSORS[name] for name in reversed(TENSORS)}
    tensors["layers.0.weight_ih"] = np.asfortranarray(TENSORS["layers.0.weight_ih"])
    metadata = {name: METADATA[name] for name in reversed(METADATA)}
    save_tensors(path, tensors, metadata, force=True)
    assert path.read_bytes() == whole


def test_every_process_writes_the_same_bytes(path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "import numpy as np\n"
        "from rnnkit.files.weights import save_tensors\n"
        "names = {'b', 'a', 'c', 'ab'}\n"
        "tensors = {name: np.full(3, len(name)) for name in names}\n"
        "metadata = {name: name for name in names}\n"
        "save_tensors(Path(sys.argv[1]), tensors, metadata, force=True)"
    )
    seen = set()
    for seed in ["0", "1", "2"]:
        subprocess.run(
            [sys.executable, "-c", program, path],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
        )
        seen.add(path.read_bytes())
    assert len(seen) == 1


def test_the_header_has_one_readable_entry_of_ours(path: Path, whole: bytes) -> None:
    with safetensors.safe_open(path, framework="np") as file:
        assert list(file.metadata()) == ["rnnkit"]
        entry = json.loads(file.metadata()["rnnkit"])
    assert entry.keys() == {"schema", "sha256", "metadata"}
    assert entry["schema"] == 1
    assert entry["metadata"] == METADATA


def test_an_existing_file_is_replaced_only_by_force(
    path: Path, whole: bytes, told: Told
) -> None:
    with told(OutputError, "it exists", "--force"):
        save_tensors(path, {}, {})
    assert path.read_bytes() == whole
    save_tensors(path, {}, {}, force=True)
    assert load_tensors(path) == ({}, {})


def test_a_file_inside_an_archive_is_read(
    tmp_path: Path, path: Path, whole: bytes, told: Told
) -> None:
    with zipfile.ZipFile(tmp_path / "wheel.zip", "w") as archive:
        archive.writestr("assets/model.safetensors", whole)
    with zipfile.ZipFile(tmp_path / "wheel.zip") as archive:
        folder = zipfile.Path(archive, "assets/")
        _, metadata = load_tensors(folder / "model.safetensors")
        assert metadata == METADATA
        with told(ModelError, "cannot read", "install rnnkit again"):
            load_tensors(folder / "other.safetensors")


# What cannot be stored


@pytest.mark.parametrize(
    ("name", "tensor", "message", "hint"),
    [
        ("a", np.zeros(2, bool), "tensor 'a' has the type bool", "float16"),
        ("a", np.zeros(2, complex), "the type complex128", "float16"),
        ("a", np.array(["x"]), "the type str", "float16"),
        ("a", np.array([None]), "the type object", "float16"),
        ("a", np.zeros(2, np.longdouble), "has the type", "float16"),
        ("a", np.array([1, np.nan]), "values that are not finite", "learning rate"),
        ("a", np.array([np.inf], np.float16), "that are not finite", "learning rate"),
        ("a", np.zeros([1] * 33), "has 33 dimensions", "at most 32"),
        ("__metadata__", np.zeros(2), "cannot have the name '__metadata__'", "ASCII"),
        ("é", np.zeros(2), "cannot have the name 'é'", "ASCII"),
        ("a\nb", np.zeros(2), "cannot have the name 'a\\nb'", "ASCII"),
        ("\ud800", np.zeros(2), "cannot have the name '\\ud800'", "ASCII"),
    ],
)
def test_a_tensor_that_cannot_be_saved_is_told(
    path: Path, told: Told, *, name: str, tensor: Array, message: str, hint: str
) -> None:
    with told(ModelError, message, hint):
        save_tensors(path, {"good": np.zeros(2), name: tensor}, {})
    assert not path.exists()


def _circle() -> list[Any]:
    circle: list[Any] = []
    circle.append(circle)
    return circle


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), "Out of range float"),
        (float("inf"), "Out of range float"),
        (np.float32(1), "float32 is not JSON serializable"),
        (b"bytes", "bytes is not JSON serializable"),
        ({1: "a"}, "the key 1 is not text"),
        ([{"a": ({None: 1},)}], "the key None is not text"),
        (_circle(), "recursion"),
    ],
)
def test_a_description_that_json_cannot_hold_is_told(
    path: Path, told: Told, value: Any, message: str
) -> None:
    with told(ModelError, message, "dictionaries with text keys"):
        save_tensors(path, {}, {"value": value})
    assert not path.exists()


def test_what_loading_would_refuse_for_its_size_is_not_saved(
    path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    with told(ModelError, "the model is too large to save", "smaller vocabulary"):
        save_tensors(path, {}, {"text": "x" * 2**24})
    monkeypatch.setattr(weights, "LARGEST_FILE", 1_000)
    with told(ModelError, "too large to save: 1,", "fewer hidden units"):
        save_tensors(path, {"a": np.zeros(125)}, {})
    assert not path.exists()


# What is damaged


def test_no_flipped_bit_is_accepted(path: Path) -> None:
    save_tensors(path, {"a": np.ones(3, np.float32)}, {"alphabet": "é\n", "b": 1e-7})
    whole = path.read_bytes()
    assert _refusal(path, whole) == ""
    refusals = [_refusal(path, _flipped(whole, bit)) for bit in range(8 * len(whole))]
    assert [bit for bit, refusal in enumerate(refusals) if not refusal] == []
    assert all(map(str.isprintable, refusals))


@pytest.mark.slow
def test_a_thousand_flipped_bits_of_a_larger_file_are_refused(path: Path) -> None:
    generator = np.random.default_rng(1)
    tensors = {str(i): generator.normal(size=(100, 50)) for i in range(5)}
    save_tensors(path, tensors, METADATA)
    whole = path.read_bytes()
    bits = random.Random(1).sample(range(8 * len(whole)), 1000)
    assert all(_refusal(path, _flipped(whole, bit)) for bit in bits)


@pytest.mark.slow
def test_a_larger_file_cut_at_each_percent_is_refused(path: Path) -> None:
    save_tensors(path, {"a": np.ones(100_000)}, METADATA)
    whole = path.read_bytes()
    lengths = [len(whole) * percent // 100 for percent in range(100)]
    assert all(_refusal(path, whole[:length]) for length in lengths)


def test_a_file_cut_anywhere_is_refused(path: Path, whole: bytes) -> None:
    assert all(_refusal(path, whole[:length]) for length in range(len(whole)))


def test_a_file_with_bytes_added_or_taken_out_is_refused(
    path: Path, whole: bytes
) -> None:
    places = random.Random(1)
    assert _refusal(path, whole + b"\x00")
    assert _refusal(path, b"\x00" + whole)
    assert _refusal(path, whole + whole)
    for _ in range(200):
        start = places.randrange(len(whole))
        end = start + places.randrange(1, 100)
        assert _refusal(path, whole[:start] + whole[end:])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"layers.0.bias", b"layers.1.bias"),
        (b"[2,3]", b"[3,2]"),
        (b'"I64"', b'"U64"'),
        (b'\\"hidden\\":64', b'\\"hidden\\":65'),
        (b'\\"dino\\"', b'\\"jazz\\"'),
        (b"\\\\u00e9", b"\\\\u00E9"),
        (b"1e-07", b"1E-07"),
    ],
)
def test_no_edit_of_names_shapes_types_or_description_is_accepted(
    path: Path, whole: bytes, told: Told, old: bytes, new: bytes
) -> None:
    assert whole.count(old) == 1
    path.write_bytes(whole.replace(old, new))
    with told(ModelError, f"'{path}' is damaged: its ", "get a new copy of the file"):
        load_tensors(path)


def test_two_arrays_that_changed_places_are_refused(path: Path) -> None:
    save_tensors(path, {"a": np.zeros(2), "b": np.ones(2)}, {})
    data = path.read_bytes()
    assert _refusal(path, data[:-32] + data[-16:] + data[-32:-16])


def _tensor(dtype: str, shape: list[int], start: int, end: int) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


OURS = {
    "__metadata__": {
        "rnnkit": weights.canonical({"metadata": {}, "schema": 1, "sha256": "0" * 64})
    }
}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ((2**62).to_bytes(8, "little") + b"{}", "its header claims 4,611,686,018,427"),
        ((2**24 + 1).to_bytes(8, "little") + b"{}", "its header claims 16,777,217"),
        (
            (2**24).to_bytes(8, "little") + b"{}",
            "its header and its content do not agree",
        ),
        (_file(b'{"a":'), "its header and its content do not agree"),
        (_file(b'{"a":' * 100_000), "its header and its content do not agree"),
        (_file({"__metadata__": None}), "of another program: it holds no tensors"),
        (_file(b'{"a":1}'), "its header and its content do not agree"),
        (
            _file({"a": _tensor("F32", [-1], 0, 4)}, bytes(4)),
            "its header and its content do not agree",
        ),
        (
            _file({"a": _tensor("F32", [2**62, 4], 0, 4)}, bytes(4)),
            "its header and its content do not agree",
        ),
        (
            _file({"a": _tensor("F32", [2], 0, 4)}, bytes(4)),
            "its header and its content do not agree",
        ),
        (
            _file({"a": _tensor("F32", [1], 4, 8)}, bytes(8)),
            "its header and its content do not agree",
        ),
        (
            _file({"a": _tensor("F32", [1], 4, 0)}, bytes(8)),
            "its header and its content do not agree",
        ),
        (
            _file({"a": _tensor("F32", [1], 0, 2**40)}, bytes(4)),
            "its header and its content do not agree",
        ),
        (
            _file(
                {"a": _tensor("F32", [1], 0, 4), "b": _tensor("F32", [1], 0, 4)},
                bytes(4),
            ),
            "its header and its content do not agree",
        ),
        (
            _file({**OURS, "a": _tensor("F32", [0, 2**62], 0, 0)}),
            "is damaged: 'a' cannot have the shape [0, 4611686018427387904]",
        ),
        (
            _file({**OURS, "a": _tensor("F32", [1] * 65, 0, 4)}, bytes(4)),
            "holds 'a' of type F32 with 65 dimensions",
        ),
        (_file({**OURS, "a": _tensor("BF16", [1], 0, 2)}, bytes(2)), "of type BF16"),
        (_file({**OURS, "a": _tensor("BOOL", [1], 0, 1)}, bytes(1)), "of type BOOL"),
        (
            _file({**OURS, "a": _tensor("X9", [1], 0, 1)}, bytes(1)),
            "its header and its content do not agree",
        ),
        (_file(OURS), "its content does not match its digest"),
        (_with_entry(""), "its description cannot be read"),
        (_with_entry("{"), "its description cannot be read"),
        (_with_entry("[" * 100_000), "its description cannot be read"),
        (_with_entry("9" * 5_000), "its description cannot be read"),
        (_with_entry([]), "its description is not as it was saved"),
        (_with_entry({}), "its description is not as it was saved"),
        (
            _with_entry({"metadata": [], "schema": 1, "sha256": ""}),
            "its description is not as it was saved",
        ),
        (
            _with_entry({"metadata": {}, "schema": 0, "sha256": ""}),
            "its description is not as it was saved",
        ),
        (
            _with_entry('{"metadata":{"a":NaN},"schema":1,"sha256":""}'),
            "its description is not as it was saved",
        ),
        (
            _with_entry('{"metadata":{"a":1e999},"schema":1,"sha256":""}'),
            "its description is not as it was saved",
        ),
    ],
)
def test_a_lying_header_is_refused_before_anything_is_built(
    path: Path, told: Told, data: bytes, message: str
) -> None:
    path.write_bytes(data)
    with told(ModelError, message, ""):
        load_tensors(path)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_refused(
    path: Path, told: Told, monkeypatch: pytest.MonkeyPatch, value: float
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(weights, "_is_finite", lambda _: True)
        save_tensors(path, {"a": np.array([1.0, value])}, {})
    with told(ModelError, "holds values in 'a' that are not finite", "learning rate"):
        load_tensors(path)


def test_a_newer_file_is_told(path: Path, told: Told) -> None:
    path.write_bytes(_with_entry({"schema": 2, "digest": "of another kind"}))
    with told(ModelError, "made by a newer rnnkit: its schema is 2", "pip install"):
        load_tensors(path)


# What is of another program


class _Trap:
    """An object that leaves a file behind when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("wrapped", ["pickle", "npy", "npz", "pt"])
def test_a_pickle_is_never_opened(
    tmp_path: Path, path: Path, told: Told, protocol: int, wrapped: str
) -> None:
    sprung = tmp_path / "sprung"
    data = pickle.dumps(_Trap(sprung), protocol)
    file = io.BytesIO()
    match wrapped:
        case "pickle":
            file.write(data)
        case "npy":
            np.save(file, np.array([_Trap(sprung)], object), allow_pickle=True)
        case "npz":
            np.savez(file, a=np.array([_Trap(sprung)], object))
        case "pt":
            with zipfile.ZipFile(file, "w") as archive:
                archive.writestr("archive/data.pkl", data)
    path.write_bytes(file.getvalue())
    with told(ModelError, "not a model of rnnkit", "'rnnkit train' made"):
        load_tensors(path)
    assert not sprung.exists()
    pickle.loads(data)
    assert sprung.exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not a model of rnnkit"),
        (b"Tyrannosaurus\n", "is not a model of rnnkit"),
        (b"0123456", "is not a model of rnnkit"),
        (pickle.dumps({}), "is a Python pickle, not a model"),
        (gzip.compress(b"", mtime=0), "is a gzip file, not a model"),
        (b"\x89HDF\r\n\x1a\n", "is an HDF5 file, not a model"),
        (b"\x08\x07\x12\x07pytorch", "is an ONNX model, not a model of rnnkit"),
        (b"MThd\x00\x00\x00\x06", "is a MIDI file, not a model"),
        (
            safetensors.numpy.save({"lm_head": np.zeros(2), "embed": np.zeros(2)}),
            "is a safetensors file of another program: it holds embed, lm_head",
        ),
        (
            safetensors.numpy.save({"lm_head": np.zeros(2)}, {"format": "pt"}),
            "is a safetensors file of another program: it holds lm_head",
        ),
        (safetensors.numpy.save({}, {"format": "pt"}), "it holds no tensors"),
    ],
)
def test_a_file_of_another_program_is_told(
    path: Path, told: Told, data: bytes, message: str
) -> None:
    path.write_bytes(data)
    with told(ModelError, message, "give a file that 'rnnkit train' made"):
        load_tensors(path)


# What is no file


def test_a_missing_model_suggests_a_near_one(
    path: Path, whole: bytes, told: Told
) -> None:
    with told(ModelError, "there is no file", "did you mean"):
        load_tensors(path.with_name("modle.safetensors"))


@pytest.mark.parametrize("name", ["/dev/zero", ".", "fifo"])
def test_a_model_is_an_ordinary_file(
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("fifo")
    with told(ModelError, f"'{name}' is a ", ""):
        load_tensors(Path(name))


def test_a_file_above_the_cap_is_refused_unread(path: Path, told: Told) -> None:
    with open(path, "wb") as file:
        file.truncate(2**40)
    with told(ModelError, "has 1,099,511,627,776 bytes", "the right file"):
        load_tensors(path)


def test_the_format_of_today_can_be_read_tomorrow(path: Path, told: Told) -> None:
    """The layout is a promise: this file was composed by hand from its description."""
    table = '{"metadata":{"task":"dino"},"tensors":[["w","float32",[2]]]}'
    body = np.array([1.0, -1.0], "<f4").tobytes()
    digest = hashlib.sha256(table.encode() + body).hexdigest()
    entry = f'{{"metadata":{{"task":"dino"}},"schema":1,"sha256":"{digest}"}}'
    header = {"__metadata__": {"rnnkit": entry}, "w": _tensor("F32", [2], 0, 8)}
    path.write_bytes(_file(header, body))
    tensors, metadata = load_tensors(path)
    assert metadata == {"task": "dino"}
    np.testing.assert_array_equal(tensors["w"], np.array([1, -1], np.float32))
