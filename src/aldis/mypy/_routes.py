"""Finds the hook for each name.

mypy asks for a hook for every call and every attribute of a program. So the answers are cached in
dictionaries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from mypy.nodes import TypeInfo

from aldis.mypy import _blinker, _names
from aldis.mypy._attributes import Attributes, inherit_methods, make_attributes
from aldis.mypy._connect import connect_signature
from aldis.mypy._declarations import declared_method
from aldis.mypy._lookups import Lookups
from aldis.mypy._open import Open
from aldis.mypy._relaying import relayed
from aldis.mypy._results import Results

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy.nodes import SymbolTableNode
    from mypy.options import Options
    from mypy.plugin import (
        AttributeContext,
        ClassDefContext,
        FunctionContext,
        MethodContext,
        MethodSigContext,
    )
    from mypy.types import FunctionLike, Type

    from aldis.mypy._config import Config

Hook = TypeVar("Hook")
_WITH_RECEIVER = (*_names.METHOD_NAMES, _names.DECORATE, _names.EVENT_DECORATE)
_CONNECTING = (_names.CONNECTABLE, _names.ONE_SENDER, *_names.UNTYPED_CONNECTABLES)
_ASYNC = (_names.ASYNC_SIGNAL, _names.ASYNC_ONE_SENDER)
_SIGNALS = (_names.SIGNAL, _names.ASYNC_SIGNAL, _names.EVENT, _names.ASYNC_EVENT)
_SENDERS = (*_SIGNALS, _names.BOUND_SIGNAL, _names.ASYNC_BOUND_SIGNAL, _names.LIMITED)

# hooks for these classes and their subclasses
_Bases: TypeAlias = "Mapping[tuple[str, ...], Hook]"


class Remembered(dict[str, "Hook | None"], Generic[Hook]):
    """Hooks by full name, each looked up on first use."""

    def __init__(self, find: Callable[[str], Hook | None]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, fullname: str) -> Hook | None:
        hook = self[fullname] = self._find(fullname)
        return hook


def _methods(
    sent: Callable[[MethodContext], Type], opened: Open, lookups: Lookups
) -> Mapping[str, _Bases[Callable[[MethodContext], Type]]]:
    """Return the hooks of methods, by name and then by the bases of their classes."""
    untyped = _names.UNTYPED_SIGNALS
    return {
        "send": {_SENDERS: sent, untyped: _blinker.sent},
        "send_robust": {_SENDERS: sent},
        "gather": {_SENDERS: sent},
        "gather_robust": {_SENDERS: sent},
        "send_async": {untyped: _blinker.sent},
        "signal": {
            (_names.NAMESPACE,): lookups.looked_up,
            _names.UNTYPED_NAMESPACES: opened.made_by_name,
        },
        "async_signal": {(_names.NAMESPACE,): lookups.looked_up},
        "event": {(_names.NAMESPACE,): lookups.looked_up},
        "async_event": {(_names.NAMESPACE,): lookups.looked_up},
        "__getitem__": {(_names.NAMESPACE,): lookups.looked_up},
        "publish": {(_names.RELAY,): relayed},
        "deliver": {(_names.RELAY,): relayed},
        "__call__": {
            _names.UNTYPED_FINDERS: opened.made_by_name,
            _names.DECLARING_METHODS: declared_method,
        },
    }


class Routes:
    """All hooks of the plugin."""

    def __init__(
        self,
        config: Config,
        options: Options,
        lookup: Callable[[str], SymbolTableNode | None],
    ) -> None:
        self._lookup = lookup
        opened, lookups = Open(config), Lookups(config)
        self._results = Results()
        self._known: set[str] = set()  # classes that have been looked up
        self._classes: Mapping[str, Callable[[ClassDefContext], None]] = {
            **dict.fromkeys(_CONNECTING, make_attributes),
            **dict.fromkeys(_ASYNC, inherit_methods),
        }
        self.attributes: Mapping[str, Callable[[AttributeContext], Type]]
        connecting = Attributes(self._type_info, options)
        self.attributes = connecting.of_signals()
        self._subclassed = connecting.subclassed
        self._by_attribute = {name: connecting.of_classes(name) for name in _names.CONNECTING}
        self.signatures: Mapping[str, Callable[[MethodSigContext], FunctionLike]]
        self.signatures = {f"{name}.__call__": connect_signature for name in _WITH_RECEIVER}
        self._by_method = _methods(self._results.sent, opened, lookups)
        made: _Bases[Callable[[FunctionContext], Type]]
        made = {(*_SIGNALS, *_names.UNTYPED_SIGNALS): opened.made}
        self._made = made
        self.bases = Remembered(self._find_base)
        self.class_attributes = Remembered(self._find_class_attribute)
        self.methods = Remembered(self._find_method)
        self.functions = Remembered(self._find_function)

    def class_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        """Return the hook for a class that is being defined."""
        # in a daemon, the class may have changed
        if fullname in self._known:
            self._known.clear()
            self.bases.clear()
            self.class_attributes.clear()
            self.methods.clear()
            self.functions.clear()
        return self._classes.get(fullname)

    def read(self) -> None:
        """Note that a module is read, which will be checked."""
        self._results.read()

    def _find_base(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return self._of_class(fullname, {_CONNECTING: self._subclassed})

    def _find_class_attribute(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        owner, _, name = fullname.rpartition(".")
        bases = self._by_attribute.get(name)
        return None if bases is None else self._of_class(owner, bases)

    def _find_method(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        owner, _, name = fullname.rpartition(".")
        bases = self._by_method.get(name)
        return None if bases is None else self._of_class(owner, bases)

    def _find_function(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        return self._of_class(fullname, self._made)

    def _of_class(self, fullname: str, bases: _Bases[Hook]) -> Hook | None:
        info = self._type_info(fullname)
        if info is not None:
            self._known.add(fullname)
            for names, hook in bases.items():
                if any(info.has_base(name) for name in names):
                    return hook
        return None

    def _type_info(self, fullname: str) -> TypeInfo | None:
        found = self._lookup(fullname)
        return found.node if found is not None and isinstance(found.node, TypeInfo) else None
