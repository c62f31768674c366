# SPDX-License-Identifier: Apache-2.0
"""Let somebody improvise over tunes that no model learnt, and average the scorecards.

    python tools/judge_solos.py WHO SOLOS.jsonl [--takes N] [--motifs NATS] ...

WHO is a model file; or "real", the soloists themselves; "classic", the way of the
course; "n-grams" of the same solos as the model learnt from; or "random" eighths. The
tunes are the first 24 of the part that the model was tested on, up to 64 bars of each
at the tempo of its recording; over each four solos are played.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from rnnkit.engine import Choice
from rnnkit.engine.arrays import BoolArray, IntArray
from rnnkit.files.assets import find
from rnnkit.files.text import read_lines
from rnnkit.models.kneser_ney import BEFORE, KneserNey
from rnnkit.tasks.jazz.chords import QUALITIES, simple_chord
from rnnkit.tasks.jazz.classic.course import SAID, CourseNetwork
from rnnkit.tasks.jazz.classic.licks import licks
from rnnkit.tasks.jazz.classic.playing import played
from rnnkit.tasks.jazz.codec import DURATION, PITCH, STEP, SoloCodec
from rnnkit.tasks.jazz.corpus import read_events, split
from rnnkit.tasks.jazz.listening import STEPS, duration_of
from rnnkit.tasks.jazz.model import USUAL_RANGE, SoloModel, Wishes
from rnnkit.tasks.jazz.scorecard import Scorecard, average, score
from rnnkit.tasks.jazz.solo import TICKS_A_BEAT, Harmony, Solo
from rnnkit.tasks.jazz.training import counted

TUNES, SEEDS, BARS = 24, 4, 64
EIGHTH = TICKS_A_BEAT // 2


def form_of(solo: Solo) -> Harmony:
    """The chords that the solo is played over, from the first bar on."""
    harmony = solo.harmony
    first = max(-harmony.first, 0)
    rows = slice(first, first + 4 * BARS)
    return Harmony(
        harmony.roots[rows], harmony.qualities[rows], first=max(harmony.first, 0)
    )


def by_model(
    model: SoloModel, tunes: Sequence[Solo], wishes: Mapping[str, object], takes: int
) -> Iterator[Scorecard]:
    """What a model plays: the best of so many takes."""
    for number, tune in enumerate(tunes):
        for seed in range(SEEDS):
            solos = model.improvise(
                form_of(tune),
                seed=1000 * seed + number,
                count=takes,
                wishes=Wishes(tempo=tune.tempo, **wishes),  # type: ignore[arg-type]
            )
            cards = [
                score(solo.notes, solo.harmony, known=model.known) for solo in solos
            ]
            yield min(cards, key=lambda card: card.distance)


@cache
def course_of(seed: int) -> CourseNetwork:
    """The network of the course, which learns in two seconds."""
    return CourseNetwork(licks(), seed=seed)


def in_the_course(
    network: CourseNetwork, harmony: Harmony, generator: np.random.Generator
) -> IntArray:
    """What the course's way plays."""
    chords = [
        simple_chord(root, QUALITIES[quality].name)
        for root, quality in zip(
            harmony.roots.tolist(), harmony.qualities.tolist(), strict=True
        )
    ]
    notes = played(network.say(SAID, generator), chords, generator)
    notes[:, 0] += harmony.first * TICKS_A_BEAT
    return notes


def at_random(harmony: Harmony, generator: np.random.Generator) -> IntArray:
    """Eighths of any pitch."""
    ticks = np.arange(harmony.first * TICKS_A_BEAT, harmony.end, EIGHTH)
    pitches = generator.integers(USUAL_RANGE[0], USUAL_RANGE[1] + 1, len(ticks))
    return np.column_stack([ticks, pitches, np.full(len(ticks), EIGHTH)])


def by_counting(
    grams: Mapping[str, KneserNey], harmony: Harmony, generator: np.random.Generator
) -> IntArray:
    """What n-grams play: they know no chord, and are kept in range."""
    said = {head: [BEFORE] * (each.order - 1) for head, each in grams.items()}
    pitches = np.arange(50) - 24

    def draw(head: str, possible: BoolArray | bool = True) -> int:
        context = np.array([said[head][1 - grams[head].order :]])
        chances = grams[head].probabilities(context)[0] * possible
        drawn = generator.choice(len(chances), p=chances / chances.sum())
        said[head].append(int(drawn))
        return said[head][-1]

    tick, pitch = harmony.first * TICKS_A_BEAT, 66
    notes = []
    while tick < harmony.end:
        step = STEPS[draw(STEP)]
        notes.append((tick, pitch, duration_of(min(draw(DURATION), 7), step)))
        low, high = (limit - pitch for limit in USUAL_RANGE)
        pitch += int(pitches[draw(PITCH, (pitches >= low) & (pitches <= high))])
        tick += step
    return np.array(notes)


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
    parser.add_argument("who")
    parser.add_argument("solos")
    parser.add_argument("--part", default="test")
    parser.add_argument("--takes", type=int, default=4)
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--top-p", type=float, default=0.995)
    parser.add_argument("--motifs", type=float, default=Wishes.motifs)
    given = parser.parse_args()
    named = given.who in ("real", "classic", "n-grams", "random")
    shipped = find("jazz/model.safetensors")
    model = SoloModel.load(shipped if named else Path(given.who))
    training = model.stored.training
    parts = split(
        read_events(read_lines(given.solos)),
        validation=training["validation"],
        test=training["test"],
    )
    part = parts[given.part]
    different = {solo.title.lower(): solo for solo in reversed(part)}
    tunes = list(different.values())[::-1][:TUNES]
    if given.who == "real":
        cards = [score(solo.notes, solo.harmony, known=model.known) for solo in part]
    elif not named:
        choice = Choice(given.temperature, top_p=given.top_p)
        wishes = {"choice": choice, "motifs": given.motifs}
        cards = list(by_model(model, tunes, wishes, given.takes))
    else:
        codec = SoloCodec()
        grams = counted([codec.encode(solo) for solo in parts["train"]])
        cards = []
        for number, tune in enumerate(tunes):
            for seed in range(SEEDS):
                generator = np.random.default_rng([seed, number])
                harmony = form_of(tune)
                if given.who == "classic":
                    notes = in_the_course(course_of(seed), harmony, generator)
                elif given.who == "random":
                    notes = at_random(harmony, generator)
                else:
                    notes = by_counting(grams, harmony, generator)
                cards.append(score(notes, harmony, known=model.known))
    show(average(cards))
    alone = np.mean([card.distance for card in cards])
    print(f"{len(cards)} solos; one alone has a mean |z| of {alone:.3f}")


if __name__ == "__main__":
    main()
