# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.errors import InputError, UsageError
from rnnkit.models.alphabet import BORDER, HEAD, INPUT
from rnnkit.tasks.dino.text.codec import TextCodec, clean_text


@settings(derandomize=True, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_text_can_be_read_back(text: str) -> None:
    codec = TextCodec.of(codec_text := TextCodec("").fold(text))
    encoded = codec.encode(codec_text)
    written = "".join(codec.characters[i] for i in encoded.targets[HEAD].tolist())
    assert written == codec_text
    assert encoded.steps == len(codec_text)


def test_what_is_read_is_one_step_behind() -> None:
    codec = TextCodec.of("abba\ncab")
    assert codec.characters == ("\n", "a", "b", "c")
    encoded = codec.encode("cab\n")
    assert encoded.inputs[INPUT].tolist() == [BORDER, 3, 1, 2]
    assert encoded.targets[HEAD].tolist() == [3, 1, 2, BORDER]


def test_a_line_break_is_always_known() -> None:
    codec = TextCodec.of("ab")
    assert codec.size == 3
    assert codec.symbols("a\nb").tolist() == [1, 0, 2]


def test_many_kinds_of_characters() -> None:
    text = "".join(chr(0x4E00 + number) for number in range(700))
    codec = TextCodec.of(text)
    assert codec.symbols(text[::-1]).tolist() == list(range(700, 0, -1))
    assert codec.encode(text).targets[HEAD].max() == 700


def test_strange_characters_are_named() -> None:
    codec = TextCodec.of("to be")
    with pytest.raises(UsageError, match="never saw 'q', '!'") as raised:
        codec.symbols("to q!! be")
    assert "it knows the characters" in raised.value.hint


def test_one_way_to_write_a_character() -> None:
    codec = TextCodec.of(clean_text("Ze\u0301"))
    assert codec.alphabet == "Zé"
    assert codec.symbols("e\u0301").tolist() == codec.symbols("é").tolist() == [2]


@pytest.mark.parametrize("text", ["", "a", "aaaa", "\n\n"])
def test_one_kind_of_character_teaches_nothing(text: str) -> None:
    with pytest.raises(InputError, match="only one kind of character"):
        clean_text(text)


def test_it_survives_json() -> None:
    codec = TextCodec.of("zu sein,\noder ♥")
    again = TextCodec.from_dict(json.loads(json.dumps(codec.to_dict())))
    assert again.characters == codec.characters


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"alphabet": "ab"},
        {"kind": "text"},
        {"kind": "text", "alphabet": ""},
        {"kind": "text", "alphabet": "aa"},
        {"kind": "text", "alphabet": "a\n"},
        {"kind": "text", "alphabet": ["a"]},
        {"kind": "names", "alphabet": "ab"},
    ],
)
def test_what_is_no_codec(plain: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not one of running text"):
        TextCodec.from_dict(plain)
