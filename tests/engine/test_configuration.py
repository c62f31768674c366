# SPDX-License-Identifier: Apache-2.0
"""Configurations survive a file, and what does not fit is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rnnkit.engine import Category, Dropout, Head, NetworkConfig, Number, Recurrence
from rnnkit.engine.configuration import from_dict, to_dict
from tests.engine.examples import CONFIGURATIONS

LETTER = Category("letter", 5, dimensions=4)
NEXT = Head("next", 5)


@pytest.mark.parametrize(
    "config",
    [
        NetworkConfig((Number("x", 3),), (NEXT,)),
        NetworkConfig(
            (Category("a", 5, dimensions=4, trainable=False), LETTER),
            (NEXT, Head("tied", 5, tied="letter")),
            Recurrence("gru", 2, 3, True),
            Dropout(0.1, 0.2, 0.3, True),
        ),
        CONFIGURATIONS["lstm 2 both, variational, attention+max"],
    ],
)
def test_a_configuration_comes_back_from_json(config: NetworkConfig) -> None:
    assert from_dict(json.loads(json.dumps(to_dict(config)))) == config


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"inputs": ()}, "at least one input"),
        ({"heads": ()}, "at least one input and one head"),
        ({"inputs": (Number("x", 0),)}, "at least 1"),
        ({"heads": (Head("next", -1),)}, "at least 1"),
        ({"recurrence": Recurrence(hidden=0)}, "at least 1"),
        ({"recurrence": Recurrence(layers=-1)}, "layers 0"),
        ({"recurrence": Recurrence("elman")}, "cell must be one of rnn, gru, lstm"),
        ({"pooling": ("median",)}, "pooling must be among last, mean"),
        ({"pooling": ("max", "max")}, "pooling is named twice"),
        ({"inputs": (LETTER, Number("letter", 2))}, "the same name"),
        ({"heads": (NEXT, NEXT)}, "the same name"),
        ({"heads": (Head("next", 5, tied="word"),)}, "'word' has no vectors"),
        (
            {"inputs": (Category("x", 5),), "heads": (Head("next", 5, tied="x"),)},
            "'x' has no vectors",
        ),
        ({"heads": (Head("next", 6, tied="letter"),)}, "5 vectors of 4"),
        (
            {
                "heads": (Head("next", 5, tied="letter"),),
                "recurrence": Recurrence(hidden=3),
            },
            "needs 5 of 3",
        ),
    ],
)
def test_what_does_not_fit_is_told(change: dict[str, Any], problem: str) -> None:
    fields: dict[str, Any] = {"inputs": (LETTER,), "heads": (NEXT,)}
    with pytest.raises(ValueError, match=problem):
        NetworkConfig(**fields | change)


@pytest.mark.parametrize(
    "change",
    [
        {"inputs": [{"kind": "sound", "name": "x", "size": 2}]},
        {"inputs": [{"name": "x", "size": 2}]},
        {"heads": [{"name": "next"}]},
        {"heads": 7},
        {"recurrence": {"cell": "lstm", "hidden": "many"}},
        {"recurrence": {"colour": "blue"}},
        {"recurrence": None},
        {"dropout": {"inputs": 2.0}},
    ],
)
def test_other_dictionaries_are_refused(change: dict[str, Any]) -> None:
    plain = to_dict(NetworkConfig((LETTER,), (NEXT,)))
    with pytest.raises(ValueError, match=r"configuration|dropout"):
        from_dict(plain | change)
    for missing in plain:
        with pytest.raises(ValueError, match=missing):
            from_dict({name: plain[name] for name in plain if name != missing})
