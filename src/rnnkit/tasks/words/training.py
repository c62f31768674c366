# SPDX-License-Identifier: Apache-2.0
"""Learning vectors from texts, stage after stage, so that a stage is not done twice.

    words      which words there are to be
    pairs      how often two of them stand near each other, for each corpus
    matrix     the weighted sum of these, once for GloVe and once for the eigenvectors
    glove      passes over the matrix
    svd        products with the matrix
    join       both together

What a stage leaves lies in a work folder with a mark: a digest of all settings that it
depends on. A stage whose mark is there is taken as it is; another is done anew. So an
interrupted training goes on where it was, a training with other settings repeats only
what they change, and both give the same bytes as if it were the first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import InputError, ModelError, quoted
from rnnkit.files import weights
from rnnkit.files.atomic import write_bytes
from rnnkit.files.corpus import check, pieces
from rnnkit.files.runs import Growing, Keys, Run, merge, save_run
from rnnkit.files.vectors.places import split
from rnnkit.files.vectors.table import Table
from rnnkit.files.vectors.words import WordTable
from rnnkit.models import softening
from rnnkit.models.word_training import joining, tiles
from rnnkit.models.word_training.glove import Glove, GloveSettings
from rnnkit.models.word_training.pairs import Layout, PairCounter, drop_rare
from rnnkit.models.word_training.spectrum import Spectrum, SpectrumSettings
from rnnkit.models.word_training.tiles import Tiles
from rnnkit.models.word_training.tokens import normalised
from rnnkit.models.word_training.vocabulary import Vocabulary, WordCounts, choose
from rnnkit.tasks.words.recipe import Corpus, Recipe

Floats = NDArray[np.float32]

_FEWEST_WORDS = 2
_MARKS = "marks.json"


@dataclass(frozen=True)
class Event:
    """How far a stage is.

    Attributes:
        stage: its name.
        share: from 0 to 1.
        message: a few words of news.
    """

    stage: str
    share: float
    message: str = ""


class VectorTraining:
    """A training in a work folder.

    Args:
        recipe: texts and settings.
        folder: where stages leave what they made; it must exist.
        seed: of all that is random.

    Attributes:
        costs: the mean cost of a pair in each pass, for each run of GloVe.
        tokens: words of all texts.
    """

    def __init__(self, recipe: Recipe, folder: Path, *, seed: int) -> None:
        self.recipe = recipe
        self.folder = folder
        self.seed = seed
        self.costs: list[list[float]] = []
        self.tokens = 0
        self._marks = self._read_marks()

    def learn(self) -> Generator[Event, None, None]:
        """Do all that is not done yet.

        Raises:
            InputError: a text cannot be read, or has too few words.
            TrainingError: the cost of GloVe is no longer a finite number.
            OutputError: the disk is full.
            ModelError: what an earlier training left is damaged.
        """
        settings = self.recipe.settings
        for corpus in self.recipe.corpora:
            for file in corpus.files:
                check(file)
        vocabulary, mark = yield from self._words()
        layout = Layout(len(vocabulary.words))
        marks = []
        for number, corpus in enumerate(self.recipe.corpora):
            marks.append((yield from self._pairs(number, corpus, vocabulary, mark)))
        parts: list[tuple[float, Floats]] = []
        if settings.method != "svd":
            matrix, mark = yield from self._matrix("glove", layout, marks)
            for run in range(settings.runs):
                vectors = yield from self._glove(run, matrix, mark)
                weight = settings.runs**-0.5
                parts.append((weight, joining.refined(vectors)))
        if settings.method != "glove":
            matrix, mark = yield from self._matrix("svd", layout, marks)
            vectors = yield from self._spectrum(matrix, mark)
            weight = settings.svd_weight if parts else 1.0
            refined = joining.refined(vectors, remove=settings.remove)
            parts.append((weight, refined))
        self._vectors = joining.joined(
            parts, settings.dimensions, flatten=settings.flatten
        )
        self._vocabulary = vocabulary

    @property
    def has_begun(self) -> bool:
        """Whether a stage is done, so that there is something to go on with."""
        return bool(self._marks)

    def table(self) -> Table:
        """The finished vectors, most frequent word first, once `learn` is over."""
        words = [word.decode("ascii") for word in self._vocabulary.words]
        return Table(WordTable.of(words), self._vectors, "rnnkit vectors")

    def description(self) -> dict[str, Any]:
        """What their file says about them."""
        settings = self.recipe.settings
        told = {
            "kind": "vectors",
            "training": {**self.recipe.told(), "seed": self.seed},
            "metrics": {
                "tokens": self.tokens,
                "glove_costs": [run[-1] for run in self.costs],
            },
        }
        spread = float(np.sqrt(np.mean(np.square(self._vectors), dtype=np.float64)))
        told |= {softening.KEY: softening.measured(self._vectors)}
        return {**told, "step": settings.step * spread}

    def _words(self) -> Generator[Event, None, tuple[Vocabulary, str]]:
        recipe, settings = self.recipe, self.recipe.settings
        mark = _mark(
            [(c.weight, [_identity(f) for f in c.files]) for c in recipe.corpora],
            settings.vocabulary,
            settings.least_count,
            recipe.required,
            recipe.least_required,
        )
        path = self.folder / "words.json"
        if not self._is_done("words", mark, [path]):
            counts = WordCounts()
            files = [(c, f) for c in recipe.corpora for f in c.files]
            for number, (corpus, file) in enumerate(files):
                for text in pieces(file):
                    counts.add(normalised(text).split())
                    yield Event("words", number / len(files), f"{counts.total:,} words")
                counts.finish(corpus.weight)
            chosen = choose(
                counts,
                settings.vocabulary,
                least=settings.least_count,
                required=[word.encode() for word in recipe.required],
                least_required=recipe.least_required,
            )
            found = {
                "words": [word.decode("ascii") for word in chosen.words],
                "counts": chosen.counts,
                "tokens": counts.total,
            }
            write_bytes(path, json.dumps(found).encode(), force=True)
            self._done("words", mark)
        told = self._told(path)
        if len(told["words"]) < _FEWEST_WORDS:
            raise InputError(
                f"only {len(told['words'])} different words occur often enough, of "
                f"{told['tokens']:,} in all",
                hint="give more text, or a lower --least-count than "
                f"{settings.least_count:g}",
            )
        self.tokens = told["tokens"]
        news = f"{len(told['words']):,} chosen, of {self.tokens:,} in the texts"
        yield Event("words", 1, news)
        words = tuple(word.encode() for word in told["words"])
        return Vocabulary(words, tuple(told["counts"])), mark

    def _pairs(
        self, number: int, corpus: Corpus, vocabulary: Vocabulary, before: str
    ) -> Generator[Event, None, str]:
        """Count the pairs of one corpus; return the mark of the stage."""
        settings = self.recipe.settings
        identities = [_identity(file) for file in corpus.files]
        mark = _mark(before, identities, corpus.lines_apart, settings.window)
        stage, run = f"pairs {number + 1}", self._run(number)
        if self._is_done(stage, mark, run.paths):
            return mark
        layout = Layout(len(vocabulary.words))
        counter = PairCounter(
            layout,
            vocabulary.words,
            window=settings.window,
            lines_apart=corpus.lines_apart,
        )
        parts: list[Run] = []
        try:
            for place, file in enumerate(corpus.files):
                for text in pieces(file):
                    for keys, counts in counter.add(normalised(text)):
                        parts.append(self._spill(stage, len(parts), keys, counts))
                    share = 0.8 * place / len(corpus.files)
                    yield Event(stage, share, f"{len(parts)} runs")
                for keys, counts in counter.finish():
                    parts.append(self._spill(stage, len(parts), keys, counts))
                counter.end()
            cells = self._merged(run, parts)
        finally:
            for part in parts:
                part.remove()
        self._done(stage, mark)
        yield Event(stage, 1, f"{cells:,} different pairs in {corpus.name}".rstrip())
        return mark

    def _spill(
        self, stage: str, number: int, keys: Keys, counts: NDArray[np.int64]
    ) -> Run:
        part = Run(self.folder, f"{stage.replace(' ', '-')}.part-{number}")
        save_run(part, keys, counts.astype(np.uint32))
        return part

    def _merged(self, run: Run, parts: Sequence[Run]) -> int:
        """Merge the parts of a corpus into one run; return how many keys it has."""
        keys_path, values_path = run.paths
        with Growing(keys_path, "<i8") as keys, Growing(values_path, "<i8") as values:
            for some, sums in merge(parts) if parts else ():
                keys.add(some)
                values.add(np.rint(sums))
            return keys.count

    def _run(self, number: int) -> Run:
        return Run(self.folder, f"pairs-{number + 1}")

    def _matrix(
        self, name: str, layout: Layout, before: Sequence[str]
    ) -> Generator[Event, None, tuple[Tiles, str]]:
        """Add up the pairs of all corpora with their weights for one method."""
        settings = self.recipe.settings
        factors = [float(getattr(c, name)) for c in self.recipe.corpora]
        mark = _mark(before, factors, settings.least_pairs)
        stage = f"matrix for {name}"
        if not self._is_done(stage, mark, tiles.paths(self.folder, name)):
            yield Event(stage, 0)
            used = [number for number, factor in enumerate(factors) if factor]
            sums = merge(
                [self._run(number) for number in used],
                [factors[number] / settings.window for number in used],
            )
            kept = drop_rare(layout, sums, settings.least_pairs)
            tiles.write_tiles(layout, self.folder, name, kept)
            self._done(stage, mark)
        matrix = Tiles(layout, self.folder, name)
        if not len(matrix):
            raise InputError(
                "no two words stand near each other often enough",
                hint="give more text, or a lower --least-pairs than "
                f"{settings.least_pairs:g}",
            )
        yield Event(stage, 1, f"{len(matrix):,} pairs")
        return matrix, mark

    def _glove(
        self, run: int, matrix: Tiles, before: str
    ) -> Generator[Event, None, Floats]:
        """Train GloVe once; save after every pass."""
        settings = self.recipe.settings
        seed = self.seed + run
        glove = Glove(
            matrix,
            GloveSettings(
                dimensions=settings.glove_dimensions or settings.dimensions,
                passes=settings.passes,
                learning_rate=settings.learning_rate,
                x_max=settings.x_max,
            ),
            seed=seed,
        )
        # More passes go on from fewer, so their number is not in the mark.
        mark = _mark(
            before,
            glove.settings.dimensions,
            glove.settings.learning_rate,
            glove.settings.x_max,
            seed,
        )
        stage = f"glove {run + 1}"
        path = self.folder / f"glove-{run + 1}.safetensors"
        arrays, told = self._checkpoint(path, mark)
        if told and len(told["costs"]) <= settings.passes:
            glove.restore(arrays, told["costs"])
        done = glove.done
        for share in glove.run():
            if glove.done > done:
                done = glove.done
                told = {"mark": mark, "costs": glove.costs}
                weights.save_tensors(path, glove.arrays(), told, force=True)
            yield Event(stage, share, f"cost {glove.costs[-1]:.4f}" if done else "")
        self.costs.append(glove.costs)
        return glove.vectors

    def _spectrum(self, matrix: Tiles, before: str) -> Generator[Event, None, Floats]:
        """Find the eigenvectors; save after every product."""
        settings = self.recipe.settings
        dimensions = settings.svd_dimensions or settings.dimensions
        spectrum = Spectrum(
            matrix,
            SpectrumSettings(
                dimensions=dimensions,
                spare=max(8, dimensions // 3),
                products=settings.products,
                shift=settings.shift,
                power=settings.power,
            ),
            seed=self.seed,
        )
        mark = _mark(
            before, spectrum.settings.spare, dimensions, settings.shift, self.seed
        )
        path = self.folder / "svd.safetensors"
        arrays, told = self._checkpoint(path, mark)
        if told and told["done"] <= settings.products:
            spectrum.restore(arrays, done=told["done"])
        done = spectrum.done
        for share in spectrum.run():
            if spectrum.done > done:
                done = spectrum.done
                told = {"mark": mark, "done": done}
                weights.save_tensors(path, spectrum.arrays(), told, force=True)
            yield Event("svd", share)
        return spectrum.vectors

    # What is done already.

    def _checkpoint(
        self, path: Path, mark: str
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The arrays and the description of a checkpoint that has this mark."""
        if not path.exists():
            return {}, {}
        arrays, told = weights.load_tensors(path)
        return (arrays, told) if told.get("mark") == mark else ({}, {})

    def _is_done(self, stage: str, mark: str, paths: Sequence[Path]) -> bool:
        return self._marks.get(stage) == mark and all(path.exists() for path in paths)

    def _done(self, stage: str, mark: str) -> None:
        self._marks[stage] = mark
        data = json.dumps(self._marks, sort_keys=True, indent=1).encode()
        write_bytes(self.folder / _MARKS, data, force=True)

    def _read_marks(self) -> dict[str, str]:
        path = self.folder / _MARKS
        return self._told(path) if path.exists() else {}

    def _told(self, path: Path) -> dict[str, Any]:
        """What a file of the work folder says."""
        try:
            told = json.loads(path.read_bytes())
            if isinstance(told, dict):
                return told
            raise ValueError("it is no object")
        except (OSError, ValueError) as failure:
            raise ModelError(
                f"{quoted(path)} is damaged",
                hint="give --force without --resume to start anew",
            ) from failure


def _mark(*given: Any) -> str:
    return hashlib.sha256(json.dumps(given, default=list).encode()).hexdigest()


def _identity(file: str) -> list[Any]:
    """What tells that a text is the same as before, without reading it again."""
    path, member = split(file)
    try:
        status = path.stat()
    except OSError:
        # Opening it will say what is wrong.
        return [path.name, member]
    return [path.name, member, status.st_size, status.st_mtime_ns]
