# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.engine.arrays import Array
from rnnkit.models.fingerprints import Fingerprints, Seen, fingerprint

ANY_TEXT = st.text(st.characters(codec=None), max_size=12)
"""Lone surrogates included."""


@settings(derandomize=True, deadline=None)
@given(st.lists(ANY_TEXT), ANY_TEXT)
def test_a_set_knows_what_it_holds(texts: list[str], other: str) -> None:
    known = Fingerprints(texts)
    assert all(text in known for text in texts)
    assert (other in known) == (other in texts)
    assert len(known) == len(set(texts))


@settings(derandomize=True, deadline=None)
@given(st.lists(ANY_TEXT), ANY_TEXT)
def test_a_set_comes_back_from_an_array(texts: list[str], other: str) -> None:
    array = Fingerprints(texts).to_array()
    assert array.dtype == np.uint64
    known = Fingerprints.from_array(array)
    assert all(text in known for text in texts)
    assert (other in known) == (other in texts)
    np.testing.assert_array_equal(known.to_array(), array)


def test_the_array_does_not_depend_on_the_order() -> None:
    texts = ["rex", "raptor", "stego", "rex"]
    np.testing.assert_array_equal(
        Fingerprints(texts).to_array(), Fingerprints(reversed(texts)).to_array()
    )


def test_an_empty_set() -> None:
    known = Fingerprints.from_array(Fingerprints().to_array())
    assert len(known) == 0
    assert "" not in known


@pytest.mark.parametrize(
    "array",
    [np.zeros(3), np.zeros(3, np.int64), np.zeros((3, 1), np.uint64)],
    ids=["floats", "signed", "a table"],
)
def test_other_arrays_are_refused(array: Array) -> None:
    with pytest.raises(ValueError, match="fingerprints"):
        Fingerprints.from_array(array)


def test_fingerprints_stay_the_same_from_version_to_version() -> None:
    """Model files hold them."""
    assert fingerprint("tyrannosaurus") == 0xC534587A89CCE50D
    assert fingerprint("") == 0xB4B2797457A0A6E4


@settings(derandomize=True, deadline=None)
@given(st.lists(ANY_TEXT, max_size=20))
def test_what_was_seen_is_never_new_again(texts: list[str]) -> None:
    seen = Seen()
    before: set[str] = set()
    for text in texts:
        assert seen.add(text) == (text not in before)
        before.add(text)


def test_a_hundred_thousand_are_told_apart() -> None:
    seen = Seen()
    first = [seen.add(f"name {number}") for number in range(100_000)]
    assert sum(first) >= 99_998
    assert not any(seen.add(f"name {number}") for number in range(100_000))
