# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from rnnkit.engine import Choice
from rnnkit.errors import ModelError, UsageError
from rnnkit.tasks.dino import NameModel, load
from rnnkit.tasks.dino.text import TextModel
from rnnkit.tasks.dino.text.model import LONGEST_SHOWN, Reading
from tests.tasks.dino.lessons import untrained
from tests.tasks.dino.text.lessons import RHYME, TEXT


def read(model: TextModel, text: str) -> Reading:
    *_, last = model.read(text)
    return last


def written(model: TextModel, prompt: str, **options: int) -> str:
    start = read(model, prompt).start
    how = {"length": 60, "seed": 1} | options
    return "".join(c for c, _ in model.write(start, choice=Choice(0.8), **how))


def each(model: TextModel, mixed: TextModel) -> tuple[TextModel, TextModel]:
    return model, mixed


def test_the_same_seed_writes_the_same(model: TextModel, mixed: TextModel) -> None:
    for speaker in (model, mixed):
        text = written(speaker, "This is the ")
        assert len(text) == 60
        assert set(text) <= set(RHYME)
        assert written(speaker, "This is the ") == text
        assert written(speaker, "This is the ", length=90).startswith(text)
        others = [
            written(speaker, "This is the ", seed=2),
            written(speaker, "This is the ", number=1),
            written(speaker, "the cat"),
        ]
        assert text not in others


def test_temperature_zero_needs_no_luck(model: TextModel) -> None:
    start = read(model, "This is").start
    first, second = (
        list(model.write(start, length=30, seed=seed, choice=Choice(0)))
        for seed in (1, 2)
    )
    assert first == second


def test_what_is_written_costs_what_reading_it_costs(
    model: TextModel, mixed: TextModel
) -> None:
    for speaker in (model, mixed):
        prompt = read(speaker, "This is")
        pairs = list(speaker.write(prompt.start, length=40, seed=3, choice=Choice(1.2)))
        text = "This is" + "".join(character for character, _ in pairs)
        whole = prompt.nats + sum(nats for _, nats in pairs)
        assert read(speaker, text).nats == pytest.approx(whole, rel=1e-4)


def test_a_prompt_is_read_in_pieces(
    model: TextModel, mixed: TextModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for speaker in (model, mixed):
        at_once = read(speaker, TEXT)
        monkeypatch.setattr("rnnkit.tasks.dino.text.model._READ_AT_ONCE", 7)
        pieces = list(speaker.read(TEXT))
        monkeypatch.undo()
        assert [piece.length for piece in pieces[:3]] == [7, 14, 21]
        assert pieces[-1].length == at_once.length == len(TEXT)
        assert pieces[-1].nats == pytest.approx(at_once.nats, rel=1e-5)
        for one, other in zip(
            pieces[-1].start.logits.values(),
            at_once.start.logits.values(),
            strict=True,
        ):
            np.testing.assert_allclose(one, other, atol=1e-3)


def test_a_long_prompt_takes_no_more_memory_than_its_symbols(model: TextModel) -> None:
    def peak(text: str) -> int:
        tracemalloc.start()
        read(model, text)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    short, long = peak(TEXT * 5), peak(TEXT * 50)
    # Some bytes a character, where the network's steps would take a thousand.
    assert long - short < 200 * 45 * len(TEXT)


def test_nothing_read(model: TextModel) -> None:
    reading = read(model, "")
    assert (reading.length, reading.nats) == (0, 0)
    assert len(model.passage(25, seed=1, choice=Choice())) == 25


def test_a_score(model: TextModel) -> None:
    scored = model.score("the cat")
    assert scored.text == "the cat"
    assert scored.characters is not None
    assert [character for character, _ in scored.characters] == list("the cat")
    mean = np.mean([nats for _, nats in scored.characters])
    assert scored.nll == pytest.approx(mean)
    assert scored.bits == pytest.approx(scored.nll / 0.6931472)
    assert model.score("tac eht").nll > scored.nll
    long = model.score("a" * (LONGEST_SHOWN + 1))
    assert (long.text, long.characters, long.length) == (None, None, LONGEST_SHOWN + 1)


def test_nothing_to_score_or_inspect(model: TextModel) -> None:
    with pytest.raises(UsageError, match="empty text"):
        model.score("")
    with pytest.raises(UsageError, match="empty text"):
        model.inspect("")
    with pytest.raises(UsageError, match="too long"):
        model.inspect("a" * (LONGEST_SHOWN + 1))


def test_inspection(model: TextModel) -> None:
    seen = model.inspect("the\ncat")
    assert seen.characters == ["", *"the\ncat"]
    scored = model.score("the\ncat").characters
    assert scored is not None
    assert seen.surprise[1:] == pytest.approx([nats for _, nats in scored], rel=1e-4)
    assert seen.layers[0]["hidden"].shape == (8, 16)


def test_files(model: TextModel, mixed: TextModel, tmp_path: Path) -> None:
    for number, speaker in enumerate((model, mixed)):
        path = tmp_path / f"{number}.safetensors"
        speaker.save(path)
        again = load(path)
        assert isinstance(again, TextModel)
        assert written(again, "the") == written(speaker, "the")
        assert again.codec.alphabet == speaker.codec.alphabet
        again.save(path, force=True)
        assert written(TextModel.load(path), "the") == written(speaker, "the")


def test_names_are_not_text(model: TextModel, tmp_path: Path) -> None:
    model.save(tmp_path / "book")
    untrained("Rex", "Raptor").save(tmp_path / "names")
    assert isinstance(load(tmp_path / "names"), NameModel)
    with pytest.raises(ModelError, match=r"'.*book' is not a model of names"):
        NameModel.load(tmp_path / "book")
    with pytest.raises(ModelError, match=r"'.*names' is not a model of running text"):
        TextModel.load(tmp_path / "names")
