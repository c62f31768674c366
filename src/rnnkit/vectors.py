# SPDX-License-Identifier: Apache-2.0
"""Word vectors as a library.

All of it in a few lines::

    from rnnkit import vectors

    v = vectors.load("glove.6B.50d.txt")    # or a name, or nothing: those that ship
    v["king"]                               # its vector, (D,)
    "king" in v
    v.similar("king")                       # [Neighbour(word, score), ...]
    v.analogy("man", "king", "woman")       # man is to king as woman is to ...
    v.combine(["king", "woman"], ["man"])   # free arithmetic
    vectors.softened(v).similar("king")     # as `rnnkit similar` asks vectors that ship

`load` and `WordVectors` tell what they take and give; `Floats` are arrays of float32.
"""

from __future__ import annotations

from rnnkit.models.softening import softened
from rnnkit.models.vector_files import load, names
from rnnkit.models.vectors import Comparison, Neighbour, WordVectors

__all__ = ["Comparison", "Neighbour", "WordVectors", "load", "names", "softened"]
