"""The contents of `blinker._utilities`: symbols, identifiers and weak references."""

from __future__ import annotations

import inspect
import weakref
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from typing import Self

T = TypeVar("T")


class Symbol:
    """A named constant; each name has only one.

    Args:
        name: Its name, which is also its representation.

    Example:
        >>> from aldis.blinker._utilities import Symbol
        >>> Symbol("ANY") is Symbol("ANY")
        True
        >>> Symbol("ANY")
        ANY
    """

    symbols: ClassVar[dict[str, Symbol]] = {}
    name: str

    def __new__(cls, name: str) -> Self:
        # if two threads get here at once, both get the one that was stored first
        symbol = cls.symbols.get(name) or cls.symbols.setdefault(name, super().__new__(cls))
        return cast("Self", symbol)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.name,)


def make_id(obj: object) -> Hashable:
    """Return the identifier of a receiver or sender in the views of a signal.

    Args:
        obj: A receiver or a sender.

    Returns:
        The addresses of function and object for a bound method, a `str` or `int` itself, and the
        address of anything else.

    Example:
        >>> from aldis.blinker._utilities import make_id
        >>> make_id("a sender")
        'a sender'
    """
    if inspect.ismethod(obj):
        return id(obj.__func__), id(obj.__self__)
    return obj if isinstance(obj, (str, int)) else id(obj)


def make_ref(obj: T, callback: Callable[[weakref.ref[T]], None] | None = None) -> weakref.ref[T]:
    """Return a weak reference; to a bound method, one that lives as long as its object.

    Args:
        obj: The object to refer to.
        callback: Called with the reference when the object is garbage-collected.

    Returns:
        The reference.

    Raises:
        TypeError: The object cannot be weakly referenced.

    Example:
        >>> from aldis.blinker._utilities import make_ref
        >>> make_ref(make_ref)() is make_ref
        True
    """
    if inspect.ismethod(obj):
        method: Any = weakref.WeakMethod(obj, cast("Any", callback))
        return cast("weakref.ref[T]", method)
    return weakref.ref(obj, callback)
