# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rnnkit.files.vectors import cache, opening
from rnnkit.files.vectors.opening import open_vectors
from tests.conftest import CALM
from tests.files.conftest import Unprivileged

LINES = [f"w{number} 0.5 {number % 10}.25" for number in range(2000)]


@pytest.fixture(autouse=True)
def cache_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "SMALLEST", 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "v.txt"
    path.write_text("\n".join(LINES))
    return path


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which files were read as text, and not from a cache."""
    seen: list[str] = []
    original = opening._read

    def counted(given: str, **settings: object) -> object:
        seen.append(given)
        return original(given, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(opening, "_read", counted)
    return seen


def test_a_text_is_read_once(path: Path, reads: list[str]) -> None:
    first, second = open_vectors(str(path)), open_vectors(str(path))
    assert len(reads) == 1
    assert list(first.words) == list(second.words)
    assert (first.numbers == second.numbers).all()
    assert (first.format, first.duplicates) == (second.format, second.duplicates)
    assert len(open_vectors(str(path), limit=5).words) == 5
    assert len(reads) == 1
    assert len(open_vectors(str(path), cached=False).words) == 2000
    assert len(reads) == 2


def test_a_part_leaves_no_cache(path: Path, reads: list[str]) -> None:
    open_vectors(str(path), limit=5)
    open_vectors(str(path), limit=5)
    assert len(reads) == 2


@pytest.mark.parametrize("keep_time", [True, False])
def test_it_is_made_again_when_the_file_changes(
    path: Path, reads: list[str], keep_time: bool
) -> None:
    open_vectors(str(path))
    before = path.stat()
    path.write_text("\n".join(LINES).replace("w7 0.5", "w7 0.6"))
    if keep_time:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    found = open_vectors(str(path))
    assert len(reads) == 2
    assert found.numbers[7].tolist() == pytest.approx([0.6, 7.25])
    open_vectors(str(path))
    assert len(reads) == 2


def test_a_damaged_cache_is_made_again_and_that_is_said(
    path: Path, reads: list[str]
) -> None:
    open_vectors(str(path))
    place = cache.place(str(path))
    assert place is not None
    whole = place.read_bytes()
    for damaged in (b"", whole[:-1], whole[:-5] + b"12345", b"junk" * 100):
        place.write_bytes(damaged)
        told: list[str] = []
        assert len(open_vectors(str(path), tell=told.append).words) == 2000
        (sentence,) = told
        assert "was damaged, and is made again" in sentence
        assert place.read_bytes() == whole


def test_members_of_an_archive_have_caches_of_their_own(path: Path) -> None:
    places = {
        cache.place(given) for given in (str(path), "a.zip:v", "a.zip:w", "v.txt")
    }
    assert len(places) == 4


def test_where_nothing_can_be_cached_that_is_said(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache.ENVIRONMENT_VARIABLE, str(path / "below a file"))
    told: list[str] = []
    assert len(open_vectors(str(path), tell=told.append).words) == 2000
    assert told == [
        "the vectors are not cached: the folder of caches cannot be made: "
        "Not a directory"
    ]


def test_the_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv(cache.ENVIRONMENT_VARIABLE, "")
    assert cache.folder() is None
    assert cache.place("v.txt") is None
    monkeypatch.delenv(cache.ENVIRONMENT_VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    assert cache.folder() == Path("/x/rnnkit/vectors")
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", "/home/me")
    assert cache.folder() == Path("/home/me/.cache/rnnkit/vectors")


def test_without_a_home_there_is_no_cache_and_no_error(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    monkeypatch.delenv(cache.ENVIRONMENT_VARIABLE)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache.folder() is None
    assert len(open_vectors(str(path)).words) == 2000


READ = """
import sys
from rnnkit.files.vectors import cache, opening
cache.SMALLEST = 1
table = opening.open_vectors(sys.argv[1], tell=print)
assert len(table.words) == 2000
"""


def test_two_processes_may_make_one_cache(path: Path, own_cache: Path) -> None:
    command = [sys.executable, "-c", READ, str(path)]
    environment = CALM | {cache.ENVIRONMENT_VARIABLE: str(own_cache)}
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [process.communicate()[0] for process in running] == [b"", b""]
    assert [process.returncode for process in running] == [0, 0]
    assert len(list((own_cache / "vectors").iterdir())) == 1


def test_a_folder_that_is_read_only_does_not_matter(unprivileged: Unprivileged) -> None:
    path = unprivileged.folder / "v.txt"
    path.write_text("\n".join(LINES))
    caches = unprivileged.folder / "caches"
    caches.mkdir()
    caches.chmod(0o777)
    unprivileged.folder.chmod(0o555)
    program = (
        "import os, sys\nfrom rnnkit.files.vectors import cache, opening, binary\n"
        "{give_up_rights}\ncache.SMALLEST = 1\n"
        "os.environ['RNNKIT_CACHE'] = sys.argv[2]\n"
        "for _ in 1, 2: print(len(opening.open_vectors(sys.argv[1], tell=print).words))"
    )
    assert unprivileged.run(program, path, caches) == "2000\n2000\n"
    assert len(list((caches / "vectors").iterdir())) == 1
