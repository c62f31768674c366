# SPDX-License-Identifier: Apache-2.0
"""The number of BLAS threads decides the order of sums, and so only their rounding."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from rnnkit.engine import relative_error
from rnnkit.engine.arrays import FloatArray
from tests.conftest import CALM

# In float32, whose numbers are rounded by up to 6e-8 of their size.
ROUNDING = 1e-5

PROGRAM = """
import sys
import numpy as np
from rnnkit.engine import *

config = NetworkConfig(
    (Number("x", 64),), (Head("y", 50),), Recurrence("lstm", hidden=128, layers=2)
)
network = RecurrentNetwork(config, generator=np.random.default_rng(0))
generator = np.random.default_rng(1)
packing = Packing.of(generator.integers(10, 20, size=32))
x = generator.normal(size=(packing.row_count, 64))
outputs, cache = network.forward({"x": x}, packing)
targets = generator.integers(50, size=packing.row_count)
loss, d_logits = softmax_cross_entropy(outputs.logits["y"], targets)
network.backward(cache, {"y": d_logits})
for array in (outputs.logits["y"], network.parameters.gradient):
    sys.stdout.buffer.write(array.tobytes())
"""


def results(threads: int) -> FloatArray:
    """Logits and gradient as a process with so many threads computes them."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=CALM | dict.fromkeys(names, str(threads)),
        capture_output=True,
        check=True,
    )
    return np.frombuffer(done.stdout, np.float32)


def test_one_thread_or_two_agree_to_rounding() -> None:
    one, two = results(1), results(2)
    assert one.size > 200_000
    assert relative_error(one, two) < ROUNDING
    np.testing.assert_array_equal(one, results(1))
