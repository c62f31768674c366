# SPDX-License-Identifier: Apache-2.0
"""Word vectors for those who import them, as the page shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnkit import vectors
from tests import tables_of_vectors


def test_what_the_page_shows(tmp_path: Path) -> None:
    path = tables_of_vectors.write(tmp_path / "v.txt")
    for given in (path, str(path)):
        v = vectors.load(given)
        assert (len(v), v.dimensions) == (9, 3)
    assert v["king"].shape == (3,)
    assert v["king"].dtype == "float32"
    assert "king" in v
    with pytest.raises(KeyError):
        v["kong"]
    assert v.vectors(["king", "queen"]).shape == (2, 3)
    first = v.similar("king", top=1)[0]
    assert isinstance(first, vectors.Neighbour)
    assert first.word == "queen"
    assert [each[0].word for each in v.similar_all(["king", "queen"])] == [
        "queen",
        "king",
    ]
    assert isinstance(v.compare("king", "queen"), vectors.Comparison)
    assert v.analogy("man", "king", "woman")[0].word == "queen"
    assert v.analogy_all([("man", "king", "woman")])[0][0].word == "queen"
    assert v.combine(["king", "woman"], ["man"])[0].word == "queen"
    assert v.words.find_all(["king", "kong"]).tolist() == [2, -1]
    assert len(vectors.load(path, limit=2)) == 2
    fewer = vectors.load(path, dimensions=2)
    assert fewer["king"].tolist() == v["king"].tolist()[:2]
    assert fewer.compare("king", "queen").cosine != v.compare("king", "queen").cosine
