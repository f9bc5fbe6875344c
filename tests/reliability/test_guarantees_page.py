"""Every promise on the page names tests, and each of them exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guarantees.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("file", "name"), NAMED, ids=[name for _, name in NAMED])
def test_a_test_that_the_page_names_exists(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    assert name in {node.name for node in tree.body if isinstance(node, kinds)}


def test_every_promise_names_a_test() -> None:
    promises = re.split(r"^- ", PAGE, flags=re.MULTILINE)[1:]
    assert len(promises) > 25
    assert not [promise for promise in promises if "`tests/" not in promise]


def test_every_test_of_reliability_proves_a_promise() -> None:
    """But those of the tests themselves, and those that prove what a comment says."""
    helpers = {"test_guarantees_page.py", "test_invariants.py"}
    files = [path for path in Path(__file__).parent.glob("test_*.py") if path.name not in helpers]
    assert len(files) > 5
    for path in files:
        assert any(file.endswith(f"reliability/{path.name}") for file, _ in NAMED), path.name
