# SPDX-License-Identifier: Apache-2.0
"""`rnnkit similar` and `rnnkit analogy`: what word vectors know of meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from rnnkit.cli.console import Console
from rnnkit.cli.options import choice, listed, whole_number
from rnnkit.errors import InputError, RnnkitError, UsageError, printable

if TYPE_CHECKING:
    from rnnkit.models.vectors import Found, Neighbour, WordVectors

METRICS = ("cosine", "l2", "dot")
METHODS = ("add", "mul", "course")

_BAR = 20
_AT_ONCE = 1024
"""Questions of a pipe that are answered together."""
_MOST_NUMBERS = 1_000_000

Questions: TypeAlias = "Sequence[Sequence[str]]"
"""The words of several questions."""

Result: TypeAlias = "dict[str, Any]"
"""What is told of a question, by its name in JSON."""


def known_vectors() -> list[str]:
    """Return the names that `--vectors` accepts beside files, for completion."""
    from rnnkit.files import assets

    try:
        return [each.name for each in assets.manifest() if each.task == "words"]
    except RnnkitError:
        return []


Vectors = Annotated[
    str | None,
    typer.Option(
        "--vectors",
        autocompletion=known_vectors,
        metavar="NAME|FILE",
        help="Vectors that ship, or a file of GloVe, word2vec, fastText or rnnkit.",
    ),
]
Limit = Annotated[
    int | None,
    typer.Option(
        "--limit",
        parser=whole_number("--limit", minimum=1, example=30_000),
        metavar="N",
        help="Use the first N words only; files begin with frequent words.",
    ),
]


def _top(default: int) -> Any:
    return typer.Option(
        "--top",
        parser=whole_number("--top", minimum=1, maximum=_MOST_NUMBERS, example=default),
        metavar="N",
        help="How many answers.",
    )


def similar(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORD [WORD]",
            help="One word: its neighbours. Two: how near they are. - reads lines of "
            "one or two.",
        ),
    ],
    metric: Annotated[
        str, choice("--metric", METRICS, "What near means; l2 is a distance.")
    ] = "cosine",
    top: Annotated[int, _top(10)] = 10,
    limit: Limit = None,
    vectors: Vectors = None,
) -> None:
    """Find the words nearest to a word, or tell how near two words are.

    Examples:
      rnnkit similar coffee
      rnnkit similar father mother
      rnnkit similar king --metric l2 --top 3 --json
      rnnkit similar - --vectors glove.6B.50d.txt < words.txt
    """
    from rnnkit.models.softening import softened

    console: Console = context.obj
    if words == ["-"]:
        lines = _lines()
        loaded = softened(load(console, vectors, limit))

        def answer_all(questions: Questions) -> list[Result]:
            asked = [_counted(words, 1, 2) for words in questions]
            single = [words[0] for words in asked if len(words) == 1]
            nearest = iter(loaded.similar_all(single, top, metric=metric))
            return [
                _neighbours(next(nearest))
                if len(words) == 1
                else _compared(loaded, words)
                for words in asked
            ]

        _answer_lines(console, loaded, lines, answer_all, vectors, measure=metric)
        return
    if len(words) > 2:
        raise UsageError(
            f"{len(words)} words were given, and one or two are compared",
            hint="for the word that does not fit: "
            f"rnnkit vectors odd {printable(' '.join(words))}",
        )
    loaded = softened(load(console, vectors, limit))
    found = look_up(console, loaded, words)
    if len(found) == 2:
        _print_comparison(console, loaded, found, vectors)
        return
    answers = loaded.similar(found[0].word, top, metric=metric)
    _print(console, answers, metric, vectors)


def analogy(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="A B C", help="A is to B as C is to ...; - reads lines of three."
        ),
    ] = None,
    method: Annotated[
        str, choice("--method", METHODS, "How to look: 3CosAdd, 3CosMul, the course's.")
    ] = "add",
    plus: Annotated[
        list[str] | None,
        typer.Option("--plus", metavar="WORD", help="Add these (repeat, or commas)."),
    ] = None,
    minus: Annotated[
        list[str] | None,
        typer.Option("--minus", metavar="WORD", help="Take these away."),
    ] = None,
    top: Annotated[int, _top(5)] = 5,
    limit: Limit = None,
    vectors: Vectors = None,
) -> None:
    """Complete an analogy: A is to B as C is to which word.

    Examples:
      rnnkit analogy italy italian spain
      rnnkit analogy man king woman --method mul
      rnnkit analogy --plus king,woman --minus man
      rnnkit analogy - < questions.txt --jsonl
    """
    console: Console = context.obj
    if plus or minus:
        _free(console, words, listed(plus), listed(minus), top, limit, vectors)
        return
    if words == ["-"]:
        lines = _lines()
        loaded = load(console, vectors, limit)

        def answer_all(questions: Questions) -> list[Result]:
            asked = [(a, b, c) for a, b, c in (_counted(q, 3) for q in questions)]
            found = loaded.analogy_all(asked, top, method=method)
            return [_neighbours(each) for each in found]

        _answer_lines(console, loaded, lines, answer_all, vectors)
        return
    if words is None or len(words) != 3:
        raise UsageError(
            f"an analogy takes three words, and {len(words or [])} were given",
            hint="type: rnnkit analogy italy italian spain",
        )
    loaded = load(console, vectors, limit)
    a, b, c = (each.word for each in look_up(console, loaded, words))
    _print(console, loaded.analogy(a, b, c, top, method=method), method, vectors)


def load(console: Console, given: str | None, limit: int | None = None) -> WordVectors:
    """Load vectors, with a bar if it takes long, on all processors there are."""
    import os

    from rnnkit.models.vector_files import load as load_vectors

    try:
        processors = len(os.sched_getaffinity(0))
    except AttributeError:
        processors = os.cpu_count() or 1
    with console.progress(f"reading {given or 'vectors'}") as bar:
        return load_vectors(
            given,
            limit=limit,
            threads=min(processors, 4),
            tell=console.note,
            progress=lambda done, total: bar.update(done, f"of {total:,} bytes"),
        )


def look_up(
    console: Console, vectors: WordVectors, words: Sequence[str]
) -> list[Found]:
    """Find words; say so where one is only there in small letters."""
    found = [vectors.find(word) for word in words]
    for word, each in zip(words, found, strict=True):
        if each.word != word:
            console.note(
                f"there is no vector for '{printable(word)}'; "
                f"'{printable(each.word)}' is taken"
            )
    return found


def _free(
    console: Console,
    words: list[str] | None,
    plus: list[str],
    minus: list[str],
    top: int,
    limit: int | None,
    vectors: str | None,
) -> None:
    if words or not plus:
        raise UsageError(
            "words stand beside --plus or --minus" if words else "nothing is added",
            hint="type: rnnkit analogy --plus king,woman --minus man",
        )
    loaded = load(console, vectors, limit)
    found = [each.word for each in look_up(console, loaded, [*plus, *minus])]
    added, taken = found[: len(plus)], found[len(plus) :]
    _print(console, loaded.combine(added, taken, top), "cosine", vectors)


def _print_comparison(
    console: Console, loaded: WordVectors, found: list[Found], vectors: str | None
) -> None:
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


def _print(
    console: Console, answers: list[Neighbour], score: str, vectors: str | None
) -> None:
    if not answers:
        raise InputError(
            "there is no other word to answer with", hint="give larger vectors"
        )
    if console.format != "text":
        console.emit((each._asdict() for each in answers), model=vectors)
        return
    console.table(
        ("word", "score" if score in METHODS else score, ""),
        [
            (each.word, f"{each.score:7.4f}", _bar(console, answers, each, score))
            for each in answers
        ],
    )


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


def _lines() -> list[tuple[int, list[str]]]:
    """The questions on standard input, each with its line."""
    from rnnkit.files.text import read_lines

    lines = enumerate(read_lines("-"), start=1)
    asked = [(number, line.split()) for number, line in lines if line.strip()]
    if not asked:
        raise InputError(
            "standard input has only blank lines", hint="give one question a line"
        )
    return asked


def _answer_lines(
    console: Console,
    loaded: WordVectors,
    asked: list[tuple[int, list[str]]],
    answer_all: Callable[[Questions], list[Result]],
    vectors: str | None,
    *,
    measure: str = "",
) -> None:
    """Answer line after line; a line that cannot be answered does not stop the rest.

    Args:
        measure: what is shown of two words that were compared.
    """
    failed = 0

    def answered() -> Iterator[dict[str, Any]]:
        nonlocal failed
        for first in range(0, len(asked), _AT_ONCE):
            for (number, words), answer in _answered(
                asked[first : first + _AT_ONCE], answer_all
            ):
                question = " ".join(words)
                if isinstance(answer, RnnkitError):
                    failed += 1
                    console.note(f"line {number}: {answer.message}; {answer.hint}")
                    yield {"question": question, "error": answer.message}
                else:
                    look_up(console, loaded, words)
                    yield {"question": question, **answer}

    if console.format == "text":
        for result in answered():
            said = " ".join(each["word"] for each in result.get("answers", []))
            if measure in result:
                said = f"{result[measure]:.4f}"
            console.out(f"{result['question']}: {said}".rstrip())
    else:
        console.emit(answered(), model=vectors)
    if failed:
        raise InputError(
            f"{failed} of {len(asked)} questions could not be answered",
            hint="see the lines above, or the errors in the JSON",
        )


def _answered(
    asked: list[tuple[int, list[str]]],
    answer_all: Callable[[Questions], list[Result]],
) -> Iterator[tuple[tuple[int, list[str]], Result | RnnkitError]]:
    """Answer those that can be answered together, and find out what ails the others."""
    try:
        yield from zip(asked, answer_all([words for _, words in asked]), strict=True)
    except RnnkitError:
        for each in asked:
            yield each, _one_answer(each[1], answer_all)


def _counted(words: Sequence[str], *counts: int) -> Sequence[str]:
    """The words of a question, if they are as many as a question can have."""
    if len(words) in counts:
        return words
    wanted = " or ".join(map(str, counts))
    raise InputError(
        f"it has {len(words)} words instead of {wanted}",
        hint="give one question a line",
    )


def _neighbours(found: Sequence[Neighbour]) -> Result:
    return {"answers": [each._asdict() for each in found]}


def _compared(loaded: WordVectors, words: Sequence[str]) -> Result:
    one, other = (loaded.find(word).word for word in words)
    return dict(loaded.compare(one, other)._asdict())


def _one_answer(
    words: list[str], answer_all: Callable[[Questions], list[Result]]
) -> Result | RnnkitError:
    try:
        return answer_all([words])[0]
    except RnnkitError as error:
        return error
