"""Types that the mypy plugin gives to `connect` and similar methods: callable objects.

mypy passes the call of an object to a plugin before it checks the call, also for decorators. It
does not do so for methods. So the plugin gives `signal.connect` one of these types. They have the
signatures of the methods, parametrised by the whole type of the receiver. Nothing else uses them.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, TypeVar

from aldis._core import Via
from aldis._subscription import Subscription

ReceiverT = TypeVar("ReceiverT")
HeardT_contra = TypeVar("HeardT_contra", contravariant=True)
ConnectedT_contra = TypeVar("ConnectedT_contra", contravariant=True)


class GivenVia(Protocol):
    """The type of `via`; the types below have the first overload, which subclasses have, too."""

    via: Via


class Method(Protocol):
    """The other attributes of a method."""

    if TYPE_CHECKING:

        @property
        def __name__(self) -> str: ...
        @property
        def __qualname__(self) -> str: ...


class Connect(Method, Protocol[ReceiverT, HeardT_contra]):
    """`Signal.connect`."""

    def __call__(
        self,
        receiver: ReceiverT,
        sender: HeardT_contra = ...,
        *,
        weak: bool = ...,
        once: bool = ...,
        priority: int = ...,
        via: None = ...,
    ) -> ReceiverT: ...


class BoundConnect(Method, Protocol[ReceiverT]):
    """`BoundSignal.connect`."""

    def __call__(
        self,
        receiver: ReceiverT,
        *,
        weak: bool = ...,
        once: bool = ...,
        priority: int = ...,
        via: None = ...,
    ) -> ReceiverT: ...


class EventConnect(BoundConnect[ReceiverT], Protocol[ReceiverT]):
    """`Event.connect`."""


class Decorate(Protocol[ReceiverT]):
    """The decorator that `connect_via` returns."""

    def __call__(self, receiver: ReceiverT, /) -> ReceiverT: ...


class EventDecorate(Decorate[ReceiverT], Protocol[ReceiverT]):
    """The decorator that `connect_via` of an event returns."""


class ConnectVia(Method, Protocol[ReceiverT, HeardT_contra]):
    """`Signal.connect_via`."""

    def __call__(
        self,
        sender: HeardT_contra,
        *,
        weak: bool = ...,
        once: bool = ...,
        priority: int = ...,
        via: None = ...,
    ) -> Decorate[ReceiverT]: ...


class BoundConnectVia(Method, Protocol[ReceiverT]):
    """`BoundSignal.connect_via`."""

    def __call__(
        self,
        *,
        weak: bool = ...,
        once: bool = ...,
        priority: int = ...,
        via: None = ...,
    ) -> Decorate[ReceiverT]: ...


class EventConnectVia(Method, Protocol[ReceiverT]):
    """`Event.connect_via`."""

    def __call__(
        self,
        *,
        weak: bool = ...,
        once: bool = ...,
        priority: int = ...,
        via: None = ...,
    ) -> EventDecorate[ReceiverT]: ...


class ConnectedTo(Method, Protocol[ConnectedT_contra, HeardT_contra]):
    """`Signal.connected_to`."""

    def __call__(
        self, receiver: ConnectedT_contra, sender: HeardT_contra = ...
    ) -> AbstractContextManager[None]: ...


class BoundConnectedTo(Method, Protocol[ConnectedT_contra]):
    """`BoundSignal.connected_to`."""

    def __call__(self, receiver: ConnectedT_contra) -> AbstractContextManager[None]: ...


class EventConnectedTo(BoundConnectedTo[ConnectedT_contra], Protocol[ConnectedT_contra]):
    """`Event.connected_to`."""


class Subscribe(Method, Protocol[ConnectedT_contra, HeardT_contra]):
    """`Signal.subscribe`."""

    def __call__(
        self,
        receiver: ConnectedT_contra,
        sender: HeardT_contra = ...,
        *,
        once: bool = ...,
        priority: int = ...,
        via: None = ...,
    ) -> Subscription: ...


class BoundSubscribe(Method, Protocol[ConnectedT_contra]):
    """`BoundSignal.subscribe`."""

    def __call__(
        self,
        receiver: ConnectedT_contra,
        *,
        once: bool = ...,
        priority: int = ...,
        via: None = ...,
    ) -> Subscription: ...


class EventSubscribe(BoundSubscribe[ConnectedT_contra], Protocol[ConnectedT_contra]):
    """`Event.subscribe`."""


class BlinkerConnect(Method, Protocol[ReceiverT, HeardT_contra]):
    """`connect` of blinker's signals, and of the adapter's."""

    def __call__(
        self, receiver: ReceiverT, sender: HeardT_contra = ..., weak: bool = ...
    ) -> ReceiverT: ...


class BlinkerConnectVia(Method, Protocol[ReceiverT, HeardT_contra]):
    """`connect_via` of blinker's signals, and of the adapter's."""

    def __call__(self, sender: HeardT_contra, weak: bool = ...) -> Decorate[ReceiverT]: ...
