# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from rnnkit.errors import ModelError
from rnnkit.files import runs
from rnnkit.files.runs import Growing, Run, mapped, merge, save_run, summed


def test_merging_adds_what_the_runs_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_MOST_AT_ONCE", 60)
    monkeypatch.setattr(runs, "_SAMPLE", 5)
    random = np.random.default_rng(1)
    expected: Counter[int] = Counter()
    written = []
    for number, factor in enumerate((1.0, 2.0, 0.5)):
        keys = np.unique(random.integers(0, 500, 200) ** 3)
        values = random.integers(1, 9, len(keys))
        written.append(Run(tmp_path, str(number)))
        save_run(written[-1], keys, values)
        for key, value in zip(keys.tolist(), values.tolist(), strict=True):
            expected[key] += factor * value
    found = list(merge(written, [1.0, 2.0, 0.5]))
    assert len(found) > 5
    # No stretch is much longer than what was allowed.
    assert max(len(keys) for keys, _ in found) <= 3 * 60
    keys = np.concatenate([keys for keys, _ in found])
    sums = np.concatenate([sums for _, sums in found])
    assert keys.tolist() == sorted(expected)
    np.testing.assert_allclose(sums, [expected[key] for key in sorted(expected)])


@pytest.mark.parametrize("bits", [1, 23])
def test_sums_of_equal_keys(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_POSITION_BITS", bits)
    keys, sums = summed(np.array([5, 1, 5, 2**39, 1]), np.array([1.0, 2, 3, 4, 5]))
    assert (keys.tolist(), sums.tolist()) == ([1, 5, 2**39], [7, 4, 4])


def test_a_growing_array_is_an_ordinary_file(tmp_path: Path) -> None:
    path = tmp_path / "grown.npy"
    with Growing(path, "<f4") as grown:
        for number in range(300):
            grown.add(np.full(number, number))
    assert np.array_equal(np.load(path), np.repeat(np.arange(300.0), np.arange(300)))
    with Growing(path, "<i8"):
        pass
    assert mapped(path).shape == (0,)


def test_a_damaged_run_is_told(tmp_path: Path) -> None:
    run = Run(tmp_path, "run")
    with pytest.raises(ModelError, match="is missing or damaged"):
        run.arrays()
    save_run(run, np.arange(9), np.arange(9))
    content = run.paths[1].read_bytes()
    for cut in (0, 10, len(content) - 1):
        run.paths[1].write_bytes(content[:cut])
        with pytest.raises(ModelError, match="is missing or damaged"):
            run.arrays()
    save_run(run, np.arange(9), np.arange(8))
    with pytest.raises(ModelError, match="do not fit together"):
        run.arrays()
    run.remove()
    assert list(tmp_path.iterdir()) == []
