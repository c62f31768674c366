# SPDX-License-Identifier: Apache-2.0
"""Where the ``rnnkit`` command and ``python -m rnnkit`` begin."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; return the exit code.

    Ctrl-C can come while even the wall around the commands is still being read.
    """
    try:
        from rnnkit.cli.main import main as run

        return run()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
