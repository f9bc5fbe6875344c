"""Finds the signals and events in the modules of a package."""

from __future__ import annotations

import ast
import sys
from types import MethodType, ModuleType
from typing import TYPE_CHECKING, TypeAlias, cast

from aldis import AsyncSignalMethod, Namespace, SignalMethod
from aldis._callables import Place, name_of, place_of, place_of_code
from aldis._cli._found import Found
from aldis._cli._importing import InputError, import_package
from aldis._cli._modules import inner_names, names_in
from aldis._cli._names import WAY_OUT, AnySignal, blinkers_own_signal, signal_sent_by
from aldis._cli._source import Source, source_of
from aldis._copies import names_of
from aldis._event_identity import EventMethodIdentity, OfInstance
from aldis._identity import SignalIdentity
from aldis._static import class_name, is_class, module_of, namespace_of
from aldis.blinker.base import Namespace as UntypedNamespace
from aldis.blinker.base import Signal as UntypedSignal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from aldis._cli._importing import Package

AnyNamespace: TypeAlias = "Namespace | UntypedNamespace"


class Finds:
    """The signals and namespaces of a package.

    Attributes:
        signals: The signals, in the order of their declarations.
        namespaces: The namespaces, by their dotted names.
        sources: The source of each module that has one.
        failures: One line about each module that could not be imported.
    """

    def __init__(self, package: Package) -> None:
        self.failures = package.failures
        self.sources = dict(_sources(package))
        self.namespaces: dict[str, AnyNamespace] = {}
        self._paths: dict[int, list[str]] = {}
        self._homes: dict[str, str] = {}  # the modules of these paths
        self._lines: dict[str, Place] = {}  # the first look-ups of names without another place
        self._methods: set[int] = set()
        self._signals: dict[int, AnySignal] = {}
        for name, module in package.modules.items():
            self._search(name, "", names_in(module))
        for name, source in self.sources.items():
            if name in package.modules:
                self._look_up(source, names_in(package.modules[name]))
        found = (self._found(signal) for signal in self._signals.values())
        self.signals = sorted(found, key=_order)

    def tell_failures(self) -> int:
        """Print which modules could not be imported; return the exit code."""
        for failure in self.failures:
            sys.stderr.write(f"aldis: {failure}\n")
        return 2 if self.failures else 0

    def _search(self, module: str, owner: str, names: Mapping[str, object]) -> None:
        for name, value in [*names.items()]:
            kind = type(value)  # not `__class__`, which an unbound proxy does not have
            path = f"{module}.{owner}{name}"
            if issubclass(kind, (SignalMethod, AsyncSignalMethod)):
                method = cast("SignalMethod[object, ..., object]", value)
                self._add(method._signal, path, module)
                self._methods.add(id(method._signal))
            elif issubclass(kind, OfInstance):
                pass  # ignored, like bound signals
            elif issubclass(kind, (SignalIdentity, UntypedSignal)):
                self._add(cast("AnySignal", value), path, module)
                if issubclass(kind, EventMethodIdentity):
                    self._methods.add(id(value))
            elif issubclass(kind, (Namespace, UntypedNamespace)):
                namespace = self.namespaces[path] = cast("AnyNamespace", value)
                for key, signal in [*namespace.items()]:
                    self._add(signal, f"{path}[{key!r}]", module)
            elif is_class(value) and _is_class_at(value, module, f"{owner}{name}"):
                self._search(module, f"{owner}{name}.", namespace_of(value))

    def _look_up(self, source: Source, names: Mapping[str, object]) -> None:
        """Add signals that a module looks up by name in a namespace of another module."""
        for node in ast.walk(source.tree):
            match node:
                case ast.Call(func=ast.Name() as called, args=[ast.Constant(value=str(key))]):
                    pass
                case ast.Call(
                    func=ast.Attribute(value=ast.Name()) as called,
                    args=[ast.Constant(value=str(key))],
                ):
                    pass
                case _:
                    continue
            first, _, rest = ast.unparse(called).partition(".")
            method = names.get(first)
            if rest and issubclass(type(method), ModuleType):
                method = names_in(method).get(rest)
            owner: object = method.__self__ if type(method) is MethodType else None
            if not issubclass(type(owner), (Namespace, UntypedNamespace)):
                continue  # isinstance would read its `__class__`
            namespace = cast("AnyNamespace", owner)
            if key in namespace:
                path = source.imports.get(first, f"{source.name}.{first}")
                path = f"{path}.{rest}" if rest else path
                looked_up = f"{path}[{key!r}]"
                self.namespaces.setdefault(path, namespace)
                self._add(namespace[key], looked_up, source.name)
                place = Place(source.path, node.lineno)
                self._lines[looked_up] = min(place, self._lines.get(looked_up, place))

    def _add(self, signal: AnySignal, path: str, module: str) -> None:
        self._signals[id(signal)] = signal
        paths = self._paths.setdefault(id(signal), [])
        if path not in paths:
            paths.append(path)
            self._homes[path] = module

    def _found(self, signal: AnySignal) -> Found:
        paths = self._paths[id(signal)]
        declared = _declared_as(signal)
        places = {path: self._bound_at(path) for path in paths}
        # the declaration first, then assignments, then imports
        paths.sort(key=lambda path: (path != declared, "[" in path, places[path] is None))
        place = _declared_at(signal) or places[paths[0]]
        if declared is not None and declared not in paths and _is_at(signal, declared):
            paths.insert(0, declared)  # in a module of another package
        module = self._homes.get(paths[0]) or signal.__module__
        return Found(signal, paths, module, place, is_method=id(signal) in self._methods)

    def _bound_at(self, path: str) -> Place | None:
        if path in self._lines:
            return self._lines[path]
        source = self.sources.get(self._homes[path])
        if source is None:
            return None
        line = source.bound.get(path.partition("[")[0].removeprefix(f"{source.name}."))
        return None if line is None else Place(source.path, line)


def _is_class_at(kind: type, module: str, qualname: str) -> bool:
    """Whether a class is defined there, not imported."""
    return (module_of(kind), class_name(kind)) == (module, qualname)


def receiver_at(receiver: object, signals: Iterable[Found]) -> tuple[str, str]:
    """Return a receiver's name and place; for the `send` of a signal, those of the signal."""
    relay = signal_sent_by(receiver)
    name, place = str(name_of(receiver)), place_of(receiver)
    if relay is not None:
        known = (found for found in signals if found.signal is relay)
        found = next(known, None) or Found(relay, [relay._registry.name], "")
        name, place = f"{found.name}.send", found.place
    return name, str(place or "(no source)")


def look(name: str, skipped: Sequence[str]) -> Finds:
    """Return the signals and namespaces of a package.

    Raises:
        InputError: It cannot be imported, or has no signals.
    """
    package = import_package(name, skipped=skipped)
    finds = Finds(package)
    if not finds.signals:
        reason = f"there are no signals in {name}"
        if _has_signals_of_blinker(package):
            reason = f"the signals in {name} belong to blinker itself; {WAY_OUT}"
        raise InputError("; ".join([*finds.failures, reason]))
    return finds


def _has_signals_of_blinker(package: Package) -> bool:
    kind = blinkers_own_signal()
    if kind is None:
        return False
    values = (value for each in package.modules.values() for value in names_in(each).values())
    return any(issubclass(type(value), kind) for value in values)


def _sources(package: Package) -> Iterator[tuple[str, Source]]:
    files: Iterable[tuple[str, object, bool]] = [
        *(
            (name, names_in(module).get("__file__"), "__path__" in names_in(module))
            for name, module in package.modules.items()
        ),
        *((name, path, False) for name, path in package.unopened.items()),
    ]
    for name, path, is_package in files:
        source = source_of(name, path, is_package=is_package)
        if source is not None:
            yield name, source


def _declared_as(signal: AnySignal) -> str | None:
    if not isinstance(signal, SignalIdentity) or not signal.__module__:
        return None
    places = [f"{signal.__module__}.{name}" for name in names_of(signal) if "<" not in name]
    kept = (place for place in places if _is_at(signal, place))
    return next(kept, places[0] if places else None)


def _is_at(signal: AnySignal, path: str) -> bool:
    found: object = sys.modules.get(signal.__module__)
    for part in path.removeprefix(f"{signal.__module__}.").split("."):
        # not getattr, which may run code of a module or metaclass
        found = inner_names(found).get(part)
    if issubclass(type(found), (SignalMethod, AsyncSignalMethod)):
        found = cast("SignalMethod[object, ..., object]", found)._signal
    return found is signal


def _declared_at(signal: AnySignal) -> Place | None:
    code = getattr(vars(signal).get("__wrapped__"), "__code__", None)
    return None if code is None else place_of_code(code)


def _order(found: Found) -> tuple[str, int, str]:
    place = found.place or Place("", 0)
    return (place.path, place.line, found.name)
