"""Recognizes queries of Flask-SQLAlchemy and of mongoengine that find one object of a model."""

from __future__ import annotations

import ast

# by the attribute of the model that starts a query: the methods that return an object or raise
_FINDING = {
    "query": frozenset({"first_or_404", "get_or_404", "one", "one_or_404"}),
    "objects": frozenset({"first_or_404", "get", "get_or_404"}),
}
# the methods after which a query gives something else than objects of the model
_OTHERS = frozenset(
    {"add_columns", "add_entity", "as_pymongo", "from_self", "scalar", "values", "with_entities"}
)


def model_of(call: ast.Call) -> ast.expr | None:
    """Return `Model` of `Model.query.filter(...).one()`; None if a call is no such query."""
    if not isinstance(call.func, ast.Attribute):
        return None
    node: ast.expr = call.func.value
    while isinstance(node, (ast.Call, ast.Attribute)):
        if isinstance(node, ast.Call):
            node = node.func
        elif node.attr in _FINDING:
            return node.value if call.func.attr in _FINDING[node.attr] else None
        elif node.attr in _OTHERS:
            return None
        else:
            node = node.value
    return None
