"""What the names of a module stand for, by its own text."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BUILTINS: Final = frozenset(dir(builtins))


@dataclass
class Scope:
    """The names of a module.

    Attributes:
        names: What each name stands for, qualified; None if that is unknown.
        at_run_time: The names that exist at run time.
    """

    names: dict[str, str | None] = field(default_factory=dict[str, str | None])
    at_run_time: set[str] = field(default_factory=set[str])

    def local_name(self, qualified: str) -> str | None:
        """Return the expression for a qualified name; None if it must be imported."""
        for name, meaning in self.names.items():
            if meaning is None:
                continue
            if meaning == qualified:
                return name
            if qualified.startswith(f"{meaning}.") and self._reaches(meaning, qualified):
                return name + qualified[len(meaning) :]
        return None

    def _reaches(self, meaning: str, qualified: str) -> bool:
        """Whether the rest of a name consists of attributes, as of a class or a module."""
        rest = qualified[len(meaning) + 1 :]
        return "." not in rest or meaning.rpartition(".")[2][:1].isupper()

    def forget(self, names: Iterable[str]) -> None:
        """Remove names whose statements are removed."""
        for name in names:
            self.names.pop(name, None)
            self.at_run_time.discard(name)

    def is_free(self, name: str) -> bool:
        """Whether no name is taken yet."""
        return name not in self.names and name not in _BUILTINS


def scope_of(tree: ast.Module, module: str, *, is_package: bool = False) -> Scope:
    """Read what the names of a module stand for.

    Args:
        tree: The module.
        module: Its name.
        is_package: Whether it is the `__init__` of a package.
    """
    scope = Scope()
    _read(tree.body, module, scope, is_package=is_package, at_run_time=True)
    return scope


def _read(
    body: Iterable[ast.stmt], module: str, scope: Scope, *, is_package: bool, at_run_time: bool
) -> None:
    for statement in body:
        bound = dict(_bound(statement, module, is_package=is_package))
        for name, meaning in bound.items():
            scope.names[name] = meaning if scope.names.get(name, meaning) == meaning else None
        if at_run_time:
            scope.at_run_time.update(bound)
        for block, is_typing in _blocks(statement):
            _read(
                block,
                module,
                scope,
                is_package=is_package,
                at_run_time=at_run_time and not is_typing,
            )


def _blocks(statement: ast.stmt) -> Iterator[tuple[list[ast.stmt], bool]]:
    if isinstance(statement, ast.If):
        yield statement.body, is_type_checking(statement.test)
        yield statement.orelse, False
    elif isinstance(statement, (ast.Try, ast.TryStar)):
        yield statement.body, False
        for handler in statement.handlers:
            yield handler.body, False
        yield statement.orelse, False
        yield statement.finalbody, False
    elif isinstance(statement, (ast.With, ast.For, ast.While)):
        yield statement.body, False


def is_type_checking(test: ast.expr) -> bool:
    """Whether a condition is true for type checkers only."""
    return ast.unparse(test).rpartition(".")[2] == "TYPE_CHECKING"


def _bound(
    statement: ast.stmt, module: str, *, is_package: bool
) -> Iterator[tuple[str, str | None]]:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            first = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (first, first)
    elif isinstance(statement, ast.ImportFrom):
        origin = absolute(statement, module, is_package=is_package)
        for alias in statement.names:
            yield alias.asname or alias.name, f"{origin}.{alias.name}"
    elif isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        yield statement.name, f"{module}.{statement.name}"
    else:
        for target in _targets(statement):
            yield target, f"{module}.{target}"


def _targets(statement: ast.stmt) -> Iterator[str]:
    for node in ast.iter_child_nodes(statement):
        if isinstance(node, ast.expr):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                    yield inner.id


def absolute(statement: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    """Return the module that a statement imports from, in full."""
    if not statement.level:
        return statement.module or ""
    parts = module.split(".")
    dropped = statement.level - (1 if is_package else 0)
    parts = parts[: len(parts) - dropped] if dropped else parts
    return ".".join([*parts, *([statement.module] if statement.module else [])])


def class_names(tree: ast.Module, owner: str) -> set[str]:
    """Return the names that the body of a class binds; its annotations see them first."""
    classes = (one for one in ast.walk(tree) if isinstance(one, ast.ClassDef))
    body = next(one.body for one in classes if one.name == owner.rpartition(".")[2])
    return {name for one in body for name, _ in _bound(one, "", is_package=False)}
