# SPDX-License-Identifier: Apache-2.0
"""How good the emoji are, on sentences that no model learnt from, and how quick.

    python -m benchmarks.emojify              all of it
    python -m benchmarks.emojify five wide    some: five wide typing lab speed start

The sentences stand in tests/data/emojify, written by other authors than those that the
models learn from. By those in tune/ the weights of the voices were chosen, so that half
flatters; those in report/ chose nothing. BENCHMARK_COURSE names a folder with the
lab's train_emoji.csv and tesss.csv, which are not ours to ship; without it their rows
are left out.
"""

from __future__ import annotations

import os
import string
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.clock import cpu_of_process, machine, spread
from rnnkit import vectors
from rnnkit.files.assets import model_path
from rnnkit.files.text import read_lines
from rnnkit.models.classifier import calibration_error
from rnnkit.models.vectors import WordVectors
from rnnkit.tasks.emojify import Emojifier, EmojiModel
from rnnkit.tasks.emojify.course import CourseRecipe, CourseTraining
from rnnkit.tasks.emojify.folding import FIVE
from rnnkit.tasks.emojify.labelled import Labelled, labelled
from rnnkit.tasks.emojify.model import Answer

DATA = Path(__file__).resolve().parents[1] / "tests" / "data" / "emojify"
HALVES = ("tune", "report")
COURSE = os.environ.get("BENCHMARK_COURSE")
ROUNDS = 5
TYPOS = 10
"""How often every sentence gets another typing error."""

LAB_DIMENSIONS = (50, 64, 80, 100, 128, 256)
LAB_PARTS, LAB_DRAWS = 11, 5


def sentences(half: str, name: str) -> list[Labelled]:
    """A set of sentences."""
    return labelled(read_lines(str(DATA / half / f"{name}.tsv")))


def load(name: str) -> EmojiModel:
    """A model that ships."""
    return EmojiModel.load(model_path(name, "emojify"))


def ask(model: EmojiModel, some: Sequence[Labelled]) -> list[Answer]:
    """The answers to some sentences."""
    return model.answers([each.text for each in some])


def hits(model: EmojiModel, some: Sequence[Labelled], *, forced: bool) -> list[bool]:
    """Whether each answer is one of those that fit; ``forced``: "none" is no answer."""
    threshold = 1.1 if forced else model.parts.threshold
    return [
        (answer.chosen(0, threshold) or "-") in each.emoji
        for answer, each in zip(ask(model, some), some, strict=True)
    ]


def among(model: EmojiModel, some: Sequence[Labelled], top: int) -> float:
    """The share of sentences with a fitting emoji among the first."""
    return mean(
        any(emoji in each.emoji for emoji in answer.emoji[:top])
        for answer, each in zip(ask(model, some), some, strict=True)
    )


def nones(model: EmojiModel, some: Sequence[Labelled]) -> float:
    """The share that gets no emoji."""
    threshold = model.parts.threshold
    return mean(answer.chosen(0, threshold) is None for answer in ask(model, some))


def mean(values: object) -> float:
    """In per cent."""
    return 100 * float(np.mean(list(values)))  # type: ignore[call-overload]


def five() -> None:
    """The rows of the five classes."""
    model = load("five")
    rows: dict[str, Callable[[str], float]] = {
        "plain": lambda half: mean(hits(model, sentences(half, "plain"), forced=False)),
        "plain, always an emoji": lambda half: mean(
            hits(model, sentences(half, "plain"), forced=True)
        ),
        "plain, false none": lambda half: nones(model, sentences(half, "plain")),
        "pairs, single": lambda half: mean(
            hits(model, sentences(half, "pairs"), forced=False)
        ),
        "pairs, both right": lambda half: mean(
            np.reshape(
                hits(model, sentences(half, "pairs"), forced=False), (-1, 2)
            ).all(axis=1)
        ),
        "new words": lambda half: mean(
            hits(model, sentences(half, "novel"), forced=False)
        ),
        "slang, typing errors": lambda half: mean(
            hits(model, sentences(half, "style"), forced=False)
        ),
        "neutral, none": lambda half: nones(model, sentences(half, "neutral")),
        "calibration error x 100": lambda half: calibration(model, half),
    }
    show("five classes, %", rows)
    if COURSE:
        some = labelled(read_lines(str(Path(COURSE) / "tesss.csv")))
        print(f"  lab's {len(some)} test sentences, always an emoji:", end=" ")
        print(f"{mean(hits(model, some, forced=True)):.1f}", end="; ")
        print(f"none allowed: {mean(hits(model, some, forced=False)):.1f}")


def calibration(model: EmojiModel, half: str) -> float:
    """How far confidence is from truth, over all sets of five classes."""
    some = [
        each
        for name in ("plain", "pairs", "novel", "style", "neutral")
        for each in sentences(half, name)
    ]
    likely = model.likelihoods([each.text for each in some])
    chosen = likely.argmax(axis=1)
    right = [
        model.labels[place] in each.emoji
        for place, each in zip(chosen, some, strict=True)
    ]
    return 100 * calibration_error(likely.max(axis=1), right)


def wide() -> None:
    """The rows of the many emoji."""
    model = load("wide")

    def forbidden(half: str) -> float:
        some = sentences(half, "wide_negated")
        threshold = model.parts.threshold
        return mean(
            (answer.chosen(0, threshold) or "") in each.emoji
            for answer, each in zip(ask(model, some), some, strict=True)
        )

    rows: dict[str, Callable[[str], float]] = {
        f"{label}, top {top}": lambda half, name=name, top=top: among(  # type: ignore[misc]
            model, sentences(half, name), top
        )
        for label, name in (
            ("telling word", "wide_telling"),
            ("no telling word", "wide_context"),
        )
        for top in (1, 3, 5)
    }
    rows |= {
        "telling word, false none": lambda h: nones(
            model, sentences(h, "wide_telling")
        ),
        "neutral, none": lambda half: nones(model, sentences(half, "neutral")),
        "plain, false none": lambda half: nones(model, sentences(half, "plain")),
        "negated, forbidden": forbidden,
    }
    show("many emoji, %", rows)


def typing() -> None:
    """What one typing error in each sentence costs."""
    model = load("five")
    for half in HALVES:
        some = sentences(half, "plain")
        clean = mean(hits(model, some, forced=False))
        generator = np.random.default_rng(0)
        found = []
        for _ in range(TYPOS):
            wrong = [Labelled(mistyped(s.text, generator), s.emoji) for s in some]
            found.append(mean(hits(model, wrong, forced=False)))
        print(
            f"one typing error a sentence, {half}: {clean:.1f} -> "
            f"{np.mean(found):.1f} +- {np.std(found):.1f} ({TYPOS} draws)"
        )


def lab() -> None:
    """How many numbers of each vector the models of the lab should read.

    V1, all sentences a step, learns from ten elevenths of the lab's training sentences
    and is asked the others, eleven times over, for several draws of the parts. The
    choice is the fewest numbers that are within one standard error of the best (Breiman
    et al. 1984); the test sentences have no say in it.
    """
    if not COURSE:
        return
    some = labelled(read_lines(str(Path(COURSE) / "train_emoji.csv")))
    loaded = vectors.load()
    found = {}
    for dimensions in LAB_DIMENSIONS:
        shares = [crossed(some, loaded, dimensions, seed) for seed in range(LAB_DRAWS)]
        error = float(np.std(shares, ddof=1)) / len(shares) ** 0.5
        found[dimensions] = float(np.mean(shares)), error
        print(f"  {dimensions:>4} numbers  {np.mean(shares):.1f} +- {error:.1f}")
    best, error = max(found.values())
    fewest = min(n for n, (share, _) in found.items() if share >= best - error)
    print(f"  the fewest within a standard error of the best: {fewest}")


def crossed(
    some: Sequence[Labelled], loaded: WordVectors, dimensions: int, seed: int
) -> float:
    """The share that V1 has right of sentences it did not learn from, in per cent."""
    texts = {text: n for n, text in enumerate(dict.fromkeys(s.text for s in some))}
    draws = np.random.default_rng(seed).permutation(len(texts)) % LAB_PARTS
    part = [int(draws[texts[each.text]]) for each in some]
    right = 0.0
    for number in range(LAB_PARTS):
        kept = [each for each, n in zip(some, part, strict=True) if n != number]
        asked = [each for each, n in zip(some, part, strict=True) if n == number]
        job = CourseTraining(
            kept,
            FIVE,
            vectors=loaded,
            vectors_name=None,
            recipe=CourseRecipe("v1", batch_size=0, dimensions=dimensions),
            seed=seed,
        )
        for _ in job.trainer.run():
            pass
        right += job.judged(asked).accuracy * len(asked)
    return 100 * right / len(some)


def mistyped(text: str, generator: np.random.Generator) -> str:
    """The text with a letter dropped, doubled, exchanged or swapped in one word."""
    places = [
        i
        for i in range(1, len(text) - 1)
        if text[i - 1 : i + 2].isalpha() and text[i : i + 2].isascii()
    ]
    if not places:
        return text
    place = places[int(generator.integers(len(places)))]
    letter = string.ascii_lowercase[int(generator.integers(26))]
    middle = (
        "",
        text[place] * 2,
        letter,
        text[place + 1] + text[place],
    )[kind := int(generator.integers(4))]
    return text[:place] + middle + text[place + (2 if kind == 3 else 1) :]


def speed() -> None:
    """Sentences a second of CPU, one by one and in batches."""
    some = [
        each.text
        for half in HALVES
        for name in ("plain", "pairs", "wide_telling", "wide_context", "neutral")
        for each in sentences(half, name)
    ]
    for name in ("five", "wide"):
        emojifier = Emojifier(load(name))
        emojifier.lines(some)
        singles, batches = [], []
        many = (some * 5)[: 256 * (len(some) * 5 // 256)]
        for _ in range(ROUNDS):
            start = time.process_time()
            for text in some:
                emojifier.lines([text])
            singles.append(len(some) / (time.process_time() - start))
            start = time.process_time()
            for first in range(0, len(many), 256):
                emojifier.lines(many[first : first + 256])
            batches.append(len(many) / (time.process_time() - start))
        print(
            f"{name}: {max(singles):,.0f} sentences a CPU second one by one, "
            f"{max(batches):,.0f} in batches of 256 (best of {ROUNDS}; median "
            f"{np.median(singles):,.0f} and {np.median(batches):,.0f})"
        )


def start() -> None:
    """From the start of a process to the answer, CPU seconds."""
    command = [sys.executable, "-m", "rnnkit", "emojify", "I love you"]
    subprocess.run(command, check=True, capture_output=True)
    found = [cpu_of_process(command) for _ in range(ROUNDS)]
    print(f"process to answer, CPU s, min / median / max: {spread(found)}")


def show(title: str, rows: dict[str, Callable[[str], float]]) -> None:
    """Print a row for each measure, a column for each half."""
    print(f"{title:<28}" + "".join(f"{half:>9}" for half in HALVES))
    for name, row in rows.items():
        print(f"  {name:<26}" + "".join(f"{row(half):9.1f}" for half in HALVES))


PARTS = {
    "five": five,
    "wide": wide,
    "typing": typing,
    "lab": lab,
    "speed": speed,
    "start": start,
}


def main(parts: Sequence[str]) -> None:
    """Run some parts, or all."""
    print(machine())
    for part in parts or list(PARTS):
        PARTS[part]()


if __name__ == "__main__":
    main(sys.argv[1:])
