# SPDX-License-Identifier: Apache-2.0
"""From the start of a process to the first name, beside a process of PyTorch's.

PyTorch's imports itself, makes a network with random weights, and draws 12 characters.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.clock import print_processes

ROUNDS = 9


def main() -> None:
    """Print CPU seconds: minimum, median, maximum."""
    rnnkit = str(Path(sys.executable).with_name("rnnkit"))
    commands = {
        "rnnkit --help": [rnnkit, "--help"],
        "rnnkit dino sample -n 1": [rnnkit, "dino", "sample", "-n", "1", "--seed", "1"],
        "python -c 'import numpy'": [sys.executable, "-c", "import numpy"],
        "PyTorch, 12 characters": [sys.executable, "-m", "benchmarks.theirs"],
    }
    print_processes("Start of a process", commands, rounds=ROUNDS)


if __name__ == "__main__":
    main()
