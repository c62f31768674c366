# SPDX-License-Identifier: Apache-2.0
"""Look for bytes that break a parser, guided by which lines they reach (atheris).

    make fuzz                                        every target, a quarter of an hour
    python tools/fuzz.py midi --seconds 900          one target
    python tools/fuzz.py midi build/fuzz/midi-...    again what was found

`tests/fuzzing/targets.py` has the targets. The mutants that reach something new are
kept in build/fuzz/TARGET, so the next run begins where this one ended. What breaks a
target is written to build/fuzz and ends the run; once it is repaired, it belongs into
tests/fuzzing/found/TARGET, where `make test` feeds it again.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "fuzz"

MOST_MEGABYTES = 3000
MOST_SECONDS = 20
"""Of one input: a parser that takes longer is a fault as well."""


def main() -> int:
    """Feed one target; does not return when it fuzzes."""
    sys.path.insert(0, str(ROOT))
    with atheris.instrument_imports(include=["rnnkit", "mido"]):
        from tests.fuzzing.targets import TARGETS, name_of

    parser = argparse.ArgumentParser(description="Feed mutants to a parser.")
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("again", nargs="*", help="files to feed, instead of mutants")
    parser.add_argument("--seconds", type=int, default=900)
    given = parser.parse_args()
    target = TARGETS[given.target]
    corpus = BUILD / given.target
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds():
        (corpus / name_of(seed)).write_bytes(seed)
    options = [
        f"-max_total_time={given.seconds}",
        f"-timeout={MOST_SECONDS}",
        f"-rss_limit_mb={MOST_MEGABYTES}",
        "-max_len=8192",
        "-print_final_stats=1",
        f"-artifact_prefix={BUILD / given.target}-",
    ]
    places = given.again or [str(corpus)]
    atheris.Setup([sys.argv[0], *options, *places], target.feed)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
