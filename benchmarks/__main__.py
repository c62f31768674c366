# SPDX-License-Identifier: Apache-2.0
"""All measurements, one after the other: ``python -m benchmarks``."""

from __future__ import annotations

from benchmarks import cells, growth, jazz, names, speed, startup

if __name__ == "__main__":
    for part in (startup, jazz, cells, speed, growth, names):
        part.main()
        print()
