"""The base of signals with one sender: a pair of a signal and a sender."""

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

    __slots__ = {  # the values are docstrings
        "__weakref__": None,
        "_signal": None,
        "sender": "The instance that sends, and whose sends the receivers get.",
    }

    _is_signal = True  # see `SignalIdentity`
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
        return self._signal  # not its registry: a subclass may override `connect`

    def _connected_to(self, receiver: Callable[..., Any]) -> AbstractContextManager[None]:
        return self._signal.connected_to(receiver, self.sender)

    def _subscribe(self, receiver: Callable[..., Any], **options: Any) -> Subscription:
        return self._signal.subscribe(receiver, self.sender, **options)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """Raise an error that names the method, if another library calls it so."""
            raise no_attribute(self, name)

        def __call__(self, *args: object, **kwargs: object) -> object:
            """Raise an error that says how to send a signal."""
            raise not_called(self._signal.__qualname__)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BoundConnectable):
            return NotImplemented
        bound = cast("BoundConnectable[Any, ..., Any]", other)
        return self._signal is bound._signal and self.sender is bound.sender

    def __hash__(self) -> int:
        return hash((id(self._signal), id(self.sender)))

    def __repr__(self) -> str:
        # not the sender's own repr, which may be long and may run any code
        sender = f"{type(self.sender).__qualname__} object at {id(self.sender):#x}"
        return f"<{type(self).__name__} {self._signal.__qualname__} of {sender}>"

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self._signal, self.sender))
