# SPDX-License-Identifier: Apache-2.0
"""The budget names what is too long, and what is excused for nothing."""

from __future__ import annotations

from tools.module_budget import LIMIT, problems


def test_modules_up_to_the_limit_are_fine() -> None:
    assert problems({"short.py": 1, "full.py": LIMIT}, {}) == []


def test_a_module_over_the_limit_is_named_with_its_length() -> None:
    (problem,) = problems({"rnnkit/long.py": LIMIT + 1}, {})
    assert problem.startswith(f"rnnkit/long.py has {LIMIT + 1} lines")


def test_a_listed_module_may_be_longer() -> None:
    assert problems({"long.py": LIMIT + 1}, {"long.py": "one large table"}) == []


def test_an_excuse_that_is_needed_no_more_is_reported() -> None:
    excuses = {"short.py": "was long", "gone.py": "was long too"}
    assert len(problems({"short.py": LIMIT}, excuses)) == len(excuses)
