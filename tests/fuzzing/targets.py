# SPDX-License-Identifier: Apache-2.0
"""What the fuzzer feeds: a target for each group of parsers, and where it begins.

A target takes any bytes. The parser must refuse them with an `RnnkitError`, or return
something that can be trusted: what is finite, ends, and can be written and read again.
Whatever else is raised is a fault of ours. `tools/fuzz.py` looks for such bytes, guided
by coverage; `test_targets.py` feeds the seeds and everything that was ever found.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import json
import lzma
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnnkit.errors import InputError, RnnkitError
from rnnkit.files import weights
from rnnkit.files.midi import score_of
from rnnkit.files.midi_writing import midi_bytes
from rnnkit.files.vectors import store
from rnnkit.files.vectors.opening import open_vectors
from rnnkit.files.vectors.table import Table
from rnnkit.files.vectors.words import WordTable
from rnnkit.models.storage import load_checkpoint, load_model
from rnnkit.tasks.dino.model import NameModel
from rnnkit.tasks.emojify.labelled import labelled, labels_of
from rnnkit.tasks.jazz.charts import chart_of
from rnnkit.tasks.jazz.corpus import read_events
from rnnkit.tasks.jazz.hearing import hear, marked_progression
from rnnkit.tasks.jazz.progression import read_progression
from rnnkit.tasks.jazz.symbols import read_chord
from rnnkit.tasks.words.recipe import read_recipe
from tests.files.test_midi_mutations import SEEDS as MIDI

_FOLDER = Path(tempfile.gettempdir())
_HEADER = weights.LENGTH_BYTES

Seeds = Callable[[], list[bytes]]


class Target(NamedTuple):
    """A group of parsers: what to do with bytes, and bytes that mean something."""

    feed: Callable[[bytes], object]
    seeds: Seeds


def _in_a_file(data: bytes, read: Callable[[Path], Any], ending: str = "") -> Any:
    """Read bytes that lie in a file; what is mapped outlives the name of the file."""
    with tempfile.NamedTemporaryFile(dir=_FOLDER, suffix=ending) as file:
        file.write(data)
        file.flush()
        return read(Path(file.name))


def _trusted(table: Table) -> Table:
    """Hold vectors that were read to what every command relies on."""
    assert table.numbers.shape[0] == len(table.words) > 0
    assert np.isfinite(table.numbers).all()
    words = list(table.words)
    assert len(set(words)) == len(words)
    assert list(table.words.find_all(words)) == list(range(len(words)))
    return table


def vectors(data: bytes) -> None:
    """Any file of vectors: text, binary, packed, or our own."""
    try:
        table = _in_a_file(data, lambda path: open_vectors(str(path), cached=False))
    except RnnkitError:
        return
    _trusted(table)


def _mended(data: bytes, kind: str) -> bytes:
    """Put the right digest into a file, or no mutant would come past it."""
    length = int.from_bytes(data[:_HEADER], "little")
    if length > len(data):
        return data
    try:
        header = json.loads(data[_HEADER : _HEADER + length])
        entry = json.loads(header["__metadata__"][weights.ENTRY])
        told = entry["metadata"]
        content = data[_HEADER + length :]
        tensors = {
            name: np.frombuffer(
                content[slice(*view["data_offsets"])],
                np.dtype(weights.TYPES[view["dtype"]]).newbyteorder("<"),
            ).reshape(view["shape"])
            for name, view in header.items()
            if name != "__metadata__"
        }
        entry["sha256"] = weights.digest_of(tensors, told)
        if kind == "vectors":
            entry["sum"] = store.sum_of(tensors, entry)
        header["__metadata__"][weights.ENTRY] = weights.canonical(entry)
        text = json.dumps(header).encode("ascii")
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        return data
    return len(text).to_bytes(_HEADER, "little") + text + content


def own_vectors(data: bytes) -> None:
    """A file of ours, by somebody who can compute the digest."""
    try:
        path = _mended(data, "vectors")
        table = _in_a_file(path, store.load)
    except RnnkitError:
        return
    assert np.isfinite(table.numbers).all() or table.norms is not None
    assert table.numbers.shape[0] == len(table.words)
    list(table.words)


def model(data: bytes) -> None:
    """A model or a checkpoint, by somebody who can compute the digest."""
    for each in (data, _mended(data, "model")):
        for read in (
            lambda path: NameModel.load(path).score("ab"),
            lambda path: load_model(path, "dino"),
            lambda path: load_checkpoint(path, task="dino"),
        ):
            try:
                _in_a_file(each, read)
            except RnnkitError:
                continue


def midi(data: bytes) -> None:
    """A MIDI file: what is read is heard, and can be written and read again."""
    try:
        score = score_of(data)
    except InputError:
        return
    assert all(note.duration > 0 <= note.onset for note in score.notes())
    assert score.seconds() < 1e7
    again = score_of(midi_bytes(score.rescaled(24)))
    assert again.remarks == ()
    try:
        hear(score)
        marked_progression(score)
    except InputError:
        return


def chords(data: bytes) -> None:
    """A chord symbol and a progression, as somebody types them."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        chord = read_chord(text)
    except InputError:
        pass
    else:
        assert read_chord(chord.symbol) == chord
        assert {chord.root, chord.bass} <= set(range(12))
    for beats in (3, 4):
        try:
            progression = read_progression(text, beats=beats)
        except InputError:
            continue
        assert read_progression(progression.text, beats=beats) == progression


def charts(data: bytes) -> None:
    """A chart as text, ABC or MusicXML."""
    try:
        chart = chart_of(data)
    except InputError:
        return
    assert chart.progression.beats in {3, 4}
    progression = chart.progression
    assert len(progression.transposed(5)) == len(progression)
    if any(change.chord for change in progression.changes()):
        assert progression.harmony()
        again = read_progression(progression.text, beats=progression.beats)
        assert again == progression


def tables(data: bytes) -> None:
    """Sentences with labels, solos as lines of JSON, a recipe."""
    text = data.decode("utf-8", "surrogateescape")
    with suppress(InputError):
        labels_of(labelled(text.splitlines()))
    with suppress(InputError):
        for solo in read_events(text.splitlines()):
            assert len(solo.notes) > 0
    with suppress(InputError):
        _in_a_file(data, read_recipe, ".toml")


def _table() -> Table:
    numbers = np.array([[1, 0.5], [-2, 0.25], [3, 4]], np.float32)
    return Table(WordTable.of(["the", "of", "é"]), numbers, "")


def _stored(**settings: Any) -> bytes:
    with tempfile.TemporaryDirectory(dir=_FOLDER) as folder:
        path = Path(folder, "v")
        store.save(path, _table(), **settings)
        return path.read_bytes()


def _own() -> list[bytes]:
    kinds = [_stored(kind=kind) for kind in store.KINDS]
    return [*kinds, _stored(packed=True)]


def _texts() -> list[bytes]:
    text = b"the 0.5 -1.25\nof 2.0 1e-3\n. . 0 -7\n"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("v.txt", text)
    binary = b"2 2\n" + b"".join(
        word + b" " + np.array([1, 2], "<f4").tobytes() + b"\n" for word in (b"a", b"b")
    )
    packed = [gzip.compress(text, mtime=0), bz2.compress(text), lzma.compress(text)]
    return [text, b"3 2\n" + text, binary, *packed, archive.getvalue(), *_own()]


def _models() -> list[bytes]:
    from tests import small_model

    with tempfile.TemporaryDirectory(dir=_FOLDER) as name:
        folder = Path(name)
        small_model.train(folder, "--hidden", "2", "--embedding", "2", "--epochs", "1")
        return [path.read_bytes() for path in sorted(folder.glob("*.safetensors"))]


_SYMBOLS = (
    *("Dm7", "CΔ7", "G7#9b13", "Bø", "C/G", "F#m7b5", "Ebmaj9#11", "Asus4", "B°7"),
    *("Dm7 G7 | Cmaj7 | % | Em7b5 / / A7 |", "|: C :| x3", "|: C |1 G :|2 F |", "N.C."),
)

_ABC = """X:1
T:Blue
M:3/4
L:1/8
Q:1/4=120
K:Bbm
|: "Dm7"D2 [CE]>B (3ABC | "G7"z4 |1 "C"C6 :|2 "F"Z |]
"""

_XML = """<score-partwise><movement-title>Blue</movement-title><part id="P">
<measure><attributes><divisions>2</divisions><key><fifths>-3</fifths><mode>minor</mode>
</key><time><beats>4</beats><beat-type>4</beat-type></time></attributes>
<sound tempo="120"/><harmony><root><root-step>B</root-step><root-alter>-1</root-alter>
</root><kind text="7">dominant</kind><bass><bass-step>F</bass-step></bass><degree>
<degree-value>9</degree-value><degree-alter>1</degree-alter><degree-type>add</degree-type>
</degree><offset>1</offset></harmony><note><duration>8</duration></note>
<backup><duration>4</duration></backup><forward><duration>4</duration></forward>
<barline><ending number="1, 2" type="start"/><repeat direction="backward" times="2"/>
</barline></measure></part></score-partwise>
"""


def _charts() -> list[bytes]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("score.xml", _XML)
    text = "title: Blue\nkey: Bb\ntime: 3/4\ntempo: 140\n# remark\nBb7 | Eb7 | %\n"
    return [*(each.encode() for each in (text, _ABC, _XML)), archive.getvalue()]


def _tables() -> list[bytes]:
    solo = {
        "title": "Blue",
        "tempo": 120,
        "events": [[6 * n, 60 + n % 9, 6] for n in range(40)],
        "chords": [[0, 0, "maj7"], [4, 7, "7"], [40, 0, "m7"]],
    }
    recipe = (Path(__file__).parents[2] / "assets/words/recipe.toml").read_bytes()
    return [
        'I love you,❤️\n"let\'s, eat",🍴\nnone,none\n'.encode(),
        "I love you\t❤️ 😄\nfood\t🍴\n".encode(),
        (json.dumps(solo) + "\n").encode() * 2,
        recipe[:1500],
    ]


TARGETS: dict[str, Target] = {
    "vectors": Target(vectors, _texts),
    "own-vectors": Target(own_vectors, _own),
    "model": Target(model, _models),
    "midi": Target(midi, lambda: list(MIDI)),
    "chords": Target(chords, lambda: [each.encode() for each in _SYMBOLS]),
    "charts": Target(charts, _charts),
    "tables": Target(tables, _tables),
}


def name_of(data: bytes) -> str:
    """What a file with these bytes is called among the seeds and the found ones."""
    return hashlib.sha256(data).hexdigest()[:16]
