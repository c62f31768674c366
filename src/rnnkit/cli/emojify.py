# SPDX-License-Identifier: Apache-2.0
"""`rnnkit emojify`: the right emoji in the right place, or none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rnnkit.cli.console import Console
from rnnkit.cli.options import Force, Model, Svg, choice, real_number, whole_number
from rnnkit.errors import UsageError

if TYPE_CHECKING:
    from rnnkit.tasks.emojify import ClauseResult, EmojiModel, LineResult
    from rnnkit.tasks.emojify.explanation import WordWeight

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
    svg: Svg = None,
    force: Force = False,
    model: Model = "wide",
) -> None:
    """Put the right emoji in the right place, or none.

    Examples:
      rnnkit emojify "Congratulations on the promotion! Love you!"
      rnnkit emojify "not feeling happy" --explain --svg why.svg
      rnnkit emojify --place word < letter.txt
      rnnkit emojify --file letter.txt --jsonl
    """
    from rnnkit.cli.outputs import Outputs
    from rnnkit.tasks.emojify import Emojifier, Wishes

    console: Console = context.obj
    source = _source(text, file)
    if svg is not None and not explain:
        raise UsageError(
            "--svg is of use with --explain alone",
            hint="add --explain, or leave it out",
        )
    if explain and source is not None:
        raise UsageError(
            "--explain is for one text, and lines are read",
            hint='give the text: rnnkit emojify --explain "I love you"',
        )
    wishes = Wishes(
        place=place,
        top=top or _CANDIDATES,
        min_confidence=min_confidence,
        # JSON has escapes for what the terminal cannot show.
        names=ascii_
        or (console.format == "text" and not console.stdout.can_show(_PICTURE)),
        rare=all_,
    )
    files = Outputs({"svg": svg}, force)
    files.check(console)
    loaded = _load(model)
    if source is not None:
        _pass_on(console, Emojifier(loaded, wishes), source, model)
        return
    assert text is not None
    result = Emojifier(loaded, wishes).text(text)
    words = _explained(loaded, result) if explain else []
    if console.format != "text":
        console.emit([_plain(result, words)], model=model)
    elif not files.piped:
        console.pass_on(_encoded(f"{result.output}\n"))
        for number, clause in enumerate(result.clauses):
            if top is not None and clause.candidates:
                console.out("  ", _shares(clause))
            if explain:
                _show_weights(console, clause, words[number])
    files.write({"svg": lambda: _drawn(result, words)})
    files.tell(console)


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
    if console.format != "text":
        console.emit(
            (each.as_dict() for each, _, _ in _results(console, emojifier, source)),
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


def _explained(model: EmojiModel, result: LineResult) -> list[list[WordWeight]]:
    """What each word of each clause does."""
    from rnnkit.tasks.emojify.explanation import explain

    return [
        explain(model, clause.text, _label(model, clause)) for clause in result.clauses
    ]


def _plain(result: LineResult, words: list[list[WordWeight]]) -> dict[str, Any]:
    """A result as JSON has it, with the weights of words if there are any."""
    plain = result.as_dict()
    for clause, weights in zip(plain["clauses"], words, strict=False):
        clause["words"] = [each._asdict() for each in weights]
    return plain


def _drawn(result: LineResult, words: list[list[WordWeight]]) -> str:
    """The words of each clause, on the colours of what they do."""
    from rnnkit.drawing.svg import Line, coloured_words

    lines = [
        Line(
            f"{clause.emoji or 'no emoji'} ({clause.probability:.2f})",
            [(each.word, each.weight) for each in weights],
        )
        for clause, weights in zip(result.clauses, words, strict=True)
    ]
    highest = max((abs(each.weight) for found in words for each in found), default=0)
    title = "How much likelier each word makes the emoji"
    return coloured_words(title, lines, highest=highest)


def _show_weights(
    console: Console, clause: ClauseResult, weights: list[WordWeight]
) -> None:
    """The words of a clause, each with what it does, strong ones in colour."""
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
