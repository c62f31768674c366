# SPDX-License-Identifier: Apache-2.0
"""The cells again, quick: the same equations, laid out for the machine.

Read ``cells/`` first: it says what is computed. Here it is computed with fewer and
larger passes over memory, and a test holds the two equal.

-   Everything lies in columns, one a sequence, so that each gate of each step is one
    block of memory. A column is [h; 1; x]: one product with [W_hh, b, W_ih] makes all
    gates, and what the cell says goes straight into the column of the next step.
-   A few symbols are one-hot columns, read by weights that have been through the whole
    table before: with 27 letters and a thousand steps that is 27 products instead of a
    thousand.
-   All sigmoids and tanhs of a step are one pass. With s(z) = 1 / (1 + exp(-z)),
    tanh(z) = 2 s(2z) - 1; so with the rows of sigmoid gates multiplied by -1 and those
    of tanh gates by -2, the whole block needs one exp, one sum and one reciprocal.
-   What the gradient of every gate will be multiplied by, its *slope*, does not depend
    on the way back. It is made on the way forth, a few steps at a time, while all that
    it is made of is still in the processor's cache.
-   Steps with the same number of sequences are one array, and the gradient of the
    weights is one product for many steps.

``kernel.py`` says what a quick cell is; ``rnn.py``, ``gru.py`` and ``lstm.py`` are
quick cells. ``scan.py`` takes one through time, ``reading.py`` brings its input into
the columns. A cell without a quick version runs as ``engine/recurrent.py`` runs it.
"""

from __future__ import annotations

from rnnkit.engine.fast.kernel import Kernel, Prepared
from rnnkit.engine.fast.scan import KERNELS, RunCache, backward, forward, step

__all__ = ["KERNELS", "Kernel", "Prepared", "RunCache", "backward", "forward", "step"]
