"""Reports sends whose result, a list, is used as a truth value."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from mypy.nodes import CallExpr
from mypy.types import AnyType, Instance, NoneType, TupleType, get_proper_type

from aldis.mypy._calls import holds
from aldis.mypy._codes import SEND
from aldis.mypy._faults import is_coroutine
from aldis.mypy._places import checker_of, describe, kind_of, sender_of
from aldis.mypy._source import text_of

# For reversed text: a send, and before it, or at the end of the line above, a keyword such as `if`.
# This way the search is for sends, of which there are few; checking each of them in Python takes
# five times as long.
_ASKED_BEFORE = re.compile(
    rb"\((?:dnes|tsubor_dnes|rehtag|tsubor_rehtag)\."
    rb"(?:[^\n]*?\b(?:fi|file|elihw|tressa|ton|dna|ro|loob)\b"
    rb"|[^\n]*\n\r?(?:[^\n]*#)?[ \t]*(?:\(|(?:fi|file|elihw|tressa|ton|dna|ro|tiawa)\b))"
)
_ASKED_AFTER = re.compile(rb"\)[\s)]*\b(?:and|or)\b")

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.plugin import MethodContext
    from mypy.types import Type

    from aldis.mypy._source import Source


class Results:
    """The hook for sends. It takes some microseconds for each send, so most modules are skipped."""

    def __init__(self) -> None:
        self._path: str | None = None
        self._asks = False

    def read(self) -> None:
        """Forget the current module, since a module is read."""
        self._path = None

    def _is_asking(self, checker: TypeChecker) -> bool:
        # mypy does not report modules that it loads from its cache and then checks after all, so
        # each module is inspected when it is checked
        if checker.path != self._path:
            self._path = checker.path
            self._asks = not checker.tree.fullname.startswith("aldis.") and _asks_for_truth(
                checker.path
            )
        return self._asks

    def sent(self, context: MethodContext) -> Type:
        """Report a send whose result is used as a truth value, though receivers return results."""
        call, returned = context.context, context.default_return_type
        checker = checker_of(context.api)
        if (
            isinstance(call, CallExpr)
            and self._is_asking(checker)
            and _has_results(returned)
            and holds(
                _is_awaited_for_truth if is_coroutine(returned) else _is_asked_for_truth,
                call,
                checker,
            )
        ):
            sender = sender_of(call.callee)
            known = sender is not None and checker.has_type(sender)
            kind = kind_of(checker.lookup_type(sender) if sender and known else context.type)
            signal = describe(sender, context.api, kind).name
            context.api.fail(
                f"sending {signal} returns a list, which is true whatever receivers return; "
                "check the results in it",
                call,
                code=SEND,
            )
        return returned


def _is_awaited_for_truth(source: Source, results: ast.Call) -> bool:
    awaiting = source.parent(results)
    # without `await`, mypy itself reports an error
    return isinstance(awaiting, ast.Await) and _is_asked_for_truth(source, awaiting)


def _asks_for_truth(path: str) -> bool:
    """Whether a module may use the result of a `send` as a truth value."""
    text = text_of(path)
    return (b".send" in text or b".gather" in text) and (
        _ASKED_BEFORE.search(text[::-1]) is not None or _ASKED_AFTER.search(text) is not None
    )


def _has_results(returned: Type) -> bool:
    """Whether the results of a send include those of receivers."""
    proper = get_proper_type(returned)
    while isinstance(proper, Instance) and proper.args:
        # the list, or the last argument of the coroutine that gives the list
        proper = get_proper_type(proper.args[-1])
    if not isinstance(proper, TupleType):
        return False
    return not isinstance(get_proper_type(proper.items[-1]), (AnyType, NoneType))


def _is_asked_for_truth(source: Source, node: ast.AST) -> bool:
    parent = source.parent(node)
    if isinstance(parent, ast.NamedExpr):
        return _is_asked_for_truth(source, parent)
    if isinstance(parent, ast.BoolOp):
        return parent.values[-1] is not node or _is_asked_for_truth(source, parent)
    if isinstance(parent, ast.Call):
        return isinstance(parent.func, ast.Name) and parent.func.id == "bool"
    return node in _asked(parent)


def _asked(node: ast.AST | None) -> list[ast.AST]:
    """Return the parts of a node that are used as truth values."""
    if isinstance(node, (ast.If, ast.While, ast.IfExp, ast.Assert)):
        return [node.test]
    if isinstance(node, ast.comprehension):
        return [*node.ifs]
    if isinstance(node, ast.match_case) and node.guard is not None:
        return [node.guard]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [node.operand]
    return []
