"""Events: signals without a sender, whose receivers get the payload alone."""

from __future__ import annotations

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
    cast,
    overload,
)

from aldis import _about
from aldis._core import SyncSenders
from aldis._event_identity import EventIdentity, EventMethodIdentity, OfInstance
from aldis._sync_signal import AboutSignal
from aldis._typevars import P, Q, R, ResultT, S, SenderT, WithDefaults

if TYPE_CHECKING:
    from aldis._core import Via


class Event(WithDefaults, SyncSenders, EventIdentity[P, ResultT], Generic[P, ResultT]):
    """A signal without a sender, declared by the signature that its receivers must accept.

    All parameters of the declaration are payload. Positional parameters are sent by position, so
    receivers may name them freely; keyword-only parameters are sent by keyword.

    Without a declaration the payload is open: `Event()` takes anything, and `Event[[int, str]]()`
    an `int` and a `str` by position. `Event.method` declares an event in a class body.

    Args:
        spec: The declaration.
        name: The name of the event; by default, that of its declaration.
        doc: Its documentation; by default, that of its declaration.
        via: The `via` of receivers that are connected without one.

    Raises:
        DeclarationError: The declaration is not callable, has no readable signature, has a
            parameter that cannot be named in a call or that is also a key of its TypedDict, or is
            async.

    Example:
        >>> from aldis import Event
        >>> @Event
        ... def saved(path: str, /, *, size: int) -> None:
        ...     '''Sent after a file was written.'''
        >>> @saved.connect
        ... def report(file: str, *, size: int) -> None:
        ...     print(file, "has", size, "bytes")
        >>> _ = saved.send("notes.txt", size=12)
        notes.txt has 12 bytes
        >>> saved
        <Event ...saved(path: str, /, *, size: int) -> None, 1 receiver>
    """

    if TYPE_CHECKING:

        @overload
        def __init__(
            self, /, *, name: str | None = None, doc: str | None = None, via: Via | None = None
        ) -> None: ...
        @overload
        def __init__(
            self,
            spec: Callable[P, ResultT],
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
            self, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT], ResultT]]:
            """Call every live receiver, in connection order; see `Signal.send`.

            Args:
                *args: The declared payload.
                **kwargs: The declared payload; its defaults are filled in and sent, too.

            Returns:
                Each receiver called, with its result.

            Raises:
                TypeError: The payload does not match the declaration; also raised if there are no
                    receivers.

            Example:
                >>> from aldis import Event
                >>> @Event
                ... def asked(question: str, /) -> int: ...
                >>> @asked.connect
                ... def count(text: str) -> int:
                ...     return len(text)
                >>> [result for _, result in asked.send("why?")]
                [4]
            """
            ...

        def send_robust(
            self, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[Callable[..., ResultT], ResultT | Exception]]:
            """Like `send`, but every receiver is called; see `Signal.send_robust`.

            Args:
                *args: The declared payload.
                **kwargs: The declared payload.

            Returns:
                Each receiver called, with its result or its exception.

            Raises:
                TypeError: The payload does not match the declaration; also raised if there are no
                    receivers.
            """
            ...

    receiver_connected: Final = AboutSignal(_about.receiver_connected)
    receiver_disconnected: Final = AboutSignal(_about.receiver_disconnected)

    if TYPE_CHECKING:
        # as in `Signal`
        method: ClassVar[_Method]
        """Declare, in a class body, an event of each instance."""

    else:

        @classmethod
        def method(
            cls, spec: Callable[Concatenate[S, Q], R] | None = None, /, *, via: Via | None = None
        ) -> EventMethod[S, Q, R]:
            """Declare, in a class body, an event of each instance.

            An instance takes no extra memory until a receiver is connected to it. To receive from
            all instances, declare a `Signal.method` instead.

            Args:
                spec: The declaration; its `self` is the instance, the rest is the payload.
                via: The `via` of receivers that are connected without one. If it is the only
                    argument, a decorator is returned.

            Returns:
                A descriptor that gives the declaration from the class, and its own event from an
                instance.

            Raises:
                DeclarationError: As `Event` itself.

            Example:
                >>> from aldis import Event
                >>> class View:
                ...     @Event.method
                ...     def flow_added(self, flow: str, index: int, /) -> None:
                ...         '''Sent after a flow was added.'''
                >>> view = View()
                >>> @view.flow_added.connect
                ... def show(flow: str, place: int) -> None:
                ...     print(place, flow)
                >>> _ = view.flow_added.send("GET /", 0), View().flow_added.send("not shown", 1)
                0 GET /
            """
            if spec is None:
                return lambda spec: EventMethod(spec, via=via)
            return EventMethod(spec, via=via)


_new = object.__new__


class _Decorator(Protocol):
    """The decorator that `Event.method(via=...)` returns."""

    def __call__(self, spec: Callable[Concatenate[S, Q], R], /) -> EventMethod[S, Q, R]: ...


class _Method(Protocol):
    """The type of `Event.method` for type checkers."""

    @overload
    def __call__(
        self, spec: Callable[Concatenate[S, Q], R], /, *, via: Via | None = None
    ) -> EventMethod[S, Q, R]: ...
    @overload
    def __call__(self, /, *, via: Via) -> _Decorator: ...


class EventMethod(WithDefaults, SyncSenders, EventMethodIdentity, Generic[SenderT, P, ResultT]):
    """The descriptor that `Event.method` leaves in a class body; each instance has its own event.

    Two events are equal if they have the same declaration and the same instance.

    Example:
        >>> from aldis import Event
        >>> class Job:
        ...     @Event.method
        ...     def ended(self) -> None: ...
        >>> job = Job()
        >>> Job.ended is Job.ended, job.ended == job.ended, job.ended == Job().ended
        (True, True, False)
    """

    receiver_connected: Final = AboutSignal(_about.receiver_connected)
    receiver_disconnected: Final = AboutSignal(_about.receiver_disconnected)

    if TYPE_CHECKING:

        def __init__(
            self, spec: Callable[Concatenate[SenderT, P], ResultT], /, *, via: Via | None = None
        ) -> None: ...

    # Any instance and owner, as in `SignalMethod`.
    @overload
    def __get__(self, instance: None, owner: Any, /) -> EventMethod[SenderT, P, ResultT]: ...
    @overload
    def __get__(self, instance: object, owner: Any, /) -> Event[P, ResultT]: ...
    def __get__(
        self, instance: object, owner: Any, /
    ) -> EventMethod[SenderT, P, ResultT] | Event[P, ResultT]:
        if instance is None:
            return self
        event = _new(EventOfInstance)
        event._method = self
        event._instance = instance
        # a method object adds the instance in C, and setting it here is faster than a property
        event.send = MethodType(self.send, instance)  # type: ignore[attr-defined, method-assign]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]  # both are slots
        return cast("Event[P, ResultT]", event)


class EventOfInstance(OfInstance, Event[P, ResultT]):
    # no docstring here: every event of an instance would show it
    __slots__ = ("_instance", "_method")
    _shown_as = "Event"

    if not TYPE_CHECKING:
        __doc__ = OfInstance.__doc__

        @property
        def send_robust(self) -> MethodType:
            """Send the event of this instance; see `Event.send_robust`."""
            return MethodType(self._method.send_robust, self._instance)
