# SPDX-License-Identifier: Apache-2.0
"""Every command there is, with something small to do, and a folder that has it all."""

from __future__ import annotations

import io
from pathlib import Path
from typing import NamedTuple

from tests import small_model, tables_of_vectors
from tests.tasks.jazz.lessons import FILE

LABELLED = """I love you,0
my love and my heart,0
pizza for dinner,4
I eat bread and cheese,4
"""
LETTER = "I love you. pizza for dinner!\nsee you\n"
QUESTIONS = ": family\nman king woman queen\nman woman king queen\n"
TEXT = ".\n".join(" ".join(small_model.NAMES[n : n + 9]) for n in range(20)) * 3


class Command(NamedTuple):
    """What is typed, and the files that it makes."""

    words: tuple[str, ...]
    makes: tuple[str, ...] = ()
    speaks: bool = True
    """Whether it has something to say on stdout."""

    @property
    def trains(self) -> bool:
        """Whether it is one of the trainings."""
        return self.words[0] == "train"


_MODEL = ("--model", "small.safetensors")
_VECTORS = ("--vectors", "v.txt")
_TINY = ("--epochs", "2", "--hidden", "4", "--seed", "1")
_JAZZ = ("--chart", "tune.txt", "--choruses", "1", "--best-of", "1", "--seed", "1")
_SHARES = ("--validation", "0.2", "--test", "0.2")


def _training(task: str, *words: str) -> Command:
    more = () if task == "vectors" else ("out.checkpoint.safetensors",)
    return Command(
        ("train", task, *words, "--out", "out.safetensors"), ("out.safetensors", *more)
    )


COMMANDS: dict[str, Command] = {
    "dino sample": Command(("dino", "sample", *_MODEL, "--seed", "1")),
    "dino complete": Command(("dino", "complete", "Ste", *_MODEL, "--seed", "1")),
    "dino score": Command(("dino", "score", "Stegosaurus", "rtxgn", *_MODEL)),
    "dino inspect": Command(
        ("dino", "inspect", "Stego", *_MODEL, "--svg", "a.svg"), ("a.svg",)
    ),
    "jazz": Command(("jazz", *_JAZZ, "--out", "solo.mid"), ("solo.mid",)),
    "jazz as pages": Command(
        ("jazz", *_JAZZ, "--html", "a.html", "--abc", "a.abc", "--musicxml", "a.xml"),
        ("a.html", "a.abc", "a.xml"),
    ),
    "jazz score": Command(("jazz", "score", "tune.mid", "--chart", "tune.txt")),
    "jazz inspect": Command(("jazz", "inspect", "tune.mid")),
    "similar": Command(("similar", "king", *_VECTORS)),
    "analogy": Command(("analogy", "man", "king", "woman", *_VECTORS)),
    "emojify": Command(("emojify", "I love you")),
    "emojify a file": Command(("emojify", "--file", "letter.txt")),
    "emojify, explained": Command(("emojify", "I love you", "--explain")),
    "vectors info": Command(("vectors", "info", "v.txt")),
    "vectors convert": Command(
        ("vectors", "convert", "v.txt", "--out", "c.safetensors"),
        ("c.safetensors",),
        speaks=False,
    ),
    "vectors evaluate": Command(("vectors", "evaluate", "questions.txt", *_VECTORS)),
    "vectors debias": Command(
        (
            *("vectors", "debias", "--pair", "man:woman", "--neutralize", "nurse"),
            *(*_VECTORS, "--out", "d.safetensors", "--seed", "1"),
        ),
        ("d.safetensors",),
    ),
    "vectors odd": Command(("vectors", "odd", "man", "king", "bread", *_VECTORS)),
    "vectors plot": Command(
        ("vectors", "plot", "man:woman", "king:queen", *_VECTORS, "--out", "p.svg"),
        ("p.svg",),
        speaks=False,
    ),
    "train dino": _training("dino", "names.txt", *_TINY),
    "train dino --text": _training(
        "dino", "--text", "text.txt", *_TINY, "--steps", "9"
    ),
    "train jazz": _training("jazz", "solos.jsonl", *_TINY, "--steps", "16", *_SHARES),
    "train emojify": _training("emojify", "mine.csv", *_VECTORS, *_TINY),
    "train emojify v2": _training(
        "emojify", "mine.csv", "--arch", "v2", *_VECTORS, *_TINY
    ),
    "train vectors": _training(
        *("vectors", "text.txt", "--dimensions", "6", "--passes", "2"),
        *("--least-count", "2", "--seed", "1"),
    ),
    "models list": Command(("models", "list")),
    "models info": Command(("models", "info", "dino")),
    "models path": Command(("models", "path", "dino")),
    "models verify": Command(("models", "verify")),
    "doctor": Command(("doctor",)),
}

TRAININGS = {name: each for name, each in COMMANDS.items() if each.trains}
WRITERS = {name: each for name, each in COMMANDS.items() if each.makes}


def furnish(folder: Path) -> Path:
    """Put into a folder what the commands read."""
    from rnnkit.cli.console import Console
    from rnnkit.cli.main import run

    small_model.train(folder)
    tables_of_vectors.write(folder / "v.txt")
    for name, text in (
        ("solos.jsonl", "\n".join(FILE) + "\n"),
        ("mine.csv", LABELLED),
        ("letter.txt", LETTER),
        ("questions.txt", QUESTIONS),
        ("text.txt", TEXT),
        ("tune.txt", "key: C\nDm7 | G7 | Cmaj7 | %\n"),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    words = ["jazz", *_JAZZ, "--out", str(folder / "tune.mid")]
    words[2] = str(folder / words[2])
    assert run(words, Console(io.StringIO(), io.StringIO(), {})) == 0
    return folder
