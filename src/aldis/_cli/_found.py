"""A signal that was found, with the facts to show."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Final, cast

from aldis._core._survey import Listed, connections
from aldis._event_identity import EventIdentity, EventMethodIdentity, OfInstance
from aldis._identity import SignalIdentity
from aldis.blinker.base import Signal as UntypedSignal

if TYPE_CHECKING:
    from aldis._callables import Place
    from aldis._cli._names import AnySignal

_BLINKER: Final = "aldis.blinker"


class Found:
    """A signal that was found.

    Attributes:
        signal: The signal.
        paths: The dotted names that lead to it; that of its declaration first.
        module: The module in which it is declared or looked up.
        place: Where it is declared, if known.
        is_method: Whether instances of a class send it.
    """

    def __init__(
        self,
        signal: AnySignal,
        paths: list[str],
        module: str,
        place: Place | None = None,
        *,
        is_method: bool = False,
    ) -> None:
        self.signal = signal
        self.paths = paths
        self.module = module
        self.place = place
        self.is_method = is_method

    @property
    def name(self) -> str:
        """The name to show."""
        return self.paths[0]

    @property
    def short_name(self) -> str:
        """Its name without the module."""
        return self.name.removeprefix(f"{self.module}.").removeprefix(f"{_BLINKER}.")

    @property
    def given_name(self) -> str | None:
        """The name that it was given, if it differs from the shown one."""
        own: dict[str, object] = vars(self.signal)
        spec = own.get("__wrapped__")
        called = vars(own.get("_untyped", self.signal)).get("name")  # for a view, of its signal
        if called is None and spec is not None:
            called = own["__name__"]
            if called == getattr(spec, "__name__", called):
                return None
        is_shown = self.name.endswith((f".{called}", f"[{called!r}]"))
        return None if called is None or is_shown else str(called)

    @property
    def kind(self) -> str:
        """The name of its class, as instances have it if it is declared in a class."""
        name = type(self.signal).__name__.lstrip("_")
        return name.removesuffix("Method") if self.is_event and self.is_method else name

    @property
    def is_event(self) -> bool:
        """Whether it is an event, whose receivers get no sender."""
        return isinstance(self.signal, (EventIdentity, EventMethodIdentity))

    @property
    def has_sender(self) -> bool:
        """Whether it has senders."""
        return not isinstance(self.signal, EventIdentity)

    @property
    def signature(self) -> str:
        """The signature of its receivers."""
        if isinstance(self.signal, SignalIdentity):
            payload = self.signal._registry.payload.settle()
            if payload.declared:
                return payload.text
        return "(untyped)"

    @property
    def summary(self) -> str:
        """The first line of its documentation."""
        text: object = vars(self.signal).get("__doc__")
        lines = text.strip().splitlines() if isinstance(text, str) else []
        return lines[0].strip() if lines else ""

    @property
    def connections(self) -> list[Listed]:
        """The receivers that are connected to it now."""
        signal: object = self.signal
        signal = vars(signal).get("_untyped", signal)  # the signal that a typed view connects to
        if isinstance(signal, (SignalIdentity, UntypedSignal)):
            return connections(cast("AnySignal", signal)._registry)
        return []  # a signal of blinker itself


def found_in(full: str) -> Found | None:
    """Return the signal that a module of the process has under a full dotted name."""
    module, _, name = full.rpartition(".")
    value: object = inspect.getattr_static(sys.modules.get(module), name, None)
    kind = type(value)
    if not issubclass(kind, (SignalIdentity, UntypedSignal)) or issubclass(kind, OfInstance):
        return None
    is_method = issubclass(kind, EventMethodIdentity)
    return Found(cast("AnySignal", value), [full], module, is_method=is_method)
