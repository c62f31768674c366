# SPDX-License-Identifier: Apache-2.0
"""How good are the names of the shipped model? A thousand drawn, and what they are.

Everything is counted on what the network says, before ``rnnkit dino sample`` leaves
out repeats and known names; beside it, the same counts of the list it learnt from.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice

from rnnkit.engine import Choice
from rnnkit.files.assets import find
from rnnkit.files.text import read_lines
from rnnkit.tasks.dino import NameModel
from rnnkit.tasks.dino.codec import clean_names

COUNT = 1000


def main() -> None:
    """Print the table."""
    model = NameModel.load(find("dino/model.safetensors"))
    known = clean_names(read_lines(str(find("dino/names.txt"))))
    trigrams = {part for name in known for part in _trigrams(name)}
    rows = [("the list", known)]
    for temperature in (0.7, 1.0):
        batches = model.draws(seed=1, choice=Choice(temperature=temperature))
        drawn = [name.text for name in islice(chain.from_iterable(batches), COUNT)]
        rows.append((f"temperature {temperature}", drawn))
    print(f"{COUNT} names drawn from the shipped model (seed 1)")
    print(
        f"  {'':16} {'unique':>8} {'novel':>8} {'length':>8} {'-saurus':>8} "
        f"{'< 4':>8} {'trigrams known':>16}"
    )
    for label, names in rows:
        print(f"  {label:16} " + _counts(names, set(known), trigrams))


def _counts(names: Sequence[str], known: set[str], trigrams: set[str]) -> str:
    def share(found: Sequence[object]) -> str:
        return f"{sum(map(bool, found)) / len(names):8.1%}"

    length = sum(map(len, names)) / len(names)
    return " ".join(
        (
            f"{len(set(names)) / len(names):8.1%}",
            share([name not in known for name in names]),
            f"{length:8.2f}",
            share([name.endswith("saurus") for name in names]),
            share([len(name) < 4 for name in names]),
            f"{share([_trigrams(name) <= trigrams for name in names]):>16}",
        )
    )


def _trigrams(name: str) -> set[str]:
    text = f"^{name.lower()}$"
    return {text[i : i + 3] for i in range(len(text) - 2)}


if __name__ == "__main__":
    main()
