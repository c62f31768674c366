# SPDX-License-Identifier: Apache-2.0
"""`rnnkit train emojify`: one's own emoji, or those of the lab, from labelled text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rnnkit.cli.console import Console
from rnnkit.cli.options import (
    Cell,
    Curves,
    Force,
    OutIfTrained,
    Resume,
    Seed,
    choice,
    positive,
    whole,
)
from rnnkit.cli.words import Vectors
from rnnkit.errors import UsageError

if TYPE_CHECKING:
    from rnnkit.models.vectors import WordVectors
    from rnnkit.tasks.emojify.labelled import Labelled
    from rnnkit.tasks.emojify.training import EmojiTraining


def _files(option: str, help: str) -> Any:
    return typer.Option(option, metavar="FILE", help=help)


def emojify(
    context: typer.Context,
    data: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="Lines of text,label or text, tab, emoji."
        ),
    ],
    out: OutIfTrained = None,
    arch: Annotated[
        str,
        choice(
            "--arch",
            ("sentence", "v1", "v2"),
            "Ours, or one of the lab's: V1 averages words, V2 has two LSTMs.",
        ),
    ] = "sentence",
    test: Annotated[
        str | None, _files("--test", "Labelled sentences to judge the result on.")
    ] = None,
    compare: Annotated[
        bool,
        typer.Option("--compare", help="Train V1 and V2, and show them side by side."),
    ] = False,
    seeds: Annotated[
        int, whole("--seeds", "Trainings of --compare.", maximum=1000, usual=10)
    ] = 1,
    also: Annotated[
        list[str] | None, _files("--also", "Sentences of other labels, to be folded.")
    ] = None,
    plain: Annotated[
        list[str] | None, _files("--plain", "Sentences without labels, one a line.")
    ] = None,
    emotions: Annotated[
        list[str] | None, _files("--emotions", "Sentences in the form of GoEmotions.")
    ] = None,
    tune: Annotated[
        list[str] | None, _files("--tune", "Sentences to weigh the voices on.")
    ] = None,
    lexicon: Annotated[
        str | None, _files("--lexicon", "Telling words; none: without them.")
    ] = None,
    cell: Cell = "lstm",
    hidden: Annotated[
        int, whole("--hidden", "Units of a direction.", maximum=4096, usual=64)
    ] = 64,
    epochs: Annotated[
        int | None,
        whole("--epochs", "Times through it all.", maximum=100_000, usual=50),
    ] = None,
    batch_size: Annotated[
        int | None,
        whole(
            "--batch-size",
            "Sentences a step; 0: all.",
            minimum=0,
            maximum=65_536,
            usual=32,
        ),
    ] = None,
    learning_rate: Annotated[
        float | None, positive("--learning-rate", "The peak rate.", example=0.01)
    ] = None,
    most: Annotated[
        int,
        whole(
            "--most",
            "Weakly labelled sentences of an emoji and an epoch.",
            maximum=1_000_000,
            usual=400,
        ),
    ] = 400,
    none_cost: Annotated[
        float,
        positive(
            "--none-cost", "What a wrong none costs; a lacking one costs 1.", example=3
        ),
    ] = 3,
    vectors: Vectors = None,
    seed: Seed = None,
    svg: Curves = None,
    resume: Resume = False,
    force: Force = False,
) -> None:
    """Learn which emoji fits a sentence, from sentences that have one.

    Examples:
      rnnkit train emojify mine.csv --out mine.safetensors
      rnnkit train emojify train.csv --arch v1 --test test.csv -o v1.safetensors
      rnnkit train emojify train.csv --test test.csv --compare --seeds 10
      rnnkit emojify "I love you" --model mine.safetensors
    """
    from dataclasses import replace

    from rnnkit.cli.emoji_report import compare_both, course_training, tell
    from rnnkit.cli.training import Session
    from rnnkit.cli.words import load
    from rnnkit.tasks.emojify.course import CourseRecipe
    from rnnkit.tasks.emojify.labelled import labels_of
    from rnnkit.tasks.emojify.training import EmojiRecipe

    console: Console = context.obj
    sentences = [each for name in data for each in _labelled(name)]
    if arch != "sentence" or compare:
        sentences = _without_none(console, sentences)
    labels = labels_of(sentences)
    tested = [] if test is None else _known(console, _labelled(test), labels)
    course = CourseRecipe(arch, epochs, learning_rate, batch_size)
    if compare:
        if svg is not None:
            raise UsageError(
                "--compare makes many trainings, and --svg draws one",
                hint="leave one of them out",
            )
        loaded = load(console, vectors)
        compare_both(
            console,
            sentences,
            tested,
            labels,
            loaded,
            course,
            seeds,
            console.seed(seed),
        )
        return
    if out is None:
        raise UsageError(
            "no --out FILE was given", hint="say where: --out mine.safetensors"
        )
    others = (also, plain, emotions, tune, [test], [vectors], [lexicon])
    read = [*data, *(name for names in others for name in names or () if name)]
    session = Session(
        console,
        out,
        task="emojify",
        data=read,
        seed=seed,
        resume=resume,
        force=force,
        svg=svg,
    )
    seed = console.seed(session.seed)
    loaded = load(console, vectors)
    job: Any
    if arch == "sentence":
        recipe = EmojiRecipe(cell=cell, hidden=hidden, epochs=epochs or 0)
        sampling = replace(recipe.sampling, most=most, batch_size=batch_size or 64)
        recipe = replace(
            recipe,
            sampling=sampling,
            learning_rate=learning_rate or recipe.learning_rate,
            none_cost=none_cost,
        )
        job = _sentences(
            sentences, labels, loaded, vectors, recipe, seed,
            also=also, plain=plain, emotions=emotions, tune=tune, lexicon=lexicon,
        )  # fmt: skip
    else:
        job = course_training(sentences, labels, loaded, vectors, course, seed)
    session.go_on_with(job)
    _introduce(console, job, len(labels))
    session.train(job, keeps_best=False)
    model, report = job.finish()
    model.save(out, force=force)
    session.draw(job, measure="nats a sentence")
    judged = {"training": job.judged(sentences)}
    if tested:
        judged["test"] = job.judged(tested)
    told = {"model": str(out), **report._asdict(), "seconds": session.seconds}
    tell(console, told, judged, seed=seed)
    session.close()


def _introduce(console: Console, job: Any, labels: int) -> None:
    counts = ", ".join(f"{name} {n:,}" for name, n in job.settings["sentences"].items())
    console.note(
        f"sentences: {counts}; {labels} labels, "
        f"{job.trainer.network.parameters.size:,} parameters"
    )


def _labelled(name: str) -> list[Labelled]:
    from rnnkit.errors import quoted
    from rnnkit.files.text import read_lines
    from rnnkit.tasks.emojify.labelled import labelled

    called = "standard input" if name == "-" else quoted(name)
    return labelled(read_lines(name), called=called)


def _without_none(console: Console, sentences: list[Labelled]) -> list[Labelled]:
    """The sentences that have an emoji: the lab knows no others."""
    kept = [each for each in sentences if each.emoji != ("-",)]
    if kept and len(kept) < len(sentences):
        console.note(
            f"{len(sentences) - len(kept)} of {len(sentences)} sentences have no emoji "
            "and are left out: the models of the lab always have one"
        )
    return kept or sentences


def _known(
    console: Console, sentences: Sequence[Labelled], labels: Sequence[str]
) -> list[Labelled]:
    """The sentences whose first label is learnt."""
    known = [each for each in sentences if each.emoji[0] in labels]
    if len(known) < len(sentences):
        console.note(
            f"{len(sentences) - len(known)} of {len(sentences)} sentences to test on "
            "have labels that are not learnt, and are left out"
        )
    return known


def _sentences(
    sentences: Sequence[Labelled],
    labels: Sequence[str],
    loaded: WordVectors,
    vectors: str | None,
    recipe: Any,
    seed: int,
    *,
    also: Sequence[str] | None,
    plain: Sequence[str] | None,
    emotions: Sequence[str] | None,
    tune: Sequence[str] | None,
    lexicon: str | None,
) -> EmojiTraining:
    from rnnkit.files import assets
    from rnnkit.files.text import read_lines
    from rnnkit.tasks.emojify.gathering import Sources
    from rnnkit.tasks.emojify.lexicon import Lexicon
    from rnnkit.tasks.emojify.training import EmojiTraining
    from rnnkit.tasks.emojify.weak import emotions_of

    words = None
    if lexicon != "none":
        place = lexicon or str(assets.find("emojify/lexicon.tsv"))
        words = Lexicon.parse(read_lines(place))
    sources = Sources(
        sentences,
        also=[each for name in also or () for each in _labelled(name)],
        plain=[line for name in plain or () for line in read_lines(name)],
        emotions=[e for name in emotions or () for e in emotions_of(read_lines(name))],
        tune=[
            each
            for name in tune or ()
            for each in _labelled(name)
            if set(each.emoji) & set(labels)
        ],
    )
    return EmojiTraining(
        sources,
        labels,
        vectors=loaded,
        vectors_name=vectors,
        lexicon=words,
        recipe=recipe,
        seed=seed,
    )
