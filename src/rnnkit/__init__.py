# SPDX-License-Identifier: Apache-2.0
"""Recurrent networks in NumPy, and what people do with them.

The package is built in floors, and a module imports only from floors below its own:

    cli/                          parse, call, print
    vectors                       word vectors, for those who import them
    tasks/                        names, jazz, emoji, words <-> arrays
    models/                       what several tasks share
    engine/   files/   drawing/   arrays;  bytes;  pictures in text
    errors                        what can go wrong, and what to type then

Start reading in ``rnnkit.engine``, which needs nothing but NumPy. Each package says
what its modules are for.

What other programs may rely on: ``rnnkit.engine``, ``rnnkit.engine.course``,
``rnnkit.vectors``, ``rnnkit.drawing``, ``rnnkit.errors`` (docs/reference lists all of
it), and the commands with ``--json``. The rest is there to be read and may change.

This module imports nothing, because every command pays for what it imports:
``import rnnkit`` costs a millisecond, and ``import rnnkit.engine`` brings NumPy.
"""

from __future__ import annotations

__version__ = "0.1.0"
