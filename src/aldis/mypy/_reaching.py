"""Finds the sends of a module that certainly reach a receiver, to check it against them.

A receiver may be connected to one sender, for a block, later, or no longer. If that is unknown, a
send is ignored.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple, cast

from aldis.mypy._sends import bindings, block_of, root_of, scope_of, sends_of
from aldis.mypy._source import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis.mypy._sends import Send
    from aldis.mypy._source import Function, Source

_ONCE = 1
# attributes of a signal that do not disconnect a receiver
_HARMLESS = frozenset(
    {"connect", "connect_via", "connected_to", "has_receivers_for", "name", "send", "send_async"}
)
_CATCHING = frozenset({"raises", "suppress", "assertRaises", "assertRaisesRegex"})


class Listener(NamedTuple):
    """A connected receiver in the source."""

    at: ast.AST  # the call, or the function under the decorator
    signal: ast.expr
    sender: ast.expr | None  # the sender that it is connected to, if not all
    name: str | None  # the last part of the receiver's name
    root: str | None  # the first part
    scope: ast.AST  # where the first part is bound
    is_for_a_block: bool = False


def listener_of_call(source: Source, call: ast.Call) -> Listener | None:
    """Return the receiver in `signal.connect(...)` or `signal.connect_via(...)(...)`."""
    given = call.func if isinstance(call.func, ast.Call) else call
    receiver = _argument(call, 0, "receiver")
    root = None if receiver is None else root_of(receiver)
    scope = source.tree if receiver is None else scope_of(source, receiver)
    names = _last(receiver), None if root is None else root.id
    sender = _argument(given, 0 if given is not call else 1, "sender")
    return _listener(given.func, given, Listener(call, call, sender, *names, scope))


def listener_of_decorator(
    source: Source, decorator: ast.expr, function: Function
) -> Listener | None:
    """Return the receiver under `@signal.connect` or `@signal.connect_via(...)`."""
    given = decorator if isinstance(decorator, ast.Call) else None
    sender = None if given is None else _argument(given, 0, "sender")
    names = function.name, function.name
    found = Listener(function, decorator, sender, *names, block_of(source, function))
    return _listener(decorator if given is None else given.func, given, found)


def _listener(callee: ast.expr, given: ast.Call | None, found: Listener) -> Listener | None:
    """Return a listener with its signal, unless arguments are unpacked."""
    if not isinstance(callee, ast.Attribute) or (given is not None and _is_unpacked(given)):
        return None
    return found._replace(
        signal=callee.value,
        sender=None if _last(found.sender) == "ANY" else found.sender,
        is_for_a_block=callee.attr == "connected_to",
    )


def _argument(call: ast.Call, at: int, name: str) -> ast.expr | None:
    by_name = (keyword.value for keyword in call.keywords if keyword.arg == name)
    return call.args[at] if at < len(call.args) else next(by_name, None)


def _is_unpacked(call: ast.Call) -> bool:
    return any(isinstance(each, ast.Starred) for each in call.args) or any(
        keyword.arg is None for keyword in call.keywords
    )


def sends_to(source: Source, listener: Listener) -> Iterator[Send]:
    """Yield the sends that reach a receiver."""
    if not _is_one_signal(source, listener.signal) or not _stays(source, listener):
        return
    for send in sends_of(source, listener.signal):
        if (
            _hears(source, listener, send.call)
            and _is_connected_before(source, listener, send.call)
            and not _is_caught(source, send.call)
        ):
            yield send


def _is_one_signal(source: Source, signal: ast.expr) -> bool:
    """Whether an expression always refers to the same signal in its scope."""
    written, root = f"{ast.unparse(signal)}.", root_of(signal)
    scope = scope_of(source, signal)
    stored = [
        each
        for each in ast.walk(scope)
        if isinstance(each, ast.Attribute)
        and not isinstance(each.ctx, ast.Load)
        and written.startswith(f"{ast.unparse(each)}.")
    ]
    return (
        len(stored) <= _ONCE
        and root is not None
        and (isinstance(scope, ast.ClassDef) or bindings(source, scope, root.id) <= _ONCE)
    )


def _stays(source: Source, listener: Listener) -> bool:
    """Whether nothing in the module disconnects or releases a receiver."""
    signal, name, root = ast.unparse(listener.signal), listener.name, listener.root
    if name is None or root is None or bindings(source, listener.scope, root) > _ONCE:
        return False
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr not in _HARMLESS:
            if node.attr == "disconnect":
                call = source.parent(node)
                gone = _argument(call, 0, "receiver") if isinstance(call, ast.Call) else None
                if _last(gone) in {None, name}:
                    return False
            elif ast.unparse(node.value) == signal:
                return False
    return True


def _hears(source: Source, listener: Listener, send: ast.Call) -> bool:
    """Whether a receiver is connected to the sender of a send."""
    heard = listener.sender
    if heard is None:
        return True
    sent = send.args[0] if send.args else ast.Constant(None)
    if isinstance(heard, ast.Constant) and isinstance(sent, ast.Constant):
        return (type(heard.value), heard.value) == (type(sent.value), sent.value)
    if not isinstance(heard, ast.Name) or not isinstance(sent, ast.Name) or heard.id != sent.id:
        return False
    scope = scope_of(source, heard)
    return (
        scope is scope_of(source, sent)
        and not isinstance(scope, ast.ClassDef)  # each method has its own `self`
        and bindings(source, scope, heard.id) == _ONCE
    )


def _is_connected_before(source: Source, listener: Listener, send: ast.Call) -> bool:
    """Whether a send always comes after the connection."""
    if listener.is_for_a_block:
        return _is_in_its_block(source, listener.at, send)
    chain = [listener.at, *source.enclosing(listener.at)]
    at = next(i for i, each in enumerate(chain) if isinstance(each, ast.stmt))
    statement, block = chain[at], chain[at + 1]
    functions = [each for each in chain[at + 1 :] if isinstance(each, FUNCTIONS)]
    if all(isinstance(each, (ast.Module, ast.ClassDef)) for each in chain[at + 1 :]):
        # it is connected during import, and functions are called later
        if source.function_around(send) is not None:
            return True
    elif isinstance(block, FUNCTIONS) and block.name == "__init__" and functions == [block]:
        scope = scope_of(source, listener.signal)
        if isinstance(scope, ast.ClassDef) and source.function_around(send) is not block:
            return True  # another method of the object
    return any(_is_after(block, statement, each) for each in [send, *source.enclosing(send)])


def _is_in_its_block(source: Source, connecting: ast.AST, send: ast.Call) -> bool:
    item = source.parent(connecting)
    block = source.parent(item) if isinstance(item, ast.withitem) else None
    around = source.enclosing(send)
    functions = (at for at, each in enumerate(around) if isinstance(each, FUNCTIONS))
    return block is not None and block in around[: next(functions, None)]


def _is_after(block: ast.AST, first: ast.AST, other: ast.AST) -> bool:
    """Whether a statement comes after another one in the same list of a block."""
    bodies = (cast("object", body) for _, body in ast.iter_fields(block))
    lists = (cast("list[object]", body) for body in bodies if isinstance(body, list))
    return any(
        first in body and other in body and body.index(first) < body.index(other) for body in lists
    )


def _is_caught(source: Source, send: ast.Call) -> bool:
    """Whether a send may fail."""
    for each in source.enclosing(send):
        if isinstance(each, FUNCTIONS):
            return False
        if isinstance(each, ast.Try) and each.handlers:
            return True
        if isinstance(each, (ast.With, ast.AsyncWith)):
            managers = [item.context_expr for item in each.items]
            calls = [each.func for each in managers if isinstance(each, ast.Call)]
            if any(_last(callee) in _CATCHING for callee in calls):
                return True
    return False


def _last(expression: ast.expr | None) -> str | None:
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else None
