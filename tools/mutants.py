# SPDX-License-Identifier: Apache-2.0
"""Change one thing in the engine, and see whether a test notices.

    python tools/mutants.py --count 200 --seed 1
    python tools/mutants.py --only losses.py --count 0      every mutant of a module

A mutant differs from a module in one place: a sign, a comparison, a number, a
condition, a check that is left out. The tests of that module run first, then the others
of the engine. A mutant that no test kills is printed with its line: either it changes
nothing that anybody could notice, or a test is missing.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
ENGINE = ROOT / "src" / "rnnkit" / "engine"
TESTS = ROOT / "tests" / "engine"

MOST_SECONDS = 120
"""Of CPU for the tests of one mutant; one that makes them go on for ever is noticed."""

_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


class Mutant(NamedTuple):
    """A change to a module: of which node, counted as they are walked through."""

    path: Path
    line: int
    place: int
    variant: int


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every mutant of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for place, node in enumerate(ast.walk(tree)):
        for variant in range(2):
            if isinstance(node, ast.stmt | ast.expr) and _change(
                copy.copy(node), variant
            ):
                yield Mutant(path, node.lineno, place, variant)


def source_of(mutant: Mutant) -> tuple[str, str, str]:
    """The changed module, and what its place was and is."""
    tree = ast.parse(mutant.path.read_text(encoding="utf-8"))
    node = next(n for at, n in enumerate(ast.walk(tree)) if at == mutant.place)
    before = ast.unparse(node)
    _change(node, mutant.variant)
    return ast.unparse(tree), before, ast.unparse(node)


def _change(node: ast.AST, variant: int) -> bool:
    """Change a node in place; whether there was something to change."""
    match node, variant:
        case ((ast.BinOp() | ast.AugAssign() | ast.BoolOp()), 0):
            new = _SWAPPED.get(type(node.op))
            if new is None:
                return False
            node.op = new()  # type: ignore[assignment]
        case ast.Compare(), 0:
            node.ops = [_SWAPPED[type(node.ops[0])](), *node.ops[1:]]  # type: ignore[list-item]
        case ast.UnaryOp(op=ast.USub()), 0:
            node.op = ast.UAdd()
        case ((ast.If() | ast.IfExp() | ast.While()), 0):
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.If(body=[ast.Raise()]), 1:
            node.body = [ast.Pass()]
        case ast.Constant(value=bool()), 0:
            node.value = not node.value
        case ast.Constant(value=(int() | float()) as value), 0:
            node.value = value + 1
        case _:
            return False
    return True


def killed_by(mutant: Mutant, source: str, copied: Path) -> str:
    """The tests that notice a mutant, or "" if none does."""
    place = copied / mutant.path.relative_to(ROOT)
    whole = place.read_text(encoding="utf-8")
    place.write_text(source, encoding="utf-8")
    try:
        own = TESTS / f"test_{mutant.path.name}"
        if mutant.path.parent != ENGINE:
            folder = TESTS / mutant.path.parent.name
            own = folder if folder.is_dir() else TESTS / f"test_{folder.name}.py"
        for tests in ([own] if own.exists() else []) + [TESTS]:
            if not _passes(tests, copied):
                return tests.name
        return ""
    finally:
        place.write_text(whole, encoding="utf-8")


def _passes(tests: Path, copied: Path) -> bool:
    """Run tests in a child that has pytest and NumPy already, and no rnnkit."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = _run(tests, copied)
        finally:
            # Whatever happens here, what the parent began is not ended twice.
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return status == 0


def _run(tests: Path, copied: Path) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    # One that waits for ever takes no CPU.
    signal.alarm(5 * MOST_SECONDS)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    sys.path[:0] = [str(copied / "src"), str(ROOT)]
    os.environ["PYTHONPATH"] = str(copied / "src")
    sys.dont_write_bytecode = True
    import pytest

    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", str(tests)]))


def main() -> int:
    """Try some mutants, print those that live, and how many were killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="0: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="a part of the module's path")
    given = parser.parse_args()
    import numpy as np  # noqa: F401
    import pytest  # noqa: F401

    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    paths = [path for path in sorted(ENGINE.rglob("*.py")) if given.only in str(path)]
    mutants = [mutant for path in paths for mutant in mutants_of(path)]
    random.Random(given.seed).shuffle(mutants)
    chosen = mutants[: given.count or None]
    killed = 0
    with tempfile.TemporaryDirectory() as name:
        copied = Path(name)
        shutil.copytree(ROOT / "src", copied / "src")
        shutil.copytree(ROOT / "assets", copied / "assets")
        if not _passes(TESTS, copied):
            print("the tests fail without any mutant", file=sys.stderr)
            return 1
        for number, mutant in enumerate(chosen, start=1):
            source, before, after = source_of(mutant)
            by = killed_by(mutant, source, copied)
            killed += bool(by)
            where = f"{mutant.path.relative_to(ENGINE)}:{mutant.line}"
            fate = f"killed by {by}" if by else "LIVES"
            print(
                f"{number:4} {fate:28} {where}: {before.splitlines()[0][:70]}"
                f"  ->  {after.splitlines()[0][:70]}",
                flush=True,
            )
    print(f"{killed} of {len(chosen)} killed; {len(mutants)} mutants in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
