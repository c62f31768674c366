# SPDX-License-Identifier: Apache-2.0
"""Answers of word vectors, as a table with bars and as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rnnkit.cli.console import Console
from rnnkit.cli.outputs import Outputs
from rnnkit.errors import InputError, UsageError, printable

if TYPE_CHECKING:
    from rnnkit.models.vectors import Found, Neighbour, WordVectors

_BAR = 20
_MEASURES = {
    "cosine": "cosine",
    "dot": "dot",
    "l2": "l2, a distance: the shorter, the nearer",
}


def picture_of_answers(
    console: Console, svg: Path | None, *, force: bool, several: bool
) -> Outputs:
    """Where the bars will be drawn, after a look at the disk.

    Args:
        several: whether there will be several answers, or a comparison.

    Raises:
        UsageError: there will be nothing to draw, or no place for it.
        OutputError: it cannot be written.
    """
    if svg is not None and several:
        raise UsageError(
            "--svg draws the answers to one question",
            hint="give one word: rnnkit similar coffee --svg coffee.svg",
        )
    files = Outputs({"svg": svg}, force)
    files.check(console)
    return files


def print_answers(
    console: Console,
    answers: list[Neighbour],
    score: str,
    vectors: str | None,
    *,
    asked: str,
    files: Outputs,
) -> None:
    """Print the best answers, and draw them where that was asked for.

    Args:
        score: by what they were found.
        asked: the question, which is the title of the picture.

    Raises:
        InputError: there are none.
        OutputError: the picture cannot be written.
    """
    if not answers:
        raise InputError(
            "there is no other word to answer with", hint="give larger vectors"
        )
    if console.format != "text":
        console.emit((each._asdict() for each in answers), model=vectors)
    elif not files.piped:
        console.table(
            ("word", score if score in _MEASURES else "score", ""),
            [
                (each.word, f"{each.score:7.4f}", _bar(console, answers, each, score))
                for each in answers
            ],
        )
    files.write({"svg": lambda: _picture(answers, score, asked)})
    files.tell(console)


def _picture(answers: list[Neighbour], score: str, asked: str) -> str:
    from rnnkit.drawing.chart import Bars, bars

    found = [(printable(word), number) for word, number in answers]
    return bars(asked, [Bars(_MEASURES.get(score, "score"), found)])


def print_comparison(
    console: Console, loaded: WordVectors, found: list[Found], vectors: str | None
) -> None:
    """Print how near two words are, by every measure."""
    one, other = (each.word for each in found)
    compared = loaded.compare(one, other)
    if console.format == "text":
        console.table(
            ("measure", "value"),
            [
                ("cosine", f"{compared.cosine:.4f}"),
                ("l2", f"{compared.l2:.4f}"),
                ("dot", f"{compared.dot:.4f}"),
            ],
        )
        return
    result = {"words": [one, other], **compared._asdict()}
    console.emit([result], model=vectors)


def _bar(
    console: Console, answers: list[Neighbour], each: Neighbour, score: str
) -> str:
    from rnnkit.cli.pictures import is_plain
    from rnnkit.drawing.terminal import bar

    first = answers[0].score
    if score == "l2":
        share = first / each.score if each.score else 1.0
    elif score in ("dot", "mul"):
        share = each.score / first if first > 0 else 0.0
    else:
        share = each.score
    return bar(share, width=_BAR, plain=is_plain(console.stdout))
