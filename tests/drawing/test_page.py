# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rnnkit.drawing.page import page

TEMPLATE = """<!doctype html>
<head>
<!--HEAD-->
</head>
<!--BODY-->
<script>
const data = /*DATA*/null;
</script>
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.html"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def test_every_page_is_light_or_dark_and_loads_nothing(template: Path) -> None:
    text = page(template, "t", None)
    assert "default-src 'none'" in text
    assert "prefers-color-scheme: dark" in text
    assert ":focus-visible" in text
    assert "http" not in text.replace("http-equiv", "")


def test_what_is_put_in_stays_what_it_is(template: Path) -> None:
    hostile = "</script><script>alert(1)</script> <!--BODY--> /*DATA*/null \\1 \ud800"
    text = page(template, hostile, {"said": hostile}, body="<p>/*DATA*/null</p>")
    assert text.count("<script>") == 1
    assert "<p>/*DATA*/null</p>" in text
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in text
    found = re.search("const data = (.*);\n", text)
    assert found
    assert json.loads(found[1]) == {"said": hostile}
    assert text.encode()


def test_what_is_no_json_is_refused(template: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        page(template, "t", [float("nan")])
