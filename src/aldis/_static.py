"""Looks at objects without running any code of theirs.

An attribute access may call a `__getattr__`, a property or a metaclass. These functions go by the
type of an object and by what stands in the dicts of classes.
"""

from __future__ import annotations

from functools import partial
from types import GetSetDescriptorType
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import MemberDescriptorType
    from typing import Any

    from typing_extensions import TypeIs


class _Missing:
    """The type of what is not there."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<required>"


MISSING: Final = _Missing()

bases_of: Callable[[type], tuple[type, ...]] = type.__dict__["__mro__"].__get__
_namespace: Callable[[type], Mapping[str, object] | None] = type.__dict__["__dict__"].__get__
_qualname: Callable[[type], str] = type.__dict__["__qualname__"].__get__
_module: Callable[[type], object] = type.__dict__["__module__"].__get__


def namespace_of(kind: type) -> Mapping[str, object]:
    """Return what stands in the dict of a class.

    A class that is written in C has no dict before it is first used.
    """
    namespace = _namespace(kind)
    return {} if namespace is None else namespace


def look_up(kind: type, *names: str) -> object:
    """Return what the first class that has one of these names has under it, else `MISSING`.

    The classes are `kind` and its bases. Of several names of one class, the first counts.
    """
    is_usual = type(kind) is type  # most often; then no metaclass has these names
    for base in kind.__mro__ if is_usual else bases_of(kind):
        namespace = base.__dict__ if is_usual else namespace_of(base)
        for name in names:
            if name in namespace:
                return namespace.get(name, MISSING)
    return MISSING


def attributes_of(thing: object) -> Mapping[str, object]:
    """Return the dict of an object, if it has an ordinary one."""
    found = look_up(type(thing), "__dict__")
    if type(found) is not GetSetDescriptorType:
        return {}
    attributes: object = found.__get__(thing)
    return cast("dict[str, object]", attributes) if type(attributes) is dict else {}


def is_class(thing: object) -> TypeIs[type]:
    """Whether it is a class, whatever it says of itself."""
    return issubclass(type(thing), type)


def class_name(kind: type) -> str:
    """Return the qualified name of a class, whatever its metaclass would say."""
    return _qualname(kind)


def module_of(kind: type) -> str:
    """Return the name of the module of a class, if it has a text for one."""
    module = _module(kind)
    return module if type(module) is str else ""


def _slot(kind: type, name: str) -> Callable[[Any], Any]:
    descriptor: MemberDescriptorType | GetSetDescriptorType = kind.__dict__[name]
    return descriptor.__get__


# what these hold, also where a subclass has attributes of the same names
func_of_partial: Callable[[partial[Any]], Any] = _slot(partial, "func")
args_of_partial: Callable[[partial[Any]], tuple[object, ...]] = _slot(partial, "args")
keywords_of_partial: Callable[[partial[Any]], Mapping[str, object]] = _slot(partial, "keywords")
func_of_static: Callable[[object], Any] = _slot(staticmethod, "__func__")
func_of_classmethod: Callable[[object], Any] = _slot(classmethod, "__func__")
