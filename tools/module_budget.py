# SPDX-License-Identifier: Apache-2.0
"""Keep every module short enough to be read in one sitting.

    python tools/module_budget.py

A module that needs more than its 400 lines is listed in ``LONGER`` with the reason. An
entry that is needed no more is reported too, so the list cannot outlive its reasons.
"""

from __future__ import annotations

import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"
LIMIT = 400

# The path below src/, and why one idea takes that many lines.
LONGER: dict[str, str] = {}


def problems(lengths: dict[str, int], longer: dict[str, str]) -> list[str]:
    """Return one sentence for each module that breaks the budget, by path."""
    found = []
    for path, length in sorted(lengths.items()):
        if length > LIMIT and path not in longer:
            found.append(
                f"{path} has {length} lines, and the limit is {LIMIT}: "
                "split it, or list it in tools/module_budget.py with the reason"
            )
    for path in sorted(longer):
        if lengths.get(path, 0) <= LIMIT:
            found.append(f"{path} is listed as longer than {LIMIT} lines and is not")
    return found


def main() -> int:
    """Print the problems, or how the budget stands; return the exit code."""
    lengths = {
        path.relative_to(SOURCE).as_posix(): len(path.read_bytes().splitlines())
        for path in SOURCE.rglob("*.py")
    }
    found = problems(lengths, LONGER)
    if found:
        print("\n".join(found), file=sys.stderr)
        return 1
    longest = max(lengths, key=lambda path: lengths[path])
    print(
        f"Module budget kept: {len(lengths)} modules, "
        f"the longest is {longest} with {lengths[longest]} lines"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
