"""Reads annotations: which classes they name, for one object or for many."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

_ONE_OF: Final = frozenset({"Annotated", "ClassVar", "Final", "Optional", "Union"})
_COLLECTIONS: Final = frozenset(
    {
        *("AsyncGenerator", "AsyncIterable", "AsyncIterator", "Collection", "Deque", "FrozenSet"),
        *("Generator", "Iterable", "Iterator", "List", "Sequence", "Set", "Tuple"),
        *("deque", "frozenset", "list", "set", "tuple"),
    }
)

What: TypeAlias = Literal["an object", "many", "the class"]


class Named(NamedTuple):
    """A class in an annotation, and whether an object, many, or the class itself is meant."""

    expression: ast.expr
    what: What


def named_in(annotation: ast.expr, what: What = "an object") -> Iterator[Named]:
    """Yield the classes that an annotation names."""
    match annotation:
        case ast.Constant(value=str(text)):
            try:
                parsed = ast.parse(text, mode="eval")
            except SyntaxError:
                return
            yield from named_in(parsed.body, what)
        case ast.BinOp(left=left, right=right):
            yield from named_in(left, what)
            yield from named_in(right, what)
        case ast.Subscript(value=generic, slice=inner):
            yield from _of_generic(generic, inner, what)
        case ast.Name() | ast.Attribute():
            yield Named(annotation, what)
        case _:
            pass


def _of_generic(generic: ast.expr, inner: ast.expr, what: What) -> Iterator[Named]:
    arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    last = ast.unparse(generic).rpartition(".")[2]
    if last in _ONE_OF:
        for argument in arguments:
            yield from named_in(argument, what)
    elif last in _COLLECTIONS:
        yield from named_in(arguments[0], "many")
    elif last in {"type", "Type"}:
        yield from named_in(arguments[0], "the class")
    else:
        yield from named_in(generic, what)
