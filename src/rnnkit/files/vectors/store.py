# SPDX-License-Identifier: Apache-2.0
"""Our own file of vectors: opened by mapping it, whatever its size.

It is a file of `weights`: safetensors, with our entry in the header. Any safetensors
reader opens it, and `rnnkit.files.weights` checks its sha256. These arrays are in it:

    columns   (D, V) float32, float16 or int8: number after number, each of all words
    scales    (V,) float32, with int8: word i is columns[:, i] * scales[i]
    words     uint8, the UTF-8 bytes of all words, one after the other
    lengths   (V,) uint32, the bytes of each word
    norms     (V,) float32, the length of each row
    hashes    (V,) uint64, sorted, and
    rows      (V,) uint32: where each word stands (see `words`)

A question multiplies all words with one. BLAS does that two to three times as quickly
with long columns as with short rows.

Where every byte counts, two arrays stand for all of them: `packed_vectors`, int8 column
after column, deflated, all with one scale, and `packed_words`, deflated lines.

A sha256 over hundreds of megabytes would take longer than the answer. So beside it
stands a second, quicker sum, over the arrays, their names and shapes, and all that is
said about them: it cannot prove who wrote the file, but it notices a flipped bit or a
missing piece, wherever it is.
"""

from __future__ import annotations

import hashlib
import json
import math
import mmap
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import InputError, printable, quoted
from rnnkit.files import weights
from rnnkit.files.atomic import writing
from rnnkit.files.reading import open_regular
from rnnkit.files.vectors.places import LARGEST_FILE
from rnnkit.files.vectors.table import Table, norms_of, refuse_immense
from rnnkit.files.vectors.words import WordTable

TASK = "words"
KINDS = ("float32", "float16", "int8")
FORMAT = "rnnkit vectors"

_ALIGNMENT = 64
_SUM_BLOCK = 8192
"""Numbers of 64 bits in each block of the quick sum."""
_TURNED = 4096
_LARGEST_INT8 = 127
_NEW_COPY = "get a new copy of the file, or convert the vectors again"

Array = NDArray[Any]


def save(
    path: Path,
    table: Table,
    *,
    kind: str = "float32",
    packed: bool = False,
    description: Mapping[str, Any] | None = None,
    force: bool = False,
    sync: bool = True,
) -> None:
    """Write vectors as one of our files.

    Args:
        kind: what the numbers are stored as, one of `KINDS`; int8 has a scale a row.
        packed: as small as possible, int8 with one scale for all.
        description: what JSON can hold, for `Table.description`.

    Raises:
        InputError: a number is too large to measure with, or for its type.
        OutputError: the file cannot be written.
    """
    refuse_immense(table.numbers, "the table")
    told = {**(description or {}), "task": TASK, "duplicates": table.duplicates}
    told |= {"unreadable": table.unreadable}
    tensors = _packed(table, told) if packed else _plain(table, kind)
    # Large numbers first: then every array begins where its type may begin.
    order = sorted(tensors, key=lambda name: (-tensors[name].itemsize, name))
    tensors = {name: weights.as_stored(tensors[name]) for name in order}
    entry = {
        "metadata": told,
        "schema": weights.SCHEMA,
        "sha256": weights.digest_of(tensors, told),
    }
    entry["sum"] = sum_of(tensors, entry)
    header = _header(tensors, weights.canonical(entry))
    with writing(path, force=force, sync=sync) as file:
        file.write(header)
        for tensor in tensors.values():
            file.write(tensor.reshape(-1).view(np.uint8).data)


def load(path: Path, *, dimensions: int | None = None) -> Table:
    """Open a file that `save` wrote. Its arrays are mapped and cannot be written to.

    Args:
        dimensions: how many numbers of each word are wanted, from the first. Of packed
            ones no more are unpacked; others are there at once.

    Raises:
        InputError: there is no such file, it is damaged, or it is something else.
    """
    name = quoted(path)
    with open_regular(path, error=InputError, limit=LARGEST_FILE) as file:
        try:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as failure:
            raise InputError(f"{name} is empty", hint=_NEW_COPY) from failure
    tensors, told = _mapped(content, name)
    try:
        return _table(tensors, told, dimensions)
    except (KeyError, TypeError, ValueError, zlib.error) as failure:
        raise _damaged(name, "its arrays do not fit together") from failure


def _plain(table: Table, kind: str) -> dict[str, Array]:
    numbers, scales = _quantised(table.numbers, kind)
    hashes, rows = table.words.index
    norms = table.norms
    tensors: dict[str, Array] = {
        "columns": _columns(numbers),
        "words": table.words.blob,
        "lengths": np.asarray(table.words.lengths, np.uint32),
        "hashes": hashes,
        "rows": np.asarray(rows, np.uint32),
    }
    if scales is not None:
        tensors["scales"] = scales
    if norms is None or kind != "float32":
        norms = norms_of(_restored(tensors["columns"], scales))
    return {**tensors, "norms": norms}


def _quantised(
    numbers: NDArray[np.float32], kind: str
) -> tuple[Array, NDArray[np.float32] | None]:
    if kind != "int8":
        limit = float(np.finfo(kind).max)
        if kind == "float16" and np.abs(numbers).max(initial=0) > limit:
            raise InputError(
                f"some numbers are above {limit:,.0f}, the largest that float16 has",
                hint="store them as float32",
            )
        return np.asarray(numbers, kind), None
    scales = np.abs(numbers).max(axis=1, initial=0) / np.float32(_LARGEST_INT8)
    # A scale below the normal numbers would be too coarse: the codes would overflow.
    scales = np.maximum(scales, np.finfo(np.float32).tiny)
    return np.rint(numbers / scales[:, None]).astype(np.int8), scales


def _restored(
    columns: Array, scales: NDArray[np.float32] | None
) -> NDArray[np.float32]:
    """The rows of stored columns, (V, D)."""
    restored = np.asarray(columns, np.float32)
    return (restored if scales is None else restored * scales).T


def _columns(rows: Array) -> Array:
    """Rows turned, (D, V), some words at a time: all at once would miss the cache."""
    turned = np.empty(rows.shape[::-1], rows.dtype)
    for first in range(0, len(rows), _TURNED):
        turned[:, first : first + _TURNED] = rows[first : first + _TURNED].T
    return turned


def _packed(table: Table, told: dict[str, Any]) -> dict[str, Array]:
    """All numbers as int8 with one scale, so that deflate finds the common ones."""
    step = float(np.abs(table.numbers).max(initial=0)) / _LARGEST_INT8 or 1.0
    step = float(told.pop("step", step))
    codes = np.clip(np.rint(table.numbers / step), -_LARGEST_INT8, _LARGEST_INT8)
    columns = _columns(codes.astype(np.int8)).tobytes()
    told["packed"] = {"shape": list(table.numbers.shape), "step": step}
    lines = b"\n".join(table.words.raw(row) for row in range(len(table.words)))
    return {
        "packed_vectors": np.frombuffer(_deflated(columns), np.uint8),
        "packed_words": np.frombuffer(zlib.compress(lines, 9), np.uint8),
    }


def _deflated(columns: bytes) -> bytes:
    """Numbers as codes, shorter for common ones.

    They do not come again in the same order, as letters do in words: looking for that,
    as deflate does by default, makes them a tenth larger.
    """
    packer = zlib.compressobj(9, strategy=zlib.Z_HUFFMAN_ONLY)
    return packer.compress(columns) + packer.flush()


def _table(
    tensors: Mapping[str, Array], told: Mapping[str, Any], wanted: int | None
) -> Table:
    lost = int(told["duplicates"]), int(told["unreadable"])
    if "packed" in told:
        words, numbers = _unpacked(tensors, told["packed"], wanted)
        return Table(words, numbers, FORMAT, *lost, description=told)
    words = WordTable(
        tensors["words"], tensors["lengths"], (tensors["hashes"], tensors["rows"])
    )
    norms, rows = tensors["norms"], tensors["rows"]
    _, count = tensors["columns"].shape
    counts = {len(words), len(norms), len(rows), len(tensors["hashes"])}
    if counts != {count} or int(words.lengths.sum()) != len(words.blob):
        raise ValueError("the arrays have different lengths")
    if int(rows.max(initial=0)) >= max(count, 1) or not np.isfinite(norms).all():
        raise ValueError("the index points beyond the end")
    numbers = _restored(tensors["columns"], tensors.get("scales"))
    return Table(words, numbers, FORMAT, *lost, norms=norms, description=told)


def _unpacked(
    tensors: Mapping[str, Array], packed: Mapping[str, Any], wanted: int | None
) -> tuple[WordTable, NDArray[np.float32]]:
    count, dimensions = map(int, packed["shape"])
    dimensions = dimensions if wanted is None else min(wanted, dimensions)
    size = count * dimensions
    columns = zlib.decompressobj().decompress(tensors["packed_vectors"].data, size)
    codes = np.frombuffer(columns, np.int8).reshape(dimensions, count)
    # Column after column, as they come: products with a matrix are as quick that way.
    numbers = np.multiply(codes, np.float32(packed["step"]), dtype=np.float32)
    lines = zlib.decompress(tensors["packed_words"].data)
    content = np.frombuffer(lines, np.uint8)
    is_letter = content != ord("\n")
    lengths = np.diff(np.flatnonzero(~is_letter), prepend=-1, append=len(content)) - 1
    if len(lengths) != count:
        raise ValueError("there are more words than rows, or fewer")
    texts = lines.decode("utf-8", "replace").split("\n")
    return WordTable(content[is_letter], lengths, texts=texts), numbers.T


def _header(tensors: Mapping[str, Array], entry: str) -> bytes:
    names = {np.dtype(dtype): code for code, dtype in weights.TYPES.items()}
    header: dict[str, Any] = {"__metadata__": {weights.ENTRY: entry}}
    place = 0
    for name, tensor in tensors.items():
        header[name] = {
            "dtype": names[tensor.dtype.newbyteorder("=")],
            "shape": list(tensor.shape),
            "data_offsets": [place, place + tensor.nbytes],
        }
        place += tensor.nbytes
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    text += b" " * (-(len(text) + weights.LENGTH_BYTES) % _ALIGNMENT)
    return len(text).to_bytes(weights.LENGTH_BYTES, "little") + text


def _mapped(content: mmap.mmap, name: str) -> tuple[dict[str, Array], dict[str, Any]]:
    """The arrays of a file and its description, once the sum over them is right."""
    length = int.from_bytes(content[: weights.LENGTH_BYTES], "little")
    start = weights.LENGTH_BYTES + length
    if length > weights.LARGEST_HEADER or start > len(content):
        raise _damaged(name, "it ends before its header does")
    header, entry = _parsed_header(content[weights.LENGTH_BYTES : start], name)
    tensors = {}
    place = 0
    try:
        for key, view in header.items():
            dtype = np.dtype(weights.TYPES[view["dtype"]]).newbyteorder("<")
            count = math.prod(map(int, view["shape"]))
            first, last = view["data_offsets"]
            if first != place or last - first != count * dtype.itemsize:
                raise ValueError("the arrays overlap")
            array = np.frombuffer(content, dtype, count, start + first)
            tensors[key] = array.reshape(view["shape"])
            place = last
        if start + place != len(content):
            raise ValueError("there is more than the arrays, or less")
    except (KeyError, TypeError, ValueError) as failure:
        raise _damaged(name, "its header and its content do not agree") from failure
    told = entry["metadata"]
    if told.get("task") != TASK:
        raise InputError(
            f"{name} is a model for {printable(told.get('task'))}, not a file of "
            "vectors",
            hint="give a file of vectors; 'rnnkit vectors convert' makes them",
        )
    if sum_of(tensors, entry) != entry.get("sum"):
        raise _damaged(name, "its content does not match its sum")
    return tensors, told


def _parsed_header(text: bytes, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The table of arrays, and our entry."""
    try:
        header = json.loads(text)
        told = header.pop("__metadata__")[weights.ENTRY]
        entry = json.loads(told)
        if entry["schema"] > weights.SCHEMA:
            raise InputError(
                f"{name} was made by a newer rnnkit: its schema is {entry['schema']}, "
                f"and this version reads {weights.SCHEMA}",
                hint="upgrade rnnkit: pip install --upgrade rnnkit",
            )
        # What is spelled in another way than ours was changed after it was written.
        if isinstance(entry["metadata"], dict) and weights.canonical(entry) == told:
            return header, entry
        failure: Exception | None = None
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as caught:
        failure = caught
    raise InputError(
        f"{name} is a safetensors file, but no file of vectors of rnnkit, or it is "
        "damaged",
        hint="give a file that 'rnnkit vectors convert' made",
    ) from failure


def sum_of(tensors: Mapping[str, Array], entry: Mapping[str, Any]) -> str:
    """A digest of what our entry says, of the table of arrays, and of block sums.

    A block of an array counts by the sum of its whole numbers of 64 bits.
    """
    table = [[name, each.dtype.name, each.shape] for name, each in tensors.items()]
    said = {name: value for name, value in entry.items() if name != "sum"}
    digest = hashlib.sha256(weights.canonical([said, table]).encode("ascii"))
    for tensor in tensors.values():
        content = tensor.reshape(-1).view(np.uint8)
        whole = len(content) // (8 * _SUM_BLOCK) * 8 * _SUM_BLOCK
        blocks = content[:whole].view("<u8").reshape(-1, _SUM_BLOCK)
        digest.update(blocks.sum(axis=1, dtype=np.uint64).astype("<u8").tobytes())
        digest.update(content[whole:].tobytes())
    return digest.hexdigest()


def _damaged(name: str, reason: str) -> InputError:
    return InputError(f"{name} is damaged: {reason}", hint=_NEW_COPY)
