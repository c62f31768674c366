# SPDX-License-Identifier: Apache-2.0
"""Web pages that need nothing else: no network, no other file, light or dark.

A page is a template with two marks: ``<!--HEAD-->``, where its title goes with what all
pages have in common, and ``/*DATA*/null`` in its script, where what it shows goes.
"""

from __future__ import annotations

import html
import json
from pathlib import Path

from rnnkit.drawing.svg import valid

_HEAD = """\
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
img-src data:">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
{style}</style>"""


def page(template: Path, title: str, data: object) -> str:
    """Fill a template.

    Args:
        title: what the page is called.
        data: what JSON can express; it cannot end the script that it stands in.
    """
    head = _HEAD.format(
        title=html.escape(valid(title)),
        style=Path(__file__).with_name("page.css").read_text(encoding="utf-8"),
    )
    shown = json.dumps(data, allow_nan=False).replace("<", "\\u003c")
    before, _, after = template.read_text(encoding="utf-8").partition("<!--HEAD-->")
    # Data is put in last, so that nothing in it is taken for a mark.
    return before + head + after.replace("/*DATA*/null", shown)
