# SPDX-License-Identifier: Apache-2.0
"""The names of the engine are found where they stand, and only when asked for."""

from __future__ import annotations

import pytest

from rnnkit import engine


def test_every_name_is_there() -> None:
    assert dir(engine) == sorted(engine.__all__)
    for name in engine.__all__:
        assert getattr(engine, name) is not None
    assert set(engine._HOME) == set(engine.__all__)


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Transformer'"):
        getattr(engine, "Transformer")  # noqa: B009
