# SPDX-License-Identifier: Apache-2.0
"""Named arrays and their description, in one file that proves it is whole.

The file is a safetensors file: a length, a JSON header, then the bytes of the arrays.
That format runs no code and checks every offset, but it has no checksum: a flipped bit
gives other weights and no error. So a sha256 goes into the header, taken over the
names, types, shapes and bytes of all arrays and over the description. Loading takes it
again over what was really read, and compares.

The header holds one entry of ours, "rnnkit", whose value is this JSON text:

    {"metadata": {...}, "schema": 1, "sha256": "..."}

One entry, with sorted keys, because then the same arrays and the same description
give the same bytes, every time. Files of other programs are recognised by their first
bytes and refused; nothing is ever unpickled or unpacked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from rnnkit.errors import ModelError, printable, quoted
from rnnkit.files.atomic import write_bytes
from rnnkit.files.reading import (
    HEAD,
    LARGEST_FILE,
    kind_of,
    open_regular,
    read_at_most,
)

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Array = NDArray[Any]

SCHEMA = 1
"""The version of our entry in the header; a higher one is refused."""

LARGEST_HEADER = 2**24
"""Bytes of names and description; reading JSON takes a multiple of it in memory."""

ENTRY = "rnnkit"
LENGTH_BYTES = 8
_MOST_DIMENSIONS = 32

TYPES = {
    **{f"F{bits}": f"float{bits}" for bits in (16, 32, 64)},
    **{f"I{bits}": f"int{bits}" for bits in (8, 16, 32, 64)},
    **{f"U{bits}": f"uint{bits}" for bits in (8, 16, 32, 64)},
}
"""The types that may be stored: their names in the format and in NumPy."""

# Checks lengths, offsets and shapes, and cuts the file into a view for each tensor.
_cut: Callable[[bytes], list[tuple[str, dict[str, Any]]]] = safetensors.deserialize

_NEW_COPY = "get a new copy of the file, or train the model again (rnnkit train -h)"
_OUR_FILES = "give a file that 'rnnkit train' made"


def save_tensors(
    path: Path,
    tensors: Mapping[str, Array],
    metadata: Mapping[str, Any],
    *,
    force: bool = False,
) -> None:
    """Write arrays and their description to one file.

    Args:
        tensors: any shapes; float16, float32, float64 or integers; all values finite.
        metadata: what JSON can hold: texts, finite numbers, true, false, null, lists,
            and dictionaries with texts as keys. Tuples come back as lists.
        force: replace the file if it exists.

    Raises:
        ModelError: an array or the description cannot be stored.
        OutputError: the file cannot be written.
    """
    for name, tensor in tensors.items():
        _refuse_unstorable(name, tensor)
    ordered = {name: as_stored(tensors[name]) for name in sorted(tensors)}
    try:
        _refuse_other_keys(dict(metadata))
        digest = digest_of(ordered, metadata)
        entry = canonical(
            {"metadata": dict(metadata), "schema": SCHEMA, "sha256": digest}
        )
    except (TypeError, ValueError, RecursionError) as failure:
        raise ModelError(
            f"the description of the model cannot be saved: {printable(failure)}",
            hint="use texts, finite numbers, lists, and dictionaries with text keys",
        ) from failure
    data = safetensors.numpy.save(ordered, metadata={ENTRY: entry})
    header = int.from_bytes(data[:LENGTH_BYTES], "little")
    if header > LARGEST_HEADER or len(data) > LARGEST_FILE:
        raise ModelError(
            f"the model is too large to save: {len(data):,} bytes, of which "
            f"{header:,} are names and description",
            hint="use fewer hidden units or a smaller vocabulary",
        )
    write_bytes(path, data, force=force)


def load_tensors(
    path: Path | Traversable,
) -> tuple[dict[str, Array], dict[str, Any]]:
    """Return the arrays, sorted by name and writable, and the description.

    Everything is checked before an array is built, and the digest before one is given
    away. What is returned is exactly what `save_tensors` was given.

    Raises:
        ModelError: there is no such file, it cannot be read, it is damaged, or it is
            of another program or of a newer rnnkit.
    """
    name = quoted(path)
    data = _read(path, name)
    try:
        views = dict(sorted(_cut(data), key=itemgetter(0)))
    except safetensors.SafetensorError as failure:
        raise ModelError(
            f"{name} is damaged: its header and its content do not agree",
            hint=_NEW_COPY,
        ) from failure
    entry = _entry(data, name, list(views))
    tensors = {tensor: _array(view, tensor, name) for tensor, view in views.items()}
    if digest_of(tensors, entry["metadata"]) != entry["sha256"]:
        raise ModelError(
            f"{name} is damaged: its content does not match its digest", hint=_NEW_COPY
        )
    for tensor, array in tensors.items():
        if not _is_finite(array):
            raise ModelError(
                f"{name} holds values in {quoted(tensor)} that are not finite",
                hint="train the model again with a lower learning rate",
            )
    return tensors, entry["metadata"]


def _read(path: Path | Traversable, name: str) -> bytes:
    """Read the file, unless its first bytes say that it is not ours."""
    if isinstance(path, Path):
        with open_regular(path, error=ModelError) as file:
            return _read_all(file, name)
    try:
        with path.open("rb") as file:
            return _read_all(file, name)
    except (OSError, KeyError) as failure:
        raise ModelError(
            f"cannot read {name}", hint="install rnnkit again"
        ) from failure


def _read_all(file: IO[bytes], name: str) -> bytes:
    head = file.read(HEAD)
    kind = kind_of(head)
    if kind and kind != "a safetensors file":
        raise ModelError(f"{name} is {kind}, not a model of rnnkit", hint=_OUR_FILES)
    header = int.from_bytes(head[:LENGTH_BYTES], "little")
    if len(head) <= LENGTH_BYTES or head[LENGTH_BYTES : LENGTH_BYTES + 1] != b"{":
        raise ModelError(f"{name} is not a model of rnnkit", hint=_OUR_FILES)
    if header > LARGEST_HEADER:
        raise ModelError(
            f"{name} is damaged: its header claims {header:,} bytes, and at most "
            f"{LARGEST_HEADER:,} are allowed",
            hint=_NEW_COPY,
        )
    return head + read_at_most(file, LARGEST_FILE - len(head))


def _entry(data: bytes, name: str, tensors: list[str]) -> dict[str, Any]:
    """Return our entry in the header, which safetensors has found to be sound."""
    header = int.from_bytes(data[:LENGTH_BYTES], "little")
    try:
        fields = json.loads(data[LENGTH_BYTES : LENGTH_BYTES + header])
        text = (fields.get("__metadata__") or {}).get(ENTRY)
        entry: Any = json.loads(text) if text is not None else None
    except (ValueError, RecursionError) as failure:
        raise ModelError(
            f"{name} is damaged: its description cannot be read", hint=_NEW_COPY
        ) from failure
    if text is None:
        some = printable(", ".join(tensors)) or "no tensors"
        raise ModelError(
            f"{name} is a safetensors file of another program: it holds {some}",
            hint=_OUR_FILES,
        )
    match entry:
        case {"schema": int(schema)} if schema > SCHEMA:
            raise ModelError(
                f"{name} was made by a newer rnnkit: its schema is {schema}, and this "
                f"version reads {SCHEMA}",
                hint="upgrade rnnkit: pip install --upgrade rnnkit",
            )
        case {"metadata": dict(), "schema": 1, "sha256": str()} if _is_canonical(
            entry, text
        ):
            return dict(entry)
    raise ModelError(
        f"{name} is damaged: its description is not as it was saved", hint=_NEW_COPY
    )


def _array(view: Mapping[str, Any], tensor: str, name: str) -> Array:
    """Build one array on the bytes that safetensors cut out, once its type is known."""
    kind, shape = view["dtype"], view["shape"]
    if kind not in TYPES or len(shape) > _MOST_DIMENSIONS:
        raise ModelError(
            f"{name} holds {quoted(tensor)} of type {printable(kind)} with "
            f"{len(shape)} dimensions, which rnnkit does not use",
            hint=_OUR_FILES,
        )
    stored = np.dtype(TYPES[kind]).newbyteorder("<")
    try:
        array = np.frombuffer(view["data"], dtype=stored).reshape(shape)
    except ValueError as failure:
        # An empty array may claim a side of any length.
        raise ModelError(
            f"{name} is damaged: {quoted(tensor)} cannot have the shape "
            f"{printable(shape)}",
            hint=_NEW_COPY,
        ) from failure
    return array.astype(stored.newbyteorder("="), copy=False)


def digest_of(tensors: Mapping[str, Array], metadata: Mapping[str, Any]) -> str:
    """Return the sha256 of the description, the table of arrays, and their bytes.

    The table comes first and fixes how many bytes each array has, so no two different
    contents are the same stream of bytes.
    """
    table = [
        [name, tensors[name].dtype.name, list(tensors[name].shape)]
        for name in sorted(tensors)
    ]
    text = canonical({"metadata": dict(metadata), "tensors": table})
    digest = hashlib.sha256(text.encode("ascii"))
    for name in sorted(tensors):
        digest.update(as_stored(tensors[name]).reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def as_stored(tensor: Array) -> Array:
    """Return the array as it lies in the file: row by row, little-endian."""
    return np.asarray(tensor, dtype=tensor.dtype.newbyteorder("<"), order="C")


def canonical(value: Any) -> str:
    """Return the one JSON text that stands for `value`."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _is_canonical(value: Any, text: str) -> bool:
    try:
        return canonical(value) == text
    except ValueError:
        return False


def _is_finite(tensor: Array) -> bool:
    return tensor.dtype.kind != "f" or bool(np.isfinite(tensor).all())


def _refuse_unstorable(name: str, tensor: Array) -> None:
    if name == "__metadata__" or not name.isascii() or not name.isprintable():
        raise ModelError(
            f"a tensor cannot have the name {quoted(name)}",
            hint="use ASCII letters, digits, dots and underscores",
        )
    if tensor.dtype.name not in TYPES.values():
        raise ModelError(
            f"tensor '{name}' has the type {tensor.dtype.name}, which cannot be saved",
            hint="use float16, float32, float64 or integers",
        )
    if tensor.ndim > _MOST_DIMENSIONS:
        raise ModelError(
            f"tensor '{name}' has {tensor.ndim} dimensions",
            hint=f"use at most {_MOST_DIMENSIONS}",
        )
    if not _is_finite(tensor):
        raise ModelError(
            f"tensor '{name}' holds values that are not finite",
            hint="train again with a lower learning rate",
        )


def _refuse_other_keys(value: Any) -> None:
    """JSON would turn a number that is a key into text without a word."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"the key {key!r} is not text")
            _refuse_other_keys(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_other_keys(item)
