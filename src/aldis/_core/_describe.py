"""Describes receivers in messages: by name and place, never by their `repr`."""

from __future__ import annotations

from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Final

from aldis._core._identity import is_function, is_method, is_partial, is_temporary_method
from aldis._static import MISSING, class_name, func_of_partial, func_of_static, is_class

if TYPE_CHECKING:
    from types import FunctionType

_PLAIN: Final = (bool, bytes, float, int, str, type(None))


def describe(thing: object, role: str = "receiver") -> str:
    """Return a description of a receiver, or of something with another role, for messages."""
    words = ""
    met: set[int] = set()
    while id(thing) not in met:
        met.add(id(thing))
        if is_method(thing):
            thing = thing.__func__
        elif is_partial(thing):
            words += "partial of "
            thing = func_of_partial(thing)
        elif issubclass(type(thing), staticmethod):
            words += "staticmethod of "
            thing = func_of_static(thing)
        else:
            return words + _name(thing, role)
    return f"{words}itself"


def _name(thing: object, role: str) -> str:
    if thing is MISSING:
        return f"a missing {role}"
    if is_function(thing):
        return f"{role} {thing.__qualname__!r} ({place(thing)})"
    if type(thing) is BuiltinFunctionType or is_temporary_method(thing):
        return f"{role} {thing.__qualname__!r}"
    if is_class(thing):
        return f"class {class_name(thing)!r}"
    return _by_type(thing)


def place(function: FunctionType) -> str:
    """Return the file and line of a function."""
    code = function.__code__
    return f"{code.co_filename}:{code.co_firstlineno}"


def shown(value: object) -> str:
    """Return the repr of a plain value, and only the type of any other."""
    return repr(value) if type(value) in _PLAIN else _by_type(value)


def _by_type(thing: object) -> str:
    return f"an object of type {class_name(type(thing))!r}"
