"""All expressions and functions of a tree: mypy's compiled visitors cannot be subclassed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from mypy.nodes import Argument, Block, Expression, FuncDef, LambdaExpr, MypyFile, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

# the attributes that hold the children of nodes
_CHILDREN: Final = (
    "analyzed",
    "args",
    "arguments",
    "base",
    "base_type_exprs",
    "begin_index",
    "bodies",
    "body",
    "callee",
    "cond",
    "condlists",
    "decorators",
    "defs",
    "else_body",
    "else_expr",
    "end_index",
    "expr",
    "finally_body",
    "from_expr",
    "func",
    "generator",
    "guards",
    "handlers",
    "if_expr",
    "impl",
    "index",
    "indices",
    "initializer",
    "items",
    "keywords",
    "left",
    "left_expr",
    "lvalues",
    "metaclass",
    "msg",
    "operands",
    "original_decorators",
    "patterns",
    "right",
    "rvalue",
    "sequences",
    "stride",
    "subject",
    "target",
    "types",
    "value",
    "vars",
    "key",
    "elements",
)


class Walker:
    """Walks trees, and remembers which attributes nodes of each class have."""

    def __init__(self) -> None:
        self._attributes: dict[type, tuple[str, ...]] = {}

    def walk(self, tree: MypyFile) -> Iterator[Node]:
        """Yield expressions and functions, outer ones first."""
        seen: set[int] = set()
        waiting: list[object] = [tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, (list, tuple)):
                waiting.extend(reversed(cast("list[object]", node)))
                continue
            if isinstance(node, dict):
                waiting.extend(cast("dict[str, object]", node).values())
                continue
            if not isinstance(node, Node) or id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, (Expression, FuncDef, LambdaExpr)):
                yield node
            waiting.extend(
                getattr(node, each, None) for each in reversed(self._attributes_of(node))
            )

    def _attributes_of(self, node: Node) -> tuple[str, ...]:
        kind = type(node)
        known = self._attributes.get(kind)
        if known is None:
            known = tuple(each for each in _CHILDREN if hasattr(node, each))
            if kind in {Argument, Block}:
                known = tuple(each for each in known if each in {"initializer", "body"})
            self._attributes[kind] = known
        return known
