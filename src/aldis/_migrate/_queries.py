"""Recognizes queries of Flask-SQLAlchemy and of mongoengine that find objects of a model."""

from __future__ import annotations

import ast

# by the attribute of the model that starts a query: the methods that return an object or raise
_FINDING = {
    "query": frozenset({"first_or_404", "get_or_404", "one", "one_or_404"}),
    "objects": frozenset({"first_or_404", "get", "get_or_404"}),
}
# likewise: the methods that return an object or None
_PERHAPS = {
    "query": frozenset({"first", "get", "one_or_none"}),
    "objects": frozenset({"first"}),
}
# the methods that return objects, and `objects` itself
_MANY = frozenset({"all", "filter", "filter_by", "limit", "objects", "options", "order_by"})
# the methods after which a query gives something else than objects of the model
_OTHERS = frozenset(
    {"add_columns", "add_entity", "as_pymongo", "from_self", "scalar", "values", "with_entities"}
)


def model_of(call: ast.Call) -> ast.expr | None:
    """Return `Model` of `Model.query.filter(...).one()`; None if a call is no such query."""
    if not isinstance(call.func, ast.Attribute):
        return None
    start = _start(call.func.value)
    return start.value if start and call.func.attr in _FINDING[start.attr] else None


def model_or_none_of(node: ast.expr) -> ast.expr | None:
    """Return `Model` of `Model.query.first()`, which may be None."""
    called = node.func if isinstance(node, ast.Call) else None
    if not isinstance(called, ast.Attribute):
        return None
    start = _start(called.value)
    return start.value if start and called.attr in _PERHAPS[start.attr] else None


def model_of_items(node: ast.expr) -> ast.expr | None:
    """Return `Model` of `Model.query.filter(...).all()` or of `Model.objects(...)`."""
    called = node.func if isinstance(node, ast.Call) else None
    if not isinstance(called, ast.Attribute) or called.attr not in _MANY:
        return None
    start = _start(called)
    return start and start.value


def _start(node: ast.expr) -> ast.Attribute | None:
    """Return `Model.query`, from which a query goes on; None if it gives something else."""
    while isinstance(node, (ast.Call, ast.Attribute)):
        if isinstance(node, ast.Call):
            node = node.func
        elif node.attr in _FINDING:
            return node
        elif node.attr in _OTHERS:
            return None
        else:
            node = node.value
    return None
