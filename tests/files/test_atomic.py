# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import errno
import os
import random
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from rnnkit.errors import OutputError
from rnnkit.files import atomic
from rnnkit.files.atomic import check_writable, write_bytes, writing

from .conftest import Told, Unprivileged

Attempt = Callable[[Path, bool], None]


def _write(path: Path, force: bool) -> None:
    write_bytes(path, b"new", force=force)


def _check(path: Path, force: bool) -> None:
    check_writable(path, force=force)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def umask() -> Iterator[Callable[[int], int]]:
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _run(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


# Writing a file


@pytest.mark.parametrize("data", [b"", b"solo", bytes(3_000_000)])
def test_a_new_file_holds_the_bytes_and_nothing_else_is_left(
    folder: Path, data: bytes
) -> None:
    write_bytes(Path("out.mid"), data)
    assert Path("out.mid").read_bytes() == data
    assert _names(folder) == ["out.mid"]


def test_a_name_as_long_as_a_name_can_be_is_written(folder: Path) -> None:
    write_bytes(Path("x" * 255), b"new")
    assert _names(folder) == ["x" * 255]


def test_what_exists_is_replaced_only_by_force(folder: Path, told: Told) -> None:
    path = Path("out.mid")
    path.write_bytes(b"old")
    with told(OutputError, "cannot write 'out.mid': it exists", "--force"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    write_bytes(path, b"new", force=True)
    assert path.read_bytes() == b"new"
    assert _names(folder) == ["out.mid"]


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_a_new_file_honours_the_umask(
    umask: Callable[[int], int], mask: int, mode: int
) -> None:
    umask(mask)
    write_bytes(Path("out.mid"), b"new")
    assert stat.S_IMODE(os.stat("out.mid").st_mode) == mode


@pytest.mark.parametrize(
    ("mode", "kept"),
    [(0o600, 0o600), (0o644, 0o644), (0o666, 0o666), (0o444, 0o444), (0o4755, 0o755)],
)
def test_a_replaced_file_keeps_its_permissions(
    umask: Callable[[int], int], mode: int, kept: int
) -> None:
    umask(0o022)
    path = Path("out.mid")
    path.touch()
    path.chmod(mode)
    write_bytes(path, b"new", force=True)
    assert stat.S_IMODE(path.stat().st_mode) == kept
    assert path.read_bytes() == b"new"


def test_the_new_content_of_a_private_file_is_private_from_the_start(
    umask: Callable[[int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    umask(0o022)
    path = Path("secret")
    path.touch(0o600)
    created = []
    real_open = os.open

    def watched(name: str, flags: int, mode: int = 0o777) -> int:
        descriptor = real_open(name, flags, mode)
        if flags & os.O_CREAT:
            created.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return descriptor

    monkeypatch.setattr(os, "open", watched)
    write_bytes(path, b"new", force=True)
    assert created == [0o600]


def test_a_symbolic_link_stays_and_its_file_is_written() -> None:
    Path("elsewhere").mkdir()
    Path("elsewhere/file").write_bytes(b"old")
    Path("link").symlink_to("elsewhere/file")
    write_bytes(Path("link"), b"new", force=True)
    assert Path("link").is_symlink()
    assert Path("elsewhere/file").read_bytes() == b"new"
    Path("dangling").symlink_to("elsewhere/other")
    write_bytes(Path("dangling"), b"new")
    assert Path("elsewhere/other").read_bytes() == b"new"


# What cannot be written is told, before a long training as well as after it


@pytest.mark.parametrize("attempt", [_write, _check])
@pytest.mark.parametrize(
    ("name", "force", "message", "hint"),
    [
        ("file", False, "it exists", "add --force to replace it"),
        ("link", False, "it exists", "add --force to replace it"),
        ("folder", False, "it is a folder", "for example 'folder/NAME'"),
        ("folder", True, "it is a folder", "for example 'folder/NAME'"),
        (".", True, "it is a folder", "for example 'NAME'"),
        ("loop", False, "leads back to itself", "the link was meant for"),
        ("loop", True, "leads back to itself", "the link was meant for"),
        ("/", True, "it is a folder", "for example '/NAME'"),
        ("fifo", True, "it is a pipe or a device", "ordinary file"),
        ("/dev/null", False, "it is a pipe or a device", "ordinary file"),
        ("/dev/null", True, "it is a pipe or a device", "ordinary file"),
        ("/dev/full", True, "it is a pipe or a device", "ordinary file"),
        ("a/b/out", False, "there is no folder 'a/b'", "make it first: mkdir -p 'a/b'"),
        ("file/out", False, "a part of the path is a file", "check the folders"),
        ("x" * 256, False, "the name is too long", "a shorter name"),
        ("loop/out", False, "a symbolic link that leads back to itself", ""),
        ("a\x00b", False, "'a\\x00b' cannot be the name of a file", "ordinary letters"),
        ("a\ud800", False, "'a\\ud800' cannot be the name of a file", ""),
    ],
)
def test_what_cannot_be_written_is_told(
    folder: Path,
    told: Told,
    *,
    attempt: Attempt,
    name: str,
    force: bool,
    message: str,
    hint: str,
) -> None:
    Path("file").write_bytes(b"old")
    Path("folder").mkdir()
    Path("link").symlink_to("file")
    Path("loop").symlink_to("loop")
    os.mkfifo("fifo")
    before = _names(folder)
    with told(OutputError, message, hint):
        attempt(Path(name), force)
    assert _names(folder) == before
    assert Path("file").read_bytes() == b"old"
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.parametrize("attempt", [_write, _check])
def test_a_deleted_working_folder_is_told(
    folder: Path, told: Told, attempt: Attempt
) -> None:
    Path("gone").mkdir()
    os.chdir("gone")
    (folder / "gone").rmdir()
    with told(OutputError, "its folder was deleted", "change to a folder that exists"):
        attempt(Path("out.mid"), False)


ERRORS = [
    (errno.ENOSPC, "the disk is full", "free some space"),
    (errno.EDQUOT, "your share of the disk is used up", "free some space"),
    (errno.EFBIG, "the file is larger than this", "ulimit -f"),
    (errno.EROFS, "the disk is read-only", "home folder"),
    (errno.EACCES, "no permission to write in this folder", "home folder"),
    (errno.EPERM, "no permission to write in this folder", "home folder"),
    (errno.EIO, "Input/output error", "write to another folder"),
]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("call", ["open", "fsync", "publish"])
@pytest.mark.parametrize(("number", "message", "hint"), ERRORS)
def test_a_failing_disk_leaves_the_old_file_and_no_other(
    folder: Path,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
    *,
    call: str,
    number: int,
    message: str,
    hint: str,
    force: bool,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    if force:
        Path("out.mid").write_bytes(b"old")
    before = _names(folder)
    with monkeypatch.context() as patch:
        for name in ["link", "replace"] if call == "publish" else [call]:
            patch.setattr(os, name, fail)
        with told(OutputError, f"cannot write 'out.mid': {message}", hint):
            _write(Path("out.mid"), force)
    assert _names(folder) == before
    assert [path.read_bytes() for path in folder.iterdir()] == [b"old"] * len(before)


def test_check_writable_tries_the_folder(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "open", fail)
    with told(OutputError, "the disk is read-only", "home folder"):
        check_writable(Path("out.mid"))


def test_check_writable_changes_nothing(folder: Path) -> None:
    check_writable(Path("out.mid"))
    assert _names(folder) == []
    Path("out.mid").write_bytes(b"old")
    check_writable(Path("out.mid"), force=True)
    assert Path("out.mid").read_bytes() == b"old"
    assert _names(folder) == ["out.mid"]


def test_an_interrupted_write_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(Path("out.mid"), b"new")
    assert _names(folder) == []


_ATTEMPT = """
import sys
from pathlib import Path
from rnnkit.errors import OutputError
from rnnkit.files.atomic import write_bytes
{before}
try:
    write_bytes(Path(sys.argv[1]), bytes(200_000), force=True)
except OutputError as error:
    print(error.message)
"""


def test_a_read_only_folder_is_told(unprivileged: Unprivileged) -> None:
    path = unprivileged.folder / "out.mid"
    path.write_bytes(b"old")
    unprivileged.folder.chmod(0o555)
    told = unprivileged.run(_ATTEMPT.replace("{before}", "{give_up_rights}"), path)
    assert told == f"cannot write '{path}': no permission to write in this folder\n"
    assert path.read_bytes() == b"old"
    assert _names(unprivileged.folder) == ["out.mid"]


def test_a_file_size_limit_is_told(folder: Path) -> None:
    Path("out.mid").write_bytes(b"old")
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))"
    done = _run(_ATTEMPT.format(before=limit), "out.mid")
    assert "the file is larger than this system allows" in done.stdout
    assert done.stderr == ""
    assert Path("out.mid").read_bytes() == b"old"
    assert _names(folder) == ["out.mid"]


_SHOW = '"$2" -c "$3" out.mid; cat out.mid; ls -A'
_MOUNT = 'mount -t tmpfs -o size=64k none "$1" && '
_FULL = """
import errno, os
def full(_): raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
os.fsync = full
"""


def _in_shell(script: str) -> list[str]:
    return ["sh", "-c", f'{script}cd "$1" && printf old > out.mid && {_SHOW}', "sh"]


def _full_disk() -> tuple[list[str], str]:
    """A file system of 64 kB, which vanishes with the process that mounted it.

    Where mounting is not allowed, a disk that says it is full when asked to sync.
    """
    tiny = ["unshare", "--map-root-user", "--mount", *_in_shell(_MOUNT)]
    if shutil.which("unshare") is not None:
        done = subprocess.run(
            [*tiny, "/tmp", "true", ""], capture_output=True, check=False
        )
        if done.stdout == b"oldout.mid\n":
            return tiny, ""
    return _in_shell(""), _FULL


def test_a_full_disk_is_told(folder: Path) -> None:
    disk, before = _full_disk()
    done = subprocess.run(
        [*disk, folder, sys.executable, _ATTEMPT.format(before=before)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "cannot write 'out.mid': the disk is full\noldout.mid\n"


# Two programs at once


def test_a_file_that_appears_while_writing_is_not_replaced(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def appear(_: int) -> None:
        Path("out.mid").write_bytes(b"of another program")

    monkeypatch.setattr(os, "fsync", appear)
    with told(OutputError, "it exists", "--force"):
        write_bytes(Path("out.mid"), b"new")
    assert Path("out.mid").read_bytes() == b"of another program"


def _no_links(*_: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


def test_a_file_system_without_links_is_written_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", _no_links)
    write_bytes(Path("out.mid"), b"new")
    assert Path("out.mid").read_bytes() == b"new"
    assert _names(folder) == ["out.mid"]


def test_a_file_that_appears_is_not_replaced_without_links_either(
    folder: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def appear(*_: object) -> None:
        Path("out.mid").write_bytes(b"of another program")
        _no_links()

    monkeypatch.setattr(os, "link", appear)
    with told(OutputError, "it exists", "--force"):
        write_bytes(Path("out.mid"), b"new")
    assert Path("out.mid").read_bytes() == b"of another program"
    assert _names(folder) == ["out.mid"]


_RACE = """
import sys
from pathlib import Path
from rnnkit.errors import OutputError
from rnnkit.files.atomic import write_bytes
letter, rounds, force = sys.argv[1].encode(), int(sys.argv[2]), sys.argv[3] == "force"
print("ready", flush=True)
sys.stdin.readline()
for number in range(rounds):
    name = "shared" if force else f"{number}"
    try:
        write_bytes(Path(name), letter * 100_000, force=force)
        print(number, flush=True)
    except OutputError:
        pass
"""


def _race(rounds: int, *, force: bool) -> list[list[str]]:
    """Let two programs write the same names; return the rounds that each one won."""
    mode = "force" if force else "new"
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", _RACE, letter, str(rounds), mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for letter in "ab"
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    return [program.communicate()[0].split() for program in programs]


def _is_whole(data: bytes, size: int) -> bool:
    return data in {b"a" * size, b"b" * size}


@pytest.mark.parametrize("rounds", [20, pytest.param(500, marks=pytest.mark.slow)])
def test_of_two_programs_that_write_a_new_file_one_wins(
    folder: Path, rounds: int
) -> None:
    won = _race(rounds, force=False)
    assert sorted(won[0] + won[1], key=int) == [str(i) for i in range(rounds)]
    assert _names(folder) == sorted(str(i) for i in range(rounds))
    for letter, numbers in zip(b"ab", won, strict=True):
        for number in numbers:
            assert Path(number).read_bytes() == bytes([letter]) * 100_000


@pytest.mark.parametrize("rounds", [20, pytest.param(500, marks=pytest.mark.slow)])
def test_two_programs_that_replace_one_file_leave_it_whole(
    folder: Path, rounds: int
) -> None:
    assert [len(won) for won in _race(rounds, force=True)] == [rounds, rounds]
    assert _is_whole(Path("shared").read_bytes(), 100_000)
    assert _names(folder) == ["shared"]


# A program that is killed


_KILLED = """
import os, sys
from pathlib import Path
from rnnkit.files.atomic import write_bytes
seen = {"calls": 0}
real = getattr(os, sys.argv[1])
def killed(*arguments, **options):
    seen["calls"] += 1
    if seen["calls"] == int(sys.argv[2]):
        os.kill(os.getpid(), 9)
    return real(*arguments, **options)
setattr(os, sys.argv[1], killed)
write_bytes(Path("out.mid"), b"n" * 100_000, force=sys.argv[3] == "force")
"""


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    ("call", "time_called", "published"),
    [
        ("open", 1, False),
        ("fsync", 1, False),
        ("publish", 1, False),
        ("open", 2, True),
        ("fsync", 2, True),
    ],
)
def test_a_program_killed_at_any_step_leaves_the_file_old_or_whole(
    folder: Path, call: str, time_called: int, published: bool, force: bool
) -> None:
    if force:
        Path("out.mid").write_bytes(b"old")
    publish = "replace" if force else "link"
    step = publish if call == "publish" else call
    mode = "force" if force else "new"
    assert _run(_KILLED, step, str(time_called), mode).returncode == -9
    if published:
        assert Path("out.mid").read_bytes() == b"n" * 100_000
    elif force:
        assert Path("out.mid").read_bytes() == b"old"
    else:
        assert not Path("out.mid").exists()
    for stray in folder.glob(".rnnkit-*.tmp"):
        os.utime(stray, (0, 0))
    write_bytes(Path("out.mid"), b"next", force=True)
    assert _names(folder) == ["out.mid"]


_WRITE_FOR_EVER = """
from itertools import cycle
from pathlib import Path
from rnnkit.files.atomic import write_bytes
for letter in cycle([b"a", b"b"]):
    write_bytes(Path("out.mid"), letter * 2_000_000, force=True)
    print(flush=True)
"""


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_a_program_killed_at_any_moment_leaves_the_file_old_or_whole(
    folder: Path, kills: int
) -> None:
    moments = random.Random(1)
    for _ in range(kills):
        program = subprocess.Popen(
            [sys.executable, "-c", _WRITE_FOR_EVER], stdout=subprocess.PIPE
        )
        assert program.stdout is not None
        program.stdout.readline()
        with suppress(subprocess.TimeoutExpired):
            program.wait(timeout=moments.uniform(0, 0.05))
        program.kill()
        program.communicate()
        assert program.returncode == -9
        assert _is_whole(Path("out.mid").read_bytes(), 2_000_000)
    for stray in folder.glob(".rnnkit-*.tmp"):
        os.utime(stray, (0, 0))
    write_bytes(Path("out.mid"), b"next", force=True)
    assert _names(folder) == ["out.mid"]


# Sweeping


def test_only_old_temporary_files_of_our_own_are_swept(folder: Path) -> None:
    now = time.time()
    ours = f"{atomic._PREFIX}{'0' * 16}{atomic._SUFFIX}"
    young = f"{atomic._PREFIX}{'1' * 16}{atomic._SUFFIX}"
    others = [".rnnkit-notes.tmp", "names.tmp", ".rnnkit-", "rnnkit.txt"]
    for name in [ours, young, *others]:
        Path(name).touch()
        os.utime(name, (now - 7200, now - 7200))
    os.utime(young, (now - 1800, now - 1800))
    looks_like_one = f"{atomic._PREFIX}{'2' * 16}{atomic._SUFFIX}"
    Path(looks_like_one).mkdir()
    os.utime(looks_like_one, (now - 7200, now - 7200))
    write_bytes(Path("out.mid"), b"new")
    assert _names(folder) == sorted([young, *others, looks_like_one, "out.mid"])


def test_a_block_writes_a_file_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with writing(path) as file:
        for piece in (b"one ", b"two"):
            file.write(piece)
        assert not path.exists()
    assert path.read_bytes() == b"one two"
    with writing(path, force=True, sync=False) as file:
        file.write(b"three")
    assert path.read_bytes() == b"three"


@pytest.mark.parametrize("failure", [ValueError("a bug"), KeyboardInterrupt()])
def test_a_block_that_fails_leaves_what_was_there(
    tmp_path: Path, failure: BaseException
) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old")

    def fail() -> None:
        with writing(path, force=True) as file:
            file.write(b"half")
            raise failure

    with pytest.raises(type(failure)) as caught:
        fail()
    assert caught.value is failure
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["out"]
