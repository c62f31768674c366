# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import unicodedata
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.errors import InputError, UsageError
from rnnkit.models.alphabet import BORDER, HEAD, INPUT
from rnnkit.tasks.dino.codec import NameCodec, clean_names

# Letters whose capitals are missing, several, or lead back to another letter; marks
# that melt into letters or do not; scripts with and without capitals.
TRICKY = "aAeEhHiIqsSzZ éÉẖßẞςσΣİıŉﬁǆǅǄжЖ龍竜 '’-\u0301\u0307\u0308\u0331\u200d"
LINES = st.lists(
    st.text(st.sampled_from(TRICKY), min_size=1, max_size=6)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=6),
    min_size=2,
    max_size=6,
)


def cleaned(lines: list[str]) -> list[str]:
    """Names from any lines; two others if they hold none."""
    try:
        return clean_names(lines)
    except InputError:
        return ["Rex", "Raptor"]


NAMES = LINES.map(cleaned)
on_any_list = settings(derandomize=True, deadline=None)


# Cleaning a list


def test_names_are_trimmed_and_blank_lines_and_repeats_are_dropped() -> None:
    lines = ["  Rex ", "", "Raptor", " \t", "Rex", "New  York", "\u00a0Rex"]
    assert clean_names(lines) == ["Rex", "Raptor", "New  York"]


def test_names_that_look_the_same_are_the_same() -> None:
    assert clean_names(["Ñandu", "N\u0303andu", "Rex"]) == ["Ñandu", "Rex"]


def test_capitals_make_another_name() -> None:
    assert clean_names(["Rex", "rex"]) == ["Rex", "rex"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "no names"),
        (["", "  "], "no names"),
        (["Rex"], "1 name:"),
        (["Rex", " Rex", "Rex"], "1 name:"),
        (["N\u0303", "Ñ"], "1 name:"),
    ],
)
def test_a_list_needs_two_names(lines: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        clean_names(lines)
    assert "two or more" in caught.value.hint


@pytest.mark.parametrize(
    ("line", "shown"),
    [("Re\x00x", r"\x00"), ("Rex\tRaptor", r"\t"), ("\x1b[1mRex", r"\x1b")],
)
def test_control_characters_are_refused_with_their_line(line: str, shown: str) -> None:
    with pytest.raises(InputError) as caught:
        clean_names(["Rex", "", line, "Raptor"])
    assert "line 3 " in caught.value.message
    assert shown in caught.value.message
    assert "\x00" not in caught.value.message


def test_a_text_is_no_name() -> None:
    assert len(clean_names(["Rex", "x" * 1000])) == 2
    with pytest.raises(InputError, match="line 2 has 1,001 characters"):
        clean_names(["Rex", "x" * 1001])


def test_the_list_may_come_line_by_line() -> None:
    assert clean_names(iter(["Rex", "Raptor"])) == ["Rex", "Raptor"]


@on_any_list
@given(NAMES)
def test_cleaning_again_changes_nothing(names: list[str]) -> None:
    assert clean_names(names) == names
    assert all(unicodedata.is_normalized("NFC", name) for name in names)


# Capitals


@pytest.mark.parametrize(
    ("names", "casing"),
    [
        (["Rex", "Raptor"], "capitalised"),
        (["Rex", "New york", "O'neill"], "capitalised"),
        (["New York", "Los Angeles", "Rome"], "title"),
        (["New York", "Rio de Janeiro"], "as given"),
        (["rex", "raptor"], "as given"),
        (["Rex", "raptor"], "as given"),
        (["REX", "RAPTOR"], "as given"),
        (["McDonald", "Rex"], "as given"),
        (["Jean-Luc", "O'Neill"], "as given"),
        (["Тарбозавр", "Рекс"], "capitalised"),
        (["Нижний Новгород", "Тула"], "title"),
        (["Émile", "Ñandú"], "capitalised"),
        (["Straße", "Gasse"], "capitalised"),
        (["STRAẞE", "GASSE"], "as given"),
        (["Οδυσσεύς", "Ιάσων"], "capitalised"),
        (["ΟΔΥΣΣΕΥΣ", "ΙΑΣΩΝ"], "as given"),
        (["Irmak", "Işık"], "capitalised"),
        (["İzmir", "Ankara"], "as given"),
        (["龍", "恐竜"], "capitalised"),
        (["3rex", "42"], "capitalised"),
    ],
)
def test_the_style_of_a_list_is_found_and_kept(names: list[str], casing: str) -> None:
    codec = NameCodec.of(names)
    assert codec.casing == casing
    assert [codec.restore(codec.fold(name)) for name in names] == names


def test_capitals_are_not_symbols_of_their_own() -> None:
    assert NameCodec.of(["New York", "Yorick"]).alphabet == " ceiknorwy"
    assert NameCodec.of(["rex", "Rex"]).alphabet == "Rerx"


def test_where_capitals_are_put_back_any_may_be_typed() -> None:
    codec = NameCodec.of(["New York", "Los Angeles"])
    for typed in ("NEW YORK", "new york", "nEw YoRK"):
        assert codec.restore(codec.fold(typed)) == "New York"


@pytest.mark.parametrize("folded", ["ßeta", "ςigma", "ısparta", "ﬁat", "", "3x", "龍"])
def test_letters_without_a_capital_of_their_own_stay(folded: str) -> None:
    codec = NameCodec("", casing="capitalised", shortest=3, longest=9)
    assert codec.restore(folded) == folded


# Symbols


@on_any_list
@given(NAMES)
def test_every_name_comes_back(names: list[str]) -> None:
    codec = NameCodec.of(names)
    for name in names:
        encoded = codec.encode(name)
        read, wanted = encoded.inputs[INPUT], encoded.targets[HEAD]
        assert read[0] == wanted[-1] == BORDER
        assert read[1:].tolist() == wanted[:-1].tolist()
        assert all(0 < symbol < codec.size for symbol in read[1:].tolist())
        assert encoded.steps == len(codec.fold(name)) + 1
        assert codec.decode(wanted) == codec.fold(name)
        assert codec.restore(codec.decode(wanted)) == name


@on_any_list
@given(NAMES)
def test_the_ways_to_write_a_character_are_one(names: list[str]) -> None:
    codec = NameCodec.of(names)
    for name in names:
        apart = unicodedata.normalize("NFD", name)
        np.testing.assert_array_equal(codec.symbols(apart), codec.symbols(name))


@on_any_list
@given(NAMES, st.text(st.sampled_from(TRICKY)))
def test_folding_what_is_folded_changes_nothing(names: list[str], text: str) -> None:
    codec = NameCodec.of(names)
    folded = codec.fold(text)
    assert codec.fold(folded) == folded


@on_any_list
@given(NAMES)
def test_a_codec_comes_back_from_a_file(names: list[str]) -> None:
    codec = NameCodec.of(names)
    again = NameCodec.from_dict(json.loads(json.dumps(codec.to_dict())))
    assert again.to_dict() == codec.to_dict()
    for name in names:
        np.testing.assert_array_equal(again.symbols(name), codec.symbols(name))
        assert again.restore(again.fold(name)) == name


def test_the_order_of_the_list_plays_no_part() -> None:
    names = ["Rex", "Raptor", "Stegosaurus"]
    assert NameCodec.of(names).to_dict() == NameCodec.of(names[::-1]).to_dict()


def test_the_longest_and_the_shortest_name_are_known() -> None:
    codec = NameCodec.of(["Rex", "Raptor"])
    assert (codec.shortest, codec.longest) == (3, 6)


def test_a_rare_short_name_is_not_taken_for_usual() -> None:
    usual = [f"Raptor{chr(letter)}" for letter in range(97, 122)]
    assert NameCodec.of(["Yi", *usual]).shortest == 2
    assert NameCodec.of(["Yi", *usual, *(n + "s" for n in usual)]).shortest == 7


def test_decoding_stops_at_the_border() -> None:
    codec = NameCodec.of(["ab", "ba"])
    assert codec.decode(np.array([1, 2, BORDER, 1])) == "ab"
    assert codec.decode(np.array([BORDER])) == ""
    assert codec.decode(np.array([], dtype=np.intp)) == ""


# Characters that never came


def unknown(codec: NameCodec, text: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        codec.symbols(text)
    return caught.value


def test_unknown_characters_are_named_with_the_alphabet() -> None:
    told = unknown(NameCodec.of(["Rex", "Raptor"]), "Жaжü")
    assert "'ж', 'ü'" in told.message
    assert "'Жaжü'" in told.message
    assert told.hint == "it knows the characters aeoprtx and their capitals"


def test_there_is_no_talk_of_capitals_where_they_are_symbols_or_there_are_none() -> (
    None
):
    assert unknown(NameCodec.of(["Rex", "rap"]), "ü").hint.endswith("Raeprx")
    assert unknown(NameCodec.of(["龍", "恐竜"]), "ü").hint.endswith("恐竜龍")


def test_of_many_unknown_or_known_characters_only_some_are_shown() -> None:
    letters = [chr(0x4E00 + number) for number in range(300)]
    told = unknown(NameCodec.of(letters), "abcdefghij")
    assert "'e'" in told.message
    assert "'f'," not in told.message
    assert told.hint.endswith("and 220 more")


@pytest.mark.parametrize("text", ["Re\x1bx", "Re\udcffx", "Re\nx", "R" + "é" * 10**5])
def test_unknown_characters_cannot_spoil_the_message(text: str) -> None:
    told = unknown(NameCodec.of(["Rex", "Raptor"]), text)
    assert told.message.isprintable()
    assert len(told.message) < 200


# Codecs that make no sense


@pytest.mark.parametrize(
    "change",
    [
        {"alphabet": None},
        {"alphabet": ["a", "b"]},
        {"alphabet": "aa"},
        {"casing": "upside down"},
        {"casing": None},
        {"casing": ["title"]},
        {"longest": "9"},
        {"longest": 0},
        {"longest": None},
        {"shortest": None},
        {"shortest": 0},
        {"shortest": 99},
    ],
)
def test_what_is_no_codec_is_refused(change: dict[str, Any]) -> None:
    plain = NameCodec.of(["ab", "ba"]).to_dict()
    with pytest.raises(ValueError, match="alphabet"):
        NameCodec.from_dict(plain | change)
