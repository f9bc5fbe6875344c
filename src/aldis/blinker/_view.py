"""Typed views, which send and connect through the untyped signal underneath."""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, cast

from aldis import ANY, Signal, _about
from aldis._copies import UNNAMED
from aldis._core._admission import admit, not_weak, refusal
from aldis._core._delivering import Observed, called_here
from aldis._core._failures import failed
from aldis._core._identity import is_method
from aldis._core._kinds import kind_of
from aldis._core._observing import is_observed
from aldis._core._target import target_of
from aldis._subscription import subscription_of_block
from aldis._sync_signal import AboutSignal
from aldis._typevars import P, Q, R, ResultT, S, SenderT
from aldis.blinker._any import ANY as EVERY_SENDER
from aldis.blinker._checking import PayloadCheck
from aldis.blinker._coroutines import called
from aldis.blinker._forwarding import Forwarding
from aldis.blinker._underneath import HeardUnderneath, OfAdapter, underneath
from aldis.exceptions import AsyncReceiverError, ReceiverError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from contextlib import AbstractContextManager

    from aldis import Subscription
    from aldis._awaiting import Heard
    from aldis._core import Registry
    from aldis.blinker._typevars import AsyncWrapper, SyncWrapper
    from aldis.blinker._underneath import Untyped


class _AboutView(AboutSignal[S, Q, R]):
    """A signal about a view's connections, including those of the untyped signal."""

    def __get__(self, instance: Any, owner: type, /) -> Any:
        about = cast("object", super().__get__(instance, owner))
        if isinstance(instance, View):
            instance._underneath.let_tell(instance._registry)
        return about


class View(Forwarding, Signal[SenderT, P, ResultT], Generic[SenderT, P, ResultT]):
    """A typed view of an untyped signal: an `aldis.Signal` that also behaves as that signal.

    It forwards to the untyped signal what its declaration allows. `isinstance` takes it for the
    class of that signal, such as `blinker.NamedSignal`. Attributes that an `aldis.Signal` does not
    have are read from the untyped signal, and set on it.

    Example:
        >>> from aldis.blinker import NamedSignal, signal, typed
        >>> @typed(signal("user-created"))
        ... def user_created(sender: object, /, *, user_id: int) -> None: ...
        >>> user_created.name, isinstance(user_created, NamedSignal)
        ('user-created', True)
    """

    # passed to the untyped signal's sends, unless a send through the view passes its own
    _async_wrapper: AsyncWrapper | None = None
    _sync_wrapper: SyncWrapper | None = None

    # final in other signals; those of a view report more connections, hence the two ignores
    receiver_connected = _AboutView(_about.receiver_connected)  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    receiver_disconnected = _AboutView(_about.receiver_disconnected)  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]

    def __init__(self, untyped: Untyped, declaration: Callable[..., Any]) -> None:
        self._untyped = untyped
        self._underneath = underneath(untyped)
        if issubclass(type(declaration), Signal):  # isinstance would read its `__class__`
            super().__init__()
            self._take_over(cast("Signal[Any, ..., Any]", declaration))
        else:
            super().__init__(declaration)
        self._check = PayloadCheck(self._registry)

    def _take_over(self, declared: Signal[Any, ..., Any]) -> None:
        """Take over a signal's declaration; if it has no name, that of the untyped signal."""
        own = vars(declared).items()
        self.__dict__.update({name: value for name, value in own if name.startswith("__")})
        if self.__name__ == UNNAMED:
            self.__name__ = self.__qualname__ = getattr(self._untyped, "name", UNNAMED)
            self.__doc__ = self.__doc__ or self._untyped.__dict__.get("__doc__")  # not its class's
        registry, payload = self._registry, declared._registry.payload
        registry.name, registry.module = self.__qualname__, self.__module__
        registry.payload, registry.declared = payload, payload.declared

    def __repr__(self) -> str:
        name = f"{self.__module__}.{self.__qualname__}" if self.__module__ else self.__qualname__
        payload, count = self._registry.payload, self._underneath.count()
        text = payload.text if payload.declared else ""
        return f"<{type(self).__name__} {name}{text}, {count} receiver{'' if count == 1 else 's'}>"

    # -- sending

    def send(self, /, *args: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        """Check the payload and send the untyped signal; see `Signal.send`."""
        wrapper = self._async_wrapper
        if "_async_wrapper" in kwargs:
            wrapper = kwargs.pop("_async_wrapper") or wrapper
        ((_, (sender, payload)),) = self._check.send(*args, **kwargs)
        sent: list[tuple[Any, Any]]
        if wrapper is None:
            sent = self._untyped.send(sender, **payload)
        else:
            sent = self._untyped.send(sender, _async_wrapper=wrapper, **payload)
        return sent

    async def send_async(self, /, *args: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        """Await the receivers one after another; see `aldis.blinker.Signal.send_async`."""
        wrapper = self._sync_wrapper
        if "_sync_wrapper" in kwargs:
            wrapper = kwargs.pop("_sync_wrapper") or wrapper
        ((_, (sender, payload)),) = self._check.send_async(*args, **kwargs)
        sent: list[tuple[Any, Any]]
        sent = await self._untyped.send_async(sender, _sync_wrapper=wrapper, **payload)
        return sent

    def send_robust(self, /, *args: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        """Send, and call every receiver; see `Signal.send_robust`."""
        wrapper = kwargs.pop("_async_wrapper", None) or self._async_wrapper
        ((_, (sender, payload)),) = self._check.send_robust(*args, **kwargs)

        def call(receiver: Callable[..., Any]) -> Any:
            return called(receiver, wrapper)(sender, **payload)

        if isinstance(self._underneath, OfAdapter) and is_observed(self._sending_registry):
            observed = Observed(self._sending_registry, "send_robust", sender, payload, call)
            return observed.deliver(called_here(self.receivers_for(sender)))
        sent: list[tuple[Any, Any]] = []
        for receiver in self.receivers_for(sender):
            try:
                result = call(receiver)
            except Exception as error:  # noqa: BLE001  # it becomes the result
                result = failed(self._registry, receiver, error)
            sent.append((receiver, result))
        return sent

    # -- connecting: to the untyped signal, after checking the receiver

    def connect(
        self,
        receiver: Callable[..., Any],
        sender: Any = ANY,
        *,
        weak: bool = True,
        once: bool = False,
        priority: int = 0,
        via: object = None,
    ) -> Callable[..., Any]:
        self._admit(receiver, weak=weak, once=once, priority=priority, via=via)
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

    def subscribe(
        self,
        receiver: Callable[..., Any],
        sender: Any = ANY,
        *,
        once: bool = False,
        priority: int = 0,
        via: object = None,
    ) -> Subscription:
        self._admit(receiver, weak=False, once=once, priority=priority, via=via)
        return subscription_of_block(self._connected_to(receiver, self._theirs(sender)))

    def disconnect_all(self, sender: Any = ANY) -> int:
        of_all = self._ours(sender) is ANY
        receivers = self._underneath.receivers() if of_all else self.receivers_for(sender)
        return sum(self.disconnect(receiver, sender) for receiver in tuple(receivers))

    def _heard_from(self, sender: object) -> Heard:
        return HeardUnderneath(self._registry, self._theirs(sender), self._untyped)

    def disconnect(self, receiver: Callable[..., object], sender: Any = ANY) -> bool:
        connected = self._underneath.is_connected(receiver, self._ours(sender))
        self._untyped.disconnect(receiver, self._theirs(sender))
        return connected

    def muted(self) -> AbstractContextManager[None]:
        block: AbstractContextManager[None] = self._untyped.muted()
        return block

    # -- queries

    @property
    def receivers(self) -> Sequence[Callable[..., Any]]:
        return () if self._untyped.is_muted else self._underneath.receivers()

    def receivers_for(self, sender: Any) -> tuple[Callable[..., Any], ...]:
        return tuple(self._heard_by(sender))

    def has_receivers_for(self, sender: Any) -> bool:
        return any(True for _ in self._heard_by(sender))

    # -- inside

    def _heard_by(self, sender: Any) -> Generator[Callable[..., Any], None, None]:
        if not self._untyped.is_muted:
            yield from self._untyped.receivers_for(self._theirs(sender))

    @property
    def _sending_registry(self) -> Registry:
        return self._underneath.sending_registry()

    def _theirs(self, sender: object) -> object:
        return self._untyped.ANY if self._ours(sender) is ANY else sender

    def _ours(self, sender: object) -> object:
        return ANY if sender is EVERY_SENDER or sender is self._untyped.ANY else sender

    def _admit(
        self,
        receiver: Callable[..., Any],
        *,
        weak: bool,
        once: bool = False,
        priority: int = 0,
        via: object = None,
    ) -> None:
        try:
            admit(self._registry, receiver, weak=weak, priority=priority, via=via)
        except AsyncReceiverError:
            if kind_of(target_of(receiver)) != "coroutine":
                raise
            reason = (
                "it is async and would never be awaited; pass `typed` an `async_wrapper` or a "
                "`sync_wrapper`, or connect a plain function"
            )
            raise refusal(AsyncReceiverError, self._registry, receiver, reason) from None
        if once or priority or via is not None:
            option = "once" if once else "priority" if priority else "via"
            reason = f"blinker's signals do not support {option!r}; connect it without"
            raise refusal(ReceiverError, self._registry, receiver, reason)
        if weak:
            try:
                weakref.ref(receiver.__self__ if is_method(receiver) else receiver)
            except TypeError:
                raise not_weak(self._registry, receiver) from None


class AsyncView(View[SenderT, P, ResultT], Generic[SenderT, P, ResultT]):
    """A view whose receivers may be async, since it has a wrapper for them.

    Example:
        >>> import asyncio
        >>> from aldis.blinker import signal, typed
        >>> def ensure_sync(function):
        ...     return lambda *args, **kwargs: asyncio.run(function(*args, **kwargs))
        >>> @typed(signal("stored"), async_wrapper=ensure_sync)
        ... def stored(sender: object, /, *, key: str) -> str: ...
        >>> @stored.connect
        ... async def report(sender: object, *, key: str) -> str:
        ...     return key.upper()
        >>> [result for _, result in stored.send(None, key="a")]
        ['A']
    """

    def __init__(
        self,
        untyped: Untyped,
        declaration: Callable[..., Any],
        *,
        async_wrapper: AsyncWrapper | None = None,
        sync_wrapper: SyncWrapper | None = None,
    ) -> None:
        super().__init__(untyped, declaration)
        self._async_wrapper = async_wrapper
        self._sync_wrapper = sync_wrapper
        self._registry.takes_async = True
