# SPDX-License-Identifier: Apache-2.0
"""Values that no option takes, and extreme ones that it does."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.conftest import Runner
from tests.faults.campaign import Case, numbered, survive

MODEL = ("--model", "small.safetensors")
SAMPLE = ("dino", "sample", *MODEL, "--seed", "1")
TRAIN = ("train", "dino", "names.txt", "--out", "out.safetensors", "--seed", "1")

SAMPLING = [
    Case(number, f"{option} {value}", (*SAMPLE, option, value), says, hint, code=2)
    for number, option, value, says, hint in (
        ("A01", "--temperature", "-1", "-1 is too small", "always the likeliest"),
        ("A02", "--temperature", "-1e-9", "is too small", "0.8"),
        ("A03", "--temperature", "nan", "nan is not finite", "0.8"),
        ("A04", "--temperature", "inf", "inf is not finite", "0.8"),
        ("A05", "--temperature", "-inf", "-inf is not finite", "0.8"),
        ("A06", "--temperature", "1e999", "1e999 is not finite", "0.8"),
        ("A07", "--temperature", "warm", "'warm' is not a number", "0.8"),
        ("A08", "--temperature", "", "'' is not a number", "0.8"),
        ("A09", "--count", "0", "--count 0 is too small", "1 or more"),
        ("A10", "--count", "-1", "--count -1 is too small", "1 or more"),
        ("A11", "--count", "abc", "'abc' is not a whole number", "--count 10"),
        ("A12", "--count", "1e6", "'1e6' is not a whole number", "--count 10"),
        ("A13", "--count", "1_000", "'1_000' is not a whole", "--count 10"),
        ("A14", "--count", "٣", "'٣' is not a whole number", "--count 10"),
        ("A15", "--count", "9" * 5000, "is too large", "--count 10"),
        ("A16", "--seed", "-1", "--seed -1 is too small", "0 or more"),
        ("A17", "--seed", str(2**200), "is too large", "--seed 7"),
        ("A18", "--seed", "abc", "'abc' is not a whole number", "--seed 7"),
        ("A19", "--top-p", "0", "--top-p 0 is too small", "above 0"),
        ("A20", "--top-p", "1.5", "--top-p 1.5 is too large", "up to 1"),
        ("A21", "--top-p", "-0.5", "is too small", "--top-p 0.9"),
        ("A22", "--top-p", "nan", "nan is not finite", "--top-p 0.9"),
        ("A23", "--top-k", "0", "--top-k 0 is too small", "--top-k 5"),
        ("A24", "--top-k", "2.5", "'2.5' is not a whole number", "--top-k 5"),
        ("A25", "--min-length", "0", "is too small", "--min-length 6"),
        ("A26", "--max-length", "0", "is too small", "--max-length 6"),
        ("A27", "--max-length", "10000000", "is too large", "100000"),
        ("A29", "--temprature", "1", "no option '--temprature'", "'--temperature'"),
    )
]

WORDS = [
    Case(number, about, words, says, hint, code)
    for number, about, words, says, hint, code in (
        (
            "A32",
            "lengths that contradict",
            (*SAMPLE, "--min-length", "9", "--max-length", "5"),
            "at least 9 and at most 5",
            "--max-length 9",
            2,
        ),
        (
            "A33",
            "a prefix longer than the name",
            (*SAMPLE, "--prefix", "Stego", "--max-length", "4"),
            "at least 5 and at most 4",
            "--max-length 5",
            2,
        ),
        (
            "A34",
            "a length and a beam that contradict",
            ("dino", "complete", "Stego", *MODEL, "--beam", "5", "--max-length", "4"),
            "at least 5 and at most 4",
            "--max-length 5",
            2,
        ),
        (
            "A35",
            "a prefix that is a whole name and no more",
            (*SAMPLE, "--prefix", "sssssss", "--max-length", "7", "--top-k", "1"),
            "no such name to offer",
            "another --prefix",
            1,
        ),
        (
            "A36",
            "no beam",
            ("dino", "complete", "Ste", *MODEL, "--beam", "0"),
            "--beam 0 is too small",
            "--beam 20",
            2,
        ),
        (
            "A37",
            "a beam wider than memory",
            ("dino", "complete", "Ste", *MODEL, "--beam", "1000000"),
            "--beam 1000000 is too large",
            "1 to 10000",
            2,
        ),
        (
            "A38",
            "more names than a beam can hold",
            ("dino", "complete", "Ste", *MODEL, "--beam", "5", "-n", "1000000"),
            "--count 1000000 is too large for --beam",
            "at most 10000",
            2,
        ),
        (
            "A39",
            "two names where one is meant",
            ("dino", "complete", "Ste", "go", *MODEL),
            "unexpected argument 'go'",
            "quotes",
            2,
        ),
        ("A40", "nothing to complete", ("dino", "complete"), "no argument", "TEXT", 2),
        ("A41", "nothing to score", ("dino", "score"), "NAME...", "type: rnnkit", 2),
        ("A42", "nothing to inspect", ("dino", "inspect"), "no argument", "NAME", 2),
        (
            "A43",
            "a name that looks like an option",
            ("dino", "score", "-Rex", *MODEL),
            "no option '-Rex'",
            "stands after --",
            2,
        ),
        (
            "A44",
            "a layer that is not there",
            ("dino", "inspect", "Stego", *MODEL, "--layer", "2", "--svg", "a.svg"),
            "--layer 2: the model has 1",
            "1 to 1",
            2,
        ),
        (
            "A45",
            "layer 0",
            ("dino", "inspect", "Stego", *MODEL, "--layer", "0"),
            "--layer 0 is too small",
            "--layer 1",
            2,
        ),
        (
            "A46",
            "no units",
            ("dino", "inspect", "Stego", *MODEL, "--units", "0"),
            "--units 0 is too small",
            "1 or more, such as --units",
            2,
        ),
        (
            "A47",
            "a word between the commands",
            ("dino", "smaple", *MODEL),
            "no command 'smaple' in 'rnnkit dino'",
            "'sample'",
            2,
        ),
        (
            "A48",
            "quiet and verbose",
            (*SAMPLE, "--quiet", "--verbose"),
            "both given",
            "give one",
            2,
        ),
    )
]

TRAINING = [
    Case(number, f"{option} {value}", (*TRAIN, option, value), says, hint, code=2)
    for number, option, value, says, hint in (
        ("A49", "--cell", "lsmt", "'lsmt' is none of", "did you mean 'lstm'?"),
        ("A50", "--cell", "transformer", "is none of", "'rnn', 'gru' or 'lstm'"),
        ("A51", "--optimizer", "adm", "is none of", "'adam' or 'adamw'"),
        ("A52", "--schedule", "cos", "is none of", "'cosine'"),
        ("A53", "--hidden", "0", "is too small", "--hidden 128"),
        ("A54", "--hidden", "1000000", "is too large", "--hidden 128"),
        ("A55", "--layers", "0", "is too small", "--layers 1"),
        ("A56", "--embedding", "-1", "is too small", "--embedding"),
        ("A57", "--dropout", "1", "is too large", "0 to 0.9"),
        ("A58", "--dropout", "nan", "not finite", "0 to 0.9"),
        ("A59", "--epochs", "0", "is too small", "--epochs 20"),
        ("A60", "--epochs", "1.5", "not a whole number", "--epochs 20"),
        ("A61", "--batch-size", "0", "is too small", "--batch-size 32"),
        ("A62", "--learning-rate", "0", "is too small", "above 0"),
        ("A63", "--learning-rate", "-1", "is too small", "above 0"),
        ("A64", "--learning-rate", "inf", "not finite", "above 0"),
        ("A65", "--clip", "0", "is too small", "above 0"),
        ("A66", "--patience", "0", "is too small", "--patience 5"),
        ("A67", "--weight-decay", "-0.1", "is too small", "0 to 0.9"),
        ("A68", "--validation", "1", "is too large", "0 to 0.9"),
        ("A69", "--test", "-1", "is too small", "0 to 0.9"),
        ("A70", "--seed", "later", "not a whole number", "--seed 7"),
    )
]
WORDS += [
    Case("A30", "no model", (*SAMPLE, "-m", ""), "no model ''", "give 'dino'"),
    Case("A31", "a mistyped model", (*SAMPLE, "-m", "dnio"), "'dnio'", "mean 'dino'?"),
]
TRAINING += [
    Case(
        "A74",
        "a network larger than a file",
        (*TRAIN, "--hidden", "8192", "--layers", "16"),
        "parameters is too large",
        "fewer --hidden units",
        code=2,
    ),
    Case("A71", "no --out", ("train", "dino", "names.txt"), "--out", "FILE", code=2),
    Case("A72", "no list", (*TRAIN[:2], *TRAIN[3:]), "no argument FILE", "FILE", 2),
    Case("A73", "no such task", ("train", "dno"), "no command 'dno'", "'dino'", 2),
]


@numbered(SAMPLING + WORDS + TRAINING)
def test_a_value_that_no_option_takes(case: Case, folder: Path, rnnkit: Runner) -> None:
    survive(case, folder, rnnkit)


@pytest.mark.parametrize(
    "words",
    [
        ("--temperature", "0"),
        ("--temperature", "1e-300"),
        ("--temperature", "5e-324"),
        ("--temperature", "1e300"),
        ("--temperature", "+.5"),
        ("--count", "+1"),
        ("--seed", "0"),
        ("--seed", str(2**63 - 1)),
        ("--top-p", "1"),
        ("--top-p", "5e-324"),
        ("--top-k", "1"),
        ("--top-k", str(2**63 - 1)),
        ("--max-length", "100000"),
        ("--min-length", "300"),
        ("--prefix", "Stegosaurus" * 30),
    ],
    ids=" ".join,
)
def test_an_extreme_value_is_obeyed(
    folder: Path, rnnkit: Runner, words: tuple[str, ...]
) -> None:
    outcome = rnnkit(*SAMPLE, "-n", "1", "--json", *words)
    assert (outcome.code, outcome.stderr) == (0, "")
    (name,) = outcome.json["results"]
    assert math.isfinite(name["nll"])
    assert len(name["text"]) >= 4


def test_temperature_nothing_is_the_limit_of_temperatures(
    folder: Path, rnnkit: Runner
) -> None:
    def likeliest(*words: str) -> str:
        return rnnkit(*SAMPLE, "-n", "1", *words).stdout

    greedy = likeliest("--temperature", "0")
    assert greedy.strip()
    assert greedy == likeliest("--temperature", "1e-300")
    assert greedy == likeliest("--top-k", "1") == likeliest("--top-p", "1e-300")
