"""The possible values of expressions, as far as signals are concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from aldis._cli._source import Class

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    from aldis._callables import Name, Place
    from aldis._cli._found import Found
    from aldis._cli._scopes import Scope


class Module(NamedTuple):
    """A module."""

    name: str


class Instance(NamedTuple):
    """An object of a class."""

    kind: Class


class Items(NamedTuple):
    """A collection of values."""

    values: tuple[Value, ...]


class Code(NamedTuple):
    """A function, or the body of a module."""

    name: Name
    place: Place
    returns: ast.expr | None = None
    scope: Scope | None = None  # the scope of the return annotation


class Sends(NamedTuple):
    """A signal; `of` is the source of the instance that it is bound to, if any."""

    signal: Found
    of: str | None = None


class SendMethod(NamedTuple):
    """The `send` of a signal, or another method that sends it."""

    signal: Found


class Space(NamedTuple):
    """A namespace, or its look-up method, by its dotted name."""

    name: str


Value: TypeAlias = "Module | Class | Instance | Items | Code | Sends | SendMethod | Space"
Values: TypeAlias = "tuple[Value, ...]"


def items_of(values: Iterable[Value]) -> Items:
    """Return a collection of values, which may be collections, but of no others.

    A list that is put into itself would have values without end.
    """
    return Items(tuple(dict.fromkeys(value for value in values if not _is_nested(value))))


def _is_nested(value: Value) -> bool:
    return isinstance(value, Items) and any(isinstance(each, Items) for each in value.values)


def classes_in(values: Values) -> list[Class]:
    """Return the classes among values."""
    return [value for value in values if isinstance(value, Class)]
