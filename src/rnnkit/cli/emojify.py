# SPDX-License-Identifier: Apache-2.0
"""`rnnkit emojify`: the right emoji in the right place, or none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rnnkit.cli.console import Console
from rnnkit.cli.options import Model, choice, real_number, whole_number
from rnnkit.errors import UsageError

if TYPE_CHECKING:
    from rnnkit.tasks.emojify import ClauseResult, EmojiModel, LineResult

PLACES = ("clause", "end", "word", "replace", "only")

_AT_ONCE = 256
"""Lines of a pipe that are answered together, if so many are there."""

_CANDIDATES = 3

_LOSSLESS = "surrogateescape"
"""How Python reads arguments that are not UTF-8; so they can be written again."""

_PICTURE = "❤️"


def emojify(
    context: typer.Context,
    text: Annotated[
        str | None,
        typer.Argument(metavar="TEXT", help="A text; - reads lines from stdin."),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="FILE", help="Read the lines of a file."),
    ] = None,
    place: Annotated[
        str, choice("--place", PLACES, "Where the emoji go; replace: for the word.")
    ] = "clause",
    top: Annotated[
        int | None,
        typer.Option(
            "--top",
            parser=whole_number("--top", minimum=1, maximum=10_000, example=3),
            metavar="N",
            help="Tell the N likeliest emoji, with their probabilities.",
        ),
    ] = None,
    min_confidence: Annotated[
        float,
        typer.Option(
            "--min-confidence",
            parser=real_number(
                "--min-confidence",
                minimum=0,
                maximum=1,
                hint="give a probability from 0 to 1, such as --min-confidence 0.5",
            ),
            metavar="X",
            help="Set no emoji that is less likely.",
        ),
    ] = 0.0,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what each word does.")
    ] = False,
    all_: Annotated[
        bool,
        typer.Option("--all", help="Take things from all emoji that there are."),
    ] = False,
    ascii_: Annotated[
        bool, typer.Option("--ascii", help="Write :heart: and not ❤️.")
    ] = False,
    model: Model = "wide",
) -> None:
    """Put the right emoji in the right place, or none.

    Examples:
      rnnkit emojify "Congratulations on the promotion! Love you!"
      rnnkit emojify "not feeling happy" --top 3 --explain
      rnnkit emojify --place word < letter.txt
      rnnkit emojify --file letter.txt --jsonl
    """
    from dataclasses import asdict

    from rnnkit.tasks.emojify import Emojifier, Wishes

    console: Console = context.obj
    source = _source(text, file)
    if explain and source is not None:
        raise UsageError(
            "--explain is for one text, and lines are read",
            hint='give the text: rnnkit emojify --explain "I love you"',
        )
    wishes = Wishes(
        place=place,
        top=top or _CANDIDATES,
        min_confidence=min_confidence,
        names=ascii_ or not console.stdout.can_show(_PICTURE),
        rare=all_,
    )
    loaded = _load(model)
    if source is not None:
        _pass_on(console, Emojifier(loaded, wishes), source, model)
        return
    assert text is not None
    result = Emojifier(loaded, wishes).text(text)
    if console.format != "text":
        plain = _explained(loaded, result) if explain else asdict(result)
        console.emit([plain], model=model)
        return
    console.pass_on(_encoded(f"{result.output}\n"))
    for clause in result.clauses:
        if top is not None and clause.candidates:
            console.out("  ", _shares(clause))
        if explain:
            _show_weights(console, loaded, clause)


def _source(text: str | None, file: str | None) -> str | None:
    """What is read line by line; none: the text itself.

    Raises:
        UsageError: nothing is given, or both.
    """
    if text is not None and file is not None:
        raise UsageError("a text and --file were both given", hint="give one of them")
    if file is not None:
        return file
    if text == "-":
        return "-"
    if text is None:
        if sys.stdin is None or getattr(sys.stdin, "isatty", lambda: False)():
            raise UsageError(
                "no text was given", hint='type: rnnkit emojify "I love you"'
            )
        return "-"
    return None


def _load(name: str) -> EmojiModel:
    from rnnkit.files.assets import model_path
    from rnnkit.tasks.emojify import EmojiModel

    return EmojiModel.load(model_path(name, "emojify"))


def _pass_on(console: Console, emojifier: Any, source: str, model: str) -> None:
    """Answer line after line, each as soon as it is there."""
    from dataclasses import asdict

    if console.format != "text":
        console.emit(
            (asdict(each) for each, _, _ in _results(console, emojifier, source)),
            model=model,
        )
        return
    for result, ending, raw in _results(console, emojifier, source):
        if raw is not None:
            console.pass_on(raw)
        else:
            console.pass_on(result.output.encode("utf-8") + ending)


def _results(
    console: Console, emojifier: Any, source: str
) -> Iterator[tuple[LineResult, bytes, bytes | None]]:
    """Each line with what ended it; and as it was, if it is not UTF-8."""
    from rnnkit.files.arriving import arriving_lines
    from rnnkit.tasks.emojify import LineResult

    number = 0
    for group in arriving_lines(source):
        for first in range(0, len(group), _AT_ONCE):
            lines = group[first : first + _AT_ONCE]
            texts: list[str | None] = []
            for line in lines:
                number += 1
                try:
                    texts.append(line.rstrip(b"\r\n").decode("utf-8"))
                except UnicodeDecodeError:
                    console.note(f"line {number} is not UTF-8 and stays as it is")
                    texts.append(None)
            answers = iter(emojifier.lines([t for t in texts if t is not None]))
            for line, text in zip(lines, texts, strict=True):
                ending = line[len(line.rstrip(b"\r\n")) :]
                if text is None:
                    lost = line.rstrip(b"\r\n").decode("utf-8", _LOSSLESS)
                    yield LineResult(lost, lost, []), ending, line
                else:
                    yield next(answers), ending, None
        console.flush()


def _encoded(text: str) -> bytes:
    """The bytes of an argument again; what cannot have been one is escaped."""
    try:
        return text.encode("utf-8", _LOSSLESS)
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")


def _shares(clause: ClauseResult) -> str:
    return "  ".join(
        f"{each.emoji} {each.probability:.2f}" for each in clause.candidates
    )


def _explained(model: EmojiModel, result: LineResult) -> dict[str, Any]:
    """A result with what each word of each clause does."""
    from dataclasses import asdict

    from rnnkit.tasks.emojify.explanation import explain

    plain = asdict(result)
    for clause, found in zip(plain["clauses"], result.clauses, strict=True):
        label = _label(model, found)
        clause["words"] = [asdict(each) for each in explain(model, found.text, label)]
    return plain


def _show_weights(console: Console, model: EmojiModel, clause: ClauseResult) -> None:
    """The words of a clause, each with what it does, strong ones in colour."""
    from rnnkit.tasks.emojify.explanation import explain

    label = _label(model, clause)
    weights = explain(model, clause.text, label)
    if not weights:
        return
    said = clause.emoji or "no emoji"
    console.out(f"  {said} ({clause.probability:.2f}), because of")
    widest = max(len(each.word) for each in weights)
    for each in weights:
        style = "1;32" if each.weight > 0.05 else "31" if each.weight < -0.05 else ""
        word = each.word.ljust(widest)
        told = [f"{each.weight:+.2f}"]
        if each.attention is not None:
            told.append(f"attention {each.attention:.2f}")
        if each.negated:
            told.append("negated")
        if each.meant != each.word.lower():
            told.append(f"read as {each.meant}" if each.meant else "unknown")
        painted = console.stdout.paint(word, style) if style else word
        console.out("    ", painted, "  ", ", ".join(told))


def _label(model: EmojiModel, clause: ClauseResult) -> str | None:
    """The label that is explained: of the emoji that was set, or of none."""
    from rnnkit.tasks.emojify.longtail import name_of

    if clause.emoji is None or clause.emoji in model.labels:
        return clause.emoji
    names = {name_of(label): label for label in model.labels}
    return names.get(clause.emoji, clause.emoji)
