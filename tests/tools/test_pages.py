# SPDX-License-Identifier: Apache-2.0
"""A page shows what its code prints, and the tool notices when it does not."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tools import pages

PAGE = """\
# A page

```python
x = 20
print(x + 1)
```

Words.

```python
print(x)
```

```text
stale
```

```py
raise SystemError("not run")
```

<!-- screen terminal.svg -->
```console
$ rnnkit --version
stale
```

<!-- source rnnkit.engine.cells.rnn:RNNCell.forward -->
```py
stale
```
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    monkeypatch.setattr(pages, "PICTURES", tmp_path)
    path = tmp_path / "page.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_a_page_gets_what_its_code_prints(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pages.main(["--check", str(page)]) == 1
    assert "page.md is not what page.md gives" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == PAGE

    assert pages.main([str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "print(x + 1)\n```\n\n```text\n21\n```\n\nWords." in text
    assert "```text\n20\n```" in text
    assert "$ rnnkit --version\nrnnkit 0." in text
    assert "h = tanh(from_input" in text
    assert '"""' not in text
    assert "stale" not in text
    screen = ET.fromstring((page.parent / "terminal.svg").read_text(encoding="utf-8"))
    assert "--version" in "".join(screen.itertext())

    assert pages.main(["--check", str(page)]) == 0


def test_a_page_whose_code_fails_stops_it(page: Path) -> None:
    page.write_text("```console\n$ rnnkit dino score\n```\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="failed"):
        pages.main(["--check", str(page)])


def test_only_the_rounding_of_numbers_may_differ() -> None:
    assert pages.alike("loss 1.234, 3 names", "loss 1.235, 3 names")
    assert not pages.alike("loss 1.234", "loss 1.334")
    assert not pages.alike("Rex 1.0", "Tyr 1.0")
    assert not pages.alike("1", "1 2")


def test_dead_links_are_told(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page.write_text("[a](page.md#there) [b](gone.md) `[c](code.md)`", encoding="utf-8")
    assert pages.main(["--check", str(page)]) == 1
    told = capsys.readouterr().err
    assert "page.md leads to gone.md" in told
    assert told.count("leads to") == 1
