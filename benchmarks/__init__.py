# SPDX-License-Identifier: Apache-2.0
"""Measurements: run ``make bench``, or one part with ``python -m benchmarks.NAME``.

Times are CPU seconds of one thread, the two rivals in turn, so that a machine that
slows down slows both; the ratio is what to look at. Nothing here is a test.
"""

import os

# BLAS reads this when NumPy is first imported, which no module before this one does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
