# SPDX-License-Identifier: Apache-2.0
"""Dropout (Srivastava et al., 2014): silence some numbers, so that none is relied on.

What is kept is divided by the share that is kept ("inverted" dropout), so that
nothing needs to change when the network is used.

The variational kind (Gal & Ghahramani, 2016, arXiv:1512.05287) silences the same
features at every step of a sequence: noise that differs from step to step makes a
recurrent network forget, noise that stays does not.
"""

from __future__ import annotations

import numpy as np

from rnnkit.engine.arrays import FloatArray
from rnnkit.engine.packing import Packing


def draw_mask(
    rows: FloatArray,
    packing: Packing,
    *,
    rate: float,
    variational: bool,
    generator: np.random.Generator,
) -> FloatArray:
    """A mask of the shape of ``rows`` (N, D): 0 with chance ``rate``, else 1/(1-rate).

    Multiply by it going forward, and multiply the gradient by it going back.

    Args:
        rate: the share to silence, from 0 up to, but not including, 1.
        variational: draw one mask a sequence instead of one a step.
    """
    count = packing.batch_size if variational else len(rows)
    kept = generator.random((count, rows.shape[1]), dtype=np.float32) >= rate
    mask = kept.astype(rows.dtype)
    mask /= 1 - rate
    return mask[packing.sequence] if variational else mask
