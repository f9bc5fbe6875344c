"""Finds the instance that has a signal as its attribute, while the signal is sent."""

from __future__ import annotations

import dis
import gc
from types import CodeType, FunctionType, MemberDescriptorType
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from aldis._static import attributes_of, is_class, module_of, namespace_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

MOST_SEARCHES: Final = 50  # through all objects, in one process: each takes tens of milliseconds


class Owned(NamedTuple):
    """An attribute of the instances of a class."""

    kind: type
    name: str


class Owners:
    """Finds owners: first the sender, then objects around the line that sends, then any object."""

    def __init__(self) -> None:
        self._searches_left = MOST_SEARCHES

    def owner_of(
        self, signal: object, sender: object, frame: FrameType | None, *, anywhere: bool
    ) -> Owned | None:
        """Return the class and the attribute; None if no instance is found.

        Args:
            signal: The signal.
            sender: The sender.
            frame: The frame of the line that sends.
            anywhere: Whether all objects of the process may be searched.
        """
        for thing in (sender, *_near(frame)):
            name = _attribute_with(thing, signal)
            if name is not None:
                return Owned(_declaring(type(thing), name), name)
        if not anywhere or not self._searches_left:
            return None
        self._searches_left -= 1
        for thing in _referring_to(signal):
            name = _attribute_with(thing, signal)
            if name is not None:
                return Owned(_declaring(type(thing), name), name)
        return None


def _near(frame: FrameType | None) -> Iterator[object]:
    """Yield the variables of the line that sends, and then their attributes."""
    if frame is None or frame.f_locals is frame.f_globals:
        return
    things = [*frame.f_locals.values()]
    yield from things
    for thing in things:
        if not is_class(thing):
            yield from [*attributes_of(thing).values()]


def _referring_to(signal: object) -> Iterator[object]:
    for referrer in gc.get_referrers(signal):
        if type(referrer) is dict:  # of an instance, perhaps
            yield from gc.get_referrers(cast("dict[str, object]", referrer))
        else:
            yield referrer


def _attribute_with(thing: object, signal: object) -> str | None:
    """Return the name of the attribute of an instance that is the signal."""
    if is_class(thing) or module_of(type(thing)).startswith("aldis."):
        return None
    for name, value in [*attributes_of(thing).items()]:
        if value is signal:
            return name
    for kind in type(thing).__mro__:
        for name, slot in namespace_of(kind).items():
            if type(slot) is MemberDescriptorType and _in_slot(slot, thing) is signal:
                return name
    return None


def _in_slot(slot: MemberDescriptorType, thing: object) -> object:
    try:
        return slot.__get__(thing)
    except AttributeError:
        return None


def _declaring(kind: type, name: str) -> type:
    """Return the class of an MRO that gives its instances an attribute: the last that does."""
    declaring = (base for base in reversed(kind.__mro__) if _declares(base, name))
    return next(declaring, kind)


def _declares(kind: type, name: str) -> bool:
    names = namespace_of(kind)
    fields = names.get("__dataclass_fields__")
    if name in names or (type(fields) is dict and name in fields):
        return True
    functions = [value for value in names.values() if type(value) is FunctionType]
    return any(_stores(function.__code__, name) for function in functions)


def _stores(code: CodeType, name: str) -> bool:
    return name in code.co_names and any(
        each.opname == "STORE_ATTR" and each.argval == name for each in dis.get_instructions(code)
    )
