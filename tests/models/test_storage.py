# SPDX-License-Identifier: Apache-2.0
"""What a model file promises, with the smallest networks that can be stored."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from rnnkit.engine import (
    CELLS,
    Adam,
    Batch,
    Category,
    Head,
    NetworkConfig,
    Packing,
    Recurrence,
    RecurrentNetwork,
    Trainer,
    TrainingSettings,
)
from rnnkit.engine.arrays import Array
from rnnkit.errors import ModelError, OutputError
from rnnkit.files.weights import load_tensors, save_tensors
from rnnkit.models.storage import (
    StoredModel,
    load_checkpoint,
    load_model,
    save_checkpoint,
    save_model,
)

CONFIG = NetworkConfig(
    inputs=(
        Category("letter", 5, dimensions=2),
        Category("word", 3, dimensions=2, trainable=False),
    ),
    heads=(Head("next", 5),),
    recurrence=Recurrence("lstm", hidden=3),
)
Tensors = dict[str, Array]


def network(
    config: NetworkConfig = CONFIG, dtype: type[Any] = np.float32
) -> RecurrentNetwork:
    return RecurrentNetwork(config, generator=np.random.default_rng(1), dtype=dtype)


def model(**changes: Any) -> StoredModel:
    whole = StoredModel(
        task="dino",
        network=network(),
        codec={"alphabet": "aéж龍", "casing": "title"},
        training={"seed": 1, "names": {"train": 9}},
        metrics={"loss": 1.5, "test": None},
        extra={"known": np.array([3, 2**64 - 1], np.uint64)},
    )
    return replace(whole, **changes)


def trainer() -> Trainer:
    letters = np.array([1, 2, 3, 4])
    batch = Batch(
        inputs={"letter": letters, "word": letters % 3},
        targets={"next": letters},
        packing=Packing.of([4]),
    )
    taught = network()
    return Trainer(
        taught,
        Adam(taught.parameters),
        TrainingSettings(epochs=2),
        batches=lambda epoch: [batch, batch],
        validation=[batch],
        generator=np.random.default_rng(2),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "m.safetensors"


def changed(path: Path, change: Callable[[Tensors, dict[str, Any]], object]) -> Path:
    """Change what a file holds, and sign it anew: only its sense is wrong now."""
    tensors, metadata = load_tensors(path)
    change(tensors, metadata)
    save_tensors(path, tensors, metadata, force=True)
    return path


# What is saved comes back


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("cell", CELLS)
def test_a_model_comes_back_as_it_was(path: Path, cell: str, dtype: type[Any]) -> None:
    config = replace(CONFIG, recurrence=Recurrence(cell, 3, layers=2))
    saved = model(network=network(config, dtype))
    save_model(path, saved)
    loaded = load_model(path, "dino")
    assert loaded.network.config == config
    assert loaded.network.dtype == dtype
    tensors = loaded.network.tensors()
    assert list(tensors) == list(saved.network.tensors())
    for name, tensor in saved.network.tensors().items():
        np.testing.assert_array_equal(tensors[name], tensor, strict=True)
    assert (loaded.task, loaded.codec) == (saved.task, saved.codec)
    assert (loaded.training, loaded.metrics) == (saved.training, saved.metrics)
    np.testing.assert_array_equal(loaded.extra["known"], saved.extra["known"])


def test_saved_twice_it_is_the_same_file(tmp_path: Path) -> None:
    first, second, again = (tmp_path / name for name in ("1", "2", "3"))
    save_model(first, model())
    save_model(second, model())
    save_model(again, load_model(first, "dino"))
    assert first.read_bytes() == second.read_bytes() == again.read_bytes()


def test_nothing_is_replaced_unless_it_is_wanted(path: Path) -> None:
    save_model(path, model())
    other = model(metrics={"loss": 1.0})
    with pytest.raises(OutputError, match="exists"):
        save_model(path, other)
    assert load_model(path, "dino").metrics["loss"] == 1.5
    save_model(path, other, force=True)
    assert load_model(path, "dino").metrics["loss"] == 1.0


# What makes no sense is refused

REPLACED: dict[str, Callable[[Tensors], Array]] = {
    "transposed": lambda t: t["network.head.next.weight"].T.copy(),
    "longer": lambda t: np.zeros((6, 3), np.float32),
    "flat": lambda t: t["network.head.next.weight"].ravel(),
    "of other precision": lambda t: t["network.head.next.weight"].astype(np.float64),
}


@pytest.mark.parametrize("replaced", REPLACED.values(), ids=REPLACED)
def test_an_array_that_does_not_fit(
    path: Path, replaced: Callable[[Tensors], Array]
) -> None:
    def change(tensors: Tensors, metadata: dict[str, Any]) -> None:
        tensors["network.head.next.weight"] = replaced(tensors)

    save_model(path, model())
    with pytest.raises(ModelError, match="does not hold a whole network"):
        load_model(changed(path, change), "dino")


@pytest.mark.parametrize(
    "name",
    [
        "network.head.next.bias",
        "network.input.letter.vectors",
        "network.input.word.vectors",
        "network.stack.weight_hh_l0",
    ],
)
def test_an_array_that_is_missing(path: Path, name: str) -> None:
    save_model(path, model())
    with pytest.raises(ModelError, match=name.removeprefix("network.")):
        load_model(changed(path, lambda tensors, _: tensors.pop(name)), "dino")


@pytest.mark.parametrize("name", ["network.stack.weight_hh_l1", "network.x", "stray"])
def test_an_array_too_many(path: Path, name: str) -> None:
    def change(tensors: Tensors, metadata: dict[str, Any]) -> None:
        tensors[name] = np.zeros(3, np.float32)

    save_model(path, model())
    with pytest.raises(ModelError, match="does not hold a whole network"):
        load_model(changed(path, change), "dino")


def test_weights_in_half_precision(path: Path) -> None:
    given = model()
    save_model(path, given, half=True)
    for name, array in load_model(path, "dino").network.tensors().items():
        assert array.dtype == np.float32
        assert np.allclose(array, given.network.tensors()[name], rtol=1e-3, atol=1e-6)
    half = path.stat().st_size
    save_model(path, given, force=True)
    assert half < path.stat().st_size


def test_weights_too_large_for_half_precision_are_kept(path: Path) -> None:
    given = model()
    given.network.parameters.values[0] = 1e5
    save_model(path, given, half=True)
    assert load_model(path, "dino").network.parameters.values[0] == 1e5


def test_a_network_of_other_numbers(path: Path) -> None:
    def change(tensors: Tensors, metadata: dict[str, Any]) -> None:
        for name in tensors.keys() - {"extra.known"}:
            tensors[name] = tensors[name].astype(np.int32)

    save_model(path, model())
    with pytest.raises(ModelError, match="not all float32, or all float64"):
        load_model(changed(path, change), "dino")


def peak_of_loading(path: Path) -> tuple[str, int]:
    """Why a file is refused, and how many bytes were taken until then."""
    refusal = ""
    tracemalloc.start()
    try:
        load_model(path, "dino")
    except ModelError as failure:
        refusal = failure.message
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return refusal, peak


LIES: dict[str, Callable[[dict[str, Any]], None]] = {
    "hidden": lambda config: config["recurrence"].update(hidden=10**9),
    "beyond all numbers": lambda config: config["recurrence"].update(hidden=10**99),
    "layers": lambda config: config["recurrence"].update(layers=10**9),
    "symbols": lambda config: config["inputs"][0].update(size=10**9),
    "one-hot": lambda config: config["inputs"][0].update(size=10**9, dimensions=0),
    "dimensions": lambda config: config["inputs"][0].update(dimensions=10**9),
    "targets": lambda config: config["heads"][0].update(size=10**9),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_sizes_that_lie_are_found_before_memory_is_taken(
    path: Path, lie: Callable[[dict[str, Any]], None]
) -> None:
    save_model(path, model())
    _, usual = peak_of_loading(path)
    changed(path, lambda _, metadata: lie(metadata["network"]))
    refusal, peak = peak_of_loading(path)
    assert "does not hold a whole network" in refusal
    assert peak < usual + 2**20


NONSENSE: dict[str, Any] = {
    "no network": lambda m: m.pop("network"),
    "null": lambda m: m.update(network=None),
    "a list": lambda m: m.update(network=[1, 2]),
    "no inputs": lambda m: m["network"].update(inputs=[]),
    "an input of no kind": lambda m: m["network"]["inputs"][0].pop("kind"),
    "an input of another kind": lambda m: m["network"]["inputs"][0].update(kind="x"),
    "an input that is a text": lambda m: m["network"].update(inputs=["letter"]),
    "an unknown cell": lambda m: m["network"]["recurrence"].update(cell="mystery"),
    "a cell that is a list": lambda m: m["network"]["recurrence"].update(cell=[]),
    "a text as size": lambda m: m["network"]["recurrence"].update(hidden="3"),
    "half a unit": lambda m: m["network"]["recurrence"].update(hidden=3.5),
    "no units": lambda m: m["network"]["recurrence"].update(hidden=0),
    "negative units": lambda m: m["network"]["recurrence"].update(hidden=-3),
    "an unknown setting": lambda m: m["network"]["recurrence"].update(colour=1),
    "too much dropout": lambda m: m["network"]["dropout"].update(inputs=1.5),
    "unknown pooling": lambda m: m["network"].update(pooling=["best"]),
    "other pooling": lambda m: m["network"].update(pooling=["attention"]),
    "no codec": lambda m: m.pop("codec"),
    "a codec of nothing": lambda m: m.update(codec=None),
    "a codec that is a text": lambda m: m.update(codec="abc"),
    "a training that is a number": lambda m: m.update(training=7),
    "no metrics": lambda m: m.pop("metrics"),
}


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE)
def test_a_description_that_makes_no_sense(
    path: Path, nonsense: Callable[[dict[str, Any]], None]
) -> None:
    save_model(path, model())
    with pytest.raises(ModelError) as caught:
        load_model(changed(path, lambda _, metadata: nonsense(metadata)), "dino")
    assert "m.safetensors" in caught.value.message
    assert "rnnkit train dino" in caught.value.hint


def test_a_model_for_something_else(path: Path) -> None:
    save_model(path, model(task="jazz"))
    with pytest.raises(ModelError, match="a model for jazz, not for dino") as caught:
        load_model(path, "dino")
    assert "rnnkit train dino" in caught.value.hint


def test_a_model_of_a_newer_rnnkit(path: Path) -> None:
    entry = json.dumps({"schema": 2, "surprise": "new"})
    data = safetensors.numpy.save({"a": np.zeros(2)}, {"rnnkit": entry})
    path.write_bytes(data)
    with pytest.raises(ModelError, match="newer rnnkit"):
        load_model(path, "dino")


# Checkpoints


def test_a_checkpoint_comes_back_as_it_was(path: Path) -> None:
    stopped = trainer()
    events = stopped.run()
    next(events)
    save_checkpoint(path, stopped, task="dino", settings={"seed": 1, "cell": "lstm"})
    loaded = load_checkpoint(path, task="dino")
    assert loaded.settings == {"seed": 1, "cell": "lstm"}
    resumed = trainer()
    resumed.resume(loaded.tensors, loaded.trainer)
    assert list(resumed.run()) == list(events)
    np.testing.assert_array_equal(
        resumed.network.parameters.values, stopped.network.parameters.values
    )


def test_a_checkpoint_replaces_the_one_before(path: Path) -> None:
    taught = trainer()
    for _ in taught.run():
        save_checkpoint(path, taught, task="dino", settings={})
        assert load_checkpoint(path, task="dino").trainer["epoch"] == taught.epoch
    assert taught.epoch == 2


def test_a_checkpoint_is_not_a_model(path: Path) -> None:
    save_checkpoint(path, trainer(), task="dino", settings={})
    with pytest.raises(ModelError, match="checkpoint of an unfinished") as caught:
        load_model(path, "dino")
    assert "--resume" in caught.value.hint


def test_a_model_is_not_a_checkpoint(path: Path) -> None:
    save_model(path, model())
    with pytest.raises(ModelError, match="not a checkpoint of 'rnnkit train dino'"):
        load_checkpoint(path, task="dino")


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.update(task="jazz"),
        lambda m: m.pop("task"),
        lambda m: m.pop("settings"),
        lambda m: m.update(trainer=None),
    ],
)
def test_a_checkpoint_of_something_else(
    path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    save_checkpoint(path, trainer(), task="dino", settings={})
    changed(path, lambda _, metadata: change(metadata))
    with pytest.raises(ModelError, match="not a checkpoint of") as caught:
        load_checkpoint(path, task="dino")
    assert "--resume" in caught.value.hint
