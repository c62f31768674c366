# SPDX-License-Identifier: Apache-2.0
"""Run what the pages show, so that they show what is true.

    python tools/pages.py             write the outputs and pictures anew
    python tools/pages.py --check     say which of them differ

A page is run from top to bottom in a folder of its own, where ``assets`` and ``docs``
are those of the project:

- of a ``console`` block, each line after ``$ `` is a command of rnnkit; the lines
  below it are what it prints;
- a ``python`` block is run, all of a page in one namespace; what it prints stands in
  the ``text`` block right below it;
- ``<!-- screen NAME.svg -->`` above a console block draws the terminal as well;
- ``<!-- source MODULE:NAME ... -->`` above a ``py`` block fills it with our source;
- a file ``NAME.svg`` that the page wrote is kept in ``docs/pictures``.

Blocks of other languages are left as they are. Sums are rounded differently on other
processors, so numbers may differ a little; nothing else may.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import math
import operator
import os
import re
import shlex
import sys
import tempfile
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console as Recorder
from rich.text import Text

from rnnkit.cli.console import Console
from rnnkit.cli.main import run

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
RUN = (
    "README.md",
    "docs/index.md",
    *(f"docs/{part}/*.md" for part in ("tutorial", "how-to", "models")),
)
"""The pages that are run."""

_BLOCK = re.compile(
    r"^(?P<fence>```(?P<kind>console|python|py)\n)(?P<body>.*?)^```\n"
    r"(?P<output>\n```text\n.*?^```\n)?",
    re.MULTILINE | re.DOTALL,
)
_DIRECTIVE = re.compile(r"<!-- (screen|source) ([^>]*?) -->\s*\Z")
_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
_CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)")

_SCREEN = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>{chrome}</title>
<style>
.{unique_id}-matrix {{ font: {char_height}px/{line_height}px
ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }}
{styles}
</style>
<rect width="100%" height="100%" rx="8" fill="#292929"/>
<g transform="translate(9, 12)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


@dataclass
class _Page:
    """A page that is being run in the current folder."""

    name: str
    text: str
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})

    def anew(self) -> str:
        """The page with everything it shows as it is now."""
        return _BLOCK.sub(self._block, self.text)

    def _block(self, found: re.Match[str]) -> str:
        directive = _DIRECTIVE.search(self.text[: found.start()])
        verb, target = directive.groups() if directive else ("", "")
        body, output = found["body"], found["output"] or ""
        if found["kind"] == "console":
            body = self._console(body, target if verb == "screen" else None)
        elif found["kind"] == "python":
            # As many lines above it as on the page, so that errors name the right one.
            above = self.text[: found.start("body")].count("\n")
            printed = self._python("\n" * above + body)
            output = f"\n```text\n{printed}```\n" if printed else ""
        elif verb == "source":
            # Two blank lines between functions, as ruff would have them.
            body = "\n\n".join(map(_source, target.split()))
        return f"{found['fence']}{body}```\n{output}"

    def _console(self, block: str, picture: str | None) -> str:
        shown, screen = [], Text()
        for command in re.findall(r"^\$ (.*)", block, re.MULTILINE):
            shown.append(f"$ {command}\n{self._rnnkit(command, {})}")
            if picture:
                coloured = self._rnnkit(command, {"FORCE_COLOR": "1"})
                screen += Text(f"$ {command}\n", "bold")
                screen += Text.from_ansi(coloured) + Text("\n")
        if picture:
            Path(picture).write_text(_drawn(screen, picture), encoding="utf-8")
        return "".join(shown)

    def _rnnkit(self, command: str, environ: dict[str, str]) -> str:
        program, *arguments = shlex.split(command)
        stdout, stderr = io.StringIO(), io.StringIO()
        code = run(arguments, Console(stdout, stderr, environ))
        if program != "rnnkit" or code:
            sys.exit(f"{self.name}: '{command}' failed: {stderr.getvalue().strip()}")
        return stdout.getvalue()

    def _python(self, code: str) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, self.name, "exec"), self.names)  # as it stands there
        return printed.getvalue()


def _source(place: str) -> str:
    """The source of a function, ``module:name``, without its docstring."""
    module, _, name = place.partition(":")
    found = operator.attrgetter(name)(importlib.import_module(module))
    source = textwrap.dedent(inspect.getsource(found))
    return re.sub(r'\n +""".*?"""', "", source, count=1, flags=re.DOTALL)


def _drawn(screen: Text, name: str) -> str:
    """A terminal with a text on it, as SVG without fonts of others."""
    screen.rstrip()
    lines = screen.plain.splitlines()
    width = max(map(len, lines)) + 1
    console = Recorder(record=True, width=width, file=io.StringIO(), highlight=False)
    console.print(screen, soft_wrap=True)
    drawn = console.export_svg(
        title=lines[0], code_format=_SCREEN, unique_id=Path(name).stem
    )
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


def alike(one: str, other: str) -> bool:
    """Whether texts differ in nothing but how their numbers were rounded."""
    ours, theirs = _NUMBER.split(one), _NUMBER.split(other)
    return ours[::2] == theirs[::2] and all(
        math.isclose(float(a), float(b), rel_tol=0.02, abs_tol=0.05)
        for a, b in zip(ours[1::2], theirs[1::2], strict=True)
    )


def dead_links(page: Path, text: str) -> list[str]:
    """The files that a page leads to and that are not there."""
    targets = _LINK.findall(_CODE.sub("", text))
    return [target for target in targets if not (page.parent / target).exists()]


def written_by(page: Path) -> dict[Path, str]:
    """Run a page; what it and the pictures that it draws should hold."""
    back = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("assets", "docs"):
            os.symlink(ROOT / name, Path(folder, name))
        os.chdir(folder)
        try:
            name = page.relative_to(ROOT).as_posix()
            files = {page: _Page(name, page.read_text(encoding="utf-8")).anew()}
            for drawn in sorted(Path(folder).glob("*.svg")):
                files[PICTURES / drawn.name] = drawn.read_text(encoding="utf-8")
        finally:
            os.chdir(back)
    return files


def main(arguments: Sequence[str]) -> int:
    """Write or check all pages, or those that are named; return the exit code."""
    check = "--check" in arguments
    named = [Path(name).resolve() for name in arguments if name != "--check"]
    pages = named or [page for pattern in RUN for page in sorted(ROOT.glob(pattern))]
    problems = [
        f"{page.relative_to(ROOT)} leads to {target}, which is not there"
        for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
        for target in dead_links(page, page.read_text(encoding="utf-8"))
    ]
    for page in pages:
        for path, text in written_by(page).items():
            now = path.read_text(encoding="utf-8") if path.exists() else ""
            if alike(now, text):
                continue
            if check:
                problems.append(
                    f"{path.relative_to(ROOT)} is not what {page.name} gives"
                )
            else:
                path.write_text(text, encoding="utf-8")
    for problem in problems:
        print(problem, file=sys.stderr)
    if check and not problems:
        print(f"Pages kept: {len(pages)} run, what they show is what they print")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
