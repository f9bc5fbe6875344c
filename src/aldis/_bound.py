"""What a signal of one sender is beside sending: a pair of both."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, Generic, cast

from aldis._mistakes import no_attribute, not_called
from aldis._one_sender import OneSender
from aldis._typevars import Q, R, S

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from aldis._connectable import Connectable
    from aldis._core import Registry
    from aldis._subscription import Subscription


class BoundConnectable(OneSender[Concatenate[S, Q], R], Generic[S, Q, R]):
    """The base of `BoundSignal` and `AsyncBoundSignal`; `R` is what a receiver may return."""

    __slots__ = {  # with the documentation of what is public
        "__weakref__": None,
        "_signal": None,
        "sender": "The instance it sends from, and hears.",
    }

    _is_signal = True  # as in `SignalIdentity`
    sender: S

    def __init__(self, signal: Connectable[S, Q, R], sender: S) -> None:
        self._signal = signal
        self.sender = sender

    @property
    def _sending_registry(self) -> Registry:
        return self._signal._registry

    @property
    def _heard(self) -> S:
        return self.sender

    @property
    def _target(self) -> Connectable[S, Q, R]:
        return self._signal  # and not its registry: a subclass may have a `connect` of its own

    def _connected_to(self, receiver: Callable[..., Any]) -> AbstractContextManager[None]:
        return self._signal.connected_to(receiver, self.sender)

    def _subscribe(self, receiver: Callable[..., Any], **options: Any) -> Subscription:
        return self._signal.subscribe(receiver, self.sender, **options)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """Say what a signal has under the name that another library uses."""
            raise no_attribute(self, name)

        def __call__(self, *args: object, **kwargs: object) -> object:
            """Refuse to be called, and say how a signal is sent."""
            raise not_called(self._signal.__qualname__)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BoundConnectable):
            return NotImplemented
        bound = cast("BoundConnectable[Any, ..., Any]", other)
        return self._signal is bound._signal and self.sender is bound.sender

    def __hash__(self) -> int:
        return hash((id(self._signal), id(self.sender)))

    def __repr__(self) -> str:
        # not the sender's own repr, which may be long and is not ours to call
        sender = f"{type(self.sender).__qualname__} object at {id(self.sender):#x}"
        return f"<{type(self).__name__} {self._signal.__qualname__} of {sender}>"

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self._signal, self.sender))
