# SPDX-License-Identifier: Apache-2.0
"""Files that cannot be written, and readers that leave."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rnnkit.files.weights import load_tensors
from tests import small_model
from tests.conftest import CALM, Runner
from tests.faults.campaign import (
    Case,
    Prepare,
    assert_told,
    contents,
    nothing,
    numbered,
    survive,
)
from tests.faults.conftest import Start
from tests.faults.privileges import as_ordinary_user

READ = ("--model", "small.safetensors")
TINY = ("--hidden", "4", "--epochs", "2", "--seed", "1")
SAMPLE = ("dino", "sample", *READ, "--seed", "1")
COMMANDS: dict[str, tuple[str, ...]] = {
    "train": ("train", "dino", "names.txt", *TINY, "--out"),
    "inspect": ("dino", "inspect", "Ste", *READ, "--svg"),
}
"""The commands that write a file. Its name comes last."""


def existing(folder: Path) -> None:
    (folder / "out").write_text("precious")


def existing_link(folder: Path) -> None:
    existing(folder)
    (folder / "link").symlink_to("out")


def existing_folder(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "inside").touch()


def looping(folder: Path) -> None:
    (folder / "out").symlink_to("out")


Row = tuple[str, str, str, str, Prepare, str]
ROWS: list[Row] = [
    ("existing file", "out", "it exists", "--force", existing, ""),
    (
        "existing link",
        "link",
        "it exists",
        "--force",
        existing_link,
        "",
    ),
    ("folder", "out", "it is a folder", "'out/NAME'", existing_folder, ""),
    ("folder, forced", "out", "it is a folder", "name", existing_folder, "--force"),
    ("nothing", "", "it is a folder", "name of a file", nothing, "--force"),
    ("root", "/", "it is a folder", "name of a file", nothing, "--force"),
    ("no folder", "no/out", "no folder 'no'", "mkdir -p 'no'", nothing, ""),
    ("file as folder", "names.txt/out", "is a file, not a folder", "", nothing, ""),
    ("device", "/dev/null", "a pipe or a device", "ordinary", nothing, "--force"),
    ("loop of links", "out", "back to itself", "link", looping, "--force"),
    ("long name", "x" * 300, "too long", "shorter name", nothing, ""),
]
OUTPUTS = [
    Case(
        f"O{number:02}",
        f"{command} to {about}",
        (*COMMANDS[command], given, *([force] if force else [])),
        says,
        hint,
        prepare=prepare,
    )
    for number, (command, (about, given, says, hint, prepare, force)) in enumerate(
        ((command, row) for row in ROWS for command in COMMANDS), start=1
    )
]
OUTPUTS += [
    Case(
        "O23",
        "train to a name that leaves no room for the checkpoint's",
        (*COMMANDS["train"], "x" * 240),
        "too long",
        "shorter name",
    ),
    Case(
        "O24",
        "train where a folder has the name of the checkpoint",
        (*COMMANDS["train"], "out", "--force"),
        "cannot write 'out.checkpoint.safetensors': it is a folder",
        "",
        prepare=lambda folder: (folder / "out.checkpoint.safetensors").mkdir(),
    ),
    Case(
        "O25",
        "train over its own list",
        (*COMMANDS["train"], "names.txt", "--force"),
        "is the file to learn from",
        "another --out",
        code=2,
    ),
    Case(
        "O26",
        "train to standard output",
        (*COMMANDS["train"], "-"),
        "standard output",
        "--out my.safetensors",
        code=2,
    ),
]


@numbered(OUTPUTS)
def test_a_file_that_cannot_be_written(
    case: Case, folder: Path, rnnkit: Runner
) -> None:
    survive(case, folder, rnnkit)


@pytest.mark.parametrize("command", COMMANDS)
def test_force_replaces(folder: Path, rnnkit: Runner, command: str) -> None:
    existing(folder)
    assert rnnkit(*COMMANDS[command], "out", "--force").code == 0
    assert b"precious" not in (folder / "out").read_bytes()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_is_closed(
    folder: Path, rnnkit_process: Runner, command: str
) -> None:
    (folder / "closed").mkdir(mode=0o555)
    out = ("closed/out", "--force")
    outcome = rnnkit_process(*COMMANDS[command], *out, preexec_fn=as_ordinary_user)
    outcome.told(1, "no permission to write in this folder", "a folder of your own")
    assert list((folder / "closed").iterdir()) == []


FAILURES = {
    "full disk": (errno.ENOSPC, "the disk is full", "free some space"),
    "share used up": (errno.EDQUOT, "your share of the disk", "free some space"),
    "broken disk": (errno.EIO, "Input/output error", "another folder"),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_disk_that_fails_while_it_is_written(
    folder: Path,
    rnnkit: Runner,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    failure: str,
) -> None:
    """What is there already stays, and nothing is left of what was begun."""
    number, says, hint = FAILURES[failure]

    def fail(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    existing(folder)
    before = contents(folder)
    monkeypatch.setattr(os, "fsync", fail)
    outcome = rnnkit(*COMMANDS[command], "out", "--force")
    assert_told(outcome, Case("", "", (), says, hint))
    assert contents(folder) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_larger_than_is_allowed(
    folder: Path, rnnkit_process: Runner, command: str
) -> None:
    """As a full disk does, the limit stops a file in its middle."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    before = contents(folder)
    # Python would write its own compiled files, and the limit holds for them as well.
    environ = {"PYTHONDONTWRITEBYTECODE": "1"}
    outcome = rnnkit_process(
        *COMMANDS[command], "out", preexec_fn=limit, environ=environ
    )
    case = Case("", "", (), "larger than this system allows", "ulimit -f")
    assert_told(outcome, case)
    assert contents(folder) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "words",
    [
        SAMPLE,
        (*SAMPLE, "--json"),
        ("dino", "inspect", "Ste", *READ),
        (*COMMANDS["train"], "out"),
    ],
    ids=" ".join,
)
def test_a_full_disk_behind_standard_output(
    folder: Path, rnnkit_process: Runner, words: tuple[str, ...]
) -> None:
    with open("/dev/full", "wb") as full:
        outcome = rnnkit_process(*words, stdout=full)
    case = Case("", "", (), "the output cannot be written", "free some space")
    if "train" not in words:
        return assert_told(outcome, case)
    # The model is not lost with the report.
    assert outcome.code == 1
    assert load_tensors(folder / "out")[1]["kind"] == "model"
    return None


@pytest.mark.parametrize("more", [(), ("--json",), ("--jsonl",)], ids=" ".join)
def test_a_reader_leaves_after_five_names(
    folder: Path, start: Start, more: tuple[str, ...]
) -> None:
    process = start("-m", "rnnkit", *SAMPLE, "-n", "20000", *more)
    assert process.stdout is not None
    assert process.stderr is not None
    for _ in range(5):
        assert process.stdout.read(20)
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 141


def most_memory(names: int) -> int:
    """Bytes that a process holds at most while it makes up so many names."""
    program = (
        "import resource, sys\n"
        "from rnnkit.cli.main import main\n"
        "code = main()\n"
        "most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(most, file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *SAMPLE, "-t", "1.5", "-n", str(names)],
        env=CALM,
        capture_output=True,
        check=True,
    )
    printed = done.stdout.decode().split()
    assert len(printed) == len(set(printed)) == names
    *notes, most = done.stderr.split()
    assert notes == []
    # Linux counts in kilobytes, macOS in bytes.
    return int(most) * (1 if sys.platform == "darwin" else 1024)


class TestManyNames:
    """They stream: memory does not grow with their number."""

    def test_twenty_thousand(self, folder: Path) -> None:
        assert most_memory(20_000) - most_memory(2_000) < 8 * 2**20

    @pytest.mark.slow
    def test_a_million(self, folder: Path) -> None:
        assert most_memory(1_000_000) - most_memory(20_000) < 16 * 2**20


def train_together(start: Start, *more: str) -> list[tuple[int, str]]:
    """Two trainings that begin at the same moment, and write to the same file.

    Both wait for their names, so neither is done before the other has begun.
    """
    seeds = ("1", "2")
    words = ("-m", "rnnkit", "train", "dino", "-", *small_model.SIZES, "--epochs", "3")
    running = [
        start(*words, "--seed", seed, "-o", "out", *more, stdin=subprocess.PIPE)
        for seed in seeds
    ]
    for process in running:
        assert process.stdin is not None
        process.stdin.write(small_model.LIST)
        process.stdin.close()
        process.stdin = None
    ended = []
    for process in running:
        _, told = process.communicate(timeout=60)
        ended.append((process.returncode, told))
    return ended


class TestTwoProcesses:
    def test_both_may_replace(self, folder: Path, rnnkit: Runner, start: Start) -> None:
        before = contents(folder)
        assert [code for code, _ in train_together(start, "--force")] == [0, 0]
        after = contents(folder)
        assert set(after) - set(before) == {"out", "out.checkpoint.safetensors"}

        # The file is what one of them would have written alone.
        words = ("train", "dino", "names.txt", *small_model.SIZES, "--epochs", "3")
        for seed in ("1", "2"):
            assert rnnkit(*words, "--seed", seed, "-o", seed).code == 0
        whole = [(folder / seed).read_bytes() for seed in ("1", "2")]
        assert (folder / "out").read_bytes() in whole
        assert load_tensors(folder / "out.checkpoint.safetensors")[1]["settings"]

    def test_only_one_may_create(self, folder: Path, start: Start) -> None:
        ended = train_together(start)
        assert sorted(code for code, _ in ended) == [0, 1]
        (told,) = (told for code, told in ended if code == 1)
        assert told.splitlines()[-2].startswith("error: ")
        assert "--force" in told.splitlines()[-1]
        assert load_tensors(folder / "out")[1]["kind"] == "model"


Leave = Callable[[], None]


class TestTheFolderIsGone:
    @pytest.fixture
    def leave(self, folder: Path, tmp_path: Path) -> Leave:
        gone = tmp_path / "gone"
        gone.mkdir()

        def leave() -> None:
            os.chdir(gone)
            gone.rmdir()

        return leave

    def test_reading_goes_on(
        self, folder: Path, rnnkit_process: Runner, leave: Leave
    ) -> None:
        words = ("dino", "sample", "--model", str(folder / "small.safetensors"))
        outcome = rnnkit_process(*words, "--seed", "1", preexec_fn=leave)
        assert (outcome.code, outcome.stderr) == (0, "")
        assert len(outcome.stdout.split()) == 10

    def test_writing_is_told(
        self, folder: Path, rnnkit_process: Runner, leave: Leave
    ) -> None:
        names = str(folder / "names.txt")
        words = ("train", "dino", names, "--out", "out")
        outcome = rnnkit_process(*words, preexec_fn=leave)
        outcome.told(1, "its folder was deleted", "cd")
