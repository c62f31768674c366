# SPDX-License-Identifier: Apache-2.0
"""Any exception -> what is wrong, what to type, and the exit code.

    0    done
    1    a failure that the message explains
    2    wrong usage
    70   a bug of ours
    130  interrupted with Ctrl-C       143  ended by SIGTERM
    141  stdout was closed before all was written, as by `| head`; nothing is printed

The last three are what a shell reports for a program that such a signal ends, so
`set -o pipefail` and `make` treat rnnkit like `cat` or `grep`.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnnkit.errors import (
    RnnkitError,
    UsageError,
    alternatives,
    printable,
    suggest,
)

if TYPE_CHECKING:
    from typer._click import Command, Context, Parameter
    from typer._click.exceptions import ClickException

DONE = 0
FAILED = 1
MISUSED = 2
BUG = 70
INTERRUPTED = 130
PIPE_CLOSED = 141
TERMINATED = 143

_LONGEST_REASON = 200

_HINTS = {
    errno.ENOENT: "check the path, or run 'rnnkit doctor' if you gave none",
    errno.EACCES: "check who may read and write there",
    errno.EPERM: "check who may read and write there",
    errno.EROFS: "choose a folder that can be written to",
    errno.ENOSPC: "free some space, or choose another folder",
    errno.EMFILE: "close other programs, or raise 'ulimit -n'",
}


class Terminated(KeyboardInterrupt):
    """SIGTERM has come. What saves its work at Ctrl-C saves it now, too."""


class NothingGivenError(Exception):
    """A group of commands was called with nothing after it; `text` is its help."""

    def __init__(self, text: str) -> None:
        super().__init__("nothing given")
        self.text = text


class Failure(NamedTuple):
    """The two lines that a person reads, and the exit code."""

    message: str
    hint: str
    code: int


_OUT_OF_MEMORY = Failure(
    "there is not enough memory",
    "ask for less at once, or close other programs",
    FAILED,
)
_NO_THREAD = "can't start new thread"
"""What Python says when there is no memory for one, or too many are running."""
_NO_ROOM = ("failed to map segment", "Cannot allocate memory")
"""What the system says when a library does not fit."""


def explain(error: Exception, arguments: Sequence[str]) -> Failure:
    """Say what happened, in the words of the person who typed `arguments`."""
    # Typer keeps a copy of Click to itself, and names only some of its errors.
    from typer._click.exceptions import ClickException

    if isinstance(error, ClickException):
        error = _of_usage(error, arguments)
    match error:
        case RnnkitError():
            return Failure(error.message, error.hint, error.exit_code)
        case OSError():
            return _of_system(error)
        case MemoryError():
            return _OUT_OF_MEMORY
        case RuntimeError() if str(error) == _NO_THREAD:
            return _OUT_OF_MEMORY
        case ImportError() if any(reason in str(error) for reason in _NO_ROOM):
            return _OUT_OF_MEMORY
    reason = f"{type(error).__name__}: {error}".rstrip(": ")
    return Failure(
        f"internal error: {printable(reason, _LONGEST_REASON)}",
        "run again with --debug and report what it prints",
        BUG,
    )


def _of_system(error: OSError) -> Failure:
    reason = error.strerror or str(error) or type(error).__name__
    place = f": '{printable(error.filename)}'" if error.filename is not None else ""
    hint = _HINTS.get(error.errno or 0, "run 'rnnkit doctor' to check this machine")
    return Failure(f"{printable(reason).lower()}{place}", hint, FAILED)


def _of_usage(error: ClickException, arguments: Sequence[str]) -> RnnkitError:
    """Say in two lines what Typer says with a usage block and a frame."""
    from typer._click import exceptions

    context: Context | None = getattr(error, "ctx", None)
    path = context.command_path if context else "rnnkit"
    see = f"see '{path} --help'"
    match error:
        case exceptions.NoSuchOption():
            given = _as_typed(error.option_name, arguments)
            return UsageError(
                f"no option '{printable(given)}' in '{path}'",
                hint=_near_option(given, context) or see,
            )
        case exceptions.BadOptionUsage():
            name = error.option_name
            takes_none = "not take" in error.message
            wrong = "takes no value" if takes_none else "needs a value"
            return UsageError(f"option '{name}' {wrong}", hint=see)
        case exceptions.MissingParameter() if error.param and context:
            return _of_missing(error.param, context)
        case exceptions.BadParameter() if error.param:
            choices: Sequence[object] = getattr(error.param.type, "choices", ())
            name = error.param.opts[0]
            hint = f"give {alternatives([*map(str, choices)])}" if choices else see
            return UsageError(f"{name}: {_sentence(error.message)}", hint=hint)
    if error.message == "Missing command." and context:
        commands: Sequence[str] = list(getattr(context.command, "commands", ()))
        return UsageError(
            f"no command was given to '{path}'", hint=f"give {alternatives(commands)}"
        )
    return UsageError(_sentence(error.format_message()), hint=see)


def _of_missing(param: Parameter, context: Context) -> UsageError:
    name = param.opts[0]
    if param.param_type_name == "option":
        value = param.make_metavar(context)
        return UsageError(
            f"no option {name} was given",
            hint=f"add {name} {value}; see '{context.command_path} --help'",
        )
    usage = " ".join(context.get_usage().split()).removeprefix("Usage: ")
    return UsageError(
        f"no argument {param.metavar or name} was given", hint=f"type: {usage}"
    )


def _sentence(text: str) -> str:
    """Write Typer's sentence as ours: one line, small first letter, no full stop."""
    line = " ".join(text.split()).rstrip(".")
    return line[:1].lower() + line[1:]


def _as_typed(name: str, arguments: Sequence[str]) -> str:
    """Return the word that `name` was found in: of `-json`, Typer only tells `-j`."""
    if name.startswith("--"):
        return name
    return next((word for word in arguments if word.startswith(name)), name)


def _near_option(given: str, context: Context | None) -> str:
    if context is None:
        return ""
    # Dashes would make all options look alike.
    bare = given.partition("=")[0].lstrip("-")
    if near := _near(bare, context.command):
        return f"did you mean {alternatives(near)}?"
    below: dict[str, Command] = getattr(context.command, "commands", {})
    if homes := [name for name, each in below.items() if bare in _options(each)]:
        return f"it belongs after a command: {alternatives(homes)}"
    if any(each.param_type_name == "argument" for each in context.command.params):
        return (
            f"a text that begins with '-' stands after --, as in: -- {printable(given)}"
        )
    return ""


def _near(bare: str, command: Command) -> list[str]:
    options = _options(command)
    return [options[name] for name in suggest(bare, options)]


def _options(command: Command) -> dict[str, str]:
    """Return the options of a command, by their names without dashes."""
    return {name.lstrip("-"): name for each in command.params for name in each.opts}
