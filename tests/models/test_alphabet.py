# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from rnnkit.engine import Category, Head, NetworkConfig, Number, Recurrence
from rnnkit.errors import UsageError
from rnnkit.models.alphabet import BORDER, HEAD, INPUT, Alphabet


def test_symbols_are_the_places_of_the_characters() -> None:
    alphabet = Alphabet("zaé龍🦖")
    assert alphabet.size == 6
    assert alphabet.characters == ("", "z", "a", "é", "龍", "🦖")
    assert alphabet.symbols("🦖az龍é").tolist() == [5, 2, 1, 4, 3]
    assert alphabet.symbols("").tolist() == []


def test_a_border_may_be_a_character() -> None:
    alphabet = Alphabet("ba", border="\n")
    assert alphabet.symbols("a\nb").tolist() == [2, BORDER, 1]
    assert alphabet.characters[BORDER] == "\n"


@pytest.mark.parametrize("text", ["\0", "\udc80", "c", "\U0010ffff", "a" * 5000 + "c"])
def test_what_it_has_not(text: str) -> None:
    for alphabet in (Alphabet("ab"), Alphabet("ab", border="\n"), Alphabet("")):
        with pytest.raises(UsageError, match="never saw"):
            alphabet.symbols(text)


def test_long_alphabets_are_shown_in_part() -> None:
    text = "".join(chr(0x4E00 + number) for number in range(200))
    assert Alphabet(text).shown().endswith(" and 120 more")


def test_a_network_must_read_and_write_it() -> None:
    alphabet = Alphabet("abc")
    inputs, heads = alphabet.inputs(4), alphabet.heads()
    alphabet.check(NetworkConfig(inputs, heads, Recurrence("gru", 5)))
    for config in (
        NetworkConfig(inputs, heads, pooling=("last",)),
        NetworkConfig(inputs, heads, Recurrence(bidirectional=True)),
        NetworkConfig((Category(INPUT, 5),), heads),
        NetworkConfig((Number(INPUT, 4),), heads),
        NetworkConfig(inputs, (Head(HEAD, 5),)),
        NetworkConfig(inputs, (*heads, Head("other", 4))),
    ):
        with pytest.raises(ValueError, match="its network"):
            alphabet.check(config)
