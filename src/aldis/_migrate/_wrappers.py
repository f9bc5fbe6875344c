"""Moves the `_async_wrapper` of sends into the declaration."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from aldis._migrate._plan import Wrapper
from aldis._migrate._scope import scope_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aldis._migrate._model import Argument, Program, Send, Span


def wrappers_of(
    sends: Sequence[Send], program: Program
) -> tuple[tuple[Wrapper, ...], list[tuple[Span, str]]]:
    """Return the wrappers that the sends of a signal agree on, and the unclear places.

    A wrapper is looked up when a receiver is wrapped, by its module and name: so `current_app` is
    that of the request, and nothing new is imported before.
    """
    found: dict[str, Wrapper] = {}
    unclear: list[tuple[Span, str]] = []
    for send in sends:
        for option in send.options:
            name = option.name.lstrip("_")
            wrapper = _wrapper(name, option, send, program)
            if wrapper is None:
                unclear.append(
                    (
                        send.span,
                        f"`{option.name}` is given as `{option.text}`, which is known only here",
                    )
                )
            elif found.setdefault(name, wrapper) != wrapper:
                unclear.append((send.span, f"`{option.name}` differs from that of another send"))
    return tuple(found.values()), unclear


def _wrapper(name: str, option: Argument, send: Send, program: Program) -> Wrapper | None:
    """Return the module and the name of an option, if it has them."""
    path = send.span.path
    expression = ast.parse(f"({option.text}\n)", mode="eval").body  # it may have several lines
    tree = ast.parse(program.files[path])
    chain = ast.unparse(expression)
    if not isinstance(expression, (ast.Name, ast.Attribute)) or "(" in chain:
        return None
    root, _, rest = chain.partition(".")
    module = program.modules.get(path, "")
    meaning = scope_of(tree, module, is_package=path.name == "__init__.py").names.get(root)
    if meaning is None or _is_local(root, send, tree):
        return None
    origin, _, attribute = meaning.rpartition(".")
    if not origin:  # `import tools`
        origin, (attribute, _, rest) = meaning, rest.partition(".")
    return Wrapper(name, origin, attribute, rest) if attribute else None


def _is_local(root: str, send: Send, tree: ast.Module) -> bool:
    """Whether a function around the send has a variable of that name."""
    for node in ast.walk(tree):
        if (
            isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and node.lineno <= send.span.line <= (node.end_lineno or 0)
            and root in _variables(node)
        ):
            return True
    return False


def _variables(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    names = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names
