# SPDX-License-Identifier: Apache-2.0
"""Every kind of file that rnnkit reads, with a bit flipped, or cut short.

Each kind keeps one of three promises. A file with a digest is REFUSED. A file that is
packed carries a sum of its content, so it is refused or gives the SAME: some bits of
such a file, such as its date, mean nothing. A text has no digest, and one flipped bit
may make another text that means something: it is refused in words or read as WELL
FORMED, which the targets of the fuzzer assert. Nothing else is ever raised.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from rnnkit.errors import RnnkitError
from rnnkit.files import assets
from rnnkit.files.text import read_lines
from rnnkit.files.vectors import cache, store
from rnnkit.files.vectors.opening import open_vectors
from rnnkit.files.vectors.table import Table
from rnnkit.files.vectors.words import WordTable
from rnnkit.files.vectors.writing import write_vectors
from rnnkit.files.weights import load_tensors
from rnnkit.models.storage import load_checkpoint
from rnnkit.tasks.dino.codec import NameCodec, clean_names
from rnnkit.tasks.dino.model import NameModel
from rnnkit.tasks.emojify.lexicon import Lexicon
from rnnkit.tasks.jazz.charts import read_chart
from rnnkit.tasks.words.evaluation import read_questions
from tests.faults.register import Tally
from tests.faults.test_midi import a_piece
from tests.fuzzing import targets

REFUSED, SAME, WELL_FORMED = "refused", "refused or the same", "refused or well formed"
Content = Any
SHIPPED = Path(__file__).parents[2] / "assets" / "manifest.json"


class Kind(NamedTuple):
    """A kind of file: a sound one, how it is read, and what is promised."""

    whole: Callable[[Path], bytes]
    read: Callable[[Path], Content]
    promise: str
    ending: str = ""


def _content(table: Table) -> Content:
    return list(table.words), table.numbers.tobytes()


def _table() -> Table:
    generator = np.random.default_rng(1)
    words = WordTable.of([f"word{number}é" for number in range(200)])
    numbers = generator.normal(size=(200, 8)).astype(np.float32)
    return Table(words, numbers, "")


def _vectors(path: Path) -> Content:
    return _content(open_vectors(str(path), cached=False))


def _written(form: str, **settings: Any) -> Callable[[Path], bytes]:
    def write(folder: Path) -> bytes:
        path = folder / "written"
        if form == "rnnkit":
            told = {"soft": {"pull": 0.25}, "licence": "free"}
            store.save(path, _table(), description=told, force=True, **settings)
        else:
            write_vectors(path, _table(), form, force=True)
        return path.read_bytes()

    return write


def _packed(pack: Callable[[bytes], bytes]) -> Callable[[Path], bytes]:
    return lambda folder: pack(_written("glove")(folder))


def _zipped(data: bytes, name: str = "v.txt") -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def _gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _trained(name: str) -> Callable[[Path], bytes]:
    def train(folder: Path) -> bytes:
        from tests import small_model

        small_model.train(folder, "--hidden", "4", "--epochs", "1", "--force")
        return (folder / name).read_bytes()

    return train


def _checkpoint(path: Path) -> Content:
    load_checkpoint(path, task="dino")
    return load_tensors(path)


def _fed(name: str) -> Callable[[Path], Content]:
    return lambda path: targets.TARGETS[name].feed(path.read_bytes())


def _seed(name: str, place: int) -> Callable[[Path], bytes]:
    return lambda folder: targets.TARGETS[name].seeds()[place]


def _mxl(path: Path) -> Content:
    return read_chart(path).progression


def _names(path: Path) -> Content:
    names = clean_names(read_lines(str(path)))
    codec = NameCodec.of(names)
    for name in names:
        assert len(codec.encode(name)) > 0


def _questions(path: Path) -> Content:
    for section in read_questions(str(path)).sections.values():
        assert all(section)


def _lexicon(path: Path) -> Content:
    assert Lexicon.parse(read_lines(str(path))).emoji


def _manifest(path: Path) -> Content:
    """The manifest of assets that are not there: each says so."""
    folder = path.parent
    (folder / "manifest.json").write_bytes(path.read_bytes())
    for asset in assets.manifest():
        told = assets.verify(asset)
        assert told is None or "\n" not in told


KINDS = {
    "model": Kind(_trained("small.safetensors"), NameModel.load, REFUSED),
    "checkpoint": Kind(_trained("small.checkpoint.safetensors"), _checkpoint, REFUSED),
    **{
        f"own vectors, {kind}": Kind(_written("rnnkit", kind=kind), _vectors, REFUSED)
        for kind in store.KINDS
    },
    "own vectors, packed": Kind(_written("rnnkit", packed=True), _vectors, REFUSED),
    "vectors .gz": Kind(_packed(_gzipped), _vectors, SAME),
    "vectors .bz2": Kind(_packed(bz2.compress), _vectors, SAME),
    "vectors .xz": Kind(_packed(lzma.compress), _vectors, SAME),
    "vectors .zip": Kind(_packed(_zipped), _vectors, SAME),
    "MusicXML .mxl": Kind(_seed("charts", 3), _mxl, SAME),
    "GloVe text": Kind(_written("glove"), _fed("vectors"), WELL_FORMED),
    "word2vec text": Kind(_written("word2vec"), _fed("vectors"), WELL_FORMED),
    "word2vec binary": Kind(_written("word2vec-binary"), _fed("vectors"), WELL_FORMED),
    "MIDI": Kind(lambda folder: a_piece(), _fed("midi"), WELL_FORMED),
    "MusicXML": Kind(_seed("charts", 2), _fed("charts"), WELL_FORMED),
    "ABC": Kind(_seed("charts", 1), _fed("charts"), WELL_FORMED),
    "chart": Kind(_seed("charts", 0), _fed("charts"), WELL_FORMED),
    "labels .csv": Kind(_seed("tables", 0), _fed("tables"), WELL_FORMED),
    "labels .tsv": Kind(_seed("tables", 1), _fed("tables"), WELL_FORMED),
    "solos .jsonl": Kind(_seed("tables", 2), _fed("tables"), WELL_FORMED),
    "recipe .toml": Kind(_seed("tables", 3), _fed("tables"), WELL_FORMED),
    "list of names": Kind(
        lambda folder: "Rex\nTyra\nStegosaurus\nBébé\n".encode(), _names, WELL_FORMED
    ),
    "questions": Kind(
        lambda folder: b": family\nman king woman queen\nman woman king queen\n",
        _questions,
        WELL_FORMED,
    ),
    "lexicon .tsv": Kind(
        lambda folder: "❤️\tlove, my heart\n⚾\tball:0.5, bat\n".encode(),
        _lexicon,
        WELL_FORMED,
    ),
    "manifest": Kind(lambda folder: SHIPPED.read_bytes(), _manifest, WELL_FORMED),
}


def flips(whole: bytes, count: int) -> Iterator[bytes]:
    """Copies with one bit flipped, half of them near the beginning, in the header."""
    chance = random.Random(1)
    near = min(len(whole), 1024)
    for number in range(count):
        data = bytearray(whole)
        place = chance.randrange(near if number % 2 else len(data))
        data[place] ^= 1 << chance.randrange(8)
        yield bytes(data)


def cuts(whole: bytes, step: int) -> Iterator[bytes]:
    """Copies that end after so many percent."""
    for percent in range(0, 100, step):
        yield whole[: len(whole) * percent // 100]


def accepted(kind: Kind, damaged: Iterator[bytes], folder: Path) -> tuple[int, int]:
    """How many damaged files there were, and how many passed against the promise."""
    path = folder / f"damaged{kind.ending}"
    whole = kind.whole(folder)
    path.write_bytes(whole)
    content = kind.read(path)
    path.unlink()
    tried = silent = 0
    for data in damaged:
        tried += 1
        # A new file each time: the last one may still be mapped.
        path.write_bytes(data)
        told = None
        try:
            found = kind.read(path)
        except RnnkitError as failure:
            told = failure
            found = None
        if told is not None:
            assert told.message
            assert "\n" not in told.message + told.hint
        else:
            same = kind.promise != REFUSED and found == content
            silent += kind.promise != WELL_FORMED and not same
        path.unlink()
    return tried, silent


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RNNKIT_ASSETS", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", KINDS)
def test_some(name: str, folder: Path, tally: Tally) -> None:
    kind = KINDS[name]
    whole = kind.whole(folder)
    for damaged in (flips(whole, 40), cuts(whole, 10)):
        tried, silent = accepted(kind, damaged, folder)
        tally(tried, silent=silent)
        assert silent == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_a_thousand_bits_and_every_percent(
    name: str, folder: Path, tally: Tally
) -> None:
    kind = KINDS[name]
    whole = kind.whole(folder)
    for damaged in (flips(whole, 1000), cuts(whole, 1)):
        tried, silent = accepted(kind, damaged, folder)
        tally(tried, silent=silent)
        assert silent == 0


@pytest.mark.parametrize("count", [30, pytest.param(1000, marks=pytest.mark.slow)])
def test_a_damaged_cache_is_made_again(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tally: Tally
) -> None:
    """The answer is that of the text, whatever became of the cache."""
    monkeypatch.setenv(cache.ENVIRONMENT_VARIABLE, str(tmp_path / "caches"))
    monkeypatch.setattr(cache, "SMALLEST", 0)
    text = tmp_path / "v.txt"
    text.write_bytes(_written("glove")(tmp_path))
    content = _content(open_vectors(str(text)))
    place = cache.place(str(text))
    assert place is not None
    whole = place.read_bytes()
    silent = 0
    damages = [*flips(whole, count), *cuts(whole, 1 if count > 100 else 10)]
    for data in damages:
        place.unlink()
        place.write_bytes(data)
        told: list[str] = []
        found = _content(open_vectors(str(text), tell=told.append))
        silent += found != content
        assert len(told) <= 1
        assert place.read_bytes() == whole
    tally(len(damages), silent=silent)
    assert silent == 0


@pytest.mark.slow
def test_a_manifest_names_every_lie(folder: Path) -> None:
    """What ships is held against the manifest: one bit of a digest is told."""
    manifest = json.loads(SHIPPED.read_bytes())
    for entry in manifest["assets"]:
        digest = entry["sha256"]
        entry["sha256"] = ("1" if digest[0] == "0" else "0") + digest[1:]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    told = [assets.verify(asset) for asset in assets.manifest()]
    assert all(told)
    assert len(told) > 3
