"""The bases of events: declaration, connections, and events of instances."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic

from aldis._blocks import connected, connects_by_its_own, held
from aldis._core import ANY
from aldis._identity import SignalIdentity
from aldis._mistakes import no_attribute
from aldis._one_sender import OneSender
from aldis._subscription import subscription_of, subscription_of_block
from aldis._typevars import Q, R

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from inspect import Signature

    from aldis._core import Kind, Registry
    from aldis._subscription import Subscription

# a class cannot have properties of these names
_TAKEN_OVER = ("__name__", "__qualname__", "__wrapped__")


class EventIdentity(SignalIdentity, OneSender[Q, R], Generic[Q, R]):
    """The base of `Event` and `AsyncEvent`; `R` is what a receiver may return."""

    _kind: Kind = "event"

    @property
    def _heard(self) -> object:
        return ANY  # an event has no sender

    @property
    def _target(self) -> Registry:
        return self._registry

    def _connected_to(self, receiver: Callable[..., object]) -> AbstractContextManager[None]:
        if connects_by_its_own(self, OneSender):
            return connected(self, receiver, self._heard)
        return held(self._registry, receiver, self._heard)

    def _subscribe(self, receiver: Callable[..., object], **options: Any) -> Subscription:
        if connects_by_its_own(self, OneSender):
            return subscription_of_block(connected(self, receiver, self._heard, **options))
        registry = self._registry
        connection = registry.subscribe(receiver, self._heard, **options)
        return subscription_of(registry, connection, once=options["once"])


class OfInstance:
    """An event of one instance: a pair of the declaration and the instance, as a bound method is.

    It precedes the event class among the bases of a class, so that an instance's event has no
    registry, name or function of its own.
    """

    __slots__ = ()

    _shown_as: str  # the name of the public class
    _method: EventMethodIdentity
    _instance: object

    @property
    def _heard(self) -> object:
        return self._instance

    if not TYPE_CHECKING:
        # these replace attributes of an event

        @property
        def _registry(self) -> Registry:
            return self._method._registry

        @property
        def __doc__(self) -> str | None:
            return self._method.__doc__

        @property
        def receiver_connected(self) -> object:
            """The signal of the declaration; its receivers get the instance as `sender`."""
            return self._method.receiver_connected

        @property
        def receiver_disconnected(self) -> object:
            """The signal of the declaration; its receivers get the instance as `sender`."""
            return self._method.receiver_disconnected

        def __copy__(self) -> object:
            return self

        def __deepcopy__(self, memo: dict[int, object]) -> object:
            """Return the event of a copy of the instance."""
            from copy import deepcopy  # noqa: PLC0415  # loaded already

            return self._method.__get__(deepcopy(self._instance, memo), None)

        def __getattr__(self, name: str) -> object:
            """Take the names of the declaration."""
            if name in _TAKEN_OVER:
                return getattr(self._method, name)
            raise no_attribute(self, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OfInstance):
            return NotImplemented
        return self._method is other._method and self._instance is other._instance

    def __hash__(self) -> int:
        return hash((id(self._method), id(self._instance)))

    def __repr__(self) -> str:
        # not the instance's own repr, which may be long and may run any code
        instance = f"{type(self._instance).__qualname__} object at {id(self._instance):#x}"
        return f"<{self._shown_as} {self._method.__qualname__} of {instance}>"

    def __reduce__(self) -> tuple[object, ...]:
        return (event_of, (self._method, self._instance))


class EventMethodIdentity(SignalIdentity):
    """The base of `EventMethod` and `AsyncEventMethod`: a declaration in a class."""

    _kind: Kind = "event of instances"

    @property
    def _signature(self) -> Signature:
        return self._registry.payload.signature_with_sender

    @property
    def _text(self) -> str:
        return self._registry.payload.text_with_sender


def event_of(method: Any, instance: object) -> object:
    """Return the event of an instance, when unpickling."""
    return method.__get__(instance, type(instance))
