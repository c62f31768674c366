# SPDX-License-Identifier: Apache-2.0
"""The register of all faults: a number and a kind for each, and what came of it.

Every test in `FILES` is a case, numbered in the order of its file; those of a table of
`campaign.Case` keep the number that they have there. A test that tries many, such as a
thousand flipped bits, says so with the fixture `tally`. When the slow ones ran too, the
report ends the run and is written to build/faults.txt, with every case below it.
"""

from __future__ import annotations

import platform
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from rnnkit import __version__

FILES = {
    "faults/test_arguments.py": ("AR", "values of options"),
    "faults/test_commands.py": ("CO", "every command, every environment"),
    "faults/test_damage.py": ("DA", "flipped bits and cuts, every kind of file"),
    "faults/test_emojify.py": ("EM", "sentences and labels"),
    "faults/test_environments.py": ("EN", "terminals and encodings"),
    "faults/test_inputs.py": ("IN", "lists of names"),
    "faults/test_interruptions.py": ("IR", "signals, kills, divergence"),
    "faults/test_midi.py": ("MI", "MIDI files"),
    "faults/test_models.py": ("MO", "model files"),
    "faults/test_outputs.py": ("OU", "outputs and full disks"),
    "faults/test_resuming.py": ("RE", "checkpoints"),
    "faults/test_texts.py": ("TE", "running text"),
    "faults/test_trainings.py": ("TR", "every training, interrupted"),
    "faults/test_vectors.py": ("VE", "vectors and words"),
    "files/test_midi_mutations.py": ("MM", "MIDI files"),
    "fuzzing/test_targets.py": ("FU", "what the fuzzer found, and mutants"),
}
"""Where the cases stand, what their numbers begin with, and of which kind they are."""

BUG = 70
"""The exit code of what should never happen; it comes with a traceback in --debug."""

_LEFT_BEHIND = ".rnnkit-*"
_KILOBYTES_A_MEGABYTE = 1024


@dataclass
class Result:
    """What came of one test."""

    number: str
    kind: str
    name: str
    passed: bool
    seconds: float
    said: dict[str, int] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        """How many faults it tried."""
        return self.said.get("cases", 1)

    @property
    def survived(self) -> int:
        """How many of them were met as they should be."""
        wrong = self.said.get("silent", 0)
        return max(self.cases - (wrong or (0 if self.passed else 1)), 0)


_results: list[Result] = []


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every case its number, before the slow ones are taken out."""
    numbers: Counter[str] = Counter()
    seen: set[str] = set()
    for item in items:
        place = "/".join(item.path.parts[-2:])
        if place not in FILES:
            assert item.path.parent.name != "faults", f"{place} has no kind in FILES"
            continue
        letters, kind = FILES[place]
        case = item.callspec.params.get("case") if hasattr(item, "callspec") else None
        number = getattr(case, "number", "")
        if not number:
            numbers[letters] += 1
            number = f"{letters}{numbers[letters]:03}"
        assert number not in seen, f"two cases have the number {number}"
        seen.add(number)
        item.user_properties.append(("case", [number, kind]))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember what came of a case."""
    told: dict[str, Any] = {name: value for name, value in report.user_properties}
    if "case" not in told or report.skipped:
        return
    number, kind = told["case"]
    if report.when == "call":
        _results.append(
            Result(number, kind, report.nodeid, report.passed, report.duration)
        )
    elif report.when == "teardown" and _results and _results[-1].number == number:
        _results[-1].said = _added(report.user_properties)


def _added(properties: list[tuple[str, Any]]) -> dict[str, int]:
    said: dict[str, int] = {}
    for name, value in properties:
        if name == "megabytes":
            said[name] = max(said.get(name, 0), value)
        elif name != "case":
            said[name] = said.get(name, 0) + value
    return said


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the report, and write it with every case into build/faults.txt."""
    if not _results or config.getoption("markexpr"):
        return
    lines = report_of(_results)
    terminalreporter.section("faults")
    terminalreporter.write_line("\n".join(lines))
    cases = [
        f"{each.number:6} {'survived' if each.passed else 'FAILED':9}"
        f"{each.cases:6} {each.seconds:7.2f} s  {each.kind}: {each.name}"
        for each in sorted(_results, key=lambda each: each.number)
    ]
    build = Path(config.rootpath, "build")
    build.mkdir(exist_ok=True)
    text = "\n".join([*lines, "", *cases, ""])
    (build / "faults.txt").write_text(text, encoding="utf-8")


def report_of(results: list[Result]) -> list[str]:
    """The table: a line for each kind, and one for all."""
    kinds: dict[str, list[Result]] = defaultdict(list)
    for each in results:
        kinds[each.kind].append(each)
    head = (
        f"{'kind':42} {'survived':>16} {'silently':>9} {'trace-':>7} {'left':>5} "
        f"{'slowest':>8} {'memory':>7}",
        f"{'':42} {'of all':>16} {'wrong':>9} {'backs':>7} {'over':>5} "
        f"{'test, s':>8} {'MB':>7}",
    )
    made = f"rnnkit {__version__}, Python {platform.python_version()}"
    day = time.strftime("%Y-%m-%d")
    return [
        f"{made}, {platform.system()} on {platform.machine()}, {day}",
        *head,
        *(_line(kind, kinds[kind]) for kind in sorted(kinds)),
        _line("all", results),
    ]


def _line(kind: str, results: list[Result]) -> str:
    def total(name: str) -> int:
        return sum(each.said.get(name, 0) for each in results)

    survived = sum(each.survived for each in results)
    cases = sum(each.cases for each in results)
    slowest = max(each.seconds for each in results)
    memory = max(each.said.get("megabytes", 0) for each in results)
    return (
        f"{kind:42} {f'{survived:,} / {cases:,}':>16} {total('silent'):9,} "
        f"{total('tracebacks'):7,} {total('left'):5,} {slowest:8.1f} "
        f"{memory or '-':>7}"
    )


Tally = Callable[..., None]


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Tally:
    """Say how many faults a test tried: `tally(1000, silent=0)`."""

    def say(cases: int, *, silent: int = 0) -> None:
        note(request, cases=cases, silent=silent)

    return say


def note(request: pytest.FixtureRequest, **counted: int) -> None:
    """Write numbers beside the test that is running."""
    request.node.user_properties.extend(counted.items())


def note_end(request: pytest.FixtureRequest, code: int, told: str) -> None:
    """Count what no command may ever end with."""
    if code == BUG or "Traceback (most recent call last)" in told:
        note(request, tracebacks=1)


@pytest.fixture(autouse=True)
def _left_over(request: pytest.FixtureRequest) -> Iterator[None]:
    """Count the temporary files that are still there after a test."""
    yield
    folder = request.node.funcargs.get("tmp_path")
    if folder is not None:
        note(request, left=sum(1 for _ in folder.rglob(_LEFT_BEHIND)))


def megabytes(kilobytes: int) -> int:
    """The largest memory of a process, from what Linux says of it."""
    return kilobytes // _KILOBYTES_A_MEGABYTE
