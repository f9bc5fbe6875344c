"""What a signal is called, how it shows itself, and when it may be copied or pickled."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast, get_args, get_origin

from aldis._core import (
    AsyncOutlets,
    Outlets,
    Payload,
    Registry,
    declared_payload,
    is_async,
    name_of,
    open_outlets,
    positional_payload,
    reset_outlets,
    untyped_payload,
)
from aldis.exceptions import DeclarationError, SignalCopyError

if TYPE_CHECKING:
    from collections.abc import Callable
    from inspect import Signature

_UNNAMED = "<unnamed>"


class _SignatureOfInstances:
    """`__signature__` of a signal: that of its declaration. Its class must have none."""

    def __get__(self, signal: SignalIdentity | None, owner: type | None = None) -> Signature:
        if signal is None:
            raise AttributeError("__signature__")
        return signal._registry.payload.signature


class SignalIdentity(Outlets):
    """The attributes that a signal takes over from its declaration, as `functools.wraps` would."""

    __name__: str
    __qualname__: str
    __wrapped__: Callable[..., object]
    __signature__: _SignatureOfInstances = _SignatureOfInstances()

    _registry: Registry

    @property
    def _sending_registry(self) -> Registry:
        """The books that its sends go through, where they can be seen."""
        return self._registry

    def __init__(
        self,
        spec: Callable[..., object] | None = None,
        /,
        *,
        name: str | None = None,
        doc: str | None = None,
    ) -> None:
        takes_async = isinstance(self, AsyncOutlets)
        # no module: pickle looks for a signal that has none in all of them
        names: dict[str, Any] = dict.fromkeys(("__name__", "__qualname__"), name or _UNNAMED)
        names |= {"__module__": None, "__doc__": doc}
        if spec is None:
            payload = _payload_of_class(type(self))
        else:
            payload = declared_payload(spec)
            if is_async(spec) and not takes_async:
                reason = "it is async; declare an AsyncSignal by it"
                raise DeclarationError(name_of(spec), reason)
            for attribute, given in names.items():
                found = _text_of(spec, attribute) if given in (None, _UNNAMED) else None
                if found is not None:
                    names[attribute] = found
            self.__wrapped__ = spec
        self.__dict__.update(names)
        self._registry = Registry(self, self.__qualname__, payload, takes_async=takes_async)
        open_outlets(self, self._registry)

    def _is_declared_as(self, other: SignalIdentity) -> bool:
        """Whether both come from one declaration, perhaps because its module was reloaded."""
        return (
            self.__module__ == other.__module__
            and self.__qualname__ == other.__qualname__
            and self._registry.payload.text == other._registry.payload.text
        )

    def _adopt(self, declared: SignalIdentity) -> bool:
        """Take over the declaration of another signal, unless this one has its own.

        Raises:
            IncompatibleReceiverError: A receiver cannot take what it declares; nothing changed.
        """
        if not self._registry.redeclare(declared._registry):
            return False
        self.__dict__.update(
            {name: value for name, value in declared.__dict__.items() if name.startswith("__")}
        )
        reset_outlets(self, self._registry)
        return True

    def __set_name__(self, owner: type, name: str) -> None:
        """Name a signal that is kept by a class and has no name of its own."""
        if self.__name__ == _UNNAMED:
            self.__name__ = name
            self.__qualname__ = self._registry.name = f"{owner.__qualname__}.{name}"
            self.__module__ = owner.__module__

    @property
    def __orig_class__(self) -> object:
        """The `Signal[App, [int, str]]` that this signal was made by calling."""
        try:
            return self.__dict__["__orig_class__"]
        except KeyError:
            raise AttributeError("__orig_class__") from None

    @__orig_class__.setter
    def __orig_class__(self, alias: object) -> None:
        # set by `typing` when the signal is made, before anybody can have used it
        self.__dict__["__orig_class__"] = alias
        if not self._registry.payload.declared:
            self._registry.payload = (
                _payload_of_arguments(get_args(alias)) or self._registry.payload
            )

    def __repr__(self) -> str:
        registry = self._registry
        name = f"{self.__module__}.{self.__qualname__}" if self.__module__ else self.__qualname__
        text = registry.payload.text if registry.payload.declared else ""
        count = len(registry)
        return f"<{type(self).__name__} {name}{text}, {count} receiver{'' if count == 1 else 's'}>"

    def __reduce__(self) -> str:
        """Pickle and copy a signal by its name, as a function is.

        Raises:
            SignalCopyError: It is not found under its name: it would share or lose its receivers.
        """
        first, *rest = self.__qualname__.split(".")
        modules = [sys.modules.get(self.__module__)] if self.__module__ else sys.modules.values()
        for module in tuple(modules):
            found: object = getattr(module, "__dict__", {}).get(first)
            for part in rest:
                found = getattr(found, part, None)
            if found is self:
                return self.__qualname__
        way_out = "keep it in a module or class under the name it was declared with"
        if self.__name__ == _UNNAMED:
            way_out = "give it a `name=`, and keep it in a module under that"
        raise SignalCopyError(self.__qualname__, way_out)


def _text_of(spec: object, attribute: str) -> str | None:
    """Return an attribute of a declaration if it is a text; asking for it may raise anything."""
    with suppress(Exception):
        found: object = getattr(spec, attribute)
        return found if isinstance(found, str) else None
    return None


def _payload_of_class(kind: type) -> Payload:
    """Return what `class Moved(Signal[App, [int, int]])` says of the payload."""
    for base in kind.__mro__:
        for alias in base.__dict__.get("__orig_bases__", ()):
            payload = (
                _payload_of_arguments(get_args(alias)) if _is_signal(get_origin(alias)) else None
            )
            if payload is not None:
                return payload
    return untyped_payload()


def _is_signal(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, SignalIdentity)


def _payload_of_arguments(arguments: tuple[object, ...]) -> Payload | None:
    """Return what `[App, [int, str]]` says of the payload; None where that is open."""
    types = arguments[1] if len(arguments) > 1 else None
    if not isinstance(types, (list, tuple)):
        return None
    return positional_payload(cast("list[object] | tuple[object, ...]", types))
