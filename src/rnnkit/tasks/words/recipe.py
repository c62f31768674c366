# SPDX-License-Identifier: Apache-2.0
"""What vectors are learnt from, and how: texts with weights, and settings.

A recipe is a TOML file, so that vectors can be made again:

    method = "both"
    dimensions = 200

    [[corpus]]
    name = "everyday"
    files = ["tatoeba.txt.xz"]
    weight = 6          # of its words, when the vocabulary is chosen
    glove = 2           # of its pairs, for GloVe
    svd = 2             # and for the eigenvectors; both are `weight` by default
    lines_apart = true  # each line is a text of its own
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from rnnkit.errors import InputError, did_you_mean, printable, quoted
from rnnkit.files.reading import open_regular, read_at_most

METHODS = ("glove", "svd", "both")

_LARGEST_RECIPE = 2**20
_TYPES = {"str": str, "int": int, "float": float, "bool": bool}


@dataclass(frozen=True)
class Corpus:
    """Texts that count alike.

    Attributes:
        files: texts, packed or not.
        name: what messages call them.
        weight: of their words, when the vocabulary is chosen.
        glove: of their pairs, for GloVe.
        svd: of their pairs, for the eigenvectors.
        lines_apart: whether no window reaches over the end of a line.
    """

    files: tuple[str, ...]
    name: str = ""
    weight: float = 1.0
    glove: float = 1.0
    svd: float = 1.0
    lines_apart: bool = False


@dataclass(frozen=True)
class Settings:
    """How vectors are learnt. Each is an option of `rnnkit train vectors`.

    Attributes:
        method: one of `METHODS`.
        dimensions: numbers a word gets.
        window: words to each side that a word sees.
        vocabulary: how many words, the most frequent ones.
        least_count: the lowest weighted count of a word.
        least_pairs: the lowest weighted count of a pair.
        glove_dimensions: numbers a word has in GloVe; 0: as `dimensions`.
        runs: trainings of GloVe from different starts, that are joined.
        passes: times through all pairs in each of them.
        learning_rate: of GloVe.
        x_max: the count from which on a pair counts fully in GloVe.
        svd_dimensions: eigenvectors; 0: as `dimensions`.
        svd_weight: of the eigenvectors beside GloVe, if both are joined.
        products: how often the matrix is multiplied for them.
        shift: k of the shifted mutual information.
        power: what the eigenvalues are raised to.
        remove: first directions that are taken out of the eigenvectors.
        flatten: 0 keeps the variances of the joined directions, 1 makes them equal.
        step: of the stored numbers, as a share of their root mean square.
    """

    method: str = "both"
    dimensions: int = 100
    window: int = 8
    vocabulary: int = 30_000
    least_count: float = 5.0
    least_pairs: float = 0.5
    glove_dimensions: int = 0
    runs: int = 1
    passes: int = 10
    learning_rate: float = 0.15
    x_max: float = 20.0
    svd_dimensions: int = 0
    svd_weight: float = 0.4
    products: int = 5
    shift: float = 1.0
    power: float = 0.25
    remove: int = 2
    flatten: float = 0.25
    step: float = 0.106


@dataclass(frozen=True)
class Recipe:
    """Texts and settings.

    Attributes:
        required: words that must be in if they occur `least_required` times.
    """

    corpora: tuple[Corpus, ...]
    settings: Settings = Settings()
    required: tuple[str, ...] = ()
    least_required: float = 1.0

    def told(self) -> dict[str, Any]:
        """What the finished file says about how it was made."""
        return {
            **asdict(self.settings),
            "corpora": [
                asdict(replace(c, files=tuple(Path(f).name for f in c.files)))
                for c in self.corpora
            ],
            "required": len(self.required),
        }


def read_recipe(path: Path, texts: Path | None = None) -> Recipe:
    """Read a recipe.

    Args:
        texts: the folder that its texts lie in; by default the recipe's own.

    Raises:
        InputError: it cannot be read, or says what no recipe says.
    """
    name = quoted(path)
    with open_regular(path, error=InputError, limit=_LARGEST_RECIPE) as file:
        content = read_at_most(file, _LARGEST_RECIPE)
    try:
        given = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as failure:
        raise InputError(
            f"{name} is no recipe: {printable(failure, 100)}",
            hint="write it in TOML, as docs/models/vectors.md shows",
        ) from failure
    corpora = given.pop("corpus", [])
    required = given.pop("required", [])
    least_required = given.pop("least_required", 1.0)
    if not isinstance(corpora, list) or not corpora:
        raise InputError(f"{name} names no [[corpus]]", hint=_LIKE)
    if not isinstance(required, list) or not all(isinstance(w, str) for w in required):
        raise _wrong(name, "required", required, "a list of words")
    if not _is_number(least_required):
        raise _wrong(name, "least_required", least_required, "a number")
    settings = _filled(Settings, given, name)
    folder = texts or path.parent
    return Recipe(
        corpora=tuple(_corpus(each, folder, name) for each in corpora),
        settings=settings,
        required=tuple(required),
        least_required=float(least_required),
    )


_LIKE = 'write, for each kind of text: [[corpus]], then files = ["text.txt"]'


def _corpus(given: Any, folder: Path, name: str) -> Corpus:
    match given:
        case {"files": list(files)} if files and all(isinstance(f, str) for f in files):
            rest = {key: value for key, value in given.items() if key != "files"}
        case _:
            raise InputError(f"a [[corpus]] of {name} names no files", hint=_LIKE)
    weight = rest.get("weight", 1.0)
    filled = _filled(Corpus, {"glove": weight, "svd": weight} | rest, name)
    for key in ("weight", "glove", "svd"):
        if getattr(filled, key) < 0:
            raise _wrong(name, key, getattr(filled, key), "0 or more")
    return replace(filled, files=tuple(str(folder / file) for file in files))


def _filled(kind: type[Any], given: Mapping[str, Any], name: str) -> Any:
    """An object of `kind` with what a table gives, each of the right type."""
    types = {each.name: str(each.type) for each in fields(kind)}
    values: dict[str, Any] = {"files": ()} if kind is Corpus else {}
    for key, value in given.items():
        if key not in types or key == "files":
            raise InputError(
                f"{name} says '{printable(key)}', which no recipe knows",
                hint=did_you_mean(key, types) or f"it knows {', '.join(types)}",
            )
        wanted = _TYPES[types[key]]
        if wanted is float and _is_number(value):
            value = float(value)
        if type(value) is not wanted or (wanted is float and not _is_number(value)):
            raise _wrong(name, key, value, _CALLED[wanted])
        values[key] = value
    return kind(**values)


_CALLED = {str: "a text", int: "a whole number", float: "a number", bool: "true, false"}


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _wrong(name: str, key: str, value: Any, wanted: str) -> InputError:
    return InputError(
        f"{name} gives {key} as {printable(value)}", hint=f"give {wanted}"
    )
