# SPDX-License-Identifier: Apache-2.0
"""How the site is built: ``make docs`` (Sphinx, MyST, furo).

The pages are Markdown. What Sphinx adds is made while it builds and so is never out of
date: the reference of the commands is their ``--help``, that of the library its
docstrings.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from rnnkit import __version__
from rnnkit.cli.console import Console
from rnnkit.cli.main import run
from rnnkit.cli.program import app as commands
from rnnkit.engine import HiddenState

PAGES = Path(__file__).resolve().parent
ROOT = PAGES.parent
sys.path.insert(0, str(ROOT / "src"))

project = "rnnkit"
author = "The rnnkit authors"
copyright = author
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["**/README.md"]
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
pygments_dark_style = "github-dark"
html_title = f"rnnkit {__version__}"
html_show_sourcelink = False
# Summaries are fetched, and a page that lies on a disk may fetch nothing.
html_show_search_summary = False

myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True}
napoleon_numpy_docstring = False
napoleon_use_rtype = False
# The fields of a named tuple are members as well; told twice, they would be two.
napoleon_use_ivar = True
# Their types stand in the signature already.
napoleon_attr_annotations = False
# Arrays are called what the code calls them.
_NAMES = ("Array", "ArrayLike", "BoolArray", "DTypeLike", "FloatArray", "IntArray")
autodoc_type_aliases = {name: name for name in (*_NAMES, "Named", "Floats")}
# `word` in a docstring is code, and a link where there is something to go to.
default_role = "py:obj"
# Highlighting is a help, not a check: shell lines and tables are text.
suppress_warnings = ["misc.highlighting_failure"]


LIVE = {
    "gates": ("dino", "inspect", "Pachycephalosaurus"),
    "solo": ("jazz", "--form", "blues", "--seed", "3"),
    "towns": ("vectors", "plot", "france:paris", "italy:rome", "japan:tokyo"),
}
"""The pages to play with, by the words that make them."""


def _told(*words: str) -> str:
    stdout, stderr = io.StringIO(), io.StringIO()
    if run([*words], Console(stdout, stderr, {"COLUMNS": "90"})):
        raise RuntimeError(stderr.getvalue())
    return stdout.getvalue()


def _commands(group: typer.Typer, *words: str) -> Iterator[tuple[str, ...]]:
    """The words of every command and group, as the table of commands has them."""
    yield words
    for command in group.registered_commands:
        yield (*words, str(command.name))
    for part in group.registered_groups:
        below = part.typer_instance
        assert below is not None
        yield from _commands(below, *words, str(below.info.name))


def _add_commands(_: Any, document: str, source: list[str]) -> None:
    """Put the help of every command below the words of the page of commands."""
    if document == "reference/commands":
        source[0] += "".join(
            f"\n## rnnkit {' '.join(words)}\n\n```text\n{_told(*words, '--help')}```\n"
            for words in sorted(_commands(commands))
        )


_ARRAY = re.compile(
    r"~?(?:numpy\.)?ndarray\[tuple\[~?(?:typing\.)?Any, \.\.\.\], "
    r"~?(?:numpy\.)?dtype\[~?(?:\w+\.)?(\w+)(?:\[~?(?:typing\.)?Any\])?\]\]"
)
_ARRAYS = {"floating": "FloatArray", "integer": "IntArray", "Any": "Array"}
_ALIAS = re.compile(r"~?(?:\w+\.)*TypeAliasForwardRef\('(\w+)'\)")


def _plain_signature(
    _app: Any,
    _what: str,
    _name: str,
    described: Any,
    _options: Any,
    signature: str | None,
    returned: str | None,
) -> tuple[str | None, str | None]:
    """Write a signature as the code has it, as far as that can be known."""

    def plain(text: str) -> str:
        text = _ARRAY.sub(
            lambda found: _ARRAYS.get(found[1], f"NDArray[{found[1]}]"), text
        )
        # Sphinx reads a signature only if it is Python, and then shortens its names.
        text = text.replace("<factory>", "...")
        return _ALIAS.sub(r"\1", re.sub(r"<class '([\w.]+)'>", r"\1", text))

    if getattr(described, "_is_protocol", False):
        return "", returned  # nobody calls a protocol
    return signature and plain(signature), returned and plain(returned)


def _skip_fields(
    _app: Any, _what: str, _name: str, member: Any, skip: bool, _options: Any
) -> bool | None:
    """Leave out the fields of named tuples: they stand in the signature already."""
    return True if isinstance(member, type(HiddenState.hidden)) else None


def _keep_names_of_files(_: Any, document: str, source: list[str]) -> None:
    """Leave the words of links to what is no page (``tools/pages.py`` checks them)."""
    folder = (PAGES / document).parent

    def kept(link: re.Match[str]) -> str:
        inside = (folder / link[2]).resolve().is_relative_to(PAGES)
        return link[0] if inside else link[1]

    source[0] = re.sub(r"\[([^\]]*)\]\((\.\./[^)#\s]*)\)", kept, source[0])


_WITHIN = re.compile(r"(?<=[\d*]) (?=[±/] [\d*]|%)|(?<=[\d*] [±/]) (?=[\d*])")


def _keep_figures_whole(_: Any, _document: str, source: list[str]) -> None:
    """Let no cell of a table be broken within "1.58 ± 0.04" or "58 %"."""
    source[0] = re.sub(
        r"^\|.*",
        lambda row: _WITHIN.sub("\u00a0", row[0]),
        source[0],
        flags=re.MULTILINE,
    )


def _add_live_pages(app: Any, failure: Exception | None) -> None:
    folder = Path(app.outdir) / "live"
    folder.mkdir(exist_ok=True)
    for name, words in LIVE.items():
        option = "--out" if words[0] == "vectors" else "--html"
        _told(*words, option, str(folder / f"{name}.html"), "--force")


def setup(app: Any) -> None:
    """What Sphinx calls."""
    app.connect("source-read", _add_commands)
    app.connect("source-read", _keep_names_of_files)
    app.connect("source-read", _keep_figures_whole)
    app.connect("autodoc-process-signature", _plain_signature)
    app.connect("autodoc-skip-member", _skip_fields)
    app.connect("build-finished", _add_live_pages)
