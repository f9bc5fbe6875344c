"""The declarations that exist already, written by an earlier run or by hand."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aldis._migrate._scope import scope_of
from aldis._migrate._unions import ANY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from aldis._migrate._model import Declaration, Program
    from aldis._migrate._scope import Scope

_DECORATORS = ("typed", "Signal", "Signal.method", "AsyncSignal", "AsyncSignal.method", "_declare")


@dataclass(frozen=True)
class Existing:
    """A declaration that is written already.

    Attributes:
        symbol: The signal.
        path: The file of it.
        line: The line there.
        sender: The type of the sender, its names qualified; "" if each instance sends it.
        payload: The type of each name; "" if it has none.
        required: The names that have no default.
        is_open: Whether it takes other names, too.
    """

    symbol: str
    path: Path
    line: int
    sender: str
    payload: Mapping[str, str]
    required: frozenset[str]
    is_open: bool


def already_declared(program: Program) -> list[Declaration]:
    """Return the untyped signals that `typed` has wrapped in a declaration."""
    by_path: dict[Path, set[tuple[int, int]]] = {}
    for path, text in program.files.items():
        if "typed" in text:
            by_path[path] = set(_viewed(text))
    return [
        one
        for one in program.declarations
        if (one.made.line, one.made.column) in by_path.get(one.made.path, ())
    ]


def _viewed(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of the signals that are passed to `typed`."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and node.args and _last(node.func) == "typed":
            yield node.args[0].lineno, node.args[0].col_offset


def declared_in(path: Path, text: str, module: str) -> Iterator[Existing]:
    """Return the declarations of a file.

    Args:
        path: The file.
        text: What is in it.
        module: Its name.
    """
    tree = ast.parse(text)
    scope = scope_of(tree, module, is_package=path.stem == "__init__")
    functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
    for node, owner in _with_owners(tree, module):
        if isinstance(node, ast.FunctionDef) and any(map(_declares, node.decorator_list)):
            yield _existing(node, f"{owner}.{node.name}", path, scope)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            function = _function_given(node.value, functions)
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if function is not None:
                yield _existing(function, f"{owner}.{_last(target)}", path, scope)


def _with_owners(tree: ast.AST, owner: str) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.iter_child_nodes(tree):
        yield node, owner
        inner = f"{owner}.{node.name}" if isinstance(node, ast.ClassDef) else owner
        yield from _with_owners(node, inner)


def _declares(decorator: ast.expr) -> bool:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    text = ast.unparse(node)
    return any(text == name or text.endswith(f".{name}") for name in _DECORATORS)


def _function_given(
    value: ast.expr | None, functions: Mapping[str, ast.FunctionDef]
) -> ast.FunctionDef | None:
    """Return the function of `Signal(function)` or `typed(signal, function)`."""
    if not isinstance(value, ast.Call) or not value.args or not _declares(value):
        return None
    return functions.get(ast.unparse(value.args[-1]))


def _existing(function: ast.FunctionDef, symbol: str, path: Path, scope: Scope) -> Existing:
    given = function.args
    either = [*given.posonlyargs, *given.args]
    first, rest = either[:1], either[1:]
    without_default = either[: len(either) - len(given.defaults)]
    required = {one.arg for one in rest if one in without_default}
    pairs = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    required |= {one.arg for one, default in pairs if default is None}
    payload = {one.arg: _qualified(one.annotation, scope) for one in (*rest, *given.kwonlyargs)}
    sender = _qualified(first[0].annotation, scope) if first else ""
    is_open = given.kwarg is not None or given.vararg is not None
    return Existing(symbol, path, function.lineno, sender, payload, frozenset(required), is_open)


def _qualified(annotation: ast.expr | None, scope: Scope) -> str:
    """Return a type with qualified names; "" if there is none, `Any` for unknown parts."""
    if annotation is None:
        return ""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.parse(annotation.value, mode="eval").body
    tree = ast.parse(ast.unparse(annotation), mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            known = scope.names.get(node.id, f"builtins.{node.id}")
            node.id = ANY if known is None else known
    return ast.unparse(tree)


def _last(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]
