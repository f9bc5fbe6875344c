"""Finds the names by which signals can be reached from modules.

A signal is compared by identity: several may have the same name. Its symbol is chosen at the end,
among all places that lead to it then or led to it when it was first sent.
"""

from __future__ import annotations

import ast
import sys
import tokenize
import weakref
from types import ModuleType
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from aldis import AsyncSignalMethod, Namespace, SignalMethod
from aldis._identity import SignalIdentity
from aldis._recording._modules import known_as, module_at
from aldis._static import class_name, is_class, module_of, namespace_of
from aldis.blinker.base import Namespace as UntypedNamespace
from aldis.blinker.base import Signal as UntypedSignal
from aldis.blinker.base import default_namespace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_OURS: Final = frozenset({"aldis", "blinker"})
_DEFAULT: Final = "blinker"  # the module of the global namespace


class Place(NamedTuple):
    """A place of a signal.

    Attributes:
        module: The module.
        path: The attribute; with the class's name before it, if it is in one.
        key: The name in a namespace, if it is looked up there.
    """

    module: str
    path: str
    key: str | None = None

    @property
    def symbol(self) -> str:
        """The text of it."""
        dotted = f"{self.module}.{self.path}"
        return dotted if self.key is None else f"{dotted}[{self.key!r}]"


class Symbols:
    """The places of the signals of all loaded modules."""

    def __init__(self) -> None:
        # by the address of a signal: a reference, since addresses are used again
        self._found: dict[int, tuple[weakref.ref[object], dict[Place, None]]] = {}
        self._seen: dict[str, tuple[int, int]] = {}
        self._count = 0
        self._bound: dict[str, frozenset[str] | None] = {}

    def places_of(self, signal: object) -> list[Place]:
        """Return where a signal is found in the modules that are loaded now, or were before."""
        self._look_around()
        return self.known_places_of(signal)

    def known_places_of(self, signal: object) -> list[Place]:
        """Return the same; modules are looked at only if others are loaded than the last time."""
        if len(sys.modules) != self._count:
            self._look_around()
        found = self._found.get(id(signal))
        return [*found[1]] if found is not None and found[0]() is signal else []

    def look_again(self) -> None:
        """Look at all modules anew, also where they have as many names as before."""
        self._seen.clear()
        self._look_around()

    def best_of(self, places: Iterable[Place], declared: str | None, name: str) -> Place | None:
        """Return the place that a signal is known by, if there is one.

        Args:
            places: Where it is found.
            declared: The dotted name that its declaration has.
            name: Its own name.
        """
        # where it is declared, else where it is bound, else where it is imported
        return min(
            places,
            key=lambda place: (
                place.symbol != declared,
                place.key is not None,
                not self._binds(place),
                place.path.rpartition(".")[2] != name.replace("-", "_"),
                len(place.symbol),
                place.symbol,
            ),
            default=None,
        )

    def namespace_of(self, places: Iterable[Place]) -> str | None:
        """Return the dotted name of the namespace that a signal is in, if there is one."""
        spaces = [place for place in places if place.key is not None]
        best = self.best_of(spaces, None, "")
        return None if best is None else f"{best.module}.{best.path}"

    def _look_around(self) -> None:
        self._count = len(sys.modules)
        for name, module in sys.modules.copy().items():
            names = _names_in(module)
            seen = (id(module), len(names))
            if self._seen.get(name) != seen and name.partition(".")[0] not in _OURS:
                self._seen[name] = seen
                self._search(known_as(name), "", names)
        self._search_namespace(_DEFAULT, "default_namespace", default_namespace)

    def _search(self, module: str, owner: str, names: Mapping[str, object]) -> None:
        for name, value in [*names.items()]:
            kind = type(value)  # its own: a proxy may have no object to ask for its `__class__`
            if issubclass(kind, (SignalIdentity, UntypedSignal)):
                untyped = vars(value).get(
                    "_untyped", value
                )  # the function that a typed view sends with
                self._add(untyped, Place(module, owner + name))
            elif issubclass(kind, (SignalMethod, AsyncSignalMethod)):
                method = cast("SignalMethod[object, ..., object]", value)
                self._add(method._signal, Place(module, owner + name))
            elif issubclass(kind, (Namespace, UntypedNamespace)):
                space = cast("Mapping[str, object]", value)
                self._search_namespace(module, owner + name, space)
            elif is_class(value) and _is_class_at(value, module, owner + name):
                self._search(module, f"{owner}{name}.", namespace_of(value))

    def _search_namespace(self, module: str, path: str, space: Mapping[str, object]) -> None:
        for key, signal in [*space.items()]:
            self._add(signal, Place(module, path, key))

    def _add(self, signal: object, place: Place) -> None:
        found = self._found.get(id(signal))
        if found is None or found[0]() is not signal:
            found = self._found[id(signal)] = (weakref.ref(signal), {})
        found[1][place] = None

    def _binds(self, place: Place) -> bool:
        """Whether the source of a module binds the name, and does not import it."""
        if place.module == _DEFAULT:
            return True
        if place.module not in self._bound:
            self._bound[place.module] = names_bound_in(module_at(place.module))
        bound = self._bound[place.module]
        return bound is None or place.path.partition(".")[0] in bound


def _is_class_at(kind: type, module: str, qualname: str) -> bool:
    """Whether a class is defined there, and not imported."""
    return (known_as(module_of(kind)), class_name(kind)) == (module, qualname)


def names_bound_in(module: object) -> frozenset[str] | None:
    """Return the names that the lines of a module bind; None if its source cannot be read."""
    file = _names_in(module).get("__file__")
    if type(file) is not str or not file.endswith(".py"):
        return None
    try:
        with tokenize.open(file) as opened:
            tree = ast.parse(opened.read())
    except (OSError, SyntaxError, ValueError):
        return None
    return frozenset(_bound_by(tree))


def _bound_by(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name


def _names_in(module: object) -> Mapping[str, object]:
    """Return the names of a module; nothing of one that has put another object in its place."""
    return vars(module) if type(module) is ModuleType else {}
