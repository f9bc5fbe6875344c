"""Signals with plain functions as receivers: the typed layer over the dispatch core.

The module is not named `_signal`, because CPython has a built-in module of that name, and jedi
would confuse the two.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from types import MethodType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Concatenate,
    Final,
    Generic,
    Protocol,
    TypeVar,
    cast,
    overload,
)

from aldis import _about
from aldis._bound import BoundConnectable
from aldis._connectable import Connectable
from aldis._core import Registry, SyncSenders
from aldis._typevars import P, Q, R, ResultT, S, SenderT, WithDefaults

if TYPE_CHECKING:
    from aldis._core import Via

    class HasRegistry(Protocol):
        """Any signal."""

        @property
        def _registry(self) -> Registry: ...


# the signal whose connections are reported; its own type is the sender's type
SignalT = TypeVar("SignalT", bound="HasRegistry")


class AboutSignal(Generic[S, Q, R]):
    """A signal that each signal has about its own connections, made on first access.

    Its receivers cannot undo a connection: exceptions that they raise are logged, as in
    `send_robust`.
    """

    def __init__(self, spec: Callable[Concatenate[S, Q], R]) -> None:
        self._spec = spec
        self.__doc__ = spec.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type, /) -> AboutSignal[S, Q, R]: ...
    @overload
    def __get__(self, instance: SignalT, owner: type, /) -> Signal[SignalT, Q, R]: ...
    def __get__(
        self, instance: SignalT | None, owner: type, /
    ) -> AboutSignal[S, Q, R] | Signal[SignalT, Q, R]:
        if instance is None:
            return self
        # if two threads get here at once, both get the signal that was stored first; later accesses
        # find the instance's attribute instead of this descriptor
        about: Signal[SignalT, Q, R]
        about = instance.__dict__.setdefault(self._name, Signal(self._spec))
        signal = weakref.ref(instance)

        def tell(**payload: object) -> None:
            sender = signal()
            if sender is not None:
                send = cast("Callable[..., object]", about.send_robust)
                send(sender, **payload)

        setattr(instance._registry, f"on_{self._name.removeprefix('receiver_')}", tell)
        return about


class Signal(
    WithDefaults, SyncSenders, Connectable[SenderT, P, ResultT], Generic[SenderT, P, ResultT]
):
    """A signal, declared by the signature that its receivers must accept.

    The first parameter of the declaration is the sender, the others are the payload. Its body never
    runs. Without a declaration the payload is open: `Signal()` takes anything, and
    `Signal[App, [int, str]]()` an `int` and a `str` by position.

    Args:
        spec: The declaration.
        name: The name of the signal; by default, that of its declaration.
        doc: Its documentation; by default, that of its declaration.
        via: The `via` of receivers that are connected without one.

    Raises:
        DeclarationError: The declaration is not callable, takes no sender, has no readable
            signature, has a parameter that cannot be named in a call or that is also a key of its
            TypedDict, or is async.

    Example:
        >>> from aldis import Signal
        >>> @Signal
        ... def user_created(sender: object, /, *, user_id: int, username: str) -> None:
        ...     '''Sent after a new account is stored.'''
        >>> @user_created.connect
        ... def welcome(sender: object, *, username: str, **_: object) -> None:
        ...     print("welcome,", username)
        >>> _ = user_created.send(None, user_id=1, username="ada")
        welcome, ada
        >>> user_created
        <Signal ...user_created(sender: object, /, *, user_id: int, ...) -> None, 1 receiver>
    """

    if TYPE_CHECKING:

        @overload
        def __init__(
            self, /, *, name: str | None = None, doc: str | None = None, via: Via | None = None
        ) -> None: ...
        @overload
        def __init__(
            self,
            spec: Callable[Concatenate[SenderT, P], ResultT],
            /,
            *,
            name: str | None = None,
            doc: str | None = None,
            via: Via | None = None,
        ) -> None: ...
        def __init__(
            self,
            spec: Any = None,
            /,
            *,
            name: str | None = None,
            doc: str | None = None,
            via: Via | None = None,
        ) -> None: ...

        def send(
            self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT], ResultT]]:
            """Call the live receivers of this sender and of `ANY`, in connection order.

            A receiver that is disconnected or garbage-collected before it is reached is not called.
            A receiver that is connected during the send is first called by the next one. The first
            exception of a receiver propagates and ends the send.

            Args:
                sender: The sender.
                *args: The declared payload.
                **kwargs: The declared payload; its defaults are filled in and sent, too.

            Returns:
                Each receiver called, with its result.

            Raises:
                TypeError: The payload does not match the declaration; also raised if there are no
                    receivers.

            Example:
                >>> from aldis import Signal
                >>> @Signal
                ... def asked(sender: str, /, *, question: str) -> int: ...
                >>> @asked.connect
                ... def count(sender: str, *, question: str) -> int:
                ...     return len(question)
                >>> [result for _, result in asked.send("me", question="why?")]
                [4]
            """
            ...

        def send_robust(
            self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT], ResultT | Exception]]:
            """Like `send`, but every receiver is called, even if others raise.

            An exception takes the place of its receiver's result and is logged on the logger
            `aldis`. Other exceptions, such as `KeyboardInterrupt`, still propagate. The name is
            Django's.

            Args:
                sender: The sender.
                *args: The declared payload.
                **kwargs: The declared payload.

            Returns:
                Each receiver called, with its result or its exception.

            Raises:
                TypeError: The payload does not match the declaration; also raised if there are no
                    receivers.

            Example:
                >>> import logging
                >>> from aldis import Signal
                >>> logging.getLogger("aldis").disabled = True
                >>> signal = Signal()
                >>> @signal.connect
                ... def fail(sender: object) -> None:
                ...     raise ValueError("no")
                >>> [result for _, result in signal.send_robust(None)]
                [ValueError('no')]
                >>> logging.getLogger("aldis").disabled = False
            """
            ...

    receiver_connected: Final = AboutSignal(_about.receiver_connected)
    receiver_disconnected: Final = AboutSignal(_about.receiver_disconnected)

    if TYPE_CHECKING:
        # not declared as a classmethod for type checkers: zuban takes the result of a decorated
        # method for `Any` if another module uses it first, and so took every signal of an imported
        # class
        method: ClassVar[_Method]
        """Declare, in a class body, a signal that its instances send."""

    else:

        @classmethod
        def method(
            cls, spec: Callable[Concatenate[S, Q], R] | None = None, /, *, via: Via | None = None
        ) -> SignalMethod[S, Q, R]:
            """Declare, in a class body, a signal that its instances send.

            Args:
                spec: The declaration; its `self` is the sender.
                via: The `via` of receivers that are connected without one. If it is the only
                    argument, a decorator is returned.

            Returns:
                A descriptor that gives the signal from the class, and a `BoundSignal` from an
                instance.

            Raises:
                DeclarationError: As `Signal` itself.

            Example:
                >>> from aldis import Signal
                >>> class Processor:
                ...     @Signal.method
                ...     def done(self, *, status: str) -> None:
                ...         '''Sent when the work is over.'''
                >>> @Processor.done.connect
                ... def report(sender: Processor, *, status: str) -> None:
                ...     print(status)
                >>> _ = Processor().done.send(status="ok")
                ok
            """
            if spec is None:
                return lambda spec: SignalMethod(cls(spec, via=via))
            return SignalMethod(cls(spec) if via is None else cls(spec, via=via))


class _Decorator(Protocol):
    """The decorator that `Signal.method(via=...)` returns."""

    def __call__(self, spec: Callable[Concatenate[S, Q], R], /) -> SignalMethod[S, Q, R]: ...


class _Method(Protocol):
    """The type of `Signal.method` for type checkers."""

    @overload
    def __call__(
        self, spec: Callable[Concatenate[S, Q], R], /, *, via: Via | None = None
    ) -> SignalMethod[S, Q, R]: ...
    @overload
    def __call__(self, /, *, via: Via) -> _Decorator: ...


class SignalMethod(WithDefaults, Generic[SenderT, P, ResultT]):
    """The descriptor that `Signal.method` leaves in a class body; instances have bound signals.

    Example:
        >>> from aldis import Signal
        >>> class Job:
        ...     @Signal.method
        ...     def ended(self) -> None: ...
        >>> Job.ended is Job.ended, Job().ended.signal is Job.ended
        (True, True)
    """

    def __init__(self, signal: Signal[SenderT, P, ResultT]) -> None:
        self._signal = signal
        self.__doc__ = signal.__doc__
        vars(signal).pop("_hint", None)

    # Any instance and owner: with `Self` as the sender, mypy finds no matching overload
    # (python/mypy#16554), nor does pyright for the members of an Enum (microsoft/pyright#1623).
    @overload
    def __get__(self, instance: None, owner: Any, /) -> Signal[SenderT, P, ResultT]: ...
    @overload
    def __get__(self, instance: object, owner: Any, /) -> BoundSignal[SenderT, P, ResultT]: ...
    def __get__(
        self, instance: object, owner: Any, /
    ) -> Signal[SenderT, P, ResultT] | BoundSignal[SenderT, P, ResultT]:
        if instance is None:
            return self._signal
        return BoundSignal(self._signal, cast("SenderT", instance))


class BoundSignal(
    WithDefaults, BoundConnectable[SenderT, P, ResultT], Generic[SenderT, P, ResultT]
):
    """A signal of one sender, as a bound method is a function of one object.

    It has the methods of `Signal`, without the `sender` argument. Two bound signals are equal if
    signal and sender are the same.

    Attributes:
        sender: The instance that sends, and whose sends the receivers get.

    Example:
        >>> from aldis import Signal
        >>> class Door:
        ...     @Signal.method
        ...     def opened(self, *, by: str) -> None: ...
        >>> front, back = Door(), Door()
        >>> @front.opened.connect
        ... def announce(door: Door, *, by: str) -> None:
        ...     print(by, "is at the front door")
        >>> _ = back.opened.send(by="bob"), front.opened.send(by="ada")
        ada is at the front door
    """

    __slots__ = ()

    @property
    def signal(self) -> Signal[SenderT, P, ResultT]:
        """The signal it sends.

        Example:
            >>> from aldis import Signal
            >>> class Door:
            ...     @Signal.method
            ...     def opened(self) -> None: ...
            >>> Door().opened.signal is Door.opened
            True
        """
        return cast("Signal[SenderT, P, ResultT]", self._signal)

    if TYPE_CHECKING:

        def __init__(self, signal: Signal[SenderT, P, ResultT], sender: SenderT) -> None: ...

        def send(
            self, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT], ResultT]]:
            """Send the signal from this sender; see `Signal.send`."""
            ...

        def send_robust(
            self, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT], ResultT | Exception]]:
            """Send the signal from this sender; see `Signal.send_robust`."""
            ...

    else:
        # a method object adds the sender in C, which is faster than passing `*args` and `**kwargs`
        # on

        @property
        def send(self) -> MethodType:
            """Send the signal from this sender; see `Signal.send`."""
            return MethodType(self._signal.send, self.sender)

        @property
        def send_robust(self) -> MethodType:
            """Send the signal from this sender; see `Signal.send_robust`."""
            return MethodType(self._signal.send_robust, self.sender)
