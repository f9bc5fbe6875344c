"""Reads declarations, from migrated modules and from stubs, and compares their types."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from meaning import qualified

UNKNOWN = {"Any", "object"}
_DECLARE = {"_declare", "aldis.Signal", "aldis.Signal.method"}
_MAKING = {"aldis.Signal", "aldis.blinker.typed"}  # a signal of an instance, by a declaration
_WORDS = {
    f"{module}.{name}": name
    for module in ("typing", "typing_extensions", "builtins")
    for name in (*dir(builtins), "Any", "Literal", "Optional", "Union")
}


@dataclass(frozen=True)
class Declared:
    """A declaration, all types by their full names."""

    sender: str
    payload: dict[str, str]
    result: str = "Any"
    optional: frozenset[str] = field(default=frozenset())


def declared_in(text: str, module: str, *, is_package: bool = False) -> dict[str, Declared]:
    """Return the declarations of a module, by the names of their signals."""
    tree = qualified(ast.parse(text), f"{module}.__init__" if is_package else module)
    own = {each.name for each in tree.body if isinstance(each, ast.ClassDef)}
    reader = _Reader(module, own)
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    found: dict[str, Declared] = {}
    for name, function in functions.items():
        if _is_declaration(function):
            found[f"{module}.{name}"] = reader.declared(function)
    for each in tree.body:
        if isinstance(each, ast.ClassDef):
            for name, function in _of_class(each, functions):
                owner = f"{module}.{each.name}"
                found[f"{owner}.{name}"] = reader.declared(function, owner)
    return found


def _of_class(
    node: ast.ClassDef, functions: dict[str, ast.FunctionDef]
) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield signals in the body of a class, and those that its methods make for each instance."""
    for each in ast.walk(node):
        if isinstance(each, ast.FunctionDef) and _is_declaration(each):
            yield each.name, each
        elif isinstance(each, ast.Assign) and isinstance(each.value, ast.Call):
            (target, *_), call = each.targets, each.value
            is_own = isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self"
            by = ast.unparse(call.args[-1]) if call.args else ""
            if is_own and ast.unparse(call.func) in _MAKING and by in functions:
                yield ast.unparse(target).removeprefix("self."), functions[by]


def _is_declaration(function: ast.FunctionDef) -> bool:
    for each in function.decorator_list:
        called = each.func if isinstance(each, ast.Call) else each
        name = ast.unparse(called)
        if name in _DECLARE or name == "aldis.blinker.typed":
            return True
    return False


class _Reader:
    def __init__(self, module: str, own: set[str]) -> None:
        self._module = module
        self._own = own

    def declared(self, function: ast.FunctionDef, owner: str | None = None) -> Declared:
        given = function.args
        positional = [*given.posonlyargs, *given.args]
        sender = self._text(positional[0].annotation) if positional else "Any"
        if owner and positional and positional[0].arg == "self":
            sender = owner
        defaults = zip(given.kwonlyargs, given.kw_defaults, strict=True)
        return Declared(
            sender,
            {each.arg: self._text(each.annotation) for each in given.kwonlyargs},
            self._text(function.returns),
            frozenset(each.arg for each, default in defaults if default is not None),
        )

    def _text(self, annotation: ast.expr | None) -> str:
        return "Any" if annotation is None else normal(ast.unparse(_Own(self).visit(annotation)))

    def name(self, name: str) -> str:
        if name in self._own:
            return f"{self._module}.{name}"
        return _WORDS.get(name, name)


class _Own(ast.NodeTransformer):
    def __init__(self, reader: _Reader) -> None:
        self._reader = reader

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._reader.name(node.id), ast.Load())


def normal_of(node: ast.expr) -> ast.expr:
    return cast("ast.expr", _Normal().visit(node))


def normal(text: str) -> str:
    """Return a type in one of the ways to write it: `int | None` for `Optional[int]`."""
    return ast.unparse(normal_of(ast.parse(text, mode="eval").body))


class _Normal(ast.NodeTransformer):
    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        name = ast.unparse(node.value)
        if name == "Optional":
            return self.visit_BinOp(ast.BinOp(node.slice, ast.BitOr(), ast.Constant(None)))
        if name == "Union" and isinstance(node.slice, ast.Tuple):
            whole = node.slice.elts[0]
            for each in node.slice.elts[1:]:
                whole = ast.BinOp(whole, ast.BitOr(), each)
            return normal_of(whole)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        parts = sorted({ast.unparse(each) for each in _parts(node)})
        return ast.parse(" | ".join(parts), mode="eval").body


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from _parts(node.left)
        yield from _parts(node.right)
    else:
        yield node


def declared_under(folder: Path, *paths: str) -> dict[str, Declared]:
    """Return the declarations of all modules of packages, which lie in a folder."""
    found: dict[str, Declared] = {}
    for path in sorted(each for start in paths for each in (folder / start).rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if is_package else parts)
        try:
            text = path.read_text("utf-8")
            found |= declared_in(text, module, is_package=is_package)
        except (SyntaxError, UnicodeDecodeError):
            continue  # a template, or an example of a mistake
    return found


def contradictions(found: Declared, truth: Declared) -> dict[str, str]:
    """Return what differs and is known on both sides: the parameter, and a sentence."""
    lines: dict[str, str] = {}
    if found.payload.keys() != truth.payload.keys():
        lines["names"] = f"has {sorted(found.payload)}, not {sorted(truth.payload)}"
    pairs = {"sender": (found.sender, truth.sender)}
    common = found.payload.keys() & truth.payload.keys()
    pairs |= {name: (found.payload[name], truth.payload[name]) for name in common}
    for name, (is_now, should_be) in sorted(pairs.items()):
        if not agree(is_now, should_be):
            lines[name] = f"{is_now}, not {should_be}"
    return lines


def agree(left: str, right: str) -> bool:
    """Whether two types are the same, as far as both are known.

    A class is known by its own name: modules give on what others define.
    """
    return _agree(ast.parse(left, mode="eval").body, ast.parse(right, mode="eval").body)


def _agree(left: ast.expr, right: ast.expr) -> bool:
    if UNKNOWN & {_short(left), _short(right)}:
        return True
    if isinstance(left, ast.BinOp) and isinstance(right, ast.BinOp):
        # in the order of full names, which may be another one
        ours, theirs = (sorted(_parts(each), key=_short) for each in (left, right))
        return _all_agree(ours, theirs)
    if isinstance(left, ast.Subscript) and isinstance(right, ast.Subscript):
        ours, theirs = _arguments(left), _arguments(right)
        return _agree(left.value, right.value) and _all_agree(ours, theirs)
    return _short(left) == _short(right)


def _all_agree(left: list[ast.expr], right: list[ast.expr]) -> bool:
    return len(left) == len(right) and all(map(_agree, left, right))


def _arguments(node: ast.Subscript) -> list[ast.expr]:
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


def _short(node: ast.expr) -> str:
    """Return the own name of a class, or all of what is not a name."""
    if isinstance(node, ast.Name):
        return node.id.rpartition(".")[2]  # `qualified` puts dots into names
    return node.attr if isinstance(node, ast.Attribute) else ast.unparse(node)
