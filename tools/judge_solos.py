# SPDX-License-Identifier: Apache-2.0
"""Let a model improvise over tunes that it never heard, and average the scorecards.

    python tools/judge_solos.py MODEL SOLOS.jsonl [--takes N] [--temperature T]

The tunes are the first 24 of the part that the model was tested on, up to 64 bars of
each at the tempo of its recording; over each it plays four solos.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from rnnkit.engine import Choice
from rnnkit.files.text import read_lines
from rnnkit.tasks.jazz.corpus import read_events, split
from rnnkit.tasks.jazz.model import SoloModel, Wishes
from rnnkit.tasks.jazz.scorecard import Scorecard, average, score
from rnnkit.tasks.jazz.solo import Harmony, Solo

TUNES, SEEDS, BARS = 24, 4, 64


def form_of(solo: Solo) -> Harmony:
    """The chords that the solo is played over, from the first bar on."""
    harmony = solo.harmony
    first = max(-harmony.first, 0)
    rows = slice(first, first + 4 * BARS)
    return Harmony(
        harmony.roots[rows], harmony.qualities[rows], first=max(harmony.first, 0)
    )


def show(card: Scorecard) -> None:
    """Print a line for each measure, and the sums."""
    for name, each in card.measures.items():
        if each.judged:
            told = "" if each.inside else "  outside"
            print(
                f"{name:14} {each.value:8.3f}  ({each.low:.3f} to {each.high:.3f})  "
                f"z {each.z:+.2f}{told}"
            )
    print(f"mean |z| {card.distance:.3f}, inside {card.inside} of 21")
    for name, gate in card.gates.items():
        print(f"{name}: {gate.found} {gate.meaning}")


def main() -> None:
    """Play, judge, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("solos")
    parser.add_argument("--takes", type=int, default=1)
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--top-p", type=float, default=0.995)
    given = parser.parse_args()
    model = SoloModel.load(given.model)
    training = model.stored.training
    parts = split(
        read_events(read_lines(given.solos)),
        validation=training["validation"],
        test=training["test"],
    )
    tunes = {solo.title.lower(): solo for solo in reversed(parts["test"])}
    played, cards = list(tunes.values())[::-1][:TUNES], []
    real = [score(solo.notes, solo.harmony) for solo in parts["test"]]
    print(
        f"{len(real)} real solos: mean |z| {average(real).distance:.3f}, each ", end=""
    )
    print(f"{np.mean([card.distance for card in real]):.3f}")
    choice = Choice(given.temperature, top_p=given.top_p)
    for number, solo in enumerate(played):
        for seed in range(SEEDS):
            takes = model.improvise(
                form_of(solo),
                seed=1000 * seed + number,
                count=given.takes,
                wishes=Wishes(tempo=solo.tempo, choice=choice),
            )
            judged = [
                score(take.notes, take.harmony, known=model.known) for take in takes
            ]
            cards.append(min(judged, key=lambda card: card.distance))
    print(f"{len(cards)} solos over {len(played)} tunes; each ", end="")
    print(f"{np.mean([card.distance for card in cards]):.3f}")
    show(average(cards))


if __name__ == "__main__":
    main()
