# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import errno
import io
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from rnnkit.cli.console import Channel, Console
from rnnkit.cli.layout import ERROR
from rnnkit.errors import OutputError, UsageError
from tests.conftest import Terminal


def consoled(
    *, terminal: bool = False, **environ: str
) -> tuple[Console, io.StringIO, io.StringIO]:
    make = Terminal if terminal else io.StringIO
    stdout, stderr = make(), make()
    return Console(stdout, stderr, environ), stdout, stderr


class Full(io.StringIO):
    """A stream on a full disk."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("terminal", "environ", "colour"),
    [
        (False, {}, False),
        (True, {}, True),
        (True, {"TERM": "dumb"}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": ""}, False),
        (False, {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        (True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_colour(terminal: bool, environ: Mapping[str, str], colour: bool) -> None:
    channel = Channel(Terminal() if terminal else io.StringIO(), environ)
    assert channel.colour is colour
    assert ("\x1b[" in channel.paint("text", ERROR)) is colour


def test_colour_is_decided_for_each_stream() -> None:
    console = Console(io.StringIO(), Terminal(), {})
    assert (console.stdout.colour, console.stderr.colour) == (False, True)


def test_no_color_is_obeyed_before_parsing() -> None:
    console, _, _ = consoled(terminal=True)
    console.foresee(["--no-color"])
    assert not console.stdout.colour
    assert not console.stderr.colour


@pytest.mark.parametrize(
    ("columns", "width"), [("120", 120), ("1", 1), ("0", 80), ("wide", 80), ("", 80)]
)
def test_width(columns: str, width: int) -> None:
    assert Channel(io.StringIO(), {"COLUMNS": columns}).width == width


def test_data_goes_to_stdout_and_notes_to_stderr() -> None:
    console, stdout, stderr = consoled()
    console.out("Veloci", "rex")
    console.note("read 12 names")
    console.detail("too much to know")
    assert stdout.getvalue() == "Velocirex\n"
    assert stderr.getvalue() == "read 12 names\n"


def test_quiet_silences_notes_but_not_failures() -> None:
    console, stdout, stderr = consoled()
    console.choose_volume("quiet")
    console.note("read 12 names")
    console.fail("it broke", "mend it", 1)
    assert stdout.getvalue() == ""
    assert stderr.getvalue() == "error: it broke\nhint: mend it\n"


def test_verbose_tells_details() -> None:
    console, _, stderr = consoled()
    console.choose_volume("verbose")
    console.detail("read model.safetensors")
    assert stderr.getvalue() == "read model.safetensors\n"


def test_data_cannot_steer_the_terminal() -> None:
    console, stdout, stderr = consoled(terminal=True)
    console.out("\x1b[2J", console.stdout.paint("x", ERROR))
    console.note("\x1b]0;title\x07")
    assert stdout.getvalue() == "\\x1b[2J\x1b[1;31mx\x1b[0m\n"
    assert stderr.getvalue() == "\\x1b]0;title\\x07\n"


def test_a_given_seed_is_kept_and_not_told() -> None:
    console, _, stderr = consoled()
    assert console.seed(7) == 7
    assert console.seed(0) == 0
    assert stderr.getvalue() == ""


def test_a_drawn_seed_is_told_as_it_can_be_typed() -> None:
    console, stdout, stderr = consoled()
    first, second = console.seed(None), console.seed(None)
    assert first != second
    assert 0 <= first < 2**32
    told = stderr.getvalue().splitlines()
    assert told[0] == f"seed: {first} (repeat with --seed {first})"
    assert stdout.getvalue() == ""


def emitting(format: Any, results: list[Any] | Iterator[Any]) -> str:
    console, stdout, _ = consoled()
    console.command = "dino sample"
    console.choose_format(format)
    console.emit(results, seed=7, model="dino")
    return stdout.getvalue()


@pytest.mark.parametrize(
    "results", [[], [{"text": "Rex"}], [{"text": "Ünlü 🦕\udc80"}, {"nll": 0.1}]]
)
def test_json_is_one_exact_object_in_ascii(results: list[Any]) -> None:
    text = emitting("json", results)
    assert text.isascii()
    assert text.count("\n") == 1
    assert json.loads(text) == {
        "schema": 1,
        "command": "dino sample",
        "seed": 7,
        "model": "dino",
        "results": results,
    }


def test_jsonl_is_one_object_a_line() -> None:
    text = emitting("jsonl", [{"text": "Rex"}, {"text": "Ünlü"}])
    assert text == '{"text": "Rex"}\n{"text": "\\u00dcnl\\u00fc"}\n'


def test_nan_is_never_printed_as_json() -> None:
    with pytest.raises(ValueError, match="JSON"):
        emitting("json", [{"nll": math.nan}])


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_results_are_printed_as_soon_as_they_are_known(format: Any) -> None:
    console, stdout, _ = consoled()
    console.choose_format(format)

    def results() -> Iterator[dict[str, str]]:
        yield {"text": "first"}
        assert "first" in stdout.getvalue()
        yield {"text": "second"}

    console.emit(results())


def test_a_failure_after_half_an_object_is_a_line_of_its_own() -> None:
    console, stdout, _ = consoled()
    console.foresee(["--json"])
    console.choose_format("json")

    def results() -> Iterator[dict[str, str]]:
        yield {"text": "first"}
        raise OutputError("it broke", hint="mend it")

    with pytest.raises(OutputError):
        console.emit(results())
    console.fail("it broke", "mend it", 1)
    half, error = stdout.getvalue().splitlines()
    assert half.endswith('"results": [{"text": "first"}')
    assert json.loads(error)["error"]["message"] == "it broke"


def test_a_failure_after_whole_results_leaves_stdout_one_object() -> None:
    console, stdout, stderr = consoled()
    console.foresee(["--json"])
    console.choose_format("json")
    console.emit([{"ok": False}])
    console.fail("1 model is damaged", "install it again", 1)
    assert json.loads(stdout.getvalue())["results"] == [{"ok": False}]
    assert stderr.getvalue().startswith("error: 1 model")


def test_formats_and_volumes_exclude_one_another() -> None:
    console, _, _ = consoled()
    console.choose_format("json")
    console.choose_format("json")
    with pytest.raises(UsageError, match="both"):
        console.choose_format("jsonl")
    console.choose_volume("quiet")
    with pytest.raises(UsageError, match="both"):
        console.choose_volume("verbose")


def test_a_full_disk_is_explained() -> None:
    console = Console(Full(), io.StringIO(), {})
    with pytest.raises(OutputError, match="No space left") as caught:
        console.out("data")
    assert "free some space" in caught.value.hint


def test_a_missing_stdout_is_a_closed_pipe_and_a_missing_stderr_is_silence() -> None:
    console = Console(None, None, {})
    with pytest.raises(BrokenPipeError):
        console.out("data")
    console.note("nobody hears this")
    console.fail("it broke", "mend it", 1)
    console.flush()
    console.stdout.abandon()


@pytest.mark.parametrize(
    ("encoding", "text", "can"),
    [("utf-8", "█❤", True), ("ascii", "é", False), ("cp1252", "é", True)],
)
def test_can_show(encoding: str, text: str, can: bool) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    assert Channel(stream, {}).can_show(text) is can


def test_running_text_is_seen_at_once_on_a_terminal() -> None:
    class Watched(Terminal):
        seen = ""

        def flush(self) -> None:
            self.seen = self.getvalue()

    stdout = Watched()
    console = Console(stdout, io.StringIO(), {})
    console.write("on")
    console.write("ce\n")
    assert stdout.seen == "once\n"
    console, plain, _ = consoled()
    console.write("a\x1b\n")
    assert plain.getvalue() == "a\\x1b\n"
