# SPDX-License-Identifier: Apache-2.0
"""How models of emoji did: accuracies, confusion matrices, mistakes, side by side."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rnnkit.cli.console import Console

if TYPE_CHECKING:
    from rnnkit.models.vectors import WordVectors
    from rnnkit.tasks.emojify.course import CourseRecipe, CourseTraining
    from rnnkit.tasks.emojify.judgement import Judgement
    from rnnkit.tasks.emojify.labelled import Labelled

_MOST_SHOWN = 30
"""Labels of a confusion matrix that fits on a screen."""

_MOST_MISTAKES = 40


def course_training(
    sentences: Sequence[Labelled],
    labels: Sequence[str],
    loaded: WordVectors,
    vectors: str | None,
    recipe: CourseRecipe,
    seed: int,
) -> CourseTraining:
    """The training of V1 or V2."""
    from rnnkit.tasks.emojify.course import CourseTraining

    return CourseTraining(
        sentences,
        labels,
        vectors=loaded,
        vectors_name=vectors,
        recipe=recipe,
        seed=seed,
    )


def compare_both(
    console: Console,
    sentences: Sequence[Labelled],
    tested: Sequence[Labelled],
    labels: Sequence[str],
    loaded: WordVectors,
    recipe: CourseRecipe,
    seeds: int,
    seed: int,
) -> None:
    """Train both models of the lab with several seeds, and show how they do."""
    import statistics

    parts = {"training": sentences, **({"test": tested} if tested else {})}
    results: list[dict[str, Any]] = []
    last: dict[str, Judgement] = {}
    with console.progress("training", total=2 * seeds) as progress:
        for architecture in ("v1", "v2"):
            shares: dict[str, list[float]] = {name: [] for name in parts}
            for number in range(seeds):
                wanted = replace(recipe, architecture=architecture)
                job = course_training(
                    sentences, labels, loaded, None, wanted, seed + number
                )
                for _ in job.trainer.run():
                    pass
                for name, some in parts.items():
                    last[f"{architecture} {name}"] = job.judged(some)
                    shares[name].append(last[f"{architecture} {name}"].accuracy)
                progress.update(len(results) * seeds + number + 1)
            results.append(
                {
                    "architecture": architecture,
                    "seeds": seeds,
                    **{
                        name: {
                            "mean": statistics.fmean(each),
                            "spread": statistics.pstdev(each),
                            "all": each,
                        }
                        for name, each in shares.items()
                    },
                }
            )
    if console.format != "text":
        console.emit(results, seed=seed)
        return
    console.table(
        ("accuracy in %", *parts, "seeds"),
        [
            (
                each["architecture"].upper(),
                *(
                    f"{100 * each[name]['mean']:.1f} +- "
                    f"{100 * each[name]['spread']:.1f}"
                    for name in parts
                ),
                seeds,
            )
            for each in results
        ],
    )
    name = "test" if tested else "training"
    show(console, {key: each for key, each in last.items() if key.endswith(name)})


def tell(
    console: Console,
    told: dict[str, Any],
    judged: dict[str, Judgement],
    *,
    seed: int,
) -> None:
    """Say how a training came out, and what to type next.

    Args:
        told: the model's file, and what its training reports.
    """
    out = str(told["model"])
    if console.format != "text":
        plain = {name: plain_judgement(each) for name, each in judged.items()}
        console.emit([{**told, "judged": plain}], seed=seed, model=out)
        return
    show(console, judged)
    console.out(f"wrote {out}: rnnkit emojify --model {shlex.quote(out)}")


def show(console: Console, judged: dict[str, Judgement]) -> None:
    """Accuracies, confusion matrices, and the sentences that were mislabelled."""
    for name, each in judged.items():
        count = int(each.confusion.sum())
        right = count - len(each.mistakes)
        console.out(f"{name}: {100 * each.accuracy:.1f} % right, {right} of {count}")
    name, each = next(reversed(judged.items()))
    if len(each.labels) <= _MOST_SHOWN:
        console.out(f"{name}, rows: what it is, columns: what it was taken for")
        rows = [
            (label, *counts)
            for label, counts in zip(each.labels, each.confusion.tolist(), strict=True)
        ]
        console.table(("", *each.labels), rows)
    for text, right_label, taken in each.mistakes[:_MOST_MISTAKES]:
        console.out(f"{taken} instead of {right_label}  {text}")
    if len(each.mistakes) > _MOST_MISTAKES:
        console.out(f"... and {len(each.mistakes) - _MOST_MISTAKES:,} more")


def plain_judgement(judgement: Judgement) -> dict[str, Any]:
    """A judgement as JSON can hold it."""
    return {
        "accuracy": judgement.accuracy,
        "labels": list(judgement.labels),
        "confusion": judgement.confusion.tolist(),
        "mistakes": [
            {"text": text, "label": label, "taken_for": taken}
            for text, label, taken in judgement.mistakes
        ],
    }
