"""Finds the names of signals in modules.

Signals are compared by identity, since several may have the same name. The symbol of a signal is
chosen at the end, among all places that lead to it then, or that led to it when it was first sent.
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
_DEFAULT: Final = "blinker"  # the module of the default namespace


class Place(NamedTuple):
    """Where a signal is found.

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
        """The place as text."""
        dotted = f"{self.module}.{self.path}"
        return dotted if self.key is None else f"{dotted}[{self.key!r}]"


class Symbols:
    """The places of signals in all loaded modules."""

    def __init__(self) -> None:
        # by the address of a signal, with a reference, since addresses are reused
        self._found: dict[int, tuple[weakref.ref[object], dict[Place, None]]] = {}
        self._seen: dict[str, tuple[int, int]] = {}
        self._count = 0
        self._bound: dict[str, frozenset[str] | None] = {}

    def places_of(self, signal: object) -> list[Place]:
        """Return the places of a signal in all modules that are or were loaded."""
        self._look_around()
        return self.known_places_of(signal)

    def known_places_of(self, signal: object) -> list[Place]:
        """Return the same, but search modules only if their number has changed."""
        if len(sys.modules) != self._count:
            self._look_around()
        found = self._found.get(id(signal))
        return [*found[1]] if found is not None and found[0]() is signal else []

    def look_again(self) -> None:
        """Search all modules again, even if their number of names is unchanged."""
        self._seen.clear()
        self._look_around()

    def best_of(self, places: Iterable[Place], declared: str | None, name: str) -> Place | None:
        """Return the best place of a signal, if there is one.

        Args:
            places: Its places.
            declared: The dotted name of its declaration.
            name: Its own name.
        """
        # the declaration first, then assignments, then imports
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
        """Return the dotted name of the namespace of a signal, if there is one."""
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
            kind = type(value)  # not `__class__`, which an unbound proxy does not have
            if issubclass(kind, (SignalIdentity, UntypedSignal)):
                untyped = vars(value).get("_untyped", value)  # the signal under a typed view
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
        """Whether the source of a module binds the name, other than by import."""
        if place.module == _DEFAULT:
            return True
        if place.module not in self._bound:
            self._bound[place.module] = names_bound_in(module_at(place.module))
        bound = self._bound[place.module]
        return bound is None or place.path.partition(".")[0] in bound


def _is_class_at(kind: type, module: str, qualname: str) -> bool:
    """Whether a class is defined there, not imported."""
    return (known_as(module_of(kind)), class_name(kind)) == (module, qualname)


def names_bound_in(module: object) -> frozenset[str] | None:
    """Return the names that the source of a module binds; None if it cannot be read."""
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
    """Return the names of a module; none if it has replaced itself by another object."""
    return vars(module) if type(module) is ModuleType else {}
