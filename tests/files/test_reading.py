# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import os
import pickle
import sqlite3
import zipfile
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from rnnkit.errors import InputError, ModelError
from rnnkit.files.reading import HEAD, kind_of, open_regular

from .conftest import Told, Unprivileged


def _zip_of(member: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(member, b"content")
    return file.getvalue()


def _npz() -> bytes:
    file = io.BytesIO()
    np.savez(file, weight=np.zeros(3))
    return file.getvalue()


def _npy() -> bytes:
    file = io.BytesIO()
    np.save(file, np.zeros(3))
    return file.getvalue()


def _database() -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table names (name text)")
        data = connection.serialize()
    connection.close()
    return data


KINDS = [
    (gzip.compress(b"names", mtime=0), "a gzip file"),
    (bz2.compress(b"names"), "a bzip2 file"),
    (lzma.compress(b"names"), "an xz file"),
    (b"\x28\xb5\x2f\xfd\x04\x00", "a Zstandard file"),
    (b"7z\xbc\xaf\x27\x1c\x00\x04", "a 7-Zip archive"),
    (b"%PDF-1.7\n", "a PDF document"),
    (b"\x89PNG\r\n\x1a\n\x00", "a PNG picture"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG picture"),
    (b"GIF87a\x01", "a GIF picture"),
    (b"GIF89a\x01", "a GIF picture"),
    (b"MThd\x00\x00\x00\x06\x00\x01", "a MIDI file"),
    (b"\x89HDF\r\n\x1a\n\x00", "an HDF5 file"),
    (_npy(), "a NumPy array"),
    (_npz(), "a NumPy archive"),
    (_zip_of("archive/data.pkl"), "a PyTorch file"),
    (_zip_of("names.txt"), "a zip archive"),
    (_database(), "an SQLite database"),
    (b"\x7fELF\x02\x01\x01", "a program"),
    ("names".encode("utf-16"), "UTF-16 text"),
    (b"version https://git-lfs.github.com/spec/v1\noid", "a Git LFS pointer"),
    *[(pickle.dumps([1], protocol), "a Python pickle") for protocol in range(2, 6)],
    (safetensors.numpy.save({"a": np.zeros(3)}), "a safetensors file"),
    (b"\x08\x07\x12\x07pytorch\x1a\x052.1.0", "an ONNX model"),
]


@pytest.mark.parametrize(("data", "kind"), KINDS, ids=[kind for _, kind in KINDS])
def test_kind_of_knows_common_files(data: bytes, kind: str) -> None:
    assert kind_of(data[:HEAD]).startswith(kind)


def test_a_safetensors_file_is_known_whatever_the_length_of_its_header() -> None:
    """640 starts like a pickle, 35,615 like gzip, 65,279 like UTF-16 text."""
    for length in [*range(2**17), 0x120108, 0x3A0108, 0xFFD8FF, 0x04034B50]:
        head = length.to_bytes(8, "little") + b'{"__metadata__":'
        assert kind_of(head) == "a safetensors file"


@pytest.mark.parametrize(
    "text",
    ["", "a", "PK", "MThd", "Tyrannosaurus\n", "\ufeffnames", "{}", "GIF", "\x08"],
)
def test_kind_of_makes_no_guess_about_text(text: str) -> None:
    assert kind_of(text.encode()) == ""


@pytest.mark.parametrize("data", [data for data, _ in KINDS])
def test_kind_of_bears_a_head_of_any_length(data: bytes) -> None:
    for length in range(min(len(data), HEAD)):
        kind_of(data[:length])


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes(b"rex\n")
    with open_regular(path, error=InputError, limit=4) as file:
        assert file.read() == b"rex\n"


def test_a_missing_file_suggests_a_near_one(
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "names.txt").touch()
    near = f"did you mean '{tmp_path}/names.txt'?"
    with (
        told(InputError, f"there is no file '{tmp_path}/nmaes.txt'", near),
        open_regular(tmp_path / "nmaes.txt", error=InputError),
    ):
        pass
    monkeypatch.chdir(tmp_path)
    with (
        told(ModelError, "there is no file 'nmaes.txt'", "did you mean 'names.txt'?"),
        open_regular(Path("nmaes.txt"), error=ModelError),
    ):
        pass


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("quetzal", "there is no file", "see which files there are: ls"),
        ("nowhere/names.txt", "there is no file", "check the name of the folder"),
        ("file/names.txt", "there is no file", "check the name of the folder"),
        ("folder", "is a folder, not a file", "give the name of a file in it"),
        ("fifo", "is a pipe or a device", "save what it holds in an ordinary file"),
        ("loop", "is a symbolic link that leads back to itself", "give the file"),
        ("dangling", "there is no file", ""),
        ("x" * 300, "is too long for the name of a file", "check the name"),
        ("a\x00b", "'a\\x00b' cannot be the name of a file", "check the name"),
        ("a\ud800b", "'a\\ud800b' cannot be the name of a file", "check the name"),
        ("large", "has 11 bytes, and at most 10 are read", "the right file"),
    ],
)
def test_what_is_no_ordinary_file_is_told(
    tmp_path: Path,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
    *,
    name: str,
    message: str,
    hint: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("file").write_bytes(b"rex")
    Path("large").write_bytes(b"x" * 11)
    os.mkfifo("fifo")
    Path("loop").symlink_to("loop")
    Path("dangling").symlink_to("gone")
    with (
        told(InputError, message, hint),
        open_regular(Path(name), error=InputError, limit=10),
    ):
        pass


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_devices_are_refused_unopened(told: Told, device: str) -> None:
    with (
        told(InputError, f"'{device}' is a pipe or a device", "ordinary file"),
        open_regular(Path(device), error=InputError),
    ):
        pass


@pytest.mark.parametrize(
    ("number", "message", "hint"),
    [
        (errno.EACCES, "no permission to read", "see who may read it: ls -l"),
        (errno.EPERM, "no permission to read", "see who may read it: ls -l"),
        (errno.EIO, "cannot read", "check the disk"),
    ],
)
def test_a_failure_while_reading_is_told(
    tmp_path: Path, told: Told, number: int, message: str, hint: str
) -> None:
    path = tmp_path / "names.txt"
    path.touch()
    with (
        told(InputError, message, hint),
        open_regular(path, error=InputError),
    ):
        raise OSError(number, os.strerror(number))


def test_a_file_without_permission_is_told(unprivileged: Unprivileged) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from rnnkit.errors import InputError\n"
        "from rnnkit.files.reading import open_regular\n"
        "{give_up_rights}\n"
        "try:\n"
        "    with open_regular(Path(sys.argv[1]), error=InputError): pass\n"
        "except InputError as error: print(error.message, error.hint, sep='\\n')"
    )
    path = unprivileged.folder / "names.txt"
    path.touch(0o000)
    assert unprivileged.run(program, path).splitlines() == [
        f"no permission to read '{path}'",
        f"see who may read it: ls -l '{path}'",
    ]
