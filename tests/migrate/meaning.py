"""The meaning of a module without its formatting, to compare two versions."""

from __future__ import annotations

import ast
import inspect
import io
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

# the same classes, which the first module has for older Pythons
_MOVED = {
    f"typing.{name}": f"collections.abc.{name}"
    for name in ("Callable", "Iterable", "Iterator", "Mapping", "Sequence", "Generator")
}


@dataclass(frozen=True)
class Meaning:
    """Two modules that mean the same are equal."""

    statements: str  # without imports, every imported name with its module
    imported: frozenset[str]  # at run time, but for aldis and what every file may import

    @classmethod
    def of(cls, text: str, module: str) -> Meaning:
        tree = ast.parse(text)
        at_run_time = {
            name
            for statement, is_run_time in _imports(tree.body)
            if is_run_time
            for _, name in _named(statement, module)
        }
        meant = qualified(tree, module)
        return cls(ast.unparse(meant), frozenset(filter(_counts, at_run_time)))


def qualified(tree: ast.Module, module: str) -> ast.Module:
    """Return a module without its imports, in which every imported name has its module."""
    table = {
        local: name
        for statement, _ in _imports(tree.body)
        for local, name in _named(statement, module)
    }
    tree.body = [each for each in tree.body if not _is_import(each)]
    return ast.fix_missing_locations(cast("ast.Module", _Qualified(table).visit(tree)))


def comments(text: str) -> Counter[str]:
    """Return the comments of a module, each with how often it is there."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(each.string for each in tokens if each.type == tokenize.COMMENT)


def _counts(name: str) -> bool:
    return not name.startswith(("aldis", "__future__", "typing.TYPE_CHECKING"))


def _is_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom) or _is_for_checkers(statement)


def _is_for_checkers(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and ast.unparse(statement.test).endswith("TYPE_CHECKING")


def _imports(
    body: Iterable[ast.stmt], is_run_time: bool = True
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for each in body:
        if isinstance(each, ast.Import | ast.ImportFrom):
            yield each, is_run_time
        elif isinstance(each, ast.If) and _is_for_checkers(each):
            yield from _imports(each.body, is_run_time=False)


def _named(statement: ast.Import | ast.ImportFrom, module: str) -> Iterator[tuple[str, str]]:
    """Yield each name that is imported, and what it is called in full."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            first = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (first, first)
        return
    origin = statement.module or ""
    if statement.level:
        package = module.rsplit(".", statement.level)[0]
        origin = f"{package}.{origin}" if origin else package
    for alias in statement.names:
        yield alias.asname or alias.name, f"{origin}.{alias.name}"


class _Qualified(ast.NodeTransformer):
    """Gives every imported name its module, and takes away what is a matter of taste."""

    def __init__(self, table: dict[str, str]) -> None:
        self._table = table
        self._whole = set(table.values())  # the names with dots

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if not isinstance(node.ctx, ast.Load) or node.id not in self._table:
            return node
        return _name(self._table[node.id])

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        value = node.value
        if isinstance(value, ast.Name) and value.id in self._whole:
            whole = f"{value.id}.{node.attr}"
            self._whole.add(whole)
            return _name(whole)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.op, ast.BitOr):
            return node
        parts = sorted(_parts(node), key=ast.unparse)
        whole = parts[0]
        for part in parts[1:]:
            whole = ast.BinOp(whole, ast.BitOr(), part)
        return whole

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = _unquoted(node.annotation)
        self.generic_visit(node)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self.generic_visit(node)
        signals = [each for each in node.body if _is_signal_method(each)]
        others = [each for each in node.body if not _is_signal_method(each)]
        has_docstring = ast.get_docstring(node) is not None
        signals.sort(key=ast.unparse)
        node.body = [*others[:has_docstring], *signals, *others[has_docstring:]]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = _unquoted(node.returns)
        self.generic_visit(node)
        text = ast.get_docstring(node, clean=False)
        if text is not None:
            rest = [each for each in node.body[1:] if ast.unparse(each) != "..."]
            node.body = [ast.Expr(ast.Constant(inspect.cleandoc(text))), *rest]
        return node


def _is_signal_method(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.FunctionDef) and any(
        ast.unparse(each) == "aldis.Signal.method" for each in statement.decorator_list
    )


def _name(qualified: str) -> ast.Name:
    return ast.Name(_MOVED.get(qualified, qualified), ast.Load())


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from _parts(node.left)
        yield from _parts(node.right)
    else:
        yield node


def _unquoted(annotation: ast.expr | None) -> ast.expr | None:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return ast.parse(annotation.value, mode="eval").body
    return annotation
