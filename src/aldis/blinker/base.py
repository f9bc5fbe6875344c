"""blinker 1.9's signals over the dispatch core of aldis."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Mapping
from contextlib import contextmanager
from functools import cached_property
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Concatenate, Generic, Protocol, TypeVar, overload

from typing_extensions import ParamSpec
from typing_extensions import TypeVar as TypeVarWithDefault

from aldis._core import ANY as EVERY_SENDER
from aldis._core import Outlets
from aldis._core._exclusive import locked, release
from aldis._core._observing import Observed, is_observed, on_change
from aldis._core._snapshots import ALL_AWAIT as _ALL_AWAIT
from aldis._core._snapshots import STALE as _STALE
from aldis._core._snapshots import turn_of
from aldis.blinker._books import Books, is_coroutine_function
from aldis.blinker._sending import ASYNC_SENDERS, SENDERS, sender_of

# blinker has these here, too
from aldis.blinker._utilities import Symbol as Symbol
from aldis.blinker._utilities import make_id as make_id
from aldis.blinker._utilities import make_ref as make_ref
from aldis.blinker._views import ANY_ID as ANY_ID
from aldis.blinker._views import ByReceiver, BySender, Receivers

if TYPE_CHECKING:
    from collections.abc import Hashable
    from weakref import ref

F = TypeVar("F", bound=Callable[..., Any])
SenderT = TypeVarWithDefault("SenderT", default=Any)
P = ParamSpec("P", default=...)

_Awaits = Callable[[Callable[..., Coroutine[Any, Any, Any]]], Callable[..., Any]]
_MakesAsync = Callable[[Callable[..., Any]], Callable[..., Coroutine[Any, Any, Any]]]
_Sent = list[tuple[Callable[..., Any], Any]]

ANY = Symbol("ANY")


class _AboutSignal(cached_property["Signal"]):
    """A signal about a signal; from when on there is one, its books say."""

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
        if instance is not None:
            instance._books.is_told_about = True
        return super().__get__(instance, owner)

    def __set__(self, instance: Any, value: Signal) -> None:
        instance._books.is_told_about = True
        instance.__dict__[str(self.attrname)] = value


class Signal(Outlets, Generic[SenderT, P]):
    """A signal as blinker has it: any payload by keyword, any receivers.

    Args:
        doc: Its documentation.

    Example:
        >>> from aldis.blinker import Signal
        >>> changed = Signal("Sent after a change.")
        >>> @changed.connect
        ... def report(sender, *, name):
        ...     print(sender, "changed", name)
        >>> _ = changed.send("somebody", name="the title")
        somebody changed the title
    """

    ANY = ANY
    # receivers are called in connection order, whatever class this is
    set_class: type[set[Any]] = set

    _books: Books

    def __init__(self, doc: str | None = None) -> None:
        if doc:
            self.__doc__ = doc
        self._books = Books(self, type(self).__name__)

    # -- connecting

    def connect(
        self,
        receiver: Callable[Concatenate[SenderT, P], Any],
        sender: SenderT | Symbol = ANY,
        weak: bool = True,
    ) -> Callable[Concatenate[SenderT, P], Any]:
        """Call a receiver at every send, or at those of one sender.

        Args:
            receiver: Any callable. It gets the sender by position and the payload by keyword.
            sender: The one sender to hear; `ANY` for all of them.
            weak: Whether the receiver may die while it is connected. The last call decides.

        Returns:
            The receiver.

        Raises:
            TypeError: The receiver cannot be weakly referenced and is to be; or a receiver of
                `receiver_connected` raised it, and the connection is ended again.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> @changed.connect
            ... def report(sender, **payload):
            ...     return payload
            >>> [result for _, result in changed.send(name=1)]
            [{'name': 1}]
        """
        books = self._books
        heard: object = EVERY_SENDER if sender is ANY else sender
        if type(heard) is MethodType:
            heard = books.sender(heard, new=True)
        link = books.connect(receiver, heard, weak)
        if link.route is None:
            other = books._heads.get(link.key)
        else:
            other = link.earlier or link.later or books._everyones.get(link.key)
        if (
            (link.terms is not None and link.terms.strong) is weak
            or (other is not None and (other.terms is not None and other.terms.strong) is weak)
            or books.left
        ):
            books.even_out(link, receiver, weak=weak)
        if books.is_told_about and self.receiver_connected.receivers:
            try:
                self.receiver_connected.send(self, receiver=receiver, sender=sender, weak=weak)
            except TypeError:
                self.disconnect(receiver, sender)
                raise
        return receiver

    def connect_via(
        self, sender: SenderT | Symbol, weak: bool = False
    ) -> Callable[[Callable[Concatenate[SenderT, P], Any]], Callable[Concatenate[SenderT, P], Any]]:
        """Connect a function to one sender, as a decorator.

        Args:
            sender: The sender to hear; `ANY` for all of them.
            weak: Whether the function may die while it is connected.

        Returns:
            The decorator, which returns the function.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> @changed.connect_via("bridge")
            ... def report(sender):
            ...     return sender
            >>> [len(changed.send(sender)) for sender in ("bridge", "deck")]
            [1, 0]
        """

        def decorate(
            receiver: Callable[Concatenate[SenderT, P], Any],
        ) -> Callable[Concatenate[SenderT, P], Any]:
            self.connect(receiver, sender, weak)
            return receiver

        return decorate

    @contextmanager
    def connected_to(
        self,
        receiver: Callable[Concatenate[SenderT, P], Any],
        sender: SenderT | Symbol = ANY,
    ) -> Generator[None, None, None]:
        """Connect a receiver for a `with` block, and hold it so long.

        Connections that were there before are there after it, too.

        Args:
            receiver: Any callable.
            sender: The one sender to hear; `ANY` for all of them.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> with changed.connected_to(print):
            ...     _ = changed.send("inside")
            inside
            >>> changed.send()
            []
        """
        if type(self).connect is not _CONNECT or type(self).disconnect is not _DISCONNECT:
            self.connect(receiver, sender=sender, weak=False)
            try:
                yield None
            finally:
                self.disconnect(receiver)
            return
        books = self._books
        heard = EVERY_SENDER if sender is ANY else books.sender(sender, new=True)
        link = books.hold(receiver, heard)
        told: object = sender  # where a listener refuses the connection, as `connect` tells it
        try:
            if books.is_told_about and self.receiver_connected.receivers:
                self.receiver_connected.send(self, receiver=receiver, sender=sender, weak=False)
            told = ANY
            yield None
        finally:
            books.release(link)
            self._tell_disconnected(receiver, told)

    def disconnect(self, receiver: Callable[..., Any], sender: SenderT | Symbol = ANY) -> None:
        """End every connection of a receiver, or the one to a sender.

        Args:
            receiver: The receiver.
            sender: The sender not to be heard any more; `ANY` for all of them.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> changed.disconnect(changed.connect(print))
            >>> bool(changed.receivers)
            False
        """
        books = self._books
        heard: object = EVERY_SENDER if sender is ANY else sender
        if type(heard) is MethodType:
            heard = books.sender(heard)
        books.disconnect(receiver, heard)
        if books.is_told_about:
            self._tell_disconnected(receiver, sender)

    def _tell_disconnected(self, receiver: object, sender: object) -> None:
        if self._books.is_told_about and self.receiver_disconnected.receivers:
            self.receiver_disconnected.send(self, receiver=receiver, sender=sender)

    @_AboutSignal
    def receiver_connected(self) -> Signal:
        """Sent by this signal at the end of `connect`, with its arguments.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> @changed.receiver_connected.connect
            ... def tell(signal, *, receiver, sender, weak):
            ...     print(receiver.__name__, "hears", sender)
            >>> _ = changed.connect(print)
            print hears ANY
        """
        return Signal(doc="Sent when a receiver was connected.")

    @_AboutSignal
    def receiver_disconnected(self) -> Signal:
        """Sent by this signal at the end of `disconnect`, with its arguments; by no death.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> @changed.receiver_disconnected.connect
            ... def tell(signal, *, receiver, sender):
            ...     print(receiver.__name__, "left", sender)
            >>> changed.disconnect(print)
            print left ANY
        """
        return Signal(doc="Sent when a receiver was disconnected.")

    # -- sending

    @contextmanager
    def muted(self) -> Generator[None, None, None]:
        """Call nobody during a `with` block; blocks may be nested.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> _ = changed.connect(print)
            >>> with changed.muted():
            ...     changed.send()
            []
        """
        self._mute(1)
        try:
            yield None
        finally:
            self._mute(-1)

    def _mute(self, blocks: int) -> None:
        books = self._books
        for _ in locked:  # pragma: no branch
            try:
                if books.muted + blocks >= 0:  # else it was set by hand meanwhile
                    books.muted += blocks
            finally:
                release()
            break

    @property
    def is_muted(self) -> bool:
        """Whether a send calls nobody.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> with changed.muted():
            ...     changed.is_muted
            True
        """
        return self._books.muted > 0

    @is_muted.setter
    def is_muted(self, muted: bool) -> None:
        self._books.muted = int(bool(muted))

    @overload
    def send(self, sender: SenderT = ..., /, *args: P.args, **kwargs: P.kwargs) -> _Sent: ...

    @overload
    def send(
        self, sender: SenderT = ..., /, *, _async_wrapper: _Awaits | None, **kwargs: Any
    ) -> _Sent: ...

    def send(  # type: ignore[misc]  # the payload goes by keyword, as a declaration has to say
        self,
        sender: Any = None,
        /,
        *,
        _async_wrapper: _Awaits | None = None,
        **kwargs: Any,
    ) -> _Sent:
        """Call the receivers of a sender and of `ANY`, in connection order.

        Args:
            sender: Who sends.
            _async_wrapper: Makes a plain function of a receiver that is a coroutine function.
            **kwargs: The payload.

        Returns:
            Each receiver called, with its result.

        Raises:
            RuntimeError: A receiver is a coroutine function, and there is no `_async_wrapper`.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> _ = changed.connect(print)
            >>> [result for _, result in changed.send("somebody")]
            somebody
            [None]
        """
        books = self._books
        if books.muted:
            return []
        if type(self).receivers_for is _RECEIVERS_FOR and "receivers_for" not in self.__dict__:
            if not (books._everyones or books._heads):
                return []
            if not books.methods:
                names = tuple(kwargs)
                send = SENDERS.get(names) or sender_of("send", names)
                if send is not None:
                    sent: _Sent | None = send(books, sender, **kwargs)
                    if sent is not None:  # else there are coroutine functions
                        return sent
        return self._send_each(sender, _async_wrapper, kwargs)

    def _send_each(self, sender: Any, wrapper: _Awaits | None, payload: Mapping[str, Any]) -> _Sent:
        return [
            (receiver, _called(receiver, wrapper)(sender, **payload))
            for receiver in self.receivers_for(sender)
        ]

    @overload
    async def send_async(
        self, sender: SenderT = ..., /, *args: P.args, **kwargs: P.kwargs
    ) -> _Sent: ...

    @overload
    async def send_async(
        self, sender: SenderT = ..., /, *, _sync_wrapper: _MakesAsync | None, **kwargs: Any
    ) -> _Sent: ...

    async def send_async(  # type: ignore[misc]  # as for `send`
        self,
        sender: Any = None,
        /,
        *,
        _sync_wrapper: _MakesAsync | None = None,
        **kwargs: Any,
    ) -> _Sent:
        """Await the receivers of a sender and of `ANY`, one after another in connection order.

        Args:
            sender: Who sends.
            _sync_wrapper: Makes a coroutine function of a receiver that is none.
            **kwargs: The payload.

        Returns:
            Each receiver called, with its result.

        Raises:
            RuntimeError: A receiver is no coroutine function, and there is no `_sync_wrapper`.

        Example:
            >>> import asyncio
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> @changed.connect
            ... async def report(sender):
            ...     return sender
            >>> [result for _, result in asyncio.run(changed.send_async("somebody"))]
            ['somebody']
        """
        books = self._books
        if books.muted:
            return []
        if type(self).receivers_for is _RECEIVERS_FOR and "receivers_for" not in self.__dict__:
            if not (books._everyones or books._heads):
                return []
            # else no receiver is a coroutine function, and they are called one by one, anyway
            if not books.methods and (books.everyone[0] & _MAY_AWAIT or books.routed):
                names = tuple(kwargs)
                send = ASYNC_SENDERS.get(names) or sender_of("async send", names)
                if send is not None:
                    sent: _Sent | None = await send(books, sender, **kwargs)
                    if sent is not None:  # else some receivers are no coroutine functions
                        return sent
        return await self._await_each(sender, _sync_wrapper, kwargs)

    async def _await_each(
        self, sender: Any, wrapper: _MakesAsync | None, payload: Mapping[str, Any]
    ) -> _Sent:
        return [
            (receiver, await _awaited(receiver, wrapper)(sender, **payload))
            for receiver in self.receivers_for(sender)
        ]

    @property
    def _sending_registry(self) -> Books:
        return self._books

    # -- who listens

    @property
    def receivers(self) -> Mapping[Hashable, ref[Callable[..., Any]] | Callable[..., Any]]:
        """The connected receivers, a view; whether it is empty is what most want to know.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> if changed.receivers:
            ...     changed.send(report="costly")
        """
        return Receivers(self._books)

    @property
    def _by_sender(self) -> Mapping[Hashable, set[Hashable]]:
        return BySender(self._books)

    @property
    def _by_receiver(self) -> Mapping[Hashable, set[Hashable]]:
        return ByReceiver(self._books)

    def has_receivers_for(self, sender: SenderT | Symbol) -> bool:
        """Whether a send would call anybody, were the signal not muted.

        Args:
            sender: Who would send.

        Returns:
            True if a receiver of this sender or of `ANY` is alive.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> _ = changed.connect(print, "bridge")
            >>> changed.has_receivers_for("bridge"), changed.has_receivers_for("deck")
            (True, False)
        """
        books = self._books
        return books.has_receivers_for(EVERY_SENDER if sender is ANY else books.sender(sender))

    def receivers_for(
        self, sender: SenderT | Symbol
    ) -> Generator[Callable[Concatenate[SenderT, P], Any], None, None]:
        """Yield the live receivers of a sender and of `ANY`, in connection order.

        Args:
            sender: Who would send.

        Yields:
            Each receiver that is still connected when it is its turn.

        Example:
            >>> from aldis.blinker import Signal
            >>> changed = Signal()
            >>> _ = changed.connect(print)
            >>> list(changed.receivers_for("anybody")) == [print]
            True
        """
        books = self._books
        heard = EVERY_SENDER if sender is ANY else books.sender(sender)
        for entry in books.entries_for(heard):
            receiver: Any = turn_of(entry)
            if receiver is not None:
                kept = books.kept(entry.key)
                yield receiver if kept is None else kept

    # -- for tests and for long-running programs

    def _cleanup_bookkeeping(self) -> None:
        """Do nothing: no empty buckets are kept."""

    def _clear_state(self) -> None:
        """Disconnect everybody."""
        self._books.clear()

    def __getstate__(self) -> dict[str, Any]:
        """Return what is copied or pickled: not the books, so the signal must be idle.

        Raises:
            TypeError: It has receivers.
        """
        if self._books:
            message = f"{self!r} has receivers, which cannot be copied or pickled with it"
            raise TypeError(message)
        state = {name: value for name, value in self.__dict__.items() if name != "_books"}
        return {**state, "is_muted": self.is_muted}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over a state, with new books."""
        self._books = Books(self, state.get("name", type(self).__name__))
        for name, value in state.items():
            setattr(self, name, value)


def _called(receiver: Callable[..., Any], wrapper: _Awaits | None) -> Callable[..., Any]:
    """Return what is called by `send` for a receiver."""
    if not is_coroutine_function(receiver):
        return receiver
    if wrapper is None:
        message = "Cannot send to a coroutine function."
        raise RuntimeError(message)
    return wrapper(receiver)


def _awaited(
    receiver: Callable[..., Any], wrapper: _MakesAsync | None
) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Return what is called, and awaited, by `send_async` for a receiver."""
    if is_coroutine_function(receiver):
        return receiver
    if wrapper is None:
        message = "Cannot send to a non-coroutine function."
        raise RuntimeError(message)
    return wrapper(receiver)


def _observed_send(
    self: Signal[Any, ...],
    sender: Any = None,
    /,
    *,
    _async_wrapper: _Awaits | None = None,
    **kwargs: Any,
) -> _Sent:
    """Stand in for `send`, while anybody observes any signal."""
    books = self._books
    if not is_observed(books):
        sent: _Sent = _unobserved["send"](self, sender, _async_wrapper=_async_wrapper, **kwargs)
        return sent
    observed = Observed(
        *(books, "send", sender, kwargs),
        lambda receiver: _called(receiver, _async_wrapper)(sender, **kwargs),
    )
    return observed.deliver(() if books.muted else self.receivers_for(sender))


async def _observed_send_async(
    self: Signal[Any, ...],
    sender: Any = None,
    /,
    *,
    _sync_wrapper: _MakesAsync | None = None,
    **kwargs: Any,
) -> _Sent:
    """Stand in for `send_async`, while anybody observes any signal."""
    books = self._books
    if not is_observed(books):
        sent: _Sent
        sent = await _unobserved["send_async"](self, sender, _sync_wrapper=_sync_wrapper, **kwargs)
        return sent
    observed = Observed(
        *(books, "send_async", sender, kwargs),
        lambda receiver: _awaited(receiver, _sync_wrapper)(sender, **kwargs),
    )
    return await observed.deliver_async(() if books.muted else self.receivers_for(sender))


def _copy(method: Any) -> Any:
    copy = FunctionType(method.__code__, method.__globals__)
    copy.__kwdefaults__ = method.__kwdefaults__
    return copy


_unobserved = {"send": _copy(Signal.send), "send_async": _copy(Signal.send_async)}
_observed = {"send": _observed_send, "send_async": _observed_send_async}


def _follow_observers(_: object) -> None:
    """Let the methods that send be those that tell, or those that do not.

    They stay the same functions, since others have them: as receivers, or bound to a signal.
    """
    for name, function in (_observed if is_observed() else _unobserved).items():
        vars(Signal)[name].__code__ = function.__code__


on_change.append(_follow_observers)

_MAY_AWAIT = _STALE | _ALL_AWAIT
_CONNECT, _DISCONNECT = Signal.connect, Signal.disconnect
_RECEIVERS_FOR = Signal.receivers_for


class NamedSignal(Signal[SenderT, P]):
    """A signal with a name.

    Args:
        name: Its name; in a namespace, the one it is found by.
        doc: Its documentation.

    Example:
        >>> from aldis.blinker import NamedSignal
        >>> NamedSignal("changed").name
        'changed'
    """

    def __init__(self, name: str, doc: str | None = None) -> None:
        super().__init__(doc)
        self.name: str = name
        self._books.name = name  # by which listeners know it

    def __repr__(self) -> str:
        return f"{super().__repr__()[:-1]}; {self.name!r}>"


class Namespace(dict[str, NamedSignal]):
    """Signals by name.

    Example:
        >>> from aldis.blinker import Namespace
        >>> signals = Namespace()
        >>> signals.signal("changed") is signals["changed"]
        True
    """

    def signal(self, name: str, doc: str | None = None) -> NamedSignal:
        """Return the signal of a name; threads that ask at once get the same.

        Args:
            name: The name.
            doc: Its documentation, where it has to be made.

        Returns:
            The signal.
        """
        return self[name] if name in self else self.setdefault(name, NamedSignal(name, doc))


class _PNamespaceSignal(Protocol):
    """What `signal` is."""

    def __call__(self, name: str, doc: str | None = None) -> NamedSignal:
        """Return the signal of a name."""
        ...


default_namespace: Namespace = Namespace()

signal: _PNamespaceSignal = default_namespace.signal
