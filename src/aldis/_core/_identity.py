"""Decides which objects count as the same receiver or sender.

Only types and addresses are compared, so no `__eq__`, `__hash__` or `__class__` of a user's object
is called here.
"""

from __future__ import annotations

from functools import partial
from types import BuiltinMethodType, FunctionType, MethodType, MethodWrapperType, ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

if TYPE_CHECKING:
    from typing_extensions import TypeIs

# the address of a receiver, or of both parts of a method, whose own address would be reused
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
        return "ANY"  # copying and unpickling give the one object


ANY: Final = AnySender()


def is_any(sender: object) -> bool:
    """Whether it stands for every sender; the adapter's `ANY` does, too."""
    return issubclass(type(sender), AnySender)  # isinstance would read `__class__`


def is_function(receiver: object) -> TypeIs[FunctionType]:
    """Whether it was made by `def` or `lambda`; ignores `__class__`."""
    return type(receiver) is FunctionType


def is_method(receiver: object) -> TypeIs[MethodType]:
    """Whether it is a bound method; ignores `__class__`."""
    return type(receiver) is MethodType


def is_partial(receiver: object) -> TypeIs[partial[object]]:
    """Whether it is a `functools.partial`; ignores `__class__`."""
    return issubclass(type(receiver), partial)


def is_temporary_method(receiver: object) -> TypeIs[BuiltinMethodType | MethodWrapperType]:
    """Whether it is a method of a C type that each attribute access makes, such as `lst.append`."""
    if type(receiver) is BuiltinMethodType:
        owner: object = receiver.__self__
        return owner is not None and type(owner) is not ModuleType
    return type(receiver) is MethodWrapperType


def receiver_key(receiver: object) -> ReceiverKey:
    """Return a key that is the same for each access of one receiver.

    Each attribute access makes a new method object, so the key consists of its parts.
    """
    # inlined: a call of `is_method` takes half as long as all this
    if type(receiver) is FunctionType:
        return id(receiver)
    if type(receiver) is MethodType:
        function = receiver.__func__
        if type(function) is MethodType:  # also made by each access
            return (id(receiver.__self__), receiver_key(function))
        return (id(receiver.__self__), id(function))
    if is_temporary_method(receiver):
        return (id(receiver.__self__), receiver.__name__)
    return id(receiver)


VALUES: Final = (str, int)  # senders of these types are compared by value
SPECIAL: Final = (AnySender, *VALUES)  # all others are compared by address


def value_of(sender: object) -> str | int | None:
    """Return the plain `str` or `int` by which a sender is compared; None if by its address.

    An object of a subclass is compared by its plain value: an `IntEnum` member, `True` and `1` are
    one sender, even if they define other equality and hashes.
    """
    kind: type[Any] = type(sender)  # isinstance would read `__class__`
    if issubclass(kind, str):
        return str.__str__(cast("str", sender))
    if issubclass(kind, int):
        return int.__int__(cast("int", sender))
    return None
