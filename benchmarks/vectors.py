# SPDX-License-Identifier: Apache-2.0
"""Reading word vectors and asking them, beside gensim, faiss and pandas.

    python -m benchmarks.vectors              all of it; takes some minutes
    python -m benchmarks.vectors read ask     some parts

The parts are read, open, shipped, ask, batch and analogies.

The text is made here by a seed: 400,000 words of 50 numbers, about 174 MB, written to
the folder that BENCHMARK_FOLDER names (or a temporary one). Every measurement is a
process of its own, and those that are compared take turns. Rivals that are not
installed are left out.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.clock import machine

WORDS, DIMENSIONS, ASKED = 400_000, 50, 1000
ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS", "5"))
SECTIONS, PAIRS, SMALL_WORDS, SMALL_DIMENSIONS = 14, 30, 30_000, 150

Measured = dict[str, float]


def main(parts: Sequence[str]) -> None:
    """Print a table for each part."""
    folder = Path(os.environ.get("BENCHMARK_FOLDER") or tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    text = folder / "vectors.txt"
    if not text.exists():
        write_text(text)
    print(machine())
    for part in parts or list(PARTS):
        title, rivals = PARTS[part]
        print(f"{title}: least / median wall s, least CPU s, most MB, of {ROUNDS}")
        compare(folder, rivals)


def compare(folder: Path, rivals: Sequence[tuple[str, str, int]]) -> None:
    """Run rivals in turn, each in a process; print what they took."""
    known = [r for r in rivals if _installed(r[1])]
    found: dict[str, list[Measured]] = {label: [] for label, _, _ in known}
    for counted in range(-1, ROUNDS):
        for label, name, threads in known:
            measured = _in_a_process(folder, name, threads)
            if counted >= 0:
                found[label].append(measured)
    for label, rounds in found.items():
        walls = [each["wall"] for each in rounds]
        extra = {k: v for k, v in rounds[0].items() if k not in ("wall", "cpu", "mb")}
        print(
            f"  {label:34} {min(walls):8.4f} / {statistics.median(walls):8.4f}"
            f" {min(each['cpu'] for each in rounds):8.4f}"
            f" {max(each['mb'] for each in rounds):6.0f}   "
            + "  ".join(f"{key} {value:g}" for key, value in extra.items())
        )


def _installed(name: str) -> bool:
    return find_spec(name.partition("_")[0]) is not None or name.startswith("rnnkit")


def _in_a_process(folder: Path, name: str, threads: int) -> Measured:
    limits = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    # Our own threads share the questions; those of BLAS would only fight with them.
    blas = 1 if name == "rnnkit_batch" else threads
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.vectors", "--child", name, str(folder)],
        env=os.environ
        | dict.fromkeys(limits, str(blas))
        | {"THREADS": str(threads), "RNNKIT_CACHE": str(folder / "cache")},
        capture_output=True,
        text=True,
        check=True,
    )
    measured: Measured = json.loads(done.stdout.splitlines()[-1])
    return measured


def timed(work: Callable[[], object], repeats: int = 1) -> Measured:
    """Wall and CPU seconds of some work, the least of a few times."""
    walls, seconds = [], []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        seconds.append(time.process_time() - cpu)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return {"wall": min(walls), "cpu": min(seconds), "mb": peak}


def write_text(path: Path) -> None:
    """Make the text: seeded words and numbers of five digits, as GloVe prints them."""
    generator = np.random.default_rng(1)
    letters = np.array(list("etaoinshrdlucmfwypvbgkjqxz"))
    words: dict[str, None] = {}
    while len(words) < WORDS:
        length = int(generator.integers(2, 13))
        drawn = generator.choice(letters, (5000, length))
        words |= dict.fromkeys(map("".join, drawn.tolist()))
    shuffled = generator.permutation(list(words)[:WORDS]).tolist()
    with open(path, "w", encoding="ascii") as file:
        for word in shuffled:
            row = generator.normal(0, 0.5, DIMENSIONS).tolist()
            file.write(f"{word} {' '.join(f'{number:.5g}' for number in row)}\n")


def _threads() -> int:
    return int(os.environ["THREADS"])


# Reading the text.


def rnnkit_read(folder: Path) -> Measured:
    from rnnkit import vectors

    path = folder / "vectors.txt"
    return timed(lambda: vectors.load(path, threads=_threads(), cached=False))


def pandas_read(folder: Path) -> Measured:
    import pandas

    def read() -> object:
        table = pandas.read_csv(
            folder / "vectors.txt",
            sep=" ",
            header=None,
            quoting=3,
            na_filter=False,
            dtype={0: str} | dict.fromkeys(range(1, DIMENSIONS + 1), np.float32),
            engine="c",
        )
        return table[0].to_numpy(), table.iloc[:, 1:].to_numpy(np.float32)

    return timed(read)


def gensim_read(folder: Path) -> Measured:
    from gensim.models import KeyedVectors

    path = str(folder / "vectors.txt")
    return timed(lambda: KeyedVectors.load_word2vec_format(path, no_header=True))


# From the start of a process to the first answer, once the text was read before.


def rnnkit_open(folder: Path) -> Measured:
    path = str(folder / "vectors.txt")
    word = _a_word(folder)
    command = ["-m", "rnnkit", "similar", word, "--vectors", path]
    return _process(command, warm_up=True)


def numpy_shipped(folder: Path) -> Measured:
    return _process(["-c", "import numpy"], warm_up=True)


def rnnkit_shipped_analogy(folder: Path) -> Measured:
    command = ["-m", "rnnkit", "analogy", "italy", "italian", "spain"]
    return _process(command, warm_up=True)


def rnnkit_shipped_similar(folder: Path) -> Measured:
    return _process(["-m", "rnnkit", "similar", "coffee"], warm_up=True)


def gensim_open(folder: Path) -> Measured:
    saved = folder / "gensim.kv"
    if not saved.exists():
        _gensim(folder).save(str(saved))
    code = (
        "from gensim.models import KeyedVectors; import sys; "
        "v = KeyedVectors.load(sys.argv[1], mmap='r'); "
        "print(v.most_similar(sys.argv[2]))"
    )
    return _process(["-c", code, str(saved), _a_word(folder)], warm_up=False)


def _process(command: list[str], *, warm_up: bool) -> Measured:
    command = [sys.executable, *command]
    if warm_up:
        subprocess.run(command, check=True, capture_output=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cpu": cpu, "mb": after.ru_maxrss / 1000}


def _a_word(folder: Path) -> str:
    with open(folder / "vectors.txt", encoding="ascii") as file:
        return file.readline().split()[0]


# Asking.


def _ours(folder: Path) -> Any:
    from rnnkit import vectors

    loaded = vectors.load(folder / "vectors.txt", threads=_threads())
    loaded.norms.sum(), loaded.numbers.sum()
    return loaded


def _gensim(folder: Path) -> Any:
    from gensim.models import KeyedVectors

    ours = _ours(folder)
    theirs = KeyedVectors(DIMENSIONS)
    theirs.add_vectors(list(ours.words), np.array(ours.numbers))
    theirs.fill_norms()
    return theirs


def _asked(folder: Path) -> list[str]:
    words = _ours(folder).words
    return [words[row] for row in range(0, WORDS, WORDS // ASKED)][:ASKED]


def rnnkit_ask(folder: Path) -> Measured:
    ours, word = _ours(folder), _a_word(folder)
    return timed(lambda: ours.similar(word), repeats=30)


def gensim_ask(folder: Path) -> Measured:
    theirs, word = _gensim(folder), _a_word(folder)
    return timed(lambda: theirs.most_similar(word), repeats=30)


def _faiss(folder: Path) -> tuple[Any, Any]:
    import faiss

    faiss.omp_set_num_threads(_threads())
    ours = _ours(folder)
    unit = np.ascontiguousarray(ours.numbers * ours.inverse_norms[:, None])
    index = faiss.IndexFlatIP(DIMENSIONS)
    index.add(unit)
    return index, unit[ours.words.find_all(_asked(folder))]


def faiss_ask(folder: Path) -> Measured:
    index, queries = _faiss(folder)
    return timed(lambda: index.search(queries[:1], 11), repeats=30)


def rnnkit_batch(folder: Path) -> Measured:
    ours, words = _ours(folder), _asked(folder)
    measured = timed(lambda: ours.similar_all(words))
    if find_spec("faiss"):
        index, queries = _faiss(folder)
        ids = index.search(queries, 11)[1][:, 1:]
        rows = [[each.word for each in found] for found in ours.similar_all(words)]
        theirs = [[ours.words[row] for row in each] for each in ids.tolist()]
        same = sum(one == other for one, other in zip(rows, theirs, strict=True))
        measured["the same as faiss"] = same
    return measured


def faiss_batch(folder: Path) -> Measured:
    index, queries = _faiss(folder)
    return timed(lambda: index.search(queries, 11))


# Known analogies.


def _analogies(folder: Path) -> tuple[Path, Path]:
    """Pairs that differ by one direction a section, and noise: about half is right."""
    questions, stored = folder / "questions.txt", folder / "small.vec"
    if stored.exists():
        return questions, stored
    generator = np.random.default_rng(2)
    numbers = generator.normal(size=(SMALL_WORDS, SMALL_DIMENSIONS))
    words = [f"word{number}" for number in range(SMALL_WORDS)]
    lines = []
    for section in range(SECTIONS):
        first = 2 * PAIRS * section
        apart = generator.normal(size=SMALL_DIMENSIONS)
        pairs = [(first + 2 * n, first + 2 * n + 1) for n in range(PAIRS)]
        for a, b in pairs:
            noise = generator.normal(0, 1.3, SMALL_DIMENSIONS)
            numbers[b] = 0.6 * numbers[a] + apart + noise
        lines.append(f": section{section}")
        lines += [
            f"{words[a]} {words[b]} {words[c]} {words[d]}"
            for a, b in pairs
            for c, d in pairs
            if a != c
        ]
    questions.write_text("\n".join(lines) + "\n", encoding="ascii")
    with open(stored, "w", encoding="ascii") as file:
        file.write(f"{SMALL_WORDS} {SMALL_DIMENSIONS}\n")
        for word, row in zip(words, numbers.tolist(), strict=True):
            file.write(f"{word} {' '.join(f'{number:.5g}' for number in row)}\n")
    return questions, stored


def rnnkit_analogies(folder: Path) -> Measured:
    from rnnkit import vectors
    from rnnkit.tasks.words import evaluation

    questions, stored = _analogies(folder)
    loaded = vectors.load(stored)
    loaded.norms.sum(), loaded.words.find("word1")
    found: list[Any] = []

    def evaluate() -> None:
        file = evaluation.read_questions(str(questions))
        found[:] = evaluation.judge(loaded, file)

    measured = timed(evaluate, repeats=3)
    measured["correct"] = sum(each.correct for each in found)
    measured["answered"] = sum(each.answered for each in found)
    return measured


def gensim_analogies(folder: Path) -> Measured:
    from gensim.models import KeyedVectors

    questions, stored = _analogies(folder)
    theirs = KeyedVectors.load_word2vec_format(str(stored))
    found: list[Any] = []

    def evaluate() -> None:
        found[:] = theirs.evaluate_word_analogies(str(questions))[1]

    measured = timed(evaluate, repeats=1)
    measured["correct"] = len(found[-1]["correct"])
    measured["answered"] = measured["correct"] + len(found[-1]["incorrect"])
    return measured


PARTS: dict[str, tuple[str, list[tuple[str, str, int]]]] = {
    "read": (
        f"Reading {WORDS:,} x {DIMENSIONS} of text",
        [
            ("rnnkit, 1 thread", "rnnkit_read", 1),
            ("rnnkit, 2 threads", "rnnkit_read", 2),
            ("pandas, C engine", "pandas_read", 1),
            ("gensim", "gensim_read", 1),
        ],
    ),
    "open": (
        "Start of a process to the first answer",
        [("rnnkit similar", "rnnkit_open", 1), ("gensim, mmap", "gensim_open", 1)],
    ),
    "shipped": (
        "Start of a process to the answer of the vectors that ship",
        [
            ("NumPy's import alone", "numpy_shipped", 1),
            ("rnnkit analogy", "rnnkit_shipped_analogy", 1),
            ("rnnkit similar", "rnnkit_shipped_similar", 1),
        ],
    ),
    "ask": (
        "Ten neighbours of a word",
        [
            (f"{name}, {threads} thread(s)", f"{name}_ask", threads)
            for threads in (1, 2)
            for name in ("rnnkit", "gensim", "faiss")
        ],
    ),
    "batch": (
        f"Ten neighbours of {ASKED:,} words",
        [
            (f"{name}, {threads} thread(s)", f"{name}_batch", threads)
            for threads in (1, 2)
            for name in ("rnnkit", "faiss")
        ],
    ),
    "analogies": (
        f"{SECTIONS * PAIRS * (PAIRS - 1):,} analogies, "
        f"{SMALL_WORDS:,} x {SMALL_DIMENSIONS}",
        [("rnnkit", "rnnkit_analogies", 1), ("gensim", "gensim_analogies", 1)],
    ),
}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(globals()[sys.argv[2]](Path(sys.argv[3]))))
    else:
        main(sys.argv[1:])
