# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from rnnkit.errors import UsageError
from rnnkit.tasks.jazz.forms import FORMS, form_named, progression_of, read_key

LENGTHS = {
    "blues": 12,
    "minor-blues": 12,
    "rhythm": 32,
    "ii-V-I": 8,
    "bird-blues": 12,
    "modal": 32,
    "waltz": 16,
    "keys": 48,
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_has_its_length_in_every_key(name: str) -> None:
    for key in ("C", "Db", "F#", "A"):
        assert len(progression_of(name, key)) == LENGTHS[name]


def test_a_form_is_transposed_and_spelled_as_its_key() -> None:
    assert progression_of("blues").text.startswith("Bb7 | Eb7 | Bb7 | Fm7 Bb7")
    assert progression_of("blues", "E").text.startswith("E7 | A7 | E7 | Bm7 E7")
    assert progression_of("modal").bars[16][0].chord.symbol == "Ebm7"  # type: ignore[union-attr]
    assert progression_of("waltz").beats == 3


def test_all_twelve_keys_come_once() -> None:
    roots = [
        bar[0].chord.root for bar in progression_of("keys").bars[2::4] if bar[0].chord
    ]
    assert sorted(roots) == list(range(12))


@pytest.mark.parametrize(
    ("text", "key"),
    [("Bb", ("Bb", False)), ("f#m", ("F#", True)), ("C minor", ("C", True)),
     ("e♭", ("Eb", False)), ("A major", ("A", False))],
)  # fmt: skip
def test_keys_are_read(text: str, key: tuple[str, bool]) -> None:
    assert read_key(text) == key


def test_names_are_forgiving_but_not_silent() -> None:
    assert form_named("II-V-I") is FORMS["ii-V-I"]
    with pytest.raises(UsageError, match="no form is called 'blue'") as failure:
        form_named("blue")
    assert "'blues'" in failure.value.hint
    with pytest.raises(UsageError, match="'H' is no key"):
        progression_of("blues", "H")
    with pytest.raises(UsageError, match="is minor"):
        progression_of("blues", "Cm")
    assert progression_of("minor-blues", "G") == progression_of("minor-blues", "Gm")
