"""What an expression of a program may stand for, as far as signals are concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from aldis._cli._source import Class

if TYPE_CHECKING:
    import ast

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
    """A collection of such things."""

    values: tuple[Value, ...]


class Code(NamedTuple):
    """A function, or what runs when a module is imported."""

    name: Name
    place: Place
    returns: ast.expr | None = None
    scope: Scope | None = None  # in which that annotation is to be read


class Sends(NamedTuple):
    """A signal; `of` is the expression of the instance it is bound to, if it is."""

    signal: Found
    of: str | None = None


class Outlet(NamedTuple):
    """What sends a signal: its `send`, or the like."""

    signal: Found


class Space(NamedTuple):
    """A namespace, or its method that looks up, by the dotted name of it."""

    name: str


Value: TypeAlias = "Module | Class | Instance | Items | Code | Sends | Outlet | Space"
Values: TypeAlias = "tuple[Value, ...]"


def classes_in(values: Values) -> list[Class]:
    """Return those that are classes."""
    return [value for value in values if isinstance(value, Class)]
