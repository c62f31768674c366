# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import tracemalloc
import unicodedata
from collections.abc import Callable
from itertools import cycle, islice, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnkit.engine import Choice
from rnnkit.engine.arrays import Array
from rnnkit.errors import ModelError, UsageError
from rnnkit.files.weights import load_tensors, save_tensors
from rnnkit.tasks.dino import Name, NameModel, Shape
from tests.tasks.dino.lessons import SOME, training, untrained

TINY = Shape(hidden=4, embedding=0)
either_model = pytest.mark.parametrize("kind", ["model", "mixed"])
ROUNDING = 1e-5
"""Nats: float32, read alone or beside others."""


def texts(model: NameModel, count: int, **wishes: Any) -> list[str]:
    wishes = {"seed": 1, **wishes}
    return [name.text for name in model.sample(count, **wishes)]


# Making up names


def test_the_same_seed_gives_the_same_names(model: NameModel) -> None:
    assert list(model.sample(50, seed=7)) == list(model.sample(50, seed=7))
    assert texts(model, 50, seed=7) != texts(model, 50, seed=8)


def test_a_smaller_count_gives_the_first_of_the_same_names(model: NameModel) -> None:
    many = texts(model, 200)
    assert len(many) == 200
    for count in (0, 1, 5, 10, 33, 199):
        assert texts(model, count) == many[:count]


def test_names_are_new_and_all_different(model: NameModel) -> None:
    names = list(model.sample(300, seed=1))
    assert len({name.text for name in names}) == 300
    assert all(name.novel for name in names)
    assert not {name.text for name in names} & set(SOME)


def test_names_of_the_list_come_only_when_allowed() -> None:
    model = untrained("A", "B", "Ab", shape=TINY)
    wishes: dict[str, Any] = {"seed": 1, "max_length": 2}
    new = {name.text for name in model.sample(100, **wishes)}
    assert new == {"Aa", "Ba", "Bb"}
    every = list(model.sample(100, **wishes, allow_known=True))
    assert {n.text for n in every if n.novel} == new
    assert {n.text for n in every if not n.novel} == {"A", "B", "Ab"}
    assert len(every) == 6


def test_names_are_the_first_of_their_kind_among_all_draws(model: NameModel) -> None:
    wishes: dict[str, Any] = {"seed": 1, "choice": Choice(0.3), "prefix": "T"}
    drawn = [n for batch in islice(model.draws(**wishes), 6) for n in batch]
    first = list(dict.fromkeys(name.text for name in drawn))
    assert len(first) < len(drawn)
    new = [text for text in first if not model.is_known(text)]
    assert texts(model, len(new), **wishes) == new
    assert texts(model, len(first), **wishes, allow_known=True) == first


def test_a_name_is_known_however_it_is_typed(model: NameModel) -> None:
    assert all(model.is_known(name) for name in SOME)
    assert model.is_known(SOME[0].upper())
    assert not model.is_known(SOME[0] + "x")


@pytest.mark.parametrize("prefix", ["Tyr", "TYR", "tyr", "T", ""])
def test_names_begin_with_the_prefix_as_names_are_written(
    model: NameModel, prefix: str
) -> None:
    names = texts(model, 20, prefix=prefix)
    assert len(names) == 20
    assert all(name.startswith(prefix.capitalize()) for name in names)
    assert all(name == name.capitalize() for name in names)


@pytest.mark.parametrize(
    ("known", "prefix", "shown"),
    [
        (["New York", "Los Angeles"], "new y", "New Y"),
        (["McDonald", "O'Neill"], "McD", "McD"),
        (["Straße", "Gasse"], "ß", "ß"),
        (["Gásadalur", "Ánir"], "A\u0301", "Á"),
        (["Нижний Новгород", "Тула"], "нижний н", "Нижний Н"),
        (["恐竜王国", "龍"], "恐", "恐"),
    ],
)
def test_a_prefix_in_any_script(known: list[str], prefix: str, shown: str) -> None:
    names = texts(untrained(*known), 20, prefix=prefix)
    assert len(names) == 20
    assert all(name.startswith(shown) for name in names)


def test_a_prefix_may_be_a_whole_name_or_longer_than_any(model: NameModel) -> None:
    known = max(SOME, key=len)
    assert all(name.startswith(known) for name in texts(model, 3, prefix=known))
    endless = "Rex" + 200 * "a"
    wishes: dict[str, Any] = {"prefix": endless, "max_length": 205}
    assert all(name.startswith(endless) for name in texts(model, 3, **wishes))
    wishes["max_length"] = 203
    assert texts(model, 3, **wishes) == [endless]


@pytest.mark.parametrize(
    ("shortest", "longest"), [(1, 3), (3, 5), (4, 4), (12, 14), (30, 30)]
)
@pytest.mark.parametrize("prefix", ["", "Ra"])
def test_lengths_are_kept(
    model: NameModel, shortest: int, longest: int, prefix: str
) -> None:
    names = texts(model, 20, prefix=prefix, min_length=shortest, max_length=longest)
    assert len(names) == 20
    assert all(shortest <= len(name) <= longest for name in names)


def test_usually_no_name_is_longer_than_half_as_long_again(model: NameModel) -> None:
    longest = max(map(len, SOME))
    lengths = [len(name) for name in texts(model, 300)]
    assert longest < max(lengths) <= longest + longest // 2


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"min_length": 5, "max_length": 4}, "at least 5 and at most 4"),
        ({"prefix": "Raptor", "max_length": 5}, "at least 6 and at most 5"),
        ({"max_length": 0}, "at least 1 and at most 0"),
        ({"prefix": "Жук"}, "never saw 'ж'"),
    ],
)
def test_what_cannot_be_is_told(
    model: NameModel, wishes: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        texts(model, 3, **wishes)
    with pytest.raises(UsageError, match=message):
        model.likeliest(3, width=5, **wishes)


@pytest.mark.parametrize("prefix", ["", "Ra"])
def test_without_chance_there_is_at_most_one_name(
    model: NameModel, prefix: str
) -> None:
    greedy = Choice(temperature=0)
    wishes: dict[str, Any] = {"choice": greedy, "prefix": prefix, "allow_known": True}
    first = texts(model, 10, **wishes, min_length=5)
    assert len(first) <= 1
    assert texts(model, 10, **wishes, min_length=5, seed=2) == first
    (only,) = texts(untrained("ab", "ba"), 9, choice=greedy, max_length=99)
    assert only.strip("ab") == ""


@pytest.mark.parametrize(
    "wishes",
    [
        {},
        {"prefix": "Tyr"},
        {"choice": Choice(temperature=0.5)},
        {"choice": Choice(temperature=2.0), "prefix": "R"},
        {"choice": Choice(top_k=5), "min_length": 9},
        {"choice": Choice(top_p=0.5), "max_length": 12},
    ],
    ids=str,
)
@either_model
def test_a_name_is_as_surprising_as_its_score(
    kind: str, request: pytest.FixtureRequest, wishes: dict[str, Any]
) -> None:
    model: NameModel = request.getfixturevalue(kind)
    names = list(model.sample(40, seed=1, **wishes))
    scores = model.score(name.text for name in names)
    assert len(names) == 40
    for name, scored in zip(names, scores, strict=True):
        assert name.nll == pytest.approx(scored.nll, abs=ROUNDING)


def test_low_temperatures_give_likelier_names(model: NameModel) -> None:
    means = [
        np.mean([n.nll for n in model.sample(100, seed=1, choice=Choice(temperature))])
        for temperature in (0.3, 1.0, 3.0)
    ]
    assert means == sorted(means)


@pytest.mark.parametrize(
    "known",
    [
        ["é", "ee", "q\u0301e"],
        ["Straße", "Gasse"],
        ["Οδυσσεύς", "Ιάσων"],
        ["Irmak", "Işık"],
        ["New York", "Los Angeles"],
    ],
    ids=["a loose accent", "sharp s", "final sigma", "dotless i", "blanks"],
)
def test_a_name_can_be_typed_in_again(known: list[str]) -> None:
    model = untrained(*known)
    names = list(model.sample(300, seed=1))
    scores = model.score(name.text for name in names)
    for name, scored in zip(names, scores, strict=True):
        assert unicodedata.is_normalized("NFC", name.text)
        assert name.text == name.text.strip()
        assert name.nll == pytest.approx(scored.nll, abs=ROUNDING)
        assert name.novel != model.is_known(name.text)


def test_memory_does_not_grow_with_the_count() -> None:
    names = untrained("abcde", "fghij", shape=TINY).sample(10**9, seed=1)
    tracemalloc.start()
    try:
        assert sum(1 for _ in islice(names, 2_000)) == 2_000
        _, early = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        assert sum(1 for _ in islice(names, 6_000)) == 6_000
        _, late = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert late < early + 2**17
    assert late < 24 * 2**20


def test_it_gives_up_when_there_are_no_more_names() -> None:
    model = untrained("a", "b", shape=TINY)
    found = texts(model, 1000, max_length=3)
    assert sorted(found) == sorted(
        "".join(letters) for n in (2, 3) for letters in product("ab", repeat=n)
    )
    assert texts(model, 10, max_length=1) == []


def test_it_gives_up_when_no_name_can_begin_like_this() -> None:
    model = untrained("New York", "Los Angeles")
    assert texts(model, 10, prefix=" ") == []
    assert texts(model, 10, prefix="New York ", max_length=9) == []


# The likeliest names


def every_name(model: NameModel, lengths: range) -> list[tuple[float, str]]:
    """All names of an alphabet, the likeliest first."""
    names = [
        "".join(letters)
        for length in lengths
        for letters in product(model.codec.alphabet, repeat=length)
    ]
    scores = model.score(names)
    return sorted((s.nll * (len(s.text) + 1), s.text) for s in scores)


@pytest.mark.parametrize(
    ("lengths", "prefix"), [(range(1, 5), ""), (range(3, 6), ""), (range(2, 5), "ba")]
)
def test_beam_search_finds_the_likeliest_of_all(lengths: range, prefix: str) -> None:
    model = untrained("abc", "cab", shape=Shape(hidden=4, embedding=3), seed=3)
    best = [
        (nats, text)
        for nats, text in every_name(model, lengths)
        if text.startswith(prefix)
    ][:12]
    found = model.likeliest(
        12, width=500, prefix=prefix, min_length=lengths[0], max_length=lengths[-1]
    )
    assert [name.text for name in found] == [text for _, text in best]
    for name, (nats, text) in zip(found, best, strict=True):
        assert name.nll * (len(text) + 1) == pytest.approx(nats, abs=ROUNDING)


@pytest.mark.parametrize("width", [1, 5, 20])
@pytest.mark.parametrize(("shortest", "longest"), [(1, 3), (4, 4), (4, 6), (1, 20)])
def test_a_beam_gives_as_many_names_as_were_wanted(
    model: NameModel, width: int, shortest: int, longest: int
) -> None:
    found = model.likeliest(
        5, width=width, prefix="Te", min_length=shortest, max_length=longest
    )
    assert len({name.text for name in found}) == 5
    assert all(name.text.startswith("Te") for name in found)
    assert all(shortest <= len(name.text) <= longest for name in found)
    nats = [name.nll * (len(name.text) + 1) for name in found]
    assert nats == sorted(nats)


def test_known_names_may_be_the_likeliest() -> None:
    found = untrained("a", "b", shape=TINY).likeliest(9, width=9, max_length=1)
    assert sorted((name.text, name.novel) for name in found) == [
        ("a", False),
        ("b", False),
    ]


# Judging names


def test_many_are_scored_like_each_alone(model: NameModel) -> None:
    names = [*texts(model, 250), *SOME]
    together = list(model.score(names))
    assert [scored.text for scored in together] == names
    for scored, name in zip(together[::10], names[::10], strict=True):
        (alone,) = model.score([name])
        assert scored.nll == pytest.approx(alone.nll, abs=ROUNDING)
        assert [c for c, _ in scored.characters] == [c for c, _ in alone.characters]


def test_characters_add_up_to_the_name(model: NameModel) -> None:
    (scored,) = model.score(["RaptorRex"])
    assert [character for character, _ in scored.characters] == [*"raptorrex", ""]
    nats = [nats for _, nats in scored.characters]
    assert min(nats) > 0
    assert scored.nll == pytest.approx(np.mean(nats))


def test_chances_of_all_names_add_up_to_one() -> None:
    model = untrained("ab", "ba", shape=TINY)
    total = sum(np.exp(-nats) for nats, _ in every_name(model, range(1, 11)))
    (at_once,) = (chance for text, chance in first_expected(model) if text == "")
    assert 0.9 < total + at_once < 1


def first_expected(model: NameModel) -> list[tuple[str, float]]:
    """What may come first, with its chances; "" is the end."""
    return model.inspect("a").expected[0]


def test_an_endless_stream_is_scored_as_it_comes(model: NameModel) -> None:
    scored = model.score(cycle(["Rex", "Raptor"]))
    assert [each.text for each in islice(scored, 3)] == ["Rex", "Raptor", "Rex"]


@pytest.mark.parametrize(
    ("text", "message"), [("", "empty name"), ("Rex 2", "' ', '2'"), ("Жук", "'ж'")]
)
def test_what_cannot_be_scored_is_told(
    model: NameModel, text: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        list(model.score(["Rex", text]))
    with pytest.raises(UsageError, match=message):
        model.inspect(text)


# Looking inside

INSIDE = {
    "rnn": {"hidden"},
    "gru": {"hidden", "reset_gate", "update_gate", "proposal"},
    "lstm": {"hidden", "input_gate", "forget_gate", "output_gate", "cell_tanh"},
}


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", INSIDE)
def test_units_and_gates_of_every_step_are_seen(cell: str, layers: int) -> None:
    shape = Shape(cell, hidden=5, layers=layers, embedding=3)
    seen = untrained("Rex", "Raptor", shape=shape).inspect("Rex")
    assert seen.text == "Rex"
    assert seen.characters == ["", "r", "e", "x"]
    assert seen.surprise.shape == (4,)
    assert len(seen.expected) == 4
    assert len(seen.layers) == layers
    for layer in seen.layers:
        assert INSIDE[cell] <= set(layer)
        for name, values in layer.items():
            assert values.shape == (4, 5), name
            low = 0 if name.endswith("_gate") else -1
            if name in INSIDE[cell]:
                assert np.all((low <= values) & (values <= 1)), name
        assert np.ptp(layer["hidden"]) > 0


def test_an_lstm_says_what_its_gate_lets_out(model: NameModel) -> None:
    (layer,) = model.inspect("Raptor").layers
    np.testing.assert_allclose(
        layer["hidden"], layer["output_gate"] * layer["cell_tanh"], rtol=1e-6, atol=1e-6
    )


def test_what_was_expected_explains_the_surprise(model: NameModel) -> None:
    seen = model.inspect("Raptor")
    (scored,) = model.score(["Raptor"])
    nats = [nats for _, nats in scored.characters]
    assert seen.surprise[0] == 0
    np.testing.assert_allclose(seen.surprise[1:], nats[:-1])
    for likeliest, (character, cost) in zip(
        seen.expected, scored.characters, strict=True
    ):
        chances = [chance for _, chance in likeliest]
        assert len(likeliest) == 5
        assert chances == sorted(chances, reverse=True)
        assert 0 < sum(chances) <= 1
        if character in dict(likeliest):
            assert np.exp(-cost) == pytest.approx(dict(likeliest)[character])
        else:
            assert np.exp(-cost) <= chances[-1]


# A mixture of network and counting


def test_a_mixture_knows_the_list_better(model: NameModel, mixed: NameModel) -> None:
    learnt = [name for name in SOME if name in training().names["train"]]
    both = zip(model.score(learnt), mixed.score(learnt), strict=True)
    assert all(together.nll < alone.nll for alone, together in both)


def test_a_mixture_makes_up_names_with_beginnings_lengths_and_seeds(
    mixed: NameModel,
) -> None:
    wishes: dict[str, Any] = {"prefix": "Ra", "min_length": 6, "max_length": 12}
    names = texts(mixed, 20, **wishes)
    assert len(set(names)) == 20
    assert all(name.startswith("Ra") and 6 <= len(name) <= 12 for name in names)
    assert texts(mixed, 20, **wishes) == names
    assert texts(mixed, 5, **wishes) == names[:5]


def test_the_likeliest_names_of_a_mixture_are_those_it_counted(
    mixed: NameModel,
) -> None:
    found = mixed.likeliest(20, width=40)
    nats = [name.nll * (len(name.text) + 1) for name in found]
    assert nats == sorted(nats)
    assert sum(not name.novel for name in found) > 10
    for name, scored in zip(found, mixed.score(n.text for n in found), strict=True):
        assert name.nll == pytest.approx(scored.nll, abs=ROUNDING)


def test_looking_inside_shows_the_network(model: NameModel, mixed: NameModel) -> None:
    alone, beside = model.inspect("Raptor"), mixed.inspect("Raptor")
    np.testing.assert_array_equal(alone.surprise, beside.surprise)
    assert alone.expected == beside.expected


# Files


@pytest.fixture
def saved(model: NameModel, tmp_path: Path) -> Path:
    path = tmp_path / "m.safetensors"
    model.save(path)
    return path


@pytest.fixture
def saved_mixture(mixed: NameModel, tmp_path: Path) -> Path:
    path = tmp_path / "mixed.safetensors"
    mixed.save(path)
    return path


@either_model
def test_a_model_says_the_same_after_loading(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    model: NameModel = request.getfixturevalue(kind)
    model.save(tmp_path / "m.safetensors")
    loaded = NameModel.load(tmp_path / "m.safetensors")
    for wishes in ({}, {"prefix": "Tyr"}, {"allow_known": True}):
        names: list[Name] = list(model.sample(50, seed=1, **wishes))
        assert list(loaded.sample(50, seed=1, **wishes)) == names
    assert list(loaded.score(SOME)) == list(model.score(SOME))
    assert all(loaded.is_known(name) for name in SOME)
    assert loaded.stored.metrics == model.stored.metrics
    assert loaded.stored.training == model.stored.training


def test_saved_again_it_is_the_same_file(
    saved: Path, saved_mixture: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again.safetensors"
    for path in (saved, saved_mixture):
        NameModel.load(path).save(again, force=True)
        assert again.read_bytes() == path.read_bytes()


def test_the_list_itself_is_not_in_the_file(saved: Path) -> None:
    data = saved.read_bytes().lower()
    assert not any(name.lower().encode() in data for name in SOME if len(name) > 5)


def another_alphabet(tensors: dict[str, Array], metadata: dict[str, Any]) -> None:
    metadata["codec"]["alphabet"] = metadata["codec"]["alphabet"][1:]


def another_head(tensors: dict[str, Array], metadata: dict[str, Any]) -> None:
    metadata["network"]["heads"][0]["name"] = "previous"
    for part in ("weight", "bias"):
        array = tensors.pop(f"network.head.next.{part}")
        tensors[f"network.head.previous.{part}"] = array


def numbers_for_characters(tensors: dict[str, Array], metadata: dict[str, Any]) -> None:
    read = metadata["network"]["inputs"][0]
    units = tensors["network.stack.weight_ih_l0"].shape[0]
    tensors["network.stack.weight_ih_l0"] = np.zeros((units, read["size"]), np.float32)
    del tensors["network.input.character.vectors"]
    metadata["network"]["inputs"] = [
        {"kind": "number", "name": read["name"], "size": read["size"]}
    ]


def both_directions(tensors: dict[str, Array], metadata: dict[str, Any]) -> None:
    metadata["network"]["recurrence"]["bidirectional"] = True
    for name in [name for name in tensors if name.endswith("_l0")]:
        tensors[f"{name}_reverse"] = tensors[name]
    weight = tensors["network.head.next.weight"]
    tensors["network.head.next.weight"] = np.hstack([weight, weight])


def pooled(tensors: dict[str, Array], metadata: dict[str, Any]) -> None:
    metadata["network"]["pooling"] = ["last"]


def no_fingerprints(tensors: dict[str, Array], metadata: dict[str, Any]) -> None:
    del tensors["extra.known"]


def fingerprints_in_a_table(
    tensors: dict[str, Array], metadata: dict[str, Any]
) -> None:
    tensors["extra.known"] = tensors["extra.known"][:, None]


def no_style(tensors: dict[str, Array], metadata: dict[str, Any]) -> None:
    metadata["codec"]["casing"] = []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (another_alphabet, "disagree"),
        (another_head, "disagree"),
        (numbers_for_characters, "disagree"),
        (both_directions, "not one that writes"),
        (pooled, "not one that writes"),
        (no_fingerprints, "known"),
        (fingerprints_in_a_table, "fingerprints"),
        (no_style, "alphabet"),
    ],
)
def test_a_file_that_is_no_model_of_names(
    saved: Path,
    change: Callable[[dict[str, Array], dict[str, Any]], None],
    message: str,
) -> None:
    tensors, metadata = load_tensors(saved)
    change(tensors, metadata)
    save_tensors(saved, tensors, metadata, force=True)
    refused(saved, message)


def refused(path: Path, message: str) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        NameModel.load(path)
    assert "is not a model of names" in caught.value.message
    assert "rnnkit train dino" in caught.value.hint


GRAMS, COUNTS, SHARE = (f"extra.kneser_ney.{n}" for n in ("grams", "counts", "share"))


@pytest.mark.parametrize("name", [GRAMS, COUNTS, SHARE])
def test_half_a_mixture_is_none(saved_mixture: Path, name: str) -> None:
    tensors, metadata = load_tensors(saved_mixture)
    del tensors[name]
    save_tensors(saved_mixture, tensors, metadata, force=True)
    refused(saved_mixture, name.removeprefix("extra.kneser_ney."))


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        (GRAMS, lambda grams: grams + np.uint8(90), "n-grams"),
        (GRAMS, lambda grams: grams[:, 0], "n-grams"),
        (GRAMS, np.zeros_like, "repeat"),
        (COUNTS, np.zeros_like, "n-grams"),
        (COUNTS, lambda counts: counts[1:], "n-grams"),
        (SHARE, lambda share: share + 1, "share"),
        (SHARE, np.zeros_like, "share"),
    ],
)
def test_a_mixture_that_makes_no_sense_is_refused(
    saved_mixture: Path, name: str, change: Callable[[Array], Array], message: str
) -> None:
    tensors, metadata = load_tensors(saved_mixture)
    tensors[name] = change(tensors[name])
    save_tensors(saved_mixture, tensors, metadata, force=True)
    refused(saved_mixture, message)
