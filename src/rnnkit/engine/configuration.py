# SPDX-License-Identifier: Apache-2.0
"""What a network reads, what lies between, and what it says: plain data.

A configuration can be written into a file and read back: :func:`to_dict` and
:func:`from_dict`. Together with the parameters it is the whole network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from rnnkit.engine import pooling
from rnnkit.engine.cells import CELLS
from rnnkit.engine.stack import Dropout


@dataclass(frozen=True)
class Category:
    """An input that is one of several symbols: a character, a note, a word.

    Attributes:
        name: how batches call it.
        size: how many symbols there are, V.
        dimensions: numbers a symbol is turned into, E; 0 for one-hot vectors, which
            are nothing to learn.
        trainable: False keeps the vectors as they are (``vectors=`` of the network).
    """

    name: str
    size: int
    dimensions: int = 0
    trainable: bool = True

    @property
    def width(self) -> int:
        """Numbers a step that this input brings."""
        return self.dimensions or self.size

    @property
    def learns(self) -> bool:
        """Whether its vectors are parameters."""
        return self.trainable and self.dimensions > 0


@dataclass(frozen=True)
class Number:
    """An input of real numbers, given as they are: a word vector, a position.

    Attributes:
        name: how batches call it.
        size: how many numbers a step, D.
    """

    name: str
    size: int

    @property
    def width(self) -> int:
        """Numbers a step that this input brings."""
        return self.size


Input: TypeAlias = Category | Number


@dataclass(frozen=True)
class Frame:
    """Where a head's symbols are counted from, besides zero: see ``heads.py``.

    Attributes:
        origin: how batches call the symbol that is its zero, among their inputs.
        size: marks of its circle, S.
    """

    origin: str
    size: int


@dataclass(frozen=True)
class Head:
    """An output: a distribution over symbols.

    Attributes:
        name: how batches call its targets.
        size: how many symbols there are, V.
        tied: the name of a category input whose vectors are also the weights of this
            head (Press & Wolf, 2017); what the network says must be as wide as they.
        frames: other ways to count its symbols, if they lie on a line.
    """

    name: str
    size: int
    tied: str | None = None
    frames: Sequence[Frame] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "frames", tuple(self.frames))


@dataclass(frozen=True)
class Recurrence:
    """The recurrent part.

    Attributes:
        cell: "rnn", "gru" or "lstm".
        hidden: units of one direction of a layer, H.
        layers: how many layers; 0: what is read is handed on as it is.
        bidirectional: read in both directions of time.
    """

    cell: str = "lstm"
    hidden: int = 64
    layers: int = 1
    bidirectional: bool = False

    @property
    def width(self) -> int:
        """Numbers a step that the last layer says."""
        return self.hidden * (2 if self.bidirectional else 1)


@dataclass(frozen=True)
class NetworkConfig:
    """A whole network.

    Attributes:
        inputs: read side by side at every step.
        heads: all read the same vector.
        recurrence: the recurrent part.
        dropout: what is silenced while training.
        pooling: empty: the heads speak at every step; else kinds of
            ``pooling.KINDS``, side by side: the heads speak once a sequence.

    Raises:
        ValueError: something does not fit; the message says what.
    """

    inputs: Sequence[Input]
    heads: Sequence[Head]
    recurrence: Recurrence = field(default_factory=Recurrence)
    dropout: Dropout = field(default_factory=Dropout)
    pooling: Sequence[str] = ()

    def __post_init__(self) -> None:
        # Lists are what people type and what JSON gives; tuples can be compared.
        for name in ("inputs", "heads", "pooling"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        recurrence = self.recurrence
        if not self.inputs or not self.heads:
            raise ValueError("a network needs at least one input and one head")
        frames = [frame for head in self.heads for frame in head.frames]
        sizes = [part.size for part in (*self.inputs, *self.heads, *frames)]
        if min(*sizes, recurrence.hidden) < 1 or recurrence.layers < 0:
            raise ValueError("sizes and hidden units must be at least 1, layers 0")
        if recurrence.cell not in CELLS:
            raise ValueError(f"cell must be one of {', '.join(CELLS)}")
        for kind in self.pooling:
            if kind not in pooling.KINDS:
                raise ValueError(f"pooling must be among {', '.join(pooling.KINDS)}")
        if len(set(self.pooling)) < len(self.pooling):
            raise ValueError("a kind of pooling is named twice")
        for parts in (self.inputs, self.heads):
            if len({part.name for part in parts}) < len(parts):
                raise ValueError("two inputs, or two heads, have the same name")
        for head in self.heads:
            if head.tied is not None:
                self._check_tie(head)
            self._check_frames(head)

    @property
    def input_width(self) -> int:
        """Numbers a step that the first layer reads."""
        return sum(part.width for part in self.inputs)

    @property
    def step_width(self) -> int:
        """Numbers that the recurrent part says at each step."""
        return self.recurrence.width if self.recurrence.layers else self.input_width

    @property
    def head_width(self) -> int:
        """Numbers that each head reads."""
        return self.step_width * max(1, len(self.pooling))

    def _check_frames(self, head: Head) -> None:
        if len({frame.origin for frame in head.frames}) < len(head.frames):
            raise ValueError(f"two frames of {head.name!r} have the same origin")
        if head.frames and self.pooling:
            raise ValueError("a network that pools has no place for frames")

    def _check_tie(self, head: Head) -> None:
        tied = next((part for part in self.inputs if part.name == head.tied), None)
        if not isinstance(tied, Category) or not tied.learns:
            raise ValueError(f"{head.tied!r} has no vectors that a head could share")
        if (tied.size, tied.dimensions) != (head.size, self.head_width):
            raise ValueError(
                f"tied weights: {tied.name!r} has {tied.size} vectors of "
                f"{tied.dimensions}, {head.name!r} needs {head.size} of "
                f"{self.head_width}"
            )


def to_dict(config: NetworkConfig) -> dict[str, Any]:
    """The configuration as dictionaries and lists that JSON can hold."""
    plain = asdict(config)
    plain["inputs"] = [
        {"kind": "category" if isinstance(part, Category) else "number", **asdict(part)}
        for part in config.inputs
    ]
    plain["heads"] = [
        {name: value for name, value in head.items() if name != "frames" or value}
        for head in plain["heads"]
    ]
    plain["pooling"] = list(plain["pooling"])
    return plain


def from_dict(plain: Mapping[str, Any]) -> NetworkConfig:
    """Undo :func:`to_dict`.

    Raises:
        ValueError: the dictionary is not such a configuration.
    """
    kinds: dict[str, Any] = {"category": Category, "number": Number}
    try:
        inputs = []
        for part in plain["inputs"]:
            fields = dict(part)
            inputs.append(kinds[fields.pop("kind")](**fields))
        return NetworkConfig(
            inputs=tuple(inputs),
            heads=tuple(_head(head) for head in plain["heads"]),
            recurrence=Recurrence(**plain["recurrence"]),
            dropout=Dropout(**plain["dropout"]),
            pooling=tuple(plain["pooling"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a network's configuration: {error}") from error


def _head(plain: Mapping[str, Any]) -> Head:
    fields = dict(plain)
    # Plain heads are written without frames.
    frames = [Frame(**frame) for frame in fields.pop("frames", ())]
    return Head(**fields, frames=frames)
