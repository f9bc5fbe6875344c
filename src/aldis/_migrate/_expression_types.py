"""The types of arguments, where the expression says more than a checker."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from aldis._migrate._model import UNKNOWN, TypeText
from aldis._migrate._parameter_docs import documented_class
from aldis._migrate._queries import model_or_none_of
from aldis._migrate._source import FUNCTIONS
from aldis._migrate._unions import NONE, with_arguments
from aldis._migrate._used import is_used_before

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aldis._migrate._members import Members, Values
    from aldis._migrate._source import Module


def better(
    module: Module,
    node: ast.expr,
    told: TypeText,
    values: Members,
    ask: Callable[[ast.expr], TypeText],
) -> TypeText:
    """Return the type of an expression, by its syntax where that says more.

    mypy infers `list[Any]` for `[1]` where anything is accepted, as `send` does.

    Args:
        module: Where the expression is.
        node: The expression.
        told: The type that a checker reports.
        values: Resolves expressions of the program.
        ask: Returns the type of a part of it.
    """
    if told.text == NONE and isinstance(node, ast.Attribute):
        return UNKNOWN  # a placeholder: `x = None` in a class, which others replace
    if told.known == "fully":
        return told
    found = _of_display(node, ask)
    if found is None and told.known == "not":
        found = _of_others(module, node, values, ask)
    return told if found is None or found.known == "not" else found


def _of_display(node: ast.expr, ask: Callable[[ast.expr], TypeText]) -> TypeText | None:
    """Return the type of a list, tuple or the like, if it is not empty."""
    match node:
        case ast.List(elts=[_, *_] as items) | ast.Set(elts=[_, *_] as items):
            name = "list" if isinstance(node, ast.List) else "set"
            return _generic(f"builtins.{name}", [_union(items, ask)])
        case ast.Tuple(elts=[_, *_] as items) if not _has_stars(items):
            return _generic("builtins.tuple", [ask(each) for each in items])
        case ast.Dict(keys=[_, *_] as keys, values=items) if None not in keys:
            names = [each for each in keys if each is not None]
            return _generic("builtins.dict", [_union(names, ask), _union(items, ask)])
        case _:
            return None


def _has_stars(items: Sequence[ast.expr]) -> bool:
    return any(isinstance(each, ast.Starred) for each in items)


def _union(items: Sequence[ast.expr], ask: Callable[[ast.expr], TypeText]) -> TypeText:
    if _has_stars(items):
        return UNKNOWN
    told = list(dict.fromkeys(ask(each) for each in items))
    if any(each.known == "not" for each in told):
        return UNKNOWN
    texts = list(dict.fromkeys(each.text for each in told))
    if "None" in texts:
        texts.remove("None")
        texts.append("None")
    return TypeText(" | ".join(texts), _least(told), "inferred")


def _generic(name: str, items: Sequence[TypeText]) -> TypeText:
    whole = f"{name}[{', '.join(each.text for each in items)}]"
    return TypeText(whole, _least(items), "inferred", (name,))


def _least(items: Sequence[TypeText]) -> Literal["fully", "partly"]:
    return "fully" if all(each.known == "fully" for each in items) else "partly"


def _of_others(
    module: Module, node: ast.expr, values: Members, ask: Callable[[ast.expr], TypeText]
) -> TypeText | None:
    match node:
        case ast.Constant(value=None):
            return TypeText("None", "fully", "inferred")
        case ast.Constant(value=str() | bytes() | bool() | int() | float() | complex() as value):
            return TypeText(f"builtins.{type(value).__name__}", "fully", "inferred")
        case ast.JoinedStr():
            return TypeText("builtins.str", "fully", "inferred")
        case ast.Call(func=ast.Attribute(value=proxy, attr="_get_current_object"), args=[]):
            # the object behind a proxy of werkzeug, which the type of the proxy names
            return ask(proxy)
        case _:
            found = values.evaluate(module, node)
    if len(found) == 1 and found[0].kind == "instance":
        bases = tuple(each for each in values.mro(found[0].symbol) if _is_there(each, values))
        return _of_class(bases) if bases else None
    return None if found else _of_guess(module, node, values)


def _of_guess(module: Module, node: ast.expr, values: Members) -> TypeText | None:
    return _of_query(module, node, values) or _of_documentation(module, node, values)


def _of_query(module: Module, node: ast.expr, values: Members) -> TypeText | None:
    """Return the type of the object that a query finds, or None."""
    query = module.only_value(node) if isinstance(node, ast.Name) else node
    model = None if query is None else model_or_none_of(query)
    told = None if model is None else _of_only_class(values.evaluate(module, model), values)
    if told is None or is_used_before(module, node):
        return told
    return replace(told, text=f"{told.text} | {NONE}")


def _of_documentation(module: Module, node: ast.expr, values: Members) -> TypeText | None:
    """Return the class that the documentation of a function states for its parameter."""
    name = documented_class(module, node) if isinstance(node, ast.Name) else None
    return None if name is None else _of_only_class(values.dotted(name), values)


def _of_only_class(found: Values, values: Members) -> TypeText | None:
    """Return the type of the instances of a class, if it is all that was found."""
    if len(found) != 1 or found[0].kind != "class":
        return None
    return _of_class(tuple(values.mro(found[0].symbol)))


def _of_class(bases: tuple[str, ...]) -> TypeText:
    text = with_arguments(bases[0])
    return TypeText(text, "fully" if text == bases[0] else "partly", "inferred", bases)


def _is_there(full_name: str, values: Members) -> bool:
    """Whether a class can be imported, and is neither a proxy nor a special form."""
    scope = values.classes.get(full_name)
    if scope is None:
        parts = full_name.split(".")
        is_special = parts[0] in {"typing", "typing_extensions"} or parts[-1] == "LocalProxy"
        return not is_special and not any(each.startswith("_") for each in parts)
    around = list(scope.module.around(scope.node))
    return not any(
        (isinstance(each, ast.If) and "TYPE_CHECKING" in ast.unparse(each.test))
        or isinstance(each, FUNCTIONS)
        for each in around
    )
