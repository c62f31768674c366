# SPDX-License-Identifier: Apache-2.0
"""Web pages that need nothing else: no network, no other file, light or dark.

A page is a template with marks: ``<!--HEAD-->``, where its title goes with what all
pages have in common, ``/*DATA*/null`` in its script, where what it shows goes, and
perhaps ``<!--BODY-->``, for what is drawn already.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from rnnkit.drawing.svg import valid

_MARKS = re.compile(r"<!--HEAD-->|<!--BODY-->|/\*DATA\*/null")

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


def page(template: Path, title: str, data: object, body: str = "") -> str:
    """Fill a template.

    Args:
        title: what the page is called.
        data: what JSON can express; it cannot end the script that it stands in.
        body: HTML.
    """
    head = _HEAD.format(
        title=html.escape(valid(title)),
        style=Path(__file__).with_name("page.css").read_text(encoding="utf-8"),
    )
    shown = json.dumps(data, allow_nan=False).replace("<", "\\u003c")
    parts = {"<!--HEAD-->": head, "<!--BODY-->": body, "/*DATA*/null": shown}
    text = template.read_text(encoding="utf-8")
    # Once through, so that a mark in what is put in stays what it is.
    return _MARKS.sub(lambda mark: parts[mark[0]], text)
