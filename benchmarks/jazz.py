# SPDX-License-Identifier: Apache-2.0
"""From the start of a process to a finished piece, and to its sound.

Each command is a whole process, and plays a form of 32 bars with a band. The sound is
that of a minute of music: 47 bars and an ending at 200 beats a minute.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.clock import print_processes

ROUNDS = 9

RHYTHM = ("--form", "rhythm", "--seed", "1", "--force")
MINUTE = ("--chords", "Cm7 | F7 | Bbmaj7 | Ebmaj7", "--choruses", "12", "--seed", "1")


def main() -> None:
    """Print CPU seconds: minimum, median, maximum."""
    rnnkit = str(Path(sys.executable).with_name("rnnkit"))
    jazz = [rnnkit, "jazz"]
    with tempfile.TemporaryDirectory() as folder:
        out = ("--out", f"{folder}/solo.mid")
        wav = ("--wav", f"{folder}/solo.wav", "--tempo", "200", "--force")
        commands = {
            "32 bars, one take": [*jazz, *RHYTHM, *out, "--best-of", "1"],
            "32 bars, best of four": [*jazz, *RHYTHM, *out],
            "32 bars, a page, a picture": [
                *(*jazz, *RHYTHM, *out),
                *("--html", f"{folder}/s.html", "--svg", f"{folder}/s.svg"),
            ],
            "a minute, without its sound": [*jazz, *MINUTE, *out, "--force"],
            "a minute, with its sound": [*jazz, *MINUTE, *wav],
            "32 bars, the course's way": [*jazz, *RHYTHM, *out, "--classic"],
            "score a file": [*jazz, "score", f"{folder}/solo.mid"],
        }
        print_processes("Whole processes of jazz", commands, rounds=ROUNDS)


if __name__ == "__main__":
    main()
