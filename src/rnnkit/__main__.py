# SPDX-License-Identifier: Apache-2.0
"""Let ``python -m rnnkit`` do what the ``rnnkit`` command does."""

from __future__ import annotations

import sys

from rnnkit.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
