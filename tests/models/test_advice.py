# SPDX-License-Identifier: Apache-2.0
"""Curves made up so that what happened is plain to see."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rnnkit.models.advice import Curves, Wording

BIGRAM = 2.0


def said(
    training: Sequence[float],
    validation: Sequence[float],
    *,
    train: float | None = None,
    baseline: float = BIGRAM,
) -> str:
    """The advice on a training whose best epoch was kept."""
    best = min(range(len(validation)), key=lambda epoch: validation[epoch])
    curves = Curves(
        history=list(zip(training, validation, strict=True)),
        train=training[best] if train is None else train,
        validation=validation[best],
        baseline=baseline,
    )
    sentences = curves.advice()
    assert sentences
    assert all(sentence.endswith(".") for sentence in sentences)
    return " ".join(sentences)


def test_it_fits() -> None:
    advice = said(
        [2.0, 1.7, 1.6, 1.55, 1.55, 1.55, 1.55, 1.55, 1.55, 1.55],
        [2.1, 1.8, 1.7, 1.65, 1.65, 1.65, 1.65, 1.65, 1.65, 1.65],
    )
    assert "fits well" in advice
    assert "overfits" not in advice
    assert "underfits" not in advice
    assert "bigram" not in advice


def test_it_overfits_and_grew_worse() -> None:
    advice = said([2.0, 1.5, 1.2, 0.9, 0.6], [2.1, 1.7, 1.6, 1.7, 1.9])
    assert "overfits" in advice
    assert "0.40 nats more" in advice
    assert "3 of 5" in advice
    assert "--dropout" in advice
    assert "underfits" not in advice


def test_it_overfits_without_growing_worse() -> None:
    advice = said([2.0, 1.2, 1.0, 0.9, 0.8], [2.1, 1.7, 1.6, 1.6, 1.6])
    assert "overfits" in advice
    assert "grew no worse" in advice


def test_a_small_rise_at_the_end_is_no_overfitting() -> None:
    advice = said([1.8] * 10, [1.9, *[1.801] * 8, 1.81])
    assert "fits well" in advice


def test_it_underfits() -> None:
    advice = said([2.4, 2.2, 2.0, 1.9, 1.8], [2.4, 2.2, 2.0, 1.9, 1.8])
    assert "underfits" in advice
    assert "--epochs" in advice
    assert "overfits" not in advice


@pytest.mark.parametrize("epochs", [1, 2])
def test_hardly_any_epochs_are_too_few(epochs: int) -> None:
    falling = [1.9, 1.8][:epochs]
    assert "few epochs" in said(falling, falling)


def test_growing_worse_without_memory_is_no_overfitting() -> None:
    advice = said([1.9, 1.5, 1.7, 1.9], [1.8, 1.4, 1.6, 1.9])
    assert "grew worse" in advice
    assert "lower --learning-rate" in advice
    assert "overfits" not in advice


def test_it_does_not_beat_the_bigram() -> None:
    flat = [2.5, 2.4, 2.4, 2.4, 2.4, 2.4]
    advice = said(flat, flat)
    assert "bigram" in advice
    assert "more epochs" in advice
    assert "fits well" not in advice


def test_not_beating_the_bigram_and_still_falling_are_both_told() -> None:
    falling = [3.0, 2.8, 2.6, 2.4, 2.2]
    advice = said(falling, falling)
    assert "bigram" in advice
    assert "underfits" in advice


def test_a_training_that_flew_apart_is_not_told_to_learn_faster() -> None:
    advice = said([3.0, 900.0, 5e6], [500.0, 4e4, 9e6], train=450.0)
    assert "lower --learning-rate" in advice
    assert "higher" not in advice
    assert "overfits" not in advice


def test_a_text_is_spoken_of_as_a_text() -> None:
    wording = Wording(
        new="new text surprises", old="what it learnt", whole="the text", more="text"
    )
    falling = [(2.0, 2.1), (1.5, 1.7), (1.2, 1.6), (0.9, 1.7), (0.6, 1.9)]
    level = [(2.0, 2.1), (1.6, 1.7), (1.55, 1.65), (1.55, 1.65), (1.55, 1.65)]
    for history, said in (
        (falling, "new text surprises it 0.40 nats more than what it learnt"),
        (level, "new text surprises it hardly more than what it learnt"),
    ):
        train, validation = min(history, key=lambda losses: losses[1])
        curves = Curves(history, train, validation, BIGRAM, wording=wording)
        advice = " ".join(curves.advice())
        assert said in advice
        assert "names" not in advice
