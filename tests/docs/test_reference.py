# SPDX-License-Identifier: Apache-2.0
"""The list of what programs may rely on is whole, and true."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest

from rnnkit import engine, vectors

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
INDEX = (REFERENCE / "index.md").read_text(encoding="utf-8")
PUBLIC = re.findall(r"^\| \[`(rnnkit[\w.]*)`\]\((\w+\.md)\)", INDEX, re.MULTILINE)


@pytest.mark.parametrize(("name", "page"), PUBLIC)
def test_what_is_public_has_a_page_of_its_docstrings(name: str, page: str) -> None:
    shown = re.findall(r"automodule:: (\S+)", (REFERENCE / page).read_text("utf-8"))
    assert shown
    for module in shown:
        assert module == name or module.startswith(f"{name}.")
        assert importlib.import_module(module).__doc__


def test_no_other_module_has_a_page() -> None:
    pages = {path.name for path in REFERENCE.glob("*.md")}
    assert pages == {"index.md", "commands.md", *(page for _, page in PUBLIC)}


@pytest.mark.parametrize("module", [engine, vectors], ids=lambda each: each.__name__)
def test_whatever_a_signature_names_can_be_imported_beside_it(
    module: ModuleType,
) -> None:
    """Someone who writes a feedback of their own must find `Feedback`."""
    public = [getattr(module, name) for name in module.__all__]
    functions = [each for each in public if inspect.isfunction(each)]
    named = {
        word
        for function in functions
        for annotation in function.__annotations__.values()
        for word in re.findall(r"\b[A-Z]\w+", str(annotation))
    }
    ours = {
        word
        for word in named
        for function in functions
        if inspect.isclass(found := function.__globals__.get(word))
        and found.__module__.startswith("rnnkit")
    }
    assert ours
    assert ours <= set(module.__all__)
