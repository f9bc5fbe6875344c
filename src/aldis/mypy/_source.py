"""The source of a module, read by Python's own parser.

mypy does not tell a plugin what surrounds a call, its visitors cannot be subclassed, and it has no
syntax tree of a module from its cache. So modules are parsed again where that is needed. If the
source cannot be read, or differs from what mypy read, nothing is found.
"""

from __future__ import annotations

import ast
import os
from functools import lru_cache
from importlib.util import decode_source
from pathlib import Path
from typing import TypeAlias

Function: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Source:
    """The syntax tree of a module, with the parent of every node."""

    def __init__(self, text: str) -> None:
        self.tree = tree = ast.parse(text)
        # the numbers of lines that are not ASCII
        self.not_ascii = (
            frozenset[int]()
            if text.isascii()
            else frozenset(at for at, line in enumerate(text.split("\n"), 1) if not line.isascii())
        )
        self._parents: dict[ast.AST, ast.AST] = {}
        self._calls: dict[int, list[ast.Call]] = {}
        self.functions: dict[tuple[int, str], Function] = {}
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
            if isinstance(node, ast.Call):
                self._calls.setdefault(node.lineno, []).append(node)
            elif isinstance(node, FUNCTIONS):
                self.functions[node.lineno, node.name] = node

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node around a node."""
        return self._parents.get(node)

    def calls(self) -> list[ast.Call]:
        """Return every call of the module."""
        return [call for calls in self._calls.values() for call in calls]

    def calls_from(self, line: int) -> list[ast.Call]:
        """Return the calls that begin in a line."""
        return self._calls.get(line, [])

    def enclosing(self, node: ast.AST) -> list[ast.AST]:
        """Return the nodes around a node, the innermost first."""
        around: list[ast.AST] = []
        parent = self.parent(node)
        while parent is not None:
            around.append(parent)
            parent = self.parent(parent)
        return around

    def function_around(self, node: ast.AST) -> Function | None:
        """Return the function that a node is in."""
        return next((each for each in self.enclosing(node) if isinstance(each, FUNCTIONS)), None)

    def is_of_the_module(self, node: ast.AST) -> bool:
        """Whether a node is at module level."""
        return not any(
            isinstance(each, (*FUNCTIONS, ast.ClassDef)) for each in self.enclosing(node)
        )

    def class_of(self, qualname: str) -> ast.ClassDef | None:
        """Return a class of the module, or of a class in it, that is defined once."""
        body: list[ast.stmt] = self.tree.body
        found: list[ast.ClassDef] = []
        for name in qualname.split("."):
            found = [s for s in statements(body) if isinstance(s, ast.ClassDef) and s.name == name]
            if len(found) != 1:
                return None
            body = found[0].body
        return found[0]

    def place_of(self, qualname: str) -> int | None:
        """Return the line where a name of the module, or of one of its classes, is bound."""
        owner, _, name = qualname.rpartition(".")
        within = self.class_of(owner) if owner else self.tree
        if within is None:
            return None
        body = within.body
        for statement in statements(body):
            if _binds(statement, name):
                return statement.lineno
        for statement in statements(body):  # set in a method
            if isinstance(statement, FUNCTIONS):
                for inner in ast.walk(statement):
                    if isinstance(inner, ast.stmt) and _sets(inner, name):
                        return inner.lineno
        return None


def source_of(path: str) -> Source | None:
    """Return the source of a module, if it can be read and parsed."""
    state = _state(path)
    return None if state is None else _parsed(path, *state)


def text_of(path: str) -> bytes:
    """Return the text of a module, if it can be read; this takes a hundredth of parsing it."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def _state(path: str) -> tuple[int, int] | None:
    """Return the modification time and size of a file."""
    try:
        found = os.stat(path)  # noqa: PTH116  # a `Path` takes longer to make
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=32)
def _parsed(path: str, _time: int, _size: int) -> Source | None:
    try:
        return Source(decode_source(Path(path).read_bytes()))
    except (OSError, SyntaxError, ValueError):
        return None


def statements(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a body, and those under `if`, `try` and `with`."""
    found: list[ast.stmt] = []
    for statement in body:
        found.append(statement)
        if isinstance(statement, (ast.If, ast.Try, ast.With)):
            for field in ("body", "orelse", "finalbody"):
                found += statements(getattr(statement, field, []))
            for handler in getattr(statement, "handlers", []):
                found += statements(handler.body)
    return found


def _binds(statement: ast.stmt, name: str) -> bool:
    if isinstance(statement, FUNCTIONS):
        return statement.name == name
    return any(isinstance(t, ast.Name) and t.id == name for t in _targets(statement))


def _sets(statement: ast.stmt, name: str) -> bool:
    return any(isinstance(t, ast.Attribute) and t.attr == name for t in _targets(statement))


def _targets(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    return [statement.target] if isinstance(statement, ast.AnnAssign) else []
