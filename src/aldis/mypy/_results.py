"""What a send returns: a list, which is true whenever anybody listens."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mypy.nodes import CallExpr
from mypy.types import AnyType, Instance, NoneType, TupleType, get_proper_type

from aldis.mypy._codes import SEND
from aldis.mypy._faults import is_coroutine
from aldis.mypy._places import checker_of, describe, sender_of
from aldis.mypy._source import source_of

if TYPE_CHECKING:
    from mypy.plugin import MethodContext
    from mypy.types import Type

    from aldis.mypy._source import Source


def sent(context: MethodContext) -> Type:
    """Report a send of which only the truth is asked, though receivers return something."""
    call, returned = context.context, context.default_return_type
    if isinstance(call, CallExpr) and _has_results(returned):
        source = source_of(checker_of(context.api).path)
        place = (call.line, call.column, call.end_line, call.end_column)
        found = None if source is None else source.call(place)
        results: ast.AST | None = found
        if source is not None and found is not None and is_coroutine(returned):
            awaiting = source.parent(found)
            # without `await`, mypy itself has something to say
            results = awaiting if isinstance(awaiting, ast.Await) else None
        if source is not None and results is not None and _is_asked_for_truth(source, results):
            signal = describe(sender_of(call.callee), context.api).name
            context.api.fail(
                f"what {signal} sends back is a list, true whatever the receivers return; "
                "look at the results in it",
                call,
                code=SEND,
            )
    return returned


def _has_results(returned: Type) -> bool:
    """Whether receivers return something, of all that a send may return."""
    proper = get_proper_type(returned)
    if isinstance(proper, Instance) and proper.args:
        # the list, or the last argument of the coroutine that gives the list
        return _has_results(proper.args[-1])
    if isinstance(proper, TupleType):
        result = get_proper_type(proper.items[-1])
        return not isinstance(result, (AnyType, NoneType))
    return False


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
    """Return the parts of a node of which it asks for the truth."""
    if isinstance(node, (ast.If, ast.While, ast.IfExp, ast.Assert)):
        return [node.test]
    if isinstance(node, ast.comprehension):
        return [*node.ifs]
    if isinstance(node, ast.match_case) and node.guard is not None:
        return [node.guard]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [node.operand]
    return []
