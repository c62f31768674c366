# SPDX-License-Identifier: Apache-2.0
"""Networks and checkpoints as files: one file holds all that is needed.

A model file holds the network's configuration and arrays, what its task needs to turn
text or notes into symbols, and how it was made. Everything is checked before it is
used: see ``files/weights.py`` for damage, and here for sense.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnkit.engine import RecurrentNetwork
from rnnkit.engine.arrays import Array
from rnnkit.engine.configuration import NetworkConfig, from_dict, to_dict
from rnnkit.engine.shapes import array_shapes
from rnnkit.errors import ModelError, printable
from rnnkit.files.weights import load_tensors, save_tensors

if TYPE_CHECKING:
    from rnnkit.engine import Trainer

LARGEST_WEIGHT = 1e9
"""Larger ones come from a training that diverged, and their sums can overflow."""

_NETWORK = "network."
_EXTRA = "extra."


@dataclass(frozen=True)
class StoredModel:
    """What a model file holds.

    Attributes:
        task: "dino", "jazz", ...
        network: with its parameters.
        codec: what the task needs to encode and decode.
        training: how the model was made: data, settings.
        metrics: how good it is.
        extra: further arrays of the task.
    """

    task: str
    network: RecurrentNetwork
    codec: Mapping[str, Any]
    training: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Array] = field(default_factory=dict)


def save_model(
    path: Path, model: StoredModel, *, force: bool = False, half: bool = False
) -> None:
    """Write a model file.

    Args:
        half: keep the weights in half precision, unless one is too large for that. The
            file is half as large, and the network speaks as before: what gets lost is
            far smaller than what one step of training changes.

    Raises:
        OutputError: it cannot be written.
    """
    arrays = model.network.tensors()
    largest = max(np.abs(array).max() for array in arrays.values())
    if half and largest < np.finfo(np.float16).max:
        arrays = {name: array.astype(np.float16) for name, array in arrays.items()}
    tensors: dict[str, Array] = {_NETWORK + name: a for name, a in arrays.items()}
    tensors |= {_EXTRA + name: array for name, array in model.extra.items()}
    metadata = {
        "kind": "model",
        "task": model.task,
        "network": to_dict(model.network.config),
        "codec": dict(model.codec),
        "training": dict(model.training),
        "metrics": dict(model.metrics),
    }
    save_tensors(path, tensors, metadata, force=force)


def load_model(path: Path, task: str) -> StoredModel:
    """Read a model file.

    Raises:
        ModelError: it cannot be read, is damaged, or is not a model for this task.
    """
    tensors, metadata = load_tensors(path)
    name = f"'{printable(path, 200)}'"
    if metadata.get("kind") == "checkpoint":
        raise ModelError(
            f"{name} is a checkpoint of an unfinished training, not a model",
            hint="finish it with the same 'rnnkit train' command and --resume",
        )
    if metadata.get("task") != task:
        raise ModelError(
            f"{name} is a model for {printable(metadata.get('task'))}, not for {task}",
            hint=f"train one with 'rnnkit train {task}', or leave out --model",
        )
    arrays, extra = _with_prefix(tensors, _NETWORK), _with_prefix(tensors, _EXTRA)
    if all(array.dtype == np.float16 for array in arrays.values()):
        arrays = {name: array.astype(np.float32) for name, array in arrays.items()}
    try:
        if len(arrays) + len(extra) < len(tensors):
            raise ValueError("it has arrays that belong to nothing")
        config = from_dict(metadata["network"])
        _check_arrays(arrays, config)
        network = RecurrentNetwork(config, dtype=next(iter(arrays.values())).dtype)
        network.load(arrays)
        return StoredModel(
            task=task,
            network=network,
            codec=dict(metadata["codec"]),
            training=dict(metadata["training"]),
            metrics=dict(metadata["metrics"]),
            extra=extra,
        )
    except (KeyError, TypeError, ValueError) as failure:
        raise ModelError(
            f"{name} does not hold a whole network: {printable(failure, 120)}",
            hint=f"train one with 'rnnkit train {task}'",
        ) from failure


def save_checkpoint(
    path: Path, trainer: Trainer, *, task: str, settings: Mapping[str, Any]
) -> None:
    """Write all that a training needs to go on, over an older checkpoint if any.

    Args:
        settings: what was asked for: resuming with others is refused.

    Raises:
        OutputError: it cannot be written.
    """
    tensors, values = trainer.checkpoint()
    metadata = {
        "kind": "checkpoint",
        "task": task,
        "settings": dict(settings),
        "trainer": values,
    }
    save_tensors(path, tensors, metadata, force=True)


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint file holds."""

    settings: Mapping[str, Any]
    tensors: Mapping[str, Array]
    trainer: Mapping[str, Any]

    def restore(self, trainer: Trainer) -> None:
        """Let a trainer go on from here.

        Raises:
            ModelError: the checkpoint was made by a training of another kind.
        """
        try:
            trainer.resume(self.tensors, self.trainer)
        except (KeyError, TypeError, ValueError) as failure:
            raise ModelError(
                f"the checkpoint does not fit this training: {printable(failure, 120)}",
                hint="give --force without --resume to start anew",
            ) from failure


def load_checkpoint(path: Path, *, task: str) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        ModelError: it cannot be read, is damaged, or is not a checkpoint of this task.
    """
    tensors, metadata = load_tensors(path)
    match metadata:
        case {
            "kind": "checkpoint",
            "task": of_task,
            "settings": dict(settings),
            "trainer": dict(trainer),
        } if of_task == task:
            return Checkpoint(settings, tensors, trainer)
    raise ModelError(
        f"'{printable(path, 200)}' is not a checkpoint of 'rnnkit train {task}'",
        hint="leave out --resume to start anew",
    )


def _check_arrays(arrays: Mapping[str, Array], config: NetworkConfig) -> None:
    """Before memory is taken: does the file hold the network that it describes."""
    if config.recurrence.layers > len(arrays):
        raise ValueError(f"it has no arrays for {config.recurrence.layers} layers")
    learnt, fixed = array_shapes(config)
    wanted = learnt | fixed
    for name in sorted(wanted.keys() | arrays.keys()):
        if name not in arrays:
            raise ValueError(f"{name} is missing")
        if name not in wanted:
            raise ValueError(f"{name} is not part of it")
        if arrays[name].shape != wanted[name]:
            raise ValueError(f"{name} is {arrays[name].shape}, not {wanted[name]}")
    types = {array.dtype for array in arrays.values()}
    if types not in ({np.dtype(np.float32)}, {np.dtype(np.float64)}):
        raise ValueError("its arrays are not all float32, or all float64")
    if max(np.abs(array).max() for array in arrays.values()) > LARGEST_WEIGHT:
        raise ValueError("its weights grew beyond all bounds")


def _with_prefix(tensors: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {
        name.removeprefix(prefix): array
        for name, array in tensors.items()
        if name.startswith(prefix)
    }
