"""Decides which objects are one and the same receiver or sender.

Everything is judged by its own type and address, so no `__eq__`, `__hash__` or `__class__` of a
user's object is ever called here.
"""

from __future__ import annotations

from functools import partial
from types import BuiltinMethodType, FunctionType, MethodType, MethodWrapperType, ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

if TYPE_CHECKING:
    from typing_extensions import TypeIs

# the address of a receiver, or of the two parts of a method; an address alone would be reused
ReceiverKey: TypeAlias = "int | tuple[int, ReceiverKey | str]"


class AnySender:
    """The type of `ANY`, the sender that stands for every sender.

    Example:
        >>> from aldis import ANY
        >>> ANY
        ANY
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "ANY"

    def __reduce__(self) -> str:
        return "ANY"  # copies and pickles to itself: there is only one


ANY: Final = AnySender()


def is_any(sender: object) -> bool:
    """Whether it stands for every sender, as does the adapter's `ANY`."""
    return issubclass(type(sender), AnySender)  # isinstance would ask a sender for its `__class__`


def is_function(receiver: object) -> TypeIs[FunctionType]:
    """Whether it was made by `def` or `lambda`, whatever it says of its class."""
    return type(receiver) is FunctionType


def is_method(receiver: object) -> TypeIs[MethodType]:
    """Whether it is a bound method, whatever it says of its class."""
    return type(receiver) is MethodType


def is_partial(receiver: object) -> TypeIs[partial[object]]:
    """Whether it is a `functools.partial`, whatever it says of its class."""
    return issubclass(type(receiver), partial)


def is_temporary_method(receiver: object) -> TypeIs[BuiltinMethodType | MethodWrapperType]:
    """Whether each attribute access makes this method of a C type anew, as `lst.append` is."""
    if type(receiver) is BuiltinMethodType:
        owner: object = receiver.__self__
        return owner is not None and type(owner) is not ModuleType
    return type(receiver) is MethodWrapperType


def receiver_key(receiver: object) -> ReceiverKey:
    """Return what two accesses of one receiver have in common.

    A method object is made by each attribute access, so it is known by what it is made of.
    """
    # a call of `is_method` takes as long as half of this
    if type(receiver) is FunctionType:
        return id(receiver)
    if type(receiver) is MethodType:
        function = receiver.__func__
        if type(function) is MethodType:  # the inner one is made anew by each access, too
            return (id(receiver.__self__), receiver_key(function))
        return (id(receiver.__self__), id(function))
    if is_temporary_method(receiver):
        return (id(receiver.__self__), receiver.__name__)
    return id(receiver)


VALUES: Final = (str, int)  # senders of these types are compared by value
SPECIAL: Final = (AnySender, *VALUES)  # and all others by their address


def value_of(sender: object) -> str | int | None:
    """Return the plain `str` or `int` by which a sender is compared; None if by its address.

    A subclass counts by the value behind it: an `IntEnum` member, `True` and `1` are one sender,
    whatever equality and hash they define.
    """
    kind: type[Any] = type(sender)  # isinstance would ask a sender for its `__class__`
    if issubclass(kind, str):
        return str.__str__(cast("str", sender))
    if issubclass(kind, int):
        return int.__int__(cast("int", sender))
    return None
