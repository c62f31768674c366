# SPDX-License-Identifier: Apache-2.0
"""What every command and every group of commands has in common.

Typer parses; the two classes here, `Command` and `Group`, add what Typer would do
another way: the flags that are accepted everywhere, help that is plain text with the
examples first, and errors that suggest the nearest word. A command module writes

    app = group("dino", "Invent, complete and judge dinosaur names.")

    @command(app, "sample")
    def sample(context: typer.Context, count: Count = 10) -> None: ...

and the docstring of the function is its help: one sentence, then an `Examples:` block
of two to four lines that can be typed as they stand.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from rnnkit.cli.console import Console
from rnnkit.cli.failures import NothingGivenError
from rnnkit.errors import UsageError, did_you_mean, printable

if TYPE_CHECKING:
    from typer._click import Command as AnyCommand
    from typer._click import Context, HelpFormatter, Parameter
    from typer._click.shell_completion import CompletionItem
    from typer.models import TyperInfo

PROGRAM = "rnnkit"

_WIDEST_HELP = 100

F = TypeVar("F", bound=Callable[..., None])


def group(name: str | None, help: str, *, completion: bool = False) -> typer.Typer:
    """Make a group of commands, such as `rnnkit dino`."""
    return typer.Typer(
        name=name,
        help=help,
        cls=Group,
        add_completion=completion,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"max_content_width": _WIDEST_HELP},
    )


def doing_group(name: str, help: str) -> typer.Typer:
    """Make a group that does something by itself, such as `rnnkit jazz`.

    What it does is its callback. A word that is no command is still an error: it is a
    typing error more often than anything else.
    """
    app = group(name, help)
    app.info.cls = DoingGroup
    app.info.invoke_without_command = True
    return app


def command(app: typer.Typer, name: str) -> Callable[[F], F]:
    """Add the decorated function to a group as the command `name`."""
    return app.command(
        name, cls=Command, context_settings={"max_content_width": _WIDEST_HELP}
    )


def narrowed(app: typer.Typer, words: Sequence[str]) -> typer.Typer:
    """The part of an application that a command line can mean.

    Typer looks at the options of every command it is given before it runs one, which
    takes longer the more commands there are. If the first words name a command, it is
    given that command alone; if they do not, all of them, to suggest the nearest.
    """
    if not words:
        return app
    first, *others = words
    groups = [each for each in app.registered_groups if _group_name(each) == first]
    commands = [each for each in app.registered_commands if each.name == first]
    if not groups and not commands:
        return app
    part = copy(app)
    part.registered_commands = commands
    part.registered_groups = [copy(each) for each in groups]
    for each in part.registered_groups:
        if each.typer_instance is not None:
            each.typer_instance = narrowed(each.typer_instance, others)
    return part


def _group_name(info: TyperInfo) -> str | None:
    return info.typer_instance.info.name if info.typer_instance else None


def _flag(names: list[str], help: str, obey: Callable[[Console], None]) -> TyperOption:
    """Make a flag that acts on the console and is no argument of the command."""

    def when_given(context: Context, _: Parameter, given: bool | None) -> None:
        if given and not context.resilient_parsing:
            obey(context.obj)

    return TyperOption(
        param_decls=names,
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=when_given,
        help=help,
    )


def _shared_flags() -> list[TyperOption]:
    """Make the flags that are accepted before and after every command."""

    def print_help(context: Context, _: Parameter, given: bool | None) -> None:
        if given and not context.resilient_parsing:
            _print_lines(context.obj, context.get_help())
            context.exit()

    return [
        _flag(
            ["--json"],
            "Print one JSON object.",
            lambda console: console.choose_format("json"),
        ),
        _flag(
            ["--jsonl"],
            "Print one JSON object a line, each as soon as it is known.",
            lambda console: console.choose_format("jsonl"),
        ),
        _flag(
            ["--quiet", "-q"],
            "Print data and errors only.",
            lambda console: console.choose_volume("quiet"),
        ),
        _flag(
            ["--verbose", "-v"],
            "Tell more on stderr.",
            lambda console: console.choose_volume("verbose"),
        ),
        # `Console.foresee` obeys these two; here the parser gets to know them.
        _flag(["--no-color"], "Use no colours.", lambda console: None),
        _flag(["--debug"], "Show where an error happened.", lambda console: None),
        TyperOption(
            param_decls=["--help", "-h"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=print_help,
            help="Show this help.",
        ),
    ]


def _print_lines(console: Console, text: str) -> None:
    for line in text.splitlines():
        console.out(line)


class _Shared:
    """Help as every command and group writes it, and completion that stays quick."""

    if TYPE_CHECKING:
        help: str | None
        params: list[Parameter]

        def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None: ...

    def add_shared_flags(self) -> None:
        self.shared = _shared_flags()
        self.params = [*self.params, *self.shared]

    def write_help(self, context: Context, formatter: HelpFormatter) -> None:
        """Write the sentence, the examples and the usage line, in this order.

        Paragraphs are wrapped to the terminal; what is indented stays as it is.
        """
        for paragraph in inspect.cleandoc(self.help or "").split("\n\n"):
            if "\n " in paragraph:
                formatter.write(f"{paragraph}\n")
            else:
                formatter.write_text(paragraph)
            formatter.write("\n")
        self.format_usage(context, formatter)

    def usage_pieces(self) -> list[str]:
        """Name the arguments as people write them: NAME if required, else [NAME]."""
        arguments = [each for each in self.params if isinstance(each, TyperArgument)]
        return ["[OPTIONS]"] + [
            _name(each) if each.required else f"[{_name(each)}]" for each in arguments
        ]

    def write_parameters(self, context: Context, formatter: HelpFormatter) -> None:
        """List the arguments, the options, and what every command accepts."""
        own = [each for each in self.params if each not in self.shared]
        arguments = [each for each in own if isinstance(each, TyperArgument)]
        options = [each for each in own if not isinstance(each, TyperArgument)]
        for title, parameters in (
            ("Arguments", arguments),
            ("Options", options),
            ("Every command", self.shared),
        ):
            records = [each.get_help_record(context) for each in parameters]
            rows = [record for record in records if record is not None]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


@contextmanager
def _located(context: Context) -> Iterator[None]:
    """Let every error of Typer's parser know for which command it parsed."""
    from typer._click.exceptions import UsageError

    try:
        yield
    except UsageError as error:
        error.ctx = error.ctx or context
        raise


def _name(argument: TyperArgument) -> str:
    return argument.metavar or (argument.name or "").upper()


class Command(_Shared, TyperCommand):
    """One command: what its own options are, and all that it shares with the others."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.add_shared_flags()

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse. Raises UsageError for words that no argument takes."""
        # Typer would refuse them too, but cannot know that quotes may be missing.
        ctx.allow_extra_args = True
        with _located(ctx):
            extra = super().parse_args(ctx, args)
        if extra and not ctx.resilient_parsing:
            raise UsageError(
                f"unexpected argument '{printable(extra[0])}'",
                hint=f"put quotes around text with spaces; see '{ctx.command_path} -h'",
            )
        return extra

    def invoke(self, ctx: Context) -> Any:
        """Run the command, and let the console know its name for `--json`."""
        console: Console = ctx.obj
        console.command = ctx.command_path.removeprefix(f"{PROGRAM} ")
        return super().invoke(ctx)

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        """Return what stands after the name in the usage line."""
        return self.usage_pieces()

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the whole help."""
        self.write_help(ctx, formatter)
        self.write_parameters(ctx, formatter)

    def shell_complete(self, ctx: Context, incomplete: str) -> list[CompletionItem]:
        """Offer the options that begin with `incomplete`."""
        return _without_help(super().shell_complete(ctx, incomplete))


class Group(_Shared, TyperGroup):
    """A group of commands, such as `rnnkit dino`, and `rnnkit` itself."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.add_shared_flags()

    does_nothing_alone: ClassVar[bool] = True

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse. Raises NothingGivenError when nothing is given at all."""
        if self.does_nothing_alone and not args and not ctx.resilient_parsing:
            raise NothingGivenError(ctx.get_help())
        with _located(ctx):
            return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, AnyCommand | None, list[str]]:
        """Find the command. Raises UsageError with near names if there is none."""
        if args[0] not in self.commands and not ctx.resilient_parsing:
            raise UsageError(
                f"no command '{printable(args[0])}' in '{ctx.command_path}'",
                hint=self._nearest(args[0]) or f"see '{ctx.command_path} --help'",
            )
        return super().resolve_command(ctx, args)

    def _nearest(self, given: str) -> str:
        if near := did_you_mean(given, self.commands):
            return near
        # `rnnkit sample` is not mistyped, only one word short.
        below = {
            f"{PROGRAM} {name} {child}": child
            for name, each in self.commands.items()
            if isinstance(each, Group)
            for child in each.commands
        }
        homes = [path for path, child in below.items() if child == given]
        return f"did you mean '{homes[0]}'?" if homes else ""

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        """Return what stands after the name in the usage line."""
        return ["COMMAND ..."]

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """List the commands, each with the whole first sentence of its help."""
        rows = [
            (name, inspect.cleandoc(each.help or "").partition("\n\n")[0])
            for name, each in self.commands.items()
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the whole help."""
        self.write_help(ctx, formatter)
        self.format_commands(ctx, formatter)
        self.write_parameters(ctx, formatter)

    def shell_complete(self, ctx: Context, incomplete: str) -> list[CompletionItem]:
        """Offer the commands and the options that begin with `incomplete`."""
        return _without_help(super().shell_complete(ctx, incomplete))


class DoingGroup(Group):
    """A group that does something when no command follows."""

    does_nothing_alone = False

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        """Return what stands after the name in the usage line."""
        return ["[OPTIONS]", "[COMMAND ...]"]

    def invoke(self, ctx: Context) -> Any:
        """Run, and let the console know its name for `--json`.

        Raises UsageError for options that belong to the group, not to the command that
        follows: it would not obey them.
        """
        console: Console = ctx.obj
        console.command = ctx.command_path.removeprefix(f"{PROGRAM} ")
        follows = ctx._protected_args
        for each in self.params if follows else ():
            source = ctx.get_parameter_source(each.name or "")
            if each.expose_value and source is not None and source.name != "DEFAULT":
                path = f"{ctx.command_path} {follows[0]}"
                raise UsageError(
                    f"{each.opts[0]} stands before '{follows[0]}', which does not "
                    "obey it there",
                    hint=f"options of '{path}' stand behind it: see '{path} --help'",
                )
        return super().invoke(ctx)


def _without_help(items: list[CompletionItem]) -> list[CompletionItem]:
    """Offer names only.

    Typer would import rich at each press of Tab to prepare the descriptions, and the
    answer would take three times as long.
    """
    for item in items:
        item.help = None
    return items
