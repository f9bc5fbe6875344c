"""A typed view of an untyped signal: of the adapter's, or of blinker's own."""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Concatenate, Protocol, cast

from typing_extensions import ParamSpec, TypeVar

from aldis import ANY, Signal
from aldis._core import Outlets
from aldis._core._admission import admit, refusal
from aldis._core._failures import failed
from aldis._core._links import ObjectLink
from aldis._core._observing import Observed, is_observed
from aldis.blinker._utilities import make_id
from aldis.exceptions import DeclarationError, ReceiverError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from contextlib import AbstractContextManager

    from aldis._core import Registry

S = TypeVar("S")
Q = ParamSpec("Q")
R = TypeVar("R")


class Untyped(Protocol):
    """What blinker's signals and the adapter's have in common, and no other signals have."""

    def _clear_state(self) -> None: ...
    def has_receivers_for(self, sender: Any) -> bool:
        """Whether anybody hears a sender."""
        ...


def typed(untyped: Untyped, declaration: Callable[Concatenate[S, Q], R], /) -> Signal[S, Q, R]:
    """Give an untyped signal a declaration.

    The view sends and connects by the untyped signal, so whoever uses either is heard by both. It
    checks the payload and receivers as any declared signal does. What blinker's signals cannot do,
    `once` and `priority`, it refuses.

    Args:
        untyped: A signal of blinker, or of the adapter.
        declaration: The signature that receivers must accept; its payload goes by keyword.

    Returns:
        The view, an `aldis.Signal`.

    Raises:
        DeclarationError: The declaration cannot declare a signal, or has a payload by position.

    Example:
        >>> from aldis.blinker import signal, typed
        >>> untyped = signal("user-created")
        >>> def user_created(sender: object, /, *, user_id: int) -> None: ...
        >>> view = typed(untyped, user_created)
        >>> @untyped.connect
        ... def welcome(sender, **payload):
        ...     print("welcome", payload)
        >>> _ = view.send(None, user_id=1)
        welcome {'user_id': 1}
    """
    return cast("Signal[S, Q, R]", _View(untyped, declaration))


# what blinker and the adapter hold weak receivers by; a subclass of these may be a receiver itself
_REFERENCES = (weakref.ref, weakref.WeakMethod, ObjectLink)


class _View(Signal[Any, ..., Any]):
    """Forwards to an untyped signal what its declaration allows."""

    def __init__(self, untyped: Untyped, declaration: Callable[..., Any]) -> None:
        super().__init__(declaration)
        self._untyped: Any = untyped
        payload = self._registry.payload
        if payload.by_position or payload.star is not None:
            reason = (
                "it sends by position, and blinker's signals by keyword; put '*' after the sender"
            )
            raise DeclarationError(declaration.__qualname__, reason)
        # the one receiver of the signal that this is by itself, which so checks the payload
        self._registry.connect(_payload_of, ANY, weak=False, once=False, priority=0)

    # -- sending

    def send(self, sender: Any, /, *args: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        sent: list[tuple[Any, Any]] = self._untyped.send(
            sender, **self._checked(sender, args, kwargs)
        )
        return sent

    def send_robust(self, sender: Any, /, *args: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        payload = self._checked(sender, args, kwargs)
        if isinstance(self._untyped, Outlets) and is_observed(books := self._sending_registry):
            observed = Observed(
                books, "send_robust", sender, payload, lambda receiver: receiver(sender, **payload)
            )
            return observed.deliver(self.receivers_for(sender))
        sent: list[tuple[Any, Any]] = []
        for receiver in self.receivers_for(sender):
            try:
                result = receiver(sender, **payload)
            except Exception as error:  # noqa: BLE001  # it takes the place of the result
                result = failed(self._registry, receiver, error)
            sent.append((receiver, result))
        return sent

    def _checked(
        self, sender: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> dict[str, Any]:
        ((_, payload),) = super().send(sender, *args, **kwargs)
        return cast("dict[str, Any]", payload)

    # -- connecting: to the untyped signal, once the receiver was found to take the payload

    def connect(
        self,
        receiver: Callable[..., Any],
        sender: Any = ANY,
        *,
        weak: bool = True,
        once: bool = False,
        priority: int = 0,
    ) -> Callable[..., Any]:
        self._admit(receiver, weak=weak, once=once, priority=priority)
        self._untyped.connect(receiver, self._theirs(sender), weak)
        return receiver

    def connected_to(
        self, receiver: Callable[..., Any], sender: Any = ANY
    ) -> AbstractContextManager[None]:
        return self._connected_to(receiver, self._theirs(sender))

    @contextmanager
    def _connected_to(
        self, receiver: Callable[..., Any], sender: Any
    ) -> Generator[None, None, None]:
        self._admit(receiver, weak=False)
        with self._untyped.connected_to(receiver, sender):
            yield

    def disconnect(self, receiver: Callable[..., object], sender: Any = ANY) -> bool:
        key = make_id(receiver)
        if sender is ANY:
            connected = key in self._untyped.receivers
        else:
            connected = key in self._untyped._by_sender.get(make_id(sender), ())
        self._untyped.disconnect(receiver, self._theirs(sender))
        return connected

    def muted(self) -> AbstractContextManager[None]:
        block: AbstractContextManager[None] = self._untyped.muted()
        return block

    # -- who listens

    @property
    def receivers(self) -> tuple[Callable[..., Any], ...]:
        if self._untyped.is_muted:
            return ()
        held = [*self._untyped.receivers.values()]
        found: list[Any] = [each() if type(each) in _REFERENCES else each for each in held]
        return tuple(receiver for receiver in found if receiver is not None)

    def receivers_for(self, sender: Any) -> tuple[Callable[..., Any], ...]:
        if self._untyped.is_muted:
            return ()
        return tuple(self._untyped.receivers_for(self._theirs(sender)))

    def has_receivers_for(self, sender: Any) -> bool:
        return bool(self.receivers_for(sender))

    # -- inside

    @property
    def _sending_registry(self) -> Registry:
        if not isinstance(self._untyped, Outlets):
            message = f"{self._untyped!r} is a signal of blinker itself, whose sends are not seen"
            raise TypeError(message)
        untyped: Any = self._untyped
        registry: Registry = untyped._books
        return registry

    def _theirs(self, sender: object) -> object:
        return self._untyped.ANY if sender is ANY else sender

    def _admit(
        self,
        receiver: Callable[..., Any],
        *,
        weak: bool,
        once: bool = False,
        priority: int = 0,
    ) -> None:
        admit(self._registry, receiver, weak=weak, priority=priority)
        if once or priority:
            option = "once" if once else "priority"
            reason = f"blinker's signals know no {option!r}; connect it without"
            raise refusal(ReceiverError, self._registry, receiver, reason)


def _payload_of(_: object, /, **payload: Any) -> dict[str, Any]:
    return payload
