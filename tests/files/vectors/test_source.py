# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from rnnkit.errors import InputError
from rnnkit.files.vectors.opening import open_vectors
from rnnkit.files.vectors.places import split
from rnnkit.files.vectors.source import open_source
from tests.files.conftest import Told
from tests.files.vectors.conftest import Opened

PLAIN = b"".join(b"w%d 0.5 -1.25 %d.5\n" % (n, n % 9) for n in range(5000))

Pack = Callable[[bytes], bytes]


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_file_is_read_whatever_its_ending(opened: Opened, pack: Pack) -> None:
    table = opened(pack(PLAIN))
    assert len(table.words) == 5000
    assert table.numbers[8].tolist() == [0.5, -1.25, 8.5]


def test_the_only_member_of_an_archive_needs_no_name(opened: Opened) -> None:
    assert len(opened(zipped({"a/": b"", "a/v.txt": PLAIN})).words) == 5000


def test_a_member_is_named_behind_a_colon(tmp_path: Path, told: Told) -> None:
    path = tmp_path / "g.zip"
    path.write_bytes(zipped({"g.50d.txt": PLAIN, "g.100d.txt": b"a 1 2\nb 3 4\n"}))
    assert len(open_vectors(f"{path}:g.50d.txt").words) == 5000
    assert open_vectors(f"{path}:g.100d.txt").numbers.shape == (2, 2)
    with told(InputError, "holds 2 files", "g.zip:g.50d.txt'"):
        open_vectors(str(path))
    with told(InputError, "no member 'g.55d.txt'", "'g.50d.txt'"):
        open_vectors(f"{path}:g.55d.txt")
    plain = tmp_path / "v.txt"
    plain.write_bytes(PLAIN)
    with told(InputError, "is no zip archive", "alone"):
        open_vectors(f"{plain}:x")


def test_a_file_may_have_a_colon_in_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a:b.txt"
    path.write_bytes(PLAIN)
    assert split(str(path)) == (path, None)
    assert len(open_vectors(str(path)).words) == 5000


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("cut", [20, 200, -9])
def test_a_packed_file_that_is_cut_short_is_told(
    opened: Opened, told: Told, pack: Pack, cut: int
) -> None:
    with told(InputError, "damaged or cut short", "new copy"):
        opened(pack(PLAIN)[:cut])


def test_archives_that_cannot_be_read_are_told(opened: Opened, told: Told) -> None:
    whole = zipped({"v.txt": PLAIN})
    with told(InputError, "damaged zip archive", "new copy"):
        opened(whole[:-30])
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 255
    with told(InputError, "", ""):
        opened(bytes(flipped))
    with told(InputError, "holds no files", "archive"):
        opened(zipped({"folder/": b""}))
    with told(InputError, "leads out of its folder", "published"):
        opened(zipped({"../v.txt": PLAIN}))


def test_a_bomb_is_not_unpacked(opened: Opened, told: Told) -> None:
    # As one line it is refused at once; as lines of vectors, by what it unpacks to.
    with told(InputError, "more than 1,048,576 bytes", ""):
        opened(gzip.compress(b"a" * 10**7))
    lines = gzip.compress(b"a 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n" * 300_000)
    with told(InputError, "unpacks to more than 200 times", "published"):
        opened(lines)


def test_a_file_that_grows_while_it_is_read_is_told(tmp_path: Path, told: Told) -> None:
    path = tmp_path / "v.txt"
    path.write_bytes(PLAIN)
    with (
        told(InputError, "changed while it was read", "wait"),
        open_source(str(path)) as source,
    ):
        with open(path, "ab") as file:
            file.write(b"more 0.5 0.5 0.5\n")
        os.utime(path, ns=(1, 1))
        source.refuse_changes()
