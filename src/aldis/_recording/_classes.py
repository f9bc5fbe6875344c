"""How classes are written in a recording: by the names they can be imported by."""

from __future__ import annotations

import sys
import types
import weakref
from collections import Counter, OrderedDict, defaultdict, deque
from typing import TYPE_CHECKING, Final

from aldis._core._proxies import is_proxy
from aldis._recording._grammar import NONE, OBJECT
from aldis._recording._modules import can_be_named, is_of_tests, known_as
from aldis._static import bases_of, class_name, is_class, module_of, namespace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# what is to be done with a value of a class
PLAIN: Final = 0
LEFT_OUT: Final = 1
PROXY: Final = 2
CLASS: Final = 3
ITEMS: Final = 4
PAIRS: Final = 5
FIXED: Final = 6  # a tuple
FUNCTION: Final = 7

_ROLES: Final[tuple[tuple[type, int], ...]] = (
    *((kind, ITEMS) for kind in (list, set, frozenset, deque, Counter)),
    *((kind, PAIRS) for kind in (dict, defaultdict, OrderedDict)),
    (tuple, FIXED),
    (types.FunctionType, FUNCTION),
)
# what doubles of objects in tests come from
_DOUBLES: Final = frozenset({"dingus", "doublex", "flexmock", "mock", "mockito", "unittest.mock"})
# bases that say nothing of what their instances are
_EMPTY_BASES: Final = frozenset({"abc.ABC", "typing.Generic", "typing.Protocol"})
# classes of the interpreter that say they are in `builtins` and are not: functions, and the like
_OF_TYPES: Final = {
    id(value): f"types.{name}"
    for name, value in reversed([*vars(types).items()])  # of two names the first counts
    if is_class(value) and module_of(value) == "builtins"
}


class Known:
    """What is known of a class.

    Attributes:
        text: How it is written; empty if its values are left out.
        role: What is to be done with its values.
    """

    __slots__ = ("_there", "role", "text")

    def __init__(self, text: str, role: int, there: weakref.ref[type]) -> None:
        self.text = text
        self.role = role
        self._there = there  # it has the callback that forgets this


class Classes:
    """The classes that were seen; none is kept alive.

    Attributes:
        bases: Of each class that is written, the classes of its MRO that can be.
        modules: Of each of these, the module to import it from.
        epoch: Another one after each death of a class whose values are told: an address may be that
            of another class then.
        plain: By the address of each class that says all about its values: how it is written; empty
            if they are left out.
    """

    def __init__(self) -> None:
        self.bases: dict[str, tuple[str, ...]] = {}
        self.modules: dict[str, str] = {}
        self.epoch = object()
        self.plain: dict[int, str] = {}
        self._known: dict[int, Known] = {}

    def known(self, kind: type) -> Known:
        """Return what is known of a class."""
        known = self._known.get(id(kind))
        return self._look_at(kind) if known is None else known

    def name_of(self, kind: type) -> str:
        """Return the name by which a class can be imported, also from a test; else nothing."""
        name = _name_of(kind)
        return "" if name is None else f"{known_as(name[0])}.{name[1]}"

    def _look_at(self, kind: type) -> Known:
        place = id(kind)
        known, plain = self._known, self.plain

        def forget(_: object) -> None:
            if plain.pop(place, None) != "":
                self.epoch = object()
            known.pop(place, None)

        there = weakref.ref(kind, forget)
        role = _role_of(kind)
        text = "" if role == LEFT_OUT else self._text_of(kind)
        found = known[place] = Known(text, role if text else LEFT_OUT, there)
        if found.role <= LEFT_OUT:
            plain[place] = text
        return found

    def _text_of(self, kind: type) -> str:
        if kind is type(None):
            return NONE
        name, found = self._written(kind)
        self._add_bases(name, found)
        is_double = name == OBJECT and found is not kind and _is_of_tests(kind)
        return "" if is_double else name

    def _written(self, kind: type) -> tuple[str, type]:
        """Return the first class of an MRO that can be written, with its name: maybe `object`."""
        names = ((_name_in_recording(base), base) for base in bases_of(kind))
        return next(
            (name, base)
            for name, base in names
            if name and (base is kind or name not in _EMPTY_BASES)
        )

    def _add_bases(self, name: str, kind: type) -> None:
        if name in self.bases:
            return
        names = [(_name_in_recording(base), base) for base in bases_of(kind)]
        self.bases[name] = tuple(each for each, _ in names if each)
        self.modules[name] = _module_in_recording(kind)
        for each, base in names:
            if each:
                self._add_bases(each, base)


def _role_of(kind: type) -> int:
    if any(
        module_of(base) in _DOUBLES or module_of(base) == "mock.mock" for base in bases_of(kind)
    ):
        return LEFT_OUT
    if any(base is type for base in bases_of(kind)):  # `in` would ask a metaclass
        return CLASS
    if is_proxy(kind):
        return PROXY
    return next((role for each, role in _ROLES if each is kind), PLAIN)


def _is_of_tests(kind: type) -> bool:
    return is_of_tests(known_as(module_of(kind)))


def _name_in_recording(kind: type) -> str:
    """Return the name of a class that can be imported from what is not a test, or nothing."""
    if id(kind) in _OF_TYPES:
        return _OF_TYPES[id(kind)]
    name = _name_of(kind)
    return "" if name is None or _is_of_tests(kind) else f"{known_as(name[0])}.{name[1]}"


def _module_in_recording(kind: type) -> str:
    return "types" if id(kind) in _OF_TYPES else known_as(module_of(kind))


def _name_of(kind: type) -> tuple[str, str] | None:
    """Return the module and the qualified name of a class, if they lead to it."""
    module, qualname = module_of(kind), class_name(kind)
    if not can_be_named(module) or not can_be_named(qualname):
        return None
    found: object = sys.modules.get(module)
    for part in qualname.split("."):
        found = next(_named(found, part), None)
    return (module, qualname) if found is kind else None


def _named(owner: object, name: str) -> Iterator[object]:
    """Give what a module or a class has under a name, without running anything of theirs."""
    names = namespace_of(owner) if is_class(owner) else getattr(owner, "__dict__", {})
    if name in names:
        yield names[name]
